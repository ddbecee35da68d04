import type { Language } from './analyser.ts';

/**
 * Persian (and other text in Arabic letters on a Persian site): ZWNJ joins, so that می‌خواهم and میخواهم agree; plural,
 * comparative and possessive endings fall away where three letters remain (کتاب‌ها، کتابهای, کتاب), and so does the
 * verb prefix می/نمی where four remain. Endings written apart (کتاب ها) are stop words.
 */
export const persian: Language = {
  stopWords: new Set(
    (
      'و در به از که را با برای این ان تا یا هم نیز بر است بود شد شده می نمی ها های هایی تر ترین ای ام ات اش من تو او ما شما ' +
      'انها ایشان چه چی چیست کی کجا چرا چگونه چطور ایا کدام چند هر یک اگر اما ولی پس باید شود شوند میشود کرد کرده کند کنم کنید ' +
      'میکند میکنم هست هستم هستند نیست دارد دارم دارند داشت باشد بوده خود خودم لطفا سلام ممنون روی طی بین چنین همین همان مگر ' +
      'رو یه واسه چجوری چطوری چیه کیه میخوام میخواهم میخواستم میتونم میتونید میتونین میشه نمیشه بشه ' +
      'الان دیگه اینو اونو اون مرسی ' +
      'میتوانم میتوان توانم ال'
    ).split(' '),
  ),
  words: (piece) => [piece.replaceAll('\u200c', '')],
  stem: withoutAffixes,
};

/** Longest first, so that the whole ending goes. */
const ENDINGS = [
  'هایشان',
  'هایمان',
  'هایتان',
  'هایی',
  'هایم',
  'هایت',
  'هایش',
  'های',
  'ترین',
  'شان',
  'مان',
  'تان',
  'ها',
  'تر',
  'ام',
  'ات',
  'اش',
  'ی',
];

function withoutAffixes(word: string): string {
  const bare = /^ن?می.{4,}/u.test(word) ? word.replace(/^ن?می/u, '') : word;
  for (const ending of ENDINGS) {
    if (bare.length - ending.length >= 3 && bare.endsWith(ending)) return bare.slice(0, -ending.length);
  }
  return bare;
}
