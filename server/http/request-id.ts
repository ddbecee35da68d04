import type { RequestHandler } from 'express';

/** A caller's own id is echoed where it is plain; anything else could forge log lines. */
const plain = /^[A-Za-z0-9._-]{1,64}$/;

/** Gives every request an id: the caller's X-Request-Id where it is plain, else a new one; sent back in the same header. */
export function requestId(newId: () => string): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    response.locals.requestId = given !== undefined && plain.test(given) ? given : newId();
    response.set('X-Request-Id', response.locals.requestId);
    next();
  };
}
