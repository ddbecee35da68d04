import { readArticle } from '../../snapshots/check-content.ts';
import { articleQuestions, articleTexts } from '../article-texts.ts';
import type { Check, Finding, Span } from '../finding.ts';
import { lineSpan, textSpan } from '../line-span.ts';
import { phraseFinder } from '../phrase-finder.ts';

/** Fewest words of a label or title: shorter ones are words that customers use as well ("store credit"). */
const leastWords = 3;

/** Names that only agents know, in text that customers read. */
export const vocabularyAgents: Check = {
  code: 'vocabulary-agents',
  title: 'Public text names an offer or an article that only agents know.',
  severity: 'warning',
  explanation: `What is in :::agent cannot reach a customer, but an owner can write it twice. An offer that is named in public text is claimed by everybody, and the title of an article for agents tells that there is one.

It is told where a public article's title, question or text holds the id of an offer (letter for letter, if it has a hyphen), the label of an offer, or the title of an agent-only article, of at least ${leastWords} words, letter case and punctuation aside.

Move the sentence into :::agent, or say it in other words; where the words are a customer's as well, accept the finding and say so.`,
  *run(world) {
    const { content } = world;
    const findPhrases = phraseFinder<Named>([
      ...content.offers.flatMap(({ id, label, line }) => {
        const place = lineSpan(world, 'offers.yaml', line);
        return [
          ...(id.includes('-')
            ? [{ text: id, entry: { what: 'the id of an offer', exact: id, place } }]
            : []),
          ...(countOf(label) >= leastWords
            ? [{ text: label, entry: { what: `the label of the offer ${id}`, exact: null, place } }]
            : []),
        ];
      }),
      ...content.articles.flatMap((article) => {
        const { head, audience } = readArticle(article);
        if (audience === 'public' || countOf(head.title) < leastWords) return [];
        const place = lineSpan(world, head.path, head.lines.title ?? 1);
        const entry = { what: `the title of ${head.id}, which is for agents only`, exact: null, place };
        return [{ text: head.title, entry }];
      }),
    ]);
    for (const article of content.articles) {
      if (!article.beside) continue;
      for (const { text, place } of articleQuestions(article, world)) {
        for (const { entry, index, length } of findPhrases(text)) {
          const words = text.slice(index, index + length);
          if (entry.exact === null || words === entry.exact) yield named(place, words, entry);
        }
      }
      for (const { audience, file, line, markdown } of articleTexts(article)) {
        if (audience !== 'public') continue;
        for (const { entry, index, length } of findPhrases(markdown)) {
          const words = markdown.slice(index, index + length);
          if (entry.exact !== null && words !== entry.exact) continue;
          yield named(textSpan(file, line, markdown, index, length), words, entry);
        }
      }
    }
  },
};

interface Named {
  readonly what: string;
  /** The only spelling that counts; null: any. */
  readonly exact: string | null;
  readonly place: Span;
}

function named(place: Span, found: string, { what, place: other }: Named): Omit<Finding, 'code'> {
  return {
    place,
    message: `Public text holds ${what}.`,
    expected: 'what only agents know inside :::agent alone',
    found: found.replace(/\s+/g, ' '),
    hint: 'Move it into :::agent, or say it in other words.',
    other: { place: other, says: what },
    because: [],
  };
}

function countOf(text: string): number {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu)?.length ?? 0;
}
