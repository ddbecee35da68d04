import fc from 'fast-check';
import { addressKind } from '../../server/webhooks/address-kind.ts';

describe('the kind of an address', () => {
  test.each([
    ...['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.1', '100.63.255.255'],
    ...['100.128.0.1', '192.167.0.1', '11.0.0.1', '223.255.255.255', '169.253.1.1', '198.20.0.1'],
    ...['2606:4700:4700::1111', '2a00:1450:4001:81b::200e', '2001:4860:4860::8888', '2003::1'],
    ...['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '64:ff9b::808:808', '3fff:1000::1'],
  ])('%s leads anywhere', (address) => expect(addressKind(address)).toBe('public'));

  test.each([
    ...['10.0.0.1', '10.255.255.255', '127.0.0.1', '127.255.255.254', '172.16.0.1', '172.31.255.255'],
    ...['192.168.0.1', '100.64.0.1', '100.127.255.255', '::1', 'fc00::1', 'fd12:3456::1', 'fdff::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::7f00:1'],
    '0:0:0:0:0:ffff:c0a8:0101',
  ])('%s leads into a network of one’s own', (address) => expect(addressKind(address)).toBe('private'));

  test.each([
    ...['0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.0.1', '192.0.0.8', '192.0.2.1', '192.88.99.1'],
    ...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255'],
    ...['240.0.0.1', '255.255.255.255', '::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1'],
    ...['2001:db8::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:10::1', '2002:7f00:1::'],
    ...['2002:808:808::1', '3fff::1', '100::1', '64:ff9b:1::a00:1', '::127.0.0.1', '::ffff:169.254.169.254'],
    ...['64:ff9b::169.254.169.254', '5f00::1', '4000::1', '', 'localhost', '1.2.3', '01.2.3.4', '[::1]'],
  ])('%s leads to no receiver', (address) => expect(addressKind(address)).toBe('never'));

  test('whatever an IPv4 address is, it is in IPv6 too', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const written of [`::ffff:${address}`, `64:ff9b::${address}`])
          expect(addressKind(written)).toBe(addressKind(address));
      }),
    );
  });

  test('is the same however an IPv6 address is shortened', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((one) => one.toString(16).padStart(4, '0')).join(':');
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect(addressKind(short)).toBe(addressKind(long));
      }),
    );
  });
});
