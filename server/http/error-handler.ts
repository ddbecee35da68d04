import type { ErrorRequestHandler, Request } from 'express';
import type { Logger } from 'pino';
import { AppError, errorCatalogue, isWriteRefused } from '../errors.ts';
import { preferredLocale } from './preferred-locale.ts';
import type { Views } from './views.ts';

/** A problem details object (RFC 9457): what every JSON error of Concord looks like. */
export interface Problem {
  /** Reference to the code in README's error table. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
  readonly field?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
  /** The single findings, where there are several. */
  readonly errors?: readonly {
    readonly field?: string;
    readonly detail: string;
    readonly expected?: string;
    readonly found?: string;
    readonly hint?: string;
  }[];
}

/** What the database, express, its parsers and its router throw, as errors of the catalogue. */
function fromFramework(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isWriteRefused(error)) return new AppError('unavailable', { cause: error });
  const thrown = error as { status?: number; type?: string; message?: string };
  if (thrown.type === 'entity.too.large')
    return new AppError('body-too-large', { expected: 'at most 100 kB' });
  if (thrown.type === 'entity.parse.failed')
    return new AppError('invalid-request', {
      field: 'body',
      message: 'The body is not valid JSON.',
      expected: 'a JSON object',
      found: 'text that cannot be parsed',
    });
  if (thrown.status === 415) return new AppError('unsupported-media-type');
  if (thrown.type === 'parameters.too.many' || thrown.status === 413) return new AppError('body-too-large');
  if (thrown.status === 400)
    return new AppError('invalid-request', { message: 'The address or the body cannot be read.' });
  return new AppError('internal', { cause: error });
}

/** Details of an error that a stranger may read: all of a 4xx, nothing of ours. */
function problemOf(error: AppError, request: Request, requestId: string): Problem {
  const detail = (one: AppError) => ({
    ...(one.field === undefined ? {} : { field: one.field }),
    ...(one.expected === undefined ? {} : { expected: one.expected }),
    ...(one.found === undefined ? {} : { found: one.found }),
    ...(one.hint === undefined ? {} : { hint: one.hint }),
  });
  const { title } = errorCatalogue[error.code];
  const own = error.status >= 500;
  return {
    type: `/api/docs#${error.code}`,
    title,
    status: error.status,
    detail: own ? title : error.message,
    instance: request.path,
    code: error.code,
    requestId,
    ...(own ? {} : detail(error)),
    ...(own || error.errors.length === 0
      ? {}
      : { errors: error.errors.map((one) => ({ detail: one.message, ...detail(one) })) }),
  };
}

/**
 * The last handler of every request that failed: problem details below /api and for clients that want JSON, else a page
 * in the address's language, for agents and managers one of theirs. Logs what is ours; never shows a stack, a path or a value of ours; never cached.
 */
export function errorHandler(deps: {
  readonly views: Views;
  readonly log: Logger;
  /** Languages of the pages and the site's name in them; may throw, as what it reads may be what failed. */
  readonly languages: () => {
    readonly locales: readonly string[];
    readonly defaultLocale: string;
    readonly name: Readonly<Record<string, string>>;
  };
}): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = fromFramework(thrown);
    const requestId = String(response.locals.requestId ?? '');
    if (error.status >= 500)
      deps.log.error({ requestId, code: error.code, err: error.cause ?? error }, 'request failed');
    if (response.headersSent) return next(error);
    response.status(error.status).set('Cache-Control', 'no-store');
    response.removeHeader('ETag');
    const problem = problemOf(error, request, requestId);
    const wantsPage = !/^\/api\/v\d/.test(request.path) && request.accepts(['html', 'json']) === 'html';
    if (!wantsPage) return void response.type('application/problem+json').send(JSON.stringify(problem));
    response.type('html');
    try {
      const { locales, defaultLocale, name } = deps.languages();
      const [, first = ''] = request.path.split('/');
      const isInside = ['agent', 'manage', 'account'].includes(first);
      const named = isInside ? request.query.ui : first;
      const locale =
        typeof named === 'string' && locales.includes(named)
          ? named
          : preferredLocale(request.get('accept-language'), locales, defaultLocale);
      const { status, title, detail, code, expected, found } = problem;
      // Agents and managers are told what was expected and led back inside; customers' pages say what to do instead.
      const ui = `?ui=${encodeURIComponent(locale)}`;
      const manageHref = first === 'manage' && status !== 403 ? `/manage${ui}` : null;
      const confirmHref = code === 'not-proven' ? confirmHrefFor(request, locale) : null;
      const inside = isInside
        ? { detail, expected, found, agentHref: `/agent${ui}`, manageHref, confirmHref }
        : null;
      const siteName = name[locale] ?? name[defaultLocale];
      const model = { status, code, title, inside, locale, requestId, siteName };
      const page = deps.views.render('error', locale, model);
      response.set('Content-Language', locale).send(page);
    } catch (err) {
      deps.log.error({ requestId, err }, 'the error page failed');
      response.type('text/plain').send(`${problem.title}\n${requestId}\n`);
    }
  };
}

/** Where to prove anew who one is, and to come back from to the page whose form was sent. */
function confirmHrefFor(request: Request, ui: string): string {
  const from = request.get('referer') ?? '';
  const { pathname, search } = URL.canParse(from) ? new URL(from) : { pathname: request.path, search: '' };
  return `/account/confirm?${new URLSearchParams({ next: `${pathname}${search}`, ui })}`;
}
