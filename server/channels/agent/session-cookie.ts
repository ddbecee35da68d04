import type { Request, Response } from 'express';
import { requestMinutes } from '../../accounts/provider-request-store.ts';
import type { Config } from '../../config.ts';

/** A cookie that carries a secret of ours. */
export interface SessionCookie {
  readonly name: string;
  /** Its value, or null. Two of that name with different values count as none: nobody can say which is the right one. */
  read(request: Request): string | null;
  write(response: Response, secret: string): void;
  clear(response: Response): void;
}

/**
 * HttpOnly, SameSite=Lax, for the whole site, until the browser ends. Where customers come by https it is Secure and
 * named `__Host-concord`, so that no other host and no plain page can plant it; else `concord`.
 */
export function sessionCookie(config: Pick<Config, 'publicUrl'>): SessionCookie {
  return ownCookie(config, 'concord', {});
}

/** The same, named `concord-provider`, for the minutes that a sign-in by an identity provider may take. */
export function providerCookie(config: Pick<Config, 'publicUrl'>): SessionCookie {
  return ownCookie(config, 'concord-provider', { maxAge: requestMinutes * 60_000 });
}

function ownCookie(
  config: Pick<Config, 'publicUrl'>,
  plainName: string,
  lasting: { readonly maxAge?: number },
): SessionCookie {
  const secure = config.publicUrl.startsWith('https:');
  const name = secure ? `__Host-${plainName}` : plainName;
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
  return Object.freeze({
    name,
    read(request: Request) {
      const values = (request.headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      return values.length > 0 && new Set(values).size === 1 ? (values[0] ?? null) : null;
    },
    write: (response: Response, secret: string) =>
      void response.cookie(name, secret, { ...options, ...lasting }),
    clear: (response: Response) => void response.clearCookie(name, options),
  });
}
