import type { Locale } from '../../answers/answer.ts';
import type { ParityExample, ParityReport, ParityRun } from '../../feedback/parity-runs.ts';
import type { Words } from '../../http/words.ts';
import type { WordRun } from '../../impact/impact.ts';

/** How paraphrases agreed when a release was made. */
export interface ReleaseAgreement {
  readonly release: number;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  readonly agreement: Readonly<Record<Locale, { readonly pairs: number; readonly same: number }>>;
}

/** Agreement by language over the releases, as a drawing and as a table. */
export interface AgreementCard {
  /** Null where no release was measured. */
  readonly chart: TrendChart | null;
  /** Names of the languages, in the site's order. */
  readonly languages: readonly {
    readonly locale: Locale;
    readonly name: string;
    readonly dir: 'ltr' | 'rtl';
  }[];
  /** The newest first. */
  readonly rows: readonly {
    readonly release: number;
    readonly publishedAt: string;
    /** By language; null where it was not measured. */
    readonly cells: readonly ({ readonly share: number; readonly pairs: number } | null)[];
    /** Of the last run on this release; null where there is none. */
    readonly parity: { readonly differences: number; readonly questions: number } | null;
  }[];
}

/** A line for each language; in the units of the drawing, `width` by `height`. */
export interface TrendChart {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly ticksX: readonly { readonly at: number; readonly release: number }[];
  readonly ticksY: readonly { readonly at: number; readonly share: number }[];
  readonly series: readonly {
    readonly name: string;
    readonly lang: Locale;
    /** 1 to 4: which line and mark it is drawn with. */
    readonly style: number;
    /** Points of each unbroken piece, as `x,y x,y`. */
    readonly lines: readonly string[];
    /** Outlines of its marks. */
    readonly marks: readonly string[];
    readonly labelY: number;
  }[];
  readonly labelX: number;
  readonly first: number;
  readonly last: number;
  /** The latest share of each language, as one text. */
  readonly now: string;
}

const WIDTH = 440;
const HEIGHT = 260;
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 356, 14, 222];
/** Between a line's end and its name, and least between two names. */
const [LABEL_GAP, LABEL_HEIGHT] = [12, 16];
/** Most releases named below the drawing. */
const MOST_TICKS = 7;
const STYLES = 4;

/** Agreement over the releases given, the newest first, with the last recorded run of each. */
export function presentAgreement(
  agreements: readonly ReleaseAgreement[],
  runs: readonly ParityRun[],
  locales: readonly Locale[],
  { words, wordsOf }: { readonly words: Words; readonly wordsOf: (locale: Locale) => Words },
): AgreementCard {
  return {
    chart: draw([...agreements].reverse(), locales, words, wordsOf),
    languages: locales.map((locale) => ({
      locale,
      name: wordsOf(locale).ownName,
      dir: wordsOf(locale).direction,
    })),
    rows: agreements.map(({ release, publishedAt, agreement }) => {
      const run = runs.find((one) => one.release === release);
      return {
        release,
        publishedAt,
        cells: locales.map((locale) => {
          const share = shareOf(agreement, locale);
          return share === null ? null : { share, pairs: agreement[locale]?.pairs ?? 0 };
        }),
        parity: run ? { differences: run.report.differences, questions: run.report.questions } : null,
      };
    }),
  };
}

/** A recorded run in a row of a table. */
export interface RunRow {
  readonly runAt: string;
  readonly person: string;
  readonly release: number;
  readonly questions: number;
  readonly channels: number;
  readonly differences: number;
}

/** One thing that a channel said otherwise: the words that should be there as gone, those that are as new. */
export interface ExampleCard extends Pick<ParityExample, 'channel' | 'locale' | 'question' | 'field'> {
  readonly words: readonly WordRun[];
}

/** The last recorded run in full. */
export interface LastRun extends RunRow {
  readonly table: ParityReport['channels'];
  readonly examples: readonly ExampleCard[];
}

/** The last run in full, null where there is none, and all runs in rows, the newest first. */
export function presentRuns(
  runs: readonly ParityRun[],
  compare: (before: string, after: string) => readonly WordRun[],
): { readonly last: LastRun | null; readonly runs: readonly RunRow[] } {
  const rows = runs.map(({ runAt, person, release, report }) => ({
    runAt,
    person,
    release,
    questions: report.questions,
    channels: report.channels.length,
    differences: report.differences,
  }));
  const [row] = rows;
  const report = runs[0]?.report;
  return {
    last:
      row && report
        ? {
            ...row,
            table: report.channels,
            examples: report.examples.map(({ expected, found, ...one }) => ({
              ...one,
              words: compare(expected, found),
            })),
          }
        : null,
    runs: rows,
  };
}

function shareOf(agreement: ReleaseAgreement['agreement'], locale: Locale): number | null {
  const measured = Object.hasOwn(agreement, locale) ? agreement[locale] : undefined;
  return measured === undefined || measured.pairs === 0 ? null : measured.same / measured.pairs;
}

function draw(
  releases: readonly ReleaseAgreement[],
  locales: readonly Locale[],
  words: Words,
  wordsOf: (locale: Locale) => Words,
): TrendChart | null {
  const x = (at: number): number =>
    place(releases.length < 2 ? (LEFT + RIGHT) / 2 : LEFT + (at / (releases.length - 1)) * (RIGHT - LEFT));
  const y = (share: number): number => place(BOTTOM - share * (BOTTOM - TOP));
  const measured = locales.flatMap((locale, number) => {
    const points = releases.map(({ agreement }, at) => {
      const share = shareOf(agreement, locale);
      return share === null ? null : { x: x(at), y: y(share), share };
    });
    const last = points.findLast((point) => point !== null);
    return last ? [{ locale, style: (number % STYLES) + 1, points, last }] : [];
  });
  if (measured.length === 0) return null;
  const labelYs = apart(measured.map(({ last }) => last.y));
  const nameOf = (locale: Locale): string => wordsOf(locale).ownName;
  return {
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: RIGHT,
    bottom: BOTTOM,
    ticksX: ticks(releases.length).map((at) => ({ at: x(at), release: releases[at]?.release ?? 0 })),
    ticksY: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), share })),
    series: measured.map(({ locale, style, points }, at) => ({
      name: nameOf(locale),
      lang: locale,
      style,
      lines: pieces(points).map((piece) => piece.map((point) => `${point.x},${point.y}`).join(' ')),
      marks: points.flatMap((point) => (point === null ? [] : mark(style, point.x, point.y))),
      labelY: labelYs[at] ?? 0,
    })),
    labelX: RIGHT + LABEL_GAP,
    first: releases[0]?.release ?? 0,
    last: releases.at(-1)?.release ?? 0,
    now: new Intl.ListFormat(words.locale, { type: 'unit' }).format(
      measured.map(({ locale, last }) => `${nameOf(locale)} ${words.percent(last.share)}`),
    ),
  };
}

/** Which releases are named: the last one, and others at even distances before it. */
function ticks(releases: number): readonly number[] {
  const step = Math.ceil(releases / MOST_TICKS);
  return Array.from({ length: releases }, (_, at) => at).filter((at) => (releases - 1 - at) % step === 0);
}

function pieces<T>(points: readonly (T | null)[]): readonly (readonly T[])[] {
  const all: T[][] = [[]];
  for (const point of points) {
    if (point === null) all.push([]);
    else all.at(-1)?.push(point);
  }
  return all.filter((piece) => piece.length > 1);
}

/** Heights of names that are as near as can be to where they belong without covering one another. */
function apart(wanted: readonly number[]): readonly number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  const placed = order.map(({ at }) => at);
  for (let i = 1; i < placed.length; i++)
    placed[i] = Math.max(placed[i] ?? 0, (placed[i - 1] ?? 0) + LABEL_HEIGHT);
  const over = Math.max(0, (placed.at(-1) ?? 0) - BOTTOM);
  const byIndex = new Map(order.map(({ index }, rank) => [index, (placed[rank] ?? 0) - over]));
  return wanted.map((_, index) => place(byIndex.get(index) ?? 0));
}

/** A circle, a square, a triangle or a diamond, so that lines are told apart without their colour. */
function mark(style: number, x: number, y: number): string {
  switch (style) {
    case 1:
      return `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`;
    case 2:
      return `M${x - 4} ${y - 4}h8v8h-8z`;
    case 3:
      return `M${x} ${y - 5}l5 9h-10z`;
    default:
      return `M${x} ${y - 5}l5 5l-5 5l-5 -5z`;
  }
}

function place(value: number): number {
  return Math.round(value * 10) / 10;
}
