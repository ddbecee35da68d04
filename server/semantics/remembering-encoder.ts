import { type Encoder, encodedText, type Vector } from './encoder.ts';
import type { FoundModel } from './model.ts';
import type { ModelThread } from './model-thread.ts';
import { vectorOf } from './vector.ts';
import { textHash, type VectorStore } from './vector-store.ts';

/** An encoder that encodes nothing twice. */
export interface RememberingEncoder extends Encoder {
  /** Has the texts' vectors at hand, from the store or for the store, while the event loop goes on. */
  learn(texts: readonly string[]): Promise<void>;
  /** Forgets all other texts, here; those being asked about are encoded again. */
  keepOnly(texts: readonly string[]): void;
  /** Forgets all other texts in the store: a publication's work. */
  storeOnly(texts: readonly string[]): Promise<void>;
  /** Has a question's vector at hand, while the event loop goes on. */
  prepare(question: string): Promise<void>;
  /** Ends the model's thread, which takes some 240 MB; the next text that is not at hand starts another. */
  close(): Promise<void>;
}

/** Questions whose vectors are kept, some 600 bytes each: a result list, its pages and its suggestions ask the same again. */
const MOST_QUESTIONS = 4_000;
/** Texts of one request: some 200 ms of the model's thread; and what an interrupted publication loses. */
const TEXTS_AT_ONCE = 16;

/** `store`: null to remember nothing beyond this process. */
export function createRememberingEncoder(deps: {
  readonly model: FoundModel;
  readonly thread: ModelThread;
  readonly store: VectorStore | null;
}): RememberingEncoder {
  const { model, thread, store } = deps;
  const texts = new Map<string, Vector>();
  const questions = new Map<string, Vector>();

  const reads = model.languages?.every((language) => language === 'en') === true ? isMostlyLatin : hasLetters;
  const missingOf = (asked: readonly string[]): readonly string[] => [
    ...new Set(asked.map(encodedText).filter((text) => text !== '' && !texts.has(text))),
  ];
  const remember = (batch: readonly string[], vectors: readonly Int8Array[]): void => {
    batch.forEach((text, at) => {
      texts.set(text, vectorOf(vectors[at] ?? new Int8Array()));
    });
  };
  const known = (question: string): Vector | undefined => {
    const vector = texts.get(question) ?? questions.get(question);
    if (vector !== undefined && questions.delete(question)) questions.set(question, vector);
    return vector;
  };
  const rememberQuestion = (question: string, bytes: Int8Array | undefined): Vector => {
    const vector = vectorOf(bytes ?? new Int8Array());
    questions.set(question, vector);
    const [oldest] = questions.keys();
    if (questions.size > MOST_QUESTIONS && oldest !== undefined) questions.delete(oldest);
    return vector;
  };

  return {
    id: model.id,
    languages: model.languages,
    reads,
    ofTexts(asked) {
      for (const batch of batches(missingOf(asked))) remember(batch, thread.encode(batch));
      return asked.map((text) => texts.get(encodedText(text)) ?? NOTHING);
    },
    ofQuestion(question) {
      const text = encodedText(question);
      if (text === '') return NOTHING;
      return known(text) ?? rememberQuestion(text, thread.encode([text])[0]);
    },
    async prepare(question) {
      const text = encodedText(question);
      if (text === '' || !reads(text) || known(text) !== undefined) return;
      rememberQuestion(text, (await thread.encodeLater([text]))[0]);
    },
    async learn(asked) {
      const missing = missingOf(asked).map((text) => ({ text, hash: textHash(text) }));
      const stored =
        (await store?.some(
          model.id,
          missing.map(({ hash }) => hash),
        )) ?? new Map<string, Int8Array>();
      for (const { text, hash } of missing) {
        const bytes = stored.get(hash);
        if (bytes !== undefined) remember([text], [bytes]);
      }
      for (const batch of batches(missing.filter(({ hash }) => !stored.has(hash)))) {
        const vectors = await thread.encodeLater(batch.map(({ text }) => text));
        remember(
          batch.map(({ text }) => text),
          vectors,
        );
        await store?.add(
          model.id,
          new Map(batch.map(({ hash }, at) => [hash, vectors[at] ?? new Int8Array()])),
        );
      }
    },
    keepOnly(asked) {
      const kept = new Set(asked.map(encodedText));
      for (const text of texts.keys()) if (!kept.has(text)) texts.delete(text);
    },
    async storeOnly(asked) {
      await store?.keepOnly(model.id, new Set(asked.map((text) => textHash(encodedText(text)))));
    },
    close: () => thread.close(),
  };
}

const NOTHING: Vector = vectorOf(new Int8Array());

/** Half of its letters, at least. */
function isMostlyLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin > 0 && latin * 2 >= letters;
}

function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}

function batches<T>(texts: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(texts.length / TEXTS_AT_ONCE);
  return Array.from({ length: count }, (_, at) => texts.slice(at * TEXTS_AT_ONCE, (at + 1) * TEXTS_AT_ONCE));
}
