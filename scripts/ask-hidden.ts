import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** A terminal where a password may be typed; or a test. */
export interface AskingTerminal extends Terminal {
  /** Asks for a line without showing it; null where there is nobody to ask. */
  readonly askHidden: (prompt: string) => Promise<string | null>;
}

/** Asks on the terminal for what nobody may see; what is typed goes nowhere but here. Null where nobody sits there. */
export async function askHidden(prompt: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve) => {
      reader.question('', resolve);
      reader.once('SIGINT', () => process.exit(130));
    });
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
