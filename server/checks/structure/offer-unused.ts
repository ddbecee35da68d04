import { articleTexts } from '../article-texts.ts';
import type { Check } from '../finding.ts';
import { wordsSpan } from '../line-span.ts';

/** Offers that no article lists or mentions. */
export const offerUnused: Check = {
  code: 'offer-unused',
  title: 'An offer belongs to no article.',
  severity: 'warning',
  explanation: `Agents see an offer beside the article that lists it. One that no article lists is never seen, so nobody can make it.

It is told where no article has the offer in \`offers\`, and no note or article for agents holds {{offer:id}}.

List it in the articles whose customers it is for, or take it out of offers.yaml.`,
  *run(world) {
    const { articles, offers } = world.content;
    const used = new Set<string>();
    for (const article of articles) {
      const head = article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
      for (const id of head.offers) used.add(id);
      for (const { markdown } of articleTexts(article)) {
        for (const [, id = ''] of markdown.matchAll(/\{\{offer:([a-z0-9-]+)\}\}/g)) used.add(id);
      }
    }
    for (const { id, line } of offers) {
      if (used.has(id)) continue;
      yield {
        place: wordsSpan(world, 'offers.yaml', line, id),
        message: `No article lists the offer ${id}.`,
        expected: `${id} in the offers of an article, or {{offer:${id}}} in a note`,
        found: 'none',
        hint: 'List it where it may be made, or take it out.',
        other: null,
        because: [],
      };
    }
  },
};
