import { scaleLinear } from 'd3-scale';
import { place } from './drawing.ts';

/** A piece of a bar, in hundredths of the longest bar's length. */
export interface BarPiece {
  readonly style: number;
  readonly x: number;
  readonly width: number;
}

/** The thinnest piece that is still seen, of a value above 0. */
const thinnest = 0.6;

/**
 * Bars that stand in a table beside their numbers, one for each row: its values one after the other from where a line of
 * text begins, each in its style; the longest of all rows is 100 long.
 */
export function drawBars(
  rows: readonly (readonly number[])[],
  styles: readonly number[],
  direction: 'ltr' | 'rtl',
): readonly (readonly BarPiece[])[] {
  const most = Math.max(0, ...rows.map((values) => values.reduce((sum, value) => sum + value, 0)));
  const length = scaleLinear()
    .domain([0, most > 0 ? most : 1])
    .range([0, 100])
    .clamp(true);
  return rows.map((values) => {
    let before = 0;
    return values.flatMap((value, at) => {
      if (!(value > 0)) return [];
      const from = length(before);
      before += value;
      const width = Math.max(thinnest, length(before) - from);
      const start = Math.min(from, 100 - width);
      return {
        style: styles[at] ?? 1,
        x: place(direction === 'rtl' ? 100 - start - width : start),
        width: place(width),
      };
    });
  });
}
