import type { Terminal } from '../terminal.ts';

/** Tells how far a long run is: one line written over again on a screen, else a line for each part that is done. */
export interface Progress {
  readonly at: (name: string, done: number, all: number) => void;
  readonly done: (name: string, all: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const WIDTH = 60;

export function createProgress({ err, isScreen = false }: Terminal): Progress {
  const over = (text: string): void => err(`\r${text.slice(0, WIDTH).padEnd(WIDTH)}`);
  if (!isScreen) {
    return { at: () => {}, done: (name, all) => err(`${name}: ${all} questions\n`), end: () => {} };
  }
  return {
    at: (name, done, all) => over(`${name} ${done}/${all}`),
    done: () => {},
    end: () => {
      over('');
      err('\r');
    },
  };
}
