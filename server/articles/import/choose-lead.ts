import { plainWords } from './shape-headings.ts';
import { type Report, type SourceLine, wordCount } from './source-line.ts';

/** Most words of an imported lead that is longer than one paragraph: what a chatbot can still say in one go. */
const longLead = 120;
/** Most words of sentences that are copied to make a lead. */
const copiedLead = 70;
/** Fewest words of a paragraph that can say what a text is about; shorter ones are labels, dates and greetings. */
const tellingWords = 8;

/** What the heading of text before the first heading says, where that text is too long for a lead. */
const detailsHeadings: Readonly<Record<string, string>> = {
  en: 'Details',
  he: 'פרטים',
  fa: 'جزئیات',
  ms: 'Butiran',
};

/**
 * Gives a text a lead: its own first paragraphs, where it begins with some; the rest of a long beginning goes under a
 * heading. Where it begins with a heading, the first telling sentences are copied. Words are never made up, but for a text
 * that has none: then the lead is its title.
 */
export function chooseLead(
  lines: readonly SourceLine[],
  about: { readonly title: string; readonly locale: string },
  report: Report,
): readonly SourceLine[] {
  const firstHeading = lines.findIndex((one) => !one.isCode && isHeading(one.text));
  const start = firstHeading < 0 ? lines.length : firstHeading;
  const all = blocksOf(lines.slice(0, start));
  const line = lines.find(({ text }) => text.trim() !== '')?.line ?? 1;
  const isTitle = (block: Block) => bare(textOf(block)) === bare(about.title);
  if (all.some(isTitle)) report(line, 'the title once more, above the text', 'nothing');
  const intro = all.filter((block) => !isTitle(block));
  const rest = lines.slice(start);
  const telling = intro.filter(isTelling);

  if (telling.length === 0) {
    const copied = firstSentences([...intro, ...likelyBlocks(rest)], about.locale);
    // Short, but its own: better than its title once more.
    if (
      copied === null &&
      intro.some((block) => !isRule(block) && !isLabel(textOf(block)) && wordCount(textOf(block)) > 0)
    ) {
      return [...spaced(intro, line), ...rest];
    }
    const instead =
      copied === null ? 'a lead that repeats its title' : 'a lead copied from its first telling sentences';
    report(line, 'a text that begins without a sentence', instead);
    // Labels and dates before the first heading stay, below the lead.
    return [...spaced([[plain(copied ?? `${escapeMarkdown(about.title)}.`, line)], ...intro], line), ...rest];
  }
  // A date or version above the text says less than the text: it goes below.
  const labels = intro.slice(0, intro.findIndex(isTelling)).filter((block) => isLabel(textOf(block)));
  const ordered = [...intro.filter((block) => !labels.includes(block)), ...labels];
  if (labels.length > 0) report(line, 'a date or version above the text', 'the same below its beginning');
  const words = sumOf(ordered);
  if (words <= longLead) return [...spaced(ordered, line), ...rest];

  const heading = plain(`## ${detailsHeadings[about.locale] ?? detailsHeadings.en}`, line);
  const at = ordered.findIndex(isTelling);
  const first = ordered.slice(0, at + 1 + listAfter(ordered, at));
  const copied = sumOf(first) > longLead ? firstSentences(ordered.slice(at), about.locale) : null;
  if (copied !== null) {
    report(
      line,
      `a beginning of ${words} words`,
      'a lead copied from its first sentences; the whole stands below',
    );
    return [...spaced([[plain(copied, line)], [heading], ...ordered], line), ...rest];
  }
  const after = ordered.slice(first.length);
  if (after.every(isRule)) return [...spaced(ordered, line), ...rest];
  report(line, `a beginning of ${words} words`, 'its first paragraph as the lead; the rest stands below it');
  return [...spaced([...first, [heading], ...after], line), ...rest];
}

type Block = readonly SourceLine[];

/** Runs of lines between blank ones; fenced code and directives stay whole. */
function blocksOf(lines: readonly SourceLine[]): readonly Block[] {
  const blocks: SourceLine[][] = [];
  let run: SourceLine[] = [];
  let isDirective = false;
  for (const one of lines) {
    if (one.text === ':::agent') isDirective = true;
    if (one.text.trim() === '' && !one.isCode && !isDirective) {
      if (run.length > 0) blocks.push(run);
      run = [];
    } else {
      run.push(one);
    }
    if (one.text === ':::') isDirective = false;
  }
  if (run.length > 0) blocks.push(run);
  return blocks;
}

function spaced(blocks: readonly Block[], line: number): readonly SourceLine[] {
  return blocks.flatMap((block) => [...block, plain('', block.at(-1)?.line ?? line)]);
}

function sumOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + wordCount(textOf(block)), 0);
}

/** Blocks of headed text, sections that say what it is about first, those that only define or describe it last. */
function likelyBlocks(lines: readonly SourceLine[]): readonly Block[] {
  const sections: { readonly rank: number; readonly lines: SourceLine[] }[] = [];
  for (const one of lines) {
    if (!one.isCode && isHeading(one.text)) {
      const rank = aboutHeading.test(one.text) ? 0 : formalHeading.test(one.text) ? 2 : 1;
      sections.push({ rank, lines: [] });
    } else {
      sections.at(-1)?.lines.push(one);
    }
  }
  return [0, 1, 2].flatMap((rank) =>
    sections.filter((section) => section.rank === rank).flatMap((section) => blocksOf(section.lines)),
  );
}

const aboutHeading =
  /^#+\s+(?:[\dA-Z]{1,3}[.)]?[\d.)]*\s+)?(?:the |our )?(?:overview|introduction|summary|purpose|mission|in short|tl;?dr)(?: and [a-z]+| statement)?\s*(?:\{#[^}]*\})?$/i;
const formalHeading =
  /\b(?:definitions?|document|contents|contact|version|changes|notifications?|locations?)\b/i;

function bare(text: string): string {
  return plainWords(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** How many blocks after `at` belong to it: a list that a colon announces, with its further items. */
function listAfter(blocks: readonly Block[], at: number): number {
  if (!/:\W*$/.test(textOf(blocks[at] ?? []))) return 0;
  let count = 0;
  while (/^\s*(?:[-*+]\s|\d{1,9}[.)]\s|\||[ \t]{2,}\S)/.test(blocks[at + count + 1]?.[0]?.text ?? ''))
    count += 1;
  return count;
}

function isTelling(block: Block): boolean {
  const text = textOf(block);
  if (block[0]?.isCode || block[0]?.text === ':::agent' || /^\s*(?:\||#|>\s*$)/.test(text)) return false;
  if (/^\s*[-*+]\s|^\s*\d{1,9}[.)]\s/.test(text)) return false;
  const isDefinition = /^\W*[“"][^”"]+[”"]\W*\s+(?:means?|refers?|is|are|has)\b/.test(text);
  return (
    !isLabel(text) &&
    !isDefinition &&
    wordCount(text) >= tellingWords &&
    !/^\s*(?:\[[^\]]*\]\([^)]*\)\s*[,|·•]?\s*)+$/.test(text)
  );
}

/** Dates, versions, authors: true, but no answer. */
function isLabel(text: string): boolean {
  return /^(?:effective|last (?:updated|modified|revised|reviewed)|updated|published|version|date|author|status)\b[^.]{0,40}?:?\s*(?:date|on)?:?\s*.{0,60}$/i.test(
    plainWords(text.replace(/^\s*>\s?/gm, '')),
  );
}

function isRule(block: Block): boolean {
  return /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(textOf(block));
}

/** The first sentences of the first telling paragraph: whole ones, up to three or seventy words; null where there is none. */
function firstSentences(blocks: readonly Block[], locale: string): string | null {
  const found = blocks.find((block) => isTelling(block));
  if (!found) return null;
  const text = plainWords(withoutList(textOf(found)).replace(/^\s*>\s?/gm, '')).replace(
    /^(?:(?:short version|summary|tl;?dr)\s*:|\((?:\d{1,3}|[a-z])\))\s+/i,
    '',
  );
  const sentences = [...new Intl.Segmenter(locale, { granularity: 'sentence' }).segment(text)].map(
    ({ segment }) => segment,
  );
  const chosen: string[] = [];
  for (const sentence of joinAbbreviations(sentences)) {
    if (
      chosen.length > 0 &&
      (chosen.length >= 3 || wordCount(chosen.join(' ')) + wordCount(sentence) > copiedLead)
    )
      break;
    chosen.push(sentence.trim());
  }
  // A sentence that announces a list says nothing without it.
  if (chosen.length > 1 && chosen.at(-1)?.endsWith(':')) chosen.pop();
  return escapeMarkdown(chosen.join(' ')).replace(/\s*:$/, '.');
}

/** A paragraph without the list that follows it line on line. */
function withoutList(text: string): string {
  return text.split(/\n\s*(?:[-*+]|\d{1,9}[.)])\s/)[0] ?? text;
}

/** A segmenter parts `e.g. this`; a sentence does not begin with a small letter. */
function joinAbbreviations(sentences: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const sentence of sentences) {
    const last = joined.at(-1);
    const isAbbreviated =
      last !== undefined &&
      (/^[\p{Ll}\d(]/u.test(sentence) ||
        /\b(?:e\.g|i\.e|Inc|Ltd|Corp|No|St|U\.S|vs|Sec|Art|Cal|Fed|Mr|Mrs|Ms|Dr|etc|approx|incl)\.\s*$/.test(
          last,
        ));
    if (isAbbreviated) joined[joined.length - 1] = `${last}${sentence}`;
    else joined.push(sentence);
  }
  return joined;
}

/** Plain words as Markdown that shows them as they are. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~]/g, '\\$&')
    .replace(/^(\s*)([#+-]|\d{1,9}[.)])(?=\s)/, '$1\\$2')
    .replace(/&(?=#?\w+;)/g, '&amp;');
}

function isHeading(text: string): boolean {
  return /^#{2,6} /.test(text);
}

function textOf(block: Block): string {
  return block.map(({ text }) => text).join('\n');
}

function plain(text: string, line: number): SourceLine {
  return { text, line, isCode: false };
}
