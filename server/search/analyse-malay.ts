import { wordsOfLatin } from './analyse-english.ts';
import type { Language } from './analyser.ts';

/**
 * Malay and Indonesian: reduplication is one word (baju-baju, baju2, baju); clitics, suffixes and prefixes fall away where
 * four letters remain, with the letter that a nasal swallowed restored (memulangkan, dipulangkan, pemulangan: pulang).
 */
export const malay: Language = {
  stopWords: new Set(
    (
      'yang dan di ke dari daripada pada kepada untuk dengan oleh ini itu saya aku kami kita anda awak kamu dia mereka ia ' +
      'adalah ialah akan telah sudah sedang masih belum tidak tak tiada bukan jangan boleh dapat perlu mesti harus hendak nak ' +
      'mahu ada apa apakah siapa bila bilakah mana bagaimana macam kenapa mengapa berapa adakah jika kalau atau tetapi tapi ' +
      'juga lagi sahaja saja hanya sangat lebih paling dalam luar atas bawah antara sebagai seperti secara dah ni tu je kan ' +
      'x nk tk dh blh yg dgn utk dr kat mcm camne camni camtu cmne mcmne ape mane bile brp bape klu klau kalo sy korang ko ' +
      'awk jd jer je ke lg blm jgn bg dlm pd sbb skrg kot la ye kena nanti lepas guna buat tengok cakap kata tu tau ' +
      'lah pun tolong sila terima kasih hai helo selamat nya la the a to my i'
    ).split(' '),
  ),
  words: (piece) => {
    const parts = wordsOfLatin(piece.replace(/^(\p{L}{2,})2$/u, '$1'));
    return parts.length === 2 && isReduplication(parts) ? parts.slice(0, 1) : parts;
  },
  stem: withoutAffixes,
};

/** baju-baju, and with an affix on either half: berbagai-bagai, rumah-rumahnya. */
function isReduplication(parts: readonly string[]): boolean {
  const [first = '', second = ''] = parts;
  return first.length >= 3 && (first === second || second.startsWith(first) || first.endsWith(second));
}

const SUFFIXES = ['nya', 'kan', 'lah', 'kah', 'an', 'ku', 'mu', 'i'];
/** Prefix, and what stands in its place before a vowel. */
const PREFIXES: readonly (readonly [prefix: RegExp, restored: string])[] = [
  [/^(?:meny|peny)(?=[aeiou])/u, 's'],
  [/^(?:meng|peng)/u, ''],
  [/^(?:mem|pem)(?=[aeiou])/u, 'p'],
  [/^(?:mem|pem)/u, ''],
  [/^(?:men|pen)(?=[aeiou])/u, 't'],
  [/^(?:men|pen)/u, ''],
  [/^(?:me|ber|ter|per|di|ke|se|pe)/u, ''],
];
const LEAST = 4;

/** Words that only look as if they had affixes: a customer (pelanggan) is no subscription (langganan), trousers (seluar) not outside (luar). */
const WHOLE = new Set([
  'pelanggan',
  'masalah',
  'seluar',
  'keluar',
  'member',
  'terpakai',
  'kelebihan',
  'meninggal',
]);

function withoutAffixes(word: string): string {
  if (WHOLE.has(word)) return word;
  let bare = word;
  for (let round = 0; round < 2; round++) {
    const suffix = SUFFIXES.find((s) => bare.endsWith(s) && bare.length - s.length >= LEAST);
    if (suffix === undefined) break;
    bare = bare.slice(0, -suffix.length);
  }
  for (const [prefix, restored] of PREFIXES) {
    if (!prefix.test(bare)) continue;
    const rest = bare.replace(prefix, restored);
    if (rest.length >= LEAST) return rest;
  }
  return bare;
}
