import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Content } from '../../server/articles/article.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { findDisagreements } from '../../server/checks/agreement/find-disagreements.ts';
import { AppError, describeError } from '../../server/errors.ts';

/** How well articles that disagree are found in one seeded company. */
export interface MeasuredDisagreements {
  /** File name without its ending. */
  readonly company: string;
  readonly half: 'tune' | 'held';
  /** Pairs that disagree, and those of them that were found. */
  readonly seeded: number;
  readonly found: number;
  /** Pairs that do not disagree. */
  readonly harmless: number;
  /** Findings of anything else: a line each. */
  readonly falseFindings: readonly string[];
  /** Pairs that were not found: a line each. */
  readonly missed: readonly string[];
}

const company = z.strictObject({
  locale: z.string(),
  half: z.enum(['tune', 'held']),
  pairs: z.array(
    z.strictObject({
      disagree: z.boolean(),
      why: z.string(),
      one: z.tuple([z.string(), z.string()]),
      other: z.tuple([z.string(), z.string()]),
    }),
  ),
});

type Company = z.infer<typeof company>;

/**
 * Measures every seeded company of a folder, by name; each is read as content of its own. Errors: usage-invalid where there
 * is no such folder, as in an installation without its tests.
 */
export function measureDisagreements(folder: string): readonly MeasuredDisagreements[] {
  if (!existsSync(folder)) {
    throw new AppError('usage-invalid', {
      message: 'The seeded companies are not there.',
      expected: 'the tests that come with the program, beside it',
      found: `nothing at ${folder}`,
    });
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => measureCompany(name, company.parse(parse(readFileSync(join(folder, name), 'utf8')))));
}

function measureCompany(name: string, { locale, half, pairs }: Company): MeasuredDisagreements {
  const found = new Set<number>();
  const falseFindings: string[] = [];
  for (const { one, other } of findDisagreements(companyContent(name, locale, pairs), locale)) {
    const [number, twin] = [one, other].map(({ article }) => Number(article.head.slug.split('-')[1]));
    const pair = number === twin ? pairs[number ?? -1] : undefined;
    if (pair?.disagree && number !== undefined) found.add(number);
    else falseFindings.push(`${one.sentence} | ${other.sentence}`);
  }
  const seeded = pairs.filter(({ disagree }) => disagree);
  return {
    company: name.replace('.yaml', ''),
    half,
    seeded: seeded.length,
    found: found.size,
    harmless: pairs.length - seeded.length,
    falseFindings,
    missed: pairs.flatMap(({ disagree, one, other }, at) =>
      disagree && !found.has(at) ? [`${one[1]} | ${other[1]}`] : [],
    ),
  };
}

function companyContent(name: string, locale: string, pairs: Company['pairs']): Content {
  const site = [
    `name: { ${locale}: Seeded }`,
    `tagline: { ${locale}: Seeded }`,
    `locales: [${locale}]`,
    `defaultLocale: ${locale}`,
    'timeZone: UTC',
    `contacts: { care: { name: { ${locale}: Care }, email: care@seeded.example } }`,
    'defaultContact: care',
    `categories: { all: { title: { ${locale}: All }, description: { ${locale}: All }, contact: care } }`,
    'dimensions: {}',
    'review: { intervalDays: 180, graceDays: 30 }',
    `phrases: { whichOne: { ${locale}: Which }, noAnswer: { ${locale}: None }, needsConfirmation: { ${locale}: Old } }`,
  ].join('\n');
  const articles = pairs.flatMap(({ one, other }, at) =>
    [one, other].map(([title, text], side) => ({
      path: `${locale}/all/pair-${at}-${side === 0 ? 'one' : 'other'}.md`,
      text: `---\ntitle: ${JSON.stringify(title)}\naudience: public\nowner: care\nverified: 2026-01-01\n---\n${text}\n`,
    })),
  );
  const { content, errors } = parseContent(
    [
      { path: 'site.yaml', text: site },
      { path: 'teams.yaml', text: 'care: { name: Care, contact: care@seeded.example }' },
      ...articles,
    ].map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
  );
  if (!content || errors.length > 0)
    throw new Error(`${name} cannot be read:\n${errors.map(describeError).join('\n')}`);
  return content;
}

/** Precision and recall by half and language, in [0, 1]; with `verbose` every pair that was missed and every false finding. */
export function disagreementsReport(measured: readonly MeasuredDisagreements[], verbose: boolean): string {
  const row = (name: string, some: readonly MeasuredDisagreements[]): string => {
    const { seeded, found, harmless, wrong } = totalOf(some);
    const cells = [String(seeded), String(harmless), share(found, found + wrong), share(found, seeded)];
    return `${name.padEnd(18)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
  };
  const lines = measured.flatMap(({ company: name, missed, falseFindings }) => [
    ...missed.map((pair) => `${name} missed  ${pair}\n`),
    ...falseFindings.map((pair) => `${name} false   ${pair}\n`),
  ]);
  return [
    'Articles that disagree (articles-disagree): seeded pairs, and pairs that do not.\n',
    `${''.padEnd(18)}${['disagree', 'harmless', 'precision', 'recall'].map((name) => name.padStart(11)).join('')}\n`,
    ...measured.map((one) => row(`${one.company} (${one.half})`, [one])),
    ...(['tune', 'held'] as const).map((half) =>
      row(
        half,
        measured.filter((one) => one.half === half),
      ),
    ),
    ...(verbose ? lines : []),
  ].join('');
}

/** Sums of several companies; `wrong` counts false findings. */
export function totalOf(measured: readonly MeasuredDisagreements[]): {
  readonly seeded: number;
  readonly found: number;
  readonly harmless: number;
  readonly wrong: number;
} {
  const sum = (count: (one: MeasuredDisagreements) => number): number =>
    measured.reduce((total, one) => total + count(one), 0);
  return {
    seeded: sum(({ seeded }) => seeded),
    found: sum(({ found }) => found),
    harmless: sum(({ harmless }) => harmless),
    wrong: sum(({ falseFindings }) => falseFindings.length),
  };
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}
