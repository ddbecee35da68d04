/** What the bot knows of the languages of a conversation. */
export interface Languages {
  /** Locales that the server answers in. */
  readonly served: readonly string[];
  /** The locale in use. */
  readonly current: string;
  /** The last one in Latin letters. */
  readonly latin: string;
}

/** Scripts by their letters; the first three are what the samples use, the rest costs nothing. */
const scripts: Readonly<Record<string, RegExp>> = {
  Hebr: /\p{Script=Hebrew}/gu,
  Arab: /\p{Script=Arabic}/gu,
  Latn: /\p{Script=Latin}/gu,
  Cyrl: /\p{Script=Cyrillic}/gu,
  Grek: /\p{Script=Greek}/gu,
  Deva: /\p{Script=Devanagari}/gu,
  Hans: /\p{Script=Han}/gu,
};

/** Small words that nearly every sentence of a language has and that the others do not. */
const smallWords: Readonly<Record<string, readonly string[]>> = {
  en: 'a an and are be can did do does for have how i if is it me my not of on or the this to was we what when where which who why will with you your'.split(
    ' ',
  ),
  ms: 'ada adakah anda apa apakah bagaimana belum berapa bila bilakah bolehkah boleh dalam dan dari daripada dengan di hendak ialah ini itu jika kami ke kenapa kepada macam mahu mana mengapa nak pada perlu saya sudah tak telah tiada tidak untuk yang'.split(
    ' ',
  ),
};

/** The languages at the start: the locale wished for, else the site's default. */
export function startLanguages(
  served: readonly string[],
  fallback: string,
  wished: string | null,
): Languages {
  const current = wished ?? fallback;
  const latin = [current, fallback, ...served].find((locale) => scriptOf(locale) === 'Latn') ?? current;
  return { served, current, latin };
}

/**
 * The languages after the customer has typed this: the script of most letters decides; among languages in Latin letters
 * the small words, and where these say nothing, the last one stays. Text without letters changes nothing.
 */
export function hearLanguage(languages: Languages, typed: string): Languages {
  const script = mostUsedScript(typed);
  if (script === null) return languages;
  if (script !== 'Latn') {
    const locale = languages.served.find((served) => scriptOf(served) === script);
    return locale === undefined ? languages : { ...languages, current: locale };
  }
  const latin = bySmallWords(languages, typed);
  return { ...languages, current: latin, latin };
}

/** Whether a locale is written from right to left. */
export function isRightToLeft(locale: string): boolean {
  return ['Hebr', 'Arab'].includes(scriptOf(locale));
}

function scriptOf(locale: string): string {
  try {
    return new Intl.Locale(locale).maximize().script ?? 'Latn';
  } catch {
    return 'Latn';
  }
}

function mostUsedScript(typed: string): string | null {
  let most: string | null = null;
  let letters = 0;
  for (const [script, pattern] of Object.entries(scripts)) {
    const count = typed.match(pattern)?.length ?? 0;
    if (count > letters) [most, letters] = [script, count];
  }
  return most;
}

function bySmallWords({ served, latin }: Languages, typed: string): string {
  const words = typed.toLowerCase().split(/[^\p{L}]+/u);
  let best = latin;
  let most = scoreOf(latin, words);
  for (const locale of served) {
    const score = scoreOf(locale, words);
    if (score > most) [best, most] = [locale, score];
  }
  return best;
}

function scoreOf(locale: string, words: readonly string[]): number {
  const small = smallWords[locale.split('-')[0] ?? ''] ?? [];
  return words.filter((word) => small.includes(word)).length;
}
