import { type Analyser, analyserFor, type Token } from '../search/analyser.ts';
import { LONGEST_QUESTION } from '../search/query.ts';
import type { AnswerResult, Context, FollowUp, Locale, Site } from './answer.ts';
import type { Asked } from './build-answer.ts';
import { type FollowUpWords, followUpWords } from './follow-up-words.ts';
import { findPhrases, type PhraseTable, phraseTable } from './phrases.ts';
import type { Place, Previous } from './previous.ts';
import type { ShelfEdition } from './shelf.ts';

/** Longer texts are questions of their own, whatever they follow. */
const MOST_WORDS = 14;
/** Most words of a follow-up that name something: with more it says what it is about by itself. */
const MOST_OWN = 3;

/** A follow-up that is answered by an answer id, with what its words say of the customer. */
export type Understood = FollowUp & { readonly answerId: string };

/**
 * Understands a question by what it follows, or gives null where it is one of its own. `alone` is the result of asking it
 * by itself, made when it is needed.
 */
export type UnderstandFollowUp = (
  question: string,
  previous: Previous,
  edition: ShelfEdition,
  asked: Asked,
  alone: () => AnswerResult,
) => Understood | null;

/**
 * The rules, in their order. After a clarification its options are chosen by number, place, or words of their labels.
 * Words that name a value of a dimension, and nothing else, ask the previous answer for it. A short question that names
 * nothing of its own, or what only the previous article has, is about one of that article's sections.
 */
export function createFollowUps(site: Site): UnderstandFollowUp {
  const lexicons = new Map<Locale, Lexicon>();
  return (question, previous, edition, asked, alone) => {
    const locale = asked.requestedLocale;
    const lexicon = lexicons.get(locale) ?? lexiconOf(site, locale);
    lexicons.set(locale, lexicon);
    const said = read(question.slice(0, LONGEST_QUESTION), lexicon);
    if (said.tokens.length === 0 || said.tokens.length > MOST_WORDS || said.contradicts) return null;
    const understood = (
      rule: FollowUp['rule'],
      place: Place,
      words: readonly Token[],
      context: Context,
    ): Understood => ({
      rule,
      previous: previous.id,
      words: words.map(({ word }) => word),
      answerId: `${place.article.id}#${place.section.anchor}`,
      context,
    });

    if (previous.kind === 'which') {
      const labels = previous.options.map(({ article, section }) => [article.title, section.heading ?? '']);
      const chosen = chooseOption(said, labels, lexicon);
      const place = chosen === null ? undefined : previous.options[chosen.at];
      if (chosen === null || place === undefined) return null;
      if (chosen.byLabel && isElsewhere(alone(), previous.options)) return null;
      return understood('option', place, chosen.words, {});
    }
    const { place } = previous;
    const named = Object.keys(said.context).length > 0;
    if (named && said.negated) return null;
    if (named && said.rest.length === 0) {
      const chose = previous.kind === 'dimension' && Object.hasOwn(said.context, previous.dimension);
      return understood(chose ? 'option' : 'dimension', place, said.ofDimensions, said.context);
    }
    if (previous.kind === 'dimension') {
      const values = site.dimensions.find(({ id }) => id === previous.dimension)?.values ?? [];
      const chosen = chooseOption(
        said,
        values.map(({ label }) => Object.values(label)),
        lexicon,
      );
      const value = chosen === null ? undefined : values[chosen.at];
      if (chosen !== null && value !== undefined)
        return understood('option', place, chosen.words, { [previous.dimension]: value.id });
    }
    const section = chooseSection(said, place, edition, alone);
    if (section === null) return null;
    const words = said.tokens.filter(
      (token) => !saysNothing(token, lexicon) || isIn(lexicon.interrogative, token),
    );
    return understood('section', { article: place.article, section }, words, said.context);
  };
}

/** Whether a result found, with certainty enough to answer, an article that is none of these. */
function isElsewhere(result: AnswerResult, places: readonly Place[]): boolean {
  const id = result.answer?.id ?? result.clarification?.answerId ?? null;
  return id !== null && !places.some(({ article }) => id.startsWith(`${article.id}#`));
}

// -------------------------------------------------------------------------------------------------- the words

interface Lexicon {
  readonly analyser: Analyser;
  readonly function: ReadonlySet<string>;
  readonly interrogative: ReadonlySet<string>;
  readonly asking: ReadonlySet<string>;
  readonly negation: ReadonlySet<string>;
  readonly option: ReadonlySet<string>;
  /** Place from 0 by word. */
  readonly places: ReadonlyMap<string, number>;
  readonly last: ReadonlySet<string>;
  readonly yes: ReadonlySet<string>;
  readonly no: ReadonlySet<string>;
  readonly values: PhraseTable<{ readonly dimension: string; readonly value: string }>;
}

/** All languages' lists as one locale's analyser reads them, since people mix; and the site's values by all their words. */
function lexiconOf(site: Site, locale: Locale): Lexicon {
  const analyser = analyserFor(locale);
  const languages = Object.values(followUpWords);
  const formsOf = (word: string): readonly string[] => analyser.tokens(word).map(({ form }) => form);
  const all = (list: (words: FollowUpWords) => readonly string[]): ReadonlySet<string> =>
    new Set(languages.flatMap((words) => list(words).flatMap(formsOf)));
  const phrases = site.dimensions.flatMap(({ id: dimension, values }) =>
    values.flatMap(({ id: value, label, words = {} }) =>
      [...Object.values(label), ...Object.values(words).flat()].map((text) => ({
        text,
        means: { dimension, value },
      })),
    ),
  );
  return {
    analyser,
    function: all((words) => words.function),
    interrogative: all((words) => words.interrogative),
    asking: all((words) => words.asking),
    negation: all((words) => words.negation),
    option: all((words) => words.option),
    places: new Map(
      languages.flatMap(({ places }) =>
        places.flatMap((place, at) => place.flatMap(formsOf).map((form) => [form, at] as const)),
      ),
    ),
    last: all((words) => words.last),
    yes: all((words) => words.yes),
    no: all((words) => words.no),
    values: phraseTable(phrases, (text) => analyser.tokens(text).map(({ term }) => term)),
  };
}

/** A word of a list, also where Hebrew joins its "and" to it. */
function isIn(set: { has(form: string): boolean }, { form }: Token): boolean {
  return set.has(form) || (/^ו.{2,}/u.test(form) && set.has(form.slice(1)));
}

interface Said {
  readonly tokens: readonly Token[];
  /** Values that the words name. */
  readonly context: Context;
  /** They name two values of one dimension: which of them holds is not ours to say. */
  readonly contradicts: boolean;
  readonly ofDimensions: readonly Token[];
  readonly negated: boolean;
  readonly interrogatives: readonly Token[];
  /** What is left without values, negations and words that say nothing by themselves or only ask. */
  readonly rest: readonly Token[];
  /** What of it names something. */
  readonly own: readonly Token[];
}

function read(question: string, lexicon: Lexicon): Said {
  const tokens = lexicon.analyser.tokens(question);
  const found = findPhrases(tokens, lexicon.values);
  const inValue = (at: number): boolean => found.some(({ from, to }) => from <= at && at < to);
  const outside = tokens.filter((_, at) => !inValue(at));
  const rest = outside.filter(
    (token) =>
      !isIn(lexicon.negation, token) && (isIn(lexicon.asking, token) || !saysNothing(token, lexicon)),
  );
  return {
    tokens,
    context: Object.fromEntries(found.map(({ means }) => [means.dimension, means.value])),
    contradicts: found.some(({ means }) =>
      found.some((other) => other.means.dimension === means.dimension && other.means.value !== means.value),
    ),
    interrogatives: outside.filter((token) => isIn(lexicon.interrogative, token)),
    ofDimensions: tokens.filter((_, at) => inValue(at)),
    negated: outside.some((token) => isIn(lexicon.negation, token)),
    rest,
    own: rest.filter((token) => !isIn(lexicon.asking, token)),
  };
}

function saysNothing(token: Token, lexicon: Lexicon): boolean {
  return token.stop || isIn(lexicon.function, token) || isIn(lexicon.interrogative, token);
}

// ------------------------------------------------------------------------------------------------- the options

interface Chosen {
  readonly at: number;
  readonly words: readonly Token[];
  /** By words of its label rather than by its place. */
  readonly byLabel: boolean;
}

/** The option that the words choose: by number or place, by yes or no, or by words that no other label has as well. */
function chooseOption(said: Said, labels: readonly (readonly string[])[], lexicon: Lexicon): Chosen | null {
  const terms = labels.map(
    (texts) => new Set(texts.flatMap((text) => lexicon.analyser.tokens(text).map(({ term }) => term))),
  );
  return (
    byPlace(said, labels.length, lexicon) ?? byYesOrNo(said, terms, lexicon) ?? byWords(said, terms, lexicon)
  );
}

function byPlace({ tokens, negated }: Said, count: number, lexicon: Lexicon): Chosen | null {
  // "No. 2" is a number, not a refusal.
  if (
    negated &&
    !tokens.every((token) => isIn(lexicon.option, token) || placeOf(token, count, lexicon) !== null)
  )
    return null;
  const placed = tokens.filter((token) => placeOf(token, count, lexicon) !== null);
  // "the second one": its last word is a place only where it stands alone.
  const telling = placed.length > 1 ? placed.filter(({ form }) => form !== 'one') : placed;
  const places = new Set(telling.map((token) => placeOf(token, count, lexicon)));
  const [at = null] = places;
  if (at === null || places.size > 1 || at >= count) return null;
  const others = tokens.filter((token) => !placed.includes(token));
  if (telling[0]?.form === 'one' && others.some(({ stop, form }) => stop && form !== 'no')) return null;
  if (!others.every((token) => token.stop || isIn(lexicon.option, token) || isIn(lexicon.function, token)))
    return null;
  return { at, words: telling, byLabel: false };
}

/** The place, from 0, that a word names among so many; null where it names none. */
function placeOf(token: Token, count: number, lexicon: Lexicon): number | null {
  const { form } = token;
  if (/^[1-9]$/.test(form)) return Number(form) - 1;
  if (isIn(lexicon.last, token)) return count - 1;
  return lexicon.places.get(form) ?? null;
}

function byYesOrNo(
  { tokens }: Said,
  labels: readonly ReadonlySet<string>[],
  lexicon: Lexicon,
): Chosen | null {
  for (const set of [lexicon.yes, lexicon.no]) {
    const saying = tokens.filter((token) => isIn(set, token));
    if (saying.length === 0 || saying.length < tokens.filter((token) => !isIn(lexicon.option, token)).length)
      continue;
    const fitting = labels.flatMap((terms, at) => ([...set].some((form) => terms.has(form)) ? [at] : []));
    const [at] = fitting;
    if (at !== undefined && fitting.length === 1) return { at, words: saying, byLabel: false };
  }
  return null;
}

/** Half of the telling words, at least, are those of one label, and more of them than of any other. */
function byWords(
  { rest, ofDimensions, negated }: Said,
  labels: readonly ReadonlySet<string>[],
  lexicon: Lexicon,
): Chosen | null {
  const telling = [...ofDimensions, ...rest].filter((token) => !isIn(lexicon.option, token));
  if (negated || telling.length === 0) return null;
  const scores = labels.map((terms) => telling.filter(({ term }) => terms.has(term)).length);
  const most = Math.max(...scores);
  if (most * 2 < telling.length || scores.filter((score) => score === most).length > 1) return null;
  const at = scores.indexOf(most);
  return { at, words: telling.filter(({ term }) => labels[at]?.has(term)), byLabel: true };
}

// ------------------------------------------------------------------------------------------------ the sections

/**
 * How much of its score the section that was just read counts for: who goes on asking has mostly not found it there.
 */
const SEEN = 0.5;

/**
 * The section of the previous article that a short follow-up asks about; null where it is none. It must have everything
 * that the question names or asks for. Where the question by itself is answered by another article, only a section whose
 * heading has all that it names is meant.
 */
function chooseSection(
  said: Said,
  { article, section: seen }: Place,
  edition: ShelfEdition,
  alone: () => AnswerResult,
): Place['section'] | null {
  const { rest, own, interrogatives } = said;
  if (rest.length + interrogatives.length === 0 || own.length > MOST_OWN) return null;
  const index = edition.sectionsOf(article.id);
  const [lead] = article.sections;
  const result = alone();
  if (index === null || lead === undefined) return null;
  if (result.why.some(({ feature }) => feature === 'exact-question')) return null;
  const elsewhere = own.length > 0 && isElsewhere(result, [{ article, section: lead }]);

  const question = said.tokens.map(({ word }) => word).join(' ');
  const seenId = `${article.id}#${seen.anchor}`;
  const found = index
    .search(question, article.sections.length)
    .candidates.map(({ articleId, score }) => ({
      id: articleId,
      score: articleId === seenId ? SEEN * score : score,
    }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const chosen = found.find(({ id }) => {
    const matches = new Map(index.explain(question, id).map((match) => [match.word, match]));
    const isThere = ({ word }: Token): boolean => (matches.get(word)?.matched ?? null) !== null;
    const isInHeading = ({ word }: Token): boolean => {
      const match = matches.get(word);
      return match !== undefined && match.how !== 'typo' && match.parts.includes('title');
    };
    // A bare "why?" asks for what was not told yet.
    if (rest.length === 0) return id !== seenId && interrogatives.some(isInHeading);
    if (elsewhere) return rest.every(isThere) && own.every(isInHeading);
    return rest.every(isThere) || (rest.filter(isThere).length * 2 >= rest.length && rest.some(isInHeading));
  });
  return article.sections.find(({ anchor }) => chosen?.id === `${article.id}#${anchor}`) ?? null;
}
