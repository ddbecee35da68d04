import { readArticle } from '../../snapshots/check-content.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';

/** Articles whose effective period is over and that nothing follows. */
export const articleEnded: Check = {
  code: 'article-ended',
  title: 'An article has ended, and none follows it.',
  severity: 'note',
  explanation: `After the end of its effective period an article is no longer an answer, and its address says that it is gone. What customers ask about it then gets no answer, or a neighbour's.

It is told where \`effective.to\` has come and no article names it in \`supersedes\`.

Write what holds now and let it supersede this one, give it a new period, or take the file away: earlier releases keep what it said.`,
  *run(world) {
    const heads = world.content.articles.map((article) => readArticle(article).head);
    const followed = new Set(heads.flatMap(({ supersedes }) => supersedes));
    for (const { id, path, effective, lines } of heads) {
      if (effective.to === null || effective.to > world.today || followed.has(id)) continue;
      yield {
        place: lineSpan(world, path, lines['effective.to'] ?? lines.effective ?? 1),
        message: `${id} ended on ${effective.to}, and no article supersedes it.`,
        expected: 'an article in force, or one that supersedes it',
        found: `ended on ${effective.to}; it is ${world.today}`,
        hint: 'Let what holds now supersede it, or take the file away.',
        other: null,
        because: [],
      };
    }
  },
};
