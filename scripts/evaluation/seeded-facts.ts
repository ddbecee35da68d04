import type { Article, Content, Fact, FactContent, FactValue } from '../../server/articles/article.ts';
import { parseArticle } from '../../server/articles/parse-article.ts';
import type { ContentFile } from '../../server/articles/read-content.ts';
import { possibleValues } from '../../server/checks/facts/possible-values.ts';
import type { Sentence } from '../../server/checks/facts/sentences.ts';
import { formatFact } from '../../server/snapshots/format-fact.ts';

/** A content in which one reference to a fact is written out. */
export interface SeededFact {
  readonly fact: Fact;
  readonly locale: string;
  /** Whether the value is the fact's own or another of its type. */
  readonly right: boolean;
  readonly says: string;
  readonly file: string;
  readonly line: number;
  readonly content: Content;
  readonly files: readonly ContentFile[];
}

/** Each reference to a fact in the articles, written out one at a time: once with a right value, once with a wrong one. */
export function* seededFacts(
  content: Content,
  files: readonly ContentFile[],
  sentences: readonly Sentence[],
  today: string,
): Generator<SeededFact> {
  const facts = new Map(content.facts.map((fact) => [fact.id, fact]));
  const texts = new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('utf8')]));
  for (const sentence of sentences) {
    for (const { factId, at } of sentence.hosts) {
      const fact = facts.get(factId);
      const text = texts.get(sentence.file);
      if (!fact || text === undefined || fact.type === 'text') continue;
      const [value] = possibleValues(fact, sentence, today, content.site.dimensions);
      if (!value) continue;
      for (const right of [true, false]) {
        const written = right ? value.content : otherValue(fact, value);
        const says = formatFact(written, sentence.locale, content.site.defaultLocale).text;
        yield {
          fact,
          locale: sentence.locale,
          right,
          says,
          ...replaced(content, files, text, sentence, at, says),
        };
      }
    }
  }
}

function replaced(
  content: Content,
  files: readonly ContentFile[],
  text: string,
  sentence: Sentence,
  at: number,
  says: string,
): Pick<SeededFact, 'content' | 'files' | 'file' | 'line'> {
  const { file, line, column } = sentence.span(at, at + 1);
  const lines = text.split('\n');
  const old = lines[line - 1] ?? '';
  lines[line - 1] =
    old.slice(0, column - 1) + old.slice(column - 1).replace(/\{\{fact:[a-z0-9-]+\}\}/, () => says);
  const changed = lines.join('\n');
  const article = parseArticle(file, changed, content.site);
  return {
    content: { ...content, articles: content.articles.map((one) => (pathOf(one) === file ? article : one)) },
    files: files.map((one) => (one.path === file ? { path: file, bytes: Buffer.from(changed) } : one)),
    file,
    line,
  };
}

function pathOf({ article }: Article): string {
  return article.audience === 'public' ? article.head.path : article.hidden.path;
}

/** A value of the fact's type that none of its values is: always the same one. */
function otherValue(fact: Fact, value: FactValue): FactContent {
  const taken = new Set(fact.values.map(({ content }) => JSON.stringify(content)));
  let other = step(value.content);
  while (taken.has(JSON.stringify(other))) other = step(other);
  return other;
}

const DAY = 86_400_000;

function step(content: FactContent): FactContent {
  switch (content.type) {
    case 'duration':
      return { ...content, amount: content.amount + (content.amount > 2 ? 3 : 2) };
    case 'money':
      return { ...content, amount: content.amount + 7 };
    case 'percent':
      return { ...content, amount: content.amount + 4 };
    case 'count':
      return { ...content, amount: content.amount + 2 };
    case 'date':
      return { ...content, date: new Date(Date.parse(content.date) + 9 * DAY).toISOString().slice(0, 10) };
    case 'time': {
      const [hours = 0, minutes = 0] = content.time.split(':').map(Number);
      const later = (hours * 60 + minutes + 75) % 1440;
      const two = (number: number) => String(number).padStart(2, '0');
      return { ...content, time: `${two(Math.floor(later / 60))}:${two(later % 60)}` };
    }
    case 'phone':
      return {
        ...content,
        value: `${content.value.slice(0, -3)}${(Number(content.value.slice(-3)) + 37) % 1000}`,
      };
    case 'email':
      return { ...content, value: `new-${content.value}` };
    case 'url':
      return { ...content, value: `${content.value}-new` };
    case 'text':
      return content;
    default:
      return content satisfies never;
  }
}
