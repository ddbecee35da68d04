import type { Engine, Ranked } from './engine.ts';
import type { LabelledQuestion } from './labelled-question.ts';

/** An engine that only ranks: it answers with its first result whenever it has one, and never asks back. */
export function alwaysFirst(rank: Engine['rank']): Engine {
  // The list is wanted right after the answer; it is the same.
  let last: { readonly question: LabelledQuestion; readonly results: readonly Ranked[] } | null = null;
  return {
    ask: (question) => {
      last = { question, results: rank(question) };
      return { answered: last.results.length > 0, answer: null, offered: [], confidence: null };
    },
    rank: (question) => (last?.question === question ? last.results : rank(question)),
  };
}
