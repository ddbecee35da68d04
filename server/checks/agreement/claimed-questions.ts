import type { Content, Locale } from '../../articles/article.ts';
import { lineOf, type ReadArticle, readArticle } from '../../snapshots/check-content.ts';
import type { CheckWorld, Span } from '../finding.ts';
import { wordsSpan } from '../line-span.ts';
import { createSenseReader } from './question-sense.ts';

/** A title or variant, with the article to which it belongs. */
export interface ClaimedQuestion extends ReadArticle {
  /** Null for the title, else its place among the variants, from 0. */
  readonly variant: number | null;
  readonly text: string;
  /** What it asks: its content words, sorted. */
  readonly sense: readonly string[];
}

/** The titles and variants that one index holds, of one locale and audience, in the content's order. */
export interface ClaimedQuestions {
  readonly locale: Locale;
  readonly audience: 'public' | 'agent';
  readonly questions: readonly ClaimedQuestion[];
}

/** Every title and variant, by locale and audience; read once for each content. */
export function claimedQuestions(content: Content): readonly ClaimedQuestions[] {
  const before = remembered.get(content);
  if (before) return before;
  const reads = content.articles.map(readArticle);
  const claimed = content.site.locales.flatMap((locale) =>
    (['public', 'agent'] as const).map((audience) => {
      const senseOf = createSenseReader(
        locale,
        content.synonyms.filter((group) => group.audience === 'public' || audience === 'agent'),
      );
      const questions = reads
        .filter((read) => read.head.locale === locale && read.audience === audience)
        .flatMap((read) =>
          [read.head.title, ...read.head.questions].map((text, at) => ({
            ...read,
            variant: at === 0 ? null : at - 1,
            text,
            sense: senseOf(text),
          })),
        );
      return { locale, audience, questions };
    }),
  );
  remembered.set(content, claimed);
  return claimed;
}

/** A title or variant in a sentence: `Question 2 of orders/cancel`. */
export function nameOfQuestion({ head, variant }: ClaimedQuestion): string {
  return variant === null ? `The title of ${head.id}` : `Question ${variant + 1} of ${head.id}`;
}

/** Where a title or variant stands in its file. */
export function spanOfQuestion(
  world: Pick<CheckWorld, 'linesOf'>,
  { head, variant, text }: ClaimedQuestion,
): Span {
  return wordsSpan(world, head.path, lineOf(head, variant === null ? 'title' : `questions.${variant}`), text);
}

const remembered = new WeakMap<Content, readonly ClaimedQuestions[]>();
