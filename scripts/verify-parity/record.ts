import { couldNotAsk, type HttpClient } from './http-client.ts';
import { formTokenOf } from './installation.ts';
import { jsonOf } from './look-at-json.ts';
import type { Verification } from './verify.ts';

const PAGE = '/manage/consistency';

/** Most differences that are recorded with a run, and most characters of a text in them. */
const MOST_EXAMPLES = 20;
const MOST_CHARACTERS = 1_000;

/** Records a verification on the page of consistency; gives what it was recorded as. Errors: couldNotAsk. */
export type Record = (
  verification: Verification,
) => Promise<{ readonly id: number; readonly release: number }>;

/** Makes sure that whoever is signed in may record runs, before any is made. Errors: couldNotAsk. */
export async function openRecord(agent: HttpClient): Promise<Record> {
  const token = await formTokenOf(agent, PAGE);
  return async ({ snapshots, questions, byLocale, channels, differences }) => {
    const json = {
      snapshot: snapshots.at(-1),
      questions,
      byLocale,
      channels,
      differences: differences.length,
      examples: differences.slice(0, MOST_EXAMPLES).map(({ channel, question, field, expected, found }) => ({
        channel,
        locale: question.locale,
        question: question.question.slice(0, MOST_CHARACTERS),
        field: field.slice(0, 60),
        expected: expected.slice(0, MOST_CHARACTERS),
        found: found.slice(0, MOST_CHARACTERS),
      })),
    };
    const reply = await agent.post(`${PAGE}/runs`, { json }, { 'x-form-token': token });
    const answer = jsonOf(reply);
    const { id, release, detail } = answer ?? {};
    if (reply.status !== 201 || typeof id !== 'number' || typeof release !== 'number')
      throw couldNotAsk(`The run is not recorded (${reply.status}): ${detail ?? 'no reason was given'}`);
    return { id, release };
  };
}
