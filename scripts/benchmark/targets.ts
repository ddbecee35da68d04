import type { MeasuredCheck } from './measure-check.ts';
import type { MeasuredPublication } from './measure-publication.ts';
import type { Measured } from './measure-search.ts';

/** A bound that search has to keep, as a ratio inside one run or a count. */
export interface Target {
  readonly name: string;
  readonly language: string;
  readonly found: number;
  readonly most: number;
}

/** Sizes that the targets speak of. */
const [SMALL, MIDDLE, LARGE] = [1_000, 10_000, 100_000];

/**
 * The targets for which this run has the sizes. T2: the slowest question beside FTS5's; T3: how the ordinary question grows;
 * T4: leaving out what cannot come to the top changes nothing; T5: the slowest suggestion beside FTS5's; T6: what one changed article costs.
 */
export function targetsOf(measured: readonly Measured[]): readonly Target[] {
  return [...Map.groupBy(measured, ({ language }) => language)].flatMap(([language, all]) => {
    const of = (articles: number): Measured | undefined => all.find((one) => one.articles === articles);
    const [small, middle, large] = [of(SMALL), of(MIDDLE), of(LARGE)];
    const targets: Target[] = [];
    const add = (name: string, most: number, found: number | null | undefined): void => {
      if (found !== undefined && found !== null) targets.push({ name, language, found, most });
    };
    add('T2 question p99 at 10k over FTS5', 0.3, middle && ratioOf(middle.question, 'p99'));
    add(
      'T3 question p50, 10k over 1k',
      10,
      small && middle && middle.question.concord.p50 / small.question.concord.p50,
    );
    add(
      'T3 question p50, 100k over 10k',
      15,
      middle && large && large.question.concord.p50 / middle.question.concord.p50,
    );
    add('T4 questions with another top ten than unpruned, of all at 10k', 0, middle && 1 - middle.agreement);
    add('T5 suggestion p99 at 10k over FTS5', 0.5, middle && ratioOf(middle.suggestion, 'p99'));
    add('T6 update p50, 100k over 1k', 2, small && large && large.update.p50 / small.update.p50);
    add('T6 update p99 at 10k, ms', 2, middle?.update.p99);
    add('T14 memory at 10k, MB', 450, middle?.memory);
    return targets;
  });
}

/**
 * The targets of publications of 10,000 articles. T10: a start from a stored release; T11: one from Markdown; T13: how long
 * a publication keeps the event loop from anything else.
 */
export function publicationTargetsOf(measured: readonly MeasuredPublication[]): readonly Target[] {
  return measured
    .filter(({ articles }) => articles === MIDDLE)
    .flatMap(({ language, fromMarkdown, fromRelease, blockOne, blockAll }) => [
      { name: 'T10 start from a release, s', language, found: fromRelease / 1e3, most: 1 },
      {
        name: 'T10 start from a release over Markdown',
        language,
        found: fromRelease / fromMarkdown,
        most: 0.3,
      },
      { name: 'T11 start from Markdown, s', language, found: fromMarkdown / 1e3, most: 4 },
      { name: 'T13 longest block, all articles, ms', language, found: blockAll, most: 100 },
      { name: 'T13 longest block, one article, ms', language, found: blockOne, most: 100 },
    ]);
}

/** The target of content:check over 1,000 articles. T15: the whole command, the start of its process included. */
export function checkTargetsOf(measured: readonly MeasuredCheck[]): readonly Target[] {
  return measured
    .filter(({ articles }) => articles === SMALL)
    .map(({ language, command }) => ({
      name: 'T15 content:check of 1k, s',
      language,
      found: command / 1e3,
      most: 2,
    }));
}

function ratioOf({ concord, fts5 }: Measured['question'], key: 'p50' | 'p99'): number {
  return concord[key] / fts5[key];
}
