import type { GoldenQuestion } from '../../server/articles/article.ts';
import { readGolden } from '../../server/articles/read-golden.ts';
import { articleText, parseFiles } from './small-content.ts';

const article = { 'en/orders/a.md': articleText('Text.\n') };
const golden = (text: string) => parseFiles({ ...article, 'golden.yaml': text });
const refusals = (text: string) =>
  golden(text).errors.map(
    ({ code, place, found, hint }) =>
      `${code} ${place?.file}:${place?.line} ${found}${hint ? ` (${hint})` : ''}`,
  );

const question = `- question: wheres my $$
  locale: en
  expect: orders/a
  why: Asks when the money comes.
`;

describe('golden.yaml', () => {
  test('is read in its order, with the place of each question and expectation', () => {
    const { content, errors } = golden(`${question}- question: |-
    Dear all,

    where is it?
  locale: he
  context: { region: EU, plan: plus }
  asOf: 2026-11-20
  expect:
    - orders/a
    - orders/a#how-to
  why: A letter.
  tags: [polite, long]
- { question: cancel, locale: en, expect: { clarify: [orders/a, returns/b] }, why: Too vague. }
- { question: "42", locale: en, expect: no_answer, why: Off topic. }
`);
    expect(errors).toEqual([]);
    const expected: readonly GoldenQuestion[] = [
      {
        question: 'wheres my $$',
        locale: 'en',
        context: {},
        asOf: null,
        expect: { status: 'answered', anyOf: [{ articleId: 'orders/a', section: null, line: 3 }] },
        why: 'Asks when the money comes.',
        tags: [],
        file: 'golden.yaml',
        line: 1,
      },
      {
        question: 'Dear all,\n\nwhere is it?',
        locale: 'he',
        context: { plan: 'plus', region: 'EU' },
        asOf: '2026-11-20',
        expect: {
          status: 'answered',
          anyOf: [
            { articleId: 'orders/a', section: null, line: 13 },
            { articleId: 'orders/a', section: 'how-to', line: 14 },
          ],
        },
        why: 'A letter.',
        tags: ['polite', 'long'],
        file: 'golden.yaml',
        line: 5,
      },
      {
        question: 'cancel',
        locale: 'en',
        context: {},
        asOf: null,
        expect: {
          status: 'clarify',
          anyOf: [
            { articleId: 'orders/a', section: null, line: 17 },
            { articleId: 'returns/b', section: null, line: 17 },
          ],
        },
        why: 'Too vague.',
        tags: [],
        file: 'golden.yaml',
        line: 17,
      },
      {
        question: '42',
        locale: 'en',
        context: {},
        asOf: null,
        expect: { status: 'no_answer' },
        why: 'Off topic.',
        tags: [],
        file: 'golden.yaml',
        line: 18,
      },
    ];
    expect(content?.golden).toEqual(expected);
  });

  test.each(['', '# none yet\n', '[]'])('may hold nothing: %j', (text) => {
    expect(golden(text).content?.golden).toEqual([]);
  });

  test('may be missing', () => {
    expect(parseFiles(article).content?.golden).toEqual([]);
  });

  test.each([
    ['a misspelled key', 'expect:', 'expects:', 'key-unknown golden.yaml:3 expects (Did you mean `expect`?)'],
    ['no reason', '  why: Asks when the money comes.\n', '', 'value-invalid golden.yaml:1 nothing'],
    ['an empty question', 'wheres my $$', '"  "', 'value-invalid golden.yaml:1 '],
    [
      'a question that is a number',
      'wheres my $$',
      '42',
      'value-invalid golden.yaml:1 the number 42 (without quotes)',
    ],
    ['a control character', 'wheres my $$', '"where\\u0007"', 'value-invalid golden.yaml:1 where'],
    [
      'a locale of nobody',
      'locale: en',
      'locale: hee',
      'value-invalid golden.yaml:2 hee (Did you mean `he`?)',
    ],
    [
      'a dimension of nobody',
      'locale: en',
      'locale: en\n  context: { regoin: EU }',
      'value-invalid golden.yaml:3 regoin (Did you mean `region`?)',
    ],
    [
      'a value of nobody',
      'locale: en',
      'locale: en\n  context: { plan: pluss }',
      'value-invalid golden.yaml:3 pluss (Did you mean `plus`?)',
    ],
    [
      'a date that is none',
      'locale: en',
      'locale: en\n  asOf: 2026-02-30',
      'value-invalid golden.yaml:3 2026-02-30',
    ],
    ['an expectation that is none', 'orders/a', 'no answer', 'value-invalid golden.yaml:3 no answer'],
    ['a path instead of an id', 'orders/a', 'en/orders/a.md', 'value-invalid golden.yaml:3 en/orders/a.md'],
    ['an empty list of articles', 'orders/a', '[]', 'value-invalid golden.yaml:3 a list'],
    ['clarify without articles', 'orders/a', '{ clarify: orders/a }', 'value-invalid golden.yaml:3 orders/a'],
    [
      'clarify misspelled',
      'orders/a',
      '{ clarfy: [orders/a] }',
      'key-unknown golden.yaml:3 clarfy (Did you mean `clarify`?)',
    ],
    ['tags in one text', 'locale: en', 'locale: en\n  tags: typo', 'value-invalid golden.yaml:3 typo'],
    ['an anchor of YAML', 'orders/a', '&a orders/a', 'yaml-invalid golden.yaml:3 the anchor &a'],
  ])('with %s is refused with its line', (_, from, to, expected) => {
    expect(question).toContain(from);
    expect(refusals(question.replace(from, () => to))).toContain(expected);
  });

  test('is refused with both lines where one ask stands twice, not where locale or date differ', () => {
    expect(refusals(question + question)).toEqual([
      'value-invalid golden.yaml:5 "wheres my $$" again; first on line 1',
    ]);
    const dated = question.replace('locale: en', 'locale: en\n  asOf: 2026-11-20');
    expect(refusals(question + dated + question.replace('locale: en', 'locale: he'))).toEqual([]);
  });

  test('takes questions as long as one that is asked may be, and no longer', () => {
    const long = (length: number) => question.replace('wheres my $$', () => 'א'.repeat(length));
    expect(refusals(long(2000))).toEqual([]);
    expect(refusals(long(2001))[0]).toMatch(/^value-invalid golden\.yaml:1 /);
  });

  test('is read under any name, and without a site only its form is checked', () => {
    const text = question.replace('locale: en', 'locale: xx\n  context: { colour: red }');
    const { value, errors } = readGolden(text, 'somewhere/en.yaml', null);
    expect(errors).toEqual([]);
    expect(value?.[0]).toMatchObject({ file: 'somewhere/en.yaml', locale: 'xx', context: { colour: 'red' } });
  });
});
