import type { Site } from '../../answers/answer.ts';
import { mostSentenceCharacters, type Rating, ratingReasons } from '../../feedback/ratings/rating.ts';
import type { SurveyState } from '../../feedback/ratings/survey.ts';
import type { Words } from '../../http/words.ts';
import { surveyQuestions } from '../customer-feedback.ts';
import { reasonInWords } from '../reason-in-words.ts';
import type { FormerPage } from './read-feedback-form.ts';

/** Fields of a form that nobody sees. */
type Hidden = readonly { readonly name: string; readonly value: string }[];

/** The relationship question as a form. */
export interface SurveyBlock {
  readonly action: string;
  readonly hidden: Hidden;
  readonly recommend: string;
  readonly why: string;
  /** 0 to 10. */
  readonly scores: readonly number[];
  readonly sentenceLimit: number;
}

/** What stands under an answer: whether it helped, thanks, why not, and once in a while the relationship question. */
export interface FeedbackBlock {
  readonly action: string;
  readonly hidden: Hidden;
  /**
   * `ask`: nothing was said yet; `details`: it did not help, and why may be said; `thanks` and `detailed`: it was said;
   * `settled`: it was said so long ago that it stays.
   */
  readonly step: 'ask' | 'thanks' | 'details' | 'detailed' | 'settled';
  /** What may be said instead; null: nothing, or nothing was said yet. */
  readonly change: 'yes' | 'no' | null;
  readonly reasons: readonly { readonly id: string; readonly label: string }[];
  readonly sentenceLimit: number;
  readonly survey: SurveyBlock | null;
  /** Whether the relationship question has just been answered. */
  readonly surveyThanks: boolean;
}

const dayMs = 86_400_000;

/** The feedback under an answer, after what was said of it; `rating` null: nothing was. */
export function presentFeedback(at: {
  readonly site: Site;
  readonly words: Words;
  readonly page: FormerPage;
  readonly receipt: string | null;
  readonly rating: Rating | null;
  readonly survey: SurveyState;
  readonly now: Date;
}): FeedbackBlock {
  const { site, words, page, receipt, rating, survey, now } = at;
  const hidden = hiddenFields(page, receipt);
  const step = stepOf(rating, now);
  const isOver = step === 'ask' || step === 'settled';
  return {
    action: `/${words.locale}/feedback`,
    hidden,
    step,
    change: isOver || rating === null ? null : rating.helpful ? 'no' : 'yes',
    reasons: ratingReasons.map((id) => ({ id, label: reasonInWords(id, words) })),
    sentenceLimit: mostSentenceCharacters,
    survey: step !== 'ask' && survey === 'open' ? presentSurvey({ site, words, page, receipt }) : null,
    surveyThanks: step !== 'ask' && survey === 'given',
  };
}

/** The relationship question, in the language of the page. */
export function presentSurvey(at: {
  readonly site: Site;
  readonly words: Words;
  readonly page: FormerPage;
  readonly receipt: string | null;
}): SurveyBlock {
  const { site, words, page, receipt } = at;
  const { recommend, why } = surveyQuestions(site, words);
  return {
    action: `/${words.locale}/survey`,
    hidden: hiddenFields(page, receipt),
    recommend,
    why,
    scores: Array.from({ length: 11 }, (_, score) => score),
    sentenceLimit: mostSentenceCharacters,
  };
}

function stepOf(rating: Rating | null, now: Date): FeedbackBlock['step'] {
  if (rating === null) return 'ask';
  if (now.getTime() - Date.parse(rating.givenAt) > dayMs) return 'settled';
  if (rating.helpful) return 'thanks';
  return rating.reasons.length === 0 && rating.sentence === null ? 'details' : 'detailed';
}

function hiddenFields(page: FormerPage, receipt: string | null): Hidden {
  const fields: readonly (readonly [string, string | null])[] = [
    ['receipt', receipt],
    ['q', page.question],
    ['previous', page.previous],
    ['conversation', page.conversation],
    ['article', page.articleId],
    ...Object.entries(page.context),
  ];
  return fields.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}
