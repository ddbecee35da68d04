import { scaleLinear, scalePoint, scaleSqrt } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';

/** How well something is covered; `none`: no article, `unknown`: too few said whether it helped. */
export type Cover = 'good' | 'weak' | 'none' | 'unknown';

/** One stage as it is drawn. */
export interface DrawnStage {
  readonly title: string;
  /** Share whom it helped, 0 to 1; null: not known. */
  readonly helpful: number | null;
  readonly moments: readonly {
    readonly number: number;
    readonly cover: Cover;
    readonly helpful: number | null;
    readonly asks: number;
  }[];
}

/** The picture in the units of its drawing. */
export interface JourneyChart {
  readonly width: number;
  readonly height: number;
  readonly start: number;
  readonly end: number;
  readonly path: string;
  readonly stages: readonly {
    readonly x: number;
    /** Lines of its title, each with its y. */
    readonly lines: readonly { readonly text: string; readonly y: number }[];
    readonly point: { readonly x: number; readonly y: number } | null;
  }[];
  readonly moments: readonly {
    readonly number: number;
    readonly cover: Cover;
    readonly x: number;
    readonly y: number;
    readonly radius: number;
  }[];
  readonly grid: readonly { readonly y: number; readonly share: number }[];
  /** Where what is not known, and what is not covered, is drawn. */
  readonly unknownY: number;
  readonly noneY: number;
  readonly axisX: number;
}

const width = 1040;
const [top, bottom] = [64, 250];
const unknownY = 292;
const noneY = 334;
const height = 362;
/** Room for the labels of the axis, and beyond the last stage. */
const [before, after] = [112, 24];

/**
 * Draws the customer's way from its first stage to its last, from the line's start to its end (mirrored right to left): each
 * stage as high as the share whom its answers helped, its moments as circles of the size of what is asked there; below, a band
 * for what is not known and one for what nothing covers.
 */
export function drawJourney(stages: readonly DrawnStage[], direction: 'ltr' | 'rtl'): JourneyChart {
  const inner = [before, width - after] as const;
  const [start, end] = direction === 'rtl' ? [width - before, after] : inner;
  const x = scalePoint<number>()
    .domain(stages.map((_, at) => at))
    .range([start, end])
    .padding(0.5);
  const y = scaleLinear().domain([0, 1]).range([bottom, top]);
  const most = Math.max(1, ...stages.flatMap(({ moments }) => moments.map(({ asks }) => asks)));
  const radius = scaleSqrt().domain([0, most]).range([11, 22]);
  const placed = stages.map((stage, at) => ({ stage, x: x(at) ?? start }));
  const points = placed.flatMap(({ stage, x: at }) =>
    stage.helpful === null ? [] : [{ x: at, y: y(stage.helpful) }],
  );
  const path = line<{ readonly x: number; readonly y: number }>(
    (point) => point.x,
    (point) => point.y,
  ).curve(curveMonotoneX);
  return {
    width,
    height,
    start,
    end,
    // A monotone curve goes one way along x.
    path: path([...points].sort((a, b) => a.x - b.x)) ?? '',
    stages: placed.map(({ stage, x: at }) => ({
      x: at,
      lines: linesOf(stage.title).map((text, row) => ({ text, y: 18 + row * 17 })),
      point: stage.helpful === null ? null : { x: at, y: y(stage.helpful) },
    })),
    moments: placed.flatMap(({ stage, x: at }) => {
      const spread = spreadOf(stage.moments.length, x.step());
      return stage.moments.map(({ number, cover, helpful, asks }, n) => ({
        number,
        cover,
        x: at + (spread[n] ?? 0) * (direction === 'rtl' ? -1 : 1),
        y: cover === 'none' ? noneY : helpful === null ? unknownY : y(helpful),
        radius: radius(asks),
      }));
    }),
    grid: [0, 0.5, 1].map((share) => ({ share, y: y(share) })),
    unknownY,
    noneY,
    axisX: direction === 'rtl' ? width - before + 14 : before - 14,
  };
}

/** Places beside the middle of a stage for so many moments. */
function spreadOf(count: number, step: number): readonly number[] {
  if (count < 2) return [0];
  const room = Math.min(step * 0.62, 46 * (count - 1));
  return Array.from({ length: count }, (_, at) => -room / 2 + (room * at) / (count - 1));
}

/** Most characters of a line of a title, by the narrowest column of eight stages. */
const lineCharacters = 13;

/** A title in at most two lines; what does not fit ends in an ellipsis. */
function linesOf(title: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of title.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '' || last.length + word.length < lineCharacters)
      lines[lines.length - 1] = `${last} ${word}`.trim();
    else lines.push(word);
  }
  if (lines.length <= 2) return lines;
  return [lines[0] ?? '', `${lines[1] ?? ''}…`];
}
