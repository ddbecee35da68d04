import { createAnswerers } from '../../server/answers/answerer.ts';
import { createGrouping } from '../../server/feedback/gaps/group-questions.ts';
import { sureFrom } from '../../server/feedback/gaps/sure-from.ts';
import { calibrated } from './calibrated.ts';
import { projectEngine } from './project-engine.ts';
import type { EvaluationSet } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';

/** How gaps would be grouped, and which answers would be unsure, were a set's questions asked. */
export interface GapFigures {
  readonly name: string;
  readonly groups: number;
  /** Of the pairs in one group the share that one article answers; of those pairs of all the share in one group. */
  readonly precision: number;
  readonly recall: number;
  /** Share of the answers that are unsure, share of these that is wrong, and of all answers. */
  readonly unsure: number;
  readonly wrongUnsure: number;
  readonly wrong: number;
}

/**
 * Groups the questions of a set in their order as gaps are grouped, and holds the pairs against which article answers them;
 * pairs of which neither is answered by any say nothing and are left out. Then asks them all, and counts what is wrong.
 */
export function measureGaps(set: EvaluationSet): GapFigures {
  const { name, locale, questions } = set;
  const grouping = createGrouping(locale);
  for (const { text } of questions) grouping.know(text);
  const groups = questions.map(({ text }, at) => {
    const likeness = grouping.place(text);
    if (likeness === null) grouping.lead(at, text);
    return likeness?.leader ?? at;
  });
  let [joined, right, same] = [0, 0, 0];
  questions.forEach((one, at) => {
    for (let other = at + 1; other < questions.length; other += 1) {
      const second = questions[other]?.right ?? new Set<string>();
      if (one.right.size === 0 && second.size === 0) continue;
      const isSame = [...one.right].some((id) => second.has(id));
      const isJoined = groups[at] === groups[other];
      if (isSame) same += 1;
      if (isJoined) joined += 1;
      if (isSame && isJoined) right += 1;
    }
  });
  const answerer = createAnswerers(calibrated(snapshotOfSet(set), [])).public;
  const engine = projectEngine(answerer, { locale, asOf: SET_DAY, idOf: setIdOf });
  const sure = sureFrom(answerer, locale);
  const answers = questions.flatMap((question) => {
    const { answered, confidence } = engine.ask(question);
    if (!answered || confidence === null) return [];
    const isWrong = !question.right.has(engine.rank(question)[0]?.id ?? '');
    return [{ isWrong, isUnsure: confidence < sure }];
  });
  const unsure = answers.filter(({ isUnsure }) => isUnsure);
  const wrongOf = (some: typeof answers): number =>
    share(some.filter(({ isWrong }) => isWrong).length, some.length);
  return {
    name,
    groups: new Set(groups).size,
    precision: share(right, joined),
    recall: share(right, same),
    unsure: share(unsure.length, answers.length),
    wrongUnsure: wrongOf(unsure),
    wrong: wrongOf(answers),
  };
}

/** A line for each set. */
export function gapsReport(all: readonly GapFigures[]): string {
  const two = (value: number): string => value.toFixed(2);
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(
    (one) =>
      `${one.name.padEnd(width)}  ${String(one.groups).padStart(5)} groups, pairs right ${two(one.precision)}, found ${two(one.recall)}; unsure ${two(one.unsure)} of the answers, wrong ${two(one.wrongUnsure)} of these and ${two(one.wrong)} of all`,
  );
  return `Questions grouped as gaps are:\n${lines.join('\n')}\n`;
}

function share(some: number, all: number): number {
  return all === 0 ? 0 : some / all;
}
