import { z } from 'zod';
import { type ProviderSettings, readProviders } from './accounts/provider-settings.ts';
import { AppError } from './errors.ts';

/** Hosts from a list with commas, in small letters: `host` or `host:port`; an IPv6 address in brackets. */
const hosts = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  )
  .pipe(
    z.array(
      z.string().regex(/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/, {
        error: 'hosts as they stand in addresses, with or without a port',
      }),
    ),
  );

/** A whole number from text, within bounds. */
function whole(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

interface SettingDoc {
  readonly schema: z.ZodType;
  /** As it would be written in the environment; empty: none. */
  readonly default: string;
  readonly unit: string;
  readonly description: string;
}

/** Every setting, read from the environment variable of the same name. README's table and this object are compared by a test. */
export const settings = {
  PORT: {
    schema: whole(0, 65_535),
    default: '3000',
    unit: 'TCP port',
    description: 'Where the server listens; 0 takes a free one.',
  },
  HOST: {
    schema: z.string().min(1),
    default: '127.0.0.1',
    unit: 'address',
    description: 'The address to listen on; 0.0.0.0 for all.',
  },
  PUBLIC_URL: {
    schema: z.union([z.literal(''), z.url({ protocol: /^https?$/, error: 'an http or https address' })], {
      error: 'an http or https address',
    }),
    default: '',
    unit: 'URL',
    description:
      'The address customers see, for canonical links, sitemap and cookies; empty: http://HOST:PORT.',
  },
  CONTENT_DIR: {
    schema: z.string().min(1),
    default: 'content',
    unit: 'directory',
    description: 'Where the owners write.',
  },
  DATA_DIR: {
    schema: z.string().min(1),
    default: 'data',
    unit: 'directory',
    description: 'Where the embedded database lives; made when missing.',
  },
  WATCH: {
    schema: z.enum(['on', 'off'], { error: 'on or off' }),
    default: 'on',
    unit: 'on, off',
    description: 'Publish by itself when a file of CONTENT_DIR changes.',
  },
  RETENTION_DAYS: {
    schema: whole(1, 3_650),
    default: '395',
    unit: 'days',
    description: 'How long served answers and their redacted questions are kept.',
  },
  SESSION_HOURS: {
    schema: whole(1, 720),
    default: '12',
    unit: 'hours',
    description: 'How long a sign-in lasts without use.',
  },
  RATE_LIMIT: {
    schema: whole(1, 1_000_000),
    default: '6000',
    unit: 'requests a minute and address',
    description: 'Most requests to pages, and of everybody of whom nothing else is known.',
  },
  ACCOUNT_RATE_LIMIT: {
    schema: whole(1, 1_000_000),
    default: '600',
    unit: 'requests a minute and person',
    description: 'Most requests of one person who is signed in.',
  },
  MAX_CONNECTIONS: {
    schema: whole(1, 1_000_000),
    default: '10000',
    unit: 'connections',
    description: 'Most connections open at once; more are closed as they come.',
  },
  SECURITY_CONTACT: {
    schema: z.union(
      [z.literal(''), z.url({ protocol: /^(https|mailto)$/, error: 'a mailto: or https: address' })],
      {
        error: 'a mailto: or https: address',
      },
    ),
    default: '',
    unit: 'mailto:, https:',
    description: 'Whom to tell of a hole in security, for /.well-known/security.txt; empty: there is none.',
  },
  API_KEYS: {
    schema: z.enum(['optional', 'required'], { error: 'optional or required' }),
    default: 'optional',
    unit: 'optional, required',
    description:
      'Whether the answer API asks for a key; without one, public answers only and KEYLESS_RATE_LIMIT.',
  },
  KEYLESS_RATE_LIMIT: {
    schema: whole(1, 1_000_000),
    default: '120',
    unit: 'requests a minute and address',
    description: 'Most requests to the answer API without a key.',
  },
  FEEDBACK_RATE_LIMIT: {
    schema: whole(1, 1_000_000),
    default: '30',
    unit: 'requests a minute and address',
    description: 'Most ratings and survey answers of customers, on pages and by the API without a key.',
  },
  TRUSTED_HOPS: {
    schema: whole(0, 10),
    default: '0',
    unit: 'proxies',
    description: 'How many reverse proxies in front may be believed about the client address.',
  },
  PASSWORD_SIGN_IN: {
    schema: z.enum(['on', 'admins', 'off'], { error: 'on, admins or off' }),
    default: 'on',
    unit: 'on, admins, off',
    description:
      'Who may sign in with a password: everybody who has one, admins alone (for the day on which the identity provider is down), or nobody.',
  },
  OIDC_PROVIDERS: {
    schema: z.string(),
    default: '',
    unit: 'name,…',
    description: 'The identity providers that people may sign in by, in the order of their buttons.',
  },
  SEMANTIC_MODEL: {
    schema: z.string(),
    default: '',
    unit: 'english, directory',
    description:
      'Lets meaning count beside words: `english` (vectors of the optional npm packages) or a directory with an ONNX sentence model; empty: off.',
  },
  WEBHOOK_PRIVATE_HOSTS: {
    schema: hosts,
    default: '',
    unit: 'host,…',
    description:
      'Hosts that webhooks may be sent to although their addresses are private, such as a service of your own network.',
  },
  WEBHOOK_PLAIN_HOSTS: {
    schema: hosts,
    default: '',
    unit: 'host,…',
    description: 'Hosts that webhooks may be sent to by http, for development; all others need https.',
  },
  WEBHOOK_RETENTION_DAYS: {
    schema: whole(4, 3_650),
    default: '30',
    unit: 'days',
    description:
      'How long events and what became of their deliveries are kept, RETENTION_DAYS at most; deliveries are tried for three days and a half.',
  },
  LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug'], {
      error: 'silent, error, warn, info or debug',
    }),
    default: 'info',
    unit: 'level',
    description: 'What is logged, as JSON lines on standard output.',
  },
} as const satisfies Record<string, SettingDoc>;

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  readonly contentDir: string;
  readonly dataDir: string;
  readonly watch: boolean;
  readonly retentionDays: number;
  readonly sessionHours: number;
  readonly rateLimit: number;
  readonly apiKeys: 'optional' | 'required';
  readonly keylessRateLimit: number;
  readonly accountRateLimit: number;
  readonly feedbackRateLimit: number;
  readonly maxConnections: number;
  /** Empty, or a mailto: or https: address. */
  readonly securityContact: string;
  readonly trustedHops: number;
  readonly passwordSignIn: 'on' | 'admins' | 'off';
  /** In the order of their buttons. */
  readonly providers: readonly ProviderSettings[];
  /** Empty, `english` or a directory. */
  readonly semanticModel: string;
  /** `host` or `host:port`, in small letters, as in the next one. */
  readonly webhookPrivateHosts: readonly string[];
  readonly webhookPlainHosts: readonly string[];
  readonly webhookRetentionDays: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/** Settings whose value opens something: that they are set may be told, never to what. */
const secretName = /_SECRET$/;

/**
 * The settings of an environment that are not as they are by default, by name, with their texts; of secrets only that they
 * are set.
 */
export function settingsThatDiffer(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const defaults = new Map(Object.entries(settings).map(([name, doc]) => [name, doc.default]));
  const given = Object.entries(environment).flatMap(([name, text = '']) =>
    (defaults.has(name) || name.startsWith('OIDC_')) && text !== '' && text !== defaults.get(name)
      ? [[name, secretName.test(name) ? 'set' : text] as const]
      : [],
  );
  return Object.fromEntries(given);
}

/** Where the server listens, as an address: what PUBLIC_URL is where it is not set. */
export function listenUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Reads every setting once and freezes them. An empty variable counts as not set. Errors: settings-invalid, one for each
 * bad variable, with what was expected and found.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const errors: AppError[] = [];
  const read = <T>(name: keyof typeof settings, schema: z.ZodType<T>): T => {
    const text = environment[name] || settings[name].default;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    errors.push(
      new AppError('settings-invalid', {
        message: `${name} is not a valid setting.`,
        expected: `${parsed.error.issues[0]?.message ?? 'another value'} (${settings[name].unit})`,
        found: text,
      }),
    );
    return schema.parse(settings[name].default);
  };
  const port = read('PORT', settings.PORT.schema);
  const host = read('HOST', settings.HOST.schema);
  const config: Config = {
    port,
    host,
    publicUrl: (read('PUBLIC_URL', settings.PUBLIC_URL.schema) || listenUrl({ host, port })).replace(
      /\/+$/,
      '',
    ),
    contentDir: read('CONTENT_DIR', settings.CONTENT_DIR.schema),
    dataDir: read('DATA_DIR', settings.DATA_DIR.schema),
    watch: read('WATCH', settings.WATCH.schema) === 'on',
    retentionDays: read('RETENTION_DAYS', settings.RETENTION_DAYS.schema),
    sessionHours: read('SESSION_HOURS', settings.SESSION_HOURS.schema),
    rateLimit: read('RATE_LIMIT', settings.RATE_LIMIT.schema),
    apiKeys: read('API_KEYS', settings.API_KEYS.schema),
    keylessRateLimit: read('KEYLESS_RATE_LIMIT', settings.KEYLESS_RATE_LIMIT.schema),
    accountRateLimit: read('ACCOUNT_RATE_LIMIT', settings.ACCOUNT_RATE_LIMIT.schema),
    feedbackRateLimit: read('FEEDBACK_RATE_LIMIT', settings.FEEDBACK_RATE_LIMIT.schema),
    maxConnections: read('MAX_CONNECTIONS', settings.MAX_CONNECTIONS.schema),
    securityContact: read('SECURITY_CONTACT', settings.SECURITY_CONTACT.schema),
    trustedHops: read('TRUSTED_HOPS', settings.TRUSTED_HOPS.schema),
    passwordSignIn: read('PASSWORD_SIGN_IN', settings.PASSWORD_SIGN_IN.schema),
    providers: readProviders(environment, errors),
    semanticModel: read('SEMANTIC_MODEL', settings.SEMANTIC_MODEL.schema),
    webhookPrivateHosts: read('WEBHOOK_PRIVATE_HOSTS', settings.WEBHOOK_PRIVATE_HOSTS.schema),
    webhookPlainHosts: read('WEBHOOK_PLAIN_HOSTS', settings.WEBHOOK_PLAIN_HOSTS.schema),
    webhookRetentionDays: read('WEBHOOK_RETENTION_DAYS', settings.WEBHOOK_RETENTION_DAYS.schema),
    logLevel: read('LOG_LEVEL', settings.LOG_LEVEL.schema),
  };
  if (config.passwordSignIn === 'off' && (environment.OIDC_PROVIDERS ?? '') === '')
    errors.push(
      new AppError('settings-invalid', {
        message: 'PASSWORD_SIGN_IN is not a valid setting.',
        expected: 'on or admins where OIDC_PROVIDERS names nobody: else nobody could sign in',
        found: 'off',
      }),
    );
  if (errors.length > 0) throw new AppError('settings-invalid', { errors });
  return Object.freeze(config);
}
