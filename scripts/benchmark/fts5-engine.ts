import Database from 'better-sqlite3';
import { analyserFor } from '../../server/search/analyser.ts';
import type { CompiledArticle } from '../../server/snapshots/snapshot.ts';

/** SQLite's full-text search over the same articles, as somebody would set it up who knows it. */
export interface Fts5Engine {
  /** Any of the words but stop words, BM25, best ten. */
  search(question: string): readonly unknown[];
  /** All of the words but stop words, the last one unfinished, BM25, best eight. */
  suggest(typed: string): readonly unknown[];
  close(): void;
}

/** Builds it in memory: title, questions and text; stems in English; an index of prefixes of two and three letters. */
export function buildFts5(articles: readonly CompiledArticle[], locale: string): Fts5Engine {
  const database = new Database(':memory:');
  const tokenizer = locale === 'en' ? 'porter unicode61' : 'unicode61';
  database.exec(
    `create virtual table articles using fts5(title, questions, body, tokenize = '${tokenizer}', prefix = '2 3')`,
  );
  const insert = database.prepare('insert into articles values (?, ?, ?)');
  database.transaction(() => {
    for (const { title, questions, sections } of articles) {
      const texts = sections.flatMap(({ heading, variants }) => [
        heading ?? '',
        ...variants.map(({ rendering }) => rendering.text),
      ]);
      insert.run(title, questions.join('\n'), texts.join('\n'));
    }
  })();
  database.exec(`insert into articles(articles) values ('optimize')`);
  const find = database.prepare(
    'select rowid, bm25(articles) as score from articles where articles match ? order by rank limit ?',
  );
  const analyser = analyserFor(locale);
  const wordsOf = (text: string): readonly string[] => {
    const tokens = analyser.tokens(text);
    const telling = tokens.filter(({ stop }) => !stop);
    return [
      ...new Set(
        (telling.length > 0 ? telling : tokens).map(({ word }) => `"${word.replaceAll('"', '""')}"`),
      ),
    ];
  };
  return {
    search: (question) => {
      const words = wordsOf(question);
      return words.length === 0 ? [] : find.all(words.join(' OR '), 10);
    },
    suggest: (typed) => {
      const words = wordsOf(typed);
      return words.length === 0 ? [] : find.all(`${words.join(' ')} *`, 8);
    },
    close: () => {
      database.close();
    },
  };
}
