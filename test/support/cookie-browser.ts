/** A page as a browser with next to no scripts has it: where it ended up, and what it says. */
export interface OpenedPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser for tests of ways that lead over several hosts: it keeps cookies by origin, follows redirects and sends forms that send themselves. */
export interface CookieBrowser {
  /** One request, followed nowhere. */
  ask(url: string, form?: Readonly<Record<string, string>>): Promise<OpenedPage>;
  /** Opens a page and goes where it leads, until `stop` says that this address is not to be asked. */
  open(url: string, stop?: (url: string) => boolean): Promise<OpenedPage>;
  /** The value of a cookie; undefined: none. */
  cookie(origin: string, name: string): string | undefined;
  /** Every address that was asked. */
  readonly visited: readonly string[];
}

/** Most redirects that are followed, as in browsers. */
const mostRedirects = 20;

export function openCookieBrowser(): CookieBrowser {
  const jars = new Map<string, Map<string, string>>();
  const visited: string[] = [];
  const jarOf = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const ask: CookieBrowser['ask'] = async (url, form) => {
    visited.push(url);
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        'user-agent': 'a test browser',
        'sec-fetch-site': form === undefined ? 'none' : 'same-origin',
        'sec-fetch-dest': 'document',
        ...(cookie === '' ? {} : { cookie }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((piece) => piece.trim());
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const expires = attributes.find((one) => /^expires=/i.test(one))?.slice('expires='.length);
      // A time of a test's own clock is long ago: only what takes a cookie away says 1970.
      if (value === '' || (expires !== undefined && Date.parse(expires) === 0)) jar.delete(name);
      else jar.set(name, value);
    }
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    ask,
    async open(url, stop = () => false) {
      let page = await ask(url);
      for (let times = 0; times < mostRedirects; times += 1) {
        const own = formThatSendsItself(page.text);
        const location = page.headers.get('location') ?? own?.action;
        if (location === undefined) return page;
        const next = new URL(location, page.url).href;
        if (stop(next)) return { ...page, url: next };
        page = await ask(next, own?.fields);
      }
      throw new Error(`${url} leads round in circles`);
    },
    cookie: (origin, name) => jars.get(new URL(origin).origin)?.get(name),
    visited,
  };
}

/** The first form of a page whose script sends it, as oidc-provider's does; null: there is none. */
function formThatSendsItself(
  text: string,
): { readonly action: string; readonly fields: Readonly<Record<string, string>> } | null {
  if (!text.includes('document.forms[0].submit()')) return null;
  const action = /<form[^>]* action="([^"]*)"/.exec(text)?.[1];
  const fields = [...text.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g)];
  return action === undefined
    ? null
    : { action, fields: Object.fromEntries(fields.map(([, name, value]) => [name, value])) };
}
