import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { runImport } from '../../scripts/content-import.ts';
import type { ImportOptions } from '../../server/articles/import/draft.ts';
import { importCsv } from '../../server/articles/import/import-csv.ts';
import { siteFiles } from '../../server/articles/import/site-files.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { withDirectory } from './small-content.ts';

const options: ImportOptions = {
  locale: 'en',
  audience: 'public',
  owner: 'support',
  verified: '2026-11-22',
  category: null,
  baseUrl: null,
  variables: new Map(),
};

function read(text: string | Buffer, given: Partial<ImportOptions> = {}) {
  return importCsv({ name: 'faq.csv', bytes: Buffer.from(text) }, { ...options, ...given }, () => []);
}

/** Path, title and variants of each article. */
function brief(text: string, given: Partial<ImportOptions> = {}) {
  return read(text, given).files.map((file) => {
    const [front = ''] = file.text.split('\n---\n');
    const title = /^title: (.*)$/m.exec(front)?.[1];
    return [file.path, title, ...[...front.matchAll(/^ {2}- (.*)$/gm)].map((match) => match[1])];
  });
}

const bodies = (text: string) => read(text).files.map((file) => file.text.split('\n---\n\n')[1]?.trim());

describe('a CSV', () => {
  test.each([
    ['commas', 'Question,Answer\nHow do I pay?,By card.\n'],
    ['semicolons', 'Question;Answer\nHow do I pay?;By card.\n'],
    ['tabs', 'Question\tAnswer\nHow do I pay?\tBy card.\n'],
    ['a byte-order mark and CRLF', '\ufeffQuestion,Answer\r\nHow do I pay?,By card.\r\n'],
    ['columns in another order', 'answer , Q\nBy card.,How do I pay?\n'],
    ['German names', 'Frage;Antwort\nHow do I pay?;By card.\n'],
    ['no header', 'How do I pay?,By card.\n'],
    ['quotes that are not closed properly', 'Question,Answer\nHow do I pay?,By "card".\n'],
  ])('with %s is read', (_, text) => {
    const { files, leftOut } = read(text);
    expect(leftOut).toEqual([]);
    expect(files.map(({ path, text: article }) => [path, article.split('\n')[1]])).toEqual([
      ['en/general/how-do-i-pay.md', 'title: How do I pay?'],
    ]);
    expect(files[0]?.text).toMatch(/By "?card"?\.\n$/);
  });

  test('in Hebrew, with Hebrew column names, is read as Hebrew', () => {
    const { files } = read('שאלה,תשובה,קטגוריה\nאיך משלמים?,בכרטיס אשראי.,תשלומים\n', { locale: 'he' });
    expect(files[0]?.path).toMatch(/^he\/topic-[0-9a-f]{8}\/article-[0-9a-f]{8}\.md$/);
    expect(files[0]?.text).toContain('title: איך משלמים?');
  });

  test('makes one article of several questions with one answer', () => {
    const text = [
      'question,answer,category,variants',
      '"Where is my parcel?\nwheres my stuff",Use the link.,Delivery,track order | parcel late',
      'Has it shipped?; Is it on its way?,use  the link.,Delivery,',
      'Is it there?,Use the link.,Other,',
    ].join('\n');
    expect(brief(text)).toEqual([
      [
        'en/delivery/where-is-my-parcel.md',
        'Where is my parcel?',
        'wheres my stuff',
        'track order',
        'parcel late',
        'Has it shipped?',
        'Is it on its way?',
      ],
      ['en/other/is-it-there.md', 'Is it there?'],
    ]);
  });

  test('keeps the first of two answers to one question and names the other', () => {
    const { files, notices, leftOut } = read(
      'question,answer\nHow do I pay?,By card.\nhow do I pay,By cash.\nHow else?; How do I pay?,By cheque.\n',
    );
    expect(files.map(({ path }) => path)).toEqual(['en/general/how-do-i-pay.md', 'en/general/how-else.md']);
    expect(files[0]?.text).toContain('By card.');
    expect(leftOut).toEqual([
      { file: 'faq.csv', line: 3, why: 'a row whose every question has another answer above' },
    ]);
    expect(notices.map(({ line, what, instead }) => `${line} ${what} → ${instead}`)).toEqual([
      '3 the question “how do I pay” → nothing: line 2 answers it already',
      '4 the question “How do I pay?” → nothing: line 2 answers it already',
    ]);
  });

  test('joins translations by id, and leaves out those that nothing joins', () => {
    const text =
      'id,question,answer,category,locale\n7,How do I pay?,By card.,Payments,en\n7,איך משלמים?,בכרטיס.,תשלומים,he\n8,לאן?,לשם.,x,he\n';
    const { files, leftOut } = read(text);
    expect(files.map(({ path }) => path)).toEqual([
      'en/payments/how-do-i-pay.md',
      'he/payments/how-do-i-pay.md',
    ]);
    expect(leftOut).toEqual([
      { file: 'faq.csv', line: 4, why: 'a row in he that no id joins to a row in en' },
    ]);
  });

  test('rows without question or answer are left out with their line, also after answers of several lines', () => {
    const { leftOut } = read('question,answer\nA long one?,"one\ntwo\nthree"\n,lonely\nNothing?,\n\n,\n');
    expect(leftOut).toEqual([
      { file: 'faq.csv', line: 5, why: 'a row without a question' },
      { file: 'faq.csv', line: 6, why: 'a row without an answer' },
    ]);
  });

  test('columns without a place are reported, an audience column only ever narrows', () => {
    const { files, notices } = read(
      'question,answer,audience,views\nA one?,x,public,3\nB two?,y,internal,4\n',
    );
    expect(files.map(({ text }) => /audience: (\w+)/.exec(text)?.[1])).toEqual(['public', 'agent']);
    expect(notices.map(({ what }) => what)).toEqual(['the column `views`', 'the audience internal']);
    expect(
      read('question,answer,audience\nA one?,x,public\n', { audience: 'agent' }).files[0]?.text,
    ).toContain('audience: agent');
  });

  test('answers are Markdown, HTML or plain text, whose line ends are meant', () => {
    expect(
      bodies(
        'question,answer\nA?,"One line.\nAnother line\ngoes on."\nB?,"- a\n- b"\nC?,"<p>One</p><p>Two <b>bold</b></p>"\n',
      ),
    ).toEqual(['One line.\n\nAnother line\ngoes on.', '- a\n- b', 'One\n\nTwo **bold**']);
  });

  test('a long answer gets a lead, and the rest stands below it', () => {
    const long = 'Here is one more sentence with seven words. '.repeat(20).trim();
    const [body = ''] = bodies(`question,answer\nA?,"This is the first paragraph of it all.\n\n${long}"\n`);
    expect(body).toBe(`This is the first paragraph of it all.\n\n## Details\n\n${long}`);
  });

  test('what cannot be read is refused in words', () => {
    expect(read('').leftOut[0]?.why).toBe('an empty file');
    expect(read(Buffer.from([0x50, 0x4b, 0, 1])).leftOut[0]?.why).toBe('a binary file');
  });

  test('questions that another article answers better are dropped, not the article', async () => {
    // The check says of one question what self-retrieval says.
    const { AppError } = await import('../../server/errors.ts');
    const result = importCsv(
      { name: 'faq.csv', bytes: Buffer.from('question,answer\nA one?; the odd one,x\nB two?,y\n') },
      options,
      (files) =>
        files.some(({ text }) => text.includes('the odd one'))
          ? [
              new AppError('self-retrieval', {
                message: 'The question 1 “the odd one” is lost.',
                place: { file: 'en/general/a-one.md' },
              }),
            ]
          : [],
    );
    expect(result.files.map(({ path }) => path)).toEqual(['en/general/a-one.md', 'en/general/b-two.md']);
    expect(result.notices[0]?.what).toContain('the odd one');
    expect(result.leftOut).toEqual([]);
  });
});

test('any table becomes articles that Concord takes', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      'How?',
      'How? | Why?',
      '',
      'x',
      '<b>y</b>',
      ':::agent',
      '{{z}}',
      '# H',
      '"q"',
      'a\nb',
      '- i',
      '=1+2',
      '[l](m.md)',
      '<!-- c',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), (rows) => {
      const table = ['question,answer,category', ...rows.map((row) => row.map(quoted).join(','))].join('\n');
      const { files, categories } = read(table);
      if (files.length === 0) return;
      const site = siteFiles({
        name: 'X',
        locales: ['en'],
        defaultLocale: 'en',
        owner: 'support',
        email: 'a@b.example',
        categories,
      });
      const parsed = parseContent(
        [...site, ...files].map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
      );
      expect(parsed.errors.map(({ code, place, found }) => `${code} ${place?.file} ${found}`)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('the command imports a CSV into a directory that can be published as it is', async () => {
  await withDirectory({}, async (directory) => {
    const file = join(directory, 'faq.csv');
    const table =
      'question,answer,category\nWhere is my parcel?,Use the tracking link.,Delivery\nHow do I pay by card?,Type its number.,Payments\n';
    writeFileSync(file, table);
    const said: string[] = [];
    const into = join(directory, 'made');
    const code = await runImport([file, '--into', into, '--audience', 'public'], '2026-11-22', {
      out: (text) => said.push(text),
      err: (text) => said.push(text),
    });
    expect([code, said.join('')]).toEqual([
      0,
      expect.stringContaining('2 articles for the public, 0 constructs not kept, 0 left out.'),
    ]);
    expect(existsSync(join(into, 'en/delivery/where-is-my-parcel.md'))).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(table);
  });
});
