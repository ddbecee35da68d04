import type { Candidate, QueryEvidence } from '../search/search.ts';
import { hashOf } from '../snapshots/canonical-json.ts';
import type { CalendarDate, CompiledArticle, Locale } from '../snapshots/snapshot.ts';
import { createEditions, type Shelf } from './shelf.ts';

/** A question whose right article is known, and what search found. */
export interface LabelledSearch {
  /** `left-out`: a variant that its article was deprived of; `missing`: of an article that was taken away. */
  readonly kind: 'left-out' | 'missing';
  /** The best ten. */
  readonly candidates: readonly Candidate[];
  readonly evidence: QueryEvidence;
  /** The first candidate is the variant's article. */
  readonly isRight: boolean;
}

/** Most questions of a locale: a share among 400 is known to ±.025, and 10,000 articles need one index more. */
const MOST_QUESTIONS = 400;
/** Most indexes built for them. */
const MOST_FOLDS = 4;
/** One article in five is taken away: the gap sets of ../shared/eval, made by hand, lack the answer to 18 to 21 %. */
const MISSING_ONE_IN = 5;

/** As many candidates as confidence is read from. */
export const CANDIDATES = 10;

/**
 * Asks a locale's own question variants of an index that does not have them, on the latest day on which an article was
 * verified. Fold by fold each article loses one variant (never more), which is then asked; or, one in five, is taken away
 * altogether, in every language, so that nothing answers its variant: left-out variants alone would say that every question has an answer.
 * The same shelf gives the same questions, whatever the order of its articles.
 */
export function askLeftOut(shelf: Shelf, locale: Locale): readonly LabelledSearch[] {
  const asOf = latestDay(shelf.articles);
  const own = [...createEditions(shelf).on(locale, asOf).articles.values()].filter(
    (article) => article.locale === locale && article.questions.length > 0,
  );
  if (own.length === 0) return [];
  const mixed = own
    .map((article) => ({ article, key: hashOf([article.locale, article.id]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ article }) => article);
  const folds = Math.max(1, Math.min(MOST_FOLDS, Math.floor(MOST_QUESTIONS / mixed.length)));
  const perFold = Math.floor(MOST_QUESTIONS / folds);
  return Array.from({ length: folds }, (_, fold) =>
    askFold(shelf, locale, asOf, mixed.slice(0, perFold), fold),
  ).flat();
}

function askFold(
  shelf: Shelf,
  locale: Locale,
  asOf: CalendarDate,
  chosen: readonly CompiledArticle[],
  fold: number,
): readonly LabelledSearch[] {
  const asked = chosen.flatMap((article, at) => {
    const question = article.questions[fold];
    const kind = at % MISSING_ONE_IN === fold ? ('missing' as const) : ('left-out' as const);
    return question === undefined ? [] : [{ article, question, kind }];
  });
  const idsOf = (wanted: LabelledSearch['kind']): ReadonlySet<string> =>
    new Set(asked.filter(({ kind }) => kind === wanted).map(({ article }) => article.id));
  const missing = idsOf('missing');
  const deprived = idsOf('left-out');
  const articles = shelf.articles
    .filter(({ id }) => !missing.has(id))
    .map((article) =>
      article.locale === locale && deprived.has(article.id)
        ? { ...article, questions: article.questions.filter((_, at) => at !== fold) }
        : article,
    );
  const index = createEditions({ ...shelf, articles })
    .on(locale, asOf)
    .index();
  return asked.map(({ article, question, kind }) => {
    const { candidates, evidence } = index.search(question, CANDIDATES);
    return { kind, candidates, evidence, isRight: candidates[0]?.articleId === article.id };
  });
}

/** The latest day on which an article was verified: a day on which the content held, named by the content itself. */
export function latestDay(articles: readonly CompiledArticle[]): CalendarDate {
  return (
    articles
      .map(({ verified }) => verified)
      .sort()
      .at(-1) ?? '0001-01-01'
  );
}
