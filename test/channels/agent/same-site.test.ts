import type { Request } from 'express';
import { isSameSite } from '../../../server/channels/agent/same-site.ts';
import { readConfig } from '../../../server/config.ts';

const named = readConfig({ PUBLIC_URL: 'https://help.example:8443' });
const unnamed = readConfig({});

function from(headers: Readonly<Record<string, string>>): Request {
  return { get: (name: string) => headers[name] } as Request;
}

describe('a form of this very site', () => {
  test.each([
    ['the public address', { origin: 'https://help.example:8443' }],
    ['a browser that says so', { 'sec-fetch-site': 'same-origin', origin: 'https://help.example:8443' }],
    ['a browser that only says so', { 'sec-fetch-site': 'same-origin' }],
    ['no browser', {}],
  ])('comes from %s', (_, headers) =>
    expect(isSameSite(from({ host: 'inside:3000', ...headers }), named)).toBe(true),
  );

  test.each([
    ['another host', { origin: 'https://evil.invalid' }],
    ['another port', { origin: 'https://help.example' }],
    ['another scheme', { origin: 'http://help.example:8443' }],
    ['a sibling host', { origin: 'https://www.help.example:8443' }],
    ['a host that begins alike', { origin: 'https://help.example:8443.evil.invalid' }],
    ['a name and password', { origin: 'https://help.example:8443@evil.invalid' }],
    ['a path', { origin: 'https://help.example:8443/' }],
    ['two origins', { origin: 'https://help.example:8443 https://evil.invalid' }],
    ['an origin that hides itself', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['no address', { origin: 'help.example:8443' }],
    ['a file', { origin: 'file://' }],
    ['the host that was asked, where another one is public', { origin: 'http://inside:3000' }],
    ['a host that was made up', { origin: 'https://evil.invalid', host: 'evil.invalid' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site', origin: 'https://help.example:8443' }],
    ['a same-site request', { 'sec-fetch-site': 'same-site', origin: 'https://help.example:8443' }],
    ['a typed address', { 'sec-fetch-site': 'none', origin: 'https://help.example:8443' }],
    ['a word that browsers do not say', { 'sec-fetch-site': 'Same-Origin' }],
    ['two words', { 'sec-fetch-site': 'same-origin, same-origin' }],
    ['a hidden origin with a good word', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    [
      'a foreign origin with a good word',
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.invalid' },
    ],
  ])('does not come from %s', (_, headers) =>
    expect(isSameSite(from({ host: 'inside:3000', ...headers }), named)).toBe(false),
  );

  test('comes from the host that was asked where none is named, whatever the scheme, and from no other port', () => {
    const at = (origin: string) => isSameSite(from({ host: 'shop.example', origin }), unnamed);
    expect(at('http://shop.example')).toBe(true);
    expect(at('https://shop.example')).toBe(true);
    expect(at('https://shop.example:8443')).toBe(false);
    expect(at('https://evil.invalid')).toBe(false);
  });
});
