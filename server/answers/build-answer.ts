import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type {
  Alternative,
  Answer,
  AnswerResult,
  CalendarDate,
  Context,
  Locale,
  Pointer,
  Site,
  Why,
} from './answer.ts';
import { chooseVariant } from './choose-variant.ts';
import { askForDimension } from './clarify.ts';
import { escalationFor } from './escalation.ts';
import { fingerprintOfAnswer, fingerprintOfSilence } from './fingerprint.ts';
import { deepFreeze } from './freeze.ts';
import { localText } from './local-text.ts';
import { reviewDays } from './review-days.ts';
import type { Shelf, ShelfEdition } from './shelf.ts';

/** What an answer is built for. */
export interface Asked {
  readonly requestedLocale: Locale;
  readonly context: Context;
  readonly asOf: CalendarDate;
}

/** How the section was found; asking for an answer id is certain and needs no reasons. */
export interface Grounds {
  readonly confidence: number;
  readonly why: readonly Why[];
  readonly alternatives: readonly Alternative[];
}

export const CERTAIN: Grounds = { confidence: 1, why: [], alternatives: [] };

/**
 * The result of asking for one section: its words, or the one thing that must be known first, or null where it has no words
 * for this customer on this day. The Answer in it is a function of snapshot, section, locale, what its words depend on and
 * the state of its verification, so that it is the same whether it was found by a question, by id or on a page.
 */
export function resultForSection(
  shelf: Shelf,
  edition: ShelfEdition,
  article: CompiledArticle,
  section: Section,
  asked: Asked,
  grounds: Grounds,
): AnswerResult | null {
  const choice = chooseVariant(article, section, { ...asked, site: shelf.site });
  if (choice.kind === 'none') return null;
  const { requestedLocale, context, asOf } = asked;
  const common = {
    ...grounds,
    followUps: followUpsOf(shelf, edition, article, section, requestedLocale),
    requestedLocale,
    asOf,
    context,
  };
  const escalate = (message: string): AnswerResult['escalation'] =>
    escalationFor(shelf.site, { category: article.category, locale: requestedLocale, message });

  if (choice.kind === 'ask') {
    const clarification = askForDimension(
      shelf.site,
      choice.dimension,
      requestedLocale,
      answerIdOf(article, section),
    );
    return silent({ status: 'clarify', clarification, escalation: escalate(''), ...common });
  }
  const state = verificationState(article, asOf, shelf.site);
  const key = JSON.stringify([article.id, section.anchor, requestedLocale, choice.dependsOn, state]);
  const answer =
    edition.answers.get(key) ?? buildAnswer(shelf, article, section, requestedLocale, choice, state);
  edition.answers.set(key, answer);
  const overdue = state === 'overdue';
  return deepFreeze({
    status: overdue ? 'needs_confirmation' : 'answered',
    fingerprint: answer.fingerprint,
    answer,
    reply: null,
    followUp: null,
    clarification: null,
    escalation: escalate(
      overdue ? localText(shelf.site.phrases.needsConfirmation, requestedLocale, shelf.site) : '',
    ),
    ...common,
  });
}

/** A result that says something else than an answer, with its fingerprint. `reply` is given for a courtesy. */
export function silent(
  result: Omit<AnswerResult, 'fingerprint' | 'answer' | 'reply' | 'followUp'>,
  reply: string | null = null,
): AnswerResult {
  return deepFreeze({
    ...result,
    answer: null,
    reply,
    followUp: null,
    fingerprint: fingerprintOfSilence({ ...result, reply }, result.requestedLocale),
  });
}

export function answerIdOf(article: CompiledArticle, section: Section): string {
  return `${article.id}#${section.anchor}`;
}

/** A pointer to a section in an edition. */
export function pointerTo(
  shelf: Shelf,
  requestedLocale: Locale,
  article: CompiledArticle,
  section: Section,
): Pointer {
  return {
    answerId: answerIdOf(article, section),
    title: article.title,
    heading: section.heading,
    locale: article.locale,
    url: `${shelf.urlOf(requestedLocale, article.id)}#${section.anchor}`,
  };
}

/** Whether a verification holds, is due (its interval has passed) or overdue (its grace has passed too). */
export function verificationState(
  { verified, review: own }: Pick<CompiledArticle, 'verified' | 'review'>,
  asOf: CalendarDate,
  site: Site,
): Answer['verified']['state'] {
  const { dueOn, overdueFrom } = reviewDays(verified, own ?? site.review);
  if (asOf >= overdueFrom) return 'overdue';
  return asOf > dueOn ? 'due' : 'verified';
}

function buildAnswer(
  shelf: Shelf,
  article: CompiledArticle,
  section: Section,
  requestedLocale: Locale,
  choice: Extract<ReturnType<typeof chooseVariant>, { kind: 'words' }>,
  state: Answer['verified']['state'],
): Answer {
  const { text, markdown, html } = choice.variant.rendering;
  const answer: Omit<Answer, 'fingerprint'> = {
    id: answerIdOf(article, section),
    articleId: article.id,
    section: section.anchor,
    locale: article.locale,
    requestedLocale,
    title: article.title,
    heading: section.heading,
    text,
    markdown,
    html,
    url: pointerTo(shelf, requestedLocale, article, section).url,
    revision: article.revision,
    snapshot: shelf.snapshot,
    effective: { from: article.effective.from, to: article.effective.to },
    verified: { on: article.verified, state },
    dependsOn: choice.dependsOn,
  };
  return deepFreeze({ ...answer, fingerprint: fingerprintOfAnswer(answer) });
}

const MOST_FOLLOW_UPS = 5;

/** The owner's related articles first, then the sections that follow in the article. */
function followUpsOf(
  shelf: Shelf,
  edition: ShelfEdition,
  article: CompiledArticle,
  section: Section,
  requestedLocale: Locale,
): readonly Pointer[] {
  const related = article.related.flatMap((id) => {
    const other = edition.articles.get(id);
    const lead = other?.sections[0];
    return other === undefined || lead === undefined ? [] : [pointerTo(shelf, requestedLocale, other, lead)];
  });
  const after = article.sections.slice(article.sections.indexOf(section) + 1);
  const next = after.filter(hasText).map((each) => pointerTo(shelf, requestedLocale, article, each));
  return [...related, ...next].slice(0, MOST_FOLLOW_UPS);
}

function hasText(section: Section): boolean {
  return section.variants.some(({ rendering }) => rendering.text.trim() !== '');
}
