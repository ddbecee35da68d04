import type { RequestHandler, Response } from 'express';
import { describeError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { PreviewState, Previews } from '../previews.ts';
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
  createPreviewPanel,
  emptyForm,
  noFilter,
  type PreviewPanelDeps,
  type PublishForm,
  readFilter,
  readPublishForm,
} from './preview-panel.ts';

/** What the page of the preview is made with. */
export interface PreviewDeps extends ManageDeps, PreviewPanelDeps {
  readonly previews: Previews;
}

const path = '/manage/preview';

/** The page that says what publishing would do to answers, and publishes. */
export function previewRoutes(deps: PreviewDeps): readonly Route[] {
  const { views, previews } = deps;
  const panel = createPreviewPanel(deps);

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
    sendManagePage(views, response, 'manage/preview', page, {
      ...(await panel.model(response, page, state, { path, ...shown })),
      isPreview: true,
      problem: shown.problem,
      said: page.given.said ?? null,
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
    const form = readPublishForm(request.body);
    const state = await previews.look();
    const outcome = await panel.submit(request, response, page, { state, form, publish: previews.publish });
    if (outcome.kind === 'refused') {
      response.status(outcome.status);
      const problem = { text: outcome.text, errors: outcome.errors.map(describeError) };
      return send(response, page, state, { filter: noFilter, form, problem });
    }
    response.redirect(
      303,
      outcome.status === 'published'
        ? hrefOf(`/manage/releases/${outcome.release.number}`, { ui: page.ui })
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
