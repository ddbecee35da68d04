import type { RequestHandler, Response } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { EditingRights } from '../../accounts/editing-rights.ts';
import { AppError, describeError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { ImpactPreview } from '../../impact/impact.ts';
import { type Fate, fates } from '../../snapshots/release-report.ts';
import { originOf } from '../origin.ts';
import type { PreviewState, Previews } from '../previews.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { type MayPublish, mayPublish, publishers } from './may-publish.ts';
import { type PreviewFilter, presentPreview } from './present-preview.ts';

/** What the page of the preview is made with. */
export interface PreviewDeps extends ManageDeps {
  readonly previews: Previews;
  readonly accounts: Pick<Accounts, 'people'>;
  readonly editingRights: Pick<EditingRights, 'categoriesOf'>;
}

const path = '/manage/preview';

/** Most characters of a note. */
const longestNote = 2_000;

/** Files and people that are named where somebody may not publish; the rest is counted. */
const mostNamed = 8;

/** Seconds after which a page that waits for a preview asks again. */
const refreshSeconds = 2;

interface PublishForm {
  readonly note: string;
  readonly acknowledgement: string;
  readonly asksReading: boolean;
  /** The preview that was looked at. */
  readonly key: string;
}

const emptyForm: PublishForm = { note: '', acknowledgement: '', asksReading: false, key: '' };

/** The page that says what publishing would do to answers, and publishes. */
export function previewRoutes(deps: PreviewDeps): readonly Route[] {
  const { views, previews, accounts, editingRights } = deps;

  const permissionOf = async ({ signedIn }: ManageRequest, preview: ImpactPreview): Promise<MayPublish> =>
    mayPublish(signedIn.account, await editingRights.categoriesOf(signedIn.account.teams), preview);

  /** Why somebody may not publish, and who can; null: they may. */
  const presentRefusal = async (page: ManageRequest, preview: ImpactPreview) => {
    const permission = await permissionOf(page, preview);
    if (permission.kind === 'may') return null;
    const able = publishers(await accounts.people()).map(({ name, fullName }) => fullName ?? name);
    const { foreign } = permission;
    return {
      breaks: permission.breaks,
      files: foreign.slice(0, mostNamed),
      moreFiles: Math.max(0, foreign.length - mostNamed),
      people: able.slice(0, mostNamed),
    };
  };

  const send = async (
    response: Response,
    page: ManageRequest,
    state: PreviewState,
    shown: {
      readonly filter: PreviewFilter;
      readonly form: PublishForm;
      readonly problem: { readonly text: string; readonly errors: readonly string[] } | null;
    },
  ): Promise<void> => {
    const { ui, words, wordsOf, current } = page;
    const { site } = current.public;
    const mayNot = state.kind === 'compared' ? await presentRefusal(page, state.preview) : null;
    if (state.kind === 'running') response.set('Refresh', String(refreshSeconds));
    sendManagePage(views, response, 'manage/preview', page, {
      isPreview: true,
      timeZone: site.timeZone,
      running: state.kind === 'running' ? { progress: state.progress } : null,
      errors: state.kind === 'refused' ? state.errors.map(describeError) : null,
      preview:
        state.kind === 'compared'
          ? presentPreview(state.preview, shown.filter, { ui, path, site, words, wordsOf })
          : null,
      problem: shown.problem,
      mayNot,
      form: { ...shown.form, action: hrefOf(`${path}/publish`, { ui }), longestNote },
      said: page.given.said ?? null,
      againHref: hrefOf(path, { ui }),
    });
  };

  const show: RequestHandler = async (request, response) => {
    const at = { path, known: ['fate', 'locale', 'page', 'said'] };
    const page = openManagePage(deps, at, request, response);
    const filter = readFilter(page);
    await send(response, page, await previews.look(), { filter, form: emptyForm, problem: null });
  };

  const publish: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const form = readForm(request.body);
    const state = await previews.look();
    const refuse = (status: number, text: string, errors: readonly AppError[] = []): Promise<void> => {
      response.status(status);
      const problem = { text, errors: errors.map(describeError) };
      return send(response, page, state, { filter: { fate: null, locale: null, page: 1 }, form, problem });
    };
    if (form.note === '') return refuse(400, page.words.say('manage.preview.noNote'));
    if (state.kind !== 'compared' || state.preview.key !== form.key)
      return refuse(409, page.words.say('manage.preview.changed'));
    const permission = await permissionOf(page, state.preview);
    if (permission.kind === 'may-not') return refuse(403, page.words.say('manage.preview.notYours'));
    const { broken } = state.preview;
    if (broken.length > 0 && form.acknowledgement === '')
      return refuse(400, page.words.say('manage.preview.noAcknowledgement'));
    const published = await previews.publish({
      publisher: page.signedIn.account.name,
      by: originOf(request, response),
      changeNote: form.note,
      // What breaks since the page was looked at is not for whoever is bound to categories to acknowledge.
      acknowledgement: permission.within === null ? form.acknowledgement : '',
      asksReading: form.asksReading,
      within: permission.within,
      seen: form.key,
    });
    if (published.status === 'refused' && published.errors.some(({ code }) => code === 'changed-meanwhile'))
      return refuse(409, page.words.say('manage.preview.changed'));
    if (published.status === 'refused')
      return refuse(422, page.words.say('manage.preview.refused'), published.errors);
    response.redirect(
      303,
      published.status === 'published'
        ? hrefOf(`/manage/releases/${published.release.number}`, { ui: page.ui })
        : hrefOf(path, { ui: page.ui, said: 'unchanged' }),
    );
  };

  return [
    manageRoute(
      path,
      'What publishing the content as it is now would do to answers, word for word, and the form to publish it.',
      show,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/publish`,
      'Publishes the content that was previewed; a note is required, and another where golden questions break.',
      publish,
      { method: 'post', access: 'editor' },
    ),
  ];
}

/** Errors: invalid-request for a fate, a language or a page that there is not. */
function readFilter({ given, current }: ManageRequest): PreviewFilter {
  const { fate, locale, page } = given;
  if (fate !== undefined && !isFate(fate)) {
    throw new AppError('invalid-request', { field: 'fate', expected: fates.join(', '), found: fate });
  }
  if (page !== undefined && !/^[1-9][0-9]{0,5}$/.test(page)) {
    throw new AppError('invalid-request', { field: 'page', expected: 'a number from 1', found: page });
  }
  return {
    fate: fate ?? null,
    locale: locale === undefined ? null : current.public.checkLocale(locale),
    page: page === undefined ? 1 : Number(page),
  };
}

function isFate(text: string): text is Fate {
  return fates.some((fate) => fate === text);
}

/** The fields of the form, trimmed. Errors: invalid-request where a note is longer than any. */
function readForm(body: unknown): PublishForm {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => {
    const value = fields[field];
    if (typeof value !== 'string') return '';
    if (value.length > longestNote) {
      throw new AppError('invalid-request', {
        field,
        expected: `at most ${longestNote} characters`,
        found: `${value.length} characters`,
      });
    }
    return value.trim();
  };
  return {
    note: text('note'),
    acknowledgement: text('acknowledgement'),
    asksReading: text('asksReading') !== '',
    key: text('key'),
  };
}
