/** Where a sign-in leads when nothing better is known. */
export const consolePath = '/agent';

/** Where people prove anew who they are. */
export const confirmPath = '/account/confirm';

/**
 * The page of the console, for managers or of the own account that a `next` parameter means, as an own path with its query; anything else (another
 * host in any disguise, another channel, the sign-in itself) becomes the console.
 */
export function nextPath(next: unknown): string {
  if (typeof next !== 'string' || next.length > 2_000 || !next.startsWith('/')) return consolePath;
  // A browser drops tabs and line ends and reads a backslash as a slash; no honest path has any of them.
  if (/[\\\p{Cc}]/u.test(next)) return consolePath;
  const base = 'http://concord.invalid';
  if (!URL.canParse(next, base)) return consolePath;
  const url = new URL(next, base);
  const isOwn =
    url.origin === base &&
    /^\/(agent(\/changes|\/find|\/flags(\/new)?|\/offers\/new|\/conversations|\/receipts\/[A-Za-z0-9-]+|\/articles\/[a-z0-9-]+\/[a-z0-9-]+)?|manage(\/[a-z0-9-]+){1,3}|account)\/?$/.test(
      url.pathname,
    );
  return isOwn ? url.pathname + url.search : consolePath;
}
