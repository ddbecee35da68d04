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
  return textTable(
    [
      [first, 'engine', ...columns.map(([head]) => head)],
      ...rows.map(({ name, engine, figures }, at) => [
        rows[at - 1]?.name === name ? '' : name,
        engine,
        ...columns.map(([, figure]) => decimals(figures[figure] ?? null)),
      ]),
    ],
    2,
  );
}

/** Lines of cells under each other: the first `left` columns as wide as they need and to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[], left = 1): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at < left ? cell.padEnd((widths[at] ?? 0) + 1) : cell.padStart((widths[at] ?? 0) + 2),
        )
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** `.835`, `1`, `0`, `-.004`; `-` for null. */
export function decimals(value: number | null): string {
  if (value === null) return '-';
  const text = value.toFixed(3);
  if (Number(text) === 0) return '0';
  return text.replace(/^(-?)0\./u, '$1.').replace(/\.000$/u, '');
}
