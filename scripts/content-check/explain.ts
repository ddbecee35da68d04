import { allChecks } from '../../server/checks/checks.ts';
import { didYouMean } from '../../server/did-you-mean.ts';
import { errorCatalogue } from '../../server/errors.ts';

/** What checks a site has, or what one of them, or one error of the content, is about. */
export function explain(
  code: string | null,
): { readonly text: string } | { readonly unknown: string; readonly meant: string | null } {
  if (code === null) {
    const widest = Math.max(...allChecks.map((check) => check.code.length));
    const rows = allChecks.map(
      (check) => `${check.code.padEnd(widest)}  ${check.severity.padEnd(7)}  ${check.title}\n`,
    );
    return { text: rows.join('') };
  }
  const check = allChecks.find((one) => one.code === code);
  if (check) {
    const { severity, title, explanation } = check;
    return { text: `${code} (${severity})\n${title}\n\n${explanation.trim()}\n` };
  }
  const error = Object.entries(errorCatalogue).find(
    ([known, { status }]) => known === code && status === contentStatus,
  );
  if (error)
    return { text: `${code} (error)\n${error[1].title}\n\nNo severity and no acceptance changes it.\n` };
  const codes = [...allChecks.map((one) => one.code), ...Object.keys(errorCatalogue)];
  return { unknown: code, meant: didYouMean(code, codes) };
}

/** The catalogue's status of what is wrong with content. */
const contentStatus = 422;
