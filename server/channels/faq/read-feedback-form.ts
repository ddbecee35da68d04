import type { Request } from 'express';
import { z } from 'zod';
import type { Context, Site } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import { type RatingReason, ratingReasons } from '../../feedback/ratings/rating.ts';
import { manyTexts, readForm } from '../agent/read-form.ts';
import { readConversationId } from '../conversation.ts';
import { isTooLong, questionLimit, readContext } from './read-query.ts';

/** The page from which a customer says something, and to which she goes back. */
export interface FormerPage {
  /** The question of a result page; null: it is not one. */
  readonly question: string | null;
  readonly previous: string | null;
  readonly conversation: string | null;
  /** The article of its own page; null: it is not one. */
  readonly articleId: string | null;
  /** As it stood in the address. */
  readonly context: Context;
}

/** What a customer says on a page: whether it helped, and why not. */
export interface FeedbackForm {
  readonly page: FormerPage;
  /** Null: the page is one that many people share, and has none yet. */
  readonly receipt: string | null;
  readonly helpful: boolean;
  readonly reasons: readonly RatingReason[];
  readonly sentence: string;
}

/** What a customer answers to the relationship question on a page. */
export interface SurveyForm {
  readonly page: FormerPage;
  /** The receipt that was rated before; null: the question stood on its own page. */
  readonly receipt: string | null;
  readonly conversation: string;
  readonly score: number;
  readonly sentence: string;
}

/** Longer than any sentence that is taken, so that the store can say how long one may be. */
const sentence = z.string().max(5_000).optional();
const text = (most: number) => z.string().max(most).optional();

const pageFields = {
  q: text(2 * questionLimit),
  previous: text(1_000),
  conversation: text(100),
  article: text(300),
  receipt: text(40),
};

/** The form of the feedback under an answer. Errors: invalid-request, unsupported-media-type. */
export function readFeedbackForm(request: Request, site: Site): FeedbackForm {
  const form = readForm(
    request,
    z.object({
      ...pageFields,
      ...dimensionFields(site),
      helpful: z.enum(['yes', 'no']),
      reasons: manyTexts,
      sentence,
    }),
  );
  const page = pageOf(form, request, site);
  const receipt = form.receipt || null;
  if (page.articleId === null && (receipt === null || page.question === null))
    throw new AppError('invalid-request', {
      field: 'receipt',
      expected: 'a receipt with its question, or an article',
      found: 'neither',
    });
  const reasons = form.reasons.map((reason) => {
    const known = ratingReasons.find((one) => one === reason);
    if (known !== undefined) return known;
    throw new AppError('invalid-request', {
      field: 'reasons',
      expected: ratingReasons.join(', '),
      found: 'another reason',
    });
  });
  return { page, receipt, helpful: form.helpful === 'yes', reasons, sentence: form.sentence ?? '' };
}

/** The form of the relationship question. Errors: invalid-request, unsupported-media-type. */
export function readSurveyForm(request: Request, site: Site): SurveyForm {
  const form = readForm(
    request,
    z.object({
      ...pageFields,
      ...dimensionFields(site),
      score: z.string().regex(/^(?:\d|10)$/, { error: 'a whole number from 0 to 10' }),
      sentence,
    }),
  );
  const page = pageOf(form, request, site);
  if (page.conversation === null)
    throw new AppError('invalid-request', {
      field: 'conversation',
      expected: 'the id of a conversation',
      found: 'none',
    });
  return {
    page,
    receipt: form.receipt || null,
    conversation: page.conversation,
    score: Number(form.score),
    sentence: form.sentence ?? '',
  };
}

function dimensionFields(site: Site): Readonly<Record<string, z.ZodOptional<z.ZodString>>> {
  return Object.fromEntries(site.dimensions.map(({ id }) => [id, text(100)]));
}

function pageOf(
  form: { readonly [name in 'q' | 'previous' | 'conversation' | 'article']?: string | undefined },
  request: Request,
  site: Site,
): FormerPage {
  const { q = '', previous = '', conversation = '', article = '' } = form;
  return {
    question: q === '' || isTooLong(q) ? null : q,
    previous: previous || null,
    conversation: readConversationId(conversation || null),
    articleId: article || null,
    context: readContext(request.body as Readonly<Record<string, unknown>>, site),
  };
}
