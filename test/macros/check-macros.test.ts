import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { createMacroCheck, gatherMacros } from '../../server/macros/check-macros.ts';
import type { CheckedMacro, Verdict } from '../../server/macros/checked-macro.ts';
import { macrosAsCsv } from '../../server/macros/macros-as-csv.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const today = '2026-11-22';

interface Labelled {
  readonly half: 'tune' | 'held';
  readonly locale: string;
  readonly title: string;
  readonly text: string;
  readonly article?: string | readonly string[];
  readonly expect: Verdict;
  readonly fact?: string;
}

const labelled = parse(
  readFileSync(join(import.meta.dirname, 'labelled.yaml'), 'utf8'),
) as readonly Labelled[];

const sample = compileFiles(await sampleFiles());

describe('macros held against the sample company', () => {
  const { content, snapshot } = sample;
  if (content === null || snapshot === null) throw new Error('The sample content is refused.');
  const answerer = createAnswerers(snapshot).public;
  const check = createMacroCheck({ content, snapshot, answerer, today, release: 7 }, null);
  const checked = labelled.map((label, index) => ({
    label,
    found: check({ id: String(index), title: label.title, text: label.text, locale: null, at: index + 1 }),
  }));

  const isRight = ({ label, found }: (typeof checked)[number]): boolean =>
    found.verdict === label.expect &&
    (label.fact === undefined || found.problems.some(({ factId }) => factId === label.fact));
  const isWellCovered = ({ label, found }: (typeof checked)[number]): boolean =>
    label.article === undefined
      ? found.article === null
      : [label.article].flat().includes(found.article?.answerId.split('#')[0] ?? '');

  // Floors a little below what was measured (.88 and .96; .84 and .88), since every new variant moves a search.
  test.each([
    ['tune', 0.8, 0.9],
    ['held', 0.8, 0.85],
  ] as const)(
    'on the half %s, at least %f have verdict and fact right, and %f the article',
    (half, right, covered) => {
      const those = checked.filter(({ label }) => label.half === half);
      const share = (count: number): number => count / those.length;
      const figures = {
        right: share(those.filter(isRight).length),
        covered: share(those.filter(isWellCovered).length),
      };
      console.info(`${half}: ${those.length} macros, ${JSON.stringify(figures)}`);
      expect(figures.right).toBeGreaterThanOrEqual(right);
      expect(figures.covered).toBeGreaterThanOrEqual(covered);
    },
  );

  test('none that is in order is told to be wrong, and each is read in its own language', () => {
    const alarms = checked.filter(
      ({ label, found }) =>
        (label.expect === 'aligned' || label.expect === 'unknown') && found.verdict !== label.expect,
    );
    expect(alarms.map(({ label, found }) => [label.title, found.verdict, found.problems])).toEqual([]);
    const covered = checked.filter(({ found }) => found.article !== null);
    expect(covered.filter(({ label, found }) => label.locale !== found.locale)).toEqual([]);
  });

  test('two values of one sentence are each told of their own fact, with what each customer has now', () => {
    const { problems, approved } = check({
      id: '1',
      title: 'Delivery costs',
      text: 'Standard delivery costs $6.50 per order and is free from $50.',
      locale: 'en',
      at: 1,
    });
    expect(problems.map(({ factId, says }) => [factId, says])).toEqual([
      ['standard-shipping-price', '$6.50'],
      ['free-shipping-threshold', '$50'],
    ]);
    expect(problems[0]?.approved).toContain('$4.95');
    expect(approved).toHaveLength(10);
    expect(approved.find(({ customer }) => customer?.includes('Israel'))?.text).toContain('₪29.00');
  });

  test('agents’ words never come back as the approved text', () => {
    const [macro] = [
      check({
        id: '1',
        title: 'Chargeback',
        text: 'We stop orders above 600 dollars for a security review by a person, with a code S before packing.',
        locale: 'en',
        at: 1,
      }),
    ];
    expect(JSON.stringify(macro)).not.toContain('order-review-limit');
  });

  test('two hundred macros are checked in a few seconds', () => {
    const started = process.cpuUsage();
    for (let i = 0; i < 200; i += 1) {
      const { title, text } = labelled[i % labelled.length] as Labelled;
      check({ id: String(i), title, text, locale: null, at: i });
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(8);
  });
});

describe('macros held against a small company', () => {
  const { content, snapshot } = smallWorld({
    'en/returns/return-window.md': makeArticle({
      title: 'How long can I return an item?',
      questions: ['send it back after two weeks'],
      body: `
You can send an item back within {{fact:return-window}} after delivery. Our workshop looks at worn soles for 3 weeks.

:::agent
Tell nobody that the warehouse keeps returned parcels for 77 days.
:::
`,
    }),
  });
  const world = { content, snapshot, answerer: createAnswerers(snapshot).public, today, release: null };
  const check = (text: string, title = 'Returns'): CheckedMacro =>
    createMacroCheck(world, null)({ id: '1', title, text, locale: null, at: 2 });

  test('a value that the article writes out itself makes a macro contradict the article', () => {
    const macro = check('Our workshop looks at worn soles for 5 weeks.');
    expect(macro.verdict).toBe('contradicting');
    expect(macro.problems).toMatchObject([
      { kind: 'value', says: '5 weeks', factId: null, approved: ['3 weeks'] },
    ]);
  });

  test('a value written in another way is the same value', () => {
    expect(check('You can send an item back within sixty days after delivery.').verdict).toBe('aligned');
    expect(check('You can send an item back within 1,440 hours after delivery.').verdict).toBe('aligned');
  });

  test('agents’ notes are no approved text', () => {
    const macro = check(
      'The warehouse keeps returned parcels for 70 days. You can send an item back after delivery.',
    );
    expect(JSON.stringify(macro)).not.toContain('77');
  });

  test('the table for the help desk runs no formula and keeps its order', () => {
    const gathered = gatherMacros(
      {
        name: 'm.csv',
        form: 'csv',
        macros: [],
        skipped: [{ id: '9', title: 'Close', at: 4, why: 'no-text' }],
      },
      [
        check('=HYPERLINK("https://x.example")', '=1+1'),
        check('Our workshop looks at worn soles for 5 weeks.'),
      ],
      null,
    );
    expect(gathered.counts).toEqual({ contradicting: 1, outdated: 0, unknown: 1, aligned: 0 });
    const rows = macrosAsCsv(gathered).split('\r\n');
    expect(rows[0]).toBe('id,title,verdict,article,problems,approved');
    expect(rows[1]).toMatch(/^1,'=1\+1,unknown,/);
    expect(rows[2]).toMatch(/^1,Returns,contradicting,en\/returns\/return-window#lead,5 weeks <> 3 weeks,/);
  });
});
