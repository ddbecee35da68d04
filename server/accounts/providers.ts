import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
} from 'openid-client';
import { type Claims, claimOf } from './claims.ts';
import { isLoopback, type ProviderSettings } from './provider-settings.ts';

/** Why a provider did not say who somebody is; `reason` is for audit and log, and holds no secret and no claim. */
export interface ProviderFailure {
  /**
   * `down`: it does not answer, or not sensibly; `refused`: it answered that it will not; `failed`: what it or somebody
   * else answered is not proof.
   */
  readonly kind: 'down' | 'refused' | 'failed';
  readonly reason: string;
}

/** A person as the provider proves it: ID token and UserInfo are of the same subject. */
export interface Proof {
  readonly kind: 'proof';
  /** Stable, and never given to another person there. */
  readonly subject: string;
  readonly claims: Claims;
  readonly idToken: string;
}

/** An identity provider as a client of it sees it. */
export interface Provider {
  readonly settings: ProviderSettings;
  /** Whether it did not answer the last time; a look that finds it out of date asks anew, behind the page. */
  isDown(): boolean;
  /** Where a browser is sent. `anew`: the person shall prove who they are, though signed in there. */
  leadTo(request: {
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string;
    readonly anew: boolean;
  }): Promise<{ readonly kind: 'lead'; readonly url: string } | ProviderFailure>;
  /** Turns what the browser brought back into proof. `maxAgeSeconds`: how long ago it may have been given; null: any. */
  prove(answer: {
    /** The query of the callback address, as it came. */
    readonly query: string;
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string;
    readonly maxAgeSeconds: number | null;
  }): Promise<Proof | ProviderFailure>;
  /** Where the person signs out there; null: it has no such place, or does not answer soon. */
  signOutUrl(idToken: string | null): Promise<string | null>;
}

/** Seconds that a provider gets for one answer. */
const answerSeconds = 10;

/** Seconds by which two clocks of one provider may differ. */
const clockSeconds = 30;

/** Milliseconds that signing out waits for a provider: it is a courtesy. */
const signOutMs = 2_000;

/** Milliseconds for which what a provider says of itself holds, so that a moved address is found within the hour. */
const discoveredMs = 3_600_000;

/** Milliseconds between two tries to reach a provider that is down, so that no stranger makes us knock without end. */
const retryMs = 10_000;

/** A provider's way in, as it is called here. */
export function callbackPath(name: string): string {
  return `/agent/sign-in/${name}/callback`;
}

/** A client of one provider. Nothing is asked before somebody needs it: a provider that is down stops no start. */
export function createProvider(
  settings: ProviderSettings,
  deps: {
    readonly publicUrl: string;
    readonly now: () => Date;
    /** Seconds that it gets for one answer; default: 10. */
    readonly answerSeconds?: number;
  },
): Provider {
  const redirectUri = `${deps.publicUrl}${callbackPath(settings.name)}`;
  const issuer = new URL(settings.issuer);
  const insecure = issuer.protocol === 'http:' && isLoopback(issuer);
  let known: { readonly client: Configuration; readonly until: number } | null = null;
  let asking: Promise<Configuration> | null = null;
  let downSince: number | null = null;

  const discover = async (): Promise<Configuration> => {
    try {
      const client = await discovery(
        issuer,
        settings.clientId,
        settings.clientSecret,
        byWhatIsTaken(settings.clientSecret),
        {
          timeout: deps.answerSeconds ?? answerSeconds,
          // Without the first, a token that comes straight from the provider is believed without its signature.
          execute: [enableNonRepudiationChecks, ...(insecure ? [allowInsecureRequests] : [])],
        },
      );
      known = { client, until: deps.now().getTime() + discoveredMs };
      downSince = null;
      return client;
    } catch (error) {
      downSince = deps.now().getTime();
      throw error;
    } finally {
      asking = null;
    }
  };
  const client = async (): Promise<Configuration> => {
    if (known !== null && deps.now().getTime() < known.until) return known.client;
    asking ??= discover();
    return asking;
  };
  /** What failed; where nobody answered, the next one asks for everything anew. */
  const failure = (error: unknown): ProviderFailure => {
    const failed = failureOf(error);
    if (failed.kind === 'down') known = null;
    return failed;
  };

  return Object.freeze({
    settings,
    isDown() {
      const mayTry = downSince === null || deps.now().getTime() - downSince > retryMs;
      if (known === null && mayTry) client().catch(() => {});
      return downSince !== null;
    },
    async leadTo({ state, nonce, codeVerifier, anew }: Parameters<Provider['leadTo']>[0]) {
      try {
        const url = buildAuthorizationUrl(await client(), {
          redirect_uri: redirectUri,
          scope: settings.scopes,
          state,
          nonce,
          code_challenge: await calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
          ...(anew ? { prompt: 'login', max_age: '0' } : {}),
        });
        return { kind: 'lead' as const, url: url.href };
      } catch (error) {
        return failure(error);
      }
    },
    async prove(answer: Parameters<Provider['prove']>[0]): Promise<Proof | ProviderFailure> {
      try {
        const by = await client();
        const tokens = await authorizationCodeGrant(by, new URL(`${redirectUri}${answer.query}`), {
          expectedState: answer.state,
          expectedNonce: answer.nonce,
          pkceCodeVerifier: answer.codeVerifier,
          idTokenExpected: true,
          ...(answer.maxAgeSeconds === null ? {} : { maxAge: answer.maxAgeSeconds }),
        });
        const claims: Claims = { ...tokens.claims() };
        const idToken = tokens.id_token;
        const subject = claims.sub;
        if (typeof subject !== 'string' || subject === '' || idToken === undefined)
          return { kind: 'failed', reason: 'the ID token has no subject' };
        // The library holds it against how old it may be, and lets one that is yet to come pass.
        if (answer.maxAgeSeconds !== null && Number(claims.auth_time) > Number(claims.iat) + clockSeconds)
          return { kind: 'failed', reason: 'the ID token was proven after it was made' };
        const missing = wantedClaims(settings).filter((name) => claimOf(claims, name) === undefined);
        const hasMore = by.serverMetadata().userinfo_endpoint !== undefined && missing.length > 0;
        const more = hasMore ? await userInfo(by, tokens.access_token, subject, missing) : {};
        return { kind: 'proof', subject, claims: oneOf(claims, more), idToken };
      } catch (error) {
        return failure(error);
      }
    },
    async signOutUrl(idToken: string | null) {
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), signOutMs).unref());
      const by = await Promise.race([client().catch(() => null), late]);
      if (by === null || by.serverMetadata().end_session_endpoint === undefined) return null;
      const hint = idToken === null ? {} : { id_token_hint: idToken };
      const back = `${deps.publicUrl}/agent/sign-in`;
      return buildEndSessionUrl(by, { ...hint, post_logout_redirect_uri: back }).href;
    },
  });

  /** What the provider tells beside the ID token; what nobody's way in hangs on may be missing. */
  async function userInfo(
    by: Configuration,
    accessToken: string,
    subject: string,
    missing: readonly string[],
  ): Promise<Claims> {
    try {
      return await fetchUserInfo(by, accessToken, subject);
    } catch (error) {
      if (decidingClaims(settings).some((name) => missing.includes(name))) throw error;
      return {};
    }
  }
}

/** The ID token counts first; that an address is verified is said of one address alone. */
function oneOf(token: Claims, more: Claims): Claims {
  const all = { ...more, ...token };
  const sameEmail = token.email === undefined || more.email === undefined || token.email === more.email;
  return sameEmail || token.email_verified !== undefined ? all : { ...all, email_verified: false };
}

/** Claims that say whether somebody gets in, and as what. */
function decidingClaims({ roleClaim, teamClaim, required }: ProviderSettings): readonly string[] {
  return [
    ...[roleClaim, teamClaim].filter((name) => name !== null),
    ...required.map(({ claim }) => claim),
  ].flatMap((name) => (name === 'email' ? ['email', 'email_verified'] : [name]));
}

function wantedClaims(settings: ProviderSettings): readonly string[] {
  return [...decidingClaims(settings), 'email', 'email_verified', 'name', 'preferred_username'];
}

/** The client proves itself by the header where the provider takes that (its default), else in the body. */
function byWhatIsTaken(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (taken.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}

/** Errors of the protocol by which a provider says that it cannot, rather than that it will not. */
const unable: readonly string[] = ['server_error', 'temporarily_unavailable'];

/** Codes of the client library for answers that are none. */
const noAnswer: readonly string[] = [
  'OAUTH_TIMEOUT',
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
];

/** Says what an error means without what it holds: causes carry tokens and claims. */
function failureOf(error: unknown): ProviderFailure {
  if (error instanceof AuthorizationResponseError) {
    const reason = `the provider answered ${wordOf(error.error)}`;
    return { kind: unable.includes(error.error) ? 'down' : 'refused', reason };
  }
  if (error instanceof ResponseBodyError) {
    const reason = `an endpoint of the provider answered ${wordOf(error.error)} (${error.status})`;
    return { kind: error.status >= 500 || unable.includes(error.error) ? 'down' : 'failed', reason };
  }
  const unreached = causesOf(error).find(({ name, message }) => isNoAnswer(name, message));
  if (unreached !== undefined) {
    const code = (unreached.cause as { readonly code?: unknown } | undefined)?.code;
    const more = typeof code === 'string' ? ` (${code})` : '';
    return { kind: 'down', reason: `the provider cannot be reached${more}` };
  }
  if (error instanceof ClientError) {
    const deeper = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const kind = noAnswer.includes(error.code ?? '') ? 'down' : 'failed';
    return { kind, reason: `${error.message}${deeper}`.slice(0, 200) };
  }
  return {
    kind: 'failed',
    reason: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown',
  };
}

/** What the platform's fetch says where there is no answer, or none in time. */
function isNoAnswer(name: string, message: string): boolean {
  return (name === 'TypeError' && message === 'fetch failed') || name === 'TimeoutError';
}

/** An error and those behind it. */
function causesOf(error: unknown): readonly Error[] {
  const is = (one: unknown): one is Error =>
    typeof one === 'object' && one !== null && 'name' in one && 'message' in one;
  return is(error) ? [error, ...causesOf(error.cause)] : [];
}

/** An error word of the protocol; anybody can write one into an address, so that only its form is believed. */
function wordOf(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an error of no known form';
}
