import { type Encoder, encodedText, type Vector } from '../../server/semantics/encoder.ts';
import { vectorOf } from '../../server/semantics/vector.ts';

/** Words that mean the same to the toy, each list a direction of its own. */
const meanings = [
  ['refund', 'money', 'cash', 'reimbursed'],
  ['parcel', 'box', 'package', 'shipment'],
  ['cancel', 'stop', 'undo', 'revoke'],
  ['membership', 'subscription', 'club'],
] as const;

/**
 * An encoder that knows a few English words: the vector of a text says how often each of its meanings stands in it. It
 * remembers what it was asked.
 */
export function toyEncoder(
  parts: { readonly id?: string; readonly languages?: readonly string[] | null } = {},
): Encoder & {
  readonly asked: string[];
} {
  const { id = 'a toy', languages = ['en'] } = parts;
  const asked: string[] = [];
  const encode = (text: string): Vector => {
    const words =
      encodedText(text)
        .toLowerCase()
        .match(/\p{L}+/gu) ?? [];
    const counts = meanings.map((same) => words.filter((word) => same.some((one) => one === word)).length);
    return vectorOf(Int8Array.from([...counts, 0]));
  };
  return {
    id,
    languages,
    reads: (text) => /[a-z]/iu.test(text),
    ofTexts: (texts) => texts.map(encode),
    ofQuestion: (text) => {
      asked.push(text);
      return encode(text);
    },
    asked,
  };
}
