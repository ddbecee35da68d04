import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { AccountLink, Accounts, Person } from '../../accounts/accounts.ts';
import type { EditingRights } from '../../accounts/editing-rights.ts';
import type { ProviderSignIn } from '../../accounts/provider-sign-in.ts';
import { roles } from '../../accounts/roles.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { linkAddress } from '../account/link-page.ts';
import { formTokenField } from '../agent/guard.ts';
import { manyTexts, readForm } from '../agent/read-form.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { readPeopleFilter } from './people-filter.ts';
import {
  type PersonFields,
  presentPeople,
  presentPerson,
  rolesOffered,
  teamsOffered,
} from './present-people.ts';

/** What the pages about people are made with. */
export interface PeopleDeps extends ManageDeps {
  readonly accounts: Accounts;
  readonly editingRights: EditingRights;
  readonly providers: ProviderSignIn;
}

const path = '/manage/people';
const forAdmins = { access: 'admin', fresh: true } as const;
const postForAdmins = { ...forAdmins, method: 'post' } as const;

const token = { [formTokenField]: z.string().optional() };
const details = {
  role: z.enum(roles),
  teams: manyTexts,
  fullName: z.string().max(1_000),
  email: z.string().max(1_000),
};
const version = { version: z.coerce.number().int().min(1) };
const inviteForm = z.object({
  name: z.string().max(200),
  // Empty, or left out: by a link and a password.
  provider: z.string().max(64).optional(),
  ...details,
  ...token,
});
const changeForm = z.object({ ...details, ...version, ...token });
const versionForm = z.object({ ...version, ...token });
const plainForm = z.object({ ...token });

const nobody: PersonFields = { name: '', role: 'agent', teams: [], fullName: '', email: '' };

/** What was just done to a person, as the address says it. */
const done = ['saved', 'invited', 'disabled', 'enabled', 'sessions'] as const;

/** What went wrong with a form: the sentence of the page, and its status. */
interface Problem {
  /** The field beside which it is said; null: it is about no single one. */
  readonly field: 'name' | 'email' | 'fullName' | null;
  readonly text: string;
  readonly status: number;
}

/** The people who can sign in: the list, the invitation, and each person's own page. For admins who proved it lately. */
export function peopleRoutes(deps: PeopleDeps): readonly Route[] {
  const { views, accounts, editingRights } = deps;

  const presentLink = (link: AccountLink) => ({
    name: link.name,
    address: linkAddress(deps.publicUrl, link.secret),
    expiresAt: link.expiresAt,
  });

  const sendList = async (
    response: Response,
    page: ManageRequest,
    shown: {
      readonly form: PersonFields;
      readonly problem: Problem | null;
      readonly link: AccountLink | null;
    },
  ): Promise<void> => {
    const { ui, words, current } = page;
    const filter = readPeopleFilter(page.given);
    const list = presentPeople(await accounts.people(), filter, {
      ui,
      path,
      words,
      desk: current.desk,
      offers: deps.providers.offers(),
    });
    if (shown.problem !== null) response.status(shown.problem.status);
    sendManagePage(views, response, 'manage/people', page, {
      ...list,
      ui,
      timeZone: current.public.site.timeZone,
      problem: shown.problem,
      link: shown.link && presentLink(shown.link),
      form: {
        ...shown.form,
        action: hrefOf(path, { ui }),
        providers: deps.providers
          .offers()
          .map(({ name, label }) => ({ name, label, chosen: name === shown.form.provider })),
        roles: rolesOffered(shown.form.role, words),
        teams: teamsOffered(shown.form.teams, current.desk),
      },
    });
  };

  const list: RequestHandler = (request, response) => {
    const at = { path, known: ['q', 'role', 'team', 'state', 'page'] };
    const page = openManagePage(deps, at, request, response);
    return sendList(response, page, { form: nobody, problem: null, link: null });
  };

  const invite: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const { name, role, teams, fullName, email, provider = '' } = readForm(request, inviteForm);
    const form = { name, role, teams: knownTeams(teams, page, []), fullName, email, provider };
    try {
      if (provider !== '') {
        const person = await accounts.inviteBy(provider, form, originOf(request, response));
        return response.redirect(303, hrefOf(`${path}/${person.id}`, { ui: page.ui, said: 'invited' }));
      }
      const link = await accounts.invite(form, originOf(request, response));
      await sendList(response, page, { form: nobody, problem: null, link });
    } catch (error) {
      await sendList(response, page, { form, problem: problemOf(error, page, null), link: null });
    }
  };

  /** The person that an address names. Errors: not-found. */
  const personOf = async (asked: unknown): Promise<Person> => {
    const text = String(asked);
    const person = /^[1-9][0-9]{0,8}$/.test(text) ? await accounts.person(Number(text)) : null;
    if (person === null) throw new AppError('not-found', { message: 'There is no such person.' });
    return person;
  };

  const sendPerson = async (
    response: Response,
    page: ManageRequest,
    person: Person,
    shown: {
      /** What was typed; null: what stands. */
      readonly form: PersonFields | null;
      readonly problem: Problem | null;
      readonly link: AccountLink | null;
    },
  ): Promise<void> => {
    const { ui, words, current } = page;
    const here = `${path}/${person.id}`;
    const form = shown.form ?? { ...person, fullName: person.fullName ?? '', email: person.email ?? '' };
    if (shown.problem !== null) response.status(shown.problem.status);
    sendManagePage(views, response, 'manage/person', page, {
      ...presentPerson(person, await editingRights.categoriesOf(person.teams), {
        ui,
        words,
        desk: current.desk,
        site: current.public.site,
        offers: deps.providers.offers(),
      }),
      version: person.version,
      timeZone: current.public.site.timeZone,
      sessions: (await accounts.sessionsOf(person)).length,
      linkOpenUntil: await accounts.linkOpenUntil(person.id),
      link: shown.link && presentLink(shown.link),
      elsewhere: accounts.saidElsewhere(person),
      isSelf: person.id === page.signedIn.account.id,
      problem: shown.problem,
      said: saidInWords(page),
      listHref: hrefOf(path, { ui }),
      rightsHref: hrefOf('/manage/rights', { ui }),
      form: {
        ...form,
        roles: rolesOffered(form.role, words),
        teams: teamsOffered(form.teams, current.desk),
      },
      actions: {
        change: hrefOf(here, { ui }),
        state: hrefOf(`${here}/${person.disabledAt === null ? 'disable' : 'enable'}`, { ui }),
        sessions: hrefOf(`${here}/end-sessions`, { ui }),
        link: hrefOf(`${here}/link`, { ui }),
      },
    });
  };

  const show: RequestHandler = async (request, response) => {
    const person = await personOf(request.params.id);
    const at = { path: `${path}/${person.id}`, known: ['said'] };
    const page = openManagePage(deps, at, request, response);
    await sendPerson(response, page, person, { form: null, problem: null, link: null });
  };

  /** Does something to a person and shows the page again; what was typed stays where it was refused. */
  const acting =
    (
      act: (
        person: Person,
        request: Parameters<RequestHandler>[0],
        response: Response,
        page: ManageRequest,
      ) => Promise<{ readonly said: (typeof done)[number] } | { readonly link: AccountLink }>,
      typed: (request: Parameters<RequestHandler>[0], person: Person) => PersonFields | null = () => null,
    ): RequestHandler =>
    async (request, response) => {
      const person = await personOf(request.params.id);
      const here = `${path}/${person.id}`;
      const page = openManagePage(deps, { path: here }, request, response);
      try {
        const outcome = await act(person, request, response, page);
        if ('said' in outcome)
          return response.redirect(303, hrefOf(here, { ui: page.ui, said: outcome.said }));
        await sendPerson(response, page, await personOf(person.id), {
          form: null,
          problem: null,
          link: outcome.link,
        });
      } catch (error) {
        const problem = problemOf(error, page, person);
        const form = typed(request, person);
        await sendPerson(response, page, await personOf(person.id), { form, problem, link: null });
      }
    };

  const change = acting(
    async (person, request, response, page) => {
      const { role, teams, fullName, email, version } = readForm(request, changeForm);
      // What the provider says is not in the form of its people, and comes back as it was.
      const elsewhere = accounts.saidElsewhere(person);
      const ours = {
        ...(elsewhere.role ? {} : { role }),
        ...(elsewhere.teams ? {} : { teams: knownTeams(teams, page, person.teams) }),
      };
      await accounts.change(person.id, { ...ours, fullName, email }, version, originOf(request, response));
      return { said: 'saved' };
    },
    (request, person) => ({ ...readForm(request, changeForm), name: person.name }),
  );
  const disable = acting(async (person, request, response) => {
    const { version } = readForm(request, versionForm);
    await accounts.disable(person.id, version, originOf(request, response));
    return { said: 'disabled' };
  });
  const enable = acting(async (person, request, response) => {
    const { version } = readForm(request, versionForm);
    await accounts.enable(person.id, version, originOf(request, response));
    return { said: 'enabled' };
  });
  const endSessions = acting(async (person, request, response) => {
    readForm(request, plainForm);
    await accounts.endSessionsOf(person.id, originOf(request, response));
    return { said: 'sessions' };
  });
  const makeLink = acting(async (person, request, response) => {
    readForm(request, plainForm);
    return { link: await accounts.linkForNewPassword(person.id, originOf(request, response)) };
  });

  return [
    manageRoute(path, 'For admins: who can sign in, and the form to invite somebody.', list, forAdmins),
    manageRoute(path, 'Invites a person; the page shows once the link to be sent.', invite, postForAdmins),
    manageRoute(
      `${path}/:id`,
      'For admins: one person, with role, teams, state and what they may edit.',
      show,
      forAdmins,
    ),
    manageRoute(
      `${path}/:id`,
      'Changes a person’s role, teams, full name and e-mail address.',
      change,
      postForAdmins,
    ),
    manageRoute(
      `${path}/:id/disable`,
      'Disables a person: all their sessions end at once.',
      disable,
      postForAdmins,
    ),
    manageRoute(`${path}/:id/enable`, 'Lets a disabled person sign in again.', enable, postForAdmins),
    manageRoute(`${path}/:id/end-sessions`, 'Ends all sessions of a person.', endSessions, postForAdmins),
    manageRoute(
      `${path}/:id/link`,
      'Makes a link by which a person sets a new password; the page shows it once.',
      makeLink,
      postForAdmins,
    ),
  ];
}

/** Errors: invalid-request for a team that there is not, and that the person was not in. */
function knownTeams(
  teams: readonly string[],
  { current }: ManageRequest,
  before: readonly string[],
): readonly string[] {
  const known = [...current.desk.teams.map(({ teamId }) => teamId), ...before];
  const unknown = teams.find((team) => !known.includes(team));
  if (unknown === undefined) return teams;
  throw new AppError('invalid-request', { field: 'teams', expected: known.join(', '), found: unknown });
}

function saidInWords({ given, words }: ManageRequest): string | null {
  switch (done.find((one) => one === given.said)) {
    case 'saved':
      return words.say('manage.people.saved');
    case 'invited':
      return words.say('manage.people.invitedBy');
    case 'disabled':
      return words.say('manage.people.nowDisabled');
    case 'enabled':
      return words.say('manage.people.nowEnabled');
    case 'sessions':
      return words.say('manage.people.sessionsEnded');
    case undefined:
      return null;
  }
}

/** What the page says of a refusal; throws again what no form can mend. */
function problemOf(error: unknown, { words, signedIn }: ManageRequest, person: Person | null): Problem {
  if (!(error instanceof AppError)) throw error;
  const because = (text: string, field: Problem['field'] = null): Problem => ({
    field,
    text,
    status: error.status,
  });
  if (error.code === 'changed-meanwhile') return because(words.say('manage.people.changed'));
  if (error.code === 'forbidden' && person !== null) {
    if (person.id === signedIn.account.id) return because(words.say('manage.people.self'));
    if (person.provider !== null) return because(words.say('manage.people.byProvider'));
    if (person.disabledAt !== null) return because(words.say('manage.people.noLink'));
    return because(words.say('manage.people.lastAdmin'));
  }
  if (error.code !== 'invalid-request') throw error;
  switch (error.field) {
    case 'name':
      return because(words.say('manage.people.badName'), error.field);
    case 'email':
      return because(words.say('manage.people.badEmail'), error.field);
    case 'fullName':
      return because(words.say('manage.people.badFullName'), error.field);
    default:
      throw error;
  }
}
