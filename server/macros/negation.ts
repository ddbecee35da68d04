/** Words by which a sentence denies what it says, by language; matched as whole words, but for those that end in `-`. */
const negations: Readonly<Record<string, readonly string[]>> = {
  en: [
    'not',
    'cannot',
    'never',
    'unable',
    'neither',
    'nor',
    'none',
    'nothing',
    'nobody',
    'impossible',
    "n't",
  ],
  he: ['לא', 'אין', 'אינו', 'אינה', 'אינם', 'אינן', 'איננו', 'אינכם', 'בלתי', 'לעולם', 'אסור'],
  fa: [
    'نیست',
    'نیستند',
    'نیستیم',
    'نخواهد',
    'نخواهیم',
    'ندارد',
    'ندارند',
    'نداریم',
    'ندارید',
    'هرگز',
    'نباید',
    'نشده',
    'نمی-',
    'نمی‌-',
  ],
  ms: ['tidak', 'tak', 'bukan', 'tiada', 'jangan', 'belum', 'mustahil'],
};

/** How often a sentence denies something; 0 where nothing of the language's words of denial is in it. */
export function countNegations(sentence: string, locale: string): number {
  const language = locale.split('-')[0] ?? locale;
  const known = negations[language] ?? [];
  const words = sentence
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/[^\p{L}\p{M}'\u200c]+/u)
    .filter((word) => word !== '');
  return words.filter((word) =>
    known.some((one) => {
      if (one.endsWith('-')) return word.startsWith(one.slice(0, -1));
      return one === "n't" ? word.endsWith(one) : word === one;
    }),
  ).length;
}
