import { scoreOfOption } from './best-option.ts';
import type { NgramIndex } from './ngram-index.ts';
import { lengthOf } from './postings.ts';
import type { Option, Slot } from './query.ts';
import type { SectionIndex } from './section-index.ts';
import type { Tuning } from './tuning.ts';
import type { WordIndex } from './word-index.ts';

/** What a question scores in the articles that may be among its best. */
export interface ArticleScores {
  /** The best articles by words, n-grams and best section together, best first; equals by position. */
  readonly best: readonly number[];
  /** What makes up an article's score, as shares of it: each times `handicap` adds up to it. */
  readonly perWord: number;
  readonly perNgram: number;
  readonly perSection: number;
  /** Of an article among the best. */
  words(article: number): number;
  ngrams(article: number): number;
  sections(article: number): Float64Array;
}

/** What articles are scored from; those before `built` by their postings, those after it each by itself. */
export interface Scored {
  readonly words: WordIndex;
  readonly ngrams: NgramIndex;
  readonly sections: SectionIndex;
  readonly built: number;
  readonly added: number;
  /** Built articles that are no more. */
  readonly gone: ReadonlySet<number>;
  /** What an article's score is multiplied by, in (0, 1]. */
  readonly handicaps: Float64Array;
  /** The same of added articles. */
  readonly addedHandicaps: Float64Array;
  /** Equal scores are ordered by it. */
  readonly compare: (a: number, b: number) => number;
  readonly tuning: Tuning;
}

/** Memory for one question after another; grows with the index. */
export interface Scratch {
  words: Float64Array;
  ngrams: Float64Array;
  bestSection: Float64Array;
  totals: Float64Array;
  sections: Float64Array;
  ofArticles: Memory;
  ofSections: Memory;
}

/** Memory for one word after another. */
interface Memory {
  /** Scores of one term, in the order of its postings. */
  readonly scores: Float64Array;
  /** By document: the best option of a word with several; which have one; what the first terms of one score together, and how many there were. */
  readonly best: Float64Array;
  readonly seen: Int32Array;
  readonly sums: Float64Array;
  readonly had: Uint8Array;
}

function createMemory(documents: number): Memory {
  return {
    scores: new Float64Array(documents),
    best: new Float64Array(documents),
    seen: new Int32Array(documents),
    sums: new Float64Array(documents),
    had: new Uint8Array(documents),
  };
}

export function createScratch(): Scratch {
  const nothing = new Float64Array();
  return {
    words: nothing,
    ngrams: nothing,
    bestSection: nothing,
    totals: nothing,
    sections: nothing,
    ofArticles: createMemory(0),
    ofSections: createMemory(0),
  };
}

/**
 * An article that has every word as often as a typical one scores so much by words. Of 6,512 questions of the dev sets and
 * the sample content's variants left out in turn, the best by words has .62 of what is typical, so it scores about 1.
 */
const TYPICAL = 1.6;
/** As many postings are walked through in the time of one look-up. */
const LOOK_UP = 15;
/** Above the error of sums in another order. */
const SLACK = 1e-9;

/** A word or an n-gram of the question: what it adds to articles' scores. */
interface Unit {
  /**
   * How many articles or sections have it, and what it typically adds to a score. What adds most for its length comes first:
   * the same order in every index of the same articles.
   */
  readonly frequency: number;
  readonly worth: number;
  readonly postings: number;
  /** What it takes to add to one article's scores, in postings. */
  readonly cost: number;
  /** The most that it adds to the score of a built article. */
  readonly bound: number;
  /** Adds to the scores of all built articles. */
  walk(): void;
  /** Adds to one article's scores. */
  add(article: number): void;
}

/**
 * Scores articles by words, n-grams and sections, each as a share of what a typical article with all of them would have, and
 * gives the best `most`. Telling words come first; once the common ones that are left cannot bring any but a few articles to
 * the top any more, only those few are looked up in them. The result is the same as with `prune` off, to the last bit: every
 * article's score is added up in the same order either way.
 */
export function scoreArticles(
  slots: readonly Slot[],
  grams: readonly number[],
  scored: Scored,
  scratch: Scratch,
  {
    most,
    always,
    prune,
  }: { readonly most: number; readonly always: number | undefined; readonly prune: boolean },
): ArticleScores {
  const { words, ngrams, sections, built, added, gone, tuning } = scored;
  const articles = built + added;
  reserve(scratch, articles, sections.sections);
  const meant = slots.filter(({ options }) => options.length > 0);
  const perWord = TYPICAL / (sumOf(meant, (slot) => slot.weight * mostOfOptions(slot, words.ideal)) || 1);
  const perNgram = (tuning.ngram * TYPICAL) / (sumOf(grams, ngrams.ideal) || 1);
  const perSection =
    (tuning.section * TYPICAL) /
    (sumOf(meant, (slot) => sectionWeight(slot, tuning) * mostOfOptions(slot, sections.ideal)) || 1);

  const units = [
    ...meant.map((slot) => wordUnit(slot, scored, scratch, perWord)),
    ...meant.map((slot) => sectionUnit(slot, scored, scratch, perSection)),
    ...grams.map((gram) => gramUnit(gram, ngrams, scratch, perNgram)),
  ].sort((a, b) => b.worth / b.frequency - a.worth / a.frequency);
  for (const article of gone) scratch.words[article] = Number.NEGATIVE_INFINITY;
  for (let article = built; article < articles; article++) for (const unit of units) unit.add(article);

  const shares = { perWord, perNgram, perSection };
  const total = (article: number): number => totalOf(article, scored, scratch, shares);
  const finalists = prune ? contest(units, scored, scratch, most, shares) : everyArticle(units, articles);
  if (always !== undefined && !finalists.includes(always)) {
    // It may have been walked through already: what it has is found anew.
    clear(scratch, sections, always);
    for (const unit of units) unit.add(always);
    finalists.push(always);
  }
  const best = finalists
    .map((article) => ({ article, score: total(article) }))
    .filter(({ article, score }) => score > 0 || article === always)
    .sort((a, b) => b.score - a.score || scored.compare(a.article, b.article))
    .map(({ article }) => article);
  return {
    best:
      always === undefined
        ? best.slice(0, most)
        : [always, ...best.filter((one) => one !== always)].slice(0, most),
    perWord,
    perNgram,
    perSection,
    words: (article) => scratch.words[article] ?? 0,
    ngrams: (article) => scratch.ngrams[article] ?? 0,
    sections: (article) =>
      scratch.sections.subarray(sections.firstOf(article), sections.firstOf(article + 1)),
  };
}

function everyArticle(units: readonly Unit[], articles: number): number[] {
  for (const unit of units) unit.walk();
  return Array.from({ length: articles }, (_, article) => article);
}

/** What one unit of each kind of evidence is worth. */
interface Shares {
  readonly perWord: number;
  readonly perNgram: number;
  readonly perSection: number;
}

function totalOf(
  article: number,
  { handicaps, addedHandicaps, built }: Scored,
  { words, ngrams, bestSection }: Scratch,
  { perWord, perNgram, perSection }: Shares,
): number {
  const handicap = article < built ? handicaps[article] : addedHandicaps[article - built];
  return (
    (handicap ?? 1) *
    ((words[article] ?? 0) * perWord +
      (ngrams[article] ?? 0) * perNgram +
      (bestSection[article] ?? 0) * perSection)
  );
}

/** Puts every article's total into `totals`. */
function addUp(
  { handicaps, addedHandicaps, built, added }: Scored,
  { words, ngrams, bestSection, totals }: Scratch,
  { perWord, perNgram, perSection }: Shares,
): void {
  for (let article = 0; article < built; article++) {
    totals[article] =
      (handicaps[article] ?? 1) *
      ((words[article] ?? 0) * perWord +
        (ngrams[article] ?? 0) * perNgram +
        (bestSection[article] ?? 0) * perSection);
  }
  for (let article = built; article < built + added; article++) {
    totals[article] =
      (addedHandicaps[article - built] ?? 1) *
      ((words[article] ?? 0) * perWord +
        (ngrams[article] ?? 0) * perNgram +
        (bestSection[article] ?? 0) * perSection);
  }
}

/**
 * Walks through units, most telling first, until few enough articles are left that may come to the top; looks those up in the
 * units that remain, dropping more and more of them. Gives the articles that are left, with all their scores.
 */
function contest(
  units: readonly Unit[],
  scored: Scored,
  scratch: Scratch,
  most: number,
  shares: Shares,
): number[] {
  const { built, added } = scored;
  const articles = built + added;
  const { totals } = scratch;
  const left = new Float64Array(units.length + 1);
  const costLeft = new Float64Array(units.length + 1);
  const postingsLeft = new Float64Array(units.length + 1);
  for (let at = units.length - 1; at >= 0; at--) {
    left[at] = (left[at + 1] ?? 0) + (units[at]?.bound ?? 0);
    costLeft[at] = (costLeft[at + 1] ?? 0) + (units[at]?.cost ?? 0);
    postingsLeft[at] = (postingsLeft[at + 1] ?? 0) + (units[at]?.postings ?? 0);
  }
  const top = new Float64Array(most);
  /** The score of the last that would be among the best, of an iterable of articles, were nothing more added. */
  const meet = (score: number): void => {
    if (score <= (top[most - 1] ?? 0)) return;
    let place = most - 1;
    while (place > 0 && (top[place - 1] ?? 0) < score) {
      top[place] = top[place - 1] ?? 0;
      place -= 1;
    }
    top[place] = score;
  };
  /** Those who may still be among the best once all units from `at` on have been added; null for more than `limit`. */
  const contenders = (at: number, limit: number): number[] | null => {
    addUp(scored, scratch, shares);
    top.fill(0);
    let last = 0;
    for (let article = 0; article < articles; article++) {
      const score = totals[article] ?? 0;
      if (score <= last) continue;
      meet(score);
      last = top[most - 1] ?? 0;
    }
    const least = last;
    const rest = (left[at] ?? 0) + SLACK;
    if (rest >= least && at < units.length) return null;
    const found: number[] = [];
    for (let article = 0; article < articles; article++) {
      const score = totals[article] ?? 0;
      if (score <= 0 || score + (article < built ? rest : SLACK) < least) continue;
      found.push(article);
      if (found.length > limit) return null;
    }
    return found;
  };

  let at = 0;
  let [walked, since] = [0, 0];
  let found: number[] | null = null;
  for (; at < units.length; at++) {
    const postings = postingsLeft[at] ?? 0;
    if (since >= 2 * articles && since * 3 >= walked && postings >= articles) {
      found = contenders(at, (2 * postings) / ((costLeft[at] ?? 0) + 1));
      if (found !== null) break;
      since = 0;
    }
    units[at]?.walk();
    walked += units[at]?.postings ?? 0;
    since += units[at]?.postings ?? 0;
  }
  found ??= contenders(units.length, articles) ?? [];
  for (; at < units.length; at++) {
    for (const article of found) if (article < built) units[at]?.add(article);
    if (found.length <= most) continue;
    top.fill(0);
    for (const article of found) meet(totalOf(article, scored, scratch, shares));
    const least = (top[most - 1] ?? 0) - (left[at + 1] ?? 0) - SLACK;
    found = found.filter((article) => article >= built || totalOf(article, scored, scratch, shares) >= least);
  }
  return found;
}

/** A word of the question: an article gets the best of its options. */
function wordUnit(slot: Slot, { words }: Scored, scratch: Scratch, perWord: number): Unit {
  const { options, weight } = slot;
  return {
    frequency: sumOf(options, ({ terms }) => words.frequency(terms[0] ?? -1)),
    worth: perWord * weight * mostOfOptions(slot, words.ideal),
    postings: sumOf(options, ({ terms }) => postingsOf(terms, words)),
    cost: LOOK_UP * options.length,
    bound: perWord * weight * mostOfOptions(slot, words.bound),
    walk: () =>
      walkOptions(options, words, scratch.ofArticles, weight, {
        scores: scratch.words,
        owners: null,
        best: scratch.words,
      }),
    add: (article) => {
      const score = bestScore(options, words, article);
      if (score > 0) scratch.words[article] = (scratch.words[article] ?? 0) + weight * score;
    },
  };
}

/** The same for sections: each gets the best of the options, and an article what its best section has. */
function sectionUnit(
  slot: Slot,
  { words, sections, tuning }: Scored,
  scratch: Scratch,
  perSection: number,
): Unit {
  const { options } = slot;
  const weight = sectionWeight(slot, tuning);
  const sum: Sum = { scores: scratch.sections, owners: sections.owners, best: scratch.bestSection };
  return {
    frequency: sumOf(options, ({ terms }) => sections.frequency(terms[0] ?? -1)),
    worth: perSection * weight * mostOfOptions(slot, sections.ideal),
    postings: sumOf(options, ({ terms }) => postingsOf(terms, sections)),
    cost: LOOK_UP * options.length * 3,
    bound: perSection * weight * mostOfOptions(slot, sections.bound),
    walk: () => walkOptions(options, sections, scratch.ofSections, weight, sum),
    add: (article) => {
      // What no part of the article has, none of its sections has either.
      if (bestScore(options, words, article) === 0) return;
      const end = sections.firstOf(article + 1);
      for (let section = sections.firstOf(article); section < end; section++) {
        const found = bestScore(options, sections, section);
        if (found === 0) continue;
        const score = (scratch.sections[section] ?? 0) + weight * found;
        scratch.sections[section] = score;
        if (score > (scratch.bestSection[article] ?? 0)) scratch.bestSection[article] = score;
      }
    },
  };
}

function postingsOf(terms: readonly number[], { postings }: Walked): number {
  return sumOf(terms, (term) => lengthOf(postings, term));
}

function gramUnit(gram: number, ngrams: NgramIndex, scratch: Scratch, perNgram: number): Unit {
  return {
    frequency: ngrams.frequency(gram),
    worth: perNgram * ngrams.ideal(gram),
    postings: ngrams.postings(gram),
    cost: LOOK_UP,
    bound: perNgram * ngrams.bound(gram),
    walk: () => ngrams.addScores(gram, scratch.ngrams),
    add: (article) => {
      scratch.ngrams[article] = (scratch.ngrams[article] ?? 0) + ngrams.score(gram, article);
    },
  };
}

/** An index whose documents are walked through: words of articles, or of sections. */
type Walked = Pick<WordIndex | SectionIndex, 'score' | 'postings' | 'readScores'>;

/** Where the scores of documents are added up. */
interface Sum {
  readonly scores: Float64Array;
  /** Of sections: the article of each, and the best sum of each article's. */
  readonly owners: Int32Array | null;
  readonly best: Float64Array;
}

/** Adds to each built document that has one of the options what the best of them scores there, times a weight. */
function walkOptions(
  options: readonly Option[],
  index: Walked,
  memory: Memory,
  weight: number,
  into: Sum,
): void {
  const { starts, documents } = index.postings;
  const { scores, best, seen } = memory;
  const longest = longestSingle(options, index);
  let met = 0;
  for (const option of options) {
    if (option === longest) continue;
    met =
      option.terms.length === 1
        ? meetTerm(option, index, memory, met)
        : meetPhrase(option, index, memory, met);
  }
  // The option with most documents goes straight to the sums: the others have few, and are remembered.
  if (longest !== null) {
    const [term = -1] = longest.terms;
    const first = starts[term] ?? 0;
    const length = lengthOf(index.postings, term);
    index.readScores(term, scores);
    for (let at = 0; at < length; at++) {
      const document = documents[first + at] ?? 0;
      const score = longest.weight * (scores[at] ?? 0);
      const other = met === 0 ? 0 : (best[document] ?? 0);
      addTo(into, document, weight * Math.max(other, score));
      if (other > 0) best[document] = 0;
    }
  }
  for (let at = 0; at < met; at++) {
    const document = seen[at] ?? 0;
    const score = best[document] ?? 0;
    if (score === 0) continue;
    addTo(into, document, weight * score);
    best[document] = 0;
  }
}

function addTo({ scores, owners, best }: Sum, document: number, score: number): void {
  const sum = (scores[document] ?? 0) + score;
  scores[document] = sum;
  if (owners === null) return;
  const owner = owners[document] ?? 0;
  if (sum > (best[owner] ?? 0)) best[owner] = sum;
}

/** The option of one term that stands in most documents. */
function longestSingle(options: readonly Option[], { postings }: Walked): Option | null {
  let longest: Option | null = null;
  let most = 0;
  for (const option of options) {
    const length = option.terms.length === 1 ? lengthOf(postings, option.terms[0] ?? -1) : 0;
    if (length > most) [longest, most] = [option, length];
  }
  return longest;
}

/** Remembers what an option of one term scores where it is the best so far; gives how many documents have been met. */
function meetTerm({ terms, weight }: Option, index: Walked, memory: Memory, met: number): number {
  const { starts, documents } = index.postings;
  const { scores, best, seen } = memory;
  const [term = -1] = terms;
  const first = starts[term] ?? 0;
  const length = lengthOf(index.postings, term);
  if (length > 0) index.readScores(term, scores);
  let count = met;
  for (let at = 0; at < length; at++) {
    const document = documents[first + at] ?? 0;
    const score = weight * (scores[at] ?? 0);
    const known = best[document] ?? 0;
    if (score <= known) continue;
    if (known === 0) seen[count++] = document;
    best[document] = score;
  }
  return count;
}

/** The same for an option whose terms must all be there: a document that has had all before is one step further. */
function meetPhrase({ terms, weight }: Option, index: Walked, memory: Memory, met: number): number {
  if (terms.some((term) => lengthOf(index.postings, term) === 0)) return met;
  const { starts, documents } = index.postings;
  const { scores, best, seen, sums, had } = memory;
  let count = met;
  terms.forEach((term, step) => {
    const first = starts[term] ?? 0;
    const length = lengthOf(index.postings, term);
    const isLast = step === terms.length - 1;
    index.readScores(term, scores);
    for (let at = 0; at < length; at++) {
      const document = documents[first + at] ?? 0;
      if (step > 0 && had[document] !== step) continue;
      const sum = (step === 0 ? 0 : (sums[document] ?? 0)) + (scores[at] ?? 0);
      sums[document] = sum;
      had[document] = step + 1;
      if (!isLast) continue;
      const known = best[document] ?? 0;
      if (weight * sum <= known) continue;
      if (known === 0) seen[count++] = document;
      best[document] = weight * sum;
    }
  });
  const [firstTerm = -1] = terms;
  const end = starts[firstTerm + 1] ?? 0;
  for (let place = starts[firstTerm] ?? 0; place < end; place++) had[documents[place] ?? 0] = 0;
  return count;
}

function bestScore(options: readonly Option[], index: Pick<WordIndex, 'score'>, document: number): number {
  let most = 0;
  for (const option of options) most = Math.max(most, scoreOfOption(option, index, document));
  return most;
}

/** The most that an option of a word may be worth, where each of its terms is worth so much. */
function mostOfOptions({ options }: Slot, worth: (term: number) => number): number {
  return options.reduce((most, { terms, weight }) => Math.max(most, weight * sumOf(terms, worth)), 0);
}

function sectionWeight({ stop, weight }: Slot, tuning: Tuning): number {
  return stop ? tuning.sectionStop : weight;
}

function sumOf<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((sum, one) => sum + value(one), 0);
}

/** Makes room for so many articles and sections and clears what the last question left. */
function reserve(scratch: Scratch, articles: number, sections: number): void {
  if (scratch.words.length < articles) {
    const room = Math.ceil(articles * 1.1);
    scratch.words = new Float64Array(room);
    scratch.ngrams = new Float64Array(room);
    scratch.bestSection = new Float64Array(room);
    scratch.totals = new Float64Array(room);
    scratch.ofArticles = createMemory(room);
  }
  if (scratch.sections.length < sections) {
    scratch.sections = new Float64Array(Math.ceil(sections * 1.1));
    scratch.ofSections = createMemory(Math.ceil(sections * 1.1));
  }
  scratch.words.fill(0, 0, articles);
  scratch.ngrams.fill(0, 0, articles);
  scratch.bestSection.fill(0, 0, articles);
  scratch.sections.fill(0, 0, sections);
}

function clear(scratch: Scratch, sections: SectionIndex, article: number): void {
  scratch.words[article] = 0;
  scratch.ngrams[article] = 0;
  scratch.bestSection[article] = 0;
  scratch.sections.fill(0, sections.firstOf(article), sections.firstOf(article + 1));
}
