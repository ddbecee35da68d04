import fc from 'fast-check';
import { canonicalJson, hashOf, rememberJson } from '../../server/snapshots/canonical-json.ts';

describe('canonical JSON', () => {
  test('sorts keys at every depth and writes no white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ש' }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"ש","d":null}]}',
    );
  });

  test('is the same whatever the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(hashOf(reversed)).toBe(hashOf(value));
      }),
    );
  });

  test('of a remembered value is what it is of any other', () => {
    const article = Object.freeze({ title: 'b', id: 'a' });
    expect(rememberJson(article)).toBe(article);
    expect(canonicalJson({ list: [article] })).toBe('{"list":[{"id":"a","title":"b"}]}');
    expect(hashOf({ list: [article] })).toBe(hashOf({ list: [{ ...article }] }));
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([
    ['undefined', { a: undefined }],
    ['NaN', [Number.NaN]],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['a function', { a: () => 1 }],
    ['a bigint', 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
  ])('refuses %s instead of dropping or changing it', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('hashes to SHA-256 in hex', () => {
    expect(hashOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
