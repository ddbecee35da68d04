import type { Locale } from '../../answers/answer.ts';
import { analyserFor } from '../../search/analyser.ts';

/** Why a question stands in a group. */
export interface Likeness {
  /** Number of the leader that it is most alike. */
  readonly leader: number;
  /** Weight of the words that both have, over that of all words of both, in [0, 1]. */
  readonly alike: number;
}

/** The leaders that questions of a locale are held against. First all that is at hand is made known, then leaders are added. */
export interface Grouping {
  /** Counts the words of a question or leader. */
  know(question: string): void;
  /** Adds a leader under a number of its own. */
  lead(leader: number, question: string): void;
  /** The leader that a question belongs to; null where none is alike enough. Of two that are as alike, the lower number. */
  place(question: string): Likeness | null;
  /** The leaders most alike a question, whether alike enough or not, at most `most`; the most alike first. */
  nearest(question: string, most: number): readonly Likeness[];
}

/**
 * From how alike a question joins a leader's group: the least twentieth from which at least three quarters of the pairs
 * that clinc150 puts together are of one intent. It was chosen by that set alone; `npm run evaluate -- --gaps
 * --sets ../shared/eval` measures all, pairs of one intent among those together / together among those of one intent: clinc150
 * .77/.19, banking77 .60/.12, bitext .86/.29, bitext-gap .85/.29, xquad-en .88/.08, heq .51/.08, persianqa .40/.08 (the
 * last three label paragraphs, of which many questions that differ are asked). Clinc150 at .25: .67/.23; at .35: .85/.15. A wrong member is taken out by a
 * click and two groups are merged by one, but a group that is wrong at first sight is not read.
 */
const alikeFrom = 0.3;

/**
 * What a word that says little in its language weighs beside others: with 0, .1 and .25 the pairs put together from .3 are
 * right in .68, .72 and .77 (clinc150, as above), and .78, .83, .86 (bitext).
 */
const stopWeight = 0.25;

/**
 * Groups questions of one locale by the words that they share: each is held against the leaders only, so what joins a group
 * does not move it. A word weighs the more the fewer of the questions and leaders at hand have it. Words are those
 * of search, so endings, accents and spellings count as they do there. Linear in what shares a word. Pure.
 */
export function createGrouping(locale: Locale): Grouping {
  const analyser = analyserFor(locale);
  /** Whether each word is a stop word; in the order of the words, so that sums are the same whatever stood first. */
  const wordsOf = (question: string): readonly (readonly [string, boolean])[] =>
    [...new Map(analyser.tokens(question).map(({ term, stop }) => [term, stop]))].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
  const among = new Map<string, number>();
  let known = 0;
  const weightOf = (term: string, stop: boolean): number =>
    Math.log(1 + Math.max(1, known) / (among.get(term) ?? 1)) * (stop ? stopWeight : 1);
  const weigh = (question: string): Weighed => {
    const words = new Map(wordsOf(question).map(([term, stop]) => [term, weightOf(term, stop)]));
    let sum = 0;
    for (const weight of words.values()) sum += weight;
    return { words, sum };
  };
  const leaders = new Map<number, Weighed>();
  const leadersWith = new Map<string, number[]>();

  /** All leaders that are at least that much alike, and some that are less. */
  const candidates = (question: Weighed, least: number): ReadonlySet<number> => {
    const found = new Set<number>();
    // What both have weighs at least `least` times all of the question. A leader that has none of its weightiest words, up
    // to where the rest weighs less than that, cannot be alike enough; so the long lists of common words are not walked.
    let rest = question.sum;
    for (const [term, weight] of [...question.words].sort(([, a], [, b]) => b - a)) {
      if (rest < least * question.sum) break;
      for (const leader of leadersWith.get(term) ?? []) found.add(leader);
      rest -= weight;
    }
    return found;
  };
  const alike = (question: Weighed, leader: Weighed): number => {
    let both = 0;
    for (const [term, weight] of question.words) if (leader.words.has(term)) both += weight;
    return both === 0 ? 0 : both / (question.sum + leader.sum - both);
  };
  const likenesses = (text: string, least: number): readonly Likeness[] => {
    const question = weigh(text);
    return [...candidates(question, least)].flatMap((leader) => {
      const led = leaders.get(leader);
      return led === undefined ? [] : [{ leader, alike: alike(question, led) }];
    });
  };

  return Object.freeze({
    know(question: string) {
      known += 1;
      for (const [term] of wordsOf(question)) among.set(term, (among.get(term) ?? 0) + 1);
    },
    lead(leader: number, question: string) {
      const weighed = weigh(question);
      leaders.set(leader, weighed);
      for (const term of weighed.words.keys()) {
        const others = leadersWith.get(term);
        if (others === undefined) leadersWith.set(term, [leader]);
        else others.push(leader);
      }
    },
    place(question: string) {
      let best: Likeness | null = null;
      for (const likeness of likenesses(question, alikeFrom))
        if (best === null || isNearer(likeness, best)) best = likeness;
      return best !== null && best.alike >= alikeFrom ? best : null;
    },
    nearest: (question: string, most: number) =>
      [...likenesses(question, 0)].sort((a, b) => (isNearer(a, b) ? -1 : 1)).slice(0, most),
  });
}

/** The words of a question with what each weighs, and all together. */
interface Weighed {
  readonly words: ReadonlyMap<string, number>;
  readonly sum: number;
}

/** The words of a question, as they were typed and in their order, that another has too; those that say little where there are no others. */
export function sharedWords(locale: Locale, question: string, other: string): readonly string[] {
  const telling = tellingWords(locale, question, other);
  return telling.length > 0 ? telling : wordsBoth(locale, question, other).map(({ word }) => word);
}

/** The same, without those that say little in their language. */
export function tellingWords(locale: Locale, question: string, other: string): readonly string[] {
  return wordsBoth(locale, question, other)
    .filter(({ stop }) => !stop)
    .map(({ word }) => word);
}

function wordsBoth(
  locale: Locale,
  question: string,
  other: string,
): readonly { readonly word: string; readonly stop: boolean }[] {
  const analyser = analyserFor(locale);
  const theirs = new Set(analyser.tokens(other).map(({ term }) => term));
  const shared = analyser.tokens(question).filter(({ term }) => theirs.has(term));
  return [...new Map(shared.map((token) => [token.word, token])).values()];
}

function isNearer(a: Likeness, b: Likeness): boolean {
  return a.alike > b.alike || (a.alike === b.alike && a.leader < b.leader);
}
