import type { Route } from '../../server/http/route.ts';
import { inParallel } from './listen.ts';
import type { Asking, PlainRequest, PlainResponse } from './plain-request.ts';

/** Everything that was asked and answered, by method and address in the order in which it was found. */
export type Crawled = ReadonlyMap<string, PlainResponse>;

/** An answer as one text, headers first. */
export function textOf({ status, rawHeaders, body }: PlainResponse): string {
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [`${name}: ${rawHeaders[at + 1]}`]));
  return `${status}\n${pairs.join('\n')}\n\n${body.toString('utf8')}`;
}

/** The path of the route that an address belongs to; null: of none. Routes in their order, an own word before a parameter. */
export function routeFinder(routes: readonly Route[]): (address: string) => string | null {
  const words = (path: string): number =>
    path.split('/').filter((one) => one !== '' && !one.startsWith(':')).length;
  const patterns = [...new Set(routes.map(({ path }) => path))]
    .sort((a, b) => words(b) - words(a))
    .map((path) => ({
      path,
      form: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[a-zA-Z]+/g, '[^/]+')}$`),
    }));
  return (address) => patterns.find(({ form }) => form.test(address.split('?')[0] ?? ''))?.path ?? null;
}

/** Addresses of this site that stand anywhere in an answer: in attributes, headers, XML, JSON and scripts. */
export function addressesIn(response: PlainResponse, at: string, publicUrl: string): readonly string[] {
  const text = textOf(response)
    .replace(/&#x3D;/gi, '=')
    .replace(/&#x2F;/gi, '/')
    .replace(/&amp;/g, '&');
  const found = [
    ...text.matchAll(/(?:href|src|action|formaction|content)="([^"]*)"/g),
    ...text.matchAll(/^(?:location|refresh|link|content-location): (?:[^<\n]*url=|<)?([^>\n;]*)/gim),
    ...text.matchAll(/["'>\s(]((?:https?:\/\/|\/)[^\s"'<>\\)]*)/g),
  ].map((match) => match[1] ?? '');
  return [...new Set(found)].flatMap((one) => {
    if (!URL.canParse(one, `${publicUrl}${at}`)) return [];
    const url = new URL(one, `${publicUrl}${at}`);
    const isOwn = url.origin === publicUrl || url.hostname === '127.0.0.1';
    return isOwn && /^https?:$/.test(url.protocol) ? [url.pathname + url.search] : [];
  });
}

/**
 * Asks for every seed, and for all that answers lead to, by GET. Of each route, at most `mostOfRoute` addresses that were
 * found are followed, so that a console whose links carry everything that was chosen does not lead on for ever.
 */
export async function crawl(
  ask: Asking,
  from: {
    readonly seeds: readonly string[];
    readonly routes: readonly Route[];
    readonly publicUrl: string;
    readonly headers: PlainRequest['headers'];
    readonly mostOfRoute: number;
    /** Addresses that are left out. */
    readonly without?: (address: string) => boolean;
  },
): Promise<Crawled> {
  const { routes, publicUrl, headers = {}, mostOfRoute, without = () => false } = from;
  const routeOf = routeFinder(routes);
  const followed = new Map<string, number>();
  const crawled = new Map<string, PlainResponse>();
  const known = new Set<string>(from.seeds);
  let next = [...known].filter((address) => !without(address));
  while (next.length > 0) {
    const answers = await inParallel(next, (address) => ask(address, { headers }));
    const found: string[] = [];
    for (const [at, answer] of answers.entries()) {
      const address = next[at] ?? '';
      crawled.set(`GET ${address}`, answer);
      for (const one of addressesIn(answer, address, publicUrl)) {
        if (known.has(one) || without(one)) continue;
        const route = routeOf(one) ?? 'none';
        const count = followed.get(route) ?? 0;
        if (count >= mostOfRoute) continue;
        known.add(one);
        followed.set(route, count + 1);
        found.push(one);
      }
    }
    next = found;
  }
  return crawled;
}
