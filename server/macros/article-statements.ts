import type { Article, Content, Fact, FactValue, PublicBlock } from '../articles/article.ts';
import { factLiterals } from '../checks/literals/fact-literals.ts';
import type { LiteralValue } from '../checks/literals/literal.ts';
import { readLiterals } from '../checks/literals/read-literals.ts';
import { formatFact } from '../snapshots/format-fact.ts';
import { combinationsOf, dimensionsOf, mostSpecificValues } from '../snapshots/resolve-fact.ts';
import type { CalendarDate, Locale } from '../snapshots/snapshot.ts';
import { plainText } from './plain-text.ts';
import { clausesOf } from './sentences.ts';

/** A sentence of an article with the values that it states. */
export interface Statement {
  /** Plain, values as `…`. */
  readonly sentence: string;
  /** Of the lead, which answers the article's title. */
  readonly isLead: boolean;
  /** Said to some customers only. */
  readonly isConditional: boolean;
  readonly values: readonly StatedValue[];
}

/** What one place of a sentence can say today, to whichever customer. */
export interface StatedValue {
  /** Null where the article writes it out. */
  readonly factId: string | null;
  /** The words right before and behind it. */
  readonly around: string;
  readonly alternatives: readonly { readonly value: LiteralValue; readonly reads: string }[];
}

/** The statements of the public articles of a content, by locale and id. */
export type FindStatements = (locale: Locale, articleId: string) => readonly Statement[];

/** Reads each article once, when it is first asked for. */
export function createFindStatements(content: Content, today: CalendarDate): FindStatements {
  const facts = new Map(content.facts.map((fact) => [fact.id, fact]));
  const articles = new Map<string, Article>(
    content.articles.flatMap((article) => {
      const head = headOf(article);
      return head === null ? [] : [[`${head.locale} ${head.id}`, article]];
    }),
  );
  const known = new Map<string, readonly Statement[]>();
  const present = new Map<string, readonly FactValue[]>();
  const valuesNow = (fact: Fact): readonly FactValue[] => {
    const values = present.get(fact.id) ?? valuesOn(fact, content, today);
    present.set(fact.id, values);
    return values;
  };
  const stateFact: StateFact = (factId, locale) => {
    const fact = facts.get(factId);
    if (fact === undefined) return [];
    const now = new Set(valuesNow(fact));
    return factLiterals(fact)
      .filter(({ of }) => now.has(of))
      .map(({ value, of }) => ({
        value,
        reads: formatFact(of.content, locale, content.site.defaultLocale).text,
      }));
  };
  return (locale, articleId) => {
    const key = `${locale} ${articleId}`;

    const statements = known.get(key) ?? readStatements(articles.get(key), locale, stateFact);
    known.set(key, statements);
    return statements;
  };
}

type StateFact = (factId: string, locale: Locale) => StatedValue['alternatives'];

function readStatements(
  article: Article | undefined,
  locale: Locale,
  stateFact: StateFact,
): readonly Statement[] {
  const statements: Statement[] = [];
  let isLead = true;
  for (const { markdown, when } of article === undefined ? [] : bodyOf(article)) {
    for (const line of markdown.split('\n')) {
      if (/^#{2,6}\s/.test(line)) isLead = false;
      for (const clause of clausesOf(line)) {
        statements.push({
          sentence: plainText(clause),
          isLead,
          isConditional: when !== null,
          values: valuesIn(clause, locale, stateFact),
        });
      }
    }
  }
  return statements;
}

function valuesIn(clause: string, locale: Locale, stateFact: StateFact): readonly StatedValue[] {
  const facts = [...clause.matchAll(/\{\{fact:([a-z0-9-]+)\}\}/g)].map((match) => ({
    factId: match[1] ?? '',
    alternatives: stateFact(match[1] ?? '', locale),
    around: plainText(wordsAround(clause, match.index, match.index + match[0].length)),
  }));
  const written = plainText(clause);
  const literals = readLiterals(written, locale).map(({ value, text, start, end }) => ({
    factId: null,
    alternatives: [{ value, reads: text }],
    around: wordsAround(written, start, end),
  }));
  return [...facts, ...literals].filter(({ alternatives }) => alternatives.length > 0);
}

/** The few words before a place of a text and behind it, the place itself left out. */
export function wordsAround(text: string, start: number, end: number): string {
  const before = text.slice(0, start).split(/\s+/).filter(Boolean).slice(-wordsBefore);
  const behind = text.slice(end).split(/\s+/).filter(Boolean).slice(0, wordsBehind);
  return [...before, ...behind].join(' ');
}

/** What a value is of stands before it more often than behind it, in all four languages. */
const wordsBefore = 4;
const wordsBehind = 3;

function headOf({ article }: Article): { readonly locale: Locale; readonly id: string } | null {
  return article.audience === 'public' ? article.head : null;
}

function bodyOf({ article }: Article): readonly PublicBlock[] {
  return article.audience === 'public' ? article.body : [];
}

/** Values that some customer has on a day. */
function valuesOn(fact: Fact, { site }: Content, today: CalendarDate): readonly FactValue[] {
  const used = dimensionsOf(fact);
  const customers = combinationsOf(site.dimensions.filter(({ id }) => used.includes(id)));
  const values = customers.flatMap((customer) => mostSpecificValues(fact, customer, today).slice(0, 1));
  return [...new Set(values)];
}
