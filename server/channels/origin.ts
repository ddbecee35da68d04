import type { Request, Response } from 'express';
import type { SignedIn } from '../accounts/accounts.ts';
import type { Actor, Origin } from '../audit/audit-event.ts';

/** By whom and from where a request comes, for the audit: the person signed in, else a stranger. */
export function originOf(request: Request, response: Response): Origin {
  const signedIn = response.locals.signedIn as SignedIn | undefined;
  const actor: Actor =
    signedIn === undefined ? { kind: 'stranger', name: '' } : { kind: 'person', name: signedIn.account.name };
  const requestId = (response.locals.requestId as string | undefined) ?? null;
  return Object.freeze({ actor: Object.freeze(actor), address: request.ip ?? null, requestId });
}
