import type { Request } from 'express';
import type { Config } from '../../config.ts';

/**
 * Whether a request that changes something came from a page of this very site, by what browsers say and pages cannot
 * forge: Sec-Fetch-Site, else Origin (this site's public address, or the host that was asked). A request that has
 * neither comes from no browser; the form token stands against it wherever there is a session.
 */
export function isSameSite(request: Request, config: Pick<Config, 'publicUrl'>): boolean {
  const fetchSite = request.get('sec-fetch-site');
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  const origin = request.get('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === new URL(config.publicUrl).host || host === request.get('host');
}
