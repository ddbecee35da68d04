import type { Ask, PublicAnswerer } from '../../answers/answer.ts';
import type { Views } from '../../http/views.ts';
import type { PublicDoor } from '../ask.ts';
import { handOverOfResult } from '../hand-over.ts';
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
const exampleReceipt = { code: 'BCDF2345', url: '/api/v1/receipts/BCDF2345' };

/** Questions that no shop answers; the first that has no answer here either is shown. */
const unanswerable: readonly string[] = [
  'Where may I park my helicopter?',
  'Who won the chess world championship?',
  'Xyzzy?',
];

/**
 * Examples of the content that is served: a customer's question in each language, an answer that depends on the customer
 * with the call that completes it, and a question without an answer. All results are real; only what the content does not
 * have is left out, and the receipt is made up, since examples are not recorded.
 */
export function examplesOf(door: PublicDoor, words: Views['words']): readonly Example[] {
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
    const found = { ...door.peek(answerer, ask), receipt: exampleReceipt };
    const said = { question: ask.question, conversation: request.conversationId ?? null };
    const handover = handOverOfResult(answerer.site, found, said, words(found.requestedLocale));
    const result = presentResult(found, handover);
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
  const none = unanswerable
    .map((question) => example('noAnswer', 'A question without an answer', { question }))
    .find(({ result }) => result.status === 'no_answer');
  return [...inLanguages, ...clarify, ...(none === undefined ? [] : [none])];
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

/** The first section that needs to know something of the customer, and a context that says all it needs. */
function dependingAnswer(
  answerer: PublicAnswerer,
  asOf: string,
): { readonly answerId: string; readonly context: Record<string, string> } | null {
  const browse = { locale: null, context: {}, asOf };
  for (const { articles } of answerer.categories(browse))
    for (const { articleId } of articles) {
      const found = answerer.article(articleId, browse);
      if (found.kind !== 'article') continue;
      const section = found.article.sections.find(({ result }) => result?.clarification?.dimension);
      if (!section) continue;
      return {
        answerId: `${articleId}#${section.anchor}`,
        context: contextFor(answerer, asOf, articleId, section.anchor),
      };
    }
  return null;
}

/** Chooses the first option of each thing that a section asks for, until it asks no more. */
function contextFor(
  answerer: PublicAnswerer,
  asOf: string,
  articleId: string,
  anchor: string,
): Record<string, string> {
  const context: Record<string, string> = {};
  for (let known = 0; known <= answerer.site.dimensions.length; known += 1) {
    const found = answerer.article(articleId, { locale: null, context, asOf });
    const sections = found.kind === 'article' ? found.article.sections : [];
    const asks = sections.find((section) => section.anchor === anchor)?.result?.clarification;
    const option = asks?.options[0];
    if (!asks?.dimension || !option) break;
    context[asks.dimension] = option.value;
  }
  return context;
}
