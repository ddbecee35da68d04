import type { Candidate } from '../search/search.ts';
import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type { Alternative, AnswerResult, Locale, Why } from './answer.ts';
import { type Asked, pointerTo, resultForSection, silent } from './build-answer.ts';
import { askWhichOne } from './clarify.ts';
import { confidences } from './confidence.ts';
import { escalationFor } from './escalation.ts';
import { findSections } from './find-sections.ts';
import { calibrationIn } from './fit-calibration.ts';
import { localText } from './local-text.ts';
import type { Editions, Shelf, ShelfEdition } from './shelf.ts';

const MOST_OPTIONS = 3;
const MOST_ALTERNATIVES = 4;
/** An alternative is worth naming, and a third option worth offering, from this probability. */
const WORTH_NAMING = 0.02;

/** A candidate that stands in the edition asked for, with the probability that it is right. */
export interface Known {
  readonly candidate: Candidate;
  readonly article: CompiledArticle;
  readonly section: Section;
  readonly confidence: number;
}

/** What a question finds, best first, and from which probabilities it is answered or asked back. */
export interface Ranked {
  readonly edition: ShelfEdition;
  /** Locale of the index that found them. */
  readonly searched: Locale;
  readonly known: readonly Known[];
  readonly answerFrom: number;
  readonly clarifyFrom: number;
}

/** Ranks what a question finds: the ground of its answer, and of the explanation of it. */
export function rankQuestion(shelf: Shelf, editions: Editions, question: string, asked: Asked): Ranked {
  const { edition, searched, candidates, evidence } = findSections(shelf, editions, {
    question,
    locale: asked.requestedLocale,
    asOf: asked.asOf,
    limit: 10,
  });
  const calibration = calibrationIn(shelf, searched);
  const probabilities = confidences(candidates, evidence, calibration);
  const known = candidates.flatMap((candidate, at): Known[] => {
    const article = edition.articles.get(candidate.articleId);
    const section = article?.sections.find(({ anchor }) => anchor === candidate.anchor);
    if (article === undefined || section === undefined) return [];
    return [{ candidate, article, section, confidence: probabilities[at] ?? 0 }];
  });
  const { answerFrom, clarifyFrom } = calibration;
  return { edition, searched, known, answerFrom, clarifyFrom };
}

/** Finds what answers a question and says it, asks which is meant, or says honestly that there is no answer. */
export function answerQuestion(
  shelf: Shelf,
  editions: Editions,
  question: string,
  asked: Asked,
): AnswerResult {
  const { requestedLocale } = asked;
  const { edition, known, answerFrom, clarifyFrom } = rankQuestion(shelf, editions, question, asked);
  const [first] = known;
  if (first === undefined) return noAnswer(shelf, asked, [], null);

  if (first.confidence >= answerFrom) {
    const result = answerWith(shelf, edition, first, known.slice(1), asked);
    if (result !== null) return result;
  }
  const options = known
    .slice(0, MOST_OPTIONS)
    .filter(({ confidence }, at) => at < 2 || confidence >= WORTH_NAMING);
  const together = options.reduce((sum, { confidence }) => sum + confidence, 0);
  if (options.length < 2 || together < clarifyFrom) return noAnswer(shelf, asked, known, first);

  const clarification = askWhichOne(
    shelf.site,
    requestedLocale,
    options.map(({ article, section }) => pointerTo(shelf, requestedLocale, article, section)),
  );
  return silent({
    status: 'clarify',
    clarification,
    escalation: escalationFor(shelf.site, {
      category: first.article.category,
      locale: requestedLocale,
      message: '',
    }),
    confidence: first.confidence,
    why: whyOf(first.candidate),
    alternatives: alternativesOf(shelf, asked, known),
    followUps: [],
    ...asked,
  });
}

/** The section found, or the article's lead where that section has no words for this customer; null where neither has. */
function answerWith(
  shelf: Shelf,
  edition: ShelfEdition,
  { article, section, candidate, confidence }: Known,
  others: readonly Known[],
  asked: Asked,
): AnswerResult | null {
  const grounds = {
    confidence,
    why: whyOf(candidate),
    alternatives: alternativesOf(shelf, asked, others),
  };
  const result = resultForSection(shelf, edition, article, section, asked, grounds);
  const [lead] = article.sections;
  if (result !== null || lead === undefined || lead === section) return result;
  return resultForSection(shelf, edition, article, lead, asked, grounds);
}

function noAnswer(shelf: Shelf, asked: Asked, known: readonly Known[], first: Known | null): AnswerResult {
  const { requestedLocale } = asked;
  return silent({
    status: 'no_answer',
    clarification: null,
    escalation: escalationFor(shelf.site, {
      category: first !== null && first.confidence >= LIKELY_CATEGORY ? first.article.category : null,
      locale: requestedLocale,
      message: localText(shelf.site.phrases.noAnswer, requestedLocale, shelf.site),
    }),
    confidence: first?.confidence ?? 0,
    why: first === null ? [] : whyOf(first.candidate),
    alternatives: alternativesOf(shelf, asked, known),
    followUps: [],
    ...asked,
  });
}

/** From here the best candidate's category is likelier than not to be the question's, even where the article is not. */
const LIKELY_CATEGORY = 0.25;

function alternativesOf(shelf: Shelf, asked: Asked, known: readonly Known[]): readonly Alternative[] {
  return known
    .filter(({ confidence }) => confidence >= WORTH_NAMING)
    .slice(0, MOST_ALTERNATIVES)
    .map(({ article, section, confidence }) => ({
      ...pointerTo(shelf, asked.requestedLocale, article, section),
      confidence,
    }));
}

/** The reasons of a match with their share of its score, strongest first. */
export function whyOf({ features, score }: Pick<Candidate, 'features' | 'score'>): readonly Why[] {
  return features
    .map(({ name, words, value }) => ({
      feature: name,
      words,
      share: score === 0 ? 0 : Math.round((value / score) * 1e4) / 1e4,
    }))
    .sort((a, b) => b.share - a.share || (a.feature < b.feature ? -1 : 1));
}
