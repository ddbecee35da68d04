import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import {
  type ApiKey,
  type ApiKeys,
  defaultLifeDays,
  defaultPerMinute,
  type KeyWish,
  type NewKey,
  overlapHours,
} from '../../accounts/api-keys.ts';
import { type KeyScope, keyScopes, leastRoleFor } from '../../accounts/key-scopes.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Words } from '../../http/words.ts';
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

/** What the pages of API keys are made with. */
export interface KeysDeps extends ManageDeps {
  readonly apiKeys: ApiKeys;
  readonly config: Config;
}

const path = '/manage/keys';

/** How many days a key may be wished to live; null: it has no end. */
const lives = [30, 90, defaultLifeDays, null] as const;

const day = 86_400_000;

const token = { [formTokenField]: z.string().optional() };
const plain = z.string().max(200);
const wishForm = z.object({
  name: plain,
  channel: plain,
  scope: plain,
  perMinute: plain,
  perDay: plain,
  life: plain,
  origins: z.string().max(10_000),
  ...token,
});
const rotateForm = z.object({ old: z.enum(['day', 'now']), ...token });
const revokeForm = z.object({ ...token });

type WishFields = Omit<z.infer<typeof wishForm>, typeof formTokenField>;

const emptyWish: WishFields = {
  name: '',
  channel: '',
  scope: 'public-answers',
  perMinute: String(defaultPerMinute),
  perDay: '',
  life: String(defaultLifeDays),
  origins: '',
};

/** The pages of API keys: the list, the form for a new one, and one key with the ways to replace or revoke it. */
export function keysRoutes(deps: KeysDeps): readonly Route[] {
  const { apiKeys, config, views, door } = deps;

  const present = (key: ApiKey, { words, ui }: ManageRequest) => {
    const state = apiKeys.stateOf(key);
    return {
      ...key,
      href: hrefOf(`${path}/${key.prefix}`, { ui }),
      scope: scopeInWords(key.scope, words),
      isForAgents: key.scope === 'agent-answers',
      state: stateInWords(state, words),
      isLive: state === 'live',
      isExpired: state === 'expired',
      isRevoked: state === 'revoked',
    };
  };
  const zoneOf = ({ current }: ManageRequest): string => current.public.site.timeZone;
  const mayHandle = ({ signedIn }: ManageRequest, scope: KeyScope): boolean =>
    hasRole(signedIn.account.role, leastRoleFor(scope));

  /** Errors: forbidden. */
  const checkHandles = (page: ManageRequest, scope: KeyScope): void => {
    if (mayHandle(page, scope)) return;
    throw new AppError('forbidden', {
      message: 'Your role does not open this.',
      expected: leastRoleFor(scope),
      found: page.signedIn.account.role,
    });
  };

  const list: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: ['q', 'state', 'scope'] }, request, response);
    const { q = '', state = '', scope = '' } = page.given;
    const all = await apiKeys.list();
    const wanted = q.toLowerCase();
    const found = all.filter(
      (key) =>
        (key.name.toLowerCase().includes(wanted) ||
          wanted.includes(key.prefix) ||
          key.prefix.includes(wanted)) &&
        (state === '' || apiKeys.stateOf(key) === state) &&
        (scope === '' || key.scope === scope),
    );
    // What is taken stands before what only tells how it was.
    const isLive = (key: ApiKey): boolean => apiKeys.stateOf(key) === 'live';
    const ordered = [...found.filter(isLive), ...found.filter((key) => !isLive(key))];
    sendManagePage(views, response, 'manage/keys', page, {
      rows: ordered.map((key) => present(key, page)),
      found: found.length,
      all: all.length,
      timeZone: zoneOf(page),
      isRequired: config.apiKeys === 'required',
      keylessRateLimit: config.keylessRateLimit,
      newHref: hrefOf(`${path}/new`, { ui: page.ui }),
      ui: page.ui,
      filter: {
        words: q,
        states: (['live', 'expired', 'revoked'] as const).map((id) => ({
          id,
          label: stateInWords(id, page.words),
          chosen: id === state,
        })),
        scopes: keyScopes.map((id) => ({
          id,
          label: scopeInWords(id, page.words),
          chosen: id === scope,
        })),
        clearHref: q + state + scope === '' ? null : hrefOf(path, { ui: page.ui }),
      },
    });
  };

  const sendForm = (
    response: Response,
    page: ManageRequest,
    wish: WishFields,
    problem: { readonly field: string; readonly text: string } | null,
  ): void =>
    sendManagePage(views, response, 'manage/key-new', page, {
      action: hrefOf(path, { ui: page.ui }),
      listHref: hrefOf(path, { ui: page.ui }),
      wish,
      problem,
      isForAgents: wish.scope === 'agent-answers',
      maySeeAgents: mayHandle(page, 'agent-answers'),
      lives: lives.map((days) => ({
        value: days === null ? 'never' : String(days),
        label:
          days === null
            ? page.words.say('manage.keys.noEnd')
            : page.words.say('manage.keys.days', { count: days }),
        chosen: wish.life === (days === null ? 'never' : String(days)),
      })),
    });

  const showForm: RequestHandler = (request, response) =>
    sendForm(response, openManagePage(deps, { path: `${path}/new` }, request, response), emptyWish, null);

  /** The page of a key that was just made: the only one that ever shows it. */
  const sendMade = (
    response: Response,
    page: ManageRequest,
    { key, token: made }: NewKey,
    old: { readonly prefix: string; readonly until: string | null } | null,
  ): void => {
    const call = key.scope === 'agent-answers' ? '/api/v1/agent/answer' : '/api/v1/answer';
    sendManagePage(views, response, 'manage/key-made', page, {
      key: present(key, page),
      token: made,
      old,
      curl: [
        `curl ${deps.publicUrl}${call} \\`,
        `  -H 'Authorization: Bearer ${made}' \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '{"question": "Can I cancel my order?"}'`,
      ].join('\n'),
      timeZone: zoneOf(page),
      listHref: hrefOf(path, { ui: page.ui }),
    });
  };

  const create: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const wish = readForm(request, wishForm);
    const scope = keyScopes.find((one) => one === wish.scope);
    if (scope === undefined)
      throw new AppError('invalid-request', {
        field: 'scope',
        expected: keyScopes.join(' or '),
        found: wish.scope,
      });
    checkHandles(page, scope);
    try {
      const made = await apiKeys.create(wishOf(wish, door.now()), originOf(request, response));
      response.status(201);
      sendMade(response, page, made, null);
    } catch (error) {
      const problem = problemOf(error, wish, page.words);
      response.status(400);
      sendForm(response, page, wish, problem);
    }
  };

  /** The key that an address names. Errors: not-found. */
  const keyOf = async (request: Request): Promise<ApiKey> => {
    const key = await apiKeys.find(String(request.params.prefix));
    if (key === null) throw new AppError('not-found', { message: 'There is no such API key.' });
    return key;
  };

  const sendKey = (response: Response, page: ManageRequest, key: ApiKey, isStale: boolean): void => {
    const here = `${path}/${key.prefix}`;
    sendManagePage(views, response, 'manage/key', page, {
      key: present(key, page),
      timeZone: zoneOf(page),
      isDone: page.given.said === 'revoked',
      isStale,
      mayHandle: mayHandle(page, key.scope),
      overlapHours,
      actions: {
        rotate: hrefOf(`${here}/rotate`, { ui: page.ui }),
        revoke: hrefOf(`${here}/revoke`, { ui: page.ui }),
      },
      listHref: hrefOf(path, { ui: page.ui }),
    });
  };

  const show: RequestHandler = async (request, response) => {
    const key = await keyOf(request);
    const page = openManagePage(deps, { path: `${path}/${key.prefix}`, known: ['said'] }, request, response);
    sendKey(response, page, key, false);
  };

  /** Does something to a key, or shows how it stands where somebody else was faster. */
  const acting =
    (
      act: (key: ApiKey, page: ManageRequest, request: Request, response: Response) => Promise<void>,
    ): RequestHandler =>
    async (request, response) => {
      const key = await keyOf(request);
      const page = openManagePage(deps, { path: `${path}/${key.prefix}` }, request, response);
      checkHandles(page, key.scope);
      try {
        await act(key, page, request, response);
      } catch (error) {
        if (!(error instanceof AppError) || error.field !== 'prefix') throw error;
        response.status(409);
        sendKey(response, page, await keyOf(request), true);
      }
    };

  const rotate = acting(async (key, page, request, response) => {
    const { old } = readForm(request, rotateForm);
    const made = await apiKeys.rotate(key.prefix, { atOnce: old === 'now' }, originOf(request, response));
    const { expiresAt, revokedAt } = await keyOf(request);
    response.status(201);
    sendMade(response, page, made, {
      prefix: key.prefix,
      until: revokedAt === null ? expiresAt : null,
    });
  });

  const revoke = acting(async (key, page, request, response) => {
    readForm(request, revokeForm);
    await apiKeys.revoke(key.prefix, originOf(request, response));
    response.redirect(303, hrefOf(`${path}/${key.prefix}`, { ui: page.ui, said: 'revoked' }));
  });

  const post = { method: 'post', fresh: true } as const;
  return [
    manageRoute(path, 'For managers: every API key, what it opens, its limits and when it was used.', list),
    manageRoute(
      path,
      "Makes an API key and shows it this once; one for agents' answers is for admins to make.",
      create,
      post,
    ),
    manageRoute(`${path}/new`, 'The form for a new API key.', showForm, { fresh: true }),
    manageRoute(`${path}/:prefix`, 'For managers: one API key, and the ways to replace or revoke it.', show, {
      fresh: true,
    }),
    manageRoute(
      `${path}/:prefix/rotate`,
      'Makes a key that takes the place of another, and shows it this once.',
      rotate,
      post,
    ),
    manageRoute(
      `${path}/:prefix/revoke`,
      'Revokes an API key: it counts from the next call on.',
      revoke,
      post,
    ),
  ];
}

function scopeInWords(scope: KeyScope, words: Words): string {
  return scope === 'agent-answers' ? words.say('manage.keys.agent') : words.say('manage.keys.public');
}

function stateInWords(state: ReturnType<ApiKeys['stateOf']>, words: Words): string {
  switch (state) {
    case 'live':
      return words.say('manage.keys.live');
    case 'expired':
      return words.say('manage.keys.expired');
    case 'revoked':
      return words.say('manage.keys.revoked');
  }
}

/** A form's fields as a wish. Errors: invalid-request for a length of life that the form does not offer. */
function wishOf(form: WishFields, now: Date): KeyWish {
  const life = lives.find((days) => form.life === (days === null ? 'never' : String(days)));
  if (life === undefined)
    throw new AppError('invalid-request', {
      field: 'life',
      expected: lives.map((days) => days ?? 'never').join(', '),
      found: form.life,
    });
  return {
    name: form.name,
    channel: form.channel.trim(),
    scope: form.scope,
    perMinute: numberOf(form.perMinute),
    perDay: form.perDay.trim() === '' ? null : numberOf(form.perDay),
    origins: form.origins.split(/\s+/).filter((origin) => origin !== ''),
    expiresAt: life === null ? null : new Date(now.getTime() + life * day).toISOString(),
  };
}

/** NaN for what is no plain number. */
function numberOf(text: string): number {
  return /^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** Why a key cannot be made, in the page's language. Throws the error again where no field is at fault. */
function problemOf(
  error: unknown,
  wish: WishFields,
  words: Words,
): { readonly field: string; readonly text: string } {
  const field = error instanceof AppError ? error.field : undefined;
  switch (field) {
    case 'name': {
      const isTaken = error instanceof AppError && error.found === wish.name.normalize('NFC').trim();
      return {
        field,
        text: isTaken ? words.say('manage.keys.problem.taken') : words.say('manage.keys.problem.name'),
      };
    }
    case 'channel':
      return { field, text: words.say('manage.keys.problem.channel') };
    case 'perMinute':
      return { field, text: words.say('manage.keys.problem.perMinute') };
    case 'perDay':
      return { field, text: words.say('manage.keys.problem.perDay') };
    case 'origins':
      return { field, text: words.say('manage.keys.problem.origins') };
    default:
      throw error;
  }
}
