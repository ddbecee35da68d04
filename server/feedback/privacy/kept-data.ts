import type { DatabaseSchema } from '../../database/schema.ts';

/** What is kept in a table, for how long and why. */
interface Kept {
  readonly what: string;
  readonly howLong: string;
  readonly why: string;
}

/** Of the content and what was made of it; nobody's personal data. */
const content = { howLong: 'for ever: append-only', why: 'every answer that was given can be traced' };
const withAnswer = 'with its served answer';
const account = 'until the account is deleted';

/** Every table of the database; README's table is made of it. */
export const keptData: Readonly<Record<keyof DatabaseSchema, Kept>> = {
  served_answers: {
    what: 'question (redacted), answer, channel, locale, context, conversation, pseudonym of the customer',
    howLong: '`RETENTION_DAYS`, or until it is erased',
    why: 'receipts; conversations; what is asked',
  },
  said_results: {
    what: 'texts that were said; no word of a customer',
    howLong: 'while a served answer says them',
    why: 'receipts, each text once',
  },
  ratings: {
    what: 'helpful or not, reasons, one sentence (redacted)',
    howLong: withAnswer,
    why: 'better answers',
  },
  handovers: {
    what: 'which question went on to a person, when, to which contact; no reply address',
    howLong: withAnswer,
    why: 'agents see where a conversation stands',
  },
  gap_asks: { what: 'which served answers left a gap', howLong: withAnswer, why: 'missing policies' },
  gap_clarified: { what: 'which questions back were left', howLong: withAnswer, why: 'missing policies' },
  gap_phrasings: { what: 'questions that ended well (redacted)', howLong: withAnswer, why: 'real phrasings' },
  gap_questions: {
    what: 'questions of gaps (redacted)',
    howLong: 'with the last served answer that asked it',
    why: 'missing policies',
  },
  gap_groups: {
    what: 'numbers, state and note of a group of gaps',
    howLong: 'for ever',
    why: 'what became of it',
  },
  survey_answers: {
    what: 'how likely to recommend, one sentence (redacted), conversation',
    howLong: '`RETENTION_DAYS`, or until it is erased',
    why: 'satisfaction',
  },
  flags: {
    what: "agents' notes (redacted); question (redacted) and receipt",
    howLong: 'for ever; question and receipt `RETENTION_DAYS`, or until they are erased',
    why: 'what was wrong, and what became of it',
  },
  offers_made: {
    what: 'offer, amount, reason, who made it; note (redacted), receipt, pseudonyms of conversation, customer, order',
    howLong: 'for ever; note, receipt and pseudonyms `RETENTION_DAYS`, or until they are erased',
    why: 'bounds of goodwill',
  },
  asks_by_day: { what: 'numbers', howLong: 'for ever', why: 'reports' },
  article_asks: { what: 'numbers', howLong: 'for ever', why: 'reports' },
  visits_by_day: { what: 'numbers', howLong: 'for ever', why: 'reports' },
  walk_positions: { what: 'numbers', howLong: 'for ever', why: 'everything is counted once' },
  erasing: { what: 'nothing: filled and emptied in one transaction', howLong: 'no time', why: 'erasing' },
  events: {
    what: 'what happened, as other programs are told it (redacted); how a customer is reached only until it was told',
    howLong: '`WEBHOOK_RETENTION_DAYS`, at most `RETENTION_DAYS`, or until it is erased',
    why: 'delivery, and sending again',
  },
  webhook_deliveries: { what: 'what became of each', howLong: 'with its event', why: 'delivery' },
  webhook_endpoints: {
    what: 'address, secret, who made it',
    howLong: 'until it is deleted; a former secret a day',
    why: 'delivery',
  },
  verifications: {
    what: 'who confirmed which text',
    howLong: 'for ever: append-only',
    why: 'accountability',
  },
  verification_notices: { what: 'what was told to be due', howLong: 'for ever', why: 'each is told once' },
  proposals: { what: 'proposed changes, who made them', howLong: 'for ever', why: 'accountability' },
  snapshots: { what: 'compiled content', ...content },
  releases: { what: 'number, time, publisher, note', ...content },
  sources: { what: 'content files', ...content },
  release_files: { what: 'which files a release had', ...content },
  release_reports: { what: 'what a release changed', ...content },
  change_readings: { what: 'who read which change', howLong: account, why: 'agents know what changed' },
  parity_runs: { what: 'comparisons of channels; questions redacted', howLong: 'for ever', why: 'agreement' },
  text_vectors: { what: 'vectors of published texts', howLong: 'while they are published', why: 'speed' },
  users: {
    what: 'name, full name, e-mail address, role, teams, hash of a password',
    howLong: 'for ever: disabled rather than deleted',
    why: 'sign-in; the audit knows who somebody was',
  },
  identities: { what: 'subject and address at a provider', howLong: account, why: 'sign-in' },
  sessions: {
    what: 'hash of the secret, address, browser',
    howLong: 'until it ends, 7 days at most',
    why: 'sign-in',
  },
  account_links: { what: 'hash of an invitation', howLong: 'until it is used or expires', why: 'sign-in' },
  provider_requests: { what: 'sign-ins under way', howLong: 'ten minutes', why: 'sign-in' },
  known_clients: {
    what: 'addresses from where people signed in',
    howLong: '90 days',
    why: 'guessers lock no owner out',
  },
  sign_in_failures: { what: 'failures by name and address', howLong: 'until the lock ends', why: 'guessers' },
  editing_rights: { what: 'teams and categories', howLong: 'until it is changed', why: 'rights' },
  api_keys: {
    what: 'name, limits, hash of the secret',
    howLong: 'for ever',
    why: 'the audit knows what it was',
  },
  request_counts: {
    what: 'requests by address, key and account',
    howLong: 'until a count begins anew',
    why: 'limits',
  },
  audit_events: {
    what: 'who did what, from which address; of customers nothing',
    howLong: 'for ever: append-only',
    why: 'accountability',
  },
  audit_head: { what: 'the last number and hash', howLong: 'for ever', why: 'accountability' },
};
