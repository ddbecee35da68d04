import { parseArgs } from 'node:util';
import { type AskingTerminal, askHidden } from './ask-hidden.ts';
import { createProgress } from './evaluation/progress.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { evenly, gatherQuestions } from './verify-parity/gather-questions.ts';
import { isCouldNotAsk } from './verify-parity/http-client.ts';
import { type Agent, type Installation, openInstallation } from './verify-parity/installation.ts';
import type { Question } from './verify-parity/question.ts';
import { isDate, readQuestions } from './verify-parity/read-questions.ts';
import { openRecord } from './verify-parity/record.ts';
import { verificationJson, verificationText } from './verify-parity/report.ts';
import { verify } from './verify-parity/verify.ts';

const usage = `Usage: npm run verify:parity -- URL [options]

Asks a running installation the same questions through every channel, over HTTP alone, and compares status, answer,
fingerprint and the words that are seen on its pages. Shares no code with the server. The questions are the installation's
own titles and variants and some odd ones, each also for every customer on whom its answer depends.
  --agent NAME        also the agents' console, signed in as NAME; the password is CONCORD_PASSWORD, or typed
  --record            keep the result for /manage/consistency; NAME is a manager
  --questions FILE    these instead: one in each line, or a JSON list of {question, locale, context, asOf}
  --locale TAG        only this language; may be repeated. Of questions without one: their language
  --limit N           at most N questions, evenly from all (and each with what its answer depends on)
  --as-of DATE        for this day; left out are customers' pages, which are of today, and agents' of days gone by, which
                      show the release of that day
  --concurrency N     questions at a time; default 4
  --format text|json  default text
The API key, where one is needed or the limit without one is too low, is CONCORD_API_KEY.
Exit codes: 0 no difference, 1 differences, 2 called wrongly, 3 the installation could not be asked.
`;

/** Runs the command and gives its exit code. */
export async function verifyParity(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: AskingTerminal,
): Promise<number> {
  const { out, err } = terminal;
  const call = readCall(args);
  if (call === null) {
    out(usage);
    return 0;
  }
  if (typeof call === 'string') return calledWrongly(call, err);
  const agent = await agentFor(call.agent, environment, terminal);
  if (typeof agent === 'string') return calledWrongly(agent, err);
  const progress = createProgress(terminal);
  try {
    const installation = await openInstallation(call.url, agent, environment.CONCORD_API_KEY?.trim() || null);
    const { agent: signedIn } = installation;
    const record = call.record && signedIn !== null ? await openRecord(signedIn) : null;
    const questions = await questionsFor(call, installation);
    if (typeof questions === 'string') return calledWrongly(questions, err);
    const verification = await verify(installation, questions, {
      concurrency: call.concurrency,
      told: (done, all) => progress.at('questions', done, all),
    });
    progress.end();
    out((call.format === 'json' ? verificationJson : verificationText)(installation, verification));
    if (record !== null) {
      const { id, release } = await record(verification);
      if (call.format === 'text') out(`Recorded as run ${id}, of release ${release}.\n`);
    }
    return verification.differences.length === 0 ? 0 : 1;
  } catch (error) {
    progress.end();
    if (!isCouldNotAsk(error)) throw error;
    err(`${error.message}\n`);
    return 3;
  }
}

interface Call {
  readonly url: URL;
  readonly agent: string | null;
  readonly record: boolean;
  readonly questions: string | null;
  /** Empty: all. */
  readonly locales: readonly string[];
  readonly limit: number | null;
  readonly asOf: string | null;
  readonly concurrency: number;
  readonly format: 'text' | 'json';
}

/** The call, null for help, or what is wrong with it. */
function readCall(args: readonly string[]): Call | string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        agent: { type: 'string' },
        record: { type: 'boolean', default: false },
        questions: { type: 'string' },
        locale: { type: 'string', multiple: true, default: [] },
        limit: { type: 'string' },
        'as-of': { type: 'string' },
        concurrency: { type: 'string', default: '4' },
        format: { type: 'string', default: 'text' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [url = '', ...more] = positionals;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      return `Expected the address of an installation like http://127.0.0.1:3000, found ${url || 'none'}.`;
    if (more.length > 0) return `Expected one address, found more: ${more.join(' ')}`;
    if (values.record && values.agent === undefined) return '--record needs --agent: a manager.';
    const { limit, format } = values;
    const [most, atOnce] = [limit === undefined ? 1 : wholeNumber(limit), wholeNumber(values.concurrency)];
    if (most === null) return `Expected a whole number from 1 for --limit, found ${limit}.`;
    if (atOnce === null || atOnce > 32)
      return `Expected a whole number from 1 to 32 for --concurrency, found ${values.concurrency}.`;
    const asOf = values['as-of'] ?? null;
    if (asOf !== null && !isDate(asOf)) return `Expected a day like 2026-12-31 for --as-of, found ${asOf}.`;
    if (format !== 'text' && format !== 'json') return `Expected text or json for --format, found ${format}.`;
    return {
      url: new URL(url),
      agent: values.agent ?? null,
      record: values.record,
      questions: values.questions ?? null,
      locales: values.locale,
      limit: limit === undefined ? null : most,
      asOf,
      concurrency: atOnce,
      format,
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function calledWrongly(problem: string, err: Terminal['err']): number {
  err(`${problem}\n\n${usage}`);
  return 2;
}

function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : null;
}

async function agentFor(
  name: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  { askHidden }: AskingTerminal,
): Promise<Agent | string | null> {
  if (name === null) return null;
  const password = environment.CONCORD_PASSWORD || (await askHidden(`Password of ${name}: `));
  return password
    ? { name, password }
    : `--agent ${name} needs a password: set CONCORD_PASSWORD, or type it on a terminal.`;
}

/** What is asked, or what is wrong with it. */
async function questionsFor(
  { questions: file, locales, limit, asOf }: Call,
  installation: Installation,
): Promise<readonly Question[] | string> {
  const served = installation.locales;
  const unknown = locales.find((locale) => !served.includes(locale));
  if (unknown !== undefined) return `Expected one of ${served.join(', ')} for --locale, found ${unknown}.`;
  if (file === null) return gatherQuestions(installation, { locales, limit, asOf });
  const read = await readQuestions(file, { locale: locales[0] ?? installation.defaultLocale, asOf });
  if (typeof read === 'string') return read;
  const foreign = read.find(({ locale }) => !served.includes(locale));
  if (foreign !== undefined)
    return `${file}: expected a locale of ${served.join(', ')}, found ${foreign.locale}.`;
  return evenly(read, limit);
}

if (import.meta.main) {
  process.exitCode = await verifyParity(process.argv.slice(2), process.env, {
    ...processTerminal,
    askHidden,
  });
}
