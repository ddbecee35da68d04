import SqliteDatabase from 'better-sqlite3';
import { alwaysFirst } from './always-first.ts';
import { type Engine, MOST_RESULTS, type Ranked } from './engine.ts';
import type { SetArticle } from './read-sets.ts';

/**
 * SQLite's FTS5 over title, questions and body, in memory: Porter's stemmer for English, character trigrams for every
 * other language; any of the question's words, by bm25, ties by id.
 */
export function fts5Engine(articles: readonly SetArticle[], locale: string): Engine {
  const database = new SqliteDatabase(':memory:');
  const tokenizer = locale.split('-')[0] === 'en' ? 'porter unicode61' : 'trigram';
  database.exec(
    `create virtual table articles using fts5(id unindexed, title, questions, body, tokenize = '${tokenizer}')`,
  );
  const insert = database.prepare('insert into articles values (?, ?, ?, ?)');
  for (const { id, title, questions, body } of articles) insert.run(id, title, questions.join('\n'), body);
  const find = database.prepare<[string, number], Ranked>(
    'select id, -bm25(articles) as score from articles where articles match ? order by bm25(articles), id limit ?',
  );
  return alwaysFirst(({ text }) => {
    const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    if (words.length === 0) return [];
    return find.all(words.map((word) => `"${word}"`).join(' OR '), MOST_RESULTS);
  });
}
