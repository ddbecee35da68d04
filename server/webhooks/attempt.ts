import { lookup as lookUp } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { addressKind } from './address-kind.ts';
import { hostOf, mayReach, mayUse, type ReceiverPolicy } from './receiver.ts';

/**
 * Why an attempt failed: the host has no address (`no-address`), or one that may not be reached, or not by http (`forbidden-address`);
 * nobody answered in time (`timeout`) or at all (`unreachable`); its certificate is not good (`certificate`); it answered
 * otherwise than with 2xx (`refused`), or that it is gone for good (`gone`).
 */
export type AttemptProblem =
  | 'no-address'
  | 'forbidden-address'
  | 'timeout'
  | 'unreachable'
  | 'certificate'
  | 'refused'
  | 'gone';

/** How an attempt ended. */
export interface Attempt {
  /** Null: it went well. */
  readonly problem: AttemptProblem | null;
  /** HTTP status; null: nothing was answered. */
  readonly status: number | null;
  /** The header Retry-After; null: there was none. */
  readonly retryAfter: string | null;
}

/** What is sent, and where. */
export interface Sending {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an attempt needs. */
export interface AttemptDeps {
  readonly policy: ReceiverPolicy;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** All addresses of a name; default: what the system knows. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Milliseconds until an answer; default: 15,000, the least that Standard Webhooks 1.0.0 recommends. */
  readonly timeoutMs?: number;
}

const timeout = 15_000;

/** Bytes of an answer's body that are taken off the line before it is cut; none is kept. */
const mostBody = 1_024;

/** Bytes of an answer's headers above which it is no answer. */
const mostHeaders = 8_192;

/**
 * Sends a POST once. The host's name is resolved here, all its addresses are looked at, and only these are connected to,
 * so that no second resolution can lead elsewhere. No redirect is followed, no proxy used, no connection kept, and of the
 * answer nothing but status and Retry-After is looked at. Never throws.
 */
export async function attempt(sending: Sending, deps: AttemptDeps): Promise<Attempt> {
  const { policy, resolve = addressesOf } = deps;
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(deps.timeoutMs ?? timeout)]);
  const host = hostOf(sending.url);
  if (!mayUse(sending.url, policy)) return failed('forbidden-address');
  try {
    const addresses = isIP(host) === 0 ? await within(signal, resolve(host)) : [host];
    if (addresses.length === 0) return failed('no-address');
    if (!addresses.every((address) => mayReach(addressKind(address), sending.url, policy)))
      return failed('forbidden-address');
    return await post(sending, addresses, signal);
  } catch (error) {
    return failed(signal.aborted ? 'timeout' : problemOf(error));
  }
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookUp(host, { all: true })).map(({ address }) => address);
}

function post(
  { url, headers, body }: Sending,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Attempt> {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_host, { all }, done) => {
    if (all === true) done(null, found);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  };
  const common = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    lookup,
    signal,
    maxHeaderSize: mostHeaders,
  };
  return new Promise((resolve, reject) => {
    const hear = (response: http.IncomingMessage): void => {
      let read = 0;
      response.on('data', (piece: Buffer) => {
        read += piece.length;
        if (read > mostBody) response.destroy();
      });
      // What comes of the rest does not matter any more.
      response.on('error', () => {});
      resolve(outcomeOf(response));
    };
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...common, agent: new https.Agent(), rejectUnauthorized: true }, hear)
        : http.request(url, { ...common, agent: new http.Agent() }, hear);
    request.on('error', reject);
    request.end(body);
  });
}

function outcomeOf({ statusCode: status = 0, headers }: http.IncomingMessage): Attempt {
  const problem = status >= 200 && status < 300 ? null : status === 410 ? 'gone' : 'refused';
  return { problem, status, retryAfter: headers['retry-after'] ?? null };
}

function failed(problem: AttemptProblem): Attempt {
  return { problem, status: null, retryAfter: null };
}

/** By Node's names of errors. */
function problemOf(error: unknown): AttemptProblem {
  const { code = '' } = error as { readonly code?: string };
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'EAI_FAIL'].includes(code)) return 'no-address';
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|ISSUER/.test(code) ? 'certificate' : 'unreachable';
}

/** A promise, or the end of the signal where that comes first. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
