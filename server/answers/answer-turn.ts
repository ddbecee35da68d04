import type { AnswerResult } from './answer.ts';
import { answerQuestion } from './answer-question.ts';
import { type Asked, silent } from './build-answer.ts';
import { escalationTo } from './escalation.ts';
import { localText } from './local-text.ts';
import type { Editions, Shelf } from './shelf.ts';
import { createSmallTalk } from './small-talk.ts';
import { type Alarm, createAlarm } from './urgent.ts';

/** What one turn of a conversation gets: an answer, or what goes before one. */
export type AnswerTurn = (question: string, asked: Asked) => AnswerResult;

/**
 * Answers what a customer says: urgent words go to their contact, small talk gets its courtesy, everything else is a
 * question. A function of the shelf and its arguments alone.
 */
export function createAnswerTurn(shelf: Shelf, editions: Editions): AnswerTurn {
  const alarmIn = createAlarm(shelf.site);
  const courtesyFor = createSmallTalk(shelf.site);
  return (question, asked) => {
    const alarm = alarmIn(question);
    if (alarm !== null) return sendOn(shelf, alarm, asked);
    const courtesy = courtesyFor(question);
    if (courtesy !== null)
      return replyWith(localText(courtesy.reply, asked.requestedLocale, shelf.site), asked);
    return answerQuestion(shelf, editions, question, asked);
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
