import fc from 'fast-check';
import type { Context, Site } from '../../server/answers/answer.ts';
import { addDays, calendarOf, isWithin } from '../../server/answers/calendar.ts';
import { chooseVariant } from '../../server/answers/choose-variant.ts';
import { excerptOf } from '../../server/answers/local-text.ts';
import type { CompiledArticle, Section, Variant } from '../../server/snapshots/snapshot.ts';
import { rendering } from '../search/small-edition.ts';

const always = { from: null, to: null };
const site = { dimensions: [{ id: 'region' }, { id: 'plan' }] } as unknown as Site;
const article = { effective: always } as CompiledArticle;

function sectionOf(variants: readonly Variant[]): Section {
  const dimensions = [...new Set(variants.flatMap(({ context }) => Object.keys(context)))].sort();
  return { anchor: 'lead', heading: null, level: 1, parents: [], dimensions, variants };
}

function variant(context: Context, text: string, period: Variant['period'] = always): Variant {
  return { context, period, rendering: rendering(text) };
}

/** Only members in the EU read something else. */
const members = sectionOf(
  ['US', 'EU'].flatMap((region) =>
    ['standard', 'plus'].map((plan) =>
      variant({ region, plan }, region === 'EU' && plan === 'plus' ? 'special' : 'usual'),
    ),
  ),
);

function choose(section: Section, context: Context, asOf = '2026-06-01'): ReturnType<typeof chooseVariant> {
  return chooseVariant(article, section, { context, asOf, site });
}

describe('chooseVariant', () => {
  test('depends on the fewest known dimensions that settle the words', () => {
    expect(choose(members, { region: 'US' })).toMatchObject({
      dependsOn: [{ dimension: 'region', value: 'US' }],
    });
    expect(choose(members, { plan: 'standard' })).toMatchObject({
      dependsOn: [{ dimension: 'plan', value: 'standard' }],
    });
    expect(choose(members, { region: 'US', plan: 'plus' })).toMatchObject({
      dependsOn: [{ dimension: 'region', value: 'US' }],
    });
    expect(choose(members, { region: 'EU', plan: 'plus' })).toMatchObject({
      variant: { rendering: { text: 'special' } },
      dependsOn: [
        { dimension: 'region', value: 'EU' },
        { dimension: 'plan', value: 'plus' },
      ],
    });
  });

  test('asks for the dimension that is still open, and the first of site.yaml among equals', () => {
    expect(choose(members, {})).toEqual({ kind: 'ask', dimension: 'region' });
    expect(choose(members, { region: 'EU' })).toEqual({ kind: 'ask', dimension: 'plan' });
    expect(choose(members, { plan: 'plus' })).toEqual({ kind: 'ask', dimension: 'region' });
  });

  test('asks for the dimension that tells more, whichever comes first', () => {
    const byPlan = sectionOf(
      ['US', 'EU'].flatMap((region) =>
        ['standard', 'plus'].map((plan) =>
          variant({ region, plan }, plan === 'plus' ? 'free' : `costs in ${region}`),
        ),
      ),
    );
    expect(choose(byPlan, {})).toEqual({ kind: 'ask', dimension: 'plan' });
  });

  test('has no words where there are none for the customer or the day', () => {
    const euOnly = sectionOf([variant({ region: 'EU' }, 'rights'), variant({ region: 'US' }, ' ')]);
    expect(choose(euOnly, { region: 'US' })).toEqual({ kind: 'none' });
    expect(choose(euOnly, {})).toEqual({ kind: 'ask', dimension: 'region' });
    expect(choose(sectionOf([variant({}, 'later', { from: '2027-01-01', to: null })]), {})).toEqual({
      kind: 'none',
    });
  });

  test('names the days of the same words across a change that concerns other customers', () => {
    const section = sectionOf([
      variant({ region: 'US' }, 'always'),
      variant({ region: 'EU' }, 'before', { from: null, to: '2026-03-01' }),
      variant({ region: 'EU' }, 'after', { from: '2026-03-01', to: null }),
    ]);
    expect(choose(section, { region: 'US' })).toMatchObject({
      dependsOn: [{ dimension: 'region', value: 'US' }],
    });
    expect(choose(section, { region: 'EU' })).toMatchObject({
      dependsOn: [
        { dimension: 'region', value: 'EU' },
        { dimension: 'date', from: '2026-03-01', to: null },
      ],
    });
  });

  test('words that come back after a while do not hold in between', () => {
    const section = sectionOf([
      variant({}, 'usual', { from: null, to: '2026-11-15' }),
      variant({}, 'holiday', { from: '2026-11-15', to: '2027-01-11' }),
      variant({}, 'usual', { from: '2027-01-11', to: null }),
    ]);
    expect(choose(section, {}, '2026-06-01')).toMatchObject({
      dependsOn: [{ dimension: 'date', from: null, to: '2026-11-15' }],
    });
    expect(choose(section, {}, '2027-02-01')).toMatchObject({
      dependsOn: [{ dimension: 'date', from: '2027-01-11', to: null }],
    });
  });

  test('gives the same words and dependencies when told only what they depend on', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 4, maxLength: 4 });
    const context = fc.record(
      { region: fc.constantFrom('US', 'EU'), plan: fc.constantFrom('standard', 'plus') },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(texts, context, (words, known) => {
        const section = sectionOf(
          ['US', 'EU'].flatMap((region, i) =>
            ['standard', 'plus'].map((plan, j) => variant({ region, plan }, words[i * 2 + j] ?? 'a')),
          ),
        );
        const choice = choose(section, known);
        if (choice.kind !== 'words') return;
        const restricted = Object.fromEntries(
          choice.dependsOn.flatMap((one) => ('value' in one ? [[one.dimension, one.value]] : [])),
        );
        expect(choose(section, restricted)).toMatchObject({
          dependsOn: choice.dependsOn,
          variant: { rendering: choice.variant.rendering },
        });
      }),
    );
  });
});

describe('the calendar', () => {
  test('counts days across months, leap days and changes of the clock', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-03-07', 2)).toBe('2026-03-09');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });

  test('knows the day of each time zone', () => {
    const instant = new Date('2026-07-01T22:30:00Z');
    expect(calendarOf('Asia/Kuala_Lumpur')(instant)).toBe('2026-07-02');
    expect(calendarOf('America/New_York')(instant)).toBe('2026-07-01');
  });

  test('takes periods as half-open', () => {
    const period = { from: '2026-01-01', to: '2026-02-01' };
    expect(
      ['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((day) => isWithin(period, day)),
    ).toEqual([false, true, true, false]);
  });
});

describe('excerptOf', () => {
  test('cuts at a word, within the limit, and marks the cut', () => {
    const cut = excerptOf('one two three four five, six seven', 25);
    expect(cut).toBe('one two three four five…');
    expect(excerptOf('short\n\ntext')).toBe('short text');
  });

  test('never exceeds the limit nor cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
        const cut = excerptOf(text);
        expect(cut.length).toBeLessThanOrEqual(240);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
