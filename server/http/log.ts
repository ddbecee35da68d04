import { writeSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { errorCatalogue } from '../errors.ts';

/** Names whose values no line of the log may hold, in small letters and without marks between the words; also as endings. */
const secrets =
  /(?:authorization|cookie|password|token|code|secret|apikey|question|questions|verifier|nonce|session|email)$/;

/** A `code` that is an error's: ours, or one of Node's or SQLite's. Every other one may be the code of a link or a receipt. */
function isErrorCode(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    (Object.hasOwn(errorCatalogue, value) || /^[A-Z]+(?:_[A-Z0-9]+)*$/.test(value))
  );
}

/** Levels of nesting that are looked at; deeper ones are left out. */
const deepest = 6;

/** What stands in place of a value that may not be logged. */
export const hidden = '[hidden]';

/**
 * The log: JSON lines, one for each event, on standard output (`write` instead, for tests). Errors are logged with code,
 * message and stack and nothing that may hang on them; in everything else, at any depth, values whose names are those of
 * secrets or of questions are hidden.
 */
export function createLog(
  level: Config['logLevel'],
  write: (line: string) => void = writeStandardOutput(),
): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: describe },
      formatters: { log: (line) => withoutSecrets(line, 0) },
    },
    { write },
  );
}

function withoutSecrets(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecret(name, inner) ? hidden : shown(inner, depth),
    ]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return false;
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  return secrets.test(plain) && !(plain === 'code' && isErrorCode(value));
}

function shown(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (value instanceof Error) return describe(value);
  if (Array.isArray(value)) return value.map((one) => shown(one, depth + 1));
  return withoutSecrets(value, depth + 1);
}

interface ErrorLine {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorLine;
}

/** An error as it is logged: nothing that its thrower hung on it, such as the body of a request. */
function describe(error: unknown, depth = 0): ErrorLine | unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(isErrorCode(code) ? { code: String(code) } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause instanceof Error && depth < deepest ? { cause: describe(error.cause, depth + 1) } : {}),
  };
}

/**
 * Writes lines to standard output and never waits for it or fails with it: where its reader is gone, stuck or out of room,
 * lines are lost, and the first one that can be written again is preceded by how many.
 */
function writeStandardOutput(): (line: string) => void {
  // Opening it makes a pipe one that does not block (a stuck reader would else stop every answer), and without a listener
  // its errors would end the process.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  return resilientWriter((bytes) => writeSync(1, bytes));
}

/** As `writeStandardOutput` says, over anything that writes some of the bytes that it is given, or throws. */
export function resilientWriter(write: (bytes: Uint8Array) => number): (line: string) => void {
  let lost = 0;
  let isCut = false;
  const put = (text: string): boolean => {
    let bytes: Uint8Array = Buffer.from(text);
    try {
      while (bytes.length > 0) {
        bytes = bytes.subarray(write(bytes));
        isCut = bytes.length > 0;
      }
      return true;
    } catch {
      return false;
    }
  };
  return (line) => {
    const note =
      lost === 0 ? '' : `${JSON.stringify({ level: 40, time: Date.now(), lost, msg: 'lines were lost' })}\n`;
    if (put(`${isCut ? '\n' : ''}${note}${line}`)) lost = 0;
    else lost += 1;
  };
}
