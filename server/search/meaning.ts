import { type Encoder, speaks, type Vector } from '../semantics/encoder.ts';
import type { CompiledArticle } from '../snapshots/snapshot.ts';
import { askedTexts, sectionTexts } from './meaning-texts.ts';
import type { Candidate, Feature } from './search.ts';
import type { Tuning } from './tuning.ts';

/** Candidates in the order of words and meaning together. */
export interface Blended {
  readonly candidates: readonly Candidate[];
  /** Cosine of the question and the nearest text of the first one's article, in [0, 1]; 0 where there is none. */
  readonly meaning: number;
}

/** Null where the encoder cannot read the question, so that words alone count. */
export type Blend = (question: string, candidates: readonly Candidate[]) => Blended | null;

/** Articles that come nearest in meaning, looked at beside those that words find. */
const NEAREST = 20;
const DECIMALS = 1e6;

interface MeantSection {
  readonly anchor: string;
  readonly texts: readonly Vector[];
}

interface MeantArticle {
  readonly article: CompiledArticle;
  readonly asked: readonly Vector[];
  /** Those with text on the day, in the article's order. */
  readonly sections: readonly MeantSection[];
}

/** What articles mean on a day. */
export interface Meant {
  readonly encoder: Encoder;
  /** Null for an article in a language that the model does not know. */
  of(article: CompiledArticle): MeantArticle | null;
}

/** Asks the encoder about each article once. */
export function createMeant(encoder: Encoder, asOf: string): Meant {
  const known = new WeakMap<CompiledArticle, MeantArticle>();
  const read = (article: CompiledArticle): MeantArticle => ({
    article,
    asked: encoder.ofTexts(askedTexts(article)),
    sections: article.sections
      .map((section) => ({ anchor: section.anchor, texts: encoder.ofTexts(sectionTexts(section, asOf)) }))
      .filter(({ texts }) => texts.length > 0),
  });
  return {
    encoder,
    of: (article) => {
      if (!speaks(encoder, article.locale)) return null;
      const meant = known.get(article) ?? read(article);
      known.set(article, meant);
      return meant;
    },
  };
}

/**
 * Adds meaning to the evidence: how near, as a cosine, the question is to the nearest of an article's title, variants and
 * sentences. Each candidate's score gets `tuning.meaning` times that, as a share of the best score by words, since a
 * cosine is the same for every question and a score by words is not. Articles without a word of the question come in
 * where they are near enough.
 */
export function blendOf(
  { encoder, of }: Meant,
  articles: readonly CompiledArticle[],
  handicapOf: (article: CompiledArticle) => number,
  tuning: Tuning,
): Blend {
  const meant = articles.flatMap((article) => of(article) ?? []);
  const byId = new Map(meant.map((one) => [one.article.id, one]));

  return (question, candidates) => {
    if (!encoder.reads(question)) return null;
    const vector = encoder.ofQuestion(question);
    const most = candidates.reduce((largest, { score }) => Math.max(largest, score), 0) || 1;
    const found = new Set(candidates.map(({ articleId }) => articleId));
    const near = nearest(meant, vector).filter(({ article }) => !found.has(article.id));
    const blended = [...candidates, ...near.map(withoutWords)]
      .map((candidate): { readonly candidate: Candidate; readonly value: number } => {
        const one = byId.get(candidate.articleId);
        if (one === undefined) return { candidate, value: 0 };
        const { value, anchor } = meaningOf(one, vector, tuning);
        const share = round(value * tuning.meaning * most * handicapOf(one.article));
        const feature: Feature = { name: 'meaning', value: share, words: [] };
        return {
          candidate: {
            ...candidate,
            anchor: candidate.features.length === 0 ? anchor : candidate.anchor,
            score: round(candidate.score + share),
            features: share > 0 ? [...candidate.features, feature] : candidate.features,
          },
          value,
        };
      })
      .filter(({ candidate, value }) => found.has(candidate.articleId) || value >= tuning.meaningAlone)
      .sort(
        (a, b) =>
          b.candidate.score - a.candidate.score || byCodePoints(a.candidate.articleId, b.candidate.articleId),
      );
    return {
      candidates: blended.map(({ candidate }) => candidate),
      meaning: round(blended[0]?.value ?? 0),
    };
  };
}

/** An article that no word of the question has found. */
function withoutWords({ article, sections }: MeantArticle): Candidate {
  return {
    articleId: article.id,
    anchor: sections[0]?.anchor ?? 'lead',
    locale: article.locale,
    score: 0,
    features: [],
  };
}

/** The nearest by title and variants, best first; equals by id. */
function nearest(meant: readonly MeantArticle[], question: Vector): readonly MeantArticle[] {
  const found: Near[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (const one of meant) {
    const value = largest(one.asked, question);
    if (found.length >= NEAREST && value < least) continue;
    let place = found.length;
    while (place > 0 && isBefore({ one, value }, found[place - 1])) place -= 1;
    found.splice(place, 0, { one, value });
    if (found.length > NEAREST) found.pop();
    least = found.at(-1)?.value ?? least;
  }
  return found.map(({ one }) => one);
}

interface Near {
  readonly one: MeantArticle;
  readonly value: number;
}

function isBefore(a: Near, b: Near | undefined): boolean {
  if (b === undefined) return true;
  return a.value > b.value || (a.value === b.value && byCodePoints(a.one.article.id, b.one.article.id) < 0);
}

/** The nearest text of an article, in [0, 1], and where it stands; title and variants stand for the lead. */
function meaningOf(
  { asked, sections }: MeantArticle,
  question: Vector,
  tuning: Tuning,
): { readonly value: number; readonly anchor: string } {
  let nearestText = { value: Math.max(0, largest(asked, question)), anchor: sections[0]?.anchor ?? 'lead' };
  for (const { anchor, texts } of sections) {
    const value = tuning.meaningOfSentence * largest(texts, question);
    if (value > nearestText.value) nearestText = { value, anchor };
  }
  return nearestText;
}

function largest(vectors: readonly Vector[], question: Vector): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const vector of vectors) most = Math.max(most, cosine(vector, question));
  return vectors.length === 0 ? 0 : most;
}

/** Of whole numbers until the last step, so that it is the same everywhere; 0 where one of them is nothing. */
function cosine(a: Vector, b: Vector): number {
  const { bytes } = a;
  const other = b.bytes;
  if (a.norm === 0 || b.norm === 0 || bytes.length !== other.length) return 0;
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += (bytes[at] ?? 0) * (other[at] ?? 0);
  return sum / (a.norm * b.norm);
}

function round(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
