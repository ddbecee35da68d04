import { isIPv4, isIPv6 } from 'node:net';

/**
 * The client behind an address: IPv4 as it is, also where it is written as IPv6 (`::ffff:192.0.2.1`), and IPv6 by its
 * first 64 bits, because one customer has that many addresses. A port, which some proxies write behind the address, is no
 * part of it: each connection has another. Anything else as it is, cut to 64 characters.
 */
export function clientOf(written: string): string {
  const address =
    /^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::\d{1,5})?$/.exec(written)?.slice(1).find(Boolean) ?? written;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return address.slice(0, 64);
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const known = groups(head);
  const missing = tail === undefined ? 0 : 8 - known.length - groups(tail).length;
  const all = [...known, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail)];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
