import { scaleLinear } from 'd3-scale';

/** A chart as marks that a template writes as they are: numbers in the units of the drawing, words in the page's language. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Of its labels: where `start` and `end` are. */
  readonly direction: 'ltr' | 'rtl';
  /** Lines across, from the bottom up. */
  readonly grid: readonly Segment[];
  readonly axis: Segment;
  readonly labels: readonly Label[];
  readonly shapes: readonly Shape[];
}

export interface Segment {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

/** A text beside an axis; it ends at, or is centred on, its point. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'end' | 'middle';
}

/** One shape of a series; `style`, from 1 to 6, is which of the looks it has: colour, dashes and mark together. */
export interface Shape {
  readonly kind: 'column' | 'line' | 'band' | 'mark';
  readonly style: number;
  /** Of a path. */
  readonly d: string;
}

/** What a chart is drawn for. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly direction: 'ltr' | 'rtl';
}

/**
 * The two sizes of each chart: half of a wide page, and a phone. Text of 13 units is then 11 pixels and more in both, which
 * one drawing scaled to fit could not keep.
 */
export const canvasSizes = {
  wide: { width: 560, height: 250 },
  narrow: { width: 330, height: 230 },
} as const;

/** The field in which values are drawn, and how places in it are found. Time runs from where lines of text begin. */
export interface Field {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  /** The place of a share of the way from the start of a line of text to its end. */
  readonly x: (share: number) => number;
  readonly y: (value: number) => number;
  /** Values of the lines across, ascending. */
  readonly ticks: readonly number[];
}

/** Space for labels: a number beside the field (10 thousand in Persian is the widest), one line of dates below. */
const [beside, above, below, after] = [54, 10, 26, 10];

/** Lines across: more would be closer than two lines of text. */
const mostLines = 5;

/**
 * The field of a canvas for values in a domain. The ends become round numbers, as d3 finds them; `whole`: no line stands for
 * a part of one. `fixed`: the ends stay as they are.
 */
export function fieldOf(
  { width, height, direction }: Canvas,
  [least, most]: readonly [number, number],
  { whole = false, fixed = false }: { readonly whole?: boolean; readonly fixed?: boolean } = {},
): Field {
  const [top, bottom] = [above, height - below];
  const [near, far] = [beside, width - after];
  const scale = scaleLinear()
    .domain([least, most > least ? most : least + 1])
    .range([bottom, top]);
  if (!fixed) scale.nice(mostLines);
  const ticks = scale.ticks(mostLines).filter((tick) => !whole || Number.isInteger(tick));
  return {
    from: direction === 'rtl' ? width - far : near,
    to: direction === 'rtl' ? width - near : far,
    top,
    bottom,
    x: (share) =>
      place(direction === 'rtl' ? width - (near + share * (far - near)) : near + share * (far - near)),
    y: (value) => place(scale(value)),
    ticks,
  };
}

/** Grid, axis and labels of a field: `atValue` says a value, `times` what is written below, at shares of the way. */
export function frameOf(
  { width, height, direction }: Canvas,
  field: Field,
  atValue: (value: number) => string,
  times: readonly { readonly share: number; readonly text: string }[],
): Omit<Drawing, 'shapes'> {
  const across = (y: number): Segment => ({ x1: field.from, x2: field.to, y1: y, y2: y });
  return {
    width,
    height,
    direction,
    grid: field.ticks.map((tick) => across(field.y(tick))),
    axis: across(field.y(Math.max(0, field.ticks[0] ?? 0))),
    labels: [
      ...field.ticks.map((tick) => ({
        x: place(direction === 'rtl' ? width - beside + 7 : beside - 7),
        y: field.y(tick),
        text: atValue(tick),
        anchor: 'end' as const,
      })),
      ...times.map(({ share, text }) => ({
        // A date at the end stays on the canvas.
        x: Math.min(width - dateWidth / 2, Math.max(dateWidth / 2, field.x(share))),
        y: height - 8,
        text,
        anchor: 'middle' as const,
      })),
    ],
  };
}

/** Room that a date needs below the field. */
const dateWidth = 74;

/** Which of so many times are written: the last, and others at even distances before it, none of which touch. */
export function writtenTimes(count: number, field: Pick<Field, 'from' | 'to'>): readonly number[] {
  const room = Math.max(1, Math.floor((field.to - field.from) / dateWidth));
  const step = Math.max(1, Math.ceil(count / room));
  return Array.from({ length: count }, (_, at) => at).filter((at) => (count - 1 - at) % step === 0);
}

/** A number as it is written into a drawing: to a tenth. */
export function place(value: number): number {
  return Math.round(value * 10) / 10;
}
