import { type Config, readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import type { Terminal } from './terminal.ts';

type Help = { readonly what: 'help' };

/** A command with calls of several kinds: how one is read, and what it does. */
export interface Command<Call extends { readonly what: string }> {
  readonly usage: string;
  /** Errors: Error for what is none of the usage. */
  readonly readCall: (args: readonly string[]) => Call | Help;
  /** Gives what is printed. Errors: AppError for what is refused. */
  readonly run: (call: Call, config: Config) => Promise<string>;
}

/** Runs a command and gives its exit code: 0 done, 1 refused, 2 called wrongly. */
export async function runCommand<Call extends { readonly what: string }>(
  { usage, readCall, run }: Command<Call>,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
): Promise<number> {
  let call: Call | Help;
  let config: Config;
  try {
    call = readCall(args);
    config = readConfig(environment);
  } catch (error) {
    err(`${error instanceof AppError ? describeError(error) : (error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    out(isHelp(call) ? usage : await run(call, config));
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

function isHelp(call: { readonly what: string }): call is Help {
  return call.what === 'help';
}
