import type { CompiledArticle, Rendering, SafeHtml } from '../../server/snapshots/snapshot.ts';
import { between, createRandom, type Random } from '../random.ts';
import type { LanguageModel } from './language-model.ts';

/** A policy as an owner would have written it, in plain text. */
export interface GeneratedArticle {
  /** Category and slug; ascending with its number. */
  readonly id: string;
  readonly title: string;
  readonly questions: readonly string[];
  /** The lead first, without a heading. */
  readonly sections: readonly { readonly heading: string | null; readonly text: string }[];
  /** Words that it is about, which return in all its parts. */
  readonly topic: readonly string[];
}

const TOPIC_WORDS = 10;
/** Share of an article's words that are about its topic. */
const ABOUT = 0.3;
const ALWAYS = { from: null, to: null };

/**
 * The first `count` generated articles of a language, the same on every run: a title, 3 to 5 variants, some 200 words in
 * 3 to 5 sections. With `revision` above 0, the same article after so many edits of its text.
 */
export function generateArticles(model: LanguageModel, count: number): readonly GeneratedArticle[] {
  return Array.from({ length: count }, (_, number) => generateArticle(model, number));
}

/** The article of a number, from 0; after `edits` edits its lead has other words. */
export function generateArticle(model: LanguageModel, number: number, edits = 0): GeneratedArticle {
  const random = createRandom(`${model.language} article ${number}`);
  const topic = Array.from({ length: TOPIC_WORDS }, () => model.wordOf(model.drawTopicRank(random)));
  const write = (least: number, most: number): string => sentence(model, topic, random, least, most);
  const title = `${write(5, 9)}?`;
  const questions = Array.from({ length: between(random, 3, 5) }, () => write(4, 10));
  const sections = Array.from({ length: between(random, 3, 5) }, (_, at) => ({
    heading: at === 0 ? null : write(2, 4),
    text: Array.from({ length: 4 }, () => `${write(9, 16)}.`).join(' '),
  }));
  const [lead, ...others] = sections;
  const edited = createRandom(`${model.language} article ${number} edit ${edits}`);
  const news = `${sentence(model, topic, edited, 9, 16)}.`;
  return {
    id: `${model.language}/article-${String(number).padStart(7, '0')}`,
    title,
    questions,
    sections:
      edits === 0 || lead === undefined ? sections : [{ ...lead, text: `${lead.text} ${news}` }, ...others],
    topic,
  };
}

/** A generated article as the compiler would give it. */
export function compiledArticle(article: GeneratedArticle, locale: string, edits = 0): CompiledArticle {
  const [category = '', slug = ''] = article.id.split('/');
  return {
    id: article.id,
    locale,
    category,
    slug,
    title: article.title,
    questions: article.questions,
    effective: ALWAYS,
    verified: '2026-01-01',
    related: [],
    revision: `${slug}-${edits}`,
    translation: null,
    sections: article.sections.map(({ heading, text }, at) => ({
      anchor: at === 0 ? 'lead' : `part-${at}`,
      heading,
      level: at === 0 ? 1 : 2,
      parents: [],
      dimensions: [],
      variants: [{ context: {}, period: ALWAYS, rendering: renderingOf(text) }],
    })),
  };
}

/** Words of the language as often as they are used, among them so many of a topic. */
export function sentence(
  model: LanguageModel,
  topic: readonly string[],
  random: Random,
  least: number,
  most: number,
): string {
  const words = Array.from({ length: between(random, least, most) }, () =>
    random() < ABOUT
      ? (topic[Math.floor(random() * topic.length)] ?? '')
      : model.wordOf(model.drawRank(random)),
  );
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function renderingOf(text: string): Rendering {
  return { text, markdown: text, html: `<p>${text}</p>` as SafeHtml };
}
