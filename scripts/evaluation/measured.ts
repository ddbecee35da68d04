import type { PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import type { MeantSnapshot } from './calibrated.ts';
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
  /** The confidence from which Concord answers there; null where several languages are taken together. */
  readonly answerFrom: number | null;
}

/** Concord as it is installed. */
export const PROJECT = 'project';

/** Concord with meaning beside words, where that is measured. */
export const SEMANTIC = 'project-semantic';

/** Concord without one of its parts, to see what that is worth: the engine's name, and how the part is taken away. */
export const ablations = {
  /** The thesaurus that ships with it. */
  'project-no-thesaurus': ({ public: open, agent }: Snapshot): Snapshot => {
    const thesaurusOff = Object.fromEntries(open.site.locales.map((locale) => [locale, 'all' as const]));
    return { public: { ...open, thesaurusOff }, agent };
  },
  /** What was measured on the content when it was published. */
  'project-no-calibration': ({ public: { calibration: _, ...open }, agent }: Snapshot): Snapshot => ({
    public: open,
    agent,
  }),
} as const;

/** The part of an installation's own golden questions; its names are `golden LOCALE`. */
export const GOLDEN_PART = 'golden';

/** Figures of what engines said to the questions. */
export function measured(
  about: Pick<Measured, 'name' | 'locale' | 'answerFrom'>,
  questions: readonly LabelledQuestion[],
  said: Measured['said'],
): Measured {
  const figures = Object.fromEntries(
    Object.entries(said).map(([engine, each]) => [engine, measure(questions, each)]),
  );
  return { ...about, questions, said, figures };
}

/** Concord as it is installed, with meaning, and without each of the parts; by engine name. */
export type ProjectAnswerers = Readonly<Record<string, PublicAnswerer>>;

/** Makes them of a snapshot; `meant`: the same with meaning, where that is measured. */
export function projectAnswerers(snapshot: Snapshot, meant: MeantSnapshot | null = null): ProjectAnswerers {
  const without = Object.entries(ablations).map(
    ([name, takeAway]) => [name, createAnswerers(takeAway(snapshot)).public] as const,
  );
  return {
    [PROJECT]: createAnswerers(snapshot).public,
    ...(meant === null ? {} : { [SEMANTIC]: createAnswerers(meant.snapshot, null, meant.encoder).public }),
    ...Object.fromEntries(without),
  };
}

/** Every engine, Concord over its answerers and the others over the same articles' plain text. */
export function allEngines(
  { [PROJECT]: installed, [SEMANTIC]: semantic, ...without }: ProjectAnswerers,
  articles: readonly SetArticle[],
  setting: ProjectSetting,
): Readonly<Record<string, Engine>> {
  const ablated = Object.entries(without).map(
    ([name, answerer]) => [name, { ...projectEngine(answerer, setting), asksMistyped: false }] as const,
  );
  return {
    ...(installed === undefined ? {} : { [PROJECT]: projectEngine(installed, setting) }),
    ...(semantic === undefined ? {} : { [SEMANTIC]: projectEngine(semantic, setting) }),
    'minisearch-default': miniSearchEngine(articles),
    fts5: fts5Engine(articles, setting.locale),
    ...Object.fromEntries(ablated),
  };
}
