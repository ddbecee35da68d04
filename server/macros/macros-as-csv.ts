import type { CheckedMacros } from './checked-macro.ts';

/**
 * Checked macros as a table for the help desk, one row each, in their order: id, title, verdict, article, what is wrong, the
 * approved text. No cell begins as a formula would in a spreadsheet.
 */
export function macrosAsCsv({ macros }: CheckedMacros): string {
  const rows = macros.map(({ id, title, verdict, article, problems, approved }) => [
    id,
    title,
    verdict,
    article === null ? '' : `${article.locale}/${article.answerId}`,
    problems
      .map(({ kind, says, factId, approved: values }) =>
        kind === 'denial'
          ? `${says} <> ${values.join(' / ')}`
          : `${says} <> ${values.join(' / ')}${factId === null ? '' : ` (${factId})`}`,
      )
      .join('\n'),
    approved.map(({ customer, text }) => (customer === null ? text : `${customer}: ${text}`)).join('\n\n'),
  ]);
  const header = ['id', 'title', 'verdict', 'article', 'problems', 'approved'];
  return [header, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  // Spreadsheets run a cell that begins like this; the apostrophe makes it text.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
