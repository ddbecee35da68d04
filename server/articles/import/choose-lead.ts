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
  const intro = blocksOf(lines.slice(0, start));
  const rest = lines.slice(start);
  const line = lines.find(({ text }) => text.trim() !== '')?.line ?? 1;
  const telling = intro.findIndex((block) => isTelling(block));

  if (telling < 0) {
    const copied = firstSentences([...intro, ...blocksOf(rest)], about.locale);
    report(
      line,
      'a text that begins without a sentence',
      copied === null ? 'a lead that repeats its title' : 'a lead copied from its first sentences',
    );
    const lead = plain(copied ?? `${about.title}.`, line);
    const labels = intro.filter((block) => !isRule(block));
    // Labels and dates before the first heading stay, below the lead.
    return [lead, plain('', line), ...labels.flatMap((block) => [...block, plain('', line)]), ...rest];
  }
  const words = intro.reduce((sum, block) => sum + wordCount(textOf(block)), 0);
  if (words <= longLead) return lines;

  const heading = plain(`## ${detailsHeadings[about.locale] ?? detailsHeadings.en}`, line);
  const first = intro.slice(0, telling + 1 + listAfter(intro, telling));
  const firstWords = first.reduce((sum, block) => sum + wordCount(textOf(block)), 0);
  const copied = firstWords > longLead ? firstSentences(intro.slice(telling), about.locale) : null;
  if (copied !== null) {
    report(
      line,
      `a beginning of ${words} words`,
      'a lead copied from its first sentences; the whole stands below',
    );
    return [plain(copied, line), plain('', line), heading, plain('', line), ...lines];
  }
  if (first.length === intro.length) return lines;
  const after = intro.slice(first.length);
  const isPicture = after.every(isRule);
  if (isPicture) return lines;
  report(line, `a beginning of ${words} words`, 'its first paragraph as the lead; the rest stands below it');
  const parted = (blocks: readonly (readonly SourceLine[])[]) =>
    blocks.flatMap((block) => [...block, plain('', block.at(-1)?.line ?? line)]);
  return [...parted(first), heading, plain('', line), ...parted(after), ...rest];
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
  if (block[0]?.isCode || block[0]?.text === ':::agent' || /^\s*(?:\||#|>?\s*\*\*Note)/.test(text))
    return false;
  if (/^\s*[-*+]\s|^\s*\d{1,9}[.)]\s/.test(text)) return false;
  return (
    !isLabel(text) &&
    wordCount(text) >= tellingWords &&
    !/^\s*(?:\[[^\]]*\]\([^)]*\)\s*[,|·•]?\s*)+$/.test(text)
  );
}

/** Dates, versions, authors: true, but no answer. */
function isLabel(text: string): boolean {
  return /^(?:effective|last (?:updated|modified|revised|reviewed)|updated|published|version|date|author|status)\b[^.]{0,40}?:?\s*(?:date|on)?:?\s*.{0,60}$/i.test(
    plainWords(text),
  );
}

function isRule(block: Block): boolean {
  return /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(textOf(block));
}

/** The first sentences of the first telling paragraph: whole ones, up to three or seventy words; null where there is none. */
function firstSentences(blocks: readonly Block[], locale: string): string | null {
  const found = blocks.find((block) => isTelling(block));
  if (!found) return null;
  const text = plainWords(textOf(found).replace(/^\s*>\s?/gm, '')).replace(
    /^(?:short version|summary|tl;?dr)\s*:\s*/i,
    '',
  );
  const sentences = [...new Intl.Segmenter(locale, { granularity: 'sentence' }).segment(text)].map(
    ({ segment }) => segment,
  );
  let lead = '';
  let count = 0;
  for (const sentence of joinAbbreviations(sentences)) {
    if (count > 0 && (count >= 3 || wordCount(lead) + wordCount(sentence) > copiedLead)) break;
    lead += sentence;
    count += 1;
  }
  const escaped = escapeMarkdown(lead.trim());
  return escaped.replace(/\s*:$/, '.');
}

/** A segmenter parts `e.g. this`; a sentence does not begin with a small letter. */
function joinAbbreviations(sentences: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const sentence of sentences) {
    const last = joined.at(-1);
    const isAbbreviated =
      last !== undefined &&
      (/^[\p{Ll}\d(]/u.test(sentence) ||
        /\b(?:e\.g|i\.e|Inc|Ltd|Corp|No|St|U\.S|vs|Sec|Mr|Ms|Dr)\.\s*$/.test(last));
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
