import { runEngines } from './engine.ts';
import { allEngines, type Measured, measured, projectAnswerers } from './measured.ts';
import type { Progress } from './progress.ts';
import type { EvaluationSet } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';

/** Asks every engine every question of a set. */
export function measureSet(set: EvaluationSet, progress: Progress): Measured {
  const { name, locale, articles, questions } = set;
  const engines = allEngines(projectAnswerers(snapshotOfSet(set)), articles, {
    locale,
    asOf: SET_DAY,
    idOf: setIdOf,
  });
  const said = runEngines(questions, engines, (done) => progress.at(name, done, questions.length));
  progress.done(name, questions.length);
  return measured(name, locale, questions, said);
}
