import { parseArgs } from 'node:util';
import { AppError } from '../server/errors.ts';
import { type DemoReport, fillDemo } from './demo/fill-demo.ts';
import { type Command, runCommand } from './run-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run demo:seed [-- --answers N] [--days N] [--seed TEXT]

Fills the database of DATA_DIR with what comes back in some months: conversations over all channels, ratings, a survey,
agents' flags and offers, questions without an answer. It is all made up, from the titles and questions of the content, which
is published first where nothing is. A database with answers of real customers is refused: give DATA_DIR another directory.
  --answers N   answers served, 1 to 2000000; default: 20000
  --days N      days until now over which they lie, 7 to 365; default: 90
  --seed TEXT   another text makes other ones; the same makes the same, but for receipt codes; default: concord
Exit codes: 0 filled; 1 refused; 2 called wrongly.
`;

type Call = { readonly what: 'fill'; readonly answers: number; readonly days: number; readonly seed: string };

const command: Command<Call> = {
  usage,
  readCall(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' },
        answers: { type: 'string', default: '20000' },
        days: { type: 'string', default: '90' },
        seed: { type: 'string', default: 'concord' },
      },
    });
    if (values.help) return { what: 'help' };
    return {
      what: 'fill',
      answers: number('--answers', values.answers, 1, 2_000_000),
      days: number('--days', values.days, 7, 365),
      seed: values.seed,
    };
  },
  async run({ answers, days, seed }, config) {
    if (days > config.retentionDays)
      throw new AppError('invalid-request', {
        field: '--days',
        expected: `at most RETENTION_DAYS, which are ${config.retentionDays}`,
        found: String(days),
      });
    const report = await fillDemo(config, { answers, days, seed, until: new Date() });
    return told(report);
  },
};

function number(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < least || value > most)
    throw new Error(`${name} is a whole number from ${least} to ${most}, not ${given}`);
  return value;
}

function told({
  answers,
  conversations,
  ratings,
  surveys,
  flags,
  offers,
  seconds,
  admin,
}: DemoReport): string {
  return [
    `Filled: ${answers} answers in ${conversations} conversations, ${ratings} ratings, ${surveys} answers to the survey, ${flags} flags, ${offers} offers made, in ${seconds.toFixed(0)} s.`,
    'Start Concord (npm start) and look at /manage and /manage/reports.',
    ...(admin === null
      ? []
      : [`First sign-in, shown only this once: name ${admin.name}, password ${admin.password}`]),
    '',
  ].join('\n');
}

/** Runs the command and gives its exit code. */
export function demoSeed(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  return runCommand(command, args, environment, terminal);
}

if (import.meta.main) process.exitCode = await demoSeed(process.argv.slice(2), process.env, processTerminal);
