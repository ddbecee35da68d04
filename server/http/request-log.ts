import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';

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
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
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
