import { performance } from 'node:perf_hooks';
import { AppError } from '../../server/errors.ts';
import type { LabelledQuestion } from './labelled-question.ts';
import { withWrongLetter } from './wrong-letter.ts';

/** An article found; the score is comparable only inside one question. */
export interface Ranked {
  readonly id: string;
  readonly score: number;
}

/** What is done with a question beside ranking. */
export interface Verdict {
  readonly answered: boolean;
  /** Article and section of the answer; null where it did not answer, or only ranks. */
  readonly answer: { readonly article: string; readonly section: string } | null;
  /** Articles offered when it asked back; empty where it did not. */
  readonly offered: readonly string[];
  /** Probability that the first is right, in [0, 1], as it was served; null where the engine knows none. */
  readonly confidence: number | null;
}

/** Something that answers questions over fixed articles. */
export interface Engine {
  /** All that is done for one answer; this is what is timed. */
  ask(question: LabelledQuestion): Verdict;
  /** Best first, at most ten, each article once. */
  rank(question: LabelledQuestion): readonly Ranked[];
  /** Whether it is also asked each question with a wrong letter; default true. */
  readonly asksMistyped?: boolean;
}

export const MOST_RESULTS = 10;

/** What an engine said to one question. */
export interface Said extends Verdict {
  readonly query: string;
  readonly results: readonly Ranked[];
  /** The best when the question has one wrong letter, at most one; null where that was not asked. */
  readonly mistyped: readonly Ranked[] | null;
  /** What the answer alone took. */
  readonly milliseconds: number;
}

/** Questions between two reports of progress. */
const STEP = 100;

/**
 * Asks engines the same questions, question by question, so that their times are those of the same moments. Errors:
 * internal where an answer is not of the article that stands first in its own list.
 */
export function runEngines(
  questions: readonly LabelledQuestion[],
  engines: Readonly<Record<string, Engine>>,
  progress: (done: number) => void,
): Readonly<Record<string, readonly Said[]>> {
  const all = Object.entries(engines).map(([name, engine]) => ({ name, engine, said: [] as Said[] }));
  const [first] = questions;
  if (first !== undefined) for (const { engine } of all) engine.ask(first);
  questions.forEach((question, at) => {
    if (at % STEP === 0) progress(at);
    const mistyped = { ...question, text: withWrongLetter(question.text, question.id) };
    for (const { engine, said } of all) said.push(sayOne(engine, question, mistyped));
  });
  return Object.fromEntries(all.map(({ name, said }) => [name, said]));
}

function sayOne(engine: Engine, question: LabelledQuestion, mistyped: LabelledQuestion): Said {
  const start = performance.now();
  const verdict = engine.ask(question);
  const milliseconds = performance.now() - start;
  const results = engine.rank(question);
  if (verdict.answer !== null && verdict.answer.article !== results[0]?.id) {
    throw new AppError('internal', {
      message: `The list and the answer to “${question.text}” (${question.id}) are not of the same article.`,
      expected: results[0]?.id ?? 'no answer',
      found: verdict.answer.article,
    });
  }
  return {
    query: question.id,
    ...verdict,
    results,
    mistyped: engine.asksMistyped === false ? null : engine.rank(mistyped).slice(0, 1),
    milliseconds,
  };
}
