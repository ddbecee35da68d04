import type { PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import type { Engine, Said } from './engine.ts';
import { type Figures, measure } from './figures.ts';
import { fts5Engine } from './fts5-engine.ts';
import type { LabelledQuestion } from './labelled-question.ts';
import { miniSearchEngine } from './minisearch-engine.ts';
import { type ProjectSetting, projectEngine } from './project-engine.ts';
import type { SetArticle } from './read-sets.ts';

/** What was measured of some questions of one language; engines by name, Concord first, then what it is compared with. */
export interface Measured {
  readonly name: string;
  readonly locale: string;
  readonly questions: readonly LabelledQuestion[];
  readonly said: Readonly<Record<string, readonly Said[]>>;
  readonly figures: Readonly<Record<string, Figures>>;
}

/** Concord as it is installed. */
export const PROJECT = 'project';
/** The same without the thesaurus that ships with it, to see what that is worth. */
export const WITHOUT_THESAURUS = 'project-no-thesaurus';

/** The part of an installation's own golden questions; its names are `golden LOCALE`. */
export const GOLDEN_PART = 'golden';

/** Figures of what engines said to the questions. */
export function measured(
  name: string,
  locale: string,
  questions: readonly LabelledQuestion[],
  said: Measured['said'],
): Measured {
  const figures = Object.fromEntries(
    Object.entries(said).map(([engine, each]) => [engine, measure(questions, each)]),
  );
  return { name, locale, questions, said, figures };
}

/** Both ways to answer from a snapshot that are measured. */
export interface ProjectAnswerers {
  readonly full: PublicAnswerer;
  readonly withoutThesaurus: PublicAnswerer;
}

export function projectAnswerers(snapshot: Snapshot): ProjectAnswerers {
  const { site } = snapshot.public;
  const thesaurusOff = Object.fromEntries(site.locales.map((locale) => [locale, 'all' as const]));
  return {
    full: createAnswerers(snapshot).public,
    withoutThesaurus: createAnswerers({ ...snapshot, public: { ...snapshot.public, thesaurusOff } }).public,
  };
}

/** Every engine, Concord over its answerers and the others over the same articles' plain text. */
export function allEngines(
  { full, withoutThesaurus }: ProjectAnswerers,
  articles: readonly SetArticle[],
  setting: ProjectSetting,
): Readonly<Record<string, Engine>> {
  return {
    [PROJECT]: projectEngine(full, setting),
    'minisearch-default': miniSearchEngine(articles),
    fts5: fts5Engine(articles, setting.locale),
    [WITHOUT_THESAURUS]: projectEngine(withoutThesaurus, setting),
  };
}
