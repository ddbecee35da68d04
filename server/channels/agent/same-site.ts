import type { Request } from 'express';
import { type Config, listenUrl } from '../../config.ts';

/**
 * Whether a request that changes something came from a page of this very site, by what browsers say and pages cannot
 * forge, both where both are there: Sec-Fetch-Site, and Origin with scheme, host and port (of PUBLIC_URL; the host that
 * was asked where that is not set). A request that has neither comes from no browser; the form token stands against it
 * wherever there is a session.
 */
export function isSameSite(request: Request, config: Pick<Config, 'publicUrl' | 'host' | 'port'>): boolean {
  const fetchSite = request.get('sec-fetch-site');
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  const origin = request.get('origin');
  if (origin === undefined) return true;
  // "null", a list and whatever else is no address of a site.
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  if (origin === new URL(config.publicUrl).origin) return true;
  // Where nobody said by which address people come, a proxy may stand in front: only host and port can be compared.
  return config.publicUrl === listenUrl(config) && new URL(origin).host === request.get('host');
}
