import { createHash } from 'node:crypto';

/** An approved answer as the API gives it; only what a channel is compared with is named. */
export interface ApiAnswer {
  readonly id: string;
  readonly fingerprint: string;
  readonly articleId: string;
  readonly section: string;
  readonly locale: string;
  readonly title: string;
  readonly heading: string | null;
  readonly text: string;
  readonly html: string;
  readonly url: string;
  readonly snapshot: string;
}

/** A result as the API gives it. */
export interface ApiResult {
  readonly status: 'answered' | 'clarify' | 'needs_confirmation' | 'no_answer' | 'courtesy';
  readonly fingerprint: string;
  readonly answer: ApiAnswer | null;
  readonly reply: string | null;
  readonly clarification: {
    readonly prompt: string;
    readonly dimension: string | null;
    readonly options: readonly { readonly value: string; readonly label: string }[];
    readonly answerId: string | null;
  } | null;
  readonly escalation: {
    readonly message: string;
    readonly name: string;
    readonly email: string | null;
    readonly phone: string | null;
    readonly url: string | null;
    readonly hours: string | null;
  } | null;
  readonly requestedLocale: string;
  readonly receipt: { readonly code: string; readonly url: string } | null;
}

/** Whether JSON of the network is a result. */
export function isApiResult(value: unknown): value is ApiResult {
  if (typeof value !== 'object' || value === null) return false;
  const { status, fingerprint, answer, clarification, escalation } = value as Partial<ApiResult>;
  return (
    typeof status === 'string' &&
    typeof fingerprint === 'string' &&
    [answer, clarification, escalation].every((one) => typeof one === 'object') &&
    (!answer || [answer.id, answer.text, answer.html, answer.url].every((one) => typeof one === 'string'))
  );
}

/**
 * The fingerprint that a result should have, worked out anew as the API documents it: SHA-256, hex, of the canonical JSON
 * of all other fields of its answer; without an answer, of what is said instead.
 */
export function fingerprintOf(result: ApiResult): string {
  const { status, answer, reply, clarification, escalation, requestedLocale: locale } = result;
  if (answer === null) return hashOf({ status, reply, clarification, escalation, locale });
  const { fingerprint: _, ...rest } = answer;
  return hashOf(rest);
}

/** Where two JSON values first part: the path and both values; null where they are equal. */
export function firstDifference(
  expected: unknown,
  found: unknown,
  path = '',
): { readonly path: string; readonly expected: string; readonly found: string } | null {
  if (isObject(expected) && isObject(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
    for (const key of keys) {
      const parted = firstDifference(expected[key], found[key], path === '' ? key : `${path}.${key}`);
      if (parted !== null) return parted;
    }
    return null;
  }
  const [before, after] = [canonicalJson(expected), canonicalJson(found)];
  return before === after ? null : { path, expected: shown(expected), found: shown(found) };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/** JSON with its keys sorted by code units and no white space; `undefined` is the word nothing. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return value === undefined ? 'nothing' : JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}
