import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { AnswerResult, Ask, PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { AppError } from '../../server/errors.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallWorld, smallYaml } from '../support/small-world.ts';

const day = '2026-11-22';
const asker =
  (answerer: PublicAnswerer) =>
  (question: string, previous: string | null, more: Partial<Ask> = {}): AnswerResult =>
    answerer.answer({ question, answerId: null, locale: 'en', context: {}, asOf: day, previous, ...more });

/** An entry of test/golden/conversation. */
interface Golden {
  readonly previous: string;
  readonly question: string;
  readonly locale?: string;
  readonly rule: 'dimension' | 'option' | 'section' | 'new-question';
  readonly answer?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly why: string;
}

describe('the golden follow-ups of the sample company', () => {
  const folder = join(import.meta.dirname, '../golden/conversation');
  const golden = readdirSync(folder)
    .sort()
    .flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')) as readonly Golden[]);

  test('are understood by the right rule: of what each rule says, that much is right', async () => {
    const ask = asker(createAnswerers(compileFiles(await sampleFiles()).snapshot).public);
    const figures = new Map<string, { said: number; right: number }>();
    const wrong: string[] = [];
    for (const { previous, question, locale = 'en', rule, answer, set = {} } of golden) {
      const { followUp } = ask(question, previous, { locale });
      const right =
        followUp?.rule === rule &&
        followUp.answerId === (answer ?? null) &&
        JSON.stringify(followUp.context) === JSON.stringify(set);
      const figure = figures.get(followUp?.rule ?? 'none') ?? { said: 0, right: 0 };
      figures.set(followUp?.rule ?? 'none', { said: figure.said + 1, right: figure.right + (right ? 1 : 0) });
      if (!right) wrong.push(`${question} (${previous}): ${followUp?.rule} ${followUp?.answerId}`);
    }
    const lines = [...figures].map(([rule, { said, right }]) => `${rule}: ${right} of ${said}`);
    process.stdout.write(
      `follow-ups: ${lines.sort().join(', ')}\n${wrong.map((one) => `  ${one}\n`).join('')}`,
    );
    const precision = (rule: string): number => {
      const { said, right } = figures.get(rule) ?? { said: 0, right: 0 };
      return right / said;
    };
    expect(golden.length).toBeGreaterThanOrEqual(120);
    expect(precision('dimension')).toBeGreaterThanOrEqual(0.95);
    expect(precision('option')).toBeGreaterThanOrEqual(0.95);
    expect(precision('section')).toBeGreaterThanOrEqual(0.85);
    expect(precision('new-question')).toBeGreaterThanOrEqual(0.85);
    expect(wrong.length / golden.length).toBeLessThanOrEqual(0.08);
  });

  test('say in four languages what they expect and why', () => {
    for (const locale of ['he', 'fa', 'ms'])
      expect(golden.filter((one) => one.locale === locale).length).toBeGreaterThanOrEqual(9);
    expect(golden.filter(({ why }) => why.length < 5)).toEqual([]);
  });
});

/** A small shop with an article that depends on the customer, one with sections, and one for agents only. */
const world = () =>
  smallWorld({
    'site.yaml': (smallYaml['site.yaml'] ?? '').replace(
      '    values: { US',
      '    words: { EU: { en: [Germany], he: [גרמניה] } }\n    values: { US',
    ),
    'en/orders/shipping.md': makeArticle({
      title: 'What does shipping cost?',
      questions: ['delivery fee'],
      body: 'Shipping costs {{fact:shipping-fee}} an order.\n\n## How long shipping takes\n\nThree days.\n\n## If the parcel is late\n\nWrite to us.\n',
    }),
    'en/orders/cancel-order.md': makeArticle({ title: 'Can I cancel my order?', body: 'Yes, within a day.' }),
    'en/orders/secret.md': makeArticle({ title: 'What do we hide?', audience: 'agent', body: 'Everything.' }),
  }).snapshot;

describe('a follow-up', () => {
  const { public: answerer } = createAnswerers(world());
  const ask = asker(answerer);
  const shipping = 'orders/shipping#lead';

  test('that names a value gives the previous answer for it, the very same as asking for it by id', () => {
    const result = ask('and in Germany?', shipping, { context: { plan: 'standard' } });
    const byId = ask('', null, {
      question: null,
      answerId: shipping,
      context: { plan: 'standard', region: 'EU' },
    });
    expect(result.followUp).toEqual({
      rule: 'dimension',
      previous: shipping,
      words: ['Germany'],
      answerId: shipping,
      context: { region: 'EU' },
    });
    expect(result.context).toEqual({ plan: 'standard', region: 'EU' });
    expect(result.answer).toEqual(byId.answer);
    expect(result.fingerprint).toBe(byId.fingerprint);
  });

  test('that names another value than was known takes the new one', () => {
    expect(ask('what about Germany', shipping, { context: { region: 'US', plan: 'plus' } }).context).toEqual({
      plan: 'plus',
      region: 'EU',
    });
  });

  test('leads from question to question back to answer, with the ids alone', () => {
    const first = ask('what does shipping cost', null);
    expect(first.clarification?.id).toBe('region?orders/shipping#lead');
    const second = ask('Germany', first.clarification?.id ?? null);
    expect(second.clarification?.id).toBe('plan?orders/shipping#lead');
    const third = ask('the first one', second.clarification?.id ?? null, { context: second.context });
    expect(third).toMatchObject({
      status: 'answered',
      followUp: { rule: 'option', words: ['first'], context: { plan: 'standard' } },
      context: { region: 'EU', plan: 'standard' },
    });
  });

  test('chooses between answers by place and by words', () => {
    const which = 'orders/shipping#lead|orders/cancel-order#lead';
    expect(ask('2', which).answer?.articleId).toBe('orders/cancel-order');
    expect(ask('the one about shipping', which).followUp?.answerId).toBe(shipping);
    expect(ask('shipping or cancelling', which).followUp?.rule).toBe('new-question');
  });

  test('without words of its own stays in the previous article', () => {
    expect(ask('how long does it take?', shipping).answer?.id).toBe(
      'orders/shipping#how-long-shipping-takes',
    );
    expect(ask('and if it is late', shipping)).toMatchObject({
      answer: { id: 'orders/shipping#if-the-parcel-is-late' },
      followUp: { rule: 'section', words: ['late'] },
      confidence: 0.85,
    });
  });

  test('that is a question of its own gets the result of asking it alone', () => {
    const question = 'can I cancel my order';
    const alone = ask(question, null);
    const { followUp, ...rest } = ask(question, shipping);
    expect(followUp).toEqual({
      rule: 'new-question',
      previous: shipping,
      words: [],
      answerId: null,
      context: {},
    });
    expect({ ...rest, followUp: null }).toEqual(alone);
    expect(alone.followUp).toBeNull();
  });

  test('is understood in English on the Hebrew site, and in Hebrew with prefixes', () => {
    expect(ask('and in Germany?', shipping, { locale: 'he' }).followUp?.rule).toBe('dimension');
    expect(ask('ומה לגבי גרמניה?', shipping, { locale: 'he' }).context).toEqual({ region: 'EU' });
  });
});

describe('previous', () => {
  const { public: answerer } = createAnswerers(world());
  const ask = asker(answerer);
  const refusalOf = (previous: string): AppError => {
    try {
      ask('and then?', previous);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test.each([
    ['an article that never was', 'orders/nothing#lead'],
    ['a section that is not there', 'orders/shipping#nothing'],
    ['two anchors', 'orders/shipping#lead#lead'],
    ['a dimension that is none', 'planet?orders/shipping#lead'],
    ['a dimension of nothing', 'region?'],
    ['a dimension twice', 'region?orders/shipping#lead?region'],
    ['a dimension for two answers', 'region?orders/shipping#lead|orders/cancel-order#lead'],
    ['an option that is none', 'orders/shipping#lead|orders/nothing#lead'],
    ['an empty option', 'orders/shipping#lead|'],
    ['four options', Array(4).fill('orders/shipping#lead').join('|')],
    ['ten thousand characters', 'orders/shipping#lead|'.repeat(500)],
    ['control characters', 'orders/shipping\u0000\u001b[31m#lead'],
    ['a name of JavaScript', '__proto__?constructor'],
    ['nothing', ''],
  ])('that is %s is refused with what was expected, on one short line', (_, previous) => {
    const error = refusalOf(previous);
    expect(error).toMatchObject({ code: 'invalid-request', field: 'previous' });
    expect(error.found?.length).toBeLessThanOrEqual(61);
    expect(error.found).not.toMatch(/\p{Cc}/u);
    expect(answerer.isPrevious(previous, { locale: 'en', context: {}, asOf: day })).toBe(false);
  });

  test('of an article for agents only is refused as one that never was', () => {
    const shape = ({ message, expected, found, code }: AppError, id: string) =>
      JSON.stringify({ message, expected, found, code }).replaceAll(id, 'ID');
    for (const form of ['ID#lead', 'ID', 'region?ID#lead', 'ID#lead|orders/shipping#lead']) {
      const secret = refusalOf(form.replace('ID', 'orders/secret'));
      const never = refusalOf(form.replace('ID', 'orders/nobody'));
      expect(shape(secret, 'orders/secret')).toBe(shape(never, 'orders/nobody'));
    }
  });

  test('is the same id in every language', () => {
    expect(ask('and in Germany?', 'orders/shipping#lead', { locale: 'fa' }).followUp?.rule).toBe('dimension');
  });

  test('never breaks, whatever it and the question are, and answers the same each time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('orders/shipping#lead', 'region?orders/shipping#lead'),
        (said, previous) => {
          expect(ask(said, previous)).toEqual(ask(said, previous));
        },
      ),
      { numRuns: 200 },
    );
  });
});
