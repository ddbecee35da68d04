import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Times } from './benchmark/figures.ts';
import { LANGUAGES, type Language } from './benchmark/language-model.ts';
import { measureAnswers } from './benchmark/measure-answers.ts';
import { type MeasuredCheck, measureCheck } from './benchmark/measure-check.ts';
import { measureConnections } from './benchmark/measure-connections.ts';
import { type MeasuredDays, measureDays } from './benchmark/measure-days.ts';
import { type MeasuredPublication, measurePublication } from './benchmark/measure-publication.ts';
import { type Beside, type Measured, measureSearch } from './benchmark/measure-search.ts';
import { checkTargetsOf, publicationTargetsOf, type Target, targetsOf } from './benchmark/targets.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run benchmark -- [--articles 1000,10000] [--language en,he,fa] [--rounds 5] [--publication | --check | --days | --connections NUMBER | --answers NUMBER [--data DIRECTORY]] [--json FILE]

Times search over generated articles, beside SQLite FTS5 over the same ones in the same run.
  --articles NUMBERS   sizes of the corpus, with commas between; default 1000,10000
  --language NAMES     en, he, fa; default all three
  --rounds NUMBER      how often everything is asked; a time is the median of its rounds; default 5
  --publication        instead: starts of the server, publications, and how long they keep its event loop
  --check              instead: content:check, as a command and check by check
  --days               instead: days gone by as agents open them, one by one and 50 at once
  --connections NUMBER instead: a plain page beside so many connections, one in ten of which drips a byte a second
  --answers NUMBER     instead: what recording costs an answer, and the pages inside, over so many recorded answers
  --data DIRECTORY     with --answers: a DATA_DIR that npm run demo:seed filled, so that none is filled for it
  --json FILE          also write the figures as JSON
Exit codes: 0 measured, whatever the figures, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function benchmark(args: readonly string[], { out, err }: Terminal): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    err(`${call}\n\n${usage}`);
    return 2;
  }
  if (call.help) {
    out(usage);
    return 0;
  }
  if (call.publication) return benchmarkPublication(call, { out, err });
  if (call.check) return benchmarkCheck(call, { out, err });
  if (call.days) return benchmarkDays(call, { out, err });
  if (call.answers !== null) return benchmarkAnswers(call.answers, call, { out, err });
  if (call.connections !== null) return benchmarkConnections(call.connections, call.json, { out, err });
  const measured: Measured[] = [];
  for (const language of call.languages) {
    for (const articles of call.articles) {
      const progress = (what: string): void => err(`\r${`${language} ${articles}: ${what}`.padEnd(60)}`);
      measured.push(measureSearch(language, articles, { rounds: call.rounds, progress }));
    }
  }
  err(`\r${' '.repeat(60)}\r`);
  const targets = targetsOf(measured);
  out(`${table(measured)}\n${verdicts(targets)}`);
  if (call.json !== null) await writeFile(call.json, `${JSON.stringify({ measured, targets }, null, 2)}\n`);
  return 0;
}

async function benchmarkPublication(call: Call, { out, err }: Terminal): Promise<number> {
  const measured: MeasuredPublication[] = [];
  for (const language of call.languages) {
    for (const articles of call.articles) {
      const progress = (what: string): void => err(`\r${`${language} ${articles}: ${what}`.padEnd(60)}`);
      measured.push(await measurePublication(language, articles, { rounds: call.rounds, progress }));
    }
  }
  err(`\r${' '.repeat(60)}\r`);
  const targets = publicationTargetsOf(measured);
  out(`${publicationTable(measured)}\n${verdicts(targets)}`);
  if (call.json !== null) await writeFile(call.json, `${JSON.stringify({ measured, targets }, null, 2)}\n`);
  return 0;
}

async function benchmarkCheck(call: Call, { out, err }: Terminal): Promise<number> {
  const measured: MeasuredCheck[] = [];
  for (const language of call.languages) {
    for (const articles of call.articles) {
      const progress = (what: string): void => err(`\r${`${language} ${articles}: ${what}`.padEnd(60)}`);
      measured.push(await measureCheck(language, articles, { rounds: call.rounds, progress }));
    }
  }
  err(`\r${' '.repeat(60)}\r`);
  const targets = checkTargetsOf(measured);
  out(`${measured.map(checkLines).join('')}\n${verdicts(targets)}`);
  if (call.json !== null) await writeFile(call.json, `${JSON.stringify({ measured, targets }, null, 2)}\n`);
  return 0;
}

/** Checks that are shown by name: the slowest. */
const SLOWEST = 5;

function checkLines({ language, articles, command, checks, publication, each }: MeasuredCheck): string {
  const slowest = each.slice(0, SLOWEST).map(({ code, ms }) => `${code} ${ms.toFixed(0)}`);
  return [
    `${`${language} ${articles}`.padEnd(12)}content:check ${command.toFixed(0)} ms, of which checks ${checks.toFixed(0)} ms; checks of a publication ${publication.toFixed(0)} ms\n`,
    `${''.padEnd(12)}slowest by itself: ${slowest.join(', ')}\n`,
  ].join('');
}

async function benchmarkDays(call: Call, { out, err }: Terminal): Promise<number> {
  const measured: MeasuredDays[] = [];
  for (const language of call.languages) {
    for (const articles of call.articles) {
      const progress = (what: string): void => err(`\r${`${language} ${articles}: ${what}`.padEnd(60)}`);
      measured.push(await measureDays(language, articles, progress));
    }
  }
  err(`\r${' '.repeat(60)}\r`);
  const row = ([first = '', ...cells]: readonly string[]): string =>
    `${first.padEnd(12)}${cells.map((cell) => cell.padStart(14)).join('')}\n`;
  out(row(['ms', 'open, first', 'open again', '50 at once', 'block', 'slowest today', 'memory MB']));
  for (const { language, articles, cold, warm, burst, block, slowest, memory } of measured) {
    const times = [cold, warm, burst, block, slowest].map((ms) => ms.toFixed(1));
    out(row([`${language} ${articles}`, ...times, memory?.toFixed(0) ?? '-']));
  }
  if (call.json !== null) await writeFile(call.json, `${JSON.stringify({ measured }, null, 2)}\n`);
  return 0;
}

/** Seconds for which a plain page is asked for: longer than any limit on time lasts. */
const BESIDE_SECONDS = 60;

async function benchmarkConnections(
  connections: number,
  json: string | null,
  { out, err }: Terminal,
): Promise<number> {
  const progress = (what: string): void => err(`\r${what.padEnd(60)}`);
  const measured = await measureConnections(connections, { seconds: BESIDE_SECONDS, progress });
  err(`\r${' '.repeat(60)}\r`);
  const { dripping, before, p50, p99, longest, closed, longestLife, memory, limit, limitShare } = measured;
  out(
    [
      `${connections} connections, ${dripping} of them drip`,
      `plain page, ms: ${before.toFixed(1)} before; p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${longest.toFixed(1)}`,
      `dripping closed: ${(closed * 100).toFixed(0)} %, the last after ${longestLife.toFixed(1)} s`,
      `memory: ${memory.toFixed(0)} MB more`,
      `limit: ${limit.toFixed(1)} microseconds a request, ${limitShare.toFixed(3)} of a plain page`,
      '',
    ].join('\n'),
  );
  if (json !== null) await writeFile(json, `${JSON.stringify({ measured }, null, 2)}\n`);
  return 0;
}

/** Pages that are shown by name: the slowest. */
const SLOWEST_PAGES = 16;

async function benchmarkAnswers(
  answers: number,
  { data, json }: Call,
  { out, err }: Terminal,
): Promise<number> {
  const progress = (what: string): void => err(`\r${what.padEnd(60)}`);
  const measured = await measureAnswers({ answers, data }, progress);
  err(`\r${' '.repeat(60)}\r`);
  const { recorded, unrecorded, recordedAtOnce, unrecordedAtOnce, pages, filled } = measured;
  const beside = (what: string, a: Times, b: Times): string =>
    `${what.padEnd(26)}recorded p50 ${a.p50.toFixed(2)} ms, p99 ${a.p99.toFixed(2)}; not recorded ${b.p50.toFixed(2)}, ${b.p99.toFixed(2)}; ratio of p50 ${(a.p50 / b.p50).toFixed(2)}\n`;
  out(
    [
      `${answers} recorded answers${filled === null ? '' : `, filled in ${filled.toFixed(0)} s`}\n`,
      beside('one answer after another', recorded, unrecorded),
      beside('32 at once', recordedAtOnce, unrecordedAtOnce),
      ...pages
        .slice(0, SLOWEST_PAGES)
        .map(
          ({ path, ms, cpuMs }) =>
            `${path.padEnd(52)}${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} of the processor\n`,
        ),
    ].join(''),
  );
  if (json !== null) await writeFile(json, `${JSON.stringify({ measured }, null, 2)}\n`);
  return 0;
}

function publicationTable(measured: readonly MeasuredPublication[]): string {
  const row = ([first = '', ...cells]: readonly string[]): string =>
    `${first.padEnd(12)}${cells.map((cell) => cell.padStart(16)).join('')}\n`;
  return [
    row(['ms', 'start, Markdown', 'start, release', 'one change', 'block, one', 'block, all']),
    ...measured.map(({ language, articles, ...times }) =>
      row([
        `${language} ${articles}`,
        ...[times.fromMarkdown, times.fromRelease, times.change, times.blockOne, times.blockAll].map((ms) =>
          ms.toFixed(0),
        ),
      ]),
    ),
  ].join('');
}

interface Call {
  readonly help: boolean;
  readonly articles: readonly number[];
  readonly languages: readonly Language[];
  readonly rounds: number;
  readonly publication: boolean;
  readonly check: boolean;
  readonly days: boolean;
  readonly connections: number | null;
  readonly answers: number | null;
  readonly data: string | null;
  readonly json: string | null;
}

/** Fewer articles give times that say nothing; more have not been tried. */
const [FEWEST, MOST] = [10, 1_000_000];
const MOST_ROUNDS = 100;

function readCall(args: readonly string[]): Call | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        articles: { type: 'string', default: '1000,10000' },
        language: { type: 'string', default: LANGUAGES.join(',') },
        rounds: { type: 'string', default: '5' },
        publication: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        days: { type: 'boolean', default: false },
        connections: { type: 'string' },
        answers: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const articles = values.articles.split(',').map(Number);
    const wrong = articles.find((size) => !Number.isInteger(size) || size < FEWEST || size > MOST);
    if (wrong !== undefined)
      return `--articles takes whole numbers from ${FEWEST} to ${MOST}: found ${values.articles}.`;
    const names = values.language.split(',');
    const languages = LANGUAGES.filter((language) => names.includes(language));
    if (languages.length !== new Set(names).size)
      return `--language takes ${LANGUAGES.join(', ')}: found ${values.language}.`;
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS)
      return `--rounds takes a whole number from 1 to ${MOST_ROUNDS}: found ${values.rounds}.`;
    const { help, publication, check, days, json = null } = values;
    const connections = values.connections === undefined ? null : Number(values.connections);
    if (
      connections !== null &&
      !(Number.isInteger(connections) && connections >= 10 && connections <= 100_000)
    )
      return `--connections takes a whole number from 10 to 100000: found ${values.connections}.`;
    const answers = values.answers === undefined ? null : Number(values.answers);
    if (answers !== null && !(Number.isInteger(answers) && answers >= 100 && answers <= 2_000_000))
      return `--answers takes a whole number from 100 to 2000000: found ${values.answers}.`;
    const { data = null } = values;
    if (data !== null && answers === null) return '--data goes with --answers.';
    if ([publication, check, days, connections !== null, answers !== null].filter(Boolean).length > 1)
      return 'Only one of --publication, --check, --days, --connections and --answers.';
    return { help, articles, languages, rounds, publication, check, days, connections, answers, data, json };
  } catch (error) {
    return (error as Error).message;
  }
}

function table(measured: readonly Measured[]): string {
  const row = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at < 2 ? cell.padEnd(at === 0 ? 12 : 10) : cell.padStart(18))).join('');
  const times = ({ p50, p99 }: Times): string => `${p50.toFixed(2)} / ${p99.toFixed(2)}`;
  const asked = ['question', 'mail', 'oneWord', 'suggestion'] as const satisfies readonly (keyof Measured)[];
  const of = (one: Measured, engine: keyof Beside): readonly string[] =>
    asked.map((kind) => times(one[kind][engine]));
  const lines = [
    row(['ms p50 / p99', '', 'question', 'e-mail', 'one word', 'suggestion', 'update', 'build s, memory MB']),
    ...measured.flatMap((one) => [
      row([
        `${one.language} ${one.articles}`,
        'concord',
        ...of(one, 'concord'),
        times(one.update),
        `${(one.build / 1e3).toFixed(2)}, ${one.memory?.toFixed(0) ?? '-'}`,
      ]),
      row(['', 'fts5', ...of(one, 'fts5')]),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdicts(targets: readonly Target[]): string {
  return targets
    .map(({ name, language, found, most }) => {
      const verdict = found <= most ? 'reached' : 'MISSED';
      return `${verdict}  ${name} (${language}): ${found.toFixed(3)}, at most ${most}\n`;
    })
    .join('');
}

if (import.meta.main) {
  process.exitCode = await benchmark(process.argv.slice(2), processTerminal);
}
