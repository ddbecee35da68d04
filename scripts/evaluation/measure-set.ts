import { calibrationIn } from '../../server/answers/fit-calibration.ts';
import type { Encoder } from '../../server/semantics/encoder.ts';
import { calibrated, calibratedWithMeaning } from './calibrated.ts';
import { runEngines } from './engine.ts';
import { allEngines, type Measured, measured, projectAnswerers } from './measured.ts';
import type { Progress } from './progress.ts';
import type { EvaluationSet } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';

/**
 * Asks every engine every question of a set, published as an installation would publish it. `encoder`: null to leave out
 * what needs one.
 */
export function measureSet(set: EvaluationSet, encoder: Encoder | null, progress: Progress): Measured {
  const { name, locale, articles, questions } = set;
  const snapshot = calibrated(snapshotOfSet(set), []);
  const meant = calibratedWithMeaning(snapshot, [], encoder);
  const engines = allEngines(projectAnswerers(snapshot, meant), articles, {
    locale,
    asOf: SET_DAY,
    idOf: setIdOf,
  });
  const said = runEngines(questions, engines, (done) => progress.at(name, done, questions.length));
  progress.done(name, questions.length);
  const { answerFrom } = calibrationIn(snapshot.public, locale);
  return measured({ name, locale, answerFrom }, questions, said);
}
