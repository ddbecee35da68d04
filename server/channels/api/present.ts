import type {
  Answer,
  ArticlePointer,
  ArticleView,
  BesideView,
  BrowseAsk,
  CategoryView,
  Dependency,
  Explanation,
  Hit,
  Pointer,
  Why,
} from '../../answers/answer.ts';
import type { ReceiptRecord, ServedResult } from '../ask.ts';
import { receiptPage } from '../receipt-page.ts';
import type {
  ApiAgentAnswer,
  ApiAnswer,
  ApiAnswerResult,
  ApiArticle,
  ApiArticles,
  ApiCategories,
  ApiReceiptRecord,
  ApiSearchResult,
  ApiSuggestions,
} from './schemas.ts';

/**
 * Presenters: finished values of the answers stage as JSON. Each names every field it gives, so that a field added to a
 * stage is not public before somebody wrote it here and in schemas.ts.
 */

/** Where the public reads receipts; those of agents are elsewhere, and have no page for customers. */
const publicReceipts = '/api/v1/receipts/';

/** A result as the API gives it; `handover`: how it goes on to a person, where it was recorded. */
export function presentResult(
  result: ServedResult,
  handover: ApiAnswerResult['handover'] = null,
): ApiAnswerResult {
  const { clarification, escalation, followUp, receipt } = result;
  return {
    status: result.status,
    fingerprint: result.fingerprint,
    answer: result.answer && presentAnswer(result.answer),
    reply: result.reply,
    confidence: result.confidence,
    why: result.why.map(presentWhy),
    alternatives: result.alternatives.map((one) => ({ ...presentPointer(one), confidence: one.confidence })),
    clarification: clarification && {
      id: clarification.id,
      prompt: clarification.prompt,
      dimension: clarification.dimension,
      options: clarification.options.map(({ value, label }) => ({ value, label })),
      answerId: clarification.answerId,
    },
    followUps: result.followUps.map(presentPointer),
    followUp: followUp && {
      rule: followUp.rule,
      previous: followUp.previous,
      words: [...followUp.words],
      answerId: followUp.answerId,
      context: { ...followUp.context },
    },
    ...(result.explanation === undefined ? {} : { explanation: presentExplanation(result.explanation) }),
    escalation: escalation && {
      message: escalation.message,
      contact: escalation.contact,
      name: escalation.name,
      email: escalation.email,
      phone: escalation.phone,
      url: escalation.url,
      hours: escalation.hours,
    },
    handover,
    requestedLocale: result.requestedLocale,
    asOf: result.asOf,
    context: { ...result.context },
    receipt: receipt && {
      code: receipt.code,
      url: receipt.url,
      page: receipt.url.startsWith(publicReceipts) ? receiptPage(result.requestedLocale, receipt.code) : null,
    },
  };
}

/** What a receipt brings back; neither the question nor the conversation. */
export function presentReceipt(record: ReceiptRecord, url: string): ApiReceiptRecord {
  return {
    code: record.code,
    servedAt: record.servedAt,
    channel: record.channel,
    result: presentResult({ ...record.result, receipt: { code: record.code, url } }),
  };
}

/** What stands beside an article for agents, to the letter. */
export function presentDesk(beside: BesideView | null): ApiAgentAnswer['desk'] {
  return (
    beside && {
      articleId: beside.besideId,
      owner: { name: beside.owner.name, contact: beside.owner.contact },
      notes: beside.notes.map((note) => ({
        section: note.noteAnchor,
        text: note.noteText,
        markdown: note.noteMarkdown,
        html: note.noteHtml,
      })),
      offers: beside.offers.map(({ offerId, label, description, cap, frequency, approver }) => ({
        offerId,
        label,
        description,
        cap,
        frequency: { times: frequency.times, per: frequency.per },
        approver,
      })),
    }
  );
}

/** What a list was made for. */
export interface Asked extends BrowseAsk {
  readonly locale: string;
  readonly snapshot: string;
}

function presentAsked({ locale, asOf, context, snapshot }: Asked) {
  return { locale, asOf, context: { ...context }, snapshot };
}

export function presentHits(hits: readonly Hit[], asked: Asked): ApiSearchResult {
  return {
    ...presentAsked(asked),
    hits: hits.map(presentHit),
  };
}

/** One row of a result list. */
export function presentHit(hit: Hit): ApiSearchResult['hits'][number] {
  return {
    ...presentPointer(hit),
    articleId: hit.articleId,
    category: hit.category,
    excerpt: hit.excerpt,
    score: hit.score,
  };
}

export function presentSuggestions(
  suggestions: readonly { readonly text: string; readonly articleId: string; readonly url: string }[],
  asked: Asked,
): ApiSuggestions {
  return {
    ...presentAsked(asked),
    suggestions: suggestions.map(({ text, articleId, url }) => ({ text, articleId, url })),
  };
}

export function presentCategories(categories: readonly CategoryView[], asked: Asked): ApiCategories {
  return {
    ...presentAsked(asked),
    categories: categories.map(({ id, title, description, url, articles }) => ({
      id,
      title,
      description,
      url,
      articles: articles.map(presentArticlePointer),
    })),
  };
}

/** All articles of the categories given, in their order. */
export function presentArticles(categories: readonly CategoryView[], asked: Asked): ApiArticles {
  return {
    ...presentAsked(asked),
    articles: categories.flatMap(({ articles }) => articles.map(presentArticlePointer)),
  };
}

export function presentArticle(article: ArticleView): ApiArticle {
  return {
    articleId: article.articleId,
    category: { id: article.category.id, title: article.category.title, url: article.category.url },
    locale: article.locale,
    requestedLocale: article.requestedLocale,
    title: article.title,
    url: article.url,
    questions: [...article.questions],
    verified: { on: article.verified.on, state: article.verified.state },
    effective: { from: article.effective.from, to: article.effective.to },
    revision: article.revision,
    snapshot: article.snapshot,
    outOfDate: article.outOfDate,
    sections: article.sections.map(({ anchor, heading, level, result }) => ({
      anchor,
      heading,
      level,
      result: result && presentResult({ ...result, receipt: null }),
    })),
    related: article.related.map(presentArticlePointer),
    translations: [...article.translations],
    dimensions: article.dimensions.map(({ id, label, question, value, options }) => ({
      id,
      label,
      question,
      value,
      options: options.map((option) => ({ value: option.value, label: option.label })),
    })),
  };
}

function presentExplanation({ searched, thresholds, candidates }: Explanation) {
  return {
    searched,
    thresholds: { answerFrom: thresholds.answerFrom, clarifyFrom: thresholds.clarifyFrom },
    candidates: candidates.map((one) => ({
      ...presentPointer(one),
      confidence: one.confidence,
      why: one.why.map(presentWhy),
      matches: one.matches.map(({ word, matched, how, parts, stop }) => ({
        word,
        matched,
        how,
        parts: [...parts],
        stop,
      })),
    })),
  };
}

function presentWhy({ feature, words, share }: Why) {
  return { feature, words: [...words], share };
}

function presentAnswer(answer: Answer): ApiAnswer {
  return {
    id: answer.id,
    fingerprint: answer.fingerprint,
    articleId: answer.articleId,
    section: answer.section,
    locale: answer.locale,
    requestedLocale: answer.requestedLocale,
    title: answer.title,
    heading: answer.heading,
    text: answer.text,
    markdown: answer.markdown,
    html: answer.html,
    url: answer.url,
    revision: answer.revision,
    snapshot: answer.snapshot,
    effective: { from: answer.effective.from, to: answer.effective.to },
    verified: { on: answer.verified.on, state: answer.verified.state },
    dependsOn: answer.dependsOn.map(presentDependency),
  };
}

function presentDependency(dependency: Dependency): ApiAnswer['dependsOn'][number] {
  return 'value' in dependency
    ? { dimension: dependency.dimension, value: dependency.value }
    : { dimension: 'date', from: dependency.from, to: dependency.to };
}

function presentPointer({ answerId, title, heading, locale, url }: Pointer) {
  return { answerId, title, heading, locale, url };
}

function presentArticlePointer({ articleId, title, locale, category, url, excerpt }: ArticlePointer) {
  return { articleId, title, locale, category, url, excerpt };
}
