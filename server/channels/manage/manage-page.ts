import type { Request, RequestHandler, Response } from 'express';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { FactDesk } from '../../impact/fact-desk.ts';
import type { MacroDesk } from '../../macros/macro-desk.ts';
import { type AgentPageDeps, type AgentRequest, hrefOf, openAgentPage } from '../agent/agent-page.ts';
import { groupsFor } from './manage-pages.ts';

export { hrefOf } from '../agent/agent-page.ts';

/** What every page for managers is made with. */
export interface ManageDeps extends AgentPageDeps {
  readonly facts: FactDesk;
  readonly macros: MacroDesk;
}

/** A group of the managers' menu; its own link leads to its first page. */
interface NavGroup extends NavLink {
  readonly pages: readonly NavLink[];
}

interface NavLink {
  readonly href: string;
  readonly title: string;
  readonly current: boolean;
}

/** One request for a page for managers. */
export interface ManageRequest extends AgentRequest {
  /** The pages for managers by group, with this one and its group marked. */
  readonly nav: readonly NavGroup[];
}

/** As `openAgentPage`; who may see it is its route's `access`. */
export function openManagePage(
  deps: AgentPageDeps,
  at: { readonly path: string; readonly known?: readonly string[] },
  request: Request,
  response: Response,
): ManageRequest {
  const page = openAgentPage(deps, at, request, response);
  const { signedIn, ui, words } = page;
  return {
    ...page,
    nav: groupsFor(signedIn.account.role).map(({ title, pages }) => {
      const links = pages.map((page) => ({
        href: hrefOf(page.path, { ui }),
        title: page.title(words),
        current: at.path === page.path || (page.path !== '/manage' && at.path.startsWith(`${page.path}/`)),
      }));
      return {
        href: links[0]?.href ?? '',
        title: title(words),
        current: links.some(({ current }) => current),
        pages: links,
      };
    }),
  };
}

/** Sends a page for managers; `model` is what it shows besides its frame. */
export function sendManagePage(
  views: Views,
  response: Response,
  view: string,
  { ui, frame, nav }: ManageRequest,
  model: Readonly<Record<string, unknown>>,
): void {
  response
    .type('html')
    .set('Content-Language', ui)
    .send(views.render(view, ui, { frame, nav, ...model }));
}

/** A route for managers: behind the console's guard, never stored. */
export function manageRoute(
  path: string,
  summary: string,
  handler: RequestHandler,
  {
    method = 'get',
    format = 'html',
    access = 'manager',
    fresh = false,
  }: Partial<Pick<Route, 'method' | 'format' | 'access' | 'fresh'>> = {},
): Route {
  return { method, path, access, limit: 'account', format, cache: 'no-store', fresh, summary, handler };
}
