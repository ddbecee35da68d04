/**
 * The sentences of a plain text, in order, without blanks around them: a line end parts them too. An abbreviation or a
 * decimal may part one too often, which costs a comparison and no more.
 */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => line.split(/(?<=[.!?؟。！？…])\s+(?=\S)/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** The same, parted at semicolons too: each part states something of its own. */
export function clausesOf(text: string): readonly string[] {
  return sentencesOf(text).flatMap((sentence) => sentence.split(/(?<=[;؛])\s+/u));
}
