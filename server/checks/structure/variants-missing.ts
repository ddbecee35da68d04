import { readArticle } from '../../snapshots/check-content.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';

/** Public articles without question variants. */
export const variantsMissing: Check = {
  code: 'variants-missing',
  title: 'An article lists no question of a customer.',
  severity: 'note',
  explanation: `Customers do not ask in an owner's words. Question variants are how they really ask: they are found word for word, they weigh in every search, and from them is measured how sure answers may be.

It is told of public articles without \`questions\`.

Write three or four as customers type them; the questions without an answer are a good source.`,
  *run(world) {
    for (const article of world.content.articles) {
      const { head, audience } = readArticle(article);
      if (audience !== 'public' || head.questions.length > 0) continue;
      yield {
        place: lineSpan(world, head.path, head.lines.title ?? 1),
        message: `${head.path} lists no question of a customer.`,
        expected: 'questions, as customers ask them',
        found: 'the title alone',
        hint: null,
        other: null,
        because: [],
      };
    }
  },
};
