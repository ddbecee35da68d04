const RLM = '\u200f';
const ISOLATE = ['\u2067', '\u2069'] as const;

/**
 * Questions that no policy has in these words, to be asked in every language: nearly empty, without a word, with bidi marks
 * and joiners, with markup, and as long as a question may be (2,000 characters) or one character longer, which is refused.
 */
export const oddQuestions: readonly string[] = [
  ' ',
  '?',
  '!!!',
  'a',
  '24',
  '۲۴',
  '30%',
  '$10.00',
  'qwzx vbnm plokij',
  '📦❓',
  '👍🏽',
  'ＲＥＦＵＮＤ',
  'REFUND!!! NOW!!!',
  'hi',
  'thanks',
  'cancel',
  'refund or exchange',
  `${RLM}החזר כספי${RLM}?`,
  `${ISOLATE[0]}כמה עולה המשלוח${ISOLATE[1]}`,
  'چطور می‌توانم سفارشم را لغو کنم؟',
  'ביטול הזמנה order 12345',
  '<b>refund</b> & "returns" \'now\'',
  '{{fact:return-window}}',
  'a+b=c&d=e#f%20g',
  "Robert'); DROP TABLE releases;--",
  'refund '.repeat(250).trim(),
  'a'.repeat(2_000),
  'a'.repeat(2_001),
];
