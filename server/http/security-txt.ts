import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Route } from './route.ts';

/** Days that what is said holds; RFC 9116 wants less than a year, so that nobody writes to an address of long ago. */
const holdsDays = 180;

/**
 * `/.well-known/security.txt` (RFC 9116): whom to tell of a hole in security, in which languages, until when; not found
 * where SECURITY_CONTACT is not set. The day it expires moves with the day.
 */
export function securityTxt(deps: {
  readonly config: Pick<Config, 'publicUrl' | 'securityContact'>;
  readonly current: () => { readonly public: { readonly site: { readonly locales: readonly string[] } } };
  readonly now: () => Date;
}): Route {
  const { publicUrl, securityContact } = deps.config;
  const path = '/.well-known/security.txt';
  return {
    method: 'get',
    path,
    access: 'anyone',
    limit: 'pages',
    format: 'text',
    cache: 'public-revalidate',
    summary: 'Whom to tell of a hole in security (RFC 9116); 404 without SECURITY_CONTACT.',
    handler(_request, response, next) {
      if (securityContact === '') return next(new AppError('not-found'));
      const until = new Date(deps.now().getTime() + holdsDays * 86_400_000).toISOString().slice(0, 10);
      const lines = [
        `Contact: ${securityContact}`,
        `Expires: ${until}T00:00:00.000Z`,
        `Preferred-Languages: ${deps.current().public.site.locales.join(', ')}`,
        `Canonical: ${publicUrl}${path}`,
      ];
      response.type('text/plain').send(`${lines.join('\n')}\n`);
    },
  };
}
