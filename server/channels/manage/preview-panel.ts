import type { Request, Response } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { EditingRights } from '../../accounts/editing-rights.ts';
import type { Release } from '../../answers/answer.ts';
import { AppError, describeError } from '../../errors.ts';
import type { ImpactPreview } from '../../impact/impact.ts';
import { type Fate, fates } from '../../snapshots/release-report.ts';
import { originOf } from '../origin.ts';
import type { PreviewState, Previews } from '../previews.ts';
import { hrefOf, type ManageRequest } from './manage-page.ts';
import { type MayPublish, mayPublish, publishers } from './may-publish.ts';
import { type PreviewFilter, presentPreview } from './present-preview.ts';

/** What a page that shows a preview is made with. */
export interface PreviewPanelDeps {
  readonly accounts: Pick<Accounts, 'people'>;
  readonly editingRights: Pick<EditingRights, 'categoriesOf'>;
}

/** The fields of the form that publishes. */
export interface PublishForm {
  readonly note: string;
  readonly acknowledgement: string;
  readonly asksReading: boolean;
  /** The preview that was looked at. */
  readonly key: string;
}

/** A form that nobody has filled in. */
export const emptyForm: PublishForm = { note: '', acknowledgement: '', asksReading: false, key: '' };

/** What became of a form that was sent. */
export type Submitted =
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly text: string;
      readonly errors: readonly AppError[];
    }
  | { readonly kind: 'done'; readonly status: 'published' | 'unchanged' | 'held'; readonly release: Release };

/** Most characters of a note. */
const longestNote = 2_000;

/** Files and people that are named where somebody may not publish; the rest is counted. */
const mostNamed = 8;

/** Seconds after which a page that waits for a preview asks again. */
const refreshSeconds = 2;

/** What pages with a preview share: its model, who may publish it, and the publishing. */
export function createPreviewPanel({ accounts, editingRights }: PreviewPanelDeps) {
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

  return {
    /** For the partial impact-preview; has the page asked again as long as the preview is under way. */
    async model(
      response: Response,
      page: ManageRequest,
      state: PreviewState,
      shown: { readonly path: string; readonly filter: PreviewFilter; readonly form: PublishForm },
    ) {
      const { ui, words, wordsOf, current } = page;
      const { site } = current.public;
      const { path, filter, form } = shown;
      if (state.kind === 'running') response.set('Refresh', String(refreshSeconds));
      return {
        timeZone: site.timeZone,
        running: state.kind === 'running' ? { progress: state.progress } : null,
        errors: state.kind === 'refused' ? state.errors.map(describeError) : null,
        preview:
          state.kind === 'compared'
            ? presentPreview(state.preview, filter, { ui, path, site, words, wordsOf })
            : null,
        mayNot: state.kind === 'compared' ? await presentRefusal(page, state.preview) : null,
        form: { ...form, action: hrefOf(`${path}/publish`, { ui }), longestNote },
        againHref: hrefOf(path, { ui }),
      };
    },

    /** Publishes what was looked at, where the form is whole and the person may. Errors: those of `publish`. */
    async submit(
      request: Request,
      response: Response,
      page: ManageRequest,
      asked: {
        readonly state: PreviewState;
        readonly form: PublishForm;
        readonly publish: (
          form: Omit<Parameters<Previews['publish']>[0], 'write'>,
        ) => ReturnType<Previews['publish']>;
      },
    ): Promise<Submitted> {
      const { state, form, publish } = asked;
      const refused = (status: number, text: string, errors: readonly AppError[] = []): Submitted => ({
        kind: 'refused',
        status,
        text,
        errors,
      });
      if (form.note === '') return refused(400, page.words.say('manage.preview.noNote'));
      if (state.kind !== 'compared' || state.preview.key !== form.key)
        return refused(409, page.words.say('manage.preview.changed'));
      const permission = await permissionOf(page, state.preview);
      if (permission.kind === 'may-not') return refused(403, page.words.say('manage.preview.notYours'));
      const { broken } = state.preview;
      if (broken.length > 0 && form.acknowledgement === '')
        return refused(400, page.words.say('manage.preview.noAcknowledgement'));
      const published = await publish({
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
        return refused(409, page.words.say('manage.preview.changed'));
      return published.status === 'refused'
        ? refused(422, page.words.say('manage.preview.refused'), published.errors)
        : { kind: 'done', ...published };
    },
  };
}

/** Which changes an address asks for. Errors: invalid-request for a fate, a language or a page that there is not. */
export function readFilter({ given, current }: ManageRequest): PreviewFilter {
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

/** All of it, from the first page. */
export const noFilter: PreviewFilter = { fate: null, locale: null, page: 1 };

function isFate(text: string): text is Fate {
  return fates.some((fate) => fate === text);
}

/** The fields of the form, trimmed. Errors: invalid-request where a note is longer than any. */
export function readPublishForm(body: unknown): PublishForm {
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
