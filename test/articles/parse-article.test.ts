import fc from 'fast-check';
import type { Article } from '../../server/articles/article.ts';
import { parseArticle } from '../../server/articles/parse-article.ts';
import { AppError } from '../../server/errors.ts';
import { articleText } from './small-content.ts';

const site = { locales: ['en', 'he'], defaultLocale: 'en' };
const parse = (text: string, path = 'en/orders/cancel.md') => parseArticle(path, text, site);

function refusal(text: string, path?: string): readonly AppError[] {
  try {
    parse(text, path);
  } catch (error) {
    if (error instanceof AppError) return error.errors.length > 0 ? error.errors : [error];
    throw error;
  }
  return [];
}

const publicOf = ({ article }: Article) => {
  if (article.audience !== 'public') throw new Error('expected a public article');
  return article;
};

describe('parsing an article', () => {
  test('reads everything an owner can say', () => {
    const text = `---
title: "Can I cancel my order before it ships?"
questions:
  - I ordered by mistake, stop it please
  - cancel order not shipped yet
audience: public
owner: care
verified: 2026-11-02
effective: { from: 2026-01-01, to: 2027-01-01 }
journey: wait
offers: [free-shipping-code]
supersedes: orders/cancel-old
related: [returns/start]
---

Yes, for {{fact:window}}.

:::agent
Offer {{offer:free-shipping-code}} once.
:::
`;
    const { article, beside } = parse(text);
    expect(article.audience).toBe('public');
    if (article.audience !== 'public') return;
    expect(article.head).toMatchObject({
      id: 'orders/cancel',
      locale: 'en',
      category: 'orders',
      slug: 'cancel',
      path: 'en/orders/cancel.md',
      title: 'Can I cancel my order before it ships?',
      questions: ['I ordered by mistake, stop it please', 'cancel order not shipped yet'],
      effective: { from: '2026-01-01', to: '2027-01-01' },
      verified: '2026-11-02',
      supersedes: ['orders/cancel-old'],
      related: ['returns/start'],
      source: null,
    });
    expect(article.head.revision).toMatch(/^[0-9a-f]{64}$/);
    expect(article.head.lines).toMatchObject({
      title: 2,
      questions: 3,
      'questions.1': 5,
      owner: 7,
      supersedes: 12,
    });
    expect(article.body).toEqual([
      { kind: 'public', when: null, markdown: 'Yes, for {{fact:window}}.', line: 16 },
    ]);
    expect(beside).toMatchObject({
      articleId: 'orders/cancel',
      articleLocale: 'en',
      agentHead: { owner: 'care', journey: 'wait', offers: ['free-shipping-code'] },
      notes: [{ note: 'Offer {{offer:free-shipping-code}} once.', noteLine: 19, after: 1 }],
      file: 'en/orders/cancel.md',
    });
  });

  test('an article says nothing of its audience and is for agents', () => {
    const { article, beside } = parse('---\ntitle: T\nowner: care\nverified: 2026-11-02\n---\nText.\n');
    expect(article.audience).toBe('agent');
    expect(beside).toBeNull();
  });

  test('an agents’ article keeps its notes in their place', () => {
    const { article } = parse(articleText('A.\n\n:::agent\nB.\n:::\n\nC.\n', 'audience: agent'));
    expect(article.audience === 'agent' && article.hiddenBody.map(({ markdown }) => markdown)).toEqual([
      'A.',
      'B.',
      'C.',
    ]);
  });

  test('an article whose whole text is agents’ is an agents’ article, whatever it says', () => {
    const { article } = parse(articleText(':::agent\nSecret.\n:::\n'));
    expect(article.audience).toBe('agent');
    expect(JSON.stringify(article)).toContain('Secret.');
  });

  test('public and agents’ types share no field below the audience', () => {
    const { article, beside } = parse(articleText('A.\n\n:::agent\nB.\n:::\n'));
    const [hidden] = [parse(articleText('A.\n', 'audience: agent')).article];
    const publicKeys = [
      ...Object.keys(article),
      ...Object.keys(publicOf({ article, beside } as Article).body[0] ?? {}),
    ];
    const agentKeys = [
      ...Object.keys(beside ?? {}),
      ...Object.keys(hidden),
      ...Object.keys(beside?.notes[0] ?? {}),
    ];
    expect(publicKeys.filter((key) => key !== 'audience' && agentKeys.includes(key))).toEqual([]);
  });

  test('every mistake of front matter and body is reported in one go, each with its line', () => {
    const text =
      '---\ntitel: Can I?\nowner: Care Team\nverified: 2026-13-01\naudience: publik\nquestions: [a, a]\n---\n# One\n\n{{x}}\n\n:::agent\nz\n';
    expect(
      refusal(text)
        .map(({ code, place }) => `${code}:${place?.line}`)
        .sort(),
    ).toEqual([
      'directive-unclosed:12',
      'key-unknown:2',
      'markdown-invalid:8',
      'marker-unknown:10',
      'value-invalid:2',
      'value-invalid:3',
      'value-invalid:4',
      'value-invalid:5',
      'value-invalid:6',
    ]);
  });

  test.each([
    ['titel', 'Did you mean `title`?'],
    ['question', 'Did you mean `questions`?'],
    ['Owner', 'Did you mean `owner`?'],
    ['verifed', 'Did you mean `verified`?'],
    ['tags', undefined],
  ])('the unknown key %s is named, with what was likely meant', (key, hint) => {
    const [error] = refusal(articleText('Text.\n', `${key}: x`));
    expect(error?.code).toBe('key-unknown');
    expect(error?.found).toBe(key);
    expect(error?.hint).toBe(hint);
    expect(error?.expected).toMatch('title, questions, audience');
  });

  test('a misspelled value is told with what was likely meant', () => {
    const [error] = refusal(articleText('Text.\n', 'audience: publc'));
    expect(error).toMatchObject({
      code: 'value-invalid',
      expected: 'public or agent',
      found: 'publc',
      hint: 'Did you mean `public`?',
    });
  });

  test.each([
    ['no title', 'title:', 'value-invalid'],
    ['a number as title', 'title: 2026', 'value-invalid'],
    ['a title over its limit', `title: ${'x'.repeat(151)}`, 'value-invalid'],
    ['a fact in the title', 'title: "{{fact:x}}"', 'value-invalid'],
    ['a question over its limit', `questions: ["${'x'.repeat(201)}"]`, 'value-invalid'],
    ['an invisible space in a question', 'questions: ["a\u200bb"]', 'value-invalid'],
    ['an unknown key inside effective', 'effective: { form: 2026-01-01 }', 'key-unknown'],
    [
      'a period that ends before it begins',
      'effective: { from: 2026-02-01, to: 2026-02-01 }',
      'value-invalid',
    ],
    ['a day that does not exist', 'verified: 2027-02-29', 'value-invalid'],
    ['a stage that is no name', 'journey: "On the way"', 'value-invalid'],
    ['a related path instead of an id', 'related: [../orders/x.md]', 'value-invalid'],
    ['an anchor', 'owner: &a care', 'yaml-invalid'],
    ['a tag', 'owner: !!str care', 'yaml-invalid'],
    ['a merge', '<<: { owner: x }', 'key-unknown'],
    ['a key twice', 'journey: wait\njourney: buy', 'yaml-invalid'],
    ['a source outside a translation', 'source: 0123abcd', 'value-invalid'],
  ])('%s is refused', (_, front, code) => {
    expect(refusal(articleText('Text.\n', front)).map((error) => error.code)).toEqual([code]);
  });

  test.each([
    ['en/orders.md', 'file-unexpected'],
    ['en/orders/more/cancel.md', 'file-unexpected'],
    ['en/orders/cancel.markdown', 'file-unexpected'],
    ['fr/orders/cancel.md', 'file-unexpected'],
    ['en/orders/Cancel.md', 'file-name'],
    ['en/orders/cancel_order.md', 'file-name'],
    ['en/orders/-cancel.md', 'file-name'],
    ['en/orders/con.md', 'file-name'],
    ['en/search/cancel.md', 'file-name'],
    [`en/orders/${'a'.repeat(81)}.md`, 'file-name'],
  ])('the path %s is refused with %s', (path, code) => {
    expect(refusal(articleText('Text.\n'), path).map((error) => error.code)).toEqual([code]);
  });

  test('an article without text is refused', () => {
    expect(refusal(articleText('\n  \n')).map(({ code }) => code)).toEqual(['body-empty']);
  });

  test('front matter of exactly 16 kB is read, one byte more is refused', () => {
    const front = (size: number) => {
      const start = 'title: T\nowner: care\nverified: 2026-11-02\n# ';
      return `---\n${start}${'x'.repeat(size - start.length)}\n---\nText.\n`;
    };
    expect(refusal(front(16 * 1024))).toEqual([]);
    expect(refusal(front(16 * 1024 + 1)).map(({ code }) => code)).toEqual(['front-matter-too-large']);
  });

  test('a file with very many mistakes lists fifty and counts the rest', () => {
    const errors = refusal(articleText('{{x}}\n\n'.repeat(80)));
    expect(errors).toHaveLength(51);
    expect(errors.at(-1)?.message).toBe('30 more errors in this file are not listed.');
  });
});

describe('a revision', () => {
  const revision = (body: string, front = '') => publicOf(parse(articleText(body, front))).head.revision;
  const plain = revision('One.\n\nTwo.\n');

  test.each([
    ['a note between paragraphs', 'One.\n\n:::agent\nNote.\n:::\n\nTwo.\n', ''],
    ['the blank lines a removed note leaves', 'One.\n\n\n\nTwo.\n', ''],
    ['blanks at the end', 'One.\n\nTwo.\n\n\n', ''],
    ['another verification', 'One.\n\nTwo.\n', 'verified: 2026-10-01'],
    ['another time for which it counts', 'One.\n\nTwo.\n', 'review: { intervalDays: 90 }'],
    ['another owner, journey and offers', 'One.\n\nTwo.\n', 'owner: orders\njourney: wait\noffers: [a]'],
  ])('is the same with %s', (_, body, front) => {
    expect(revision(body, front)).toBe(plain);
  });

  test.each([
    ['a word', 'One.\n\nThree.\n', ''],
    ['a condition', 'One.\n\n:::when plan=plus\nTwo.\n:::\n', ''],
    ['the title', 'One.\n\nTwo.\n', 'title: Other'],
    ['a question', 'One.\n\nTwo.\n', 'questions: [Other?]'],
    ['the period', 'One.\n\nTwo.\n', 'effective: { from: 2026-01-01 }'],
    ['related', 'One.\n\nTwo.\n', 'related: [orders/x]'],
  ])('is another with another %s', (_, body, front) => {
    expect(revision(body, front)).not.toBe(plain);
  });

  test('of notes changes with a note, and only then', () => {
    const notes = (body: string) => parse(articleText(body)).beside?.notesRevision;
    const one = notes('One.\n\n:::agent\nNote.\n:::\n');
    expect(notes('Other.\n\n:::agent\nNote.\n:::\n')).toBe(one);
    expect(notes('One.\n\n:::agent\nOther.\n:::\n')).not.toBe(one);
  });
});

test('any file is read or refused with a place and a reason, never a crash', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '---',
      'title: T',
      'owner: care',
      'verified: 2026-11-02',
      'audience: public',
      '',
      ':::agent',
      ':::',
      '{{fact:a}}',
      '[x]: y',
      '- [',
      '{',
      '&a',
      '*a',
      '!!x',
      '? ',
      '"',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const errors = refusal(`---\n${pieces.join('\n')}`);
      for (const error of errors) {
        expect(error.place?.file).toBe('en/orders/cancel.md');
        expect(error.place?.line).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 500 },
  );
});
