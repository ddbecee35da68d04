import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Logs one line per response: id, method, path, status, milliseconds. Neither query, body nor headers: questions are private. */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = process.hrtime.bigint();
    // Where a program puts its API key into the address, at least the log does not hold it.
    const path = request.path.replace(/ck_[\w-]+/g, 'ck_…');
    response.on('finish', () => {
      const ms = Number(process.hrtime.bigint() - started) / 1e6;
      log.info(
        {
          requestId: response.locals.requestId,
          method: request.method,
          path,
          status: response.statusCode,
          ms: Math.round(ms * 10) / 10,
        },
        'response',
      );
    });
    next();
  };
}
