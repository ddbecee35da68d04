import type { Candidate, QueryEvidence } from '../search/search.ts';
import { hashOf } from '../snapshots/canonical-json.ts';
import type { CalendarDate, CompiledArticle, Locale } from '../snapshots/snapshot.ts';
import { createEditions, type Editions, type Shelf } from './shelf.ts';

/** What a locale's own question variants found in indexes that do not have them. */
export interface LeftOut {
  readonly searches: readonly LabelledSearch[];
  /** Of articles that lost several variants in turn: what each of these found; the article stands in `about`. */
  readonly paraphrases: readonly { readonly about: string; readonly found: string | null }[];
}

/** A question whose right article is known, and what search found. */
export interface LabelledSearch {
  readonly articleId: string;
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
/**
 * Further variants that are asked for the sake of the pairs, so many articles at once: an index takes over another one where
 * at most 64 articles differ, so that they cost no index.
 */
const ASKED_AGAIN = 60;
/**
 * Times that this is done. The folds alone give the sample company 198 pairs in English and 57 in each other language, with
 * these 635 and some 220 (`agreement` of what `calibrate` gives): a share among 200 pairs is known to ±.04. Above 200 articles
 * there is one fold, so no pair without them: 180 with them, for 50 ms of the 6.6 s that 10,000 generated articles take.
 */
const MOST_AGAIN = 3;
/** One article in five is taken away: the gap sets of ../shared/eval, made by hand, lack the answer to 18 to 21 %. */
const MISSING_ONE_IN = 5;

/** As many candidates as confidence is read from. */
export const CANDIDATES = 10;

/**
 * Asks a locale's own question variants of an index that does not have them, on the latest day on which an article was
 * verified. Fold by fold each article loses one variant (never more), which is then asked; or, one in five, is taken away
 * altogether, in every language, so that nothing answers its variant: left-out variants alone would say that every question has an answer.
 * The same shelf gives the same questions, whatever the order of its articles. Some articles are
 * asked further variants, which count as paraphrases alone.
 */
export function askLeftOut(shelf: Shelf, locale: Locale): LeftOut {
  const asOf = latestDay(shelf.articles);
  const own = [...createEditions(shelf).on(locale, asOf).articles.values()].filter(
    (article) => article.locale === locale && article.questions.length > 0,
  );
  if (own.length === 0) return { searches: [], paraphrases: [] };
  const mixed = own
    .map((article) => ({ article, key: hashOf([article.locale, article.id]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ article }) => article);
  const folds = Math.max(1, Math.min(MOST_FOLDS, Math.floor(MOST_QUESTIONS / mixed.length)));
  const perFold = Math.floor(MOST_QUESTIONS / folds);
  const chosen = mixed.slice(0, perFold);
  const last = { asked: askedIn(chosen, folds - 1), fold: folds - 1 };
  const before = Array.from(
    { length: last.fold },
    (_, fold) => searchWithout(shelf, locale, asOf, askedIn(chosen, fold)).searches,
  ).flat();
  const { searches: latest, editions } = searchWithout(shelf, locale, asOf, last.asked);
  const searches = [...before, ...latest];
  const again = furtherRounds(last.asked, last.fold).flatMap((further) => {
    const ids = new Set(further.map(({ article }) => article.id));
    const others = last.asked.filter(({ article }) => !ids.has(article.id));
    return searchWithout(shelf, locale, asOf, [...further, ...others], editions, further.length).searches;
  });
  return { searches, paraphrases: paraphrasesOf([...searches, ...again]) };
}

/** Further variants of the articles that lost one in a fold, in rounds; each article at most once in a round. */
function furtherRounds(asked: readonly Asked[], fold: number): readonly (readonly Asked[])[] {
  const articles = asked.flatMap(({ article, kind }) => (kind === 'left-out' ? article : []));
  const mostVariants = Math.max(0, ...articles.map(({ questions }) => questions.length));
  const rounds: (readonly Asked[])[] = [];
  for (let at = fold + 1; at < mostVariants && rounds.length < MOST_AGAIN; at++) {
    const further = articles.flatMap((article) => {
      const question = article.questions[at];
      return question === undefined ? [] : [leftOut(article, at, question)];
    });
    for (let from = 0; from < further.length; from += ASKED_AGAIN)
      rounds.push(further.slice(from, from + ASKED_AGAIN));
  }
  return rounds.slice(0, MOST_AGAIN);
}

/** A variant to be taken away from its article and asked, or to be asked while its article is away. */
interface Asked {
  readonly article: CompiledArticle;
  readonly question: string;
  readonly kind: LabelledSearch['kind'];
  /** The article without the variant: one object, by which an index knows that it has not changed. */
  readonly deprived: CompiledArticle;
}

function askedIn(chosen: readonly CompiledArticle[], fold: number): readonly Asked[] {
  return chosen.flatMap((article, at) => {
    const question = article.questions[fold];
    if (question === undefined) return [];
    const asked = leftOut(article, fold, question);
    return [at % MISSING_ONE_IN === fold ? { ...asked, kind: 'missing' } : asked];
  });
}

function leftOut(article: CompiledArticle, fold: number, question: string): Asked {
  const questions = article.questions.filter((_, at) => at !== fold);
  return { article, question, kind: 'left-out', deprived: { ...article, questions } };
}

/** Asks the first `most` of the questions of an index in which all of them are left out or missing. */
function searchWithout(
  shelf: Shelf,
  locale: Locale,
  asOf: CalendarDate,
  without: readonly Asked[],
  before: Editions | null = null,
  most: number = without.length,
): { readonly searches: readonly LabelledSearch[]; readonly editions: Editions } {
  const missing = new Set(without.filter(({ kind }) => kind === 'missing').map(({ article }) => article.id));
  const deprived = new Map(
    without.flatMap(({ article, kind, deprived }) =>
      kind === 'left-out' ? [[article, deprived] as const] : [],
    ),
  );
  const articles = shelf.articles
    .filter(({ id }) => !missing.has(id))
    .map((article) => deprived.get(article) ?? article);
  const editions = createEditions({ ...shelf, articles }, before);
  const index = editions.on(locale, asOf).index();
  const searches = without.slice(0, most).map(({ article, question, kind }) => {
    const { candidates, evidence } = index.search(question, CANDIDATES);
    const isRight = candidates[0]?.articleId === article.id;
    return { articleId: article.id, kind, candidates, evidence, isRight };
  });
  return { searches, editions };
}

function paraphrasesOf(searches: readonly LabelledSearch[]): LeftOut['paraphrases'] {
  return searches
    .filter(({ kind }) => kind === 'left-out')
    .map(({ articleId, candidates }) => ({ about: articleId, found: candidates[0]?.articleId ?? null }));
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
