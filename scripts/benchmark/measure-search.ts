import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import { buildIndex, updateIndex } from '../../server/search/build-index.ts';
import { searchUnpruned } from '../../server/search/create-index.ts';
import type { Edition, SearchIndex } from '../../server/search/search.ts';
import { thesaurusFor } from '../../server/search/thesaurus.ts';
import { median, type Times, timesOf } from './figures.ts';
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
  /** Share of the questions, e-mails and single words whose best ten are those of scoring every article in full. */
  readonly agreement: number;
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
  const asked = generateQuestions(model, count, countsFor(count));

  progress('building the index');
  const before = memoryNow();
  const [build, index] = timed(() => buildIndex(edition));
  const after = memoryNow();
  progress('changing articles');
  const update = measureUpdates(index, count, rounds, (number) =>
    compiledArticle(generateArticle(model, number, 1), language, 1),
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
  progress('scoring every article');
  const all = [...asked.natural, ...asked.mails, ...asked.oneWord];
  return {
    language,
    articles: count,
    ...found,
    build,
    update,
    agreement: all.filter((text) => isSame(index, text)).length / all.length,
    memory: before === null || after === null ? null : after / 1e6,
  };
}

/** How much is asked: more says little more, and FTS5 takes 50 ms a question at 100,000 articles. */
function countsFor(articles: number): Parameters<typeof generateQuestions>[2] {
  if (articles > 20_000) return { natural: 150, mails: 10, oneWord: 50, typed: 15 };
  if (articles >= 1_000) return { natural: 300, mails: 30, oneWord: 100, typed: 40 };
  return { natural: 30, mails: 3, oneWord: 10, typed: 4 };
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

/** The same articles, sections, scores and reasons in the same order. */
function isSame(index: SearchIndex, text: string): boolean {
  return isDeepStrictEqual(index.search(text, 10), searchUnpruned(index, text, 10));
}

/** Both engines in turn, now the one first, now the other. */
function askBoth(texts: readonly string[], { concord, fts5 }: Calls, rounds: number): Beside {
  for (const text of texts.slice(0, WARM_UP)) {
    concord(text);
    fts5(text);
  }
  const times: { readonly concord: number[][]; readonly fts5: number[][] } = { concord: [], fts5: [] };
  for (let round = 0; round < rounds; round++) {
    texts.forEach((text, at) => {
      const order = (at + round) % 2 === 0 ? (['concord', 'fts5'] as const) : (['fts5', 'concord'] as const);
      for (const engine of order) {
        const [time] = timed(() => (engine === 'concord' ? concord : fts5)(text));
        const ofText = times[engine][at];
        if (ofText === undefined) times[engine][at] = [time];
        else ofText.push(time);
      }
    });
  }
  return { concord: timesOf(times.concord.map(median)), fts5: timesOf(times.fts5.map(median)) };
}

/** Updates that are timed, one after another as editors save. */
const UPDATES = 60;

/** What each of some changed articles costs, one after the other; the same in each round. */
function measureUpdates(
  index: SearchIndex,
  articles: number,
  rounds: number,
  edited: (number: number) => Edition['articles'][number],
): Times {
  const puts = Array.from({ length: UPDATES }, (_, at) => [
    edited(Math.floor(((at + 0.5) * articles) / UPDATES)),
  ]);
  const taken = Array.from({ length: rounds }, () => {
    let current = index;
    return puts.map((put) => {
      const [time, next] = timed(() => updateIndex(current, { put, removed: [] }));
      if (next === null) throw new Error('the index could not be updated');
      current = next;
      return time;
    });
  });
  return timesOf(puts.map((_, at) => median(taken.map((round) => round[at] ?? Number.NaN))));
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
