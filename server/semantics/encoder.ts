/** A text's meaning: signed bytes, and the square root of the sum of their squares. */
export interface Vector {
  readonly bytes: Int8Array;
  readonly norm: number;
}

/** Turns texts into vectors whose nearness is nearness of meaning. A value: one id, one text, one vector, on every machine. */
export interface Encoder {
  /** SHA-256, hex, of the model's files and of the way they are used. */
  readonly id: string;
  /** Languages of the articles that get vectors, as base locales (`en`); null: all. */
  readonly languages: readonly string[] | null;
  /** Whether a text is in letters that the model knows; of others it would say something without knowing anything. */
  reads(text: string): boolean;
  /**
   * Vectors of articles' texts, remembered. Each text is read by itself, since a model's last bits depend on what else it is
   * given. Errors: semantic-model-unusable where the model fails.
   */
  ofTexts(texts: readonly string[]): readonly Vector[];
  /** The same of a question, remembered among the last few thousand. */
  ofQuestion(text: string): Vector;
}

/**
 * The longest text that is read, in UTF-16 units: the time grows with more than the length (20 words take 14 ms, 600
 * characters 40 ms, 2,000 characters 130 ms with the English model).
 */
const LONGEST_TEXT = 600;

/** A text as it is encoded: one blank for any, bare ends, cut where it is too long; may be empty, which has no meaning. */
export function encodedText(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().slice(0, LONGEST_TEXT).toWellFormed();
}

/** Whether articles of a locale get vectors. */
export function speaks({ languages }: Pick<Encoder, 'languages'>, locale: string): boolean {
  return languages === null || languages.includes(locale.split('-')[0] ?? locale);
}
