import { openDatabase } from '../../server/database/open.ts';
import { encodedText, speaks } from '../../server/semantics/encoder.ts';
import type { ModelThread } from '../../server/semantics/model-thread.ts';
import { createRememberingEncoder } from '../../server/semantics/remembering-encoder.ts';
import { quantise, vectorOf } from '../../server/semantics/vector.ts';
import { createVectorStore, type VectorStore } from '../../server/semantics/vector-store.ts';

/** A model that tells what it was asked: a text's vector is its length. */
function countingThread(): ModelThread & { readonly asked: string[] } {
  const asked: string[] = [];
  const encode = (texts: readonly string[]): readonly Int8Array[] => {
    asked.push(...texts);
    return texts.map((text) => Int8Array.of(text.length, 1));
  };
  return { asked, encode, encodeLater: async (texts) => encode(texts), close: async () => {} };
}

function encoderOf(
  store: VectorStore | null,
  model: { readonly id?: string; readonly languages?: readonly string[] | null } = {},
) {
  const thread = countingThread();
  const { id = 'one', languages = ['en'] } = model;
  return { thread, encoder: createRememberingEncoder({ model: { id, languages }, thread, store }) };
}

describe('an encoder that remembers', () => {
  test('encodes nothing twice, whatever its blanks', () => {
    const { encoder, thread } = encoderOf(null);
    const [a, b] = encoder.ofTexts(['one text', ' one \n text ']);
    expect(a).toBe(b);
    expect(encoder.ofQuestion('one text')).toBe(a);
    encoder.ofQuestion('another');
    encoder.ofQuestion('another');
    expect(thread.asked).toEqual(['one text', 'another']);
  });

  test('has a question at hand that was prepared', async () => {
    const { encoder, thread } = encoderOf(null);
    await encoder.prepare('later');
    expect(encoder.ofQuestion('later').bytes).toEqual(Int8Array.of(5, 1));
    expect(thread.asked).toEqual(['later']);
  });

  test('an empty text has no meaning and is not asked about', async () => {
    const { encoder, thread } = encoderOf(null);
    await encoder.prepare(' \n ');
    expect(encoder.ofQuestion('').norm).toBe(0);
    expect(encoder.ofTexts(['', ' ']).map(({ norm }) => norm)).toEqual([0, 0]);
    expect(thread.asked).toEqual([]);
  });

  test('another one learns from the store what the first has learnt, and nothing from another model', async () => {
    const db = await openDatabase(':memory:');
    const store = createVectorStore(db);
    const texts = Array.from({ length: 450 }, (_, at) => `text ${at}`);
    await encoderOf(store).encoder.learn(texts);

    const second = encoderOf(store);
    await second.encoder.learn([...texts, 'new']);
    expect(second.thread.asked).toEqual(['new']);
    expect(second.encoder.ofTexts(texts)).toEqual(
      texts.map((text) => vectorOf(Int8Array.of(text.length, 1))),
    );

    const other = encoderOf(store, { id: 'two' });
    await other.encoder.learn(texts);
    expect(other.thread.asked).toHaveLength(450);
    await db.destroy();
  });

  test('a publication forgets what no text of it needs, of every model', async () => {
    const db = await openDatabase(':memory:');
    const store = createVectorStore(db);
    await encoderOf(store, { id: 'two' }).encoder.learn(['a']);
    const { encoder } = encoderOf(store);
    await encoder.learn(['a', 'b']);
    await encoder.storeOnly(['b']);
    const rows = await db.selectFrom('text_vectors').select(['model', 'hash']).execute();
    expect(rows).toHaveLength(1);
    const again = encoderOf(store);
    await again.encoder.learn(['a', 'b']);
    expect(again.thread.asked).toEqual(['a']);
    await db.destroy();
  });

  test('an English model reads Latin letters alone, one for all languages any', () => {
    const english = encoderOf(null).encoder;
    expect(['refund', 'is חיוב a refund', '£5 please'].map(english.reads)).toEqual([true, true, true]);
    expect(['החזר', 'ההזמנה שלי refund', '😀', '12'].map(english.reads)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    const all = encoderOf(null, { languages: null }).encoder;
    expect(['refund', 'החזר', '😀'].map(all.reads)).toEqual([true, true, false]);
  });
});

describe('vectors', () => {
  test('are signed bytes whose largest is 127, and keep what is opposite opposite', () => {
    expect(quantise([0.5, -1, 0.25])).toEqual(Int8Array.of(64, -127, 32));
    expect(quantise([0, 0])).toEqual(Int8Array.of(0, 0));
    expect(vectorOf(Int8Array.of(3, 4)).norm).toBe(5);
  });

  test('of long texts are those of their beginnings', () => {
    expect(encodedText(`${'word '.repeat(500)}`)).toHaveLength(600);
    expect(encodedText(`${'x'.repeat(599)}😀`).isWellFormed()).toBe(true);
  });

  test('go to the articles of the model’s languages', () => {
    expect(speaks({ languages: ['en'] }, 'en-GB')).toBe(true);
    expect(speaks({ languages: ['en'] }, 'he')).toBe(false);
    expect(speaks({ languages: null }, 'he')).toBe(true);
  });
});
