import type { Token, Tokens } from 'marked';
import type { AgentBlock, Condition, PublicBlock } from '../articles/article.ts';
import { AppError, type AppErrorDetails, type Place } from '../errors.ts';
import { lexMarkdown, markerPattern, plainText } from './render-markdown.ts';

/** A run of one section's Markdown that is there for everybody, or only where a condition holds. */
export interface SectionPart {
  readonly when: Condition | null;
  readonly markdown: string;
  /** The same, parsed. */
  readonly tokens: readonly Token[];
  /** The file's line of its first line. */
  readonly line: number;
}

/** A section before its facts are resolved. */
export interface OutlineSection {
  readonly anchor: string;
  readonly heading: string | null;
  readonly level: number;
  readonly parents: readonly string[];
  readonly parts: readonly SectionPart[];
  readonly line: number;
}

/** What stands where in an article, its lead first. */
export interface Outline {
  readonly sections: readonly OutlineSection[];
  /** Anchor of the section in which each block ends, for the notes that follow it. */
  readonly anchorAfter: readonly string[];
}

/**
 * Parts an article's text at its headings and names each section by its explicit anchor or its heading's slug.
 * Problems (anchors used twice, markers in headings, limits) are added to `errors`. The outline of blocks without problems
 * is remembered for as long as they are: the compiler and a dozen checks read the same articles.
 */
export function outlineArticle(
  blocks: readonly PublicBlock[],
  file: string,
  firstLine: number,
  errors: AppError[],
): Outline {
  const before = remembered.get(blocks);
  if (before) return before;
  const problems: AppError[] = [];
  const outline = outlineBlocks(blocks, file, firstLine, problems);
  errors.push(...problems);
  if (problems.length === 0) remembered.set(blocks, outline);
  return outline;
}

const remembered = new WeakMap<readonly PublicBlock[], Outline>();

function outlineBlocks(
  blocks: readonly PublicBlock[],
  file: string,
  firstLine: number,
  errors: AppError[],
): Outline {
  const drafts: Draft[] = [
    { heading: null, wanted: 'lead', level: 1, parents: [], parts: [], line: firstLine },
  ];
  const endsIn: number[] = [];
  for (const block of blocks) {
    let line = block.line;
    for (const token of lexAt(block.markdown, { file, line }, errors)) {
      if (token.type === 'heading') {
        drafts.push(openSection(token as Tokens.Heading, drafts, { file, line }, errors));
      } else {
        addToken(drafts, block.when, token, line);
      }
      line += countLines(token.raw);
    }
    endsIn.push(drafts.length - 1);
  }
  const anchors = nameSections(drafts, file, errors);
  const sections = drafts.map(({ heading, level, parents, parts, line }, index) => ({
    anchor: anchors[index] ?? 'lead',
    heading,
    level,
    parents,
    parts: parts
      .filter(({ tokens }) => tokens.some(({ type }) => type !== 'space'))
      .map((part) => ({
        when: part.when,
        markdown: part.raws.join(''),
        tokens: part.tokens,
        line: part.line,
      })),
    line,
  }));
  return { sections, anchorAfter: endsIn.map((index) => anchors[index] ?? 'lead') };
}

/** The anchor of the section that a note stands in. */
export function anchorOfNote(note: AgentBlock, outline: Outline): string {
  return note.after === 0 ? 'lead' : (outline.anchorAfter[note.after - 1] ?? 'lead');
}

/** A heading as an anchor: letters and digits of any script in lower case, words joined by `-`; `section` where none is left. */
export function slugOf(heading: string): string {
  const words = heading
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return words ? words.join('-').slice(0, 80).replace(/-$/, '') : 'section';
}

/** Parses Markdown; what it refuses is added to `errors` with its place, and nothing is there. */
export function lexAt(markdown: string, place: Place, errors: AppError[]): ReturnType<typeof lexMarkdown> {
  try {
    return lexMarkdown(markdown);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(new AppError(error.code, { ...detailsOf(error), place }));
    return [];
  }
}

interface Draft {
  readonly heading: string | null;
  /** The anchor that its owner wrote; null where it is made of the heading. */
  readonly wanted: string | null;
  readonly level: number;
  readonly parents: readonly string[];
  readonly parts: DraftPart[];
  readonly line: number;
}

interface DraftPart {
  readonly when: Condition | null;
  readonly raws: string[];
  readonly tokens: Token[];
  readonly line: number;
  /** The line after its last. */
  end: number;
}

const explicitAnchor = /[ \t]*\{#([^{}\s]*)\}[ \t]*$/;

function openSection(
  token: Tokens.Heading,
  drafts: readonly Draft[],
  place: Place,
  errors: AppError[],
): Draft {
  const written = plainText(token.tokens).trim();
  const heading = written.replace(explicitAnchor, '').trim();
  for (const [marker] of heading.matchAll(markerPattern)) {
    errors.push(
      new AppError('marker-unknown', {
        message: 'A heading holds a marker.',
        place,
        expected: 'a heading of plain words, the same for every customer and date',
        found: marker,
        hint: 'Say it in the text below the heading.',
      }),
    );
  }
  if (heading === '') {
    errors.push(
      new AppError('markdown-invalid', {
        message: 'A heading has no words.',
        place,
        expected: 'a heading that names its section',
        found: token.raw.trim(),
      }),
    );
  }
  const level = Math.max(2, token.depth);
  const wanted = explicitAnchor.exec(written)?.[1] ?? null;
  return { heading, wanted, level, parents: parentsOf(level, drafts), parts: [], line: place.line ?? 1 };
}

/** The nearest heading above of each lower level, outermost first. */
function parentsOf(level: number, drafts: readonly Draft[]): readonly string[] {
  const parents: string[] = [];
  let below = level;
  for (const draft of drafts.toReversed()) {
    if (draft.heading === null || draft.level >= below) continue;
    parents.unshift(draft.heading);
    below = draft.level;
  }
  return parents;
}

/** An anchor for each section. Those that owners wrote come first: one that is made of a heading never takes their place. */
function nameSections(drafts: readonly Draft[], file: string, errors: AppError[]): readonly string[] {
  const taken = new Set<string>();
  for (const { wanted, line, heading } of drafts) {
    if (wanted === null) continue;
    const problem = heading === null ? null : problemOfAnchor(wanted, taken);
    if (problem) errors.push(new AppError('markdown-invalid', { ...problem, place: { file, line } }));
    taken.add(wanted);
  }
  return drafts.map(({ wanted, heading }) => {
    if (wanted !== null) return wanted;
    const slug = slugOf(heading ?? '');
    let anchor = slug;
    for (let count = 2; taken.has(anchor); count++) anchor = `${slug}-${count}`;
    taken.add(anchor);
    return anchor;
  });
}

function problemOfAnchor(anchor: string, taken: ReadonlySet<string>): AppErrorDetails | null {
  if (!/^[\p{Ll}\p{Lo}\p{M}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u.test(anchor) || anchor.length > 80) {
    return {
      message: 'An anchor is not of the expected form.',
      expected: '{#letters-and-digits}, lower case, joined by single hyphens, at most 80 characters',
      found: `{#${anchor}}`,
      hint: `Write \`{#${slugOf(anchor)}}\`.`,
    };
  }
  if (!taken.has(anchor)) return null;
  return {
    message: 'Two sections of an article have one anchor.',
    expected:
      anchor === 'lead'
        ? 'an anchor other than `lead`, which is the text before the first heading'
        : 'each anchor once',
    found: `{#${anchor}}`,
  };
}

/** Adds a block's token to the section that is open. Tokens of one block follow one another without a gap. */
function addToken(drafts: readonly Draft[], when: Condition | null, token: Token, line: number): void {
  const parts = drafts.at(-1)?.parts;
  const last = parts?.at(-1);
  const end = line + countLines(token.raw);
  if (last && last.when === when && last.end === line) {
    last.raws.push(token.raw);
    last.tokens.push(token);
    last.end = end;
  } else {
    parts?.push({ when, raws: [token.raw], tokens: [token], line, end });
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function detailsOf(error: AppError) {
  return {
    message: error.message,
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.found === undefined ? {} : { found: error.found }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}
