import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allChecks } from '../../server/checks/checks.ts';
import type { Severity, Span } from '../../server/checks/finding.ts';
import { type ErrorCode, errorCatalogue } from '../../server/errors.ts';
import type { CheckedDirectory, Problem } from './check-directory.ts';

/**
 * What is said of a content directory as SARIF 2.1.0 (OASIS), which code hosts and editors read: every check is a rule, and so
 * is every error of the content that is there; accepted findings are results that are suppressed with their reason. Files are
 * named from `root`, the working directory, or by their whole address where they lie outside of it.
 */
export function toSarif(checked: CheckedDirectory, root: string): string {
  const rules = rulesFor(checked.errors);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const uri = uriFrom(root, checked.directory);
  const result = (problem: Problem, why: string | null) => ({
    ruleId: problem.code,
    ruleIndex: indexOf.get(problem.code) ?? -1,
    level: problem.severity,
    message: { text: textOf(problem) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uri(problem.file) }, ...regionOf(problem) } }],
    ...(problem.other === null
      ? {}
      : {
          relatedLocations: [
            {
              id: 1,
              message: { text: problem.other.says },
              physicalLocation: {
                artifactLocation: { uri: uri(problem.other.place.file) },
                ...regionOf(problem.other.place),
              },
            },
          ],
        }),
    ...(why === null ? {} : { suppressions: [{ kind: 'inSource', justification: why }] }),
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Concord', rules } },
        columnKind: 'utf16CodeUnits',
        results: [
          ...[...checked.errors, ...checked.findings].map((problem) => result(problem, null)),
          ...checked.accepted.map((problem) => result(problem, problem.why)),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: Severity };
}

function rulesFor(errors: readonly Problem[]): readonly Rule[] {
  const rule = (id: string, title: string, help: string, level: Severity): Rule => ({
    id,
    shortDescription: { text: title },
    help: { text: help },
    defaultConfiguration: { level },
  });
  const checks = allChecks.map(({ code, title, explanation, severity }) =>
    rule(code, title, explanation, severity),
  );
  const codes = [...new Set(errors.map(({ code }) => code))].sort();
  const content = codes.map((code) => {
    const { title } = errorCatalogue[code as ErrorCode];
    return rule(code, title, title, 'error');
  });
  return [...checks, ...content];
}

/** The region of a place; a file that is refused as a whole has none. */
function regionOf({ line, column, endColumn }: Pick<Problem, 'line' | 'column' | 'endColumn'> | Span) {
  if (line === null) return {};
  if (column === null || endColumn === null) return { region: { startLine: line } };
  return { region: { startLine: line, startColumn: column, endColumn } };
}

function textOf({ message, expected, found, hint }: Problem): string {
  const parts = [
    message,
    expected === null ? '' : `Expected: ${expected}.`,
    found === null ? '' : `Found: ${found}.`,
    hint ?? '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function uriFrom(root: string, directory: string): (file: string) => string {
  const below = relative(root, directory).replaceAll('\\', '/');
  const isInside = !below.startsWith('..') && !/^[A-Za-z]:/.test(below);
  const base = isInside ? below.split('/').map(encodeURIComponent).join('/') : pathToFileURL(directory).href;
  return (file) => {
    const path = file === '.' ? '' : file.split('/').map(encodeURIComponent).join('/');
    return [base, path].filter((part) => part !== '').join('/') || '.';
  };
}
