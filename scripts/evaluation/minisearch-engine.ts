import MiniSearch from 'minisearch';
import { alwaysFirst } from './always-first.ts';
import { type Engine, MOST_RESULTS } from './engine.ts';
import type { SetArticle } from './read-sets.ts';

/** MiniSearch with its own defaults over title, questions and body. */
export function miniSearchEngine(articles: readonly SetArticle[]): Engine {
  const index = new MiniSearch<{ id: string; title: string; questions: string; body: string }>({
    fields: ['title', 'questions', 'body'],
  });
  index.addAll(articles.map((article) => ({ ...article, questions: article.questions.join('\n') })));
  return alwaysFirst(({ text }) =>
    index
      .search(text)
      .slice(0, MOST_RESULTS)
      .map(({ id, score }) => ({ id: String(id), score })),
  );
}
