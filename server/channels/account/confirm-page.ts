import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Route } from '../../http/route.ts';
import { agentRoute } from '../agent/agent-route.ts';
import { formTokenField, signedInOf } from '../agent/guard.ts';
import { confirmPath, nextPath } from '../agent/next-path.ts';
import { readForm } from '../agent/read-form.ts';
import { hrefOf, type ManageRequest, openManagePage, sendManagePage } from '../manage/manage-page.ts';
import { originOf } from '../origin.ts';
import type { AccountDeps } from './routes.ts';

const form = z.object({
  password: z.string(),
  next: z.string().max(2_000).optional(),
  [formTokenField]: z.string().optional(),
});

/** The page that asks people anew who they are, before what is dangerous, and leads on to it. */
export function confirmRoutes(deps: AccountDeps): readonly Route[] {
  const { views, accounts, providers } = deps;

  const send = (
    response: Response,
    page: ManageRequest,
    next: string,
    failure: { readonly kind: 'refused' | 'limited'; readonly minutes: number } | null,
  ): void => {
    const { account } = page.signedIn;
    const offer = providers.offers().find(({ name }) => name === account.provider);
    const href = `${confirmPath}/provider?${new URLSearchParams({ next })}`;
    const refused = page.given.said === 'refused';
    sendManagePage(views, response, 'account/confirm', page, {
      name: account.name,
      provider: account.provider,
      by: offer === undefined ? null : { label: offer.label, href, refused },
      next,
      failure,
      action: hrefOf(confirmPath, { ui: page.ui }),
    });
  };

  const show: RequestHandler = (request, response) => {
    const page = openManagePage(deps, { path: confirmPath, known: ['next', 'said'] }, request, response);
    send(response, page, nextPath(page.given.next), null);
  };

  const confirm: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path: confirmPath }, request, response);
    const { password, next: wanted } = readForm(request, form);
    const next = nextPath(wanted);
    const outcome = await accounts.prove(signedInOf(response), password, originOf(request, response));
    switch (outcome.kind) {
      case 'proven':
        return response.redirect(303, next);
      case 'refused':
        response.status(401);
        return send(response, page, next, { kind: 'refused', minutes: 0 });
      case 'limited':
        response.status(429).set('Retry-After', String(outcome.retryAfterSeconds));
        return send(response, page, next, {
          kind: 'limited',
          minutes: Math.ceil(outcome.retryAfterSeconds / 60),
        });
    }
  };

  return [
    agentRoute('get', confirmPath, 'Asks who is signed in to prove it anew, before what is dangerous.', show),
    agentRoute('post', confirmPath, 'Checks the password again and leads on to what was wanted.', confirm),
  ];
}
