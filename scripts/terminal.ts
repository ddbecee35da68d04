/** Where a command's words go: what was asked for, and what went wrong. Texts carry their own line ends. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Somebody watches `err`, and a carriage return writes over its last line; default false. */
  readonly isScreen?: boolean;
  /** Somebody watches `out` and takes colours; default false. */
  readonly hasColour?: boolean;
}

// A reader that has seen enough, such as `head`, ends the command, and that is no error of its own.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** The terminal that started the process. */
export const processTerminal: Terminal = Object.freeze({
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  isScreen: process.stderr.isTTY === true,
  // https://no-color.org: present and not empty, whatever its value.
  hasColour: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
});
