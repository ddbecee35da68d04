import type { RequestHandler } from 'express';

/** Who may call a route. `agent` is anyone signed in. */
export type RouteAudience = 'public' | 'agent';

/**
 * One route as data. Channels export arrays of these; app.ts mounts them, and the contract tests walk them, so a route
 * that is not in an array does not exist.
 */
export interface Route {
  readonly method: 'get' | 'post';
  /** Express 5 path; one parameter a segment, no wildcard. */
  readonly path: string;
  readonly audience: RouteAudience;
  /** What its errors look like too: an HTML page or problem-details JSON. */
  readonly format: 'html' | 'json' | 'xml' | 'text' | 'asset';
  /** Cache-Control of its successful responses. */
  readonly cache: 'no-store' | 'public-revalidate' | 'immutable';
  /** One sentence for the route list. */
  readonly summary: string;
  /** Reads a body that is neither JSON nor a plain form, once it is known who sends it; only for agents' routes. */
  readonly body?: RequestHandler;
  readonly handler: RequestHandler;
}
