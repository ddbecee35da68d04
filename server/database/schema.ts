import type { Generated } from 'kysely';

/** Tables as they are stored; only the store that owns a table reads its rows. Times are ISO 8601 in UTC, text. */
export interface DatabaseSchema {
  /** snapshots/release-store.ts: immutable compiled content by public and agent id. */
  snapshots: {
    public_id: string;
    agent_id: string;
    /** Two lines of canonical JSON, public and agent, gzipped: their SHA-256 are the ids. */
    body: Buffer;
  };
  /** snapshots/release-store.ts: append-only. */
  releases: {
    number: Generated<number>;
    public_id: string;
    agent_id: string;
    published_at: string;
    publisher: string;
    change_note: string;
    /** JSON list of paths. */
    kept: string;
  };
  /** snapshots/release-store.ts: source files by their hash. */
  sources: { hash: string; bytes: Buffer };
  /** snapshots/release-store.ts: which source each file of a release had. */
  release_files: { release: number; path: string; hash: string };
  /** snapshots/release-store.ts: what is told of a release, append-only; releases of before there were reports have none. */
  release_reports: {
    release: number;
    /** JSON of the ReleaseReport. */
    report: string;
  };
  /** Which person has read what a release changed. */
  change_readings: { user_id: number; release: number; read_at: string };
  /** What a black-box comparison of the channels found; append-only. */
  parity_runs: {
    id: Generated<number>;
    run_at: string;
    person: string;
    /** The release that was served. */
    release: number;
    /** JSON of the run's summary. */
    report: string;
  };
  /** feedback/recorder.ts: every answer served; append-only until it expires. */
  served_answers: {
    /** In the order in which they were served, from 1; never given twice. */
    number: Generated<number>;
    code: string;
    served_at: string;
    expires_at: string;
    channel: string;
    conversation_id: string | null;
    /** Pseudonym of whom the caller says the customer is; null: it says nothing. */
    customer_key: string | null;
    locale: string;
    /** Redacted. */
    question: string | null;
    answer_id: string | null;
    status: string;
    /** In [0, 1]; null: of before it had a column. */
    confidence: number | null;
    fingerprint: string;
    /** JSON of what of the AnswerResult differs from ask to ask; where `said` is null, of all of it. */
    result: string;
    /** Of what was said, in `said_results`; null: of before that was. */
    said: string | null;
    /** `public`, or `agent` where an earlier release was asked: its text may have been withdrawn. */
    audience: string;
  };
  /** feedback/recorder.ts: what was said, stored once however often: JSON by its SHA-256, hex. No word of a customer is in it. */
  said_results: { hash: string; said: string };
  /** Whose served answers may be deleted before they expire; filled and emptied inside one transaction. */
  erasing: { conversation_id: string | null; customer_key: string | null };
  /** feedback/walk-served.ts: up to which number each reader has read the served answers. */
  walk_positions: { reader: string; number: number };
  /** feedback/reports/: asks counted by day; anonymous, kept when the answers expire. */
  asks_by_day: {
    /** `2026-11-22`, in the site's time zone. */
    day: string;
    channel: string;
    locale: string;
    /** `-`: no article was found. */
    category: string;
    status: string;
    asks: number;
    /** Those of the asks that were questions, not answers asked for by their id. */
    questions: number;
  };
  /** feedback/reports/: the same by article. */
  article_asks: { day: string; article_id: string; locale: string; channel: string; asks: number };
  /** feedback/reports/: how customers' visits ended, by the day, channel and locale of their last answer. */
  visits_by_day: {
    day: string;
    channel: string;
    locale: string;
    /** A status, or `agent`. */
    ended: string;
    visits: number;
  };
  /** Whether an answer helped, as a customer says; goes with its served answer. */
  ratings: {
    receipt: string;
    given_at: string;
    changed_at: string;
    channel: string;
    locale: string;
    /** Null where nothing was answered. */
    article_id: string | null;
    /** 1 or 0. */
    helpful: number;
    /** JSON list. */
    reasons: Generated<string>;
    /** Redacted. */
    sentence: string | null;
  };
  /** feedback/conversations/handovers.ts: which questions were handed to a person by webhook; goes with its served answer. */
  handovers: {
    receipt: string;
    conversation_id: string | null;
    at: string;
    locale: string;
    /** Id of a contact of site.yaml. */
    contact: string;
  };
  /** How likely customers are to recommend, once a conversation. */
  survey_answers: {
    id: Generated<number>;
    given_at: string;
    expires_at: string;
    channel: string;
    locale: string;
    conversation_id: string;
    /** 0 to 10. */
    score: number;
    /** Redacted. */
    sentence: string | null;
  };
  /** What agents say is wrong with an answer. */
  flags: {
    id: Generated<number>;
    raised_at: string;
    /** Null: the person is no more. */
    raised_by: number | null;
    kind: string;
    /** Redacted. */
    note: string;
    /** Null: something is missing altogether. */
    article_id: string | null;
    section: string | null;
    locale: string;
    /** Of the article, when it was raised. */
    revision: string | null;
    /** Redacted. */
    question: string | null;
    receipt: string | null;
    /** The team that owned the article when it was raised. */
    owner: string;
    status: string;
    ended_at: string | null;
    ended_by: string | null;
    /** What became of it, as the raiser is told. */
    outcome: string | null;
    /** When the raiser saw what became of it. */
    told_at: string | null;
  };
  /** Goodwill that agents gave or asked for; agents only. */
  offers_made: {
    id: Generated<number>;
    made_at: string;
    made_by: string;
    offer: string;
    /** In `currency`; null: the offer has no amount. */
    amount: number | null;
    currency: string | null;
    reason: string;
    /** Redacted. */
    note: string | null;
    receipt: string | null;
    conversation_id: string | null;
    customer_key: string | null;
    /** Pseudonym of the order that it was made for. */
    order_key: string | null;
    bounds: string;
    status: string;
    /** Team that decides on what is beyond the bounds. */
    approver: string | null;
    decided_at: string | null;
    decided_by: string | null;
    decision_note: string | null;
    /** Of the form that was sent, so that one that is sent twice counts once; null: it came by no form. */
    form: string | null;
    /** When the agent saw what was decided. */
    told_at: string | null;
  };
  /** Who said of which revision that it is true; append-only. */
  verifications: {
    id: Generated<number>;
    verified_at: string;
    verified_by: string;
    article_id: string;
    locale: string;
    revision: string;
    /** The day that the article carries since. */
    verified_on: string;
    note: string | null;
  };
  /** Which stage of a verification that is due was told, as an event, of which day's. */
  verification_notices: {
    article_id: string;
    locale: string;
    verified_on: string;
    stage: string;
    told_at: string;
  };
  /** Changes of the content that somebody proposes from a page; they stand beside the content directory until published. */
  proposals: {
    id: Generated<number>;
    made_at: string;
    made_by: string;
    kind: string;
    /** What it is about: an article's id, a question. */
    subject: string;
    reason: string;
    /** JSON of the ContentWish. */
    wish: string;
    /** JSON list of changed files. */
    files: string;
    status: string;
    ended_at: string | null;
    ended_by: string | null;
    release: number | null;
  };
  /** feedback/gaps/: questions that are alike and that nobody was told what they wished to know; counts are of its asks. */
  gap_groups: {
    id: Generated<number>;
    locale: string;
    state: 'open' | 'closed';
    /** Why it is closed; null: it is open. */
    outcome: 'answered' | 'out-of-scope' | 'not-worth' | 'merged' | null;
    merged_into: number | null;
    closed_at: string | null;
    closed_by: string | null;
    note: string | null;
    /** The question that it is named by and that others are held against; null: all of its questions are no longer kept. */
    leader: number | null;
    first_at: string | null;
    last_at: string | null;
    asks: Generated<number>;
    people: Generated<number>;
    questions: Generated<number>;
    unanswered: Generated<number>;
    abandoned: Generated<number>;
    unsure: Generated<number>;
    unhelpful: Generated<number>;
    /** In the last 30 days, and in the 30 before. */
    recent: Generated<number>;
    earlier: Generated<number>;
    /** JSON list of 13 numbers: asks a week, the last is of the 7 days until `counted_on`. */
    weeks: Generated<string>;
    /** Null: something changed since it was counted. */
    counted_on: string | null;
    /** JSON: what the release of `looked_at` finds for it. */
    nearest: string | null;
    nearest_article: string | null;
    nearest_owner: string | null;
    nearest_category: string | null;
    /** 1: the release of `looked_at` answers its questions. */
    answered_now: Generated<number>;
    /** Snapshot by which it was last asked; null: by none yet. */
    looked_at: string | null;
  };
  /** Questions of gaps by what they are compared by; each goes with the last of its asks. */
  gap_questions: {
    id: Generated<number>;
    locale: string;
    key: string;
    /** As it was first asked, redacted. */
    shown: string;
    group_id: number | null;
    /** 1: others are held against it. */
    leads: Generated<number>;
  };
  /** Each served answer that left a gap; goes with its served answer. */
  gap_asks: {
    receipt: string;
    question_id: number;
    at: string;
    /** In the site's time zone. */
    day: string;
    reason: 'unanswered' | 'abandoned' | 'unsure' | 'unhelpful';
    channel: string;
    /** Its conversation; the receipt where there is none. */
    asker: string;
  };
  /** Questions back of which it is not known yet whether somebody went on. */
  gap_clarified: { receipt: string; until: string };
  /** Questions that ended well, with the article that answered them; goes with its served answer. */
  gap_phrasings: {
    receipt: string;
    locale: string;
    key: string;
    /** Redacted. */
    shown: string;
    article_id: string;
    ended: 'helpful' | 'chosen';
    asker: string;
    at: string;
  };
  /** webhooks/event-log.ts: what happened, for those who subscribed to it. */
  events: {
    number: Generated<number>;
    /** `msg_` and 26 characters. */
    id: string;
    type: string;
    at: string;
    /** JSON. */
    data: string;
  };
  /** webhooks/webhooks.ts: who is told of which events. */
  webhook_endpoints: {
    id: Generated<number>;
    url: string;
    /** JSON list of event types. */
    types: string;
    /** `whsec_` and base64; readable, because it signs. */
    secret: string;
    /** The one before, which signs too until `former_until`. */
    former_secret: string | null;
    former_until: string | null;
    made_at: string;
    made_by: string;
    /** Since when no attempt went well; null: the last one did. */
    failing_since: string | null;
    /** Told nothing since; null: is told. */
    disabled_at: string | null;
    disabled_because: string | null;
  };
  /** webhooks/deliverer.ts: what became of telling an event to an endpoint. */
  webhook_deliveries: {
    id: Generated<number>;
    /** Id of the event. */
    event: string;
    endpoint: number;
    state: string;
    /** Attempts that ended. */
    attempts: Generated<number>;
    /** From when on it may be tried; a try that begins moves it on, so that nobody else begins one. */
    due_at: string;
    /** When the last attempt began. */
    tried_at: string | null;
    /** HTTP status of the last answer; null: there was none. */
    status: number | null;
    /** Of the last attempt, milliseconds. */
    duration: number | null;
    /** Why the last attempt failed, as a word of attempt.ts; null: it did not. */
    problem: string | null;
  };
  /** semantics/vector-store.ts: a cache of what a model makes of the current release's texts. */
  text_vectors: {
    model: string;
    /** SHA-256 of the text, base64. */
    hash: string;
    /** Signed bytes. */
    bytes: Buffer;
  };
  /** accounts/account-store.ts. */
  users: {
    id: Generated<number>;
    name: string;
    role: string;
    /** `scrypt$N$r$p$salt$hash`, base64url; empty: none was set, so that no password signs in. */
    password: string;
    created_at: string;
    full_name: string | null;
    email: string | null;
    /** The identity provider that says the role and the teams at each sign-in; null: they are said here. */
    provider: string | null;
    /** Cannot sign in since; null: can. */
    disabled_at: string | null;
    /** JSON list of team ids. */
    teams: Generated<string>;
    /** When a session was last begun; null: never, or before this was noted. */
    signed_in_at: string | null;
    /** Counts every change of the row that an admin makes, so that two who edit it at once are told. */
    version: Generated<number>;
  };
  /** accounts/session-store.ts; only the hash of a session's secret is stored. */
  sessions: {
    secret_hash: string;
    user_id: number;
    created_at: string;
    used_at: string;
    /** When the person last proved who they are; null, of before this was noted: at the beginning. */
    proven_at: string | null;
    address: string | null;
    /** What the browser says it is, cut. */
    browser: string | null;
    /** By which identity provider the session began; null: by password. */
    provider: string | null;
    /** The provider's ID token, which its sign-out asks for; opens nothing. */
    provider_token: string | null;
  };
  /** Links by which an invited person, or one who forgot the password, sets one; used once, then deleted. */
  account_links: {
    secret_hash: string;
    user_id: number;
    purpose: string;
    created_at: string;
    created_by: string;
    expires_at: string;
  };
  /** Which teams may edit which categories. */
  editing_rights: { team: string; category: string };
  /** accounts/identity-store.ts: who a person is at an identity provider: its stable subject, never the e-mail address. */
  identities: {
    issuer: string;
    subject: string;
    user_id: number;
    email: string | null;
    linked_at: string;
    used_at: string;
  };
  /** accounts/provider-request-store.ts: sign-ins that are under way at an identity provider; each is used once. */
  provider_requests: {
    state_hash: string;
    /** Of the cookie of the browser that began it. */
    browser_hash: string;
    client: string;
    provider: string;
    nonce: string;
    code_verifier: string;
    next: string;
    /** The person who proves anew who they are; null: a sign-in. */
    user_id: number | null;
    created_at: string;
  };
  /** Keys of programs; only the hash of the secret is stored. */
  api_keys: {
    id: Generated<number>;
    /** The part of the key that names it, and is shown. */
    prefix: string;
    secret_hash: string;
    name: string;
    channel: string;
    scope: string;
    per_minute: number;
    per_day: number | null;
    /** JSON list of the origins whose pages may send it. */
    origins: Generated<string>;
    created_at: string;
    created_by: string;
    expires_at: string | null;
    revoked_at: string | null;
    revoked_by: string | null;
    last_used_at: string | null;
  };
  /** How many requests an address, key or account has made until its count begins anew. */
  request_counts: { subject: string; hits: number; resets_at: string };
  /** audit/audit-log.ts: append-only, each row holding the hash of the one before. */
  audit_events: {
    number: number;
    at: string;
    action: string;
    actor_kind: string;
    actor: string;
    subject: string | null;
    address: string | null;
    request_id: string | null;
    /** JSON. */
    before: string | null;
    /** JSON. */
    after: string | null;
    previous_hash: string;
    hash: string;
  };
  /** audit/audit-log.ts: number and hash of the last event, in one row. */
  audit_head: { id: number; number: number; hash: string };
  /** accounts/known-clients.ts: from where people have signed in. */
  known_clients: { user_id: number; client: string; seen_at: string };
  /** accounts/sign-in-limit.ts: failures by name and by address. */
  sign_in_failures: { subject: string; failures: number; locked_until: string | null; updated_at: string };
}
