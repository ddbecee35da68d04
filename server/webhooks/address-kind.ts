import { isIP } from 'node:net';

/**
 * Where an address leads: anywhere (`public`), into a network of one's own (`private`: RFC 1918, shared address space,
 * loopback, unique local), or where no receiver ever is (`never`: link-local, where clouds tell secrets; multicast;
 * unspecified; reserved; for documentation; tunnels). By the registries of special-purpose addresses of IANA (RFC 6890).
 */
export type AddressKind = 'public' | 'private' | 'never';

/** Leading bits of IPv4 addresses, the narrower first; all others are public. */
const v4: readonly (readonly [string, number, AddressKind])[] = [
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['0.0.0.0', 8, 'never'],
  ['169.254.0.0', 16, 'never'],
  ['192.0.0.0', 24, 'never'],
  ['192.0.2.0', 24, 'never'],
  ['192.88.99.0', 24, 'never'],
  ['198.18.0.0', 15, 'never'],
  ['198.51.100.0', 24, 'never'],
  ['203.0.113.0', 24, 'never'],
  ['224.0.0.0', 3, 'never'],
];

/** Where an address leads. `address`: IPv4 or IPv6 without brackets; whatever is neither is `never`. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address);
  if (version === 4) return kindOf4(numberOf(address));
  return version === 6 ? kindOf6(groupsOf(address)) : 'never';
}

function kindOf4(address: number): AddressKind {
  const found = v4.find(([first, bits]) => address >>> (32 - bits) === numberOf(first) >>> (32 - bits));
  return found?.[2] ?? 'public';
}

function kindOf6(groups: readonly number[]): AddressKind {
  const [a = 0, b = 0] = groups;
  const startsWith = (...first: readonly number[]): boolean =>
    first.every((group, at) => group === groups[at]);
  const embedded = (((groups[6] ?? 0) << 16) | (groups[7] ?? 0)) >>> 0;
  // What stands for an IPv4 address is as that one is: IPv4-mapped, and NAT64 (RFC 6052).
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) return kindOf4(embedded);
  if (startsWith(0, 0, 0, 0, 0, 0, 0, 1)) return 'private';
  if (a >>> 9 === 0xfc00 >>> 9) return 'private';
  // Of all others only global unicast, 2000::/3, leads anywhere; but for protocols with Teredo, documentation and 6to4.
  if (a >>> 13 !== 1) return 'never';
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return 'never';
  if (a === 0x2002 || (a === 0x3fff && b < 0x1000)) return 'never';
  return 'public';
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

/** The eight groups of an IPv6 address; a zone behind % is left out. */
function groupsOf(address: string): readonly number[] {
  const [plain = ''] = address.split('%');
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const last = dotted === null ? 0 : numberOf(dotted[2] ?? '');
  const text =
    dotted === null ? plain : `${dotted[1]}${(last >>> 16).toString(16)}:${(last & 0xffff).toString(16)}`;
  const [head = '', tail] = text.split('::');
  const read = (part: string): readonly number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [front, back] = [read(head), read(tail ?? '')];
  return tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill(0), ...back];
}
