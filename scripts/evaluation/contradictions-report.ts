import type { ContentFigures, SeededFigures, WrittenOutFigures } from './contradictions.ts';
import { textTable } from './figures-table.ts';

/** What the checks of facts find in the seeded set, a row a half; `verbose` adds a line for each case that went wrong. */
export function seededReport(figures: readonly SeededFigures[], verbose: boolean): string {
  const rows = figures.map((one) => [
    one.half,
    String(one.contradictions),
    String(one.found),
    String(one.harmless),
    String(one.wrong),
    one.precision.toFixed(3),
    one.recall.toFixed(3),
    `${one.repeated}/${one.agreeing}`,
    String(one.wrongRepeats),
  ]);
  const head = [
    'half',
    'seeded',
    'found',
    'harmless',
    'wrong',
    'precision',
    'recall',
    'repeats',
    'wrong repeats',
  ];
  const misses = verbose
    ? figures.flatMap(({ half, misses }) => misses.map((miss) => `${half}  ${miss}\n`))
    : [];
  return `${textTable([head, ...rows])}${misses.join('')}`;
}

/** What they find in a content as it is and with its references written out, a row a language and one for all. */
export function writtenOutReport({ untouched, byLocale, misses }: ContentFigures, verbose: boolean): string {
  const all = byLocale.reduce<WrittenOutFigures>(sum, {
    locale: 'all',
    wrong: 0,
    found: 0,
    otherFact: 0,
    right: 0,
    repeated: 0,
    falselyContradicted: 0,
  });
  const rows = [...byLocale, all].map((one) => [
    one.locale,
    String(one.wrong),
    share(one.found, one.wrong),
    share(one.otherFact, one.wrong),
    String(one.right),
    share(one.repeated, one.right),
    share(one.falselyContradicted, one.right),
  ]);
  const head = ['language', 'wrong', 'found', 'another fact', 'right', 'repeats', 'contradicted'];
  return [
    `The content as it is: ${untouched.length} findings.\n`,
    ...untouched.map(
      ({ verdict, fact, literal, sentence }) =>
        `  ${verdict} ${fact.id}: ${literal.text} in ${sentence.file}\n`,
    ),
    'Each reference to a fact written out in its turn, with a wrong value and with a right one:\n',
    textTable([head, ...rows]),
    ...(verbose ? misses.map((miss) => `${miss}\n`) : []),
  ].join('');
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}

function sum(a: WrittenOutFigures, b: WrittenOutFigures): WrittenOutFigures {
  return {
    locale: a.locale,
    wrong: a.wrong + b.wrong,
    found: a.found + b.found,
    otherFact: a.otherFact + b.otherFact,
    right: a.right + b.right,
    repeated: a.repeated + b.repeated,
    falselyContradicted: a.falselyContradicted + b.falselyContradicted,
  };
}
