import type { CalendarDate, Context, Locale, PublicAnswerer } from '../../server/answers/answer.ts';
import { type Engine, MOST_RESULTS, type Verdict } from './engine.ts';
import type { LabelledQuestion } from './labelled-question.ts';

/** Where and when Concord is asked; `idOf` gives the label of an article. */
export interface ProjectSetting {
  readonly locale: Locale;
  /** The day of questions that have none of their own. */
  readonly asOf: CalendarDate;
  readonly idOf: (articleId: string) => string;
}

/**
 * Concord itself, through its real entry: `answerer` is what `createAnswerers` gives. An overdue policy that is found counts
 * as answered, since what is measured is whether the right one is found; a question back about the customer counts as the
 * offer of its article.
 */
export function projectEngine(
  answerer: Pick<PublicAnswerer, 'answer' | 'search'>,
  setting: ProjectSetting,
): Engine {
  const { locale, idOf } = setting;
  const asked = ({ text, context, asOf }: LabelledQuestion) => ({
    question: text,
    locale,
    context: context ?? ({} satisfies Context),
    asOf: asOf ?? setting.asOf,
  });
  const rank: Engine['rank'] = (question) =>
    answerer
      .search({ ...asked(question), limit: MOST_RESULTS })
      .map(({ articleId, score }) => ({ id: idOf(articleId), score }));
  return {
    rank,
    ask: (question): Verdict => {
      const { status, answer, clarification, confidence } = answerer.answer({
        ...asked(question),
        answerId: null,
      });
      const options =
        clarification?.dimension === null ? clarification.options.map(({ value }) => value) : [];
      const about = clarification?.answerId ?? null;
      return {
        answered: status === 'answered' || status === 'needs_confirmation',
        answer: answer === null ? null : { article: idOf(answer.articleId), section: answer.section },
        offered: [...options, ...(about === null ? [] : [about])].map((id) => idOf(articleIn(id))),
        confidence,
      };
    },
  };
}

/** The article of an answer id. */
function articleIn(answerId: string): string {
  return answerId.split('#')[0] ?? answerId;
}
