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
    code: string;
    served_at: string;
    expires_at: string;
    channel: string;
    conversation_id: string | null;
    locale: string;
    /** Redacted. */
    question: string | null;
    answer_id: string | null;
    status: string;
    fingerprint: string;
    /** JSON of the AnswerResult. */
    result: string;
    /** `public`, or `agent` where an earlier release was asked: its text may have been withdrawn. */
    audience: string;
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
    /** `scrypt$N$r$p$salt$hash`, base64url. */
    password: string;
    created_at: string;
  };
  /** accounts/session-store.ts; only the hash of a session's secret is stored. */
  sessions: { secret_hash: string; user_id: number; created_at: string; used_at: string };
  /** accounts/sign-in-limit.ts: failures by name and by address. */
  sign_in_failures: { subject: string; failures: number; locked_until: string | null; updated_at: string };
}
