import { parseContent } from '../../server/articles/parse-content.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { concordFile } from './hostile-names.ts';
import { articleText, briefly, contentFiles, parseFiles } from './small-content.ts';

const cases = hasHostileCorpora() ? await hostileCases('front-matter.json') : [];

/** Why each case is refused, as `code:line` of its first error; the others load. The line counts in the mapped file. */
const refusals: Readonly<Record<string, string>> = {
  none: 'front-matter-missing:1',
  empty: 'value-invalid:2',
  'empty-file': 'front-matter-missing:1',
  'never-closed': 'front-matter-missing:1',
  'closed-by-dots': 'front-matter-missing:1',
  'not-first': 'front-matter-missing:1',
  'five-dashes': 'front-matter-missing:1',
  'js-engine': 'front-matter-missing:1',
  'js-engine-long': 'front-matter-missing:1',
  'coffee-json-toml': 'front-matter-missing:1',
  'js-function': 'yaml-invalid:6',
  'js-regexp': 'yaml-invalid:6',
  'js-undefined': 'yaml-invalid:6',
  'python-tag': 'yaml-invalid:6',
  'tostring-key': 'yaml-invalid:6',
  laughs: 'yaml-invalid:6',
  cycle: 'yaml-invalid:6',
  'merge-chain': 'front-matter-too-large:1',
  'merge-many': 'front-matter-too-large:1',
  omap: 'front-matter-too-large:1',
  'flow-keys': 'yaml-invalid:6',
  'deep-flow': 'front-matter-too-large:1',
  'deep-block': 'file-too-large:',
  'long-string': 'file-too-large:',
  'many-tags': 'front-matter-too-large:1',
  'many-keys': 'front-matter-too-large:1',
  'duplicate-key': 'yaml-invalid:6',
  'duplicate-quoted': 'yaml-invalid:6',
  'duplicate-escape': 'yaml-invalid:6',
  'key-case': 'key-unknown:5',
  'key-typo': 'key-unknown:5',
  'value-typo': 'value-invalid:5',
  'value-case': 'value-invalid:5',
  'value-list': 'value-invalid:5',
  'value-null': 'value-invalid:5',
  'value-bool': 'value-invalid:6',
  proto: 'key-unknown:6',
  'proto-merge': 'key-unknown:6',
  constructor: 'key-unknown:6',
  'handlebars-options': 'key-unknown:6',
  'date-impossible': 'value-invalid:5',
  'date-words': 'value-invalid:5',
  'date-far': 'value-invalid:4',
  'date-order': 'value-invalid:5',
  'date-zone': 'value-invalid:5',
  'slug-traversal': 'file-unexpected:',
  'slug-absolute': 'file-unexpected:',
  'slug-route': 'file-name:',
  'slug-encoded': 'file-name:',
  'slug-space': 'file-name:',
  'slug-long': 'file-name:',
  'slug-empty': 'file-name:',
  'title-newline': 'value-invalid:5',
  'title-control': 'value-invalid:5',
  'agent-field': 'key-unknown:6',
  'yaml-directive': 'yaml-invalid:5',
  'tab-indent': 'yaml-invalid:7',
  'include-file': 'yaml-invalid:6',
  env: 'yaml-invalid:6',
};

const good = { 'en/returns/good.md': articleText('Yes, for 30 days.\n') };

describe('hostile front matter', () => {
  test('the corpus is read whole, or this file says why not', () => {
    if (cases.length === 0) return;
    expect(cases.length).toBeGreaterThanOrEqual(65);
    const known = new Set(cases.map(({ id }) => id));
    expect(Object.keys(refusals).filter((id) => !known.has(id))).toEqual([]);
  });

  for (const hostile of cases) {
    const refusal = Object.hasOwn(refusals, hostile.id) ? refusals[hostile.id] : undefined;

    test(`${hostile.id}: ${hostile.about} is ${refusal === undefined ? 'read as text' : `refused with ${refusal}`}`, async () => {
      const { path, bytes } = concordFile(hostile.bytes);
      const files = contentFiles({ ...good, [path]: bytes });
      const limit = hostile.maxMs ?? 500;
      expect(await leastCpuMs(limit, () => parseContent(files))).toBeLessThan(limit);
      const { content, errors } = parseContent(files);

      expect(errors.map(({ code, place }) => `${code}:${place?.line ?? ''}`)[0]).toBe(refusal);
      expect(errors.map(({ place }) => place?.file).filter((file) => file !== path)).toEqual([]);
      if (hostile.load === 'refuse') expect(refusal).toBeDefined();
      if (hostile.load === 'accept') expect(refusal).toBeUndefined();
      // The good article beside it is served all the same.
      expect(content?.articles).toHaveLength(refusal === undefined ? 2 : 1);

      expect(Reflect.get(globalThis, 'HOSTILE_RAN')).toBeUndefined();
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
      expect(JSON.stringify(content)).not.toContain(hostile.canary);
    });
  }

  test('what loads is text, never a number, boolean or date', () => {
    const title = articleText('Text.\n', 'title: "1.0"\nquestions: ["no", "2026-01-01"]');
    const { content } = parseFiles({ 'en/orders/a.md': title });
    const [first] = content?.articles ?? [];
    expect(first?.article.audience === 'public' && first.article.head).toMatchObject({
      title: '1.0',
      questions: ['no', '2026-01-01'],
    });
  });

  test('a word of JavaScript is an ordinary word as question, folder or file', () => {
    const { content, errors } = parseFiles({
      'en/orders/constructor.md': articleText('Text.\n', 'questions: [__proto__, constructor, toString]'),
    });
    expect(briefly(errors)).toEqual([]);
    expect(content?.articles).toHaveLength(1);
  });
});
