import { createAnswerers } from '../../server/answers/answerer.ts';
import { runEngines, type Said } from './engine.ts';
import { type Figures, measure } from './figures.ts';
import { fts5Engine } from './fts5-engine.ts';
import { miniSearchEngine } from './minisearch-engine.ts';
import type { Progress } from './progress.ts';
import { projectEngine } from './project-engine.ts';
import type { EvaluationSet } from './read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './set-snapshot.ts';

/** What was measured of one set; engines by name, `project` (Concord) first, then what it is compared with. */
export interface MeasuredSet {
  readonly name: string;
  readonly locale: string;
  readonly said: Readonly<Record<string, readonly Said[]>>;
  readonly figures: Readonly<Record<string, Figures>>;
}

/** Asks every engine every question of a set. */
export function measureSet(set: EvaluationSet, progress: Progress): MeasuredSet {
  const { name, locale, articles, questions } = set;
  const answerer = createAnswerers(snapshotOfSet(set)).public;
  const said = runEngines(
    questions,
    {
      project: projectEngine(answerer, { locale, asOf: SET_DAY, idOf: setIdOf }),
      'minisearch-default': miniSearchEngine(articles),
      fts5: fts5Engine(articles, locale),
    },
    (done) => progress.at(name, done, questions.length),
  );
  progress.done(name, questions.length);
  return {
    name,
    locale,
    said,
    figures: Object.fromEntries(
      Object.entries(said).map(([engine, each]) => [engine, measure(questions, each)]),
    ),
  };
}
