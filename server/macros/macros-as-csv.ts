import { csvOf } from '../csv.ts';
import type { CheckedMacros } from './checked-macro.ts';

/**
 * Checked macros as a table for the help desk, one row each, in their order: id, title, verdict, article, what is wrong, the
 * approved text.
 */
export function macrosAsRows({ macros }: CheckedMacros): readonly (readonly string[])[] {
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
  return [header, ...rows];
}

/** The same as CSV. */
export function macrosAsCsv(checked: CheckedMacros): string {
  return csvOf(macrosAsRows(checked));
}
