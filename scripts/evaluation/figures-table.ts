import type { FigureName } from './figures.ts';

/** One row: whose figures, and of which engine. */
export interface TableRow {
  readonly name: string;
  readonly engine: string;
  readonly figures: Partial<Readonly<Record<FigureName, number | null>>>;
}

/** A column: its head and the figure that stands in it. */
export type Column = readonly [head: string, figure: FigureName];

/** Rows in columns of three decimals, `-` where there is nothing to measure; names once for the rows that share one. */
export function figuresTable(first: string, columns: readonly Column[], rows: readonly TableRow[]): string {
  const nameWidth = Math.max(first.length, ...rows.map(({ name }) => name.length)) + 2;
  const engineWidth = Math.max('engine'.length, ...rows.map(({ engine }) => engine.length));
  const line = (name: string, engine: string, cells: readonly string[]): string =>
    `${name.padEnd(nameWidth)}${engine.padEnd(engineWidth)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}`.trimEnd();
  const heads = columns.map(([head]) => head);
  return `${[
    line(first, 'engine', heads),
    ...rows.map(({ name, engine, figures }, at) =>
      line(
        rows[at - 1]?.name === name ? '' : name,
        engine,
        columns.map(([, figure]) => decimals(figures[figure] ?? null)),
      ),
    ),
  ].join('\n')}\n`;
}

const WIDTH = 7;

/** `.835`, `1`, `0`, `-.004`; `-` for null. */
export function decimals(value: number | null): string {
  if (value === null) return '-';
  const text = value.toFixed(3);
  if (Number(text) === 0) return '0';
  return text.replace(/^(-?)0\./u, '$1.').replace(/\.000$/u, '');
}
