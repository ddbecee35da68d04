import type { RequestHandler } from 'express';
import type { Route } from '../../http/route.ts';

/** A page or form for everybody who is signed in, never stored. */
export function agentRoute(
  method: Route['method'],
  path: string,
  summary: string,
  handler: RequestHandler,
  format: Route['format'] = 'html',
): Route {
  return { method, path, access: 'agent', limit: 'account', format, cache: 'no-store', summary, handler };
}
