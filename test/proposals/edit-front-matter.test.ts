import fc from 'fast-check';
import { decodeText } from '../../server/articles/decode-text.ts';
import { parseArticle } from '../../server/articles/parse-article.ts';
import { AppError } from '../../server/errors.ts';
import { addQuestion, setVerified } from '../../server/proposals/edit-front-matter.ts';

const file = 'en/orders/cancel.md';

function article(front: string, body = 'Yes, it can.\n'): Buffer {
  return Buffer.from(`---\n${front}---\n${body}`, 'utf8');
}

const rest = 'audience: public # everybody\nowner: orders\nverified: 2026-11-02\n';

function headOf(text: string) {
  const { article } = parseArticle(file, decodeText(Buffer.from(text, 'utf8'), file), null);
  return article.audience === 'public' ? article.head : article.hidden;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('adding a question', () => {
  test('puts it behind the last one, with the comments and blank lines where they were', () => {
    const front = `title: T\nquestions: # real ones\n  - "one" # first\n  # between\n  - two\n\n# about ${'the'} rest\n${rest}`;
    expect(addQuestion(article(front), 'three', file)).toBe(
      `---\ntitle: T\nquestions: # real ones\n  - "one" # first\n  # between\n  - two\n  - three\n\n# about the rest\n${rest}---\nYes, it can.\n`,
    );
  });

  test('begins a list behind the title where there is none', () => {
    expect(addQuestion(article(`title: >-\n  a long\n  title\n${rest}`), 'why?', file)).toContain(
      'title: >-\n  a long\n  title\nquestions:\n  - why?\naudience',
    );
  });

  test('goes into a list in brackets, an empty one and one over several lines too', () => {
    for (const [list, becomes] of [
      ['[one, two]', '[one, two, "it\'s: \\"new\\""]'],
      ['[]', '["it\'s: \\"new\\""]'],
      ['[\n  one, # first\n  two,\n]', '[\n  one, # first\n  two, "it\'s: \\"new\\"",\n]'],
    ] as const)
      expect(addQuestion(article(`title: T\nquestions: ${list}\n${rest}`), 'it\'s: "new"', file)).toContain(
        `questions: ${becomes}\n`,
      );
  });

  test('keeps line ends and the byte-order mark', () => {
    const bytes = Buffer.from(
      `\ufeff---\ntitle: T\nquestions:\n- one\n${rest}---\nYes.\n`.replaceAll('\n', '\r\n'),
    );
    expect(addQuestion(bytes, 'two', file)).toBe(
      `\ufeff---\ntitle: T\nquestions:\n- one\n- two\n${rest}---\nYes.\n`.replaceAll('\n', '\r\n'),
    );
  });

  test('is refused where the article lists it already, or cannot be read', () => {
    const listed = article(`title: T\nquestions: [one]\n${rest}`);
    expect(codeOf(() => addQuestion(listed, ' one ', file))).toBe('question-duplicate');
    expect(codeOf(() => addQuestion(article(`title: T\nnonsense: 1\n${rest}`), 'x', file))).toBe(
      'key-unknown',
    );
    expect(codeOf(() => addQuestion(Buffer.from('no front matter'), 'x', file))).toBe('front-matter-missing');
    expect(codeOf(() => addQuestion(listed, 'a\nb', file))).not.toBe('nothing');
    expect(codeOf(() => addQuestion(listed, '', file))).not.toBe('nothing');
    expect(codeOf(() => addQuestion(listed, '{{fact:x}}', file))).not.toBe('nothing');
  });

  test('is refused in front matter that is one map in braces', () => {
    const braces = article('{ title: T, owner: orders, verified: 2026-11-02 }\n');
    expect(codeOf(() => addQuestion(braces, 'x', file))).toBe('edit-unsure');
    expect(codeOf(() => setVerified(braces, '2026-11-20', file))).toBe('edit-unsure');
  });
});

describe('setting the day of verification', () => {
  test('changes the date alone, in the quotes that it has', () => {
    for (const [was, is] of [
      ['2026-11-02', '2026-11-20'],
      ['"2026-11-02"', '"2026-11-20"'],
      ["'2026-11-02'  # by Maya", "'2026-11-20'  # by Maya"],
    ] as const)
      expect(setVerified(article(`title: T\nowner: orders\nverified: ${was}\n`), '2026-11-20', file)).toBe(
        article(`title: T\nowner: orders\nverified: ${is}\n`).toString('utf8'),
      );
  });

  test('is refused where the date is written in a way of its own, or the new one is none', () => {
    const block = article('title: T\nowner: orders\nverified: |-\n  2026-11-02\n');
    expect(codeOf(() => setVerified(block, '2026-11-20', file))).toBe('edit-unsure');
    const plain = article('title: T\nowner: orders\nverified: 2026-11-02\n');
    expect(codeOf(() => setVerified(plain, 'yesterday', file))).not.toBe('nothing');
  });
});

describe('whatever a file looks like', () => {
  const word = fc.constantFrom(
    'where',
    'is: my',
    '# order',
    "it's",
    '"quoted"',
    'מתי',
    'کجاست',
    'yes',
    '12',
    '- x',
  );
  const question = fc
    .array(word, { minLength: 1, maxLength: 5 })
    .map((words) => words.join(' '))
    .filter((text) => text.trim() === text);
  const questions = fc.uniqueArray(question, { minLength: 1, maxLength: 5 });
  const gap = fc.constantFrom('', '\n', '# a comment: with [signs]\n', '  # indented\n');
  const list = fc
    .tuple(questions, fc.constantFrom('', '  ', '    '), fc.boolean(), gap)
    .map(([items, indent, flow, between]) =>
      flow
        ? `questions: [ ${items.map((item) => JSON.stringify(item)).join(' , ')} ] # all\n`
        : `questions:\n${items.map((item) => `${indent}- ${JSON.stringify(item)}\n`).join(between)}`,
    );
  const keys = fc
    .tuple(fc.option(list, { nil: '' }), gap, fc.constantFrom('journey: wait\n', 'related: [a/b, c/d]\n', ''))
    .chain(([questions, comment, more]) =>
      fc.shuffledSubarray(
        [
          'title: "T"  # title\n',
          questions,
          `${comment}owner: orders\n`,
          more,
          "verified: '2026-11-02' # day\n",
        ],
        { minLength: 5 },
      ),
    );
  const file$ = fc
    .tuple(
      keys,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      fc.constantFrom('Body --- \n\n---\n', 'Text'),
    )
    .map(([parts, end, mark, body]) =>
      Buffer.from(`${mark ? '\ufeff' : ''}${`---\n${parts.join('')}---\n${body}`.replaceAll('\n', end)}`),
    );

  test('everything outside what is edited stays to the byte', () => {
    fc.assert(
      fc.property(file$, question, (bytes, added) => {
        const before = bytes.toString('utf8');
        const had = headOf(before);
        if (!had.questions.includes(added)) {
          const after = addQuestion(bytes, added, file);
          let start = 0;
          while (start < before.length && before[start] === after[start]) start += 1;
          const grown = after.length - before.length;
          // Nothing is lost: what was there is the beginning and the end of what is there.
          expect(before.slice(start)).toBe(after.slice(start + grown));
          const { questions, revision: _, lines: _l, ...others } = headOf(after);
          const { questions: before$, revision: _r, lines: _m, ...same } = had;
          expect(questions).toEqual([...before$, added]);
          expect(others).toEqual(same);
        }
        expect(setVerified(bytes, '2026-11-20', file)).toBe(before.replace("'2026-11-02'", "'2026-11-20'"));
      }),
      { numRuns: 500 },
    );
  });
});
