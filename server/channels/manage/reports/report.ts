import type { CsvCell } from '../../../csv.ts';
import type { Words } from '../../../http/words.ts';
import type { BarPiece } from '../charts/bars.ts';
import type { Canvas } from '../charts/drawing.ts';
import { canvasSizes, type Drawing } from '../charts/drawing.ts';
import type { Formats } from './formats.ts';
import type { Bin } from './report-period.ts';

/** One report: what it is about, its drawing where it has one, and its figures as a table, which also leaves as CSV. */
export interface Report {
  /** In the address of its CSV, and of its place on the page. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly about: string;
  /** What the drawing shows, in a sentence with its figures: for those who do not see it. Empty: there is no drawing. */
  readonly summary: string;
  /** Null: its table has bars, or there is nothing to draw. */
  readonly drawings: Drawings | null;
  readonly legend: readonly LegendEntry[];
  readonly table: ReportTable;
  readonly isEmpty: boolean;
}

/** The same chart for half a wide page and for a phone. */
export interface Drawings {
  readonly wide: Drawing;
  readonly narrow: Drawing;
}

/** A series of a chart by name; `kind`: what it is drawn with. */
export interface LegendEntry {
  readonly kind: 'column' | 'line';
  readonly style: number;
  readonly name: string;
  /** Its figure for the whole period; empty: none. */
  readonly value: string;
}

/** The first cell of each row is its heading. */
export interface ReportTable {
  readonly columns: readonly { readonly id: string; readonly label: string }[];
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly cells: readonly ReportCell[];
  /** Null: the table has no bars. */
  readonly bar: readonly BarPiece[] | null;
}

/** What a cell says on the page, and in a file. */
export interface ReportCell {
  readonly text: string;
  readonly value: CsvCell;
  /** Where it leads; absent: nowhere. */
  readonly href?: string;
  /** The language of its text; absent: the page's. */
  readonly lang?: string;
}

/** In which language reports are written. */
export interface InWords {
  readonly words: Words;
  readonly formats: Formats;
}

/** Looks a chart can tell apart: colours, and dashes and marks with them. */
export const mostStyles = 6;

/** Draws a chart in both sizes. */
export function inBothSizes(
  direction: Canvas['direction'],
  draw: (canvas: Canvas) => Drawing | null,
): Drawings | null {
  const wide = draw({ ...canvasSizes.wide, direction });
  const narrow = draw({ ...canvasSizes.narrow, direction });
  return wide && narrow ? { wide, narrow } : null;
}

/** A table over time: a row for each bin, with its first and last day in a file. */
export function timeTable(
  bins: readonly Bin[],
  columns: ReportTable['columns'],
  cellsAt: (at: number) => readonly ReportCell[],
  { words, formats }: InWords,
): ReportTable {
  const isDaily = bins.every(({ days }) => days === 1);
  return {
    columns: [
      { id: 'from', label: isDaily ? words.say('manage.reports.day') : words.say('manage.reports.days') },
      ...columns,
    ],
    rows: bins.map((bin, at) => ({
      cells: [
        { text: formats.days(bin), value: isDaily ? bin.from : `${bin.from}/${bin.to}` },
        ...cellsAt(at),
      ],
      bar: null,
    })),
  };
}

/** A count as a cell. */
export function countCell(value: number, { formats }: InWords): ReportCell {
  return { text: formats.number(value), value };
}

/** A share as a cell; null: nothing was counted. */
export function shareCell(value: number | null, { formats }: InWords): ReportCell {
  return value === null
    ? { text: '–', value: null }
    : { text: formats.share(value), value: Math.round(value * 10_000) / 10_000 };
}

/** What is written below a chart's points: their last days, which is where the present ends. */
export function timesOf(bins: readonly Bin[], { formats }: InWords): readonly string[] {
  return bins.map(({ to }) => formats.shortDay(to));
}

/** A share, or null where nothing was counted. */
export function shareOrNone(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** The sum of some numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
