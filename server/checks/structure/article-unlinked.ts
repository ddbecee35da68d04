import { readArticle } from '../../snapshots/check-content.ts';
import { articleLinks } from '../article-links.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';

/** Public articles to which nothing leads but search and the list of their category. */
export const articleUnlinked: Check = {
  code: 'article-unlinked',
  title: 'No other article leads to an article.',
  severity: 'note',
  explanation: `An article that nothing links to is found by those who ask for it and by nobody who reads what stands beside it; and its owner is not reminded of it when a neighbour changes.

It is told of public articles in the default locale to which no text links, and which neither \`related\` of another article nor \`mostAsked\` of site.yaml names.

List it in \`related\` of the article that customers read before it.`,
  *run(world) {
    const { site, articles } = world.content;
    const own = articles.filter((article) => readArticle(article).head.locale === site.defaultLocale);
    const reached = new Set<string>(site.mostAsked);
    for (const article of own) {
      const { head } = readArticle(article);
      for (const id of head.related) reached.add(id);
      for (const { articleId } of articleLinks(article)) {
        if (articleId !== null && articleId !== head.id) reached.add(articleId);
      }
    }
    for (const article of own) {
      const { head, audience } = readArticle(article);
      if (audience !== 'public' || reached.has(head.id)) continue;
      yield {
        place: lineSpan(world, head.path, head.lines.title ?? 1),
        message: `Nothing leads to ${head.id} but search and its category.`,
        expected: 'a link, `related` of another article, or `mostAsked`',
        found: 'none',
        hint: null,
        other: null,
        because: [],
      };
    }
  },
};
