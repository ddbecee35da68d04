import { AppError } from '../../errors.ts';
import type { Words } from '../../http/words.ts';
import type { DisabledReason, Endpoint } from '../../webhooks/endpoints.ts';
import { type EventType, eventTypes, testType } from '../../webhooks/event.ts';
import type { Delivery, DeliveryCounts, DeliveryState } from '../../webhooks/webhooks.ts';

/** An endpoint as its pages show it. */
export function presentEndpoint(endpoint: Endpoint, counts: DeliveryCounts, words: Words) {
  const { id, url, types, madeAt, madeBy, failingSince, formerUntil, disabled } = endpoint;
  return {
    ...{ id, madeAt, madeBy, failingSince, formerUntil },
    url: url.href,
    host: url.host,
    types: types.map((type) => typeInWords(type, words)),
    isDisabled: disabled !== null,
    isFailing: disabled === null && failingSince !== null,
    disabledAt: disabled?.at ?? null,
    disabledWhy: disabled === null ? null : reasonInWords(disabled.because, words),
    waiting: counts.waiting,
    givenUp: counts['given-up'],
  };
}

/** A delivery as a row of the log. */
export function presentDelivery(delivery: Delivery, words: Words) {
  const { id, event, state, attempts, nextAt, triedAt, status, duration, problem } = delivery;
  return {
    ...{ id, attempts, nextAt, triedAt, status, duration },
    eventId: event.id,
    at: event.at,
    type: typeInWords(event.type, words),
    typeName: event.type,
    state: stateInWords(state, words),
    isDelivered: state === 'delivered',
    isGivenUp: state === 'given-up',
    isWaiting: state === 'waiting',
    problem: problem === null ? null : problemInWords(problem, words),
  };
}

/** All types of events as choices. */
export function typesOffered(chosen: readonly string[], words: Words) {
  return (Object.keys(eventTypes) as EventType[]).map((id) => ({
    id,
    label: typeInWords(id, words),
    chosen: chosen.includes(id),
  }));
}

/** Why something cannot be made so, beside its field. Throws the error again where no field is at fault. */
export function webhookProblem(
  error: unknown,
  words: Words,
): { readonly field: string; readonly text: string } {
  const field = error instanceof AppError ? error.field : undefined;
  if (field === 'url') return { field, text: words.say('manage.webhooks.problem.url') };
  if (field === 'types') return { field, text: words.say('manage.webhooks.problem.types') };
  throw error;
}

/** Where a delivery stands. */
export function stateInWords(state: DeliveryState, words: Words): string {
  switch (state) {
    case 'waiting':
      return words.say('manage.webhooks.state.waiting');
    case 'delivered':
      return words.say('manage.webhooks.state.delivered');
    case 'given-up':
      return words.say('manage.webhooks.state.givenUp');
  }
}

function typeInWords(type: string, words: Words): string {
  switch (type as EventType | typeof testType) {
    case 'question.unanswered':
      return words.say('manage.webhooks.type.questionUnanswered');
    case 'feedback.received':
      return words.say('manage.webhooks.type.feedbackReceived');
    case 'flag.raised':
      return words.say('manage.webhooks.type.flagRaised');
    case 'verification.due':
      return words.say('manage.webhooks.type.verificationDue');
    case 'release.published':
      return words.say('manage.webhooks.type.releasePublished');
    case 'fact.changed':
      return words.say('manage.webhooks.type.factChanged');
    case 'handover.requested':
      return words.say('manage.webhooks.type.handoverRequested');
    case testType:
      return words.say('manage.webhooks.type.test');
    default:
      return type;
  }
}

function reasonInWords(reason: DisabledReason, words: Words): string {
  switch (reason) {
    case 'person':
      return words.say('manage.webhooks.because.person');
    case 'gone':
      return words.say('manage.webhooks.because.gone');
    case 'failing':
      return words.say('manage.webhooks.because.failing');
  }
}

function problemInWords(problem: string, words: Words): string | null {
  switch (problem) {
    case 'no-address':
      return words.say('manage.webhooks.went.noAddress');
    case 'forbidden-address':
      return words.say('manage.webhooks.went.forbiddenAddress');
    case 'timeout':
      return words.say('manage.webhooks.went.timeout');
    case 'unreachable':
      return words.say('manage.webhooks.went.unreachable');
    case 'certificate':
      return words.say('manage.webhooks.went.certificate');
    case 'gone':
      return words.say('manage.webhooks.went.gone');
    case 'disabled':
      return words.say('manage.webhooks.went.disabled');
    default:
      // What was answered says it.
      return null;
  }
}
