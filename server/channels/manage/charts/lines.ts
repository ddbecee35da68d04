import { extent } from 'd3-array';
import { area, line } from 'd3-shape';
import { type Canvas, type Drawing, fieldOf, frameOf, place, type Shape, writtenTimes } from './drawing.ts';

/** Measures over time: a line each, broken where nothing was measured, and where it is given the interval around it. */
export interface Lines {
  readonly times: readonly string[];
  readonly series: readonly {
    readonly style: number;
    /** One for each time; null: nothing was measured. */
    readonly points: readonly (LinePoint | null)[];
  }[];
  /** The ends of the axis; null: as the values need it. */
  readonly domain: readonly [number, number] | null;
  readonly atValue: (value: number) => string;
}

export interface LinePoint {
  readonly value: number;
  /** The interval in which it lies; absent: the value itself. */
  readonly from?: number;
  readonly to?: number;
}

/** Points up to which each is marked: more marks would touch. */
const mostMarks = 36;

/** Lines on a canvas. Null: there is nothing to draw. */
export function drawLines({ times, series, domain, atValue }: Lines, canvas: Canvas): Drawing | null {
  const points = series.flatMap((one) => one.points.filter((point) => point !== null));
  const [least, most] = extent(points.flatMap(({ value, from = value, to = value }) => [value, from, to]));
  if (least === undefined || most === undefined) return null;
  const field = fieldOf(canvas, domain ?? [Math.min(0, least), most], { fixed: domain !== null });
  const share = (time: number): number => (time + 0.5) / times.length;
  const x = (time: number): number => field.x(share(time));
  const shapesOf = ({ style, points }: Lines['series'][number]): readonly Shape[] => {
    const timed = points.map((point, time) => ({ time, point }));
    const drawn = line<Timed>()
      .defined(({ point }) => point !== null)
      .x(({ time }) => x(time))
      .y(({ point }) => field.y(point?.value ?? 0))
      .digits(1)(timed);
    const band = area<Timed>()
      .defined(({ point }) => point?.from !== undefined && point.to !== undefined)
      .x(({ time }) => x(time))
      .y0(({ point }) => field.y(point?.from ?? 0))
      .y1(({ point }) => field.y(point?.to ?? 0))
      .digits(1)(timed);
    // A point between two gaps has no line to be seen by.
    const isAlone = (time: number): boolean => !points[time - 1] && !points[time + 1];
    const marks = timed
      .filter(({ time, point }) => point !== null && (times.length <= mostMarks || isAlone(time)))
      .map(({ time, point }) => markOf(style, x(time), field.y(point?.value ?? 0)));
    // The interval of a point alone is a whisker.
    const whiskers = timed
      .filter(({ time, point }) => point?.from !== undefined && isAlone(time))
      .map(({ time, point }) => `M${x(time)} ${field.y(point?.from ?? 0)}V${field.y(point?.to ?? 0)}`);
    return [
      ...(band ? [{ kind: 'band' as const, style, d: band }] : []),
      ...(drawn || whiskers.length > 0
        ? [{ kind: 'line' as const, style, d: `${drawn ?? ''}${whiskers.join('')}` }]
        : []),
      ...(marks.length > 0 ? [{ kind: 'mark' as const, style, d: marks.join('') }] : []),
    ];
  };
  const drawn = series.map(shapesOf);
  return {
    ...frameOf(
      canvas,
      field,
      atValue,
      writtenTimes(times.length, field).map((time) => ({ share: share(time), text: times[time] ?? '' })),
    ),
    // Bands lie below all lines.
    shapes: [
      ...drawn.flat().filter(({ kind }) => kind === 'band'),
      ...drawn.flat().filter(({ kind }) => kind !== 'band'),
    ],
  };
}

interface Timed {
  readonly time: number;
  readonly point: LinePoint | null;
}

/** A circle, a square, a triangle or a diamond in turn, so that lines are told apart without their colour. */
export function markOf(style: number, x: number, y: number): string {
  switch ((style - 1) % 4) {
    case 0:
      return `M${place(x - 3.5)} ${y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`;
    case 1:
      return `M${place(x - 3.5)} ${place(y - 3.5)}h7v7h-7z`;
    case 2:
      return `M${x} ${place(y - 4.5)}l4.5 8h-9z`;
    default:
      return `M${x} ${place(y - 4.5)}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`;
  }
}
