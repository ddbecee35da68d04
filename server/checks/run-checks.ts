import type { Acceptance, CheckRules, Content } from '../articles/article.ts';
import type { ContentFile } from '../articles/read-content.ts';
import { didYouMean } from '../did-you-mean.ts';
import { AppError, type Place } from '../errors.ts';
import { readArticle } from '../snapshots/check-content.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { acceptanceUnused } from './acceptance-unused.ts';
import { allChecks } from './checks.ts';
import type { Check, CheckWorld, Finding, JudgedFinding } from './finding.ts';
import { linesOf } from './lines-of.ts';

/** What checks are run on. */
export interface CheckInput {
  readonly content: Content;
  /** Null where the content has errors of its own. */
  readonly snapshot: Snapshot | null;
  /** The files that the content was read from. */
  readonly files: readonly ContentFile[];
  /** `YYYY-MM-DD` in the site's time zone. */
  readonly today: string;
  /** Earlier texts of translated articles; absent where no database was asked. */
  readonly sourceOf?: CheckWorld['sourceOf'];
}

/** What checks say; each list by file, line, column, code. */
export interface CheckResult {
  readonly findings: readonly JudgedFinding[];
  /** What would be a finding, had its owner not accepted it. */
  readonly accepted: readonly (JudgedFinding & { readonly why: string })[];
  /** value-invalid: site.yaml gives a severity to, or somebody accepts, a check that does not exist. */
  readonly errors: readonly AppError[];
}

/**
 * Runs all checks: sets each finding's severity (the check's own, or what site.yaml says), and takes out those that are
 * accepted beside the content. An acceptance that nothing needs is a finding of acceptance-unused. Pure. With `only` error,
 * as a publication needs it, checks that weigh less on this site are not run; with `quick` slow ones are not, unless they
 * are errors.
 */
export function runChecks(
  input: CheckInput,
  checks: readonly Check[] = allChecks,
  only: 'error' | 'quick' | 'everything' = 'everything',
): CheckResult {
  const { content } = input;
  const world: CheckWorld = { sourceOf: () => null, ...input, linesOf: linesOf(input.files) };
  const severityOf = new Map(content.checks.severity.map(({ check, severity }) => [check, severity]));
  const granted = acceptancesOf(content);
  const used = new Set<Acceptance>();
  const findings: JudgedFinding[] = [];
  const accepted: CheckResult['accepted'][number][] = [];

  const weightOf = ({ code, severity }: Check) => severityOf.get(code) ?? severity;
  // Whether an acceptance is needless is known only when all checks were run.
  const runsAll = only !== 'error' || weightOf(acceptanceUnused.check) === 'error';
  const isRun = (check: Check): boolean =>
    weightOf(check) === 'error' ||
    (runsAll && weightOf(check) !== 'off' && !(only === 'quick' && check.isSlow === true));
  const judge = (check: Check, found: Iterable<Omit<Finding, 'code'>>): void => {
    const severity = weightOf(check);
    if (severity === 'off') return;
    for (const one of found) {
      const { file, line } = one.place;
      const excerpt = world.linesOf(file)[line - 1] ?? '';
      const finding = { ...one, code: check.code, severity, excerpt };
      const by = granted.find((grant) => grant.check === check.code && accepts(grant, finding));
      if (by === undefined) findings.push(finding);
      else {
        used.add(by.acceptance);
        accepted.push({ ...finding, why: by.acceptance.why });
      }
    }
  };
  for (const check of checks) {
    if (isRun(check)) judge(check, check.run(world));
  }
  // What is switched off or too slow finds nothing, and what needs a snapshot nothing without one: none makes an acceptance
  // needless.
  const passedOver = new Set(checks.filter((check) => !isRun(check)).map(({ code }) => code));
  const unused = granted.filter(
    ({ check, acceptance }) =>
      !used.has(acceptance) && severityOf.get(check) !== 'off' && !passedOver.has(check),
  );
  if (input.snapshot && runsAll) judge(acceptanceUnused.check, acceptanceUnused.of(unused, world));
  const errors = unknownCodes(content.checks, granted, [...checks, acceptanceUnused.check]);
  return { findings: findings.sort(byPlace), accepted: accepted.sort(byPlace), errors };
}

/** Findings that refuse a publication, as errors of the content, after those of the rules themselves. */
export function checkErrors({ findings, errors }: CheckResult): readonly AppError[] {
  return [...errors, ...findings.filter(({ severity }) => severity === 'error').map(checkError)];
}

function checkError({ code, message, place, expected, found, other, hint }: JudgedFinding): AppError {
  const { file, line, column } = place;
  return new AppError('check-failed', {
    message: `${code}: ${message}`,
    place: { file, line, column },
    expected: other === null ? expected : `${expected} (${other.place.file}:${other.place.line})`,
    found,
    hint: hint ?? `npm run content:check -- --explain ${code}`,
  });
}

/** An acceptance with the lines on which it holds. */
export interface Granted {
  readonly check: string;
  readonly acceptance: Acceptance;
  /** Where it is written. */
  readonly at: Place & { readonly line: number };
  readonly file: string;
  /** Lines `[from, to)` of the file. */
  readonly from: number;
  readonly to: number;
}

function acceptancesOf(content: Content): readonly Granted[] {
  const whole = (file: string) => ({ file, from: 1, to: Number.POSITIVE_INFINITY });
  const granted = content.articles.flatMap((article) => {
    const { head } = readArticle(article);
    const { accept = [] } = article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
    return accept.map((acceptance) => grant(acceptance, head.path, whole(head.path)));
  });
  const entries = [
    { file: 'facts.yaml', list: content.facts },
    { file: 'offers.yaml', list: content.offers },
  ];
  for (const { file, list } of entries) {
    const lines = list.map(({ line }) => line).sort((a, b) => a - b);
    for (const { line, accept = [] } of list) {
      const to = lines.find((next) => next > line) ?? Number.POSITIVE_INFINITY;
      granted.push(...accept.map((acceptance) => grant(acceptance, file, { file, from: line, to })));
    }
  }
  for (const { file, ...acceptance } of content.checks.accept) {
    granted.push(grant(acceptance, 'site.yaml', whole(file)));
  }
  return granted;
}

function grant(
  acceptance: Acceptance,
  file: string,
  where: { readonly file: string; readonly from: number; readonly to: number },
): Granted {
  return { check: acceptance.check, acceptance, at: { file, line: acceptance.line }, ...where };
}

function accepts({ acceptance, file, from, to }: Granted, { place, excerpt }: JudgedFinding): boolean {
  if (file !== place.file || place.line < from || place.line >= to) return false;
  const { text } = acceptance;
  if (text === null) return true;
  // Words that stand twice on a line are accepted where the finding marks them, not wherever they stand.
  for (let at = excerpt.indexOf(text); at >= 0; at = excerpt.indexOf(text, at + 1)) {
    if (at + 1 < place.endColumn && place.column < at + 1 + text.length) return true;
  }
  return false;
}

function unknownCodes(
  rules: CheckRules,
  granted: readonly Granted[],
  checks: readonly Check[],
): readonly AppError[] {
  const codes = checks.map(({ code }) => code).sort();
  const named = [
    ...rules.severity.map(({ check, line }) => ({ check, at: { file: 'site.yaml', line } })),
    ...granted.map(({ check, at }) => ({ check, at })),
  ];
  return named
    .filter(({ check }) => !codes.includes(check))
    .map(({ check, at }) => {
      const meant = didYouMean(check, codes);
      return new AppError('value-invalid', {
        message: `There is no check \`${check}\`.`,
        place: at,
        expected: 'the code of a check; npm run content:check -- --explain lists them',
        found: check,
        ...(meant === null ? {} : { hint: `Did you mean \`${meant}\`?` }),
      });
    });
}

function byPlace(a: JudgedFinding, b: JudgedFinding): number {
  const [one, other] = [a.place, b.place];
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (
    one.line - other.line || one.column - other.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}
