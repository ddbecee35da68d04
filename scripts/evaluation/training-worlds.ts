import { createHash } from 'node:crypto';
import { publicShelf } from '../../server/answers/answerer.ts';
import { CANDIDATES, type LabelledSearch } from '../../server/answers/left-out-questions.ts';
import { createEditions } from '../../server/answers/shelf.ts';
import type { Encoder } from '../../server/semantics/encoder.ts';
import type { EvaluationSet, SetArticle } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';
import { withWrongLetter } from './wrong-letter.ts';

/** What search found for one labelled question. */
export interface TrainingSearch extends Pick<LabelledSearch, 'candidates' | 'evidence'> {
  /** For each candidate, whether it is right. */
  readonly isRight: readonly boolean[];
}

/** Labelled questions asked of one corpus. */
export interface TrainingWorld {
  /** Of the set it is made from. */
  readonly name: string;
  /** `as-is`, or how the set was changed. */
  readonly kind: Kind;
  /** How much it counts when a model is fitted. */
  readonly weight: number;
  readonly searches: readonly TrainingSearch[];
}

type Kind = 'as-is' | 'gaps' | 'half' | 'few-variants' | 'typos' | 'short';

/**
 * Changed copies of a set, so that the model meets more kinds of corpora than there are sets: only unanswerable questions
 * whose article is missing; half the articles; two variants each; a wrong letter in each question;
 * one or two words of each question, as typed into a search box.
 */
const KINDS: Readonly<
  Record<
    Kind,
    {
      readonly weight: number;
      /** Shares of articles that are taken away with their questions, and without. */
      readonly less: number;
      readonly missing: number;
      readonly variants: number;
    }
  >
> = {
  'as-is': { weight: 1, less: 0, missing: 0, variants: Number.POSITIVE_INFINITY },
  gaps: { weight: 0.5, less: 0, missing: 0.2, variants: Number.POSITIVE_INFINITY },
  half: { weight: 0.3, less: 0.5, missing: 0.2, variants: Number.POSITIVE_INFINITY },
  'few-variants': { weight: 0.3, less: 0, missing: 0.1, variants: 2 },
  typos: { weight: 0.3, less: 0, missing: 0, variants: Number.POSITIVE_INFINITY },
  short: { weight: 0.3, less: 0, missing: 0, variants: Number.POSITIVE_INFINITY },
};

/** A set as it is, and its changed copies; the same set gives the same worlds. Exact questions are left out: they are certain. */
export function worldsOf(set: EvaluationSet, encoder: Encoder | null): readonly TrainingWorld[] {
  return (Object.keys(KINDS) as Kind[]).map((kind) => worldOf(set, kind, encoder));
}

function worldOf(set: EvaluationSet, kind: Kind, encoder: Encoder | null): TrainingWorld {
  const { weight, less, missing, variants } = KINDS[kind];
  const kept = set.articles.filter(({ id }) => chance(`less ${kind} ${set.name} ${id}`) >= less);
  const there = kept
    .filter(({ id }) => chance(`missing ${kind} ${set.name} ${id}`) >= missing)
    .map((article) => ({ ...article, questions: someOf(article, variants) }));
  const keptIds = new Set(kept.map(({ id }) => id));
  const questions = set.questions.filter(({ isAnswerable, right }) =>
    isAnswerable ? [...right].some((id) => keptIds.has(id)) : missing === 0 || kind === 'few-variants',
  );
  const snapshot = snapshotOfSet({ ...set, articles: there });
  const index = createEditions(publicShelf(snapshot, encoder)).on(set.locale, SET_DAY).index();
  const searches = questions.flatMap(({ id, text, isAnswerable, right }): TrainingSearch[] => {
    const asked =
      kind === 'typos' ? withWrongLetter(text, id) : kind === 'short' ? shortened(text, id) : text;
    const { candidates, evidence } = index.search(asked, CANDIDATES);
    if (evidence.exact || candidates.length === 0) return [];
    const isRight = candidates.map(({ articleId }) => isAnswerable && right.has(setIdOf(articleId)));
    return [{ candidates, evidence, isRight }];
  });
  return { name: set.name, kind, weight, searches };
}

/** One or two words of at least four letters, in the question's order; the question itself where it has none. */
function shortened(text: string, id: string): string {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  const most = chance(`how many ${id}`) < 0.5 ? 1 : 2;
  const chosen = words
    .map((word, at) => ({ word, at, order: chance(`which ${id} ${at}`) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, most)
    .sort((a, b) => a.at - b.at)
    .map(({ word }) => word);
  return chosen.length === 0 ? text : chosen.join(' ');
}

function someOf({ id, questions }: SetArticle, most: number): readonly string[] {
  return [...questions].sort((a, b) => chance(`${id} ${a}`) - chance(`${id} ${b}`)).slice(0, most);
}

/** A number in [0, 1) that follows from a text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
