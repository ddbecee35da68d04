import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../../server/errors.ts';
import { hasHostileCorpora, hostileCases, hostileFolder } from '../support/hostile-corpus.ts';
import { concordFile } from './hostile-names.ts';
import { articleText, parseFiles } from './small-content.ts';

const there = hasHostileCorpora();
const cases = there ? await hostileCases('agent-fence.json') : [];

/** Why each case is refused, as `code:line` of its first error; the others load. */
const refusals: Readonly<Record<string, string>> = {
  'no-blank-lines': 'directive-disguised:8',
  unclosed: 'directive-unclosed:9',
  'close-only': 'directive-stray-close:9',
  'close-missing-next-opens': 'directive-nested:12',
  nested: 'directive-nested:11',
  'extra-close': 'directive-stray-close:12',
  'open-in-code': 'directive-disguised:10',
  'open-in-code-tilde': 'directive-disguised:10',
  'open-in-indented-code': 'directive-disguised:9',
  'code-swallows-close': 'directive-disguised:12',
  'close-in-code-inside': 'directive-disguised:11',
  'close-in-inline-code': 'directive-disguised:10',
  'code-straddles': 'directive-disguised:11',
  'comment-around': 'markdown-invalid:9',
  'comment-opens-inside': 'directive-disguised:11',
  'comment-holds-close': 'directive-disguised:10',
  'comment-plain': 'markdown-invalid:9',
  'linkref-comment': 'markdown-invalid:9',
  blockquote: 'directive-disguised:9',
  'blockquote-lazy': 'directive-disguised:9',
  'list-item': 'directive-disguised:11',
  'list-item-dedent': 'directive-disguised:11',
  'indent-1': 'directive-disguised:9',
  'indent-3': 'directive-disguised:9',
  'indent-tab': 'directive-disguised:9',
  'same-line': 'directive-disguised:9',
  'text-after-open': 'directive-disguised:9',
  'text-after-close': 'directive-unclosed:9',
  attributes: 'directive-disguised:9',
  case: 'directive-unknown:9',
  typo: 'directive-unknown:9',
  'zero-width': 'directive-disguised:9',
  homoglyph: 'directive-disguised:9',
  fullwidth: 'directive-disguised:9',
  bidi: 'file-encoding:11',
  'nel-ls-ff': 'file-encoding:9',
  'nul-in-marker': 'file-encoding:9',
  'bom-before': 'directive-disguised:7',
  escaped: 'directive-disguised:9',
  entity: 'directive-disguised:9',
  setext: 'directive-disguised:11',
  'heading-marker': 'directive-disguised:9',
  'table-inside': 'directive-disguised:12',
  'table-cell': 'directive-disguised:11',
  'marker-in-title': 'directive-disguised:9',
  'include-inside': 'marker-unknown:9',
  variable: 'marker-unknown:9',
  huge: 'file-too-large:',
  'long-marker': 'directive-disguised:9',
  'repeat-char': 'directive-disguised:9',
};

/** Every disguise in which a canary could stand in a public text. */
function publicForms(text: string): string {
  const bare = text.replace(/\p{Default_Ignorable_Code_Point}|<[^>]*>|[\\*_`]/gu, '');
  const decoded = bare.replace(/&#(\d+);|&#x([0-9a-f]+);|%([0-9a-f]{2})/gi, (_, ten, hex, percent) =>
    String.fromCodePoint(ten ? Number(ten) : Number.parseInt(hex ?? percent, 16)),
  );
  return `${text}\n${bare}\n${decoded}`.toLowerCase();
}

describe('agents’ text never becomes public when a file is parted', () => {
  test('the corpus is read whole, or this file says why not', () => {
    if (!there) return;
    expect(cases.length).toBeGreaterThanOrEqual(71);
    const known = new Set(cases.map(({ id }) => id));
    expect(Object.keys(refusals).filter((id) => !known.has(id))).toEqual([]);
  });

  for (const hostile of cases) {
    const refusal = Object.hasOwn(refusals, hostile.id) ? refusals[hostile.id] : undefined;

    test(`${hostile.id}: ${hostile.about} (${refusal ?? 'loads'})`, () => {
      // Concord's own headings begin with ##; everything else of the body stays as it is.
      const body = hostile.bytes.toString('utf8').replace(/^# /gm, '## ');
      const { content, errors } = parseFiles({ 'en/orders/fence.md': articleText(body) });
      const [loaded] = content?.articles ?? [];

      expect(errors.map(({ code, place }) => `${code}:${place?.line ?? ''}`)[0]).toBe(refusal);
      if (hostile.load === 'refuse') expect(refusal).toBeDefined();
      if (hostile.load === 'accept') expect(refusal).toBeUndefined();
      expect(loaded === undefined).toBe(refusal !== undefined);
      // Errors may reach a log or a status page: they never repeat what an author wrote around a marker.
      expect(errors.map(describeError).join('\n')).not.toContain(hostile.canary);
      if (!loaded) return;

      const shown = loaded.article.audience === 'public' ? loaded.article : null;
      expect(publicForms(JSON.stringify(shown))).not.toContain(hostile.canary);
      if (hostile.keep !== undefined) expect(JSON.stringify(shown)).toContain(hostile.keep);
      // The counter-test: an agent does see it.
      const forAgents = JSON.stringify([
        loaded.beside,
        loaded.article.audience === 'agent' ? loaded.article : null,
      ]);
      expect(forAgents.includes(hostile.canary)).toBe(true);
    });
  }
});

/** Files of articles/, with the code of the first error; the others load. */
const wholeArticles: Readonly<Record<string, string | undefined>> = {
  'agent-only.md': undefined,
  'crlf-tabs.md': undefined,
  'delivery-delay.md': 'key-unknown',
  'never-closed.md': 'directive-disguised',
  'refund-window.md': 'markdown-invalid',
  'twin-a.md': undefined,
  'twin-b.md': undefined,
  'warranty.md': 'directive-disguised',
};

describe('whole hostile articles', () => {
  const folder = join(hostileFolder, 'articles');
  const canary = 'zqcanaryword';

  for (const [name, refusal] of existsSync(folder) ? Object.entries(wholeArticles) : []) {
    test(`${name} ${refusal === undefined ? 'loads' : `is refused with ${refusal}`} and shows the public nothing secret`, () => {
      const filled = readFileSync(join(folder, name), 'utf8')
        .replaceAll('@@OPEN@@', ':::agent')
        .replaceAll('@@CLOSE@@', ':::')
        .replaceAll('@@CANARY@@', canary);
      const { path, bytes } = concordFile(Buffer.from(filled));
      const { content, errors } = parseFiles({ [path]: bytes });
      expect(errors.map(({ code }) => code)[0]).toBe(refusal);
      const [loaded] = content?.articles ?? [];
      if (loaded?.article.audience === 'public') expect(JSON.stringify(loaded.article)).not.toContain(canary);
      if (name === 'agent-only.md') expect(loaded?.article.audience).toBe('agent');
    });
  }

  test('the date that does not exist is refused beside the unknown key', () => {
    if (!there) return;
    const text = readFileSync(join(folder, 'delivery-delay.md'), 'utf8').replaceAll('@@OPEN@@', ':::agent');
    const { path, bytes } = concordFile(Buffer.from(text.replaceAll('@@CLOSE@@', ':::')));
    const { errors } = parseFiles({ [path]: bytes });
    expect(errors.find(({ found }) => found === '2026-02-30')?.code).toBe('value-invalid');
    expect(errors.some(({ code }) => code === 'directive-disguised')).toBe(true);
  });

  test('a longer note beside the same public text changes nothing that the public sees', () => {
    if (!there) return;
    const [a, b] = ['twin-a.md', 'twin-b.md'].map((name) => {
      const filled = readFileSync(join(folder, name), 'utf8')
        .replace('@@OPEN@@', ':::agent')
        .replace('@@CLOSE@@', ':::')
        .replace(/slug: .*\n/, '')
        .replace(/title: .*/, 'title: Twin');
      const { path, bytes } = concordFile(Buffer.from(filled));
      const [loaded] = parseFiles({ [path]: bytes }).content?.articles ?? [];
      return loaded?.article.audience === 'public' ? loaded.article : null;
    });
    expect(a).not.toBeNull();
    expect(b?.body).toEqual(a?.body);
    expect(b?.head.revision).toBe(a?.head.revision);
  });
});
