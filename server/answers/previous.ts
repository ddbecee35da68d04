import { AppError } from '../errors.ts';
import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type { CalendarDate, Clarification } from './answer.ts';
import { followRedirect, type Shelf, type ShelfEdition } from './shelf.ts';

/** Longest id that is read: a clarification between three answers. */
export const LONGEST_PREVIOUS = 1_000;

/** A section of the edition, with the article it is in. */
export interface Place {
  readonly article: CompiledArticle;
  readonly section: Section;
}

/** What a follow-up follows: an answer, a question for a dimension before one, or a question which of several is meant. */
export type Previous =
  | { readonly kind: 'answer'; readonly id: string; readonly place: Place }
  | { readonly kind: 'dimension'; readonly id: string; readonly dimension: string; readonly place: Place }
  | { readonly kind: 'which'; readonly id: string; readonly options: readonly Place[] };

/**
 * The id of a question back, which says all that is needed to go on from it, so that nothing is kept between two turns:
 * `region?category/slug#anchor` for a dimension, the options' answer ids joined by `|` else.
 */
export function clarificationId(clarification: Omit<Clarification, 'id'>): string {
  const { dimension, answerId, options } = clarification;
  return dimension === null ? options.map(({ value }) => value).join('|') : `${dimension}?${answerId ?? ''}`;
}

/**
 * Reads the id of an answer or of a question back against what is public on a day. Old ids lead to the successor. Null for
 * every other text, so that an article for agents cannot be told from one that never was.
 */
export function readPrevious(shelf: Shelf, edition: ShelfEdition, id: string): Previous | null {
  if (id.length > LONGEST_PREVIOUS) return null;
  const [dimension = '', answerId] = id.split('?', 2);
  if (answerId !== undefined) {
    if (!shelf.site.dimensions.some((each) => each.id === dimension)) return null;
    const place = placeOf(shelf, edition, answerId);
    return place === null || id !== `${dimension}?${answerId}`
      ? null
      : { kind: 'dimension', id, dimension, place };
  }
  const places = id.split('|').map((each) => placeOf(shelf, edition, each));
  const found = places.filter((place) => place !== null);
  const [first] = found;
  if (first === undefined || found.length !== places.length || found.length > MOST_OPTIONS) return null;
  return found.length === 1 ? { kind: 'answer', id, place: first } : { kind: 'which', id, options: found };
}

/** A question back offers at most three answers; more is not an id of ours. */
const MOST_OPTIONS = 3;

/** The refusal of an id that is none. */
export function previousUnknown(id: string, asOf: CalendarDate): AppError {
  const short = [...id.slice(0, 120)]
    .slice(0, 60)
    .join('')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd');
  return new AppError('invalid-request', {
    message: `No answer or clarification with this id is in force on ${asOf}.`,
    field: 'previous',
    expected: 'the id of an answer, category/slug#section, or of a clarification, as a result gave it',
    found: short.length < id.length ? `${short}…` : short,
    hint: 'Ask the question without previous.',
  });
}

function placeOf(shelf: Shelf, edition: ShelfEdition, answerId: string): Place | null {
  const [wanted = '', anchor = 'lead', ...more] = answerId.split('#');
  if (more.length > 0) return null;
  const articleId = followRedirect(shelf, edition, wanted);
  const article = edition.articles.get(articleId);
  const own = article?.sections.find((section) => section.anchor === anchor);
  const section = own ?? (articleId === wanted ? undefined : article?.sections[0]);
  return article === undefined || section === undefined ? null : { article, section };
}
