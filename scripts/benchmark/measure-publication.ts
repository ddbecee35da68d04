import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openConcord } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import { describeError } from '../../server/errors.ts';
import { median } from './figures.ts';
import { generateArticle, generateArticles } from './generate-articles.ts';
import { type Language, readLanguageModel } from './language-model.ts';
import { writeArticle, writeContent } from './write-content.ts';

/** What publishing and starting cost with one content directory: milliseconds. */
export interface MeasuredPublication {
  readonly language: Language;
  readonly articles: number;
  /** From `npm start` to its first answer, over an empty database. */
  readonly fromMarkdown: number;
  /** The same over the database that this left behind. */
  readonly fromRelease: number;
  /** From the publication of one changed article to the moment that it is served. */
  readonly change: number;
  /** Longest time that the serving thread did nothing else, while everything was published anew, and while one article was. */
  readonly blockAll: number;
  readonly blockOne: number;
}

const serverMain = join(import.meta.dirname, '../../server/main.ts');
/** Milliseconds between two answers that are recorded while a publication is made. */
const RECORD_EVERY = 25;
/** Milliseconds that a start may take. */
const LONGEST_START = 600_000;

/**
 * Writes generated articles as content, starts the server over them in a process of its own, without and with a stored
 * release, and publishes changes in this process as the server does, while answers are recorded. The content is thrown
 * away afterwards.
 */
export async function measurePublication(
  language: Language,
  count: number,
  { rounds, progress }: { readonly rounds: number; readonly progress: (what: string) => void },
): Promise<MeasuredPublication> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-benchmark-'));
  try {
    const model = readLanguageModel(language);
    progress('writing articles');
    const contentDir = join(folder, 'content');
    writeContent(contentDir, language, generateArticles(model, count));
    const starts: { readonly fromMarkdown: number; readonly fromRelease: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const dataDir = join(folder, `data-${round}`);
      progress(`starting from Markdown, ${round + 1} of ${rounds}`);
      const fromMarkdown = await timeStart(contentDir, dataDir);
      progress(`starting from a release, ${round + 1} of ${rounds}`);
      starts.push({ fromMarkdown, fromRelease: await timeStart(contentDir, dataDir) });
    }
    progress('publishing while answers are recorded');
    const change = (number: number, edits: number): void =>
      writeArticle(contentDir, language, generateArticle(model, number, edits));
    const published = await timePublications(
      { contentDir, dataDir: join(folder, 'data') },
      rounds,
      count,
      change,
    );
    return {
      language,
      articles: count,
      fromMarkdown: median(starts.map((start) => start.fromMarkdown)),
      fromRelease: median(starts.map((start) => start.fromRelease)),
      ...published,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from starting the server as a process to its first answer. */
async function timeStart(contentDir: string, dataDir: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', serverMain], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      WATCH: 'off',
      LOG_LEVEL: 'silent',
      CONTENT_DIR: contentDir,
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      const hear = (bytes: Buffer): void => {
        said += bytes;
        const found = /FAQ +(http:\/\/\S+?)\/\n/.exec(said);
        if (found?.[1]) resolve(found[1]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_START);
      void ended.then(() => {
        clearTimeout(late);
        reject(new Error(`The server did not start:\n${said.slice(0, 2_000)}`));
      });
    });
    await (await fetch(`${address}/api/v1/answer?q=benchmark`)).text();
    return performance.now() - begun;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function timePublications(
  directories: { readonly contentDir: string; readonly dataDir: string },
  rounds: number,
  count: number,
  change: (number: number, edits: number) => void,
): Promise<Pick<MeasuredPublication, 'change' | 'blockAll' | 'blockOne'>> {
  const now = () => new Date('2026-02-01T12:00:00Z');
  const concord = await openConcord(
    { ...readConfig({}), ...directories },
    { now, log: pino({ level: 'silent' }) },
  );
  const publish = async (): Promise<number> => {
    const begun = performance.now();
    const publication = await concord.publish({ publisher: 'benchmark', changeNote: '', keepGoing: false });
    if (publication.status !== 'published')
      throw new Error(`Not published:\n${publication.errors.slice(0, 5).map(describeError).join('\n')}`);
    return performance.now() - begun;
  };
  /** What a publication took, and the longest that the event loop stood still meanwhile. */
  const watched = async (): Promise<{ readonly took: number; readonly block: number }> => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const took = await publish();
    await wait(RECORD_EVERY);
    delay.disable();
    return { took, block: delay.max / 1e6 };
  };
  try {
    const first = await watched();
    const ask = {
      question: 'benchmark',
      answerId: null,
      locale: null,
      context: {},
      asOf: '2026-02-01',
    } as const;
    const result = concord.current().public.answer(ask);
    const record = setInterval(() => {
      void concord.appDeps.recorder.record({
        audience: 'public',
        channel: 'api',
        conversationId: null,
        ask,
        result,
      });
    }, RECORD_EVERY);
    const ones: { readonly took: number; readonly block: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      change(round, round + 1);
      ones.push(await watched());
    }
    for (let number = 0; number < count; number++) change(number, rounds + 1);
    const all = await watched();
    clearInterval(record);
    return {
      change: median(ones.map(({ took }) => took)),
      blockOne: median(ones.map(({ block }) => block)),
      blockAll: Math.max(first.block, all.block),
    };
  } finally {
    await concord.close();
  }
}
