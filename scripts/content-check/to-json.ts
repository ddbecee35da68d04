import { type CheckedDirectory, countProblems, type Problem } from './check-directory.ts';

/**
 * What is said of a content directory as one object: `today`, `files` (read), `checked` (false:
 * checks were not run, since a file could not be read), `counts` (errors of both kinds, warnings, notes,
 * accepted), `errors` (the content's own), `findings` (with `severity`), `accepted` (with `why`). Each has code, message, file,
 * line, column, endColumn, excerpt, expected, found, hint, other ({ file, line, column, endColumn, says }) and because;
 * null where there is none. Lines and columns (UTF-16 units) count from 1, endColumn stands behind the last.
 */
export function toJson(checked: CheckedDirectory): string {
  const { error, warning, note, accepted } = countProblems(checked);
  const document = {
    today: checked.today,
    files: checked.files,
    checked: checked.isWhole,
    counts: { errors: error, warnings: warning, notes: note, accepted },
    errors: checked.errors.map(problem),
    findings: checked.findings.map(problem),
    accepted: checked.accepted.map((one) => ({ ...problem(one), why: one.why })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Every property in a fixed order, so that two outputs can be compared. */
function problem(one: Problem) {
  const { severity, code, message, file, line, column, endColumn, excerpt, expected, found, hint } = one;
  const other = one.other && { ...one.other.place, says: one.other.says };
  const { because } = one;
  return {
    severity,
    code,
    message,
    file,
    line,
    column,
    endColumn,
    excerpt,
    expected,
    found,
    hint,
    other,
    because,
  };
}
