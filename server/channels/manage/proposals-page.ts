import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { AppError, describeError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { WordRun } from '../../impact/impact.ts';
import type { ContentWish, Proposal } from '../../proposals/proposal.ts';
import type { Proposals } from '../../proposals/proposals.ts';
import { readForm } from '../agent/read-form.ts';
import { inLocale } from '../in-locale.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import type { PreviewFilter } from './present-preview.ts';
import {
  asInFile,
  proposalsPath as path,
  presentProposal,
  questionsOf,
  shortened,
  slugFrom,
  statusInWords,
} from './present-proposals.ts';
import {
  createPreviewPanel,
  emptyForm,
  noFilter,
  type PreviewPanelDeps,
  type PublishForm,
  readFilter,
  readPublishForm,
} from './preview-panel.ts';

/** What the pages of proposals are made with. */
export interface ProposalsDeps extends ManageDeps, PreviewPanelDeps {
  readonly loop: { readonly proposals: Proposals };
  readonly consistency: {
    readonly compare: (before: string, after: string) => readonly WordRun[];
  };
}

const kinds = ['variant', 'article', 'out-of-scope'] as const;
type NewKind = (typeof kinds)[number];

const statuses = ['open', 'published', 'withdrawn'] as const;

/** Most characters of a reason, of a draft's text and of a list of questions, one on each line. */
const longestReason = 500;
const longestText = 20_000;
const longestQuestions = 10_000;

/** Bytes of a form with the whole text of a file: the largest YAML file, each byte written as three. */
const mostBytes = 4 * 1024 * 1024;

const field = (most: number) => z.string().max(most).optional().default('');
const newForm = z.object({
  token: field(200),
  kind: z.enum(kinds),
  reason: field(longestReason),
  articleId: field(200),
  locale: field(40),
  category: field(100),
  slug: field(100),
  title: field(200),
  question: field(300),
  questions: field(longestQuestions),
  owner: field(100),
  text: field(longestText),
});
type NewForm = z.infer<typeof newForm>;

const editForm = z.object({ token: field(200), path: z.string().max(300), text: z.string() });

interface Problem {
  readonly text: string;
  readonly errors: readonly string[];
}

/** The pages of proposed changes of the content: the list, one with all that it would do, and the forms to make one. */
export function proposalsRoutes(deps: ProposalsDeps): readonly Route[] {
  const { views, door, consistency } = deps;
  const { proposals } = deps.loop;
  const panel = createPreviewPanel(deps);

  const list: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: ['status'] }, request, response);
    const { ui, words } = page;
    const { status = 'open' } = page.given;
    const chosen = statuses.find((one) => one === status);
    if (chosen === undefined)
      throw new AppError('invalid-request', {
        field: 'status',
        expected: statuses.join(', '),
        found: status,
      });
    const found = await proposals.list({ status: chosen });
    sendManagePage(views, response, 'manage/proposals', page, {
      rows: found.map((proposal) => presentProposal(proposal, page)),
      timeZone: page.current.public.site.timeZone,
      statuses: statuses.map((one) => ({
        label: statusInWords(one, words),
        href: hrefOf(path, { ui, status: one === 'open' ? '' : one }),
        current: one === chosen,
      })),
      makes: kinds.map((kind) => ({
        label: makeInWords(kind, page),
        href: hrefOf(`${path}/new`, { ui, kind }),
      })),
    });
  };

  const sendNew = (response: Response, page: ManageRequest, form: NewForm, problem: Problem | null): void => {
    const { site } = page.current.public;
    const options = (values: readonly { value: string; label: string }[], wanted: string) =>
      values.map((one) => ({ ...one, chosen: one.value === wanted }));
    sendManagePage(views, response, 'manage/proposal-new', page, {
      title: makeInWords(form.kind, page),
      kind: form.kind,
      action: hrefOf(`${path}/new`, { ui: page.ui }),
      listHref: hrefOf(path, { ui: page.ui }),
      fields: form,
      longest: { reason: longestReason, text: longestText, questions: longestQuestions },
      locales: options(
        site.locales.map((locale) => ({ value: locale, label: page.wordsOf(locale).ownName })),
        form.locale === '' ? site.defaultLocale : form.locale,
      ),
      categories: options(
        site.categories.map(({ id, title }) => ({ value: id, label: inLocale(title, page.ui, site) })),
        form.category,
      ),
      owners: options(
        page.current.desk.teams.map(({ teamId, name }) => ({ value: teamId, label: name })),
        form.owner,
      ),
      problem,
    });
  };

  const start: RequestHandler = (request, response) => {
    const known = Object.keys(newForm.shape).filter((name) => name !== 'token');
    const page = openManagePage(deps, { path: `${path}/new`, known }, request, response);
    const parsed = newForm.safeParse({ kind: 'variant', ...page.given });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new AppError('invalid-request', {
        field: issue?.path.join('.') ?? '',
        expected: `kind ${kinds.join(', ')}, and texts as long as their fields`,
        found: issue?.message ?? 'another value',
      });
    }
    const { question, questions, title, slug, ...rest } = parsed.data;
    // A question that leads here is the first of a draft and of what is declined.
    sendNew(
      response,
      page,
      {
        ...rest,
        question,
        questions: questions === '' ? question : questions,
        title: title === '' ? question : title,
        slug: slug === '' ? slugFrom(title === '' ? question : title) : slug,
      },
      null,
    );
  };

  const make: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path: `${path}/new` }, request, response);
    const form = readForm(request, newForm);
    const refuse = (status: number, text: string, errors: readonly string[] = []): void => {
      response.status(status);
      sendNew(response, page, form, { text, errors });
    };
    if (form.reason.trim() === '') return refuse(400, page.words.say('manage.proposal.noReason'));
    try {
      const { id } = await proposals.propose(wishOf(form), {
        by: originOf(request, response),
        reason: form.reason,
      });
      response.redirect(303, hrefOf(`${path}/${id}`, { ui: page.ui, said: 'made' }));
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      refuse(error.status, page.words.say('manage.proposal.cannotBeMade'), [describeError(error)]);
    }
  };

  /** The proposal that an address names. Errors: not-found. */
  const proposalOf = async (request: Request): Promise<Proposal> => {
    const asked = String(request.params.id);
    const found = /^[1-9][0-9]{0,8}$/.test(asked) ? await proposals.find(Number(asked)) : null;
    if (found === null) throw new AppError('not-found', { message: 'There is no such proposal.' });
    return found;
  };

  /** What customers get now for the questions that a published proposal is about. */
  const answeredNow = ({ wish, status }: Proposal, { current, words, wordsOf }: ManageRequest) => {
    const { locale, questions } = questionsOf(wish);
    const answerer = current.public;
    if (status !== 'published' || locale === null || !answerer.site.locales.includes(locale)) return [];
    const asOf = answerer.today(door.now());
    return questions.slice(0, mostAnswered).map((question) => {
      const result = door.peek(answerer, { question, answerId: null, locale, context: {}, asOf });
      const { answer, clarification, escalation, reply } = result;
      return {
        question,
        locale,
        dir: wordsOf(locale).direction,
        isAnswered: answer !== null,
        label: result.why.some(({ feature }) => feature === 'out-of-scope')
          ? words.say('manage.proposal.kind.outOfScope')
          : answer === null
            ? words.say('manage.proposal.noAnswer')
            : words.say('manage.proposal.answer'),
        title: answer?.title ?? null,
        text: answer?.text ?? clarification?.prompt ?? reply ?? escalation?.message ?? '',
        answerId: answer?.id ?? null,
      };
    });
  };

  const sendOne = async (
    response: Response,
    page: ManageRequest,
    proposal: Proposal,
    shown: {
      readonly filter: PreviewFilter;
      readonly form: PublishForm | null;
      readonly problem: Problem | null;
    },
  ): Promise<void> => {
    const { ui, words, wordsOf } = page;
    const own = `${path}/${proposal.id}`;
    const isOpen = proposal.status === 'open';
    const files = isOpen ? await proposals.files(proposal) : [];
    const isMoved = files.some((file) => file.isMoved);
    const state = isOpen && !isMoved ? await proposals.preview(proposal.id) : null;
    const filled = shown.form ?? { ...emptyForm, note: proposal.reason };
    const preview =
      state === null
        ? { timeZone: page.current.public.site.timeZone }
        : await panel.model(response, page, state, { path: own, filter: shown.filter, form: filled });
    const changed = state?.kind === 'compared' ? state.preview.changedFiles.map((file) => file.path) : [];
    sendManagePage(views, response, 'manage/proposal', page, {
      ...preview,
      row: presentProposal(proposal, { ui, words }),
      isReadOnly: isOpen && !(await proposals.canWrite()),
      isMoved,
      files: files.map((file, at) => ({
        path: file.path,
        isNew: file.now === null,
        isMoved: file.isMoved,
        dir: wordsOf(localeOfPath(file.path, page)).direction,
        lang: localeOfPath(file.path, page),
        runs: shortened(consistency.compare(file.now ?? '', plainText(file.text).normalize('NFC'))),
        text: plainText(file.text),
        downloadHref: hrefOf(`${own}/file`, { ui, at: String(at) }),
      })),
      // What is being written must not be lost when the page asks again for its preview.
      mayEdit: isOpen && state?.kind !== 'running',
      along: changed.filter((one) => !proposal.files.some((file) => file.path === one)),
      answers: answeredNow(proposal, page),
      said: page.given.said ?? null,
      problem: shown.problem,
      actions: {
        edit: hrefOf(`${own}/edit`, { ui }),
        renew: hrefOf(`${own}/renew`, { ui }),
        withdraw: hrefOf(`${own}/withdraw`, { ui }),
      },
      listHref: hrefOf(path, { ui }),
    });
  };

  const show: RequestHandler = async (request, response) => {
    const proposal = await proposalOf(request);
    const at = { path: `${path}/${proposal.id}`, known: ['fate', 'locale', 'page', 'said'] };
    const page = openManagePage(deps, at, request, response);
    await sendOne(response, page, proposal, { filter: readFilter(page), form: null, problem: null });
  };

  /** Does something to a proposal and comes back to it; what cannot be done is said there. */
  const act =
    (
      said: string,
      work: (proposal: Proposal, request: Request, response: Response) => Promise<unknown>,
    ): RequestHandler =>
    async (request, response) => {
      const proposal = await proposalOf(request);
      const page = openManagePage(deps, { path: `${path}/${proposal.id}` }, request, response);
      try {
        await work(proposal, request, response);
        response.redirect(303, hrefOf(`${path}/${proposal.id}`, { ui: page.ui, said }));
      } catch (error) {
        if (!(error instanceof AppError) || error.status >= 500) throw error;
        response.status(error.status);
        const problem = {
          text: page.words.say('manage.proposal.cannotBeDone'),
          errors: [describeError(error)],
        };
        await sendOne(response, page, await proposalOf(request), { filter: noFilter, form: null, problem });
      }
    };

  const publish: RequestHandler = async (request, response) => {
    const proposal = await proposalOf(request);
    const page = openManagePage(deps, { path: `${path}/${proposal.id}` }, request, response);
    const form = readPublishForm(request.body);
    const refuse = async (status: number, text: string, errors: readonly AppError[]): Promise<void> => {
      response.status(status);
      const problem = { text, errors: errors.map(describeError) };
      await sendOne(response, page, await proposalOf(request), { filter: noFilter, form, problem });
    };
    try {
      const outcome = await panel.submit(request, response, page, {
        state: await proposals.preview(proposal.id),
        form,
        publish: (wanted) => proposals.publish(proposal.id, wanted),
      });
      if (outcome.kind === 'refused') return refuse(outcome.status, outcome.text, outcome.errors);
      response.redirect(303, hrefOf(`${path}/${proposal.id}`, { ui: page.ui, said: 'published' }));
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      await refuse(error.status, page.words.say('manage.proposal.cannotBeDone'), [error]);
    }
  };

  const download: RequestHandler = async (request, response) => {
    const proposal = await proposalOf(request);
    const page = openManagePage(deps, { path: `${path}/${proposal.id}`, known: ['at'] }, request, response);
    const file = proposal.files[Number(page.given.at ?? '0')];
    if (file === undefined) throw new AppError('not-found', { message: 'The proposal has no such file.' });
    response
      .type('text/plain')
      .set('Content-Disposition', `attachment; filename="${file.path.split('/').at(-1) ?? 'file'}"`)
      .send(Buffer.from(file.text, 'utf8'));
  };

  const editor = { access: 'editor' } as const;
  const post = { method: 'post', access: 'editor' } as const;
  return [
    manageRoute(
      path,
      'Changes of the content that were proposed: open, published or withdrawn.',
      list,
      editor,
    ),
    manageRoute(
      `${path}/new`,
      'The form for another phrasing, a new article, or questions out of scope.',
      start,
      editor,
    ),
    manageRoute(`${path}/new`, 'Makes a proposal; the content stays as it is.', make, post),
    manageRoute(
      `${path}/:id`,
      'One proposal: why, its files word by word, what publishing it would do, and the forms to edit, publish or withdraw it.',
      show,
      editor,
    ),
    manageRoute(`${path}/:id/file`, 'A file as a proposal leaves it, to be put in place by hand.', download, {
      access: 'editor',
      format: 'text',
    }),
    {
      ...manageRoute(
        `${path}/:id/edit`,
        'Proposes another text for a file of a proposal.',
        act('edited', async ({ id, files }, request, response) => {
          const { path: name, text } = readForm(request, editForm);
          const was = files.find((file) => file.path === name)?.text ?? '';
          await proposals.revise(id, { path: name, text: asInFile(text, was) }, originOf(request, response));
        }),
        post,
      ),
      body: express.urlencoded({ limit: mostBytes, extended: false, parameterLimit: 10 }),
    },
    manageRoute(
      `${path}/:id/renew`,
      'Makes a proposal anew from the content as it is now.',
      act('renewed', ({ id }, request, response) => proposals.renew(id, originOf(request, response))),
      post,
    ),
    manageRoute(
      `${path}/:id/withdraw`,
      'Withdraws a proposal.',
      act('withdrawn', ({ id }, request, response) => proposals.withdraw(id, originOf(request, response))),
      post,
    ),
    manageRoute(
      `${path}/:id/publish`,
      'Writes a proposal into the content directory and publishes it; where that is refused, the directory is as before.',
      publish,
      post,
    ),
  ];
}

/** Questions of a published proposal that are asked again: a person reads no more. */
const mostAnswered = 10;

function makeInWords(kind: NewKind, { words }: ManageRequest): string {
  switch (kind) {
    case 'variant':
      return words.say('manage.proposal.make.variant');
    case 'article':
      return words.say('manage.proposal.make.article');
    case 'out-of-scope':
      return words.say('manage.proposal.make.outOfScope');
  }
}

/** What a form asks for; what is wrong with it is found when it is made. */
function wishOf(form: NewForm): ContentWish {
  const lines = [...new Set(form.questions.split(/\r\n?|\n/).map((line) => line.trim()))].filter(
    (line) => line !== '',
  );
  const { locale, articleId, question, category, slug, title, owner, text } = form;
  switch (form.kind) {
    case 'variant':
      return { kind: 'variant', articleId: articleId.trim(), locale, question: question.trim() };
    case 'article': {
      // A title is a phrasing already.
      const questions = lines.filter((line) => line !== title.trim());
      return {
        kind: 'article',
        locale,
        category,
        slug: slug.trim(),
        title: title.trim(),
        questions,
        owner,
        text,
      };
    }
    case 'out-of-scope':
      return { kind: 'out-of-scope', locale, questions: lines };
  }
}

function localeOfPath(file: string, { current, ui }: ManageRequest): string {
  const locale = file.split('/')[0] ?? '';
  return current.public.site.locales.includes(locale) ? locale : ui;
}

/** As it reads: line ends and a byte-order mark are the file's own business. */
function plainText(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}
