import type { AnswerResult, FollowUp } from './answer.ts';
import { answerQuestion } from './answer-question.ts';
import { type Asked, CERTAIN, resultForSection, silent } from './build-answer.ts';
import { escalationFor, escalationTo } from './escalation.ts';
import { createFollowUps, type Understood } from './follow-up.ts';
import { deepFreeze } from './freeze.ts';
import { localText } from './local-text.ts';
import { createOutOfScope, type Declined } from './out-of-scope.ts';
import { previousUnknown, readPrevious } from './previous.ts';
import type { Editions, Shelf, ShelfEdition } from './shelf.ts';
import { createSmallTalk } from './small-talk.ts';
import { type Alarm, createAlarm } from './urgent.ts';

/** What one turn of a conversation gets; `previous` is the id of what it follows, or null. */
export type AnswerTurn = (question: string, previous: string | null, asked: Asked) => AnswerResult;

/**
 * Answers what a customer says: urgent words go to their contact, small talk gets its courtesy, what is out of scope is
 * politely declined, a follow-up is understood
 * by what it follows, everything else is a question. A function of the shelf and its arguments alone. Errors:
 * invalid-request where `previous` is no public answer or clarification.
 */
export function createAnswerTurn(shelf: Shelf, editions: Editions): AnswerTurn {
  const alarmIn = createAlarm(shelf.site);
  const courtesyFor = createSmallTalk(shelf.site);
  const declineFor = createOutOfScope(shelf.site, shelf.outOfScope);
  const understand = createFollowUps(shelf.site);
  return (question, previousId, asked) => {
    const edition = editions.on(asked.requestedLocale, asked.asOf);
    const previous = previousId === null ? null : readPrevious(shelf, edition, previousId);
    if (previousId !== null && previous === null) throw previousUnknown(previousId, asked.asOf);
    const alarm = alarmIn(question);
    if (alarm !== null) return sendOn(shelf, alarm, asked);
    const courtesy = courtesyFor(question);
    if (courtesy !== null)
      return replyWith(localText(courtesy.reply, asked.requestedLocale, shelf.site), asked);
    const declined = declineFor(question, asked.requestedLocale);
    if (declined !== null) return decline(shelf, declined, asked);
    const alone = once(() => answerQuestion(shelf, editions, question, asked));
    if (previous === null) return alone();
    const followUp = understand(question, previous, edition, asked, alone);
    const result = followUp === null ? null : answerFollowUp(shelf, edition, followUp, asked);
    if (result !== null) return result;
    return withFollowUp(alone(), {
      rule: 'new-question',
      previous: previous.id,
      words: [],
      answerId: null,
      context: {},
    });
  };
}

/**
 * How often the section that is understood is the right one: 22 of the 26 that were understood of the fifty follow-ups of
 * test/golden/conversation/follow-ups-held.yaml when they were first asked. Dimensions (7 of 7) and options (3 of 3) are
 * said in so many words, so they are as certain as an answer id.
 */
const SECTION_CONFIDENCE = 0.85;

/** The section that a follow-up asks for, for the customer that it tells of; null where that has no words for them. */
function answerFollowUp(
  shelf: Shelf,
  edition: ShelfEdition,
  followUp: Understood,
  asked: Asked,
): AnswerResult | null {
  const [articleId = '', anchor] = followUp.answerId.split('#');
  const article = edition.articles.get(articleId);
  const section = article?.sections.find((each) => each.anchor === anchor);
  if (article === undefined || section === undefined) return null;
  const context = Object.fromEntries(
    Object.entries({ ...asked.context, ...followUp.context }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const confidence = followUp.rule === 'section' ? SECTION_CONFIDENCE : 1;
  const grounds = { ...CERTAIN, confidence };
  const result = resultForSection(shelf, edition, article, section, { ...asked, context }, grounds);
  return result === null ? null : withFollowUp(result, followUp);
}

function withFollowUp(result: AnswerResult, followUp: FollowUp): AnswerResult {
  return deepFreeze({ ...result, followUp });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function sendOn({ site }: Shelf, { urgent, words }: Alarm, asked: Asked): AnswerResult {
  const locale = asked.requestedLocale;
  const message = localText(urgent.message, locale, site);
  return silent({
    status: 'no_answer',
    clarification: null,
    escalation: escalationTo(site, { contact: urgent.contact, locale, message }),
    confidence: 0,
    why: [{ feature: 'urgent', words, share: 1 }],
    alternatives: [],
    followUps: [],
    ...asked,
  });
}

function decline({ site }: Shelf, { listed, reply }: Declined, asked: Asked): AnswerResult {
  return silent({
    status: 'no_answer',
    clarification: null,
    escalation: escalationFor(site, { category: null, locale: asked.requestedLocale, message: reply }),
    confidence: 0,
    why: [{ feature: 'out-of-scope', words: [listed], share: 1 }],
    alternatives: [],
    followUps: [],
    ...asked,
  });
}

function replyWith(reply: string, asked: Asked): AnswerResult {
  return silent(
    {
      status: 'courtesy',
      clarification: null,
      escalation: null,
      confidence: 0,
      why: [],
      alternatives: [],
      followUps: [],
      ...asked,
    },
    reply,
  );
}
