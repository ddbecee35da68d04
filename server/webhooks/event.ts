/** What others may subscribe to, with what each means; append-only: subscriptions name them for ever. */
export const eventTypes = {
  'question.unanswered': 'A question had no answer; its text is redacted.',
  'feedback.received': 'A customer said whether an answer helped, or how likely they are to recommend.',
  'flag.raised': 'An agent flagged an answer as wrong, outdated, unclear or missing.',
  'verification.due': 'An article is to be verified within the notice that site.yaml gives, or is overdue.',
  'release.published': 'Content was published as a release, or an earlier release was brought back.',
  'fact.changed': 'A release, or a date that came, changed the value of a fact.',
  /** `data.replyTo`, where a customer may be reached, must be erased once every delivery succeeded or was given up. */
  'handover.requested': 'A customer asked for a person; with question, locale, conversation and receipt.',
} as const;
export type EventType = keyof typeof eventTypes;

/** Sent to one endpoint when somebody tries it out; nobody subscribes to it. */
export const testType = 'webhook.test';

/** A JSON value. */
export type EventData = Readonly<Record<string, JsonValue>>;
type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Something that happened, as subscribers are told it. */
export interface Event {
  /** `msg_` and 26 characters; the same in every attempt to deliver it. */
  readonly id: string;
  readonly type: EventType | typeof testType;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly data: EventData;
}
