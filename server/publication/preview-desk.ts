import { setTimeout as wait } from 'node:timers/promises';
import type { Previewed, PreviewOptions, PreviewProgress } from '../impact/impact.ts';
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
 * Has one preview made at a time, however many look, and keeps it until content, release or day change. One that is under
 * way is finished before the next begins.
 */
export function createPreviewDesk(
  publisher: Pick<Publisher, 'preview' | 'previewKey'>,
  { patience = patienceMs }: { readonly patience?: number } = {},
): { readonly look: () => Promise<Look> } {
  let made: Previewed | null = null;
  let running: {
    readonly done: Promise<Previewed>;
    readonly at: { progress: PreviewProgress | null };
  } | null = null;

  const start = (): NonNullable<typeof running> => {
    const at: { progress: PreviewProgress | null } = { progress: null };
    const done = publisher
      .preview(deskPreview, (progress) => {
        at.progress = progress;
      })
      .then((previewed) => {
        made = previewed;
        return previewed;
      })
      .finally(() => {
        running = null;
      });
    running = { done, at };
    return running;
  };

  return {
    async look() {
      if (running === null) {
        const key = await publisher.previewKey(deskPreview);
        if (made !== null && keyOf(made) === key) return made;
      }
      const job = running ?? start();
      const waited = await Promise.race([job.done, wait(patience, null, { ref: false })]);
      return waited ?? { kind: 'running', progress: job.at.progress };
    },
  };
}

function keyOf(previewed: Previewed): string {
  return previewed.kind === 'compared' ? previewed.preview.key : previewed.key;
}
