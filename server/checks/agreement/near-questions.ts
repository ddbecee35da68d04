/** Another question that is nearly the same. */
export interface NearQuestion {
  /** Its place in the list. */
  readonly at: number;
  /** Weight of the shared terms over that of all terms of both, in (0, 1]; rare terms weigh more. */
  readonly alike: number;
}

/** Questions that one term leads to: a term of more of them tells little, and a question has others. */
const MOST_PER_TERM = 64;

/**
 * Gives for each question of a list, given by its terms, each once, the others that are at least so much (above 0) like it:
 * the nearest first, then in the list's order. Each looks under its rarest terms only, of which a question so alike must have
 * one, and common terms lead nowhere, so that the time stays near the number of questions.
 */
export function createNearQuestions(
  questions: readonly (readonly string[])[],
  least: number,
): (at: number) => readonly NearQuestion[] {
  const byTerm = new Map<string, number[]>();
  for (const [at, terms] of questions.entries()) {
    for (const term of terms) {
      const list = byTerm.get(term);
      if (list === undefined) byTerm.set(term, [at]);
      else list.push(at);
    }
  }
  const weightOf = (term: string): number => Math.log(1 + questions.length / (byTerm.get(term)?.length ?? 1));
  const sum = (terms: readonly string[]): number => terms.reduce((total, term) => total + weightOf(term), 0);
  const totals = questions.map(sum);
  return (at) => {
    const own = new Set(questions[at]);
    const candidates = new Set<number>();
    let left = totals[at] ?? 0;
    for (const term of [...own].sort((a, b) => weightOf(b) - weightOf(a))) {
      if (left < least * (totals[at] ?? 0)) break;
      left -= weightOf(term);
      const list = byTerm.get(term) ?? [];
      if (list.length <= MOST_PER_TERM) for (const other of list) candidates.add(other);
    }
    candidates.delete(at);
    return [...candidates]
      .map((other) => {
        const shared = sum((questions[other] ?? []).filter((term) => own.has(term)));
        return { at: other, alike: shared / ((totals[at] ?? 0) + (totals[other] ?? 0) - shared) };
      })
      .filter(({ alike }) => alike >= least)
      .sort((a, b) => b.alike - a.alike || a.at - b.at);
  };
}
