import fc from 'fast-check';
import type { AnswerResult, Ask, PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { AppError } from '../../server/errors.ts';
import { hashOf } from '../../server/snapshots/canonical-json.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

/** A small shop whose articles touch everything an answer may depend on. */
const files = {
  'en/orders/cancel-order.md': makeArticle({
    title: 'Can I cancel my order before it ships?',
    questions: ['I ordered by mistake, stop it please', 'cancel order not shipped yet'],
    related: ['returns/return-window'],
    body: `
Yes. An order that has not shipped can be cancelled free of charge within {{fact:cancellation-window}}.

## How to cancel

Open your order, choose Cancel, and confirm with the button.

## In the European Union

:::when region=EU
You can also withdraw from the purchase later.
:::

:::agent
Offer nothing here.
:::
`,
  }),
  'en/orders/shipping-fee.md': makeArticle({
    title: 'What does shipping cost?',
    questions: ['delivery fee', 'price of postage'],
    body: `
Shipping costs {{fact:shipping-fee}} an order.

## Large parcels

Large parcels cost the same.
`,
  }),
  'en/returns/return-window.md': makeArticle({
    title: 'How long can I return an item?',
    questions: ['send it back after two weeks'],
    owner: 'care',
    body: 'You can send an item back within {{fact:return-window}} after delivery.',
  }),
  'he/returns/return-window.md': makeArticle({
    title: 'כמה זמן אפשר להחזיר פריט?',
    questions: ['להחזיר אחרי שבועיים'],
    owner: 'care',
    body: 'אפשר להחזיר פריט בתוך {{fact:return-window}} ממועד המסירה.',
  }),
  'en/returns/old-rule.md': makeArticle({
    title: 'May I return worn shoes?',
    effective: { to: '2026-06-01' },
    body: 'Worn shoes stay yours.',
  }),
  'en/returns/new-rule.md': makeArticle({
    title: 'Are worn shoes taken back?',
    effective: { from: '2026-06-01' },
    supersedes: 'returns/old-rule',
    body: 'Worn shoes are taken back and repaired.',
  }),
};
const { snapshot } = smallWorld(files);
const { public: answerer } = createAnswerers(snapshot);

const day = '2026-11-10';

function ask(parts: Partial<Ask>, of: PublicAnswerer = answerer): AnswerResult {
  return of.answer({ question: null, answerId: null, locale: null, context: {}, asOf: day, ...parts });
}

function refusalOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an answer', () => {
  test('to a title or variant is certain, however it is cased and punctuated', () => {
    const result = ask({ question: '  CANCEL order, not shipped yet!' });
    expect(result).toMatchObject({
      status: 'answered',
      confidence: 1,
      answer: { id: 'orders/cancel-order#lead' },
    });
    expect(result.alternatives).toEqual([]);
  });

  test('to other words is found, with its confidence, reasons and shares', () => {
    const result = ask({ question: 'please can you cancel the order that I made by mistake' });
    expect(result).toMatchObject({ status: 'answered', answer: { articleId: 'orders/cancel-order' } });
    expect(result.confidence).toBeGreaterThan(0.67);
    expect(result.confidence).toBeLessThan(1);
    expect(result.why.flatMap(({ words }) => words)).toEqual(expect.arrayContaining(['cancel', 'mistake']));
    expect(result.why.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
  });

  test('carries the approved words, address, revision, snapshot and dates', () => {
    const { answer } = ask({ answerId: 'orders/cancel-order' });
    expect(answer).toMatchObject({
      id: 'orders/cancel-order#lead',
      section: 'lead',
      title: 'Can I cancel my order before it ships?',
      heading: null,
      text: 'Yes. An order that has not shipped can be cancelled free of charge within 24 hours.',
      url: '/en/orders/cancel-order#lead',
      snapshot: snapshot.public.id,
      verified: { on: '2026-11-02', state: 'verified' },
      effective: { from: null, to: null },
      dependsOn: [],
    });
  });

  test('has the hash of all its other fields as fingerprint', () => {
    const { answer, fingerprint } = ask({ answerId: 'orders/cancel-order' });
    const { fingerprint: own, ...rest } = answer ?? { fingerprint: '' };
    expect(own).toBe(hashOf(rest));
    expect(fingerprint).toBe(own);
  });

  test('is the same by question, by variant, by id and on the article page', () => {
    const asked = [
      ask({ question: 'cancel order not shipped yet' }),
      ask({ question: 'can i cancel my order before it ships' }),
      ask({ answerId: 'orders/cancel-order' }),
      ask({ answerId: 'orders/cancel-order#lead', context: { region: 'EU', plan: 'plus' } }),
      ask({ answerId: 'orders/cancel-order#lead', asOf: '2026-12-24' }),
    ];
    const page = answerer.article('orders/cancel-order', { locale: null, context: {}, asOf: day });
    const onPage = page.kind === 'article' ? page.article.sections[0]?.result : null;
    for (const result of asked) expect(result.answer).toEqual(onPage?.answer);
    expect(new Set([...asked, onPage].map((result) => result?.fingerprint)).size).toBe(1);
  });

  test('is frozen throughout', () => {
    const result = ask({ question: 'cancel order not shipped yet' });
    for (const part of [
      result,
      result.answer,
      result.answer?.verified,
      result.followUps,
      result.escalation,
      result.context,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('is followed by what its owner relates, then by the next sections', () => {
    const { followUps } = ask({ answerId: 'orders/cancel-order' });
    expect(followUps.map(({ answerId }) => answerId)).toEqual([
      'returns/return-window#lead',
      'orders/cancel-order#how-to-cancel',
      'orders/cancel-order#in-the-european-union',
    ]);
  });

  test('names the contact of its category, in the asked locale', () => {
    expect(ask({ answerId: 'orders/cancel-order' }).escalation).toMatchObject({
      contact: 'orders',
      name: 'Orders desk',
    });
    expect(ask({ answerId: 'returns/return-window', locale: 'he' }).escalation).toMatchObject({
      name: 'שירות לקוחות',
    });
  });

  test('is a headed section where the question is about that', () => {
    expect(ask({ question: 'which button do I choose to confirm that I cancel?' }).answer?.id).toBe(
      'orders/cancel-order#how-to-cancel',
    );
  });
});

describe('dimensions', () => {
  test('one that the words depend on is asked for, with its values', () => {
    const result = ask({ question: 'what does shipping cost?', context: { plan: 'standard' } });
    expect(result).toMatchObject({
      status: 'clarify',
      answer: null,
      clarification: {
        prompt: 'Where do you live?',
        dimension: 'region',
        answerId: 'orders/shipping-fee#lead',
        options: [
          { value: 'US', label: 'United States' },
          { value: 'EU', label: 'European Union' },
          { value: 'UK', label: 'United Kingdom' },
        ],
      },
    });
  });

  test('are asked for one at a time until the words are settled', () => {
    let result = ask({ question: 'delivery fee' });
    const asked: string[] = [];
    let context = {};
    while (result.clarification?.dimension != null && asked.length < 5) {
      const { dimension, options } = result.clarification;
      asked.push(dimension);
      context = { ...context, [dimension]: options.at(-1)?.value };
      result = ask({ question: 'delivery fee', context });
    }
    expect([...asked].sort()).toEqual(['plan', 'region']);
    expect(result).toMatchObject({ status: 'answered', confidence: 1 });
  });

  test('that are known and matter are named with the words; others leave no trace', () => {
    const context = { region: 'EU', plan: 'standard' };
    const { answer } = ask({ answerId: 'orders/shipping-fee', context });
    expect(answer?.dependsOn).toEqual([
      { dimension: 'region', value: 'EU' },
      { dimension: 'plan', value: 'standard' },
    ]);
    expect(ask({ answerId: 'orders/shipping-fee#large-parcels', context }).answer).toEqual(
      ask({ answerId: 'orders/shipping-fee#large-parcels' }).answer,
    );
  });

  test('one whose remaining values give equal words is not asked for', () => {
    // US and UK pay the same with the plan, so the plan decides alone unless the region is EU.
    const { answer, status } = ask({
      answerId: 'orders/shipping-fee',
      context: { region: 'UK', plan: 'plus' },
    });
    expect(status).toBe('answered');
    expect(answer?.text).toContain('$0');
    const other = ask({ answerId: 'orders/shipping-fee', context: { region: 'US', plan: 'plus' } });
    expect(other.answer?.text).toBe(answer?.text);
  });

  test('a section that is empty for a customer is no answer for her, the lead of its article is', () => {
    const question = 'european union withdraw from the purchase later';
    expect(ask({ question }).clarification).toMatchObject({ dimension: 'region' });
    expect(ask({ question, context: { region: 'EU' } }).answer?.section).toBe('in-the-european-union');
    expect(ask({ question, context: { region: 'US' } }).answer?.section).toBe('lead');
    const refusal = refusalOf(() =>
      ask({ answerId: 'orders/cancel-order#in-the-european-union', context: { region: 'US' } }),
    );
    expect(refusal.code).toBe('not-found');
  });
});

describe('dates', () => {
  test('a value changes at midnight of its first day and names the days for which the words hold', () => {
    const on = (asOf: string): AnswerResult => ask({ answerId: 'returns/return-window', asOf });
    expect(on('2026-11-14').answer).toMatchObject({
      text: expect.stringContaining('30 days'),
      dependsOn: [{ dimension: 'date', from: null, to: '2026-11-15' }],
    });
    expect(on('2026-11-15').answer).toMatchObject({
      text: expect.stringContaining('60 days'),
      dependsOn: [{ dimension: 'date', from: '2026-11-15', to: '2027-01-11' }],
    });
    expect(on('2027-01-11').answer?.dependsOn).toEqual([{ dimension: 'date', from: '2027-01-11', to: null }]);
    expect(on('2026-11-20').fingerprint).toBe(on('2027-01-10').fingerprint);
    expect(on('2026-11-20').fingerprint).not.toBe(on('2026-11-14').fingerprint);
  });

  test('an article is there from its first day to the day before its end', () => {
    const has = (id: string, asOf: string): string =>
      answerer.article(id, { locale: null, context: {}, asOf }).kind;
    expect(has('returns/new-rule', '2026-05-31')).toBe('unknown');
    expect(has('returns/new-rule', '2026-06-01')).toBe('article');
    expect(has('returns/old-rule', '2026-05-31')).toBe('article');
    expect(ask({ question: 'Are worn shoes taken back?', asOf: '2026-05-31' }).answer?.articleId).not.toBe(
      'returns/new-rule',
    );
    expect(ask({ question: 'Are worn shoes taken back?', asOf: '2026-06-01' }).answer?.articleId).toBe(
      'returns/new-rule',
    );
  });

  test('an old address leads to the successor once that is in force', () => {
    const browse = { locale: 'he', context: {}, asOf: '2026-06-01' };
    expect(answerer.article('returns/old-rule', browse)).toEqual({
      kind: 'redirect',
      articleId: 'returns/new-rule',
      url: '/he/returns/new-rule',
    });
    expect(ask({ answerId: 'returns/old-rule#lead', asOf: '2026-06-01' }).answer?.id).toBe(
      'returns/new-rule#lead',
    );
  });

  test('a verification is due after its interval, and answers need confirmation after its grace', () => {
    // Verified on 2026-11-02; 180 days and 30 days of grace.
    const on = (asOf: string): AnswerResult => ask({ answerId: 'orders/cancel-order', asOf });
    expect(on('2027-05-01')).toMatchObject({
      status: 'answered',
      answer: { verified: { state: 'verified' } },
    });
    expect(on('2027-05-02')).toMatchObject({ status: 'answered', answer: { verified: { state: 'due' } } });
    expect(on('2027-05-31')).toMatchObject({ status: 'answered', answer: { verified: { state: 'due' } } });
    expect(on('2027-06-01')).toMatchObject({
      status: 'needs_confirmation',
      answer: { verified: { state: 'overdue' } },
      escalation: { message: 'This answer has not been confirmed recently.', contact: 'orders' },
    });
  });

  test('today is the date in the site’s time zone', () => {
    expect(answerer.today(new Date('2026-01-01T04:59:59Z'))).toBe('2025-12-31');
    expect(answerer.today(new Date('2026-01-01T05:00:00Z'))).toBe('2026-01-01');
  });
});

describe('languages', () => {
  test('a translation answers in its own words', () => {
    const result = ask({ question: 'כמה זמן אפשר להחזיר פריט?', locale: 'he' });
    expect(result.answer).toMatchObject({
      locale: 'he',
      requestedLocale: 'he',
      url: '/he/returns/return-window#lead',
    });
  });

  test('a missing one falls back to the default locale and says so', () => {
    const result = ask({ answerId: 'orders/cancel-order', locale: 'he' });
    expect(result).toMatchObject({
      requestedLocale: 'he',
      answer: { locale: 'en', requestedLocale: 'he', url: '/he/orders/cancel-order#lead' },
    });
  });

  test('a question in another language of the site is answered in the one asked for', () => {
    for (const question of ['How long can I return an item?', 'for how long may items be returned']) {
      const result = ask({ question, locale: 'he' });
      expect(result.answer).toMatchObject({ id: 'returns/return-window#lead', locale: 'he' });
    }
    expect(ask({ question: 'כמה זמן אפשר להחזיר פריט', locale: 'en' }).answer).toMatchObject({
      id: 'returns/return-window#lead',
      locale: 'en',
    });
  });

  test('without a locale the site’s default holds', () => {
    expect(ask({ answerId: 'returns/return-window' }).requestedLocale).toBe('en');
  });
});

describe('no answer', () => {
  test('is an honest result with whom to turn to', () => {
    const result = ask({ question: 'do you sell submarine engines' });
    expect(result).toMatchObject({
      status: 'no_answer',
      answer: null,
      clarification: null,
      escalation: {
        message: 'We have no approved answer to that.',
        contact: 'care',
        email: 'care@small.example',
      },
    });
    expect(result.confidence).toBeLessThan(0.67);
  });

  test.each([
    ['', 'nothing'],
    ['  \n\t', 'blanks'],
    ['!?.,', 'punctuation'],
    ['xqzvkwj', 'a word of no article'],
  ])('is what “%s” gets: %s', (question) => {
    expect(ask({ question })).toMatchObject({ status: 'no_answer', confidence: 0, alternatives: [] });
  });

  test('has a fingerprint of what is said instead', () => {
    const result = ask({ question: 'submarine engines' });
    const { status, reply, clarification, escalation } = result;
    expect(result.fingerprint).toBe(hashOf({ status, reply, clarification, escalation, locale: 'en' }));
  });

  test('is the same for one foreign word as for another', () => {
    expect(ask({ question: 'refund xqzvkwj' })).toEqual(ask({ question: 'refund vvkqzzx' }));
  });
});

describe('two close candidates', () => {
  const twins = createAnswerers(
    smallWorld({
      'en/orders/cancel-shipped.md': makeArticle({
        title: 'Cancel an order that shipped',
        body: 'It comes back.',
      }),
      'en/orders/cancel-unshipped.md': makeArticle({
        title: 'Cancel an order that waits',
        body: 'It is stopped.',
      }),
      'en/orders/gift-cards.md': makeArticle({ title: 'Gift cards', body: 'They keep their balance.' }),
      'en/orders/opening-hours.md': makeArticle({ title: 'Opening hours', body: 'From nine to five.' }),
      'en/returns/window.md': makeArticle({ title: 'Return window', body: 'Thirty days.' }),
    }).snapshot,
  ).public;

  test('are offered by their titles, to be asked for by id', () => {
    const result = ask({ question: 'cancel an order' }, twins);
    expect(result).toMatchObject({
      status: 'clarify',
      clarification: { prompt: 'Which of these is it?', dimension: null, answerId: null },
    });
    const options = result.clarification?.options ?? [];
    expect(
      options
        .slice(0, 2)
        .map(({ label }) => label)
        .sort(),
    ).toEqual(['Cancel an order that shipped', 'Cancel an order that waits']);
    expect(options.length).toBeLessThanOrEqual(3);
    for (const { value } of options) expect(ask({ answerId: value }, twins).status).toBe('answered');
  });

  test('have probabilities that do not exceed certainty together', () => {
    const { confidence, alternatives } = ask({ question: 'cancel an order' }, twins);
    const others = alternatives.filter(({ confidence: one }) => one < confidence);
    expect(confidence + others.reduce((sum, { confidence: one }) => sum + one, 0)).toBeLessThanOrEqual(
      1.0001,
    );
  });
});

describe('input', () => {
  test.each([
    [{ planet: 'Mars' }, 'context.planet', 'one of region, plan'],
    [{ region: 'MARS' }, 'context.region', 'one of US, EU, UK'],
    [{ constructor: 'x' }, 'context.constructor', 'one of region, plan'],
  ])('a context that site.yaml does not declare is refused: %j', (context, field, expected) => {
    const refusal = refusalOf(() => answerer.checkContext(context as unknown as Record<string, string>));
    expect(refusal).toMatchObject({ code: 'invalid-request', field, expected });
    expect(
      refusalOf(() => ask({ question: 'x', context: context as unknown as Record<string, string> })).code,
    ).toBe('invalid-request');
  });

  test('several mistakes of a context are told at once', () => {
    const refusal = refusalOf(() => answerer.checkContext({ planet: 'Mars', region: 'MARS' }));
    expect(refusal.errors.map(({ field }) => field)).toEqual(['context.planet', 'context.region']);
  });

  test('a language that the site does not have is refused', () => {
    expect(refusalOf(() => answerer.checkLocale('xx'))).toMatchObject({
      field: 'locale',
      expected: 'one of en, he, fa, ms',
    });
  });

  test('an ask is a question or an answer id, not both and not neither', () => {
    expect(refusalOf(() => ask({})).code).toBe('invalid-request');
    expect(refusalOf(() => ask({ question: 'x', answerId: 'orders/cancel-order' })).code).toBe(
      'invalid-request',
    );
  });

  test.each(['orders/nothing', 'orders/cancel-order#nothing', '', '#', '__proto__', 'constructor#lead'])(
    'the unknown answer id “%s” is not found',
    (answerId) => {
      expect(refusalOf(() => ask({ answerId }))).toMatchObject({ code: 'not-found', found: answerId });
    },
  );
});

describe('lists and pages', () => {
  const browse = { locale: null, context: {}, asOf: day };

  test('what is first in the result list is what is answered', () => {
    for (const question of ['cancel my order', 'shipping price', 'return worn shoes', 'כמה זמן']) {
      const [hit] = answerer.search({ ...browse, question, limit: 5 });
      const { answer, clarification, alternatives } = ask({ question });
      expect([
        answer?.id,
        clarification?.answerId,
        clarification?.options[0]?.value,
        alternatives[0]?.answerId,
      ]).toContain(hit?.answerId);
    }
  });

  test('an excerpt is empty where the words depend on the customer', () => {
    const [hit] = answerer.search({ ...browse, question: 'delivery fee', limit: 1 });
    expect(hit).toMatchObject({ answerId: 'orders/shipping-fee#lead', excerpt: '' });
    const [known] = answerer.search({
      ...browse,
      context: { region: 'US', plan: 'standard' },
      question: 'delivery fee',
      limit: 1,
    });
    expect(known?.excerpt).toContain('$4.95');
  });

  test('categories come in site.yaml’s order, only those with an article in force', () => {
    expect(answerer.categories(browse).map(({ id, articles }) => [id, articles.length])).toEqual([
      ['orders', 2],
      ['returns', 2],
    ]);
    expect(answerer.categories({ ...browse, locale: 'he' })[0]).toMatchObject({
      title: 'הזמנות',
      url: '/he/orders',
    });
  });

  test('an article page has every section as if it had been asked for', () => {
    const lookup = answerer.article('orders/cancel-order', browse);
    if (lookup.kind !== 'article') throw new Error('expected an article');
    expect(lookup.article.sections.map(({ anchor, result }) => [anchor, result?.status])).toEqual([
      ['lead', 'answered'],
      ['how-to-cancel', 'answered'],
      ['in-the-european-union', 'clarify'],
    ]);
    expect(lookup.article.dimensions).toMatchObject([{ id: 'region', value: null }]);
    expect(lookup.article.translations).toEqual(['en']);
  });

  test('the inventory names each article in the locales in which it is written', () => {
    expect(answerer.inventory(day).map(({ url }) => url)).toEqual([
      '/en/orders/cancel-order',
      '/en/orders/shipping-fee',
      '/en/returns/new-rule',
      '/en/returns/return-window',
      '/he/returns/return-window',
    ]);
  });

  test('suggestions begin with what the whole question finds, in the asked locale', () => {
    expect(answerer.suggest('How long can I return', browse, 8)[0]).toEqual({
      text: 'How long can I return an item?',
      articleId: 'returns/return-window',
      url: '/en/returns/return-window',
    });
    const hebrew = { ...browse, locale: 'he' };
    expect(answerer.suggest('How long can I return an item?', hebrew, 8)[0]).toMatchObject({
      text: 'כמה זמן אפשר להחזיר פריט?',
      url: '/he/returns/return-window',
    });
    expect(answerer.suggest('o', browse, 2).length).toBeLessThanOrEqual(2);
  });
});

describe('the answerer', () => {
  test('gives equal results whatever order the snapshot’s articles came in', () => {
    const questions = [
      'cancel my order',
      'what is the fee',
      'return',
      'כמה זמן',
      'worn shoes back',
      'delivery fee',
    ];
    const results = (of: PublicAnswerer): readonly unknown[] =>
      questions.flatMap((question) => [
        ask({ question }, of),
        ask({ question, locale: 'he', asOf: '2026-05-01' }, of),
        of.search({ question, locale: null, context: {}, asOf: day, limit: 10 }),
        of.suggest(question, { locale: null, context: {}, asOf: day }, 8),
      ]);
    const expected = results(answerer);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...snapshot.public.articles], { minLength: snapshot.public.articles.length }),
        (articles) => {
          const shuffled: Snapshot = { ...snapshot, public: { ...snapshot.public, articles } };
          expect(results(createAnswerers(shuffled).public)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('never throws for a question, and never answers what it did not find', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.string({ unit: 'grapheme', maxLength: 200 }),
        ),
        fc.constantFrom('en', 'he', 'fa', 'ms'),
        (question, locale) => {
          const result = ask({ question, locale });
          expect(result.status === 'answered' || result.status === 'needs_confirmation').toBe(
            result.answer !== null,
          );
          expect(result.status === 'clarify').toBe(result.clarification !== null);
          expect(result.confidence).toBeGreaterThanOrEqual(0);
          expect(result.confidence).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
