import { createAnswerers } from '../answers/answerer.ts';
import { parseContent } from '../articles/parse-content.ts';
import { AppError } from '../errors.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { createMacroCheck, gatherMacros, type MacroWorld } from './check-macros.ts';
import type { CheckedMacro } from './checked-macro.ts';
import type { MacroDesk } from './macro-desk.ts';
import { readMacros } from './read-macros.ts';

/**
 * A desk over the releases of a store. It keeps the release that was asked for last. `pause` is awaited after each macro, so
 * that whoever shares the thread has a turn. Words alone count, whatever the release was published with.
 */
export function createMacroDesk(store: ReleaseStore, pause: () => Promise<unknown>): MacroDesk {
  let opened: { readonly number: number; readonly world: Promise<Omit<MacroWorld, 'today'>> } | null = null;
  const open = (number: number): Promise<Omit<MacroWorld, 'today'>> => {
    if (opened?.number === number) return opened.world;
    const world = openRelease(store, number);
    opened = { number, world };
    world.catch(() => {
      opened = null;
    });
    return world;
  };
  return {
    async check({ name, bytes, locale, release, today }) {
      const file = readMacros({ name, bytes });
      const check = createMacroCheck({ ...(await open(release)), today }, locale);
      const checked: CheckedMacro[] = [];
      for (const macro of file.macros) {
        checked.push(check(macro));
        await pause();
      }
      return gatherMacros(file, checked, release);
    },
  };
}

async function openRelease(store: ReleaseStore, number: number): Promise<Omit<MacroWorld, 'today'>> {
  const release = await store.find(number);
  if (release === null) throw new AppError('not-found', { message: `There is no release ${number}.` });
  const [files, stored] = await Promise.all([store.filesOf(release), store.load(release)]);
  const { content, errors } = parseContent(files);
  if (content === null || stored === null) {
    throw new AppError('database-unusable', {
      message: `Release ${number} cannot be read any more.`,
      errors,
    });
  }
  const snapshot = withWordsAlone(stored);
  return { content, snapshot, answerer: createAnswerers(snapshot).public, release: number };
}

function withWordsAlone({ public: open, agent }: Snapshot): Snapshot {
  const { semantic: _, ...rest } = open;
  return { public: rest, agent };
}
