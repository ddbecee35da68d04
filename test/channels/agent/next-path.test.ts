import { nextPath } from '../../../server/channels/agent/next-path.ts';

describe('where a sign-in leads', () => {
  test.each([
    '/agent',
    '/agent/changes',
    '/agent/flags',
    '/agent/flags/new?answer=orders%2Fcancel-order%23lead&locale=en',
    '/agent/offers/new?offer=voucher',
    '/agent/receipts/BCDF2345',
    '/agent/conversations?id=c%2F9',
    '/agent/find?q=BCDF2345',
    '/agent?q=cancel&locale=he',
    '/agent/articles/orders/cancel-order?region=EU',
  ])('%s is a page of the console and is kept', (next) => {
    expect(nextPath(next)).toBe(next);
  });

  test.each([
    '//evil.invalid',
    '/\\evil.invalid',
    '\\\\evil.invalid',
    '/%09/evil.invalid',
    '/\t/evil.invalid',
    '/\n/evil.invalid',
    '///evil.invalid',
    '/agent/..//evil.invalid',
    '/agent//evil.invalid',
    '/agent\\..\\evil',
    'https:evil.invalid',
    'https://evil.invalid/agent',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://127.0.0.1@evil.invalid',
    '@evil.invalid',
    '.evil.invalid',
    '/login?next=//evil.invalid',
    '/agent/sign-in?next=//evil.invalid',
    '/agent/sign-out',
    '/agent/results?q=x',
    '/agent/delete',
    '/en/orders',
    '/AGENT',
    '/agent/../en',
    `/agent?q=${'x'.repeat(2_000)}`,
    '',
  ])('%j leads to the console instead', (next) => {
    expect(nextPath(next)).toBe('/agent');
  });

  test('what is no text leads to the console', () => {
    for (const next of [undefined, null, 3, ['/agent?q=x'], { toString: () => '/agent?q=x' }])
      expect(nextPath(next)).toBe('/agent');
  });
});
