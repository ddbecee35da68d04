/** Where a command's words go: what was asked for, and what went wrong. Texts carry their own line ends. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Somebody watches `err`, and a carriage return writes over its last line; default false. */
  readonly isScreen?: boolean;
}

/** The terminal that started the process. */
export const processTerminal: Terminal = Object.freeze({
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  isScreen: process.stderr.isTTY === true,
});
