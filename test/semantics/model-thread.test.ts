import { createModelThread, type ModelThread } from '../../server/semantics/model-thread.ts';

const standIn = new URL('../support/stand-in-model.ts', import.meta.url);
const opened: ModelThread[] = [];

function open(path = 'somewhere'): ModelThread {
  const thread = createModelThread({ kind: 'directory', path }, standIn);
  opened.push(thread);
  return thread;
}

afterAll(() => Promise.all(opened.map((thread) => thread.close())));

describe('a model in a thread', () => {
  const texts = ['where is my parcel', 'a refund', 'zzz'];

  test('gives the same vectors to who waits, to who does not, and in another thread', async () => {
    const [one, other] = [open(), open()];
    const vectors = one.encode(texts);
    expect(vectors.map((vector) => vector.length)).toEqual([26, 26, 26]);
    expect(vectors[2]?.at(-1)).toBe(127);
    expect(await one.encodeLater(texts)).toEqual(vectors);
    expect(other.encode(texts)).toEqual(vectors);
    expect(texts.map((text) => one.encode([text])[0])).toEqual(vectors);
  });

  test('answers who waits while others are still waiting', async () => {
    const thread = open();
    const later = thread.encodeLater(texts);
    const now = thread.encode(['a refund']);
    expect((await later)[1]).toEqual(now[0]);
  });

  test('says why there is no vector, and goes on', async () => {
    const thread = open();
    const failure = expect.objectContaining({
      code: 'semantic-model-unusable',
      found: expect.stringContaining('it does not like this text'),
    });
    expect(() => thread.encode(['fail'])).toThrow(failure);
    await expect(thread.encodeLater(['fail'])).rejects.toEqual(failure);
    expect(thread.encode(['a'])).toHaveLength(1);
  });

  test('says why it could not be loaded', () => {
    expect(() => open('broken').encode(['a'])).toThrow(
      expect.objectContaining({ found: expect.stringContaining('no model in here') }),
    );
  });

  test('starts again after it was ended, and fails those who were waiting', async () => {
    const thread = open();
    const before = thread.encode(texts);
    const waiting = expect(thread.encodeLater(texts)).rejects.toMatchObject({
      code: 'semantic-model-unusable',
    });
    await thread.close();
    await waiting;
    expect(thread.encode(texts)).toEqual(before);
  });
});
