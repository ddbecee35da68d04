import type { Tokens } from 'marked';
import type { AgentBlock, Condition, PublicBlock } from '../articles/article.ts';
import { AppError, type Place } from '../errors.ts';
import { lexMarkdown, markerPattern, plainText } from './render-markdown.ts';

/** A run of one section's Markdown that is there for everybody, or only where a condition holds. */
export interface SectionPart {
  readonly when: Condition | null;
  readonly markdown: string;
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
 * Problems (anchors used twice, markers in headings, limits) are added to `errors`.
 */
export function outlineArticle(
  blocks: readonly PublicBlock[],
  file: string,
  firstLine: number,
  errors: AppError[],
): Outline {
  const taken = new Set(['lead', ...explicitAnchors(blocks)]);
  const explicit = new Set(['lead']);
  const sections: Draft[] = [
    { anchor: 'lead', heading: null, level: 1, parents: [], parts: [], line: firstLine },
  ];
  const anchorAfter: string[] = [];
  for (const block of blocks) {
    let line = block.line;
    for (const token of lexAt(block.markdown, { file, line: block.line }, errors)) {
      if (token.type === 'heading') {
        const heading = token as Tokens.Heading;
        sections.push(openSection(heading, sections, { file, line }, { taken, explicit }, errors));
      } else {
        addPart(sections, block.when, token.raw, line);
      }
      line += token.raw.split('\n').length - 1;
    }
    anchorAfter.push(sections.at(-1)?.anchor ?? 'lead');
  }
  return { sections: sections.map(trimParts), anchorAfter };
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
  readonly anchor: string;
  readonly heading: string | null;
  readonly level: number;
  readonly parents: readonly string[];
  readonly parts: SectionPart[];
  readonly line: number;
}

const explicitAnchor = /[ \t]*\{#([^{}\s]*)\}[ \t]*$/;

/** Anchors that owners wrote come first: an automatic one never takes their place. */
function explicitAnchors(blocks: readonly PublicBlock[]): readonly string[] {
  return blocks.flatMap((block) =>
    [...block.markdown.matchAll(/^ {0,3}#{2,6}[ \t].*\{#([^{}\s]*)\}[ \t]*#*[ \t]*$/gm)].map(
      (match) => match[1] ?? '',
    ),
  );
}

function openSection(
  token: Tokens.Heading,
  sections: readonly Draft[],
  place: Place,
  anchors: { readonly taken: Set<string>; readonly explicit: Set<string> },
  errors: AppError[],
): Draft {
  const written = plainText(token.tokens).trim();
  const heading = written.replace(explicitAnchor, '').trim();
  const wanted = explicitAnchor.exec(written)?.[1];
  for (const marker of heading.matchAll(markerPattern)) {
    errors.push(
      new AppError('marker-unknown', {
        message: 'A heading holds a marker.',
        place,
        expected: 'a heading of plain words, the same for every customer and date',
        found: marker[0],
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
  const parents: string[] = [];
  let above = level;
  for (const section of sections.toReversed()) {
    if (section.heading !== null && section.level < above) {
      parents.unshift(section.heading);
      above = section.level;
    }
  }
  const anchor =
    wanted === undefined
      ? freeAnchor(slugOf(heading), anchors.taken)
      : checkedAnchor(wanted, place, anchors.explicit, errors);
  return { anchor, heading, level, parents, parts: [], line: place.line ?? 1 };
}

function freeAnchor(slug: string, taken: Set<string>): string {
  let anchor = slug;
  for (let count = 2; taken.has(anchor); count++) anchor = `${slug}-${count}`;
  taken.add(anchor);
  return anchor;
}

function checkedAnchor(anchor: string, place: Place, explicit: Set<string>, errors: AppError[]): string {
  if (!/^[\p{Ll}\p{Lo}\p{M}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u.test(anchor) || anchor.length > 80) {
    errors.push(
      new AppError('markdown-invalid', {
        message: 'An anchor is not of the expected form.',
        place,
        expected: '{#letters-and-digits}, lower case, joined by single hyphens, at most 80 characters',
        found: `{#${anchor}}`,
        hint: `Write \`{#${slugOf(anchor)}}\`.`,
      }),
    );
  } else if (explicit.has(anchor)) {
    errors.push(
      new AppError('markdown-invalid', {
        message: 'Two sections of an article have one anchor.',
        place,
        expected:
          anchor === 'lead'
            ? 'an anchor other than `lead`, which is the text before the first heading'
            : 'each anchor once',
        found: `{#${anchor}}`,
      }),
    );
  }
  explicit.add(anchor);
  return anchor;
}

function addPart(sections: readonly Draft[], when: Condition | null, raw: string, line: number): void {
  const parts = sections.at(-1)?.parts;
  const last = parts?.at(-1);
  if (!parts) return;
  const continues = last && last.when === when && last.line + last.markdown.split('\n').length - 1 === line;
  if (continues) parts[parts.length - 1] = { ...last, markdown: last.markdown + raw };
  else parts.push({ when, markdown: raw, line });
}

function trimParts(section: Draft): OutlineSection {
  const parts = section.parts
    .map((part) => {
      const start = /^(?:[ \t]*\n)*/.exec(part.markdown)?.[0] ?? '';
      return {
        when: part.when,
        markdown: part.markdown.slice(start.length).trimEnd(),
        line: part.line + start.split('\n').length - 1,
      };
    })
    .filter((part) => part.markdown !== '');
  return { ...section, parts };
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
