import type { Locale, Site } from '../answers/answer.ts';
import type { Ratings } from '../feedback/ratings/ratings.ts';
import type { Survey } from '../feedback/ratings/survey.ts';
import type { Words } from '../http/words.ts';

/** Where public channels put what customers say of answers. */
export interface CustomerFeedback {
  readonly ratings: Pick<Ratings, 'rate' | 'find'>;
  readonly survey: Pick<Survey, 'state' | 'give'>;
}

/** The relationship question and the open one that follows it, in one language. */
export interface SurveyQuestions {
  readonly locale: Locale;
  readonly recommend: string;
  readonly why: string;
}

/** The questions in the company's words where site.yaml has them in this language, else in those that come with Concord. */
export function surveyQuestions(site: Site, words: Words): SurveyQuestions {
  const { locale } = words;
  const name = site.name[locale] ?? site.name[site.defaultLocale] ?? '';
  return {
    locale,
    recommend: site.survey?.recommend?.[locale] ?? words.say('feedback.survey.recommend', { name }),
    why: site.survey?.why?.[locale] ?? words.say('feedback.survey.why'),
  };
}
