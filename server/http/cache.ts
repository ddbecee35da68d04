import type { RequestHandler } from 'express';
import type { Route } from './route.ts';

const directives: Readonly<Record<Route['cache'], string>> = {
  'no-store': 'no-store',
  'public-revalidate': 'public, no-cache',
  immutable: 'public, max-age=31536000, immutable',
};

/** Sets a route's Cache-Control; the error handler takes it back to no-store. */
export function cacheControl(cache: Route['cache']): RequestHandler {
  return (_request, response, next) => {
    response.set('Cache-Control', directives[cache]);
    next();
  };
}
