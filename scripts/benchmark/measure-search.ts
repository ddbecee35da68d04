import { performance } from 'node:perf_hooks';
import { buildIndex } from '../../server/search/build-index.ts';
import type { Edition, SearchIndex } from '../../server/search/search.ts';
import { thesaurusFor } from '../../server/search/thesaurus.ts';
import { median, medianTimes, type Times, timesOf } from './figures.ts';
import { buildFts5, type Fts5Engine } from './fts5-engine.ts';
import { compiledArticle, generateArticle, generateArticles } from './generate-articles.ts';
import { generateQuestions } from './generate-questions.ts';
import { type Language, readLanguageModel } from './language-model.ts';

/** What was measured over one corpus: milliseconds, unless it says otherwise. */
export interface Measured {
  readonly language: Language;
  readonly articles: number;
  /** Natural questions of 6 to 10 words, best ten. */
  readonly question: Beside;
  /** Whole e-mails, best ten. */
  readonly mail: Beside;
  readonly oneWord: Beside;
  /** While it is typed, letter by letter, best eight. */
  readonly suggestion: Beside;
  /** Analysing all articles and building the index. */
  readonly build: number;
  /** The index after one article has changed. */
  readonly update: Times;
  /** Megabytes of articles and index, heap and external; null where the garbage cannot be collected first. */
  readonly memory: number | null;
}

/** Concord's times, and FTS5's for the same questions in the same run. */
export interface Beside {
  readonly concord: Times;
  readonly fts5: Times;
}

/** Everything is asked this often before times are taken, so that the compiler has seen it. */
const WARM_UP = 60;
const DAY = '2026-01-01';

/** Builds both engines over generated articles and asks both the same, turn by turn. */
export function measureSearch(
  language: Language,
  count: number,
  { rounds, progress }: { readonly rounds: number; readonly progress: (what: string) => void },
): Measured {
  const model = readLanguageModel(language);
  progress('writing articles');
  const edition: Edition = {
    locale: language,
    articles: generateArticles(model, count).map((article) => compiledArticle(article, language)),
    synonyms: [],
    thesaurus: thesaurusFor(language),
    asOf: DAY,
  };
  const large = count > 20_000;
  const asked = generateQuestions(model, count, {
    natural: large ? 150 : 300,
    mails: large ? 10 : 30,
    oneWord: large ? 50 : 100,
    typed: large ? 15 : 40,
  });

  progress('building the index');
  const before = memoryNow();
  const [build, index] = timed(() => buildIndex(edition));
  const after = memoryNow();
  progress('changing articles');
  const update = measureUpdates(edition, (number, edits) =>
    compiledArticle(generateArticle(model, number, edits), language, edits),
  );
  progress('building FTS5');
  const fts5 = buildFts5(edition.articles, language);

  const kinds: readonly (readonly [keyof Asking, readonly string[], 'search' | 'suggest'])[] = [
    ['question', asked.natural, 'search'],
    ['mail', asked.mails, 'search'],
    ['oneWord', asked.oneWord, 'search'],
    ['suggestion', asked.typed, 'suggest'],
  ];
  const found = Object.fromEntries(
    kinds.map(([kind, texts, how]) => {
      progress(`asking: ${kind}`);
      return [kind, askBoth(texts, callsOf(how, index, fts5), rounds)];
    }),
  ) as unknown as Asking;
  fts5.close();
  return {
    language,
    articles: count,
    ...found,
    build,
    update,
    memory: before === null || after === null ? null : after / 1e6,
  };
}

type Asking = Pick<Measured, 'question' | 'mail' | 'oneWord' | 'suggestion'>;

interface Calls {
  readonly concord: (text: string) => unknown;
  readonly fts5: (text: string) => unknown;
}

function callsOf(how: 'search' | 'suggest', index: SearchIndex, fts5: Fts5Engine): Calls {
  return how === 'search'
    ? { concord: (text) => index.search(text, 10), fts5: fts5.search }
    : { concord: (text) => index.suggest(text, 8), fts5: fts5.suggest };
}

/** Both engines in turn, now the one first, now the other. */
function askBoth(texts: readonly string[], { concord, fts5 }: Calls, rounds: number): Beside {
  for (const text of texts.slice(0, WARM_UP)) {
    concord(text);
    fts5(text);
  }
  const taken = Array.from({ length: rounds }, (_, round) => {
    const times: { readonly concord: number[]; readonly fts5: number[] } = { concord: [], fts5: [] };
    texts.forEach((text, at) => {
      const order = (at + round) % 2 === 0 ? (['concord', 'fts5'] as const) : (['fts5', 'concord'] as const);
      for (const engine of order)
        times[engine].push(timed(() => (engine === 'concord' ? concord : fts5)(text))[0]);
    });
    return { concord: timesOf(times.concord), fts5: timesOf(times.fts5) };
  });
  return {
    concord: medianTimes(taken.map((times) => times.concord)),
    fts5: medianTimes(taken.map((times) => times.fts5)),
  };
}

/** Rebuilds that are timed; they take seconds each. */
const REBUILDS = 3;

function measureUpdates(
  edition: Edition,
  edited: (number: number, edits: number) => Edition['articles'][number],
): Times {
  const taken = Array.from({ length: REBUILDS }, (_, at) => {
    const place = Math.floor(((at + 0.5) * edition.articles.length) / REBUILDS);
    const articles = edition.articles.with(place, edited(place, 1));
    return timed(() => buildIndex({ ...edition, articles }))[0];
  });
  return { p50: median(taken), p99: Math.max(...taken) };
}

function timed<T>(work: () => T): readonly [milliseconds: number, result: T] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

/** Bytes in use once the garbage is gone; null without --expose-gc. */
function memoryNow(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
