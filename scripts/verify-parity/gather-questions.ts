import type { Installation } from './installation.ts';
import { oddQuestions } from './odd-questions.ts';
import type { Question } from './question.ts';

/** Which of an installation's own questions are wanted. */
export interface Wanted {
  /** Empty: all. */
  readonly locales: readonly string[];
  /** Most questions; null: all. */
  readonly limit: number | null;
  readonly asOf: string | null;
}

/**
 * What an installation itself says that people ask: the titles and other questions of every article, in each language in
 * which it is written; the titles of those that a language has to borrow; and odd questions. With a limit, evenly many of
 * them all. Errors: couldNotAsk.
 */
export async function gatherQuestions(
  installation: Installation,
  wanted: Wanted,
): Promise<readonly Question[]> {
  const locales = installation.locales.filter(
    (locale) => wanted.locales.length === 0 || wanted.locales.includes(locale),
  );
  const listed = await inTurn(locales, async (locale) =>
    (await installation.articles(locale)).map((article) => ({ asked: locale, article })),
  );
  const articles = evenly(listed.flat(), wanted.limit);
  const own = await inTurn(articles, async ({ asked, article }) => {
    const texts = article.locale === asked ? await installation.questionsOf(article) : [article.title];
    return texts.map((question) => ({ question, locale: asked }));
  });
  const odd = locales.flatMap((locale) => oddQuestions.map((question) => ({ question, locale })));
  const { asOf, limit } = wanted;
  return evenly([...own.flat(), ...odd], limit).map((one) => ({ ...one, context: {}, asOf }));
}

/** At most so many of a list, from all its parts alike; null is all. */
export function evenly<T>(all: readonly T[], limit: number | null): readonly T[] {
  if (limit === null || all.length <= limit) return all;
  return Array.from({ length: limit }, (_, at) => all[Math.floor((at * all.length) / limit)]).filter(
    (one) => one !== undefined,
  );
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}
