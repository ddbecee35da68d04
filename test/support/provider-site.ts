import express from 'express';
import type { Logger } from 'pino';
import type { ProviderSettings } from '../../server/accounts/provider-settings.ts';
import type { Config } from '../../server/config.ts';
import type { CookieBrowser } from './cookie-browser.ts';
import { listen } from './listen.ts';
import { makeApp, type TestApp } from './make-app.ts';
import { smallWorld } from './small-world.ts';

const { snapshot } = smallWorld();
/** How Concord is registered at every provider of a test. */
export const client = { clientId: 'concord', clientSecret: 'a secret of the client, long enough' };

/** Settings of a provider as the environment would give them, with the groups of a support team. */
export const settingsOf = (
  name: string,
  issuer: string,
  more: Partial<ProviderSettings> = {},
): ProviderSettings => ({
  name,
  label: name.toUpperCase(),
  issuer,
  ...client,
  scopes: 'openid profile email',
  roleClaim: 'groups',
  roles: [
    { value: 'bosses', role: 'manager' },
    { value: 'support', role: 'agent' },
    { value: 'kb-admins', role: 'admin' },
  ],
  defaultRole: null,
  teamClaim: null,
  teams: [],
  required: [],
  signOut: true,
  ...more,
});

export interface Site {
  readonly url: string;
  callback(provider: string): string;
  put(config: Partial<Config>, more?: { readonly log?: Logger; readonly now?: () => Date }): Promise<TestApp>;
  close(): Promise<void>;
}

/** The application on a port of its own, since providers lead back to its address; its parts may be put up later. */
export async function openSite(): Promise<Site> {
  const site = express();
  let app: express.Express | null = null;
  site.use((request, response, next) => (app === null ? next() : app(request, response, next)));
  const server = await listen(site);
  let world: TestApp | null = null;
  return {
    url: server.url,
    callback: (name: string) => `${server.url}/agent/sign-in/${name}/callback`,
    async put(config: Partial<Config>, more: { readonly log?: Logger; readonly now?: () => Date } = {}) {
      await world?.close();
      world = await makeApp(snapshot, { ...more, config: { publicUrl: server.url, ...config } });
      app = world.app;
      return world;
    },
    async close() {
      await server.close();
      await world?.close();
    },
  };
}

/** The audit log, the oldest first. */
export const auditOf = async (world: TestApp) =>
  (await world.deps.audit.list({}, { before: null, limit: 1_000 })).toReversed();
/** Why sign-ins were refused. */
export const refusalsOf = async (world: TestApp): Promise<readonly string[]> =>
  (await auditOf(world))
    .filter(({ action }) => action === 'person.refused')
    .map(({ after }) => String(after?.reason));
export const peopleOf = async (world: TestApp) =>
  (await world.accounts.people()).map(({ name, role, provider }) => ({ name, role, provider }));
/** Who is signed in in a browser; null: nobody. */
export const isSignedIn = async (world: TestApp, browser: CookieBrowser, site: Site) =>
  (await world.accounts.sessionOf(browser.cookie(site.url, 'concord') ?? null))?.account.name ?? null;
