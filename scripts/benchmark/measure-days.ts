import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { addDays } from '../../server/answers/calendar.ts';
import { type Concord, openConcord } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import { describeError } from '../../server/errors.ts';
import { median } from './figures.ts';
import { generateArticle, generateArticles } from './generate-articles.ts';
import { type Language, readLanguageModel } from './language-model.ts';
import { writeArticle, writeContent } from './write-content.ts';

/** What agents' looks at days gone by cost. */
export interface MeasuredDays {
  readonly language: Language;
  readonly articles: number;
  /** Milliseconds until a day whose release is not at hand is opened, and one whose release is; medians. */
  readonly cold: number;
  readonly warm: number;
  /** Milliseconds until the last of 50 days is open that were asked for at once. */
  readonly burst: number;
  /** Longest time that the event loop stood still during the burst, and the slowest of today's questions: ms. */
  readonly block: number;
  readonly slowest: number;
  /** Megabytes in use more than before, after the burst; null without --expose-gc. */
  readonly memory: number | null;
}

const firstDay = '2026-02-01';
/** Releases, one a day; each changes two articles. */
const RELEASES = 8;
/** Days asked for at once; the releases come round and round. */
const BURST = 50;
/** Milliseconds between two questions of today. */
const ASK_EVERY = 20;

/** Publishes generated content on some days and then opens those days, as agents do, while today's questions are answered. */
export async function measureDays(
  language: Language,
  count: number,
  progress: (what: string) => void,
): Promise<MeasuredDays> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-benchmark-'));
  let now = new Date(`${firstDay}T12:00:00Z`);
  try {
    const model = readLanguageModel(language);
    const contentDir = join(folder, 'content');
    progress('writing articles');
    writeContent(contentDir, language, generateArticles(model, count));
    const concord = await openConcord(
      { ...readConfig({}), contentDir, dataDir: join(folder, 'data') },
      { now: () => now, log: pino({ level: 'silent' }) },
    );
    try {
      for (let at = 0; at < RELEASES; at++) {
        progress(`publishing, ${at + 1} of ${RELEASES}`);
        now = new Date(`${addDays(firstDay, at)}T12:00:00Z`);
        for (const number of at === 0 ? [] : [at, at + 1])
          writeArticle(contentDir, language, generateArticle(model, number, at));
        const publication = await concord.publish({
          publisher: 'benchmark',
          changeNote: '',
          keepGoing: false,
        });
        if (publication.status !== 'published')
          throw new Error(`Not published:\n${publication.errors.slice(0, 5).map(describeError).join('\n')}`);
      }
      now = new Date(`${addDays(firstDay, RELEASES)}T12:00:00Z`);
      progress('opening days');
      return { language, articles: count, ...(await openDays(concord, language)) };
    } finally {
      await concord.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openDays(
  concord: Concord,
  language: Language,
): Promise<Omit<MeasuredDays, 'language' | 'articles'>> {
  const { days } = concord.appDeps;
  const open = async (at: number): Promise<number> => {
    const begun = performance.now();
    const day = await days.open(addDays(firstDay, at), language);
    if (day.kind === 'unusable') throw new Error(day.reason);
    return performance.now() - begun;
  };
  const before = memoryNow();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let at = 0; at < RELEASES - 1; at++) {
    cold.push(await open(at));
    warm.push(await open(at));
  }
  const asOf = addDays(firstDay, RELEASES);
  const slow: number[] = [];
  const asking = setInterval(() => {
    const begun = performance.now();
    const ask = { question: 'benchmark', answerId: null, locale: language, context: {}, asOf };
    concord.current().public.answer(ask);
    slow.push(performance.now() - begun);
  }, ASK_EVERY);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  await Promise.all(Array.from({ length: BURST }, (_, at) => open(at % (RELEASES - 1))));
  const burst = performance.now() - begun;
  await wait(ASK_EVERY);
  delay.disable();
  clearInterval(asking);
  const after = memoryNow();
  return {
    cold: median(cold),
    warm: median(warm),
    burst,
    block: delay.max / 1e6,
    slowest: Math.max(0, ...slow),
    memory: before === null || after === null ? null : (after - before) / 1e6,
  };
}

/** Bytes in use once the garbage is gone; null without --expose-gc. */
function memoryNow(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
