import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import { type AddressKind, addressKind } from './address-kind.ts';

/** Hosts of the settings that may be more than others, each `host` or `host:port`. */
export interface ReceiverPolicy {
  /** May have addresses of a network of one's own. */
  readonly privateHosts: readonly string[];
  /** May be spoken to by http. */
  readonly plainHosts: readonly string[];
}

/** Most characters of a receiver's address. */
const longestUrl = 2_000;

/**
 * The address of a receiver as it is stored. Errors: invalid-request (field `url`) for what is no https address (or http
 * of a host of the settings), has a name or password in it, or leads by an address in figures to where none may.
 */
export function checkReceiver(typed: string, policy: ReceiverPolicy): URL {
  const text = typed.trim();
  const url = URL.canParse(text) && text.length <= longestUrl ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refused('an https address', url === null ? 'no address' : url.protocol);
  if (!mayUse(url, policy))
    throw refused('https; WEBHOOK_PLAIN_HOSTS lists the hosts that may be http', 'http');
  if (url.username !== '' || url.password !== '')
    throw refused('an address without a name or password in it', 'one with');
  url.hash = '';
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(addressKind(host), url, policy))
    throw refused(
      'a public address, or a host of WEBHOOK_PRIVATE_HOSTS',
      `an address that is ${addressKind(host)}`,
    );
  return url;
}

/** Whether a receiver may be spoken to by the scheme of its address. */
export function mayUse(url: URL, policy: ReceiverPolicy): boolean {
  return url.protocol === 'https:' || isListed(url, policy.plainHosts);
}

/** Whether a receiver may be reached at an address of a kind. */
export function mayReach(kind: AddressKind, url: URL, policy: ReceiverPolicy): boolean {
  return kind === 'public' || (kind === 'private' && isListed(url, policy.privateHosts));
}

/** The host's name, or its address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function isListed({ hostname, port, protocol }: URL, hosts: readonly string[]): boolean {
  const known = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return hosts.includes(hostname) || hosts.includes(`${hostname}:${known}`);
}

function refused(expected: string, found: string): AppError {
  return new AppError('invalid-request', {
    field: 'url',
    message: 'Webhooks cannot be sent there.',
    expected,
    found,
  });
}
