import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { runImport } from '../../scripts/content-import.ts';
import type { ImportOptions } from '../../server/articles/import/draft.ts';
import { importMarkdown } from '../../server/articles/import/import-markdown.ts';
import { siteFiles } from '../../server/articles/import/site-files.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import { siteYaml, teamsYaml, withDirectory } from './small-content.ts';

const options: ImportOptions = {
  locale: 'en',
  audience: 'public',
  owner: 'support',
  verified: '2026-11-22',
  category: null,
  baseUrl: null,
  variables: new Map(),
};

function importTexts(files: Readonly<Record<string, string | Buffer>>, given: Partial<ImportOptions> = {}) {
  const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  return importMarkdown(sources, { ...options, ...given }, () => []);
}

/** The body of the only article that a text becomes. */
function bodyOf(text: string, given: Partial<ImportOptions> = {}): string {
  const { files, leftOut } = importTexts({ 'help/page.md': text }, given);
  expect(leftOut).toEqual([]);
  expect(files).toHaveLength(1);
  return files[0]?.text.split('\n---\n').slice(1).join('\n---\n').trim() ?? '';
}

const told = (text: string) =>
  importTexts({ 'help/page.md': text }).notices.map(
    ({ line, what, instead }) => `${line} ${what} → ${instead}`,
  );

/** Words enough for a lead, so that a case shows only what it is about. */
const lead = 'This sentence says enough about the subject to be a lead.';

describe('a source’s front matter', () => {
  test('gives the title; what Concord has no place for is reported with its line', () => {
    const text = `---\nlayout: page\ntitle: "Returns & *refunds*"\ntags: [a]\n---\n${lead}\n`;
    const { files, notices } = importTexts({ 'help/page.md': text });
    expect(files[0]?.path).toBe('en/help/page.md');
    expect(files[0]?.text).toContain(
      'title: Returns & refunds\naudience: public\nowner: support\nverified: 2026-11-22\n',
    );
    expect(notices).toEqual([
      { file: 'help/page.md', line: 2, what: 'the front matter key `layout`', instead: 'nothing' },
      { file: 'help/page.md', line: 4, what: 'the front matter key `tags`', instead: 'nothing' },
    ]);
  });

  test.each([
    ['none: the first heading is the title', `# Our *returns*\n\n${lead}`, 'Our returns'],
    ['none and no heading: the file’s name is the title', lead, 'Page'],
    ['TOML', `+++\ntitle = "From TOML"\n+++\n${lead}`, 'From TOML'],
    ['YAML that is broken', `---\ntitle: Still read\nbad: [\n---\n${lead}`, 'Still read'],
    ['a number as title', `---\ntitle: 2026\n---\n${lead}`, '"2026"'],
    ['template tags in the title', `---\ntitle: "{{ x }} Returns {% y %}"\n---\n${lead}`, 'Returns'],
    [
      'a title over the limit',
      `---\ntitle: ${'word '.repeat(60)}\n---\n${lead}`,
      `"${'word '.repeat(29)}word…"`.replace('word word…', 'word…'),
    ],
  ])('%s', (_, text, title) => {
    expect(importTexts({ 'help/page.md': text }).files[0]?.text.split('\n')[1]).toBe(`title: ${title}`);
  });

  test.each(['draft: true', 'published: false', 'internal: yes', 'visibility: staff', 'audience: agents'])(
    '%s keeps the article from the public',
    (line) => {
      const { files, categories } = importTexts({
        'help/page.md': `---\ntitle: Secret plan\n${line}\n---\n${lead}\n`,
      });
      expect(files[0]?.text).toContain('audience: agent');
      expect(JSON.stringify(categories)).not.toContain('Secret plan');
    },
  );

  test('a day of review and a period are kept', () => {
    const { files } = importTexts({
      'help/page.md': `---\ntitle: T\nlast_reviewed: 2026-10-01\neffective_date: 2026-01-01\nexpires: 2027-01-01\n---\n${lead}\n`,
    });
    expect(files[0]?.text).toContain('verified: 2026-10-01\neffective: { from: 2026-01-01, to: 2027-01-01 }');
  });
});

describe('templates', () => {
  test('variables become their value or the words of their name', () => {
    const text = `${lead} We answer in {{ site.reply_days }} at {% data variables.contact.desk %}.`;
    expect(bodyOf(text)).toBe(`${lead} We answer in (reply days) at (desk).`);
    const variables = new Map([
      ['reply_days', '2 days'],
      ['variables.contact.desk', 'the desk'],
    ]);
    expect(bodyOf(text, { variables })).toBe(`${lead} We answer in 2 days at the desk.`);
    expect(told(text)).toEqual([
      '1 the template tag `data` `variables.contact.desk` → “(desk)”: write what it stands for',
      '1 the variable `site.reply_days` → “(reply days)”: write what it stands for',
    ]);
  });

  test('includes are put in where their file is in the source, and end where they include themselves', () => {
    const { files, notices } = importTexts({
      'help/page.md': `${lead}\n\n{% include hours.md %}\n\n{% include_relative gone.md %}\n`,
      '_includes/hours.md': '---\nx: y\n---\nOpen daily.\n{% include hours.md %}\n',
    });
    expect(files.map(({ path }) => path)).toEqual(['en/help/page.md']);
    expect(files[0]?.text).toContain(`${lead}\n\nOpen daily.\n`);
    expect(notices.map(({ what, instead }) => `${what} → ${instead}`)).toEqual([
      'the include `hours.md` → the text of _includes/hours.md',
      'the include `hours.md` (it includes itself) → nothing',
      'the include `gone.md` (its file is not in the source) → nothing',
    ]);
  });

  test('of a condition the first branch stays, of one about the reader nothing', () => {
    const text = `${lead}\n\n{% if page.new %}\nNew rule.\n{% else %}\nOld rule.\n{% endif %}\n\n{% if user.internal %}\nSecret rule.\n{% else %}\nX.\n{% endif %}\n\nEnd.`;
    expect(bodyOf(text)).toBe(`${lead}\n\nNew rule.\n\nEnd.`);
  });

  test('{{ }} in code, which would be a fact, is parted', () => {
    expect(bodyOf(`${lead}\n\n\`\`\`\n{{ x }}\n\`\`\``)).toContain('{ { x }}');
  });

  test('shortcodes, imports of MDX and attributes of kramdown go', () => {
    const text = `import X from 'x'\n\n${lead}\n\n{{< note >}}\nKept.\n{{< /note >}}\n{: .box}\n\n[t](https://x.example){:target="_blank"}`;
    expect(bodyOf(text)).toBe(`${lead}\n\nKept.\n\n[t](https://x.example)`);
  });
});

describe('HTML', () => {
  test.each([
    ['emphasis', 'a <b>b</b> <em>c</em> <code>d</code>', 'a **b** *c* `d`'],
    ['links', '<a href="https://x.example/a b">x</a>', '[x](https://x.example/a%20b)'],
    ['breaks', 'one<br/>two', 'one\\\ntwo'],
    ['images', 'see <img src="a.png" alt="the map"> here', 'see the map here'],
    ['unknown words in angle brackets, which are text', 'write <your name> here', 'write <your name> here'],
    ['addresses', '<https://x.example> and <a@b.example>', '<https://x.example> and <a@b.example>'],
    ['code spans, which stay', 'use `<br>` and `<!-- -->`', 'use `<br>` and `<!-- -->`'],
    ['lists', '<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
    ['superscripts and the like', 'CO<sub>2</sub> and <span class="x">y</span>', 'CO2 and y'],
    ['components', 'a <Note kind="x">b</Note> c', 'a b c'],
  ])('%s', (_, html, markdown) => {
    expect(bodyOf(`${lead}\n\n${html}`)).toBe(`${lead}\n\n${markdown}`);
  });

  test('comments and what is hidden never come through, over lines and never closed', () => {
    const text = `${lead} <!-- a secret\nsecret --> Shown.\n\n<div style="display: none">\nsecret\n</div>\n\n<script>secret</script>\n\n[//]: # (secret)\n\n<!-- secret`;
    expect(bodyOf(text)).toBe(`${lead}\nShown.`);
    expect(told(text).filter((line) => line.includes('comment') || line.includes('hidden')).length).toBe(4);
  });

  test('tables become tables, with bars escaped', () => {
    const table = '<table>\n<tr><th>Part</th><th>Days</th></tr>\n<tr><td>A|B</td>\n<td>3</td></tr>\n</table>';
    expect(bodyOf(`${lead}\n\n${table}`)).toBe(`${lead}\n\n| Part | Days |\n| --- | --- |\n| A\\|B | 3 |`);
  });

  test('headings and details become Markdown', () => {
    expect(bodyOf(`${lead}\n<h2>More</h2>\n<details><summary>Sum</summary>Inside.</details>`)).toBe(
      `${lead}\n\n## More\n\n**Sum**\n\nInside.`,
    );
  });
});

describe('boxes', () => {
  test.each([
    [':::note Title\nText.\n:::', '**Title**\n\nText.'],
    ['::::tip\nText.\n::::', 'Text.'],
    ['!!! warning "Careful"\n    Text.\n    More.', '**Careful**\n\nText.\nMore.'],
    ['> [!NOTE]\n> Text.', '> **Note:**\n> Text.'],
    ['=== "Tab"\n\n    Text.', '**Tab**\n\nText.'],
  ])('%j is ordinary text', (box, text) => {
    expect(bodyOf(`${lead}\n\n${box}`)).toBe(`${lead}\n\n${text}`);
  });

  test.each(['agent', 'internal', 'staff', 'Private', 'agnet', 'confidential'])(
    'a box named %s is for agents',
    (name) => {
      expect(bodyOf(`${lead}\n\n:::${name}\nSecret.\n:::\n\nEnd.`)).toBe(
        `${lead}\n\n:::agent\nSecret.\n:::\n\nEnd.`,
      );
    },
  );

  test('a box for agents that never ends hides the rest', () => {
    expect(bodyOf(`${lead}\n\n:::internal\nSecret.\n\nMore.`)).toBe(
      `${lead}\n\n:::agent\nSecret.\n\nMore.\n\n:::`,
    );
  });

  test('colons that only look like a box are taken apart', () => {
    expect(bodyOf(`${lead}\n\nOpen ::: closed`)).toBe(`${lead}\n\nOpen – closed`);
  });
});

describe('references', () => {
  test('link definitions stand where they are used, footnotes in parentheses', () => {
    const text = `${lead} See [the rules][r], [r] and [x][].[^1]\n\n[r]: https://r.example "T"\n[X]: <https://x.example/a b>\n[^1]: A note\n    goes on.\n[un]: https://u.example`;
    expect(bodyOf(text)).toBe(
      `${lead} See [the rules](https://r.example), [r](https://r.example) and [x](https://x.example/a%20b). (A note goes on)`,
    );
    expect(told(text)).toEqual([
      '1 the footnote `1` → its text in parentheses',
      '7 a link definition that nothing uses → nothing',
    ]);
  });

  test('links lead to the imported articles and sections, whatever way they were written', () => {
    const { files, notices } = importTexts({
      'a/one.md': `${lead} [1](../b/two.md) [2](/site/b/two#how-to-pay) [3](../b/two.html#gone) [4](/old/two) [5]() [6](#later) [[Two Title]] [8](x.pdf) [9](javascript:x)\n\n## Later\n\nText.\n`,
      'b/two.md': `---\ntitle: Two Title\nredirect_from: [/old/two]\n---\n${lead}\n\n## How to pay?\n\nSo.\n`,
    });
    const two = '../b/two.md';
    expect(files[0]?.text).toContain(
      `${lead} [1](${two}) [2](${two}#how-to-pay) [3](${two}) [4](${two}) 5 [6](#later) [Two Title](${two}) 8 9\n`,
    );
    expect(files[0]?.text).toContain('## Later {#later}');
    expect(files[0]?.text).toContain('related: [b/two]');
    expect(files[1]?.text).toContain('## How to pay? {#how-to-pay}');
    expect(notices.filter(({ file }) => file === 'a/one.md').map(({ what }) => what)).toEqual([
      'the section #gone of a link',
      'a link to nowhere',
      'a link to x.pdf',
      'a link to javascript:x',
    ]);
  });

  test('a public article never links to one for agents', () => {
    const { files } = importTexts({
      'a/one.md': `${lead} [plan](two.md)\n`,
      'a/two.md': `---\ntitle: Secret\ninternal: true\n---\n${lead} [one](one.md)\n`,
    });
    expect(files[0]?.text).toContain(`${lead} plan\n`);
    expect(files[1]?.text).toContain('[one](one.md)');
  });

  test('addresses of the old site lead there where its address is given', () => {
    expect(bodyOf(`${lead} [x](/docs/x#y)`, { baseUrl: 'https://docs.example.com/' })).toBe(
      `${lead} [x](https://docs.example.com/docs/x#y)`,
    );
  });
});

describe('headings', () => {
  test('the first-level heading is the title, later ones go down with what is below them', () => {
    expect(bodyOf(`# Title\n\n${lead}\n\n## Two\n\nT.\n\n# One\n\nO.\n\n## Below\n\nB.\n`)).toBe(
      `${lead}\n\n## Two\n\nT.\n\n## One\n\nO.\n\n### Below\n\nB.`,
    );
  });

  test('underlined headings, marks at their end, names and links in them', () => {
    const text = `${lead}\n\nUnder\nlined\n\nReal\n---\n\nA.\n\n## With [link](https://x.example) ##\n\nB.\n\n## Named {#my-name}\n\nC.`;
    expect(bodyOf(text)).toBe(
      `${lead}\n\nUnder\nlined\n\n## Real\n\nA.\n\n## With link\n\nB.\n\n## Named {#my-name}\n\nC.`,
    );
  });

  test('a list of links to sections is a table of contents, and goes', () => {
    const contents = '**Table of Contents**\n\n- [A](#a)\n- [B](#b)\n- [C](#c)\n';
    expect(bodyOf(`${lead}\n\n${contents}\n## A\n\nX.\n\n## B\n\nX.\n\n## C\n\nX.`)).not.toContain(
      'Contents',
    );
  });
});

describe('the lead', () => {
  const long = `${'Here is one more sentence with seven words. '.repeat(20).trim()}`;

  test('a text that begins with a heading gets its first telling sentences, copied', () => {
    expect(
      bodyOf(
        `## Definitions\n\n"Thing" means any thing that is a thing of the kind.\n\n## Rule\n\n${lead} Second one.\n`,
      ),
    ).toMatch(new RegExp(`^${lead} Second one\\.\n\n## Definitions`));
  });

  test('a long beginning is parted after its first paragraph, with the list that it announces', () => {
    expect(bodyOf(`${lead} It is:\n\n- one\n- two\n\n${long}\n\n## Next\n\nX.`)).toMatch(
      /be a lead\. It is:\n\n- one\n- two\n\n## Details\n\nHere is one/,
    );
  });

  test('a first paragraph that is too long to say is copied in part and stays whole', () => {
    const body = bodyOf(`${long} ${long}`);
    expect(body.split('\n\n## Details\n\n')).toHaveLength(2);
    expect(body.split('\n\n')[0]?.split(' ').length).toBeLessThanOrEqual(70);
    expect(body).toContain(`${long} ${long}`);
  });

  test('dates and versions stand below it', () => {
    expect(bodyOf(`Last updated: May 2026\n\n${lead}`)).toBe(`${lead}\n\nLast updated: May 2026`);
  });

  test('the text of a Hebrew article goes on under a Hebrew heading', () => {
    const sentence = 'זה משפט אחד ארוך למדי שמסביר את המדיניות שלנו לכל מי שקורא אותו היום.';
    const { files } = importTexts(
      { 'help/page.md': `${sentence}\n\n${`${sentence} `.repeat(12)}` },
      { locale: 'he' },
    );
    expect(files[0]?.text).toContain('## פרטים');
  });
});

describe('names', () => {
  test('of folders and files become slugs; what is no article is passed over', () => {
    const { files, notices } = importTexts({
      'README.md': '# About this folder',
      '_drafts/x.md': 'x',
      'Über Uns/Wer wir sind.md': lead,
      'Über Uns/index.md': `# Start\n\n${lead}`,
      'a/b/c d.markdown': lead,
      'api/search.md': `# S\n\n${lead}`,
      '2024-05-06-post.md': `# P\n\n${lead}`,
      'שלום.md': `# שלום לכולם\n\n${lead}`,
      [`long/${'very-long-name-'.repeat(8)}.md`]: `# L\n\n${lead}`,
    });
    expect(files.map(({ path }) => path)).toEqual([
      'en/a/b-c-d.md',
      'en/api-topic/search-article.md',
      'en/general/article-b7ac0398.md',
      'en/general/post.md',
      'en/long/very-long-name-very-long-name-very-long-name-very-long-name-very-long.md',
      'en/uber-uns/uber-uns.md',
      'en/uber-uns/wer-wir-sind.md',
    ]);
    expect(notices).toContainEqual({
      file: 'README.md',
      line: 1,
      what: 'a file that describes its folder',
      instead: 'nothing: rename it to import it',
    });
  });

  test('two files of one name or title stay two articles', () => {
    const { files } = importTexts({
      'a/x y.md': `# Same\n\n${lead}`,
      'a/x-y.md': `# Same\n\n${lead}`,
      'b/z.md': `# same!\n\n${lead}`,
    });
    expect(files.map(({ path, text }) => [path, text.split('\n')[1]])).toEqual([
      ['en/a/x-y-2.md', 'title: Same (A)'],
      ['en/a/x-y.md', 'title: Same'],
      ['en/b/z.md', 'title: same! (B)'],
    ]);
  });

  test('empty and binary files are left out with a reason', () => {
    const { files, leftOut } = importTexts({
      'a/e.md': ' \n',
      'a/b.md': Buffer.from([1, 0, 2]),
      'a/f.md': '---\ntitle: T\n---\n',
    });
    expect(files).toEqual([]);
    expect(leftOut.map(({ file, why }) => `${file} ${why}`)).toEqual([
      'a/b.md a binary file',
      'a/e.md an empty file',
      'a/f.md a file without text',
    ]);
  });

  test('other encodings are read and reported', () => {
    const { files, notices } = importTexts({
      'a/latin.md': Buffer.from(`${lead} Gr\u00fc\u00dfe`, 'latin1'),
      'a/wide.md': Buffer.from(`\ufeff${lead} Wide`, 'utf16le'),
    });
    expect(files.map(({ text }) => text.trim().split('lead. ')[1])).toEqual(['Gr\u00fc\u00dfe', 'Wide']);
    expect(notices.map(({ what }) => what)).toEqual(['text that is not UTF-8', 'text in UTF-16LE']);
  });
});

const newSite = { name: 'X', locales: ['en'], defaultLocale: 'en', owner: 'support', email: 'a@b.example' };

/** Every source becomes a content directory that Concord itself takes. */
function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { files: articles, categories } = importTexts(files);
  if (articles.length === 0) return [];
  const site = siteFiles({ ...newSite, categories });
  const parsed = parseContent(
    [...site, ...articles].map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
  );
  const errors = parsed.content
    ? [...parsed.errors, ...compileSnapshot(parsed.content).errors]
    : parsed.errors;
  return errors.map(({ code, place, found }) => `${code} ${place?.file}:${place?.line} ${found}`);
}

describe('what comes out is always valid', () => {
  const piece = fc.constantFrom(
    ...[
      '# One',
      '## Two',
      '###',
      'Text of some words.',
      ':::',
      ':::agent',
      ':::note x',
      '> :::agent',
      '::agent',
      '{{x}}',
      '{% if a %}',
      '{% endif %}',
    ],
    ...[
      '<!--',
      '-->',
      '<div>',
      '</div>',
      '<table><tr><td>a|b</td></tr></table>',
      '[a]: https://b.example',
      '[a][a]',
      '[x](y.md#z)',
      '[^1]',
      '[^1]: n',
    ],
    ...[
      '```',
      '~~~',
      '- item',
      '    code',
      '| a | b |',
      '|---|---|',
      '---',
      '===',
      '&#58;&#58;&#58;agent',
      '<b>',
      '`',
      '**',
      '![i](j)',
      '<<<<<<< HEAD',
    ],
    ...[
      '<h1>T</h1>',
      '<a name="q"></a>',
      '[#](#two)',
      '!!! internal',
      '    indented',
      'Title {#x y}',
      '## A {#a}',
      '## A {#a}',
      '## {#lead}',
      '\u202e:::',
      '',
    ],
  );

  test('for any mixture of constructs', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        expect(
          problemsOf({ 'a/b.md': pieces.join('\n'), 'a/y.md': `# Why\n\n${lead}\n\n## Z\n\nZ.` }),
        ).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('what a source keeps from its readers stays from the public, whatever stands around it', () => {
    const secret = 'qzsecretzq';
    const quiet = piece.filter((text) => !/^(?:`|~)/.test(text));
    const hiding = fc.constantFrom(
      `:::internal\n${secret}\n:::`,
      `:::staff\n\`\`\`\n${secret}\n\`\`\`\n:::`,
      `<!-- ${secret} -->`,
      `<div hidden>\n${secret}\n</div>`,
      `{% if user.internal %}\n${secret}\n{% endif %}`,
      `!!! internal\n    ${secret}`,
      `[//]: # (${secret})`,
    );
    fc.assert(
      fc.property(
        fc.array(quiet, { maxLength: 6 }),
        hiding,
        fc.array(quiet, { maxLength: 6 }),
        (before, hidden, after) => {
          const { files } = importTexts({ 'a/b.md': [...before, '', hidden, '', ...after].join('\n') });
          const site = siteFiles({ ...newSite, categories: [{ id: 'a', title: 'A', description: 'A' }] });
          const parsed = parseContent(
            [...site, ...files].map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
          );
          for (const { article } of parsed.content?.articles ?? []) {
            if (article.audience === 'public') expect(JSON.stringify(article)).not.toContain(secret);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(problemsOf({ 'a/b.md': text })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Every file below a folder with its text. */
function snapshotOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), 'utf8'),
    ]),
  );
}

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const code = await runImport(args, '2026-11-22', {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('npm run content:import', () => {
  const source = {
    'help/returns.md': `# Returns\n\n${lead} <b>Bold.</b>\n`,
    'help/pay.md': `# How to pay\n\nPay by card or by transfer, whichever you like better.\n`,
  };

  test('writes a content directory that can be published as it is, and changes nothing in the source', async () => {
    await withDirectory(source, async (directory) => {
      const before = snapshotOf(directory);
      const into = join(directory, 'made');
      const { code, out, err } = await run(
        directory,
        '--into',
        into,
        '--audience',
        'public',
        '--name',
        'My Shop',
      );
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(
        'help/returns.md:3  HTML <b> → Markdown **\n2 articles for the public, 1 construct not kept, 0 left out.\n7 files written into ',
      );
      const after = snapshotOf(directory);
      for (const [path, text] of Object.entries(before)) expect(after[path]).toBe(text);
      const parsed = parseContent(
        Object.entries(snapshotOf(into)).map(([path, text]) => ({
          path: path.slice(into.length + 1),
          bytes: Buffer.from(text),
        })),
      );
      expect(parsed.errors).toEqual([]);
      expect(parsed.content?.site.name).toEqual({ en: 'My Shop' });
      expect(parsed.content?.articles).toHaveLength(2);
    });
  });

  test('adds to a directory that is there, and refuses to overwrite', async () => {
    await withDirectory(
      { ...source, 'made/site.yaml': siteYaml, 'made/teams.yaml': teamsYaml },
      async (directory) => {
        const into = join(directory, 'made');
        const call = [
          join(directory, 'help'),
          '--into',
          into,
          '--audience',
          'public',
          '--owner',
          'care',
          '--category',
          'returns',
        ];
        const first = await run(...call);
        expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
        expect(readFileSync(join(into, 'site.yaml'), 'utf8')).toBe(siteYaml);
        expect(existsSync(join(into, 'en/returns/pay.md'))).toBe(true);

        const written = snapshotOf(into);
        const again = await run(...call);
        expect(again.code).toBe(1);
        expect(again.err).toContain('en/returns/pay.md');
        expect(snapshotOf(into)).toEqual(written);
      },
    );
  });

  test('names what the directory lacks: team, locale, category', async () => {
    await withDirectory(
      { ...source, 'made/site.yaml': siteYaml, 'made/teams.yaml': teamsYaml },
      async (directory) => {
        const into = join(directory, 'made');
        const helps = join(directory, 'help');
        expect((await run(helps, '--into', into)).err).toContain('expected: --owner with one of care');
        expect((await run(helps, '--into', into, '--owner', 'care', '--locale', 'fr')).err).toContain(
          '--locale with one of en, he',
        );
        expect((await run(helps, '--into', into, '--owner', 'care', '--category', 'x')).err).toContain(
          '--category with one of orders, returns',
        );
        const unknown = await run(directory, '--into', into, '--owner', 'care', '--audience', 'public');
        expect(unknown.code).toBe(1);
        expect(unknown.err).toContain('category-unknown');
        expect(existsSync(join(into, 'en'))).toBe(false);
      },
    );
  });

  test('--dry-run writes nothing', async () => {
    await withDirectory(source, async (directory) => {
      const { code, out } = await run(directory, '--into', join(directory, 'made'), '--dry-run');
      expect(code).toBe(0);
      expect(out).toContain('2 articles for agents');
      expect(existsSync(join(directory, 'made'))).toBe(false);
    });
  });

  test('--help explains, wrong calls say what was expected', async () => {
    const help = await run('--help');
    expect(help.code).toBe(0);
    expect(help.out).toMatch(/Usage: npm run content:import[\s\S]*Exit codes/);
    for (const args of [
      [],
      ['a'],
      ['a', 'b', '--into', 'c'],
      ['a', '--into', 'c', '--audience', 'all'],
      ['a', '--into', 'c', '--locale', 'EN_us'],
      ['a', '--into', 'c', '--owner', 'Team A'],
      ['a', '--into', 'c', '--verified', 'today'],
      ['a', '--into', 'c', '--variable', 'x'],
      ['a', '--into', 'c', '--unknown'],
    ]) {
      const { code, err } = await run(...args);
      expect(code).toBe(2);
      expect(err).toMatch(/^usage-invalid: /);
    }
  });

  test('a source that is not there, is empty or is no Markdown is refused', async () => {
    await withDirectory({ 'x.txt': 'x', 'empty/y.txt': 'y' }, async (directory) => {
      for (const name of ['gone', 'x.txt', 'empty']) {
        if (name === 'empty') mkdirSync(dirname(join(directory, 'empty/y.txt')), { recursive: true });
        const { code, err } = await run(join(directory, name), '--into', join(directory, 'made'));
        expect(code).toBe(1);
        expect(err).toContain('expected:');
      }
      writeFileSync(join(directory, 'empty/only.md'), ' ');
      const { code, err } = await run(join(directory, 'empty'), '--into', join(directory, 'made'));
      expect(code).toBe(1);
      expect(err).toContain('only.md:1  left out: an empty file');
      expect(existsSync(join(directory, 'made'))).toBe(false);
    });
  });
});
