import type { Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';

/** What came back of an article in one locale: what people asked to get it, and whether it helped them. */
export interface ArticleEcho {
  /** Redacted; the most asked first, then the newest. */
  readonly questions: readonly { readonly question: string; readonly asked: number }[];
  readonly helpful: number;
  readonly unhelpful: number;
  /** What those wrote whom it did not help, redacted; the newest first. */
  readonly sentences: readonly { readonly sentence: string; readonly givenAt: string }[];
}

/** Questions of a section that are looked at: the newest say what it is asked for now. */
const newestOfSection = 200;

/** Questions, and sentences, that are told. */
const mostQuestions = 8;
const mostSentences = 5;

/**
 * Reads what came back of an article since an instant, from the newest questions of each section. `sections`: its anchors.
 * What programs ask that check channels is left out.
 */
export async function articleEcho(
  db: Database,
  article: { readonly articleId: string; readonly locale: Locale; readonly sections: readonly string[] },
  since: Date,
): Promise<ArticleEcho> {
  const { articleId, locale, sections } = article;
  const counts = new Map<string, { asked: number; newest: number }>();
  for (const anchor of sections) {
    const rows = await db
      .selectFrom('served_answers')
      .select(['number', 'question', 'channel', 'served_at'])
      .where('answer_id', '=', `${articleId}#${anchor}`)
      .where('locale', '=', locale)
      .where('question', 'is not', null)
      .orderBy('number', 'desc')
      .limit(newestOfSection)
      .execute();
    for (const { number, question, channel, served_at } of rows) {
      if (question === null || channel === 'probe' || served_at < since.toISOString()) continue;
      const known = counts.get(question) ?? { asked: 0, newest: 0 };
      counts.set(question, { asked: known.asked + 1, newest: Math.max(known.newest, number) });
    }
  }
  const rated = await db
    .selectFrom('ratings')
    .select(['helpful', 'sentence', 'given_at'])
    .where('article_id', '=', articleId)
    .where('given_at', '>=', since.toISOString())
    .where('locale', '=', locale)
    .where('channel', '<>', 'probe')
    .orderBy('given_at', 'desc')
    .execute();
  return {
    questions: [...counts]
      .sort(([, a], [, b]) => b.asked - a.asked || b.newest - a.newest)
      .slice(0, mostQuestions)
      .map(([question, { asked }]) => ({ question, asked })),
    helpful: rated.filter(({ helpful }) => helpful === 1).length,
    unhelpful: rated.filter(({ helpful }) => helpful === 0).length,
    sentences: rated
      .flatMap(({ helpful, sentence, given_at }) =>
        helpful === 0 && sentence !== null ? [{ sentence, givenAt: given_at }] : [],
      )
      .slice(0, mostSentences),
  };
}
