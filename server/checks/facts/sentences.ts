import type { Article, Condition, Locale, Period } from '../../articles/article.ts';
import { readArticle } from '../../snapshots/check-content.ts';
import type { CheckWorld, Span } from '../finding.ts';
import { textSpan, wordsSpan } from '../line-span.ts';

/** A sentence of the content with where it stands and for whom it holds. */
export interface Sentence {
  readonly locale: Locale;
  readonly file: string;
  /** Of an article's sentences; null for those of the registers. */
  readonly articleId: string | null;
  readonly audience: 'public' | 'agent';
  /** What stands above it: title, and heading with a table's head. Empty for a title itself. */
  readonly above: readonly string[];
  /** Of the heading above it, the same in every translation; null for a lead and where none is given. */
  readonly anchor: string | null;
  /** Of its :::when; null where it holds for everybody. */
  readonly when: Condition | null;
  /** Of its article. */
  readonly effective: Period;
  /** Whether `{{fact:...}}` may stand here. */
  readonly holdsFacts: boolean;
  /** Markdown of the same length as in the file, with code, link addresses, anchors and list numbers blanked, each marker as U+FFFC and blanks. */
  readonly text: string;
  /** The facts whose markers stand in it; `at` counts from the sentence's first character. */
  readonly hosts: readonly { readonly factId: string; readonly at: number }[];
  /** Where a run of its characters stands in the file. */
  readonly span: (start: number, end: number) => Span;
}

/**
 * Every sentence of the content that may claim something: bodies and notes of articles, table rows, headings and titles;
 * offers, descriptions of facts, contacts and phrases of site.yaml. Question variants and golden questions are customers'
 * words and claim nothing. In the order of the content.
 */
export function sentencesOf(world: Pick<CheckWorld, 'content' | 'linesOf'>): readonly Sentence[] {
  const { content } = world;
  return [
    ...content.articles.flatMap((article) => sentencesOfArticle(article, world)),
    ...registerSentences(world),
  ];
}

type Lines = Pick<CheckWorld, 'linesOf'>;

function sentencesOfArticle(article: Article, world: Lines): readonly Sentence[] {
  const before = known.get(article);
  if (before) return before;
  const read = articleSentences(article, world);
  known.set(article, read);
  return read;
}

/** An article never changes; several checks read its sentences. */
const known = new WeakMap<Article, readonly Sentence[]>();

function articleSentences(article: Article, world: Lines): readonly Sentence[] {
  const { head } = readArticle(article);
  const common = {
    locale: head.locale,
    file: head.path,
    articleId: head.id,
    effective: head.effective,
    holdsFacts: true,
  };
  const audience = article.beside ? 'public' : 'agent';
  const titleLine = head.lines.title ?? 1;
  const title: Sentence = {
    ...common,
    audience,
    holdsFacts: false,
    above: [],
    anchor: null,
    when: null,
    text: head.title,
    hosts: [],
    span: (start, end) => wordsSpan(world, head.path, titleLine, head.title.slice(start, end)),
  };
  const body = article.beside ? article.article.body : article.article.hiddenBody;
  const sentences: Sentence[] = [title];
  /** The heading that is in force behind each block, for the notes that stand there. */
  const headings: Heading[] = [NO_HEADING];
  for (const { markdown, line, when } of body) {
    const read = splitMarkdown(markdown, headings.at(-1) ?? NO_HEADING);
    headings.push(read.heading);
    sentences.push(
      ...read.pieces.map((piece) => sentenceOf(piece, { ...common, audience, when }, head.title, line)),
    );
  }
  for (const { note, noteLine, after } of article.beside?.notes ?? []) {
    const read = splitMarkdown(note, headings[after] ?? NO_HEADING);
    const where = { ...common, audience: 'agent' as const, when: null };
    sentences.push(...read.pieces.map((piece) => sentenceOf(piece, where, head.title, noteLine)));
  }
  return sentences;

  function sentenceOf(
    { text, start, hosts, above, anchor, block }: Piece,
    where: Pick<Sentence, 'locale' | 'file' | 'articleId' | 'audience' | 'when' | 'effective' | 'holdsFacts'>,
    titleAbove: string,
    firstLine: number,
  ): Sentence {
    return {
      ...where,
      above: [titleAbove, above],
      anchor,
      text,
      hosts,
      span: (from, to) => textSpan(where.file, firstLine, block, start + from, to - from),
    };
  }
}

interface Heading {
  readonly text: string;
  readonly anchor: string | null;
}

const NO_HEADING: Heading = { text: '', anchor: null };

interface Piece {
  readonly text: string;
  /** Offset in `block`. */
  readonly start: number;
  readonly hosts: Sentence['hosts'];
  readonly above: string;
  readonly anchor: string | null;
  readonly block: string;
}

const MARKER = /\{\{(fact|offer):([a-z0-9-]+)\}\}/g;

/** The Markdown of a block as sentences, and the heading in force behind it. */
function splitMarkdown(
  markdown: string,
  headingBefore: Heading,
): { pieces: readonly Piece[]; heading: Heading } {
  const found = [...markdown.matchAll(MARKER)].map(({ index, 1: kind = '', 2: id = '' }) => ({
    index,
    kind,
    id,
  }));
  const blanked = blankWhatIsNotSaid(markdown);
  const pieces: Piece[] = [];
  let heading = headingBefore;
  let tableHead = '';
  let open: { start: number; end: number } | null = null;
  const flush = (): void => {
    if (open === null) return;
    for (const { start, end } of cutSentences(blanked, open.start, open.end)) add(start, end);
    open = null;
  };
  const add = (start: number, end: number): void => {
    pieces.push({
      text: blanked.slice(start, end),
      start,
      hosts: found
        .filter(({ kind, index }) => kind === 'fact' && index >= start && index < end)
        .map(({ id, index }) => ({ factId: id, at: index - start })),
      above: tableHead === '' ? heading.text : `${heading.text} ${tableHead}`,
      anchor: heading.anchor,
      block: markdown,
    });
  };
  let start = 0;
  for (const line of blanked.split('\n')) {
    const end = start + line.length;
    const isRow = /^\s*\|/.test(line);
    if (!isRow) tableHead = '';
    if (line.trim() === '') flush();
    else if (/^ {0,3}#{1,6}\s/.test(line)) {
      flush();
      heading = NO_HEADING;
      add(start, end);
      const anchor = /\{#([a-z0-9-]{1,80})\}\s*$/.exec(markdown.slice(start, end))?.[1] ?? null;
      heading = { text: line.replace(/^[\s#]+/, '').trim(), anchor };
    } else if (isRow) {
      flush();
      if (/^[\s|:-]+$/.test(line)) tableHead = pieces.at(-1)?.text ?? '';
      else add(start, end);
    } else {
      if (/^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(markdown.slice(start, end))) flush();
      open = { start: open === null ? start : (open as { start: number }).start, end };
    }
    start = end + 1;
  }
  flush();
  return { pieces, heading };
}

/** The same length and lines, without what no reader reads as words: code, addresses of links, anchors, list numbers, markers. */
function blankWhatIsNotSaid(markdown: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  return markdown
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:(?! {0,3}\1)[^\n]*\n)*/gm, blank)
    .replace(/(?<!`)(`{1,2})(?!`)[^`\n]+\1(?!`)/g, blank)
    .replace(/\]\([^()\n]{0,2000}\)/g, (link) => `]${blank(link.slice(1))}`)
    .replace(/\{#[a-z0-9-]{1,80}\}/g, blank)
    .replace(/^(\s*)(\d{1,9}[.)])(?=\s)/gm, (_, indent: string, number: string) => indent + blank(number))
    .replace(MARKER, (marker) => `\ufffc${' '.repeat(marker.length - 1)}`);
}

/** Ends of sentences; a point inside 4.95, p.m. or e.g. is none. */
const SENTENCE_END = /[.!?\u061f\u06d4]["'\u201d\u2019)*_]*\s+(?![\p{Ll}])/gu;

function cutSentences(text: string, start: number, end: number): readonly { start: number; end: number }[] {
  const paragraph = text.slice(start, end);
  const cuts: { start: number; end: number }[] = [];
  let from = 0;
  for (const match of paragraph.matchAll(SENTENCE_END)) {
    const to = match.index + match[0].length;
    cuts.push({ start: start + from, end: start + to });
    from = to;
  }
  if (paragraph.slice(from).trim() !== '') cuts.push({ start: start + from, end });
  return cuts;
}

/** What offers, facts and the site say in words of their own; no fact can be referred to there. */
function registerSentences(world: Pick<CheckWorld, 'content' | 'linesOf'>): readonly Sentence[] {
  const { site, offers, facts } = world.content;
  const registered = (
    file: string,
    locale: Locale,
    text: string,
    audience: Sentence['audience'],
    above: readonly string[],
    from = 1,
  ): Sentence => ({
    locale,
    file,
    articleId: null,
    audience,
    above,
    anchor: null,
    when: null,
    effective: { from: null, to: null },
    holdsFacts: false,
    text,
    hosts: [],
    span: (start, end) =>
      wordsSpan(
        world,
        file,
        lineWith(world, file, text, text.slice(start, end), from),
        text.slice(start, end),
      ),
  });
  const local = (
    texts: Readonly<Record<Locale, string>>,
    above: readonly string[] = [],
  ): readonly Sentence[] =>
    Object.entries(texts).map(([locale, text]) => registered('site.yaml', locale, text, 'public', above));
  return [
    ...facts.map(({ id, description, line }) =>
      registered('facts.yaml', site.defaultLocale, description, 'agent', [wordsOfId(id)], line),
    ),
    ...offers.flatMap(({ label, description, line }) => [
      registered('offers.yaml', site.defaultLocale, label, 'agent', [], line),
      ...cutSentences(description, 0, description.length).map(({ start, end }) =>
        registered('offers.yaml', site.defaultLocale, description.slice(start, end), 'agent', [label], line),
      ),
    ]),
    ...site.contacts.flatMap(({ name, hours, phone, email }) => [
      ...Object.entries(hours ?? {}).map(([locale, text]) =>
        registered('site.yaml', locale, text, 'public', [name[locale] ?? '']),
      ),
      ...[phone, email].flatMap((address) =>
        address === null
          ? []
          : [
              registered('site.yaml', site.defaultLocale, address, 'public', [
                name[site.defaultLocale] ?? '',
              ]),
            ],
      ),
    ]),
    ...Object.values(site.phrases).flatMap((texts) => local(texts)),
  ];
}

/** The words of an id. */
export function wordsOfId(id: string): string {
  return id.replaceAll('-', ' ');
}

/** The line on which a text stands, or else the first one with some of its words, from a line on. */
function lineWith({ linesOf }: Lines, file: string, text: string, words: string, from: number): number {
  const lines = linesOf(file);
  for (const sought of [text, words]) {
    const at = lines.findIndex((line, index) => index >= from - 1 && line.includes(sought));
    if (at >= 0) return at + 1;
  }
  return from;
}

/** A sentence as people read it, on one line, with the markers' facts named. */
export function plainSentence({ text, hosts }: Pick<Sentence, 'text' | 'hosts'>): string {
  const named = hosts.toReversed().reduce((sofar, { factId, at }) => {
    return `${sofar.slice(0, at)}{{fact:${factId}}}${sofar.slice(at + 1).trimStart()}`;
  }, text);
  return named
    .replace(/[*_|#[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
