import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.ts';
import type { EditingRights } from '../../accounts/editing-rights.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { ArticleView, Context, Locale } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import { teamsOf, verificationStates } from '../../feedback/verification/due-articles.ts';
import {
  type ArticleToVerify,
  longestNote,
  type Verification,
} from '../../feedback/verification/verification.ts';
import type { Route } from '../../http/route.ts';
import type { Proposals } from '../../proposals/proposals.ts';
import { formTokenField } from '../agent/guard.ts';
import { readForm } from '../agent/read-form.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { publishers } from './may-publish.ts';
import {
  presentArticleToVerify,
  presentVerificationList,
  type VerificationFilter,
  type VerificationRefusal,
} from './present-verification.ts';

/** What the pages of verification are made with. */
export interface VerificationDeps extends ManageDeps {
  readonly loop: {
    readonly verification: Verification;
    readonly proposals: Proposals;
    readonly flags: Pick<Flags, 'openOn'>;
  };
  readonly accounts: Pick<Accounts, 'people'>;
  readonly editingRights: Pick<EditingRights, 'categoriesOf'>;
}

const path = '/manage/verification';

/** Verifications that an article's page lists. */
const mostHistory = 20;

/** People who are named where somebody may not confirm. */
const mostNamed = 8;

const confirmForm = z.object({
  note: z.string(),
  /** What was shown: revision and day of the last verification. */
  revision: z.string().max(64),
  verified: z.string().max(10),
  [formTokenField]: z.string().optional(),
});

/** What is to be verified, an article with everything that its owner should see before confirming it, and the confirming. */
export function verificationRoutes(deps: VerificationDeps): readonly Route[] {
  const { door, views, facts, loop, accounts, editingRights } = deps;
  const { verification, proposals } = loop;

  const categoriesOf = async ({ signedIn }: ManageRequest): Promise<readonly string[] | null> =>
    hasRole(signedIn.account.role, 'manager') ? null : editingRights.categoriesOf(signedIn.account.teams);

  const refusalOf = async (
    page: ManageRequest,
    { articleId, locale, category }: ArticleToVerify,
  ): Promise<VerificationRefusal | null> => {
    const { account } = page.signedIn;
    const within = await categoriesOf(page);
    const barred = await verification.barred(articleId, locale);
    const isOwn = barred.includes(account.name);
    if ((within === null || within.includes(category)) && !isOwn) return null;
    const able = publishers(await accounts.people()).filter(({ name }) => !barred.includes(name));
    const people = able.slice(0, mostNamed).map(({ name, fullName }) => fullName ?? name);
    return { isOwn, people };
  };

  /** Those of the person's teams first, each part with what is most urgent first. */
  const ownFirst = async ({ signedIn }: ManageRequest): Promise<readonly ArticleToVerify[]> => {
    const all = await verification.list();
    const isOwn = (one: ArticleToVerify): boolean =>
      teamsOf(one).some((team) => signedIn.account.teams.includes(team));
    return [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))];
  };

  /** The next one that somebody may confirm; null where nothing is left to do. */
  const nextFor = async (page: ManageRequest, done: ArticleToVerify): Promise<ArticleToVerify | null> => {
    const within = await categoriesOf(page);
    const isAble = async ({ articleId, locale, category }: ArticleToVerify): Promise<boolean> =>
      (within === null || within.includes(category)) &&
      !(await verification.barred(articleId, locale)).includes(page.signedIn.account.name);
    for (const one of await ownFirst(page)) {
      if (one.stage === null || one.isWaiting) continue;
      if (one.articleId === done.articleId && one.locale === done.locale) continue;
      if (await isAble(one)) return one;
    }
    return null;
  };

  const namesOf = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await accounts.people()).map(({ name, fullName }) => [name, fullName ?? name]));

  const list: RequestHandler = async (request, response) => {
    const known = ['team', 'category', 'locale', 'state', 'page'];
    const page = openManagePage(deps, { path, known }, request, response);
    const filter = readFilter(page);
    const model = presentVerificationList(await ownFirst(page), filter, {
      ...page,
      path,
      teams: page.signedIn.account.teams,
      names: await namesOf(),
    });
    sendManagePage(views, response, 'manage/verification', page, model);
  };

  const openArticle = async (page: ManageRequest, articleId: string): Promise<ArticleToVerify> => {
    const { site } = page.current.public;
    const locale =
      page.given.locale === undefined
        ? site.defaultLocale
        : page.current.public.checkLocale(page.given.locale);
    const article = await verification.find(articleId, locale);
    if (article !== null) return article;
    throw new AppError('not-found', {
      message: 'No such article is in force today in that language.',
      expected: 'an article of that language',
      found: `${locale}/${articleId}`,
    });
  };

  const send = async (
    response: Response,
    page: ManageRequest,
    article: ArticleToVerify,
    shown: { readonly problem: string | null; readonly note: string },
  ): Promise<void> => {
    const { articleId, locale } = article;
    const { current, given } = page;
    const today = current.public.today(door.now());
    const open = (context: Context): ArticleView | null => {
      const ask = { locale, context, asOf: today };
      const found =
        article.audience === 'public'
          ? current.public.article(articleId, ask)
          : current.desk.hiddenArticle(articleId, ask);
      return found.kind === 'article' ? found.article : null;
    };
    const sections = (open({})?.sections ?? []).map(({ anchor }) => anchor);
    const [articleFacts, flags, echo, history, refusal, names] = await Promise.all([
      facts.ofArticle({ release: current.release.number, asOf: today, today, locale: page.ui }, articleId),
      loop.flags.openOn([articleId]),
      verification.echo(articleId, locale, sections),
      verification.history(articleId, null, mostHistory),
      refusalOf(page, article),
      namesOf(),
    ]);
    const next = given.said === undefined ? null : await nextFor(page, article);
    sendManagePage(
      views,
      response,
      'manage/verify',
      page,
      presentArticleToVerify(article, {
        ...page,
        ...{
          path,
          today,
          open,
          facts: articleFacts,
          flags,
          now: door.now(),
          echo,
          history,
          refusal,
          names,
          next,
        },
        publicUrl: deps.publicUrl,
        beside: current.desk.beside(articleId, locale),
        form: { ...shown, longestNote },
        said: readSaid(given),
      }),
    );
  };

  const show: RequestHandler = async (request, response) => {
    const articleId = idOf(request.params);
    const at = { path: `${path}/${articleId}`, known: ['locale', 'said', 'proposal'] };
    const page = openManagePage(deps, at, request, response);
    await send(response, page, await openArticle(page, articleId), { problem: null, note: '' });
  };

  const confirm: RequestHandler = async (request, response) => {
    const articleId = idOf(request.params);
    const at = { path: `${path}/${articleId}`, known: ['locale'] };
    const page = openManagePage(deps, at, request, response);
    const article = await openArticle(page, articleId);
    const { locale } = article;
    const form = readForm(request, confirmForm);
    const note = form.note.trim();
    const refuse = (status: number, problem: string): Promise<void> => {
      response.status(status);
      return send(response, page, article, { problem, note });
    };
    const { say } = page.words;
    if (form.revision !== article.revision || form.verified !== article.verified)
      return refuse(409, say('manage.verification.changed'));
    if (note.length > longestNote)
      return refuse(400, say('manage.verification.noteTooLong', { most: longestNote }));
    const refusal = await refusalOf(page, article);
    if (refusal !== null) return refuse(403, say('manage.verification.mayNot'));
    const waits = await carryOut(page, article, {
      note,
      by: originOf(request, response),
      within: await categoriesOf(page),
    });
    response.redirect(
      303,
      hrefOf(at.path, {
        locale,
        ui: page.ui,
        said: waits === null ? 'confirmed' : 'waits',
        proposal: waits === null ? '' : String(waits),
      }),
    );
  };

  /** Writes the day into the article and publishes it; gives the proposal where that waits for somebody, else null. */
  const carryOut = async (
    page: ManageRequest,
    article: ArticleToVerify,
    how: {
      readonly note: string;
      readonly by: ReturnType<typeof originOf>;
      readonly within: readonly string[] | null;
    },
  ): Promise<number | null> => {
    const { articleId, locale, revision } = article;
    const { note, by, within } = how;
    const today = page.current.public.today(door.now());
    const statement = { articleId, locale, revision, verifiedOn: today, note: note === '' ? null : note };
    if (article.verified === today) {
      await verification.record(statement, by);
      return null;
    }
    const changeNote = `${locale}/${articleId}: ${page.words.say('manage.verification.reason')}`;
    const proposal = await proposals.propose(
      { kind: 'verification', articleId, locale, on: today },
      { by, reason: changeNote },
    );
    await verification.record(statement, by);
    for (const older of await proposals.list({ status: 'open' }))
      if (older.id !== proposal.id && isOfArticle(older.wish, articleId, locale))
        await proposals.withdraw(older.id, by);
    try {
      const { account } = page.signedIn;
      const published = await proposals.publish(proposal.id, {
        publisher: account.name,
        by,
        changeNote,
        acknowledgement: '',
        asksReading: false,
        within,
        seen: null,
        only: proposal.files.map((file) => file.path),
      });
      return published.status === 'refused' ? proposal.id : null;
    } catch (error) {
      if (error instanceof AppError && waitingCodes.includes(error.code)) return proposal.id;
      throw error;
    }
  };

  return [
    manageRoute(
      path,
      'What is to be verified, by team, category, language and state; what is most urgent first.',
      list,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:category/:slug`,
      'An article of a language (`locale`) with all that its owner should see before confirming that it is true.',
      show,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:category/:slug`,
      'Confirms that the article that was shown is true today, and publishes that.',
      confirm,
      { method: 'post', access: 'editor' },
    ),
  ];
}

/** Why a statement stands but its day waits to be published: the directory cannot be written, or its file is another. */
const waitingCodes: readonly string[] = ['content-unwritable', 'changed-meanwhile'];

function isOfArticle(
  wish: Awaited<ReturnType<Proposals['propose']>>['wish'],
  articleId: string,
  locale: Locale,
): boolean {
  return wish.kind === 'verification' && wish.articleId === articleId && wish.locale === locale;
}

function idOf(params: Readonly<Record<string, unknown>>): string {
  return `${String(params.category)}/${String(params.slug)}`;
}

function readSaid({
  said,
  proposal,
}: Readonly<Record<string, string>>): { readonly proposal: number | null } | null {
  if (said !== 'confirmed' && said !== 'waits') return null;
  return { proposal: said === 'waits' && /^[1-9]\d{0,8}$/.test(proposal ?? '') ? Number(proposal) : null };
}

/** Errors: invalid-request for a state, a language or a page that there is not. */
function readFilter({ given, current }: ManageRequest): VerificationFilter {
  const { team = '', category = '', locale, state, page = '1' } = given;
  const known = [...verificationStates, 'todo'] as const;
  const chosen = known.find((one) => one === state);
  if (state !== undefined && state !== 'all' && chosen === undefined) {
    throw new AppError('invalid-request', {
      field: 'state',
      expected: [...known, 'all'].join(', '),
      found: state,
    });
  }
  if (!/^[1-9][0-9]{0,5}$/.test(page)) {
    throw new AppError('invalid-request', { field: 'page', expected: 'a number from 1', found: page });
  }
  return {
    team,
    category,
    locale: locale === undefined ? null : current.public.checkLocale(locale),
    state: state === 'all' ? null : (chosen ?? 'todo'),
    page: Number(page),
  };
}
