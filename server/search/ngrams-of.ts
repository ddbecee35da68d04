/** Letters of an n-gram; a word counts with a blank before and after it. Threes and fours were best of 3 to 6, `ngram` in tuning.ts. */
const SIZES = [3, 4] as const;
/** Longer runs are no words of a language; cutting them bounds the work. */
const LONGEST_FORM = 40;

/** The character n-grams of a written word, repeated ones repeatedly. */
export function ngramsOf(form: string): readonly string[] {
  const padded = ` ${form.slice(0, LONGEST_FORM)} `;
  return SIZES.flatMap((size) =>
    Array.from({ length: Math.max(0, padded.length - size + 1) }, (_, at) => padded.slice(at, at + size)),
  );
}
