import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider says instead of the truth; what is left out is as it should be. */
export interface Lie {
  /** Over the right claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** How the ID token is signed; default RS256 with the key that is published. */
  readonly signed?: 'none' | 'other-key' | 'altered' | 'with-the-secret' | 'not-at-all-a-token';
  /** Parameters of the way back, over the right ones; null takes one away. */
  readonly back?: Readonly<Record<string, string | null>>;
  /** Instead of the token endpoint's answer. */
  readonly token?: { readonly status: number; readonly body: string; readonly type?: string };
  /** Over the metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** What UserInfo says; default: nothing but the subject. */
  readonly userInfo?: Readonly<Record<string, unknown>>;
}

/** An identity provider that sends what a real one never would. */
export interface LyingProvider {
  readonly issuer: string;
  lie: Lie;
  stop(): Promise<void>;
}

const subject = 'person-1';

/** Starts a hand-made provider on a free loopback port: whoever comes is `person-1`, in the group `support`. */
export async function startLyingProvider(client: {
  readonly clientId: string;
  readonly clientSecret: string;
}): Promise<LyingProvider> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let nonce = '';
  const world = { issuer: '', lie: {} as Lie };

  const token = (): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: world.issuer,
      aud: client.clientId,
      sub: subject,
      iat: now,
      exp: now + 300,
      nonce,
      groups: ['support'],
      ...world.lie.claims,
    };
    switch (world.lie.signed) {
      case 'none':
        return `${part({ alg: 'none' })}.${part(claims)}.`;
      case 'not-at-all-a-token':
        return 'trust me';
      case 'with-the-secret': {
        const body = `${part({ alg: 'HS256' })}.${part(claims)}`;
        return `${body}.${createHmac('sha256', client.clientSecret).update(body).digest('base64url')}`;
      }
      case 'other-key':
        return signed(claims, other.privateKey);
      case 'altered': {
        const [head, , signature] = signed(claims, own.privateKey).split('.');
        return `${head}.${part({ ...claims, groups: ['bosses'] })}.${signature}`;
      }
      default:
        return signed(claims, own.privateKey);
    }
  };

  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', world.issuer);
    const json = (body: unknown): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: world.issuer,
          authorization_endpoint: `${world.issuer}/authorize`,
          token_endpoint: `${world.issuer}/token`,
          userinfo_endpoint: `${world.issuer}/userinfo`,
          jwks_uri: `${world.issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
          ...world.lie.metadata,
        });
      case '/keys':
        return json({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] });
      case '/authorize': {
        nonce = url.searchParams.get('nonce') ?? '';
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        const parameters = {
          code: 'a-code-of-the-liar',
          state: url.searchParams.get('state'),
          iss: world.issuer,
          ...world.lie.back,
        };
        for (const [name, value] of Object.entries(parameters))
          if (value !== null) back.searchParams.set(name, value);
        return void response.writeHead(302, { location: back.href }).end();
      }
      case '/token': {
        const { lie } = world;
        if (lie.token !== undefined)
          return void response
            .writeHead(lie.token.status, { 'content-type': lie.token.type ?? 'application/json' })
            .end(lie.token.body);
        return json({ access_token: 'an-access-token', token_type: 'Bearer', id_token: token() });
      }
      case '/userinfo':
        return json({ sub: subject, ...world.lie.userInfo });
      default:
        return void response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  world.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(world, {
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(claims: unknown, key: KeyObject): string {
  const body = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
  return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`;
}
