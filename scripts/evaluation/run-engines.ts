import { performance } from 'node:perf_hooks';
import MiniSearch from 'minisearch';
import { createAnswerers } from '../../server/answers/answerer.ts';
import type { EvaluationSet } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';

/** What an engine said to one question. */
export interface Said {
  readonly query: string;
  /** Best first, at most ten. */
  readonly results: readonly { readonly id: string; readonly score: number }[];
  readonly answered: boolean;
  /** Articles offered when it asked back; empty where it did not. */
  readonly offered: readonly string[];
  /** Probability that the first is right, in [0, 1]; null where the engine knows none. */
  readonly confidence: number | null;
}

export interface Run {
  readonly said: readonly Said[];
  /** Milliseconds a question, mean; list and answer together for Concord. */
  readonly msPerQuestion: number;
}

const MOST_RESULTS = 10;
/** Questions between two reports of progress. */
const STEP = 100;

/** Concord itself: the real answerer, its list and its answer. */
export function runProject(set: EvaluationSet, progress: (done: number) => void): Run {
  const answerer = createAnswerers(snapshotOfSet(set)).public;
  const ask = { locale: set.locale, context: {}, asOf: SET_DAY };
  return timed(set, progress, ({ id, text }) => {
    const hits = answerer.search({ ...ask, question: text, limit: MOST_RESULTS });
    const result = answerer.answer({ ...ask, question: text, answerId: null });
    const options = result.status === 'clarify' ? (result.clarification?.options ?? []) : [];
    return {
      query: id,
      results: hits.map(({ articleId, score }) => ({ id: setIdOf(articleId), score })),
      answered: result.status === 'answered',
      offered: options.map(({ value }) => setIdOf(value.split('#')[0] ?? '')),
      confidence: result.confidence,
    };
  });
}

/** MiniSearch with its own defaults over title, questions and body: it always answers with its first result. */
export function runMiniSearchDefault(set: EvaluationSet, progress: (done: number) => void): Run {
  const index = new MiniSearch<{ id: string; title: string; questions: string; body: string }>({
    fields: ['title', 'questions', 'body'],
  });
  index.addAll(set.articles.map((article) => ({ ...article, questions: article.questions.join('\n') })));
  return timed(set, progress, ({ id, text }) => {
    const results = index.search(text).slice(0, MOST_RESULTS);
    return {
      query: id,
      results: results.map((result) => ({ id: String(result.id), score: result.score })),
      answered: results.length > 0,
      offered: [],
      confidence: null,
    };
  });
}

function timed(
  set: EvaluationSet,
  progress: (done: number) => void,
  ask: (question: EvaluationSet['questions'][number]) => Said,
): Run {
  const first = set.questions[0];
  if (first !== undefined) ask(first);
  const start = performance.now();
  const said = set.questions.map((question, at) => {
    if (at % STEP === 0) progress(at);
    return ask(question);
  });
  return { said, msPerQuestion: (performance.now() - start) / Math.max(1, said.length) };
}
