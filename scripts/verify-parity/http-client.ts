import { setTimeout as wait } from 'node:timers/promises';

const COULD_NOT_ASK = 'CouldNotAsk';

/** The error of an installation that cannot be asked: it does not answer, is not ready, or refuses the sign-in. */
export function couldNotAsk(message: string): Error {
  return Object.assign(new Error(message), { name: COULD_NOT_ASK });
}

/** Whether an error is that of an installation that cannot be asked. */
export function isCouldNotAsk(error: unknown): error is Error {
  return error instanceof Error && error.name === COULD_NOT_ASK;
}

/** What came back for one address. */
export interface Reply {
  /** After redirects within the site. */
  readonly url: URL;
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One visitor of an installation, with the cookies that it was given. */
export interface HttpClient {
  get(path: string | URL, accept: 'json' | 'html'): Promise<Reply>;
  post(
    path: string | URL,
    body: { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> },
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
}

/** Longest that one request may take, milliseconds. */
const TIMEOUT_MS = 30_000;
/** How often one request is sent at most, where the server is busy or does not answer. */
const MOST_TRIES = 5;
/** Pause before a request is sent again, where the server names none, milliseconds. */
const PAUSE_MS = 1_000;
/** Longest pause that a server is obeyed in, seconds; a longer one is told instead. */
const LONGEST_PAUSE_S = 120;
const MOST_REDIRECTS = 5;

const ACCEPTS = { json: 'application/json', html: 'text/html' } as const;

/**
 * A client that stays on the site of `base`: it follows no redirect to another one and sends it no cookie. Where the server
 * asks for patience (429, or a 502 to 504), all requests wait as long as Retry-After says. `probe`: what each request says that it is for.
 * `key`: the API key, sent to the API alone; null: none. Errors: CouldNotAsk.
 */
export function createHttpClient(base: URL, probe: string, key: string | null = null): HttpClient {
  const cookies = new Map<string, string>();
  let notBefore = 0;

  async function once(url: URL, init: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries++) {
      await wait(Math.max(0, notBefore - Date.now()));
      let response: Response;
      try {
        response = await fetch(url, {
          ...init,
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch (error) {
        if (tries >= 2) throw couldNotAsk(`${url} does not answer: ${reasonOf(error)}`);
        await wait(PAUSE_MS);
        continue;
      }
      const pause = patienceOf(response);
      if (pause === null) return response;
      await response.body?.cancel();
      if (tries >= MOST_TRIES || pause > LONGEST_PAUSE_S)
        throw couldNotAsk(`${url} takes no more requests for ${pause} seconds (${response.status}).`);
      notBefore = Math.max(notBefore, Date.now() + pause * 1000);
    }
  }

  async function send(
    path: string | URL,
    init: RequestInit,
    headers: Record<string, string>,
  ): Promise<Reply> {
    let url = new URL(path, base);
    let request: RequestInit = init;
    for (let redirects = 0; ; redirects++) {
      if (url.origin !== base.origin) throw couldNotAsk(`${base} leads away to ${url.origin}.`);
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await once(url, {
        ...request,
        headers: {
          ...headers,
          'x-concord-probe': probe,
          ...(cookie === '' ? {} : { cookie }),
          ...(key !== null && isApi(url) ? { authorization: `Bearer ${key}` } : {}),
        },
      });
      if (response.status === 401 && isApi(url))
        throw couldNotAsk(
          `${url.origin} ${key === null ? 'asks for an API key' : 'does not take this API key'}: set CONCORD_API_KEY.`,
        );
      for (const line of response.headers.getSetCookie()) keep(cookies, line);
      const location = response.headers.get('location');
      const leads = response.status >= 300 && response.status < 400 && location !== null;
      if (!leads) {
        const type = response.headers.get('content-type') ?? '';
        return { url, status: response.status, type, body: await response.text() };
      }
      await response.body?.cancel();
      if (redirects >= MOST_REDIRECTS) throw couldNotAsk(`${new URL(path, base)} leads in circles.`);
      url = new URL(location, url);
      request = { method: 'GET' };
    }
  }

  return {
    get: (path, accept) => send(path, { method: 'GET' }, { accept: ACCEPTS[accept] }),
    post: (path, body, headers = {}) =>
      'json' in body
        ? send(
            path,
            { method: 'POST', body: JSON.stringify(body.json) },
            { accept: ACCEPTS.json, 'content-type': 'application/json', ...headers },
          )
        : send(
            path,
            { method: 'POST', body: new URLSearchParams(body.form).toString() },
            { accept: ACCEPTS.html, 'content-type': 'application/x-www-form-urlencoded', ...headers },
          ),
  };
}

function isApi({ pathname }: URL): boolean {
  return pathname.startsWith('/api/v1/');
}

/** Seconds for which a server, or the proxy before it, wants to be left alone; null where it answers. */
function patienceOf(response: Response): number | null {
  if (![429, 502, 503, 504].includes(response.status)) return null;
  const said = response.headers.get('retry-after');
  if (said !== null && /^\d+$/.test(said)) return Math.max(1, Number(said));
  const until = said === null ? Number.NaN : Date.parse(said);
  return Number.isNaN(until) ? PAUSE_MS / 1000 : Math.max(1, Math.ceil((until - Date.now()) / 1000));
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  if (at < 0) return;
  const name = pair.slice(0, at).trim();
  const ends = attributes.some((one) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(one));
  const value = pair.slice(at + 1).trim();
  if (ends || value === '') cookies.delete(name);
  else cookies.set(name, value);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as {
    readonly cause?: { readonly code?: string };
    readonly message: string;
  };
  return cause?.code ?? message;
}
