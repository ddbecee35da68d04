import { firstDifference } from './api-result.ts';
import type { Reply } from './http-client.ts';
import { answersWith, type Look, type Said } from './look.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What a call of the API says beside what the POST said: every field of the result but those that `isIgnored` names.
 * `resultIn`: where the result stands in the call's JSON.
 */
export function lookAtJson(
  reply: Reply,
  { result, json }: Said,
  isIgnored: (field: string) => boolean,
  resultIn: (json: Json) => unknown = (all) => all,
): NonNullable<Look> {
  const address = reply.url.href;
  if (result === null) return { address, statements: [answersWith(400, reply)] };
  if (reply.status !== 200) return { address, statements: [answersWith(200, reply)] };
  const whole = jsonOf(reply);
  const found = whole === null ? null : resultIn(whole);
  const kept = (all: unknown): Json =>
    Object.fromEntries(Object.entries(all ?? {}).filter(([field]) => !isIgnored(field)));
  const parted = firstDifference(kept(json), kept(found));
  if (parted === null) return { address, statements: [] };
  const { path: field, ...texts } = parted;
  return { address, statements: [{ field, ...texts }] };
}

/** The JSON object of a reply; null where it is none. */
export function jsonOf(reply: Reply): Json | null {
  try {
    const value: unknown = JSON.parse(reply.body);
    return typeof value === 'object' && value !== null ? (value as Json) : null;
  } catch {
    return null;
  }
}
