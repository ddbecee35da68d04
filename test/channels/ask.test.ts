import type { Ask, PublicAnswerer } from '../../server/answers/answer.ts';
import { type Current, createPublicDoor, type Recorder } from '../../server/channels/ask.ts';

const ask: Ask = { question: 'where is it', answerId: null, locale: 'en', context: {}, asOf: '2026-11-22' };

/** A door over an answerer that tells when it is asked. */
function doorThat(said: string[]) {
  const answerer = {
    answer: () => {
      said.push('answered');
      return { status: 'no_answer' };
    },
  } as unknown as PublicAnswerer;
  const door = createPublicDoor({
    current: () => ({}) as Current,
    recorder: { record: async () => ({ code: 'ABCD2345', url: '/' }) } as unknown as Recorder,
    now: () => new Date(0),
    prepare: async (question) => {
      await Promise.resolve();
      said.push(`prepared ${question}`);
    },
  });
  return { door, answerer };
}

describe('the door', () => {
  test('has a question prepared before it is answered, so that its answer keeps nobody waiting', async () => {
    const said: string[] = [];
    const { door, answerer } = doorThat(said);
    await door.ask(answerer, ask, { channel: 'api', conversationId: null });
    expect(said).toEqual(['prepared where is it', 'answered']);
  });

  test('prepares nothing for an answer by its id', async () => {
    const said: string[] = [];
    const { door, answerer } = doorThat(said);
    await door.ask(
      answerer,
      { ...ask, question: null, answerId: 'a/b#lead' },
      { channel: 'api', conversationId: null },
    );
    expect(said).toEqual(['answered']);
  });
});
