import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { agentRoute } from '../agent/agent-route.ts';
import { formTokenField } from '../agent/guard.ts';
import { readForm } from '../agent/read-form.ts';
import { browserInWords } from '../browser-in-words.ts';
import { hrefOf, type ManageRequest, openManagePage, sendManagePage } from '../manage/manage-page.ts';
import { originOf } from '../origin.ts';
import { roleInWords } from '../role-in-words.ts';
import { type PasswordProblem, passwordProblem } from './password-problem.ts';
import type { AccountDeps } from './routes.ts';

const path = '/account';

const token = { [formTokenField]: z.string().optional() };
const passwordForm = z.object({ old: z.string(), password: z.string(), again: z.string(), ...token });
const sessionForm = z.object({ session: z.string().max(64), ...token });
const othersForm = z.object({ ...token });

/** Sign-ins that are shown: enough to see one that was not one's own. */
const mostRecent = 6;

/** What was just done, as the address says it. */
const said = ['password', 'session', 'others'] as const;

/** The page of one's own account and its forms. */
export function accountPageRoutes(deps: AccountDeps): readonly Route[] {
  const { views, accounts, audit } = deps;

  const send = async (
    response: Response,
    page: ManageRequest,
    problem: PasswordProblem | null,
  ): Promise<void> => {
    const { signedIn, words, ui, current } = page;
    const { account } = signedIn;
    const sessions = await accounts.sessionsOf(account);
    const recent = await audit.list(
      { actions: ['person.signed-in', 'person.refused'], subject: account.name },
      { before: null, limit: mostRecent },
    );
    const done = said.find((one) => one === page.given.said);
    sendManagePage(views, response, 'account/account', page, {
      timeZone: current.public.site.timeZone,
      person: account,
      role: roleInWords(account.role, words),
      teams: account.teams.map(
        (team) => current.desk.teams.find(({ teamId }) => teamId === team)?.name ?? team,
      ),
      sessions: sessions.map((session) => ({
        ...session,
        browser: browserInWords(session.browser),
        isThis: session.id === signedIn.id,
      })),
      recent: recent.map(({ action, at, by }) => ({
        at,
        address: by.address,
        isRefused: action === 'person.refused',
      })),
      hasOthers: sessions.some(({ id }) => id !== signedIn.id),
      problem,
      done:
        done === 'password'
          ? words.say('account.done.password')
          : done === 'session'
            ? words.say('account.done.session')
            : done === 'others'
              ? words.say('account.done.others')
              : null,
      actions: {
        password: hrefOf(`${path}/password`, { ui }),
        session: hrefOf(`${path}/end-session`, { ui }),
        others: hrefOf(`${path}/end-others`, { ui }),
      },
    });
  };
  const open = (
    request: Parameters<RequestHandler>[0],
    response: Response,
    known: readonly string[] = [],
  ): ManageRequest => openManagePage(deps, { path, known }, request, response);

  const show: RequestHandler = (request, response) => send(response, open(request, response, ['said']), null);

  const changePassword: RequestHandler = async (request, response) => {
    const page = open(request, response);
    const { old, password, again } = readForm(request, passwordForm);
    const refuse = (status: number, problem: PasswordProblem): Promise<void> => {
      response.status(status);
      return send(response, page, problem);
    };
    if (password !== again)
      return refuse(400, { field: 'again', text: page.words.say('account.password.differ') });
    try {
      const outcome = await accounts.changePassword(
        page.signedIn,
        { old, new: password },
        originOf(request, response),
      );
      if (outcome.kind === 'proven')
        return response.redirect(303, hrefOf(path, { ui: page.ui, said: 'password' }));
      if (outcome.kind === 'refused')
        return refuse(401, { field: 'old', text: page.words.say('account.password.wrong') });
      response.set('Retry-After', String(outcome.retryAfterSeconds));
      const count = Math.ceil(outcome.retryAfterSeconds / 60);
      return refuse(429, { field: 'old', text: page.words.say('agent.signIn.limited', { count }) });
    } catch (error) {
      await refuse(400, passwordProblem(error, password, page.words));
    }
  };

  const endSession: RequestHandler = async (request, response) => {
    const page = open(request, response);
    const { session } = readForm(request, sessionForm);
    await accounts.endSession(page.signedIn, session, originOf(request, response));
    response.redirect(303, hrefOf(path, { ui: page.ui, said: 'session' }));
  };

  const endOthers: RequestHandler = async (request, response) => {
    const page = open(request, response);
    readForm(request, othersForm);
    await accounts.endOtherSessions(page.signedIn, originOf(request, response));
    response.redirect(303, hrefOf(path, { ui: page.ui, said: 'others' }));
  };

  return [
    agentRoute('get', path, 'One’s own account: role, teams, sessions, password.', show),
    agentRoute(
      'post',
      `${path}/password`,
      'Changes one’s own password and ends all other sessions.',
      changePassword,
    ),
    agentRoute('post', `${path}/end-session`, 'Ends one of one’s own sessions.', endSession),
    agentRoute('post', `${path}/end-others`, 'Ends all of one’s own sessions but this one.', endOthers),
  ];
}
