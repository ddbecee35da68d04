import { publicShelf } from '../../server/answers/answerer.ts';
import { isWithin } from '../../server/answers/calendar.ts';
import { calibrationIn } from '../../server/answers/fit-calibration.ts';
import { createEditions } from '../../server/answers/shelf.ts';
import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import type { GoldenQuestion } from '../../server/articles/article.ts';
import { readContentDirectory } from '../../server/articles/read-content.ts';
import { AppError } from '../../server/errors.ts';
import type { Encoder } from '../../server/semantics/encoder.ts';
import { buildSnapshot } from '../../server/snapshots/publish.ts';
import type { CompiledArticle, Locale, Snapshot } from '../../server/snapshots/snapshot.ts';
import { calibrated, calibratedWithMeaning, type MeantSnapshot } from './calibrated.ts';
import { runEngines, type Said } from './engine.ts';
import { labelled } from './golden-questions.ts';
import type { LabelledQuestion } from './labelled-question.ts';
import { foldsOf, withoutVariant } from './leave-out.ts';
import { allEngines, type Measured, measured, type ProjectAnswerers, projectAnswerers } from './measured.ts';
import type { Progress } from './progress.ts';
import type { SetArticle } from './read-sets.ts';

/** An installation's own content, as it would be published. */
export interface OwnContent {
  readonly snapshot: Snapshot;
  /** The same where meaning counts beside words; null without an encoder. */
  readonly meant: MeantSnapshot | null;
  /** Of content/golden.yaml. */
  readonly golden: readonly GoldenQuestion[];
}

/** Reads and compiles a content directory. Errors: publication-refused with every error that would refuse it. */
export async function readOwnContent(directory: string, encoder: Encoder | null): Promise<OwnContent> {
  const read = await readContentDirectory(directory);
  const { snapshot, golden, errors } = buildSnapshot(read.files, verifyRetrieval);
  const all = [...read.errors, ...errors];
  if (all.length > 0 || snapshot === null) throw new AppError('publication-refused', { errors: all });
  const meant = calibratedWithMeaning(snapshot, golden, encoder);
  return { snapshot: calibrated(snapshot, golden), meant, golden };
}

/**
 * Asks every question variant of the public articles in force, left out in its turn: titles, texts and the articles' other
 * variants stay. By locale; each article's own language alone.
 */
export function measureVariants(
  { snapshot, meant }: Pick<OwnContent, 'snapshot' | 'meant'>,
  asOf: string,
  progress: Progress,
): readonly Measured[] {
  const { locales } = snapshot.public.site;
  const folds = Array.from({ length: foldsOf(snapshot) }, (_, fold) => fold);
  const own = new Map(locales.map((locale) => [locale, inForce(snapshot, locale, asOf)]));
  const results = new Map(locales.map((locale) => [locale, newResult()]));
  for (const fold of folds) {
    const without = withoutVariant(snapshot, fold);
    const answerers = projectAnswerers(
      without,
      meant && { ...meant, snapshot: withoutVariant(meant.snapshot, fold) },
    );
    for (const locale of locales) {
      const questions = (own.get(locale) ?? [])
        .filter((article) => article.locale === locale)
        .flatMap((article) => leftOut(article, fold));
      if (questions.length === 0) continue;
      const said = askAll(without, answerers, { locale, asOf, questions });
      addTo(results.get(locale), questions, said);
      progress.at(`variants ${locale}`, fold, folds.length);
    }
  }
  return [...results].flatMap(([locale, { questions, said }]) => {
    if (questions.length === 0) return [];
    progress.done(`variants ${locale}`, questions.length);
    return [measured(partOf(snapshot, 'variants', locale), questions, said)];
  });
}

/** Asks golden questions; by locale. */
export function measureGolden(
  name: string,
  golden: readonly GoldenQuestion[],
  { snapshot, meant }: Pick<OwnContent, 'snapshot' | 'meant'>,
  asOf: string,
  progress: Progress,
): readonly Measured[] {
  const answerers = projectAnswerers(snapshot, meant);
  return snapshot.public.site.locales.flatMap((locale) => {
    const questions = golden.filter((each) => each.locale === locale).map(labelled);
    if (questions.length === 0) return [];
    const part = partOf(snapshot, name, locale);
    const said = askAll(snapshot, answerers, { locale, asOf, questions });
    progress.done(part.name, questions.length);
    return [measured(part, questions, said)];
  });
}

/** The same results by tag, all locales together; sorted by tag. */
export function byTag(golden: readonly GoldenQuestion[], results: readonly Measured[]): readonly Measured[] {
  const tags = new Map(golden.map((each) => [labelled(each).id, each.tags]));
  const names = [...new Set([...tags.values()].flat())].sort();
  const questions = results.flatMap((each) => each.questions);
  const engines = Object.keys(results[0]?.said ?? {});
  return names.map((tag) => {
    const tagged = questions.filter(({ id }) => tags.get(id)?.includes(tag));
    const said = engines.map(
      (engine) => [engine, results.flatMap((each) => each.said[engine] ?? [])] as const,
    );
    return measured({ name: tag, locale: '', answerFrom: null }, tagged, Object.fromEntries(said));
  });
}

function partOf(
  { public: open }: Snapshot,
  name: string,
  locale: Locale,
): Pick<Measured, 'name' | 'locale' | 'answerFrom'> {
  return { name: `${name} ${locale}`, locale, answerFrom: calibrationIn(open, locale).answerFrom };
}

function askAll(
  snapshot: Snapshot,
  answerers: ProjectAnswerers,
  asked: { readonly locale: Locale; readonly asOf: string; readonly questions: readonly LabelledQuestion[] },
): Readonly<Record<string, readonly Said[]>> {
  const { locale, asOf, questions } = asked;
  const articles = inForce(snapshot, locale, asOf).map((article) => plain(article, asOf));
  for (const day of new Set(questions.map((question) => question.asOf ?? asOf))) warm(answerers, day);
  const engines = allEngines(answerers, articles, { locale, asOf, idOf: (id) => id });
  return runEngines(questions, engines, () => {});
}

/** Builds a day's indexes of all languages, as a server does before it serves, so that no question is timed with that. */
function warm(answerers: ProjectAnswerers, asOf: string): void {
  for (const answerer of Object.values(answerers)) {
    for (const locale of answerer.site.locales)
      answerer.search({ question: 'warm', locale, context: {}, asOf, limit: 1 });
  }
}

/** What a locale's site shows on a day: its own articles, and the default locale's where they are not translated. */
function inForce(snapshot: Snapshot, locale: Locale, asOf: string): readonly CompiledArticle[] {
  return [...createEditions(publicShelf(snapshot)).on(locale, asOf).articles.values()];
}

function leftOut({ id, locale, questions }: CompiledArticle, fold: number): readonly LabelledQuestion[] {
  const text = questions[fold];
  if (text === undefined) return [];
  return [
    {
      id: `${locale}/${id} ${fold + 1}`,
      text,
      isAnswerable: true,
      isVague: false,
      right: new Set([id]),
      grades: new Map([[id, 1]]),
      sections: new Set(),
      context: null,
      asOf: null,
    },
  ];
}

/** An article as a search engine without an idea of customers gets it: each section in its first wording of that day. */
function plain({ id, title, questions, sections }: CompiledArticle, asOf: string): SetArticle {
  const body = sections.map(({ heading, variants }) => {
    const variant = variants.find(({ period }) => isWithin(period, asOf));
    return `${heading ?? ''}\n${variant?.rendering.text ?? ''}`;
  });
  return { id, title, questions, body: body.join('\n') };
}

interface Result {
  readonly questions: LabelledQuestion[];
  readonly said: Record<string, Said[]>;
}

function newResult(): Result {
  return { questions: [], said: {} };
}

function addTo(
  result: Result | undefined,
  questions: readonly LabelledQuestion[],
  said: Readonly<Record<string, readonly Said[]>>,
): void {
  result?.questions.push(...questions);
  for (const [engine, each] of Object.entries(said)) {
    if (result !== undefined) result.said[engine] = [...(result.said[engine] ?? []), ...each];
  }
}
