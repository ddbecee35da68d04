import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { DeliveryState, NewEndpoint, Webhooks } from '../../webhooks/webhooks.ts';
import { deliveryStates } from '../../webhooks/webhooks.ts';
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
import {
  presentDelivery,
  presentEndpoint,
  stateInWords,
  typesOffered,
  webhookProblem,
} from './present-webhooks.ts';

/** What the pages of webhooks are made with. */
export interface WebhooksDeps extends ManageDeps {
  readonly loop: { readonly webhooks: Webhooks };
}

const path = '/manage/webhooks';
const dayMs = 86_400_000;

/** Deliveries on one page of an endpoint. */
const onPage = 50;

const token = { [formTokenField]: z.string().optional() };
const wishForm = z.object({ url: z.string().max(10_000), type: manyTexts, ...token });
const typesForm = z.object({ type: manyTexts, ...token });
const plainForm = z.object(token);
const replayForm = z.object({
  /** A delivery's id, or `all`. */
  what: z.string().regex(/^(?:all|\d{1,15})$/),
  /** Days; for all. */
  days: z.enum(['1', '7', 'all']).optional(),
  ...token,
});

/** What is said after something was done. */
const sayings = ['changed', 'tested', 'disabled', 'enabled', 'replayed'] as const;

/** The pages of outgoing webhooks: who is told of what, and what became of it. */
export function webhooksRoutes(deps: WebhooksDeps): readonly Route[] {
  const { views, door } = deps;
  const { webhooks } = deps.loop;
  const zoneOf = ({ current }: ManageRequest): string => current.public.site.timeZone;
  const hereOf = (id: number, action = ''): string => `${path}/${id}${action}`;

  const list: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: ['said'] }, request, response);
    const { ui, words } = page;
    const rows = await webhooks.list();
    sendManagePage(views, response, 'manage/webhooks', page, {
      rows: rows.map(({ endpoint, counts }) => ({
        ...presentEndpoint(endpoint, counts, words),
        href: hrefOf(hereOf(endpoint.id), { ui }),
      })),
      isDeleted: page.given.said === 'deleted',
      newHref: hrefOf(`${path}/new`, { ui }),
      timeZone: zoneOf(page),
    });
  };

  const sendForm = (
    response: Response,
    page: ManageRequest,
    wish: { readonly url: string; readonly type: readonly string[] },
    problem: ReturnType<typeof webhookProblem> | null,
  ): void =>
    sendManagePage(views, response, 'manage/webhook-new', page, {
      action: hrefOf(path, { ui: page.ui }),
      listHref: hrefOf(path, { ui: page.ui }),
      url: wish.url,
      types: typesOffered(wish.type, page.words),
      problem,
    });

  const showForm: RequestHandler = (request, response) =>
    sendForm(
      response,
      openManagePage(deps, { path: `${path}/new` }, request, response),
      { url: '', type: [] },
      null,
    );

  /** The page with a secret: the only one that ever shows it. */
  const sendSecret = (
    response: Response,
    page: ManageRequest,
    { endpoint, secret }: NewEndpoint,
    isNew: boolean,
  ): void => {
    response.status(201);
    sendManagePage(views, response, 'manage/webhook-secret', page, {
      url: endpoint.url.href,
      secret,
      isNew,
      formerUntil: endpoint.formerUntil,
      timeZone: zoneOf(page),
      endpointHref: hrefOf(hereOf(endpoint.id), { ui: page.ui }),
    });
  };

  const add: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const wish = readForm(request, wishForm);
    try {
      const made = await webhooks.add({ url: wish.url, types: wish.type }, originOf(request, response));
      sendSecret(response, page, made, true);
    } catch (error) {
      const problem = webhookProblem(error, page.words);
      response.status(400);
      sendForm(response, page, wish, problem);
    }
  };

  const sendEndpoint = async (
    response: Response,
    page: ManageRequest,
    id: number,
    shown: { readonly problem?: ReturnType<typeof webhookProblem>; readonly isStale?: boolean } = {},
  ): Promise<void> => {
    const { ui, words, given } = page;
    const found = await webhooks.find(id);
    if (found === null) throw noEndpoint(id);
    const { endpoint, counts } = found;
    const state = stateOf(given.state);
    const before = given.before === undefined ? null : numberOf(given.before, 'before');
    const rows = await webhooks.deliveries(id, { state, before, limit: onPage + 1 });
    const here = (more: Readonly<Record<string, string>>): string => hrefOf(hereOf(id), { ui, ...more });
    const act = (action: string): string => hrefOf(hereOf(id, action), { ui });
    const last = rows[onPage - 1];
    sendManagePage(views, response, 'manage/webhook', page, {
      endpoint: presentEndpoint(endpoint, counts, words),
      types: typesOffered(endpoint.types, words),
      problem: shown.problem ?? null,
      isStale: shown.isStale === true,
      said: sayings.find((one) => one === given.said) ?? null,
      count: Number(given.count ?? 0),
      states: [null, ...deliveryStates].map((one) => ({
        label: one === null ? words.say('manage.webhooks.all') : stateInWords(one, words),
        count: one === null ? Object.values(counts).reduce((sum, more) => sum + more, 0) : counts[one],
        href: here(one === null ? {} : { state: one }),
        current: one === state,
      })),
      rows: rows.slice(0, onPage).map((delivery) => presentDelivery(delivery, words)),
      olderHref:
        rows.length > onPage && last !== undefined
          ? here({ ...(state === null ? {} : { state }), before: String(last.id) })
          : null,
      isFirst: before === null,
      firstHref: here(state === null ? {} : { state }),
      actions: {
        types: act('/types'),
        test: act('/test'),
        rotate: act('/rotate'),
        disable: act('/disable'),
        enable: act('/enable'),
        remove: act('/delete'),
        replay: act('/replay'),
      },
      timeZone: zoneOf(page),
      listHref: hrefOf(path, { ui }),
    });
  };

  const show: RequestHandler = async (request, response) => {
    const id = idOf(request);
    const known = ['said', 'count', 'state', 'before'];
    const page = openManagePage(deps, { path: hereOf(id), known }, request, response);
    await sendEndpoint(response, page, id);
  };

  /** Does something to an endpoint and leads back to it, or shows how it stands where somebody else was faster. */
  const acting =
    (
      act: (
        id: number,
        request: Request,
        response: Response,
        page: ManageRequest,
      ) => Promise<Readonly<Record<string, string>> | null>,
    ): RequestHandler =>
    async (request, response) => {
      const id = idOf(request);
      const page = openManagePage(deps, { path: hereOf(id) }, request, response);
      try {
        const said = await act(id, request, response, page);
        if (said !== null) response.redirect(303, hrefOf(hereOf(id), { ui: page.ui, ...said }));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'changed-meanwhile') throw error;
        response.status(409);
        await sendEndpoint(response, page, id, { isStale: true });
      }
    };
  const plainly = (act: (id: number, request: Request, response: Response) => Promise<void>, said: string) =>
    acting(async (id, request, response) => {
      readForm(request, plainForm);
      await act(id, request, response);
      return { said };
    });

  const change = acting(async (id, request, response, page) => {
    const { type } = readForm(request, typesForm);
    try {
      await webhooks.change(id, type, originOf(request, response));
      return { said: 'changed' };
    } catch (error) {
      const problem = webhookProblem(error, page.words);
      response.status(400);
      await sendEndpoint(response, page, id, { problem });
      return null;
    }
  });
  const rotate = acting(async (id, request, response, page) => {
    readForm(request, plainForm);
    sendSecret(response, page, await webhooks.rotate(id, originOf(request, response)), false);
    return null;
  });
  const replay = acting(async (id, request, response) => {
    const { what, days = 'all' } = readForm(request, replayForm);
    const since = days === 'all' ? null : new Date(door.now().getTime() - Number(days) * dayMs).toISOString();
    const wanted = what === 'all' ? { since } : { delivery: Number(what) };
    const count = await webhooks.replay(id, wanted, originOf(request, response));
    return { said: 'replayed', count: String(count) };
  });
  const remove = acting(async (id, request, response, page) => {
    readForm(request, plainForm);
    await webhooks.remove(id, originOf(request, response));
    response.redirect(303, hrefOf(path, { ui: page.ui, said: 'deleted' }));
    return null;
  });

  const by = (request: Request, response: Response) => originOf(request, response);
  const forAdmins = { access: 'admin', fresh: true } as const;
  const post = { ...forAdmins, method: 'post' } as const;
  const one = `${path}/:number`;
  return [
    manageRoute(path, 'For admins: who is told of what happens here, by webhooks.', list, {
      access: 'admin',
    }),
    manageRoute(path, 'Adds an endpoint for webhooks and shows its secret this once.', add, post),
    manageRoute(`${path}/new`, 'The form for a new endpoint.', showForm, forAdmins),
    manageRoute(one, 'For admins: one endpoint, what it is told of, and what became of it.', show, forAdmins),
    manageRoute(`${one}/types`, 'Says anew of which events an endpoint is told.', change, post),
    manageRoute(
      `${one}/test`,
      'Sends a test event to an endpoint.',
      plainly((id, request, response) => webhooks.test(id, by(request, response)), 'tested'),
      post,
    ),
    manageRoute(`${one}/rotate`, 'Makes a new secret for an endpoint and shows it this once.', rotate, post),
    manageRoute(
      `${one}/disable`,
      'Stops telling an endpoint, and gives up what waits for it.',
      plainly((id, request, response) => webhooks.disable(id, by(request, response)), 'disabled'),
      post,
    ),
    manageRoute(
      `${one}/enable`,
      'Tells a disabled endpoint again.',
      plainly((id, request, response) => webhooks.enable(id, by(request, response)), 'enabled'),
      post,
    ),
    manageRoute(`${one}/delete`, 'Deletes an endpoint with all its deliveries.', remove, post),
    manageRoute(
      `${one}/replay`,
      'Sends an event to an endpoint again, or all that were given up.',
      replay,
      post,
    ),
  ];
}

function idOf(request: Request): number {
  const text = String(request.params.number);
  if (!/^\d{1,15}$/.test(text)) throw noEndpoint(text);
  return Number(text);
}

function noEndpoint(found: string | number): AppError {
  return new AppError('not-found', {
    message: 'There is no such endpoint for webhooks.',
    found: String(found),
  });
}

/** Errors: invalid-request. */
function numberOf(text: string, field: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError('invalid-request', { field, expected: 'a whole number', found: text });
}

/** Errors: invalid-request. */
function stateOf(text: string | undefined): DeliveryState | null {
  if (text === undefined) return null;
  const state = deliveryStates.find((one) => one === text);
  if (state !== undefined) return state;
  throw new AppError('invalid-request', { field: 'state', expected: deliveryStates.join(', '), found: text });
}
