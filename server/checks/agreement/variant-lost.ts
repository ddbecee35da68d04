import { publicShelf } from '../../answers/answerer.ts';
import { hiddenShelf } from '../../answers/desk.ts';
import { latestDay } from '../../answers/left-out-questions.ts';
import { createEditions, type Shelf } from '../../answers/shelf.ts';
import { updateIndex } from '../../search/build-index.ts';
import { normalisedQuestion } from '../../snapshots/check-content.ts';
import { periodsOverlap } from '../../snapshots/resolve-fact.ts';
import type { Check } from '../finding.ts';
import {
  type ClaimedQuestion,
  type ClaimedQuestions,
  claimedQuestions,
  nameOfQuestion,
  spanOfQuestion,
} from './claimed-questions.ts';
import { createNearQuestions } from './near-questions.ts';

/**
 * How alike a variant and a question of another article must be before the variant is taken away to see who wins it. Of the
 * 967 public variants of the sample content 206 are lost when they are taken away, since each says what no other text of its
 * article does: that is what a variant is for. Of those with a rival from .65 on none is; the nearest, at .60, ask for the
 * price and for the days of posting to Sabah, which are two questions.
 */
const LEAST_ALIKE = 0.65;

/**
 * Articles beside the rivals that are searched: they say which words are rare, and an even sample of them says it as well. Of
 * 1,000 generated articles (npm run benchmark -- --check) the same 4 variants are lost with all of them in English, 3 of 4 in
 * Hebrew, and content:check takes a third longer.
 */
const BYSTANDERS = 200;

/** A variant that stands nearer to another article's questions than to its own. */
export const variantLost: Check = {
  code: 'variant-lost',
  title: 'A question variant belongs to another article by all that the two articles say.',
  severity: 'warning',
  explanation: `A variant finds its own article because its owner wrote it there, word for word. Whoever asks it in slightly other words gets what the rest of the texts say, and if that is another article, two customers with one question get two answers.

A variant is looked at where a title or variant of another article has nearly the same content words (by weight, rare words weighing more), and no other of its own article is as near. It is then taken away from its article, and the real search is asked, over the two articles and up to ${BYSTANDERS} others: if it finds the other article first, this is told.

Move the variant to the article that wins it, or say in its own article (title, heading, text) what sets it apart. What every variant is worth, all left out in their turn, is measured by npm run evaluate; here only those with a near rival are, so that a check of 1,000 articles takes a second.`,
  *run(world) {
    const { snapshot } = world;
    if (!snapshot) return;
    const shelves = { public: publicShelf(snapshot), agent: hiddenShelf(snapshot) };
    for (const claimed of claimedQuestions(world.content)) {
      const rivals = nearRivals(claimed);
      if (rivals.length === 0) continue;
      const rivalling = new Set(rivals.flatMap(({ claim, rival }) => [claim.head.id, rival.head.id]));
      const winnerOf = createContest(partOf(shelves[claimed.audience], rivalling), claimed.locale);
      for (const { claim, rival } of rivals) {
        if (winnerOf(claim) !== rival.head.id) continue;
        yield {
          place: spanOfQuestion(world, claim),
          message: `${nameOfQuestion(claim)} would be won by ${rival.head.id}.`,
          expected: `a question that finds ${claim.head.id} by what that article says`,
          found: `${rival.head.id}, which lists “${rival.text}”`,
          hint: `Move it to ${rival.head.path}, or say in ${claim.head.path} what sets it apart.`,
          other: { place: spanOfQuestion(world, rival), says: rival.text },
          because: claim.sense.filter((word) => rival.sense.includes(word)),
        };
      }
    }
  },
};

interface Rivalry {
  readonly claim: ClaimedQuestion;
  readonly rival: ClaimedQuestion;
}

/** Variants with the nearest question of another article, where that is near and none of their own article is as near. */
function nearRivals({ questions }: ClaimedQuestions): readonly Rivalry[] {
  const nearTo = createNearQuestions(
    questions.map(({ sense }) => sense),
    LEAST_ALIKE,
  );
  return questions.flatMap((claim, at) => {
    if (claim.variant === null) return [];
    const first = nearTo(at)
      .map((one) => questions[one.at])
      .find((other) => other && isInForceWith(other, claim));
    if (!first || first.head.id === claim.head.id) return [];
    // The same words are an error of their own.
    return normalisedQuestion(first.text) === normalisedQuestion(claim.text) ? [] : [{ claim, rival: first }];
  });
}

function isInForceWith(a: ClaimedQuestion, b: ClaimedQuestion): boolean {
  return periodsOverlap(a.head.effective, b.head.effective);
}

/** A shelf with some articles and an even sample of all others. */
function partOf(shelf: Shelf, wanted: ReadonlySet<string>): Shelf {
  const others = shelf.articles.filter(({ id }) => !wanted.has(id));
  if (others.length <= BYSTANDERS) return shelf;
  const step = others.length / BYSTANDERS;
  const sample = new Set(Array.from({ length: BYSTANDERS }, (_, at) => others[Math.floor(at * step)]));
  const articles = shelf.articles.filter((article) => wanted.has(article.id) || sample.has(article));
  return { ...shelf, articles };
}

/** Asks variants of an index that lacks them, on the first day from which their article holds, at the earliest the latest verification. */
function createContest(shelf: Shelf, locale: string): (claim: ClaimedQuestion) => string | null {
  const editions = createEditions(shelf);
  const day = latestDay(shelf.articles);
  return ({ head, variant, text }) => {
    const { from, to } = head.effective;
    const asOf = from !== null && from > day ? from : to !== null && to <= day ? (from ?? FIRST_DAY) : day;
    const edition = editions.on(locale, asOf);
    const article = edition.articles.get(head.id);
    if (!article) return null;
    const questions = article.questions.filter((_, at) => at !== variant);
    const without = updateIndex(edition.index(), { put: [{ ...article, questions }], removed: [] });
    return without?.search(text, 1).candidates[0]?.articleId ?? null;
  };
}

const FIRST_DAY = '0001-01-01';
