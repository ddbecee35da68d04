import { checkReceiver } from '../../server/webhooks/receiver.ts';

const nobody = { privateHosts: [], plainHosts: [] };

describe('the address of a receiver', () => {
  test.each([
    ['https://hooks.example/concord', 'https://hooks.example/concord'],
    [' https://HOOKS.example:8443/a?b=c#d ', 'https://hooks.example:8443/a?b=c'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]:444/', 'https://[2606:4700:4700::1111]:444/'],
  ])('%s is taken', (typed, kept) => expect(checkReceiver(typed, nobody).href).toBe(kept));

  test.each([
    ['', 'nothing'],
    ['hooks.example', 'no scheme'],
    ['//hooks.example/', 'no scheme'],
    ['http://hooks.example/', 'http'],
    ['ftp://hooks.example/', 'another scheme'],
    ['file:///etc/passwd', 'a file'],
    ['javascript:alert(1)', 'a script'],
    ['gopher://127.0.0.1:6379/_FLUSHALL', 'another scheme'],
    ['https://user@hooks.example/', 'a name in it'],
    ['https://user:pass@hooks.example/', 'a password in it'],
    ['https://:pass@hooks.example/', 'a password in it'],
    ['https://127.0.0.1/', 'loopback'],
    ['https://127.1/', 'loopback, short'],
    ['https://2130706433/', 'loopback as one number'],
    ['https://0x7f000001/', 'loopback in hex'],
    ['https://0177.0.0.1/', 'loopback in octal'],
    ['https://%31%32%37.0.0.1/', 'loopback with percent signs'],
    ['https://１２７.0.0.1/', 'loopback in wide digits'],
    ['https://127。0。0。1/', 'loopback with other dots'],
    ['https://0/', 'unspecified'],
    ['https://[::]/', 'unspecified'],
    ['https://[::1]/', 'loopback'],
    ['https://[::ffff:127.0.0.1]/', 'loopback as IPv6'],
    ['https://[::ffff:a9fe:a9fe]/', 'what clouds tell secrets at, as IPv6'],
    ['https://[64:ff9b::a00:1]/', 'private by NAT64'],
    ['https://169.254.169.254/latest/meta-data/', 'what clouds tell secrets at'],
    ['https://[fe80::1]/', 'link-local'],
    ['https://[fd00::1]/', 'unique local'],
    ['https://10.1.2.3/', 'private'],
    ['https://100.100.100.200/', 'shared'],
    ['https://192.168.1.1/', 'private'],
    ['https://224.0.0.1/', 'multicast'],
    [`https://hooks.example/${'x'.repeat(2_000)}`, 'too long'],
  ])('%s is refused: %s', (typed) => {
    expect(() => checkReceiver(typed, nobody)).toThrow(expect.objectContaining({ field: 'url' }));
  });

  test('a host of the settings may be plain, or private, as the settings say, on the port that they say', () => {
    const plain = { privateHosts: [], plainHosts: ['dev.example', 'other.example:8080'] };
    expect(checkReceiver('http://dev.example:81/', plain).port).toBe('81');
    expect(checkReceiver('http://other.example:8080/', plain).port).toBe('8080');
    for (const typed of ['http://other.example/', 'http://dev.example.evil.example/', 'http://127.0.0.1/'])
      expect(() => checkReceiver(typed, plain)).toThrow();
    const own = { privateHosts: ['10.0.0.7', '[::1]:444', '10.0.0.8:443'], plainHosts: [] };
    for (const typed of ['https://10.0.0.7:9/', 'https://[::1]:444/', 'https://10.0.0.8/'])
      expect(checkReceiver(typed, own).href).toBe(typed);
    for (const typed of ['https://[::1]/', 'https://10.0.0.8:8/', 'https://10.0.0.9/', 'http://10.0.0.7/'])
      expect(() => checkReceiver(typed, own)).toThrow();
  });

  test('what clouds tell secrets at stays out of reach, whatever the settings say', () => {
    const all = { privateHosts: ['169.254.169.254', '0.0.0.0'], plainHosts: ['169.254.169.254', '0.0.0.0'] };
    for (const host of all.privateHosts)
      for (const scheme of ['http', 'https'])
        expect(() => checkReceiver(`${scheme}://${host}/`, all)).toThrow();
  });
});
