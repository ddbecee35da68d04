import { questionKey } from '../search/analyser.ts';
import { LONGEST_QUESTION } from '../search/query.ts';
import type { AnswerResult, Locale, OutOfScope, Site } from './answer.ts';
import { localText } from './local-text.ts';
import { createSmallTalk } from './small-talk.ts';

/** A question that the owners listed as out of scope: what was listed, and what is said to it. */
export interface Declined {
  readonly listed: string;
  readonly reply: string;
}

/** What is said where neither the entry nor site.yaml says it, by language; English for all others. */
const otherwise: Readonly<Record<string, string>> = {
  en: 'That is not something we can help with here. A person can tell you where to turn to.',
  he: 'בנושא הזה איננו יכולים לעזור כאן. נציג יוכל לומר לך לאן לפנות.',
  fa: 'در این مورد این‌جا نمی‌توانیم کمک کنیم. همکاران ما می‌گویند به کجا مراجعه کنید.',
  ms: 'Perkara itu di luar bantuan kami di sini. Seorang petugas boleh memberitahu tempat yang sesuai untuk anda bertanya.',
};

/** Words beyond the longest listed question that may be courtesies: as many as small talk has. */
const mostAround = 12;

/**
 * Reads questions that are out of scope: those that out-of-scope.yaml lists, in whatever language of the site, alone or with
 * courtesies before or behind. Letter case, accents, punctuation and spelling count as little as in an exact question. Null
 * for every other.
 */
export function createOutOfScope(
  site: Site,
  entries: readonly OutOfScope[],
): (question: string, locale: Locale) => Declined | null {
  const byKey = new Map<string, { readonly entry: OutOfScope; readonly listed: string }>();
  for (const entry of entries) {
    for (const listed of Object.values(entry.questions).flat()) {
      const key = questionKey(listed);
      if (!byKey.has(key)) byKey.set(key, { entry, listed });
    }
  }
  const longest = Math.max(0, ...[...byKey.keys()].map((key) => key.split(' ').length));
  const courtesyFor = createSmallTalk(site);
  const isCourtesy = (words: readonly string[]): boolean =>
    words.length === 0 || courtesyFor(words.join(' ')) !== null;
  return (question, locale) => {
    if (byKey.size === 0 || question.length > LONGEST_QUESTION) return null;
    const words = questionKey(question).split(' ');
    if (words.length > longest + mostAround) return null;
    for (let from = 0; from <= Math.min(mostAround, words.length - 1); from += 1) {
      for (let to = words.length; to > from && words.length - to <= mostAround; to -= 1) {
        const found = byKey.get(words.slice(from, to).join(' '));
        if (found === undefined || !isCourtesy(words.slice(0, from)) || !isCourtesy(words.slice(to)))
          continue;
        return { listed: found.listed, reply: replyOf(found.entry, locale, site) };
      }
    }
    return null;
  };
}

/** Whether a result declines a question as out of scope. */
export function isOutOfScope({ why }: Pick<AnswerResult, 'why'>): boolean {
  return why.some(({ feature }) => feature === 'out-of-scope');
}

function replyOf({ reply }: OutOfScope, locale: Locale, site: Site): string {
  const said = reply ?? site.phrases.outOfScope;
  return said === undefined
    ? (otherwise[locale] ?? otherwise[locale.split('-')[0] ?? ''] ?? otherwise.en ?? '')
    : localText(said, locale, site);
}
