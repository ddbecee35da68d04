import { max } from 'd3-array';
import { scaleBand } from 'd3-scale';
import { stack, stackOffsetExpand, stackOffsetNone } from 'd3-shape';
import { type Canvas, type Drawing, fieldOf, frameOf, place, writtenTimes } from './drawing.ts';

/** Parts of a whole over time: a column for each time, a piece of it for each series, the first series at the bottom. */
export interface StackedColumns {
  /** What is written below a column. */
  readonly times: readonly string[];
  readonly series: readonly {
    readonly style: number;
    /** One for each time; at least 0. */
    readonly values: readonly number[];
  }[];
  /** Whether every column is as high as the whole, so that pieces are shares; a time without any has no column. */
  readonly isShare: boolean;
  /** How a value of the axis is written; of a share, from 0 to 1. */
  readonly atValue: (value: number) => string;
}

/** Columns on a canvas. Null: there is nothing to draw. */
export function drawStackedColumns(
  { times, series, isShare, atValue }: StackedColumns,
  canvas: Canvas,
): Drawing | null {
  const stacked = stack<number, number>()
    .keys(series.map((_, at) => at))
    .value((time, at) => series[at]?.values[time] ?? 0)
    .offset(isShare ? stackOffsetExpand : stackOffsetNone)(times.map((_, time) => time));
  const most = max(stacked.at(-1) ?? [], ([, top]) => top) ?? 0;
  if (!(most > 0)) return null;
  const field = fieldOf(canvas, [0, isShare ? 1 : most], { whole: !isShare, fixed: isShare });
  const band = scaleBand<number>()
    .domain(times.map((_, time) => time))
    .paddingInner(times.length > 60 ? 0.1 : 0.25)
    .paddingOuter(0.1);
  const centre = (time: number): number => (band(time) ?? 0) + band.bandwidth() / 2;
  return {
    ...frameOf(
      canvas,
      field,
      atValue,
      writtenTimes(times.length, field).map((time) => ({ share: centre(time), text: times[time] ?? '' })),
    ),
    shapes: stacked.map((pieces, at) => ({
      kind: 'column' as const,
      style: series[at]?.style ?? 1,
      d: pieces
        .map(([low, high], time) => {
          if (!(high > low)) return '';
          const sides = [field.x(band(time) ?? 0), field.x((band(time) ?? 0) + band.bandwidth())];
          const [from, to] = [Math.min(...sides), Math.max(...sides)];
          const [top, height] = [field.y(high), place(field.y(low) - field.y(high))];
          return `M${from} ${top}h${place(to - from)}v${height}h${place(from - to)}z`;
        })
        .join(''),
    })),
  };
}
