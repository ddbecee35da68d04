import { createHmac, randomBytes } from 'node:crypto';

/** Bytes of a secret; the standard asks for 24 to 64. */
const secretBytes = 32;

const prefix = 'whsec_';

/** A new secret as receivers get it: `whsec_` and base64. */
export function newSecret(random: (size: number) => Buffer = randomBytes): string {
  return `${prefix}${random(secretBytes).toString('base64')}`;
}

/** What is signed: all that tells one attempt from another. */
export interface Signed {
  /** The event's id. */
  readonly id: string;
  /** Whole seconds since 1970. */
  readonly timestamp: number;
  /** The body to the letter. */
  readonly body: string;
}

/**
 * The header `webhook-signature` of Standard Webhooks 1.0.0, section Webhook headers: `v1,` and the base64 of HMAC-SHA256
 * over `id.timestamp.body`, for each secret, with blanks between. `secrets`: as newSecret makes them.
 */
export function signatureOf({ id, timestamp, body }: Signed, secrets: readonly string[]): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}
