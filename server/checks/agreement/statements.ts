import type { Condition, Content, Locale, Period } from '../../articles/article.ts';
import { type Analyser, analyserFor } from '../../search/analyser.ts';
import type { Span } from '../finding.ts';
import { textSpan } from '../line-span.ts';
import type { Literal } from '../literals/literal.ts';
import { readLiterals } from '../literals/read-literals.ts';
import type { AlignedWord } from './contrast.ts';
import { type SectionedArticle, sectionedArticles } from './sectioned-articles.ts';
import { sentencesOf } from './sentences.ts';
import { withoutMarkup } from './without-markup.ts';

/** A sentence of an article with one value that it writes out. */
export interface Statement {
  readonly article: SectionedArticle;
  readonly literal: Literal;
  readonly place: Span;
  readonly sentence: string;
  readonly when: Condition | null;
  readonly effective: Period;
  /** Its terms with how near they stand to the value, in (0, 1]: those of its clause, its sentence, its headings and title. */
  readonly terms: ReadonlyMap<string, number>;
  /** Values of dimensions that the sentence names, as `dimension value`, sorted. */
  readonly customers: readonly string[];
  /** The sentence's words in their order, `·` for each value. */
  readonly words: readonly AlignedWord[];
}

/** Characters of a sentence; what is longer is a list or a table without blank lines, whose values are about many things. */
const LONGEST_SENTENCE = 1_500;

/** How much a term counts by where it stands. */
export const NEARNESS = { clause: 1, sentence: 0.6, heading: 0.4, title: 0.4 } as const;

/** Kinds by which two statements can disagree; an address or number to turn to is not a policy's value. */
const KINDS: ReadonlySet<Literal['kind']> = new Set([
  'duration',
  'money',
  'percent',
  'count',
  'date',
  'time',
]);

/** What every article of a locale states with a value of its own, in the content's order. */
export function statementsIn(content: Content, locale: Locale): readonly Statement[] {
  const reader = createReader(content, locale);
  return sectionedArticles(content)
    .filter(({ head }) => head.locale === locale)
    .flatMap((article) => {
      const title = reader.termsOf(article.head.title);
      const public_ = article.sections.flatMap(({ heading, parents, parts }) => {
        const headings = [...parents, ...(heading === null ? [] : [heading])].flatMap(reader.termsOf);
        return parts.flatMap(({ markdown, line, when }) =>
          reader.read(markdown, { article, line, when, headings, title }),
        );
      });
      const notes = (article.article.beside?.notes ?? []).flatMap(({ note, noteLine }) =>
        reader.read(note, { article, line: noteLine, when: null, headings: [], title }),
      );
      return [...public_, ...notes];
    });
}

interface Surroundings {
  readonly article: SectionedArticle;
  readonly line: number;
  readonly when: Condition | null;
  readonly headings: readonly string[];
  readonly title: readonly string[];
}

function createReader(content: Content, locale: Locale) {
  const analyser = analyserFor(locale);
  const termsOf = (text: string): readonly string[] =>
    analyser.tokens(text).flatMap(({ term, stop }) => (stop || /^\d/.test(term) ? [] : [term]));
  const wordsOf = (bare: string): readonly AlignedWord[] =>
    bare
      .split(/·+/u)
      .flatMap((text, at) => [
        ...(at === 0 ? [] : [{ term: '·', counts: false }]),
        ...analyser.tokens(text).map(({ term, stop }) => ({ term, counts: !stop })),
      ]);
  const customersOf = createCustomerReader(content, locale, analyser);

  const read = (markdown: string, around: Surroundings): readonly Statement[] => {
    const masked = withoutMarkup(markdown);
    const literals = readLiterals(masked, locale).filter(({ kind }) => KINDS.has(kind));
    if (literals.length === 0) return [];
    return sentencesOf(markdown).flatMap(({ start, end }) => {
      if (end - start > LONGEST_SENTENCE) return [];
      const inside = literals.filter((literal) => literal.start >= start && literal.end <= end);
      if (inside.length === 0) return [];
      const sentence = masked.slice(start, end);
      const bare = withoutLiterals(sentence, inside, start);
      if (EXAMPLE.test(bare)) return [];
      const customers = customersOf(sentence);
      const all = termsOf(bare);
      const words = wordsOf(bare);
      return inside.flatMap((literal) => {
        if (isCondition(bare, literal, start) || isReference(bare, literal, start)) return [];
        const terms = new Map<string, number>();
        const add = (list: readonly string[], nearness: number): void => {
          for (const term of list) terms.set(term, Math.max(nearness, terms.get(term) ?? 0));
        };
        add(termsOf(clauseAround(bare, literal.start - start, literal.end - start)), NEARNESS.clause);
        add(all, NEARNESS.sentence);
        add(around.headings, NEARNESS.heading);
        add(around.title, NEARNESS.title);
        const { article, line, when } = around;
        const statement: Statement = {
          article,
          literal,
          place: textSpan(article.head.path, line, markdown, literal.start, literal.end - literal.start),
          sentence: markdown.slice(start, end),
          when,
          effective: article.head.effective,
          terms,
          customers,
          words,
        };
        return [statement];
      });
    });
  };
  return { termsOf, read };
}

function withoutLiterals(sentence: string, literals: readonly Literal[], offset: number): string {
  let bare = sentence;
  for (const { start, end } of literals) {
    bare = bare.slice(0, start - offset) + '·'.repeat(end - start) + bare.slice(end - offset);
  }
  return bare;
}

/**
 * Whether a value is what something depends on rather than what is promised: “if your flight is more than two hours late”,
 * “every four weeks”.
 */
function isCondition(bare: string, { start, bound }: Literal, offset: number): boolean {
  if (bound !== null && CONDITIONS.has(bound.kind)) return true;
  return IF.test(clauseAround(bare, start - offset, start - offset));
}

const CONDITIONS: ReadonlySet<string> = new Set(['more-than', 'less-than', 'every']);
const IF = /(?:^|\P{L})(?:if|unless|jika|kalau|sekiranya|אם|اگر|چنانچه)(?:$|\P{L})/iu;

/** Whether a number names a place in a document: “Section 7 won't apply” counts nothing. */
function isReference(bare: string, { kind, start }: Literal, offset: number): boolean {
  return kind === 'count' && REFERENCE.test(bare.slice(0, start - offset));
}

const REFERENCE =
  /(?:^|\P{L})(?:section|article|clause|paragraph|chapter|part|step|page|version|no\.|number|seksyen|bab|langkah|halaman|muka surat|nombor|סעיף|פרק|שלב|עמוד|מספר|بند|مادهٔ|ماده|بخش|فصل|مرحلهٔ|مرحله|صفحهٔ|صفحه|شمارهٔ|شماره)\s*$/iu;

/** The text around a value up to the next comma, dash, bracket or other value on each side. */
function clauseAround(sentence: string, start: number, end: number): string {
  let from = start;
  while (from > 0 && !CLAUSE_ENDS.has(sentence[from - 1] ?? '')) from -= 1;
  const before = sentence.slice(from, start);
  const after = /^[^,;:،؛–—()·]*/u.exec(sentence.slice(end))?.[0] ?? '';
  return `${before} ${after}`;
}

const CLAUSE_ENDS = new Set(',;:،؛–—()·');

/** Words that make a sentence an example rather than a rule. */
const EXAMPLE =
  /\b(?:for example|for instance|e\.g\.|suppose|misalnya|contohnya|sebagai contoh)|למשל|לדוגמה|לדוגמא|برای نمونه|برای مثال|مثلاً|مثلا/iu;

/** Reads which values of dimensions a text names, by their labels and words in site.yaml. */
function createCustomerReader(
  { site }: Content,
  locale: Locale,
  analyser: Analyser,
): (text: string) => readonly string[] {
  const phrases = new Map<string, { readonly terms: readonly string[]; readonly value: string }[]>();
  for (const dimension of site.dimensions) {
    for (const { id, label, words } of dimension.values) {
      for (const text of [label[locale] ?? '', ...(words?.[locale] ?? [])]) {
        const terms = analyser.tokens(text).map(({ term }) => term);
        const [first] = terms;
        if (first === undefined) continue;
        phrases.set(first, [...(phrases.get(first) ?? []), { terms, value: `${dimension.id} ${id}` }]);
      }
    }
  }
  return (text) => {
    const terms = analyser.tokens(text).map(({ term }) => term);
    const named = terms.flatMap((term, at) =>
      (phrases.get(term) ?? [])
        .filter((phrase) => phrase.terms.every((word, offset) => terms[at + offset] === word))
        .map(({ value }) => value),
    );
    return [...new Set(named)].sort();
  };
}
