/** Where a command's words go: what was asked for, and what went wrong. Texts carry their own line ends. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The terminal that started the process. */
export const processTerminal: Terminal = Object.freeze({
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
});
