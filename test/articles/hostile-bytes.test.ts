import { leastCpuMs } from '../support/cpu-time.ts';
import { hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { concordFile } from './hostile-names.ts';
import { articleText, loadFromDisk } from './small-content.ts';

const cases = hasHostileCorpora() ? await hostileCases('bytes.json') : [];

/** Why each case is refused, as `code:line` of its first error; the others load. */
const refusals: Readonly<Record<string, string>> = {
  'bom-twice': 'front-matter-missing:1',
  utf16le: 'file-encoding:1',
  utf16be: 'file-encoding:1',
  latin1: 'file-encoding:7',
  overlong: 'file-encoding:7',
  'surrogate-cesu': 'file-encoding:7',
  'too-high': 'file-encoding:7',
  'cut-off': 'file-encoding:7',
  'lone-continuation': 'file-encoding:7',
  nul: 'file-encoding:7',
  'nul-only': 'file-encoding:1',
  binary: 'file-encoding:3',
  gzip: 'file-encoding:1',
  sqlite: 'file-encoding:1',
  'half-front-matter': 'front-matter-missing:1',
  'half-block': 'directive-unclosed:9',
  'half-close': 'directive-unclosed:9',
  conflict: 'markdown-invalid:7',
  huge: 'file-too-large:',
};

describe('hostile bytes, read from disk', () => {
  beforeAll(() => loadFromDisk({ 'en/returns/good.md': articleText('Warm.\n') }));

  test('the corpus is read whole, or this file says why not', () => {
    if (cases.length === 0) return;
    expect(cases.length).toBeGreaterThanOrEqual(24);
  });

  for (const hostile of cases) {
    const refusal = refusals[hostile.id];

    test(`${hostile.id}: ${hostile.about} ${refusal === undefined ? 'loads' : `is refused with ${refusal}`}`, async () => {
      const { path, bytes } = concordFile(hostile.bytes, 'bytes');
      const files = { 'en/returns/good.md': articleText('Yes.\n'), [path]: bytes };
      const limit = hostile.maxMs ?? 500;
      expect(await leastCpuMs(limit, () => loadFromDisk(files))).toBeLessThan(limit);
      const { content, errors } = await loadFromDisk(files);

      expect(errors.map(({ code, place }) => `${code}:${place?.line ?? ''}`)[0]).toBe(refusal);
      if (hostile.load === 'refuse') expect(refusal).toBeDefined();
      if (hostile.load === 'accept') expect(refusal).toBeUndefined();
      expect(content?.articles).toHaveLength(refusal === undefined ? 2 : 1);
      expect(JSON.stringify(content)).not.toContain(hostile.canary);
      for (const error of errors) expect(error.expected).toEqual(expect.any(String));
    });
  }

  test('line ends and the byte-order mark change nothing of what is read', async () => {
    const text = articleText('First.\n\n:::agent\nNote.\n:::\n\nLast.\n');
    const revisions = [];
    for (const bytes of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r')]) {
      const { content } = await loadFromDisk({ 'en/orders/a.md': bytes });
      const [first] = content?.articles ?? [];
      revisions.push(
        first?.article.audience === 'public' ? [first.article.head.revision, first.beside] : null,
      );
    }
    expect(revisions[0]).not.toBeNull();
    for (const revision of revisions) expect(revision).toEqual(revisions[0]);
  });
});
