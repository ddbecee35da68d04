import type { Ask, PublicAnswerer } from '../../answers/answer.ts';
import type { PublicDoor } from '../ask.ts';
import { presentResult } from './present.ts';
import type { AnswerRequestBody, ApiAnswerResult } from './schemas.ts';

/** A call of POST /answer and what this server answers to it. */
export interface Example {
  /** A language tag, or `clarify`, `clarified`, `noAnswer`. */
  readonly name: string;
  readonly summary: string;
  readonly request: AnswerRequestBody;
  readonly result: ApiAnswerResult;
}

/** Stands in examples where a real call gets a fresh receipt. */
const exampleReceipt = { code: 'BCDF-2345', url: '/api/v1/receipts/BCDF-2345' };

const unanswerable = 'Where may I park my helicopter?';

/**
 * Examples of the content that is served: a customer's question in each language, an answer that depends on the customer
 * with the call that completes it, and a question without an answer. All results are real; only what the content does not
 * have is left out, and the receipt is made up, since examples are not recorded.
 */
export function examplesOf(door: PublicDoor): readonly Example[] {
  const answerer = door.open();
  const asOf = answerer.today(door.now());
  const example = (name: string, summary: string, request: AnswerRequestBody): Example => {
    const ask: Ask = {
      question: request.question ?? null,
      answerId: request.answerId ?? null,
      locale: request.locale ?? null,
      context: request.context ?? {},
      asOf,
    };
    const result = { ...presentResult(door.peek(answerer, ask)), receipt: exampleReceipt };
    return { name, summary, request, result };
  };

  const inLanguages = questionsByLocale(answerer, asOf).map(({ locale, question }) =>
    example(locale, languageName(locale), { question, locale, channel: 'chat', conversationId: 'c-7f3a91' }),
  );
  const depending = dependingAnswer(answerer, asOf);
  const clarify =
    depending === null
      ? []
      : [
          example('clarify', 'An answer that depends on the customer', { answerId: depending.answerId }),
          example('clarified', 'The same with the choice in context', {
            answerId: depending.answerId,
            context: depending.context,
          }),
        ];
  const none = example('noAnswer', 'A question without an answer', { question: unanswerable });
  return [...inLanguages, ...clarify, ...(none.result.status === 'no_answer' ? [none] : [])];
}

function languageName(locale: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(locale) ?? locale;
}

/** A customer's question in each language: of the first most asked article, preferring one that every language has. */
function questionsByLocale(
  answerer: PublicAnswerer,
  asOf: string,
): readonly { readonly locale: string; readonly question: string }[] {
  const browse = { locale: null, context: {}, asOf };
  const asked = answerer.mostAsked(browse);
  const all = asked.length > 0 ? asked : answerer.categories(browse).flatMap(({ articles }) => articles);
  const views = all.flatMap(({ articleId }) => {
    const found = answerer.article(articleId, browse);
    return found.kind === 'article' ? [found.article] : [];
  });
  const everywhere = answerer.site.locales.length;
  const chosen = views.find(({ translations }) => translations.length === everywhere) ?? views[0];
  if (chosen === undefined) return [];
  return answerer.site.locales.flatMap((locale) => {
    const found = answerer.article(chosen.articleId, { ...browse, locale });
    if (found.kind !== 'article') return [];
    return [{ locale, question: found.article.questions[0] ?? found.article.title }];
  });
}

/** The first section that needs to know something of the customer, and a context that says it. */
function dependingAnswer(
  answerer: PublicAnswerer,
  asOf: string,
): { readonly answerId: string; readonly context: Record<string, string> } | null {
  const browse = { locale: null, context: {}, asOf };
  for (const { articles } of answerer.categories(browse))
    for (const { articleId } of articles) {
      const found = answerer.article(articleId, browse);
      if (found.kind !== 'article') continue;
      for (const { anchor, result } of found.article.sections) {
        const dimension = result?.clarification?.dimension;
        const option = result?.clarification?.options[0];
        if (dimension && option)
          return { answerId: `${articleId}#${anchor}`, context: { [dimension]: option.value } };
      }
    }
  return null;
}
