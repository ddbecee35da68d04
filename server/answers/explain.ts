import type { SearchIndex } from '../search/search.ts';
import type { ExplainedCandidate, Explanation, FollowUp } from './answer.ts';
import { rankQuestion, whyOf } from './answer-question.ts';
import { type Asked, pointerTo } from './build-answer.ts';
import type { Editions, Shelf } from './shelf.ts';

/** Candidates that are explained: the answer, and what it was chosen before. */
const MOST_EXPLAINED = 3;

/**
 * Explains what a question found: the first candidates with what each of the customer's words counts as there. Of a
 * follow-up about the previous article its sections are the candidates; one that was understood by its words alone has
 * none. A function of the shelf and its arguments alone, from public text alone.
 */
export function explainQuestion(
  shelf: Shelf,
  editions: Editions,
  question: string,
  followUp: FollowUp | null,
  asked: Asked,
): Explanation {
  const { requestedLocale, asOf } = asked;
  const { searched, known, answerFrom, clarifyFrom } = rankQuestion(shelf, editions, question, asked);
  const thresholds = { answerFrom, clarifyFrom };
  if (followUp === null || followUp.rule === 'new-question') {
    const index = editions.on(searched, asOf).index();
    const candidates = known.slice(0, MOST_EXPLAINED).map(({ article, section, candidate, confidence }) => ({
      ...pointerTo(shelf, requestedLocale, article, section),
      confidence,
      why: whyOf(candidate),
      matches: matchesIn(index, question, candidate.articleId),
    }));
    return { searched, thresholds, candidates };
  }
  const edition = editions.on(requestedLocale, asOf);
  const article = edition.articles.get(followUp.answerId?.split('#')[0] ?? '');
  const index = article === undefined ? null : edition.sectionsOf(article.id);
  if (followUp.rule !== 'section' || article === undefined || index === null)
    return { searched: requestedLocale, thresholds, candidates: [] };
  const candidates = index.search(question, article.sections.length).candidates.flatMap((candidate) => {
    const section = article.sections.find(({ anchor }) => candidate.articleId === `${article.id}#${anchor}`);
    if (section === undefined) return [];
    return {
      ...pointerTo(shelf, requestedLocale, article, section),
      confidence: null,
      why: whyOf(candidate),
      matches: matchesIn(index, question, candidate.articleId),
    };
  });
  const chosenFirst = candidates.sort(
    (a, b) => Number(b.answerId === followUp.answerId) - Number(a.answerId === followUp.answerId),
  );
  return { searched: article.locale, thresholds, candidates: chosenFirst.slice(0, MOST_EXPLAINED) };
}

function matchesIn(index: SearchIndex, question: string, articleId: string): ExplainedCandidate['matches'] {
  return index.explain(question, articleId).map(({ word, matched, how, parts, stop }) => ({
    word,
    matched,
    how,
    parts,
    stop,
  }));
}
