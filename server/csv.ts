/** A cell of a table; null is empty. Numbers stand as they are, texts never as a formula. */
export type CsvCell = string | number | null;

/**
 * A table as CSV (RFC 4180). No text begins as a formula would in a spreadsheet: the one place by which tables leave
 * Concord.
 */
export function csvOf(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  // Spreadsheets run a cell that begins like this, behind blanks and in full width too; the apostrophe makes it text.
  const safe = /^[\s\p{Cf}]*[=+\-@＝＋－＠|%]|^[\t\r\n]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
