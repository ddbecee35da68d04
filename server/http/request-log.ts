import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

/** What a refusal means to whoever watches over the door, by status. */
const refusals: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  429: 'too-many-requests',
};

/**
 * Logs one line per response: id, method, the route's path as it is declared (null: there is none), status, milliseconds;
 * never query, body, headers or what stood in the path's places: questions, codes and keys are nobody's business. Refusals
 * (401, 403, 429) are warnings and say from which address, and which, where a handler says it in `response.locals.refusal`.
 * Warns once where a proxy seems to stand in front and none is believed: all clients would share one address's limits.
 */
export function requestLog(log: Logger, { trustedHops }: Pick<Config, 'trustedHops'>): RequestHandler {
  let mayStandBehindProxy = trustedHops === 0;
  return (request, response, next) => {
    if (mayStandBehindProxy && request.get('x-forwarded-for') !== undefined) {
      mayStandBehindProxy = false;
      log.warn(
        { setting: 'TRUSTED_HOPS', found: 0 },
        'a request came through a proxy, and none is believed: its clients are limited and locked as one',
      );
    }
    const started = process.hrtime.bigint();
    response.on('finish', () => {
      const ms = Number(process.hrtime.bigint() - started) / 1e6;
      const { statusCode: status, locals } = response;
      const line = {
        requestId: locals.requestId,
        method: request.method,
        route: routeOf(request),
        status,
        ms: Math.round(ms * 10) / 10,
      };
      const refusal = refusals[status];
      if (refusal === undefined) return log.info(line, 'response');
      log.warn({ ...line, refusal: locals.refusal ?? refusal, address: request.ip ?? null }, 'refused');
    });
    next();
  };
}

function routeOf(request: Request): string | null {
  const route = request.route as { readonly path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : null;
}
