import { factsIn } from '../../snapshots/compile-section.ts';
import { articleTexts } from '../article-texts.ts';
import type { Check } from '../finding.ts';
import { wordsSpan } from '../line-span.ts';

/** Facts that no text refers to. */
export const factUnused: Check = {
  code: 'fact-unused',
  title: 'A fact stands in no text.',
  severity: 'warning',
  explanation: `A fact that no article refers to is kept up for nothing, or, worse, stands written out somewhere instead, where it will not change with the register.

It is told where no article, in any language and for any audience, holds {{fact:id}}.

Write the reference where the value is meant, or take the fact out of facts.yaml. A fact that is kept for a later text is accepted with that reason.`,
  *run(world) {
    const used = new Set(
      world.content.articles.flatMap((article) =>
        articleTexts(article).flatMap(({ markdown }) => factsIn(markdown)),
      ),
    );
    for (const { id, line } of world.content.facts) {
      if (used.has(id)) continue;
      yield {
        place: wordsSpan(world, 'facts.yaml', line, id),
        message: `No text refers to the fact ${id}.`,
        expected: `{{fact:${id}}} in an article or a note`,
        found: 'none',
        hint: 'Refer to it where its value is meant, or take it out.',
        other: null,
        because: [],
      };
    }
  },
};
