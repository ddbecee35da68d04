import { AppError } from '../errors.ts';
import type { Encoder } from '../semantics/encoder.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import type {
  AgentDesk,
  AnswerResult,
  Ask,
  BrowseAsk,
  CalendarDate,
  Locale,
  PublicAnswerer,
} from './answer.ts';
import { type AnswerTurn, createAnswerTurn } from './answer-turn.ts';
import { createBrowser } from './browse.ts';
import { type Asked, CERTAIN, resultForSection } from './build-answer.ts';
import { addDays, calendarOf, isWithin, startOfDay } from './calendar.ts';
import { checkContext, checkLocale } from './check-input.ts';
import { createDesk, hiddenShelf } from './desk.ts';
import { explainQuestion } from './explain.ts';
import { findSections } from './find-sections.ts';
import { calibrationIn, maximumRiskOf } from './fit-calibration.ts';
import { deepFreeze } from './freeze.ts';
import { readPrevious } from './previous.ts';
import { createEditions, type Editions, followRedirect, type Pause, type Shelf } from './shelf.ts';

/** Both sides of a snapshot. */
export interface Answerers {
  readonly public: PublicAnswerer;
  readonly desk: AgentDesk;
}

/** The editions behind the answerers, for the next ones. */
const editionsOf = new WeakMap<PublicAnswerer | AgentDesk, Editions>();

/**
 * Both sides of a snapshot. The public side is made of public articles alone; the desk stands beside it. `before`: the
 * answerers of the snapshot before, whose indexes are taken over where few articles differ; what is answered is the same.
 * `encoder`: the one that the snapshot was published with; null where words alone count. Errors: semantic-model-differs
 * where it is another, whose answers would be other ones. `mostKept`: editions kept at once on each side; default: 48.
 */
export function createAnswerers(
  snapshot: Snapshot,
  before: Answerers | null = null,
  encoder: Encoder | null = null,
  mostKept?: number,
): Answerers {
  const model = snapshot.public.semantic?.model ?? null;
  if (model !== (encoder?.id ?? null)) {
    throw new AppError('semantic-model-differs', {
      expected: model === null ? 'no semantic model' : `the model ${model.slice(0, 12)}`,
      found: encoder === null ? 'none' : `the model ${encoder.id.slice(0, 12)}`,
      hint: 'Publish the content again, with SEMANTIC_MODEL the same on every server.',
    });
  }
  const [shelf, hidden] = [publicShelf(snapshot, encoder), hiddenShelf(snapshot, encoder)];
  const earlier = (side: 'public' | 'desk'): Editions | null =>
    before === null ? null : (editionsOf.get(before[side]) ?? null);
  const [editions, hiddenEditions] = [
    createEditions(shelf, earlier('public'), mostKept),
    createEditions(hidden, earlier('desk'), mostKept),
  ];
  const answerers = Object.freeze({
    public: createPublicAnswerer(shelf, editions),
    desk: createDesk(snapshot, hidden, hiddenEditions),
  });
  editionsOf.set(answerers.public, editions);
  editionsOf.set(answerers.desk, hiddenEditions);
  return answerers;
}

/**
 * Builds the indexes of a day in some languages, by default all, in slices of a millisecond or two with `pause` after each.
 */
export async function warmAnswerers(
  answerers: Answerers,
  asOf: CalendarDate,
  pause: Pause,
  locales: readonly Locale[] = answerers.public.site.locales,
): Promise<void> {
  for (const side of [answerers.public, answerers.desk]) {
    for (const locale of locales) await editionsOf.get(side)?.on(locale, asOf).warm(pause);
  }
}

/** Whether nothing has to be built to answer for a day in a language. */
export function isWarm(answerers: Answerers, asOf: CalendarDate, locale: Locale): boolean {
  return [answerers.public, answerers.desk].every(
    (side) => editionsOf.get(side)?.isBuilt(locale, asOf) === true,
  );
}

/** Keeps what was built for these days, however many other days are asked for, until it is told of others. */
export function holdDays(answerers: Answerers, days: readonly CalendarDate[]): void {
  for (const side of [answerers.public, answerers.desk]) editionsOf.get(side)?.hold(days);
}

/** Public articles as a shelf. */
export function publicShelf({ public: open }: Snapshot, encoder: Encoder | null = null): Shelf {
  return {
    site: open.site,
    snapshot: open.id,
    articles: open.articles,
    redirects: open.redirects,
    synonyms: open.synonyms,
    thesaurusOff: open.thesaurusOff ?? {},
    outOfScope: open.outOfScope ?? [],
    calibration: open.calibration ?? {},
    encoder,
    urlOf: (locale, articleId) => `/${locale}/${articleId}`,
  };
}

function createPublicAnswerer(shelf: Shelf, editions: Editions): PublicAnswerer {
  const browser = createBrowser(shelf, editions);
  const answerTurn = createAnswerTurn(shelf, editions);
  const { site } = shelf;
  return Object.freeze({
    snapshot: shelf.snapshot,
    site,
    calibration: (locale: Locale) => calibrationIn(shelf, locale),
    maximumRisk: maximumRiskOf(site),
    today: calendarOf(site.timeZone),
    instantsOf: (day: CalendarDate) => ({
      from: startOfDay(site.timeZone, day),
      until: startOfDay(site.timeZone, addDays(day, 1)),
    }),
    checkContext: (context: Readonly<Record<string, string>>) => checkContext(site, context),
    checkLocale: (locale: string | null) => checkLocale(site, locale),
    isPrevious: (id: string, { locale, asOf }: BrowseAsk) =>
      readPrevious(shelf, editions.on(checkLocale(site, locale), asOf), id) !== null,
    answer: (ask: Ask) => answer(shelf, editions, answerTurn, ask),
    search: browser.search,
    categories: browser.categories,
    mostAsked: browser.mostAsked,
    article: browser.article,
    suggest: (typed: string, ask: BrowseAsk, limit: number) => suggest(shelf, editions, typed, ask, limit),
    inventory: (asOf: CalendarDate) => inventory(shelf, asOf),
    changeDays: editions.changeDays,
  });
}

function answer(shelf: Shelf, editions: Editions, answerTurn: AnswerTurn, ask: Ask): AnswerResult {
  const asked: Asked = {
    requestedLocale: checkLocale(shelf.site, ask.locale),
    context: checkContext(shelf.site, ask.context),
    asOf: ask.asOf,
  };
  if (ask.answerId !== null && ask.question === null) return answerById(shelf, editions, ask.answerId, asked);
  if (ask.question !== null && ask.answerId === null)
    return explained(shelf, editions, ask, asked, answerTurn(ask.question, ask.previous ?? null, asked));
  throw new AppError('invalid-request', {
    message: 'An ask is either a question or an answer id.',
    field: 'question',
    expected: 'exactly one of question and answerId',
    found: ask.question === null ? 'neither' : 'both',
  });
}

/** The result with its explanation, where one is asked for and a search was made. */
function explained(
  shelf: Shelf,
  editions: Editions,
  { question, explain = false }: Ask,
  asked: Asked,
  result: AnswerResult,
): AnswerResult {
  if (!explain || question === null) return result;
  const withoutSearch =
    result.status === 'courtesy' ||
    result.why.some(({ feature }) => feature === 'urgent' || feature === 'out-of-scope');
  const explanation = explainQuestion(shelf, editions, question, result.followUp, asked);
  return deepFreeze({
    ...result,
    explanation: withoutSearch ? { ...explanation, candidates: [] } : explanation,
  });
}

/** The section with an id, no search. Old ids lead to the successor's section of the same name, else to its lead. */
function answerById(shelf: Shelf, editions: Editions, answerId: string, asked: Asked): AnswerResult {
  const [wantedId = '', anchor = 'lead'] = answerId.split('#', 2);
  const edition = editions.on(asked.requestedLocale, asked.asOf);
  const articleId = followRedirect(shelf, edition, wantedId);
  const article = edition.articles.get(articleId);
  const own = article?.sections.find((section) => section.anchor === anchor);
  const section = own ?? (articleId === wantedId ? undefined : article?.sections[0]);
  const result =
    article === undefined || section === undefined
      ? null
      : resultForSection(shelf, edition, article, section, asked, CERTAIN);
  if (result !== null) return result;
  throw new AppError('not-found', {
    message:
      article === undefined
        ? `No article ${wantedId} is in force on ${asked.asOf}.`
        : `The article ${article.id} has no text at #${anchor} for this customer on ${asked.asOf}.`,
    field: 'answerId',
    expected:
      article === undefined
        ? 'category/slug, with #section or without'
        : `one of ${article.sections.map((each) => `#${each.anchor}`).join(', ')}`,
    found: answerId,
  });
}

/** Suggestions from the index that answers the question; in the asked locale's words where it is another language's. */
function suggest(
  shelf: Shelf,
  editions: Editions,
  typed: string,
  ask: BrowseAsk,
  limit: number,
): ReturnType<PublicAnswerer['suggest']> {
  const locale = checkLocale(shelf.site, ask.locale);
  const edition = editions.on(locale, ask.asOf);
  const own = edition.index().suggest(typed, limit);
  const first = findSections(shelf, editions, { question: typed, locale, asOf: ask.asOf, limit }).candidates;
  const ordered = own.some(({ articleId }) => articleId === first[0]?.articleId)
    ? own
    : [
        ...firstByTitle(
          edition.articles,
          first.map(({ articleId }) => articleId),
        ),
        ...own,
      ];
  const seen = new Set<string>();
  return deepFreeze(
    ordered
      .filter(({ articleId }) => !seen.has(articleId) && seen.add(articleId))
      .slice(0, limit)
      .map(({ text, articleId }) => ({ text, articleId, url: shelf.urlOf(locale, articleId) })),
  );
}

function firstByTitle(
  articles: ReadonlyMap<string, { readonly title: string }>,
  ids: readonly string[],
): readonly { readonly text: string; readonly articleId: string }[] {
  return ids.flatMap((articleId) => {
    const article = articles.get(articleId);
    return article === undefined ? [] : [{ text: article.title, articleId }];
  });
}

function inventory(shelf: Shelf, asOf: CalendarDate): ReturnType<PublicAnswerer['inventory']> {
  const entries = shelf.articles
    .filter((article) => isWithin(article.effective, asOf))
    .map(({ id, locale, title, questions, verified }) => ({
      articleId: id,
      locale,
      url: shelf.urlOf(locale, id),
      title,
      questions,
      verified,
    }));
  return deepFreeze(entries.sort((a, b) => (a.url < b.url ? -1 : 1)));
}
