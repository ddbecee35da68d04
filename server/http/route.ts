import type { RequestHandler } from 'express';
import type { KeyScope } from '../accounts/key-scopes.ts';
import type { Role } from '../accounts/roles.ts';

/** Who may call a route: anyone, or people signed in with this role or a higher one. */
export type Access = 'anyone' | Role;

/**
 * What counts a route's requests: nothing, the client's address (`pages`), the API key or else the address (`api`), the
 * account (`account`), or attempts by address and name (`sign-in`).
 */
export type Limit = 'none' | 'pages' | 'api' | 'account' | 'sign-in';

/**
 * One route as data. Channels export arrays of these; app.ts mounts them, and the contract tests walk them, so a route
 * that is not in an array does not exist.
 */
export interface Route {
  readonly method: 'get' | 'post';
  /** Express 5 path; one parameter a segment, no wildcard. */
  readonly path: string;
  /** Checked before its handler runs, before a body is read. */
  readonly access: Access;
  /** What an API key must open to call it; default: it takes no key. */
  readonly scope?: KeyScope;
  readonly limit: Limit;
  /** Whether its requests are counted once more by address, where no API key came: what customers say is worth a flood. */
  readonly feedback?: boolean;
  /** What its errors look like too: an HTML page or problem-details JSON. */
  readonly format: 'html' | 'json' | 'xml' | 'text' | 'asset';
  /** Cache-Control of its successful responses. */
  readonly cache: 'no-store' | 'public-revalidate' | 'immutable';
  /** Whether a person must have proven a short while ago who they are; default: a session is enough. */
  readonly fresh?: boolean;
  /** One sentence for the route list. */
  readonly summary: string;
  /** Reads a body that is neither JSON nor a plain form, once it is known who sends it; not for routes of anyone. */
  readonly body?: RequestHandler;
  readonly handler: RequestHandler;
}
