import { setTimeout as wait } from 'node:timers/promises';
import type { OverlayFile, Previewed, PreviewOptions, PreviewProgress } from '../impact/impact.ts';
import { hashOf } from '../snapshots/canonical-json.ts';
import type { Publisher } from './publisher.ts';
import { daysReplayed } from './weigh.ts';

/** What managers look at: the questions of as many days as a publication replays, and as many changes as a person reads. */
export const deskPreview: PreviewOptions = {
  days: daysReplayed,
  all: false,
  most: 1_000,
  asOf: null,
  on: null,
};

/** Milliseconds that a page waits for a preview before it says that it is under way. */
const patienceMs = 1_500;

type Look = Previewed | { readonly kind: 'running'; readonly progress: PreviewProgress | null };

/**
 * Has one preview made at a time, however many look, and keeps it until content, release or day change; with those of the
 * last few proposals. One that is under way is finished before the next begins.
 */
export function createPreviewDesk(
  publisher: Pick<Publisher, 'preview' | 'previewKey'>,
  { patience = patienceMs }: { readonly patience?: number } = {},
): { readonly look: (overlay?: readonly OverlayFile[]) => Promise<Look> } {
  /** The last ones, by overlay, the newest last. */
  const made = new Map<string, Previewed>();
  let running: {
    readonly name: string;
    readonly done: Promise<Previewed>;
    readonly at: { progress: PreviewProgress | null };
  } | null = null;

  const start = (name: string, options: PreviewOptions): NonNullable<typeof running> => {
    const at: { progress: PreviewProgress | null } = { progress: null };
    const done = publisher
      .preview(options, (progress) => {
        at.progress = progress;
      })
      .then((previewed) => {
        made.delete(name);
        made.set(name, previewed);
        for (const oldest of [...made.keys()].slice(0, -mostKept)) made.delete(oldest);
        return previewed;
      })
      .finally(() => {
        running = null;
      });
    running = { name, done, at };
    return running;
  };

  return {
    async look(overlay = []) {
      // Whoever proposes files may know more of them than a preview takes.
      const files = overlay.map(({ path, text }) => ({ path, text }));
      const options = files.length === 0 ? deskPreview : { ...deskPreview, overlay: files };
      const name = nameOf(overlay);
      const known = made.get(name);
      if (
        known !== undefined &&
        running?.name !== name &&
        keyOf(known) === (await publisher.previewKey(options))
      )
        return known;
      const others = running;
      if (others !== null && others.name !== name) {
        const ended = await Promise.race([
          others.done.then(done, done),
          wait(patience, null, { ref: false }),
        ]);
        // Somebody else may have begun another one meanwhile: then it is this one's turn after that.
        if (ended === null || (running !== null && running.name !== name))
          return { kind: 'running', progress: null };
      }
      const job = running ?? start(name, options);
      const waited = await Promise.race([job.done, wait(patience, null, { ref: false })]);
      return waited ?? { kind: 'running', progress: job.at.progress };
    },
  };
}

/** Previews that are kept: of the directory, and of the proposals that a few people look at. */
const mostKept = 8;

function done(): true {
  return true;
}

/** Tells overlays apart; empty: the directory as it is. */
function nameOf(overlay: readonly OverlayFile[]): string {
  return overlay.length === 0 ? '' : hashOf(overlay.map(({ path, text }) => [path, text]));
}

function keyOf(previewed: Previewed): string {
  return previewed.kind === 'compared' ? previewed.preview.key : previewed.key;
}
