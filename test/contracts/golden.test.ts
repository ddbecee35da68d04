import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { calibrate } from '../../server/answers/calibrate.ts';
import { judgeGolden } from '../../server/answers/judge-golden.ts';
import type { GoldenQuestion } from '../../server/articles/article.ts';
import { readGolden } from '../../server/articles/read-golden.ts';
import { type AppError, describeError } from '../../server/errors.ts';
import { questionKey } from '../../server/search/analyser.ts';
import { normalisedQuestion } from '../../server/snapshots/check-content.ts';
import { checkGolden, goldenTargets } from '../../server/snapshots/check-golden.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { withCalibration } from '../../server/snapshots/with-calibration.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';

const folder = join(import.meta.dirname, '../golden');
const locales = ['en', 'fa', 'he', 'ms'];

/** What the held set promises whoever reads its figures: real expectations, four languages, moods, and no leak into content. */
describe('the golden questions of the sample company', () => {
  let snapshot: Snapshot;
  /** With what publishing measures on it. */
  let published: Snapshot;
  let own: readonly GoldenQuestion[];
  let held: readonly GoldenQuestion[];
  const errors: AppError[] = [];

  beforeAll(async () => {
    const compiled = compileFiles(await sampleFiles());
    snapshot = compiled.snapshot;
    own = compiled.content.golden;
    published = withCalibration(snapshot, calibrate(snapshot, own));
    held = readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .flatMap((name) => {
        const read = readGolden(readFileSync(join(folder, name), 'utf8'), name, snapshot.public.site);
        errors.push(...read.errors);
        return read.value ?? [];
      });
    checkGolden(held, goldenTargets(snapshot.public), errors);
  });

  const share = (questions: readonly GoldenQuestion[], status: string) =>
    questions.filter(({ expect: { status: expected } }) => expected === status).length / questions.length;
  const tagged = (tag: string) => held.filter(({ tags }) => tags.includes(tag));

  test('expect public articles and sections that are there, in test/golden as in content/golden.yaml', () => {
    expect(errors.map(describeError)).toEqual([]);
    expect(own.length).toBeGreaterThanOrEqual(30);
  });

  test('of content/golden.yaml all get what they expect, as published', () => {
    const answerer = createAnswerers(published).public;
    const unmet = own.map((one) => judgeGolden(one, answerer, '2026-11-22')).filter(({ passes }) => !passes);
    expect(unmet.map(({ golden, expected, found }) => [golden.line, expected, found])).toEqual([]);
  });

  test('of content/golden.yaml are no copies of titles or variants: none has half of its words in common', () => {
    const wordsOf = (text: string) => new Set(questionKey(text).split(' '));
    const copies = own.flatMap(({ question, locale }) => {
      const words = wordsOf(question);
      const written = snapshot.public.articles
        .filter((article) => article.locale === locale)
        .flatMap(({ title, questions }) => [title, ...questions]);
      return written
        .filter((text) => {
          const others = wordsOf(text);
          return words.intersection(others).size * 2 >= words.union(others).size;
        })
        .map((text) => `${question} = ${text}`);
    });
    expect(copies).toEqual([]);
  });

  test('are at least 180 in test/golden, at least 40 in each language, each in its own file', () => {
    expect(held.length).toBeGreaterThanOrEqual(180);
    for (const locale of locales) {
      expect(held.filter((one) => one.locale === locale).length).toBeGreaterThanOrEqual(40);
    }
    expect(held.filter(({ file, locale }) => file !== `${locale}.yaml`)).toEqual([]);
  });

  test('are as many as README says', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).toContain(`(test/golden/README.md): ${held.length} questions in four languages`);
  });

  test('have no answer in at least 15 of 100 cases, and are too vague in at least 4', () => {
    expect(share(held, 'no_answer')).toBeGreaterThanOrEqual(0.15);
    expect(share(held, 'clarify')).toBeGreaterThanOrEqual(0.04);
    expect(share(held, 'answered')).toBeGreaterThanOrEqual(0.7);
  });

  test('ask about every public article in English, and every translated one in its language', () => {
    const missing = snapshot.public.articles.filter(
      ({ id, locale }) =>
        !held.some(
          (one) =>
            one.locale === locale &&
            one.expect.status === 'answered' &&
            one.expect.anyOf.some(({ articleId }) => articleId === id),
        ),
    );
    expect(missing.map(({ id, locale }) => `${locale}/${id}`)).toEqual([]);
  });

  test.each([
    ['typo', 8],
    ['abbreviation', 30],
    ['angry', 30],
    ['polite', 8],
    ['short', 30],
    ['mixed-language', 15],
    ['cross-language', 7],
    ['arabic-letters', 2],
    ['finglish', 1],
    ['untranslated', 9],
    ['gap', 20],
    ['off-topic', 12],
  ])('come in many moods: %s at least %i times', (tag, least) => {
    expect(tagged(tag).length).toBeGreaterThanOrEqual(least);
  });

  test('hold two whole e-mails and many questions of at most two words', () => {
    expect(held.filter(({ question }) => question.length >= 1200 && question.includes('\n'))).toHaveLength(2);
    const brief = held.filter(({ question }) => question.split(/\s+/).length <= 2);
    expect(brief.length).toBeGreaterThanOrEqual(15);
  });

  test('are tagged as untranslated where, and only where, no expected article is in their language', () => {
    const there = new Set(snapshot.public.articles.map(({ id, locale }) => `${locale} ${id}`));
    const wrong = held.filter(({ expect: expected, locale, tags }) => {
      const isUntranslated =
        expected.status === 'answered' &&
        !expected.anyOf.some(({ articleId }) => there.has(`${locale} ${articleId}`));
      return tags.includes('untranslated') !== isUntranslated;
    });
    expect(wrong.map(({ question }) => question)).toEqual([]);
  });

  test('stand once, and are no title, heading, question variant, or question of content/golden.yaml', () => {
    const taken = new Set(
      [
        ...snapshot.public.articles.flatMap(({ title, questions, sections }) => [
          title,
          ...questions,
          ...sections.flatMap(({ heading }) => heading ?? []),
        ]),
        ...own.map(({ question }) => question),
      ].map(normalisedQuestion),
    );
    const asked = held.map(({ question }) => normalisedQuestion(question));
    const repeated = held.filter((_, i) => taken.has(asked[i] ?? '') || asked.indexOf(asked[i] ?? '') !== i);
    expect(repeated.map(({ question }) => question)).toEqual([]);
  });
});
