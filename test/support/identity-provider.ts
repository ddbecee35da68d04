import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

/** What a person of a provider is there. */
export type IdentityClaims = Readonly<Record<string, unknown>>;

/** A real identity provider on a loopback port, with the people of a test. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Its people by subject; a test changes them as an administrator there would. */
  readonly people: Map<string, IdentityClaims>;
  /** Who sits before the browser there: a subject, or null, who refuses. */
  atBrowser: string | null;
  /** Requests so far, by path. */
  readonly asked: string[];
  /** Stops answering, as a server that is gone; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface IdentityProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** Where a browser may be led after signing out there. */
  readonly afterSignOut: string;
  /** Whether the claims stand in the ID token; default: by UserInfo alone, as the specification has it. */
  readonly inToken?: boolean;
}

/** It warns of every default that nobody should deploy; a test deploys none. */
function quieten(): void {
  for (const level of ['info', 'warn'] as const) {
    const say = console[level];
    console[level] = (...said) => {
      if (!String(said[0]).startsWith('oidc-provider ')) say(...said);
    };
  }
}
quieten();

/** Starts oidc-provider on a free loopback port. It wants PKCE, asks for no consent, and signs in whoever a test says. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  let handle: ReturnType<Provider['callback']> | null = null;
  let server: Server = createServer();
  const listen = (port: number): Promise<void> => {
    server = createServer(async (request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      world.asked.push(path);
      if (path.startsWith('/interaction/')) return answer(request, response);
      await handle?.(request, response);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
    });
  };
  const world: IdentityProvider = {
    issuer: '',
    people: new Map(),
    atBrowser: null,
    asked: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(Number(new URL(issuer).port)),
  };
  await listen(0);
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(world, { issuer });

  const configuration: Configuration = {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [options.redirectUri],
        post_logout_redirect_uris: [options.afterSignOut],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups', 'teams', 'hd'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: options.inToken !== true,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...world.people.get(id) }) }),
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // Everybody has agreed to everything before.
    loadExistingGrant: async (context) => {
      const { provider, client, session, params } = context.oidc;
      const grant = new provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      });
      grant.addOIDCScope(String(params?.scope ?? 'openid'));
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    cookies: { keys: ['a key of a test'] },
    jwks: { keys: [signingKey()] },
  };
  const provider = new Provider(issuer, configuration);
  handle = provider.callback();

  async function answer(...[request, response]: Parameters<NonNullable<typeof handle>>): Promise<void> {
    const result =
      world.atBrowser === null
        ? { error: 'access_denied', error_description: 'the person refused' }
        : { login: { accountId: world.atBrowser } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  return world;
}

/** A private RSA key as a provider keeps it. */
function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'signing', use: 'sig', alg: 'RS256' };
}
