import type { Report, SourceLine } from './source-line.ts';
import { anchorMark } from './strip-html.ts';

/** A heading of the imported text. */
export interface ShapedHeading {
  /** Index of its line among the shaped lines. */
  readonly at: number;
  readonly level: number;
  readonly words: string;
  /** Every fragment by which a link of the source may mean it. */
  readonly names: readonly string[];
}

/** A text whose headings are Concord's: `##` to `######`, one line each, none empty. */
export interface ShapedText {
  readonly lines: readonly SourceLine[];
  readonly headings: readonly ShapedHeading[];
  /** Words of the first-level heading that was the title, or null. */
  readonly title: string | null;
  /** Fragments that mean the article itself. */
  readonly ownNames: readonly string[];
}

/**
 * Brings headings into Concord's form: a first-level heading at the start becomes the title, further ones push all headings
 * one level down, underlined ones are written with #, tables of contents and what other programs write beside headings go.
 * `title` is the source's own title, where it has one.
 */
export function shapeHeadings(
  lines: readonly SourceLine[],
  title: string | null,
  report: Report,
): ShapedText {
  const flat = dropContents(flattenUnderlines(lines), report);
  const found = flat.flatMap((one, i) => {
    const match = one.isCode ? null : /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(one.text);
    return match ? [{ i, level: (match[1] ?? '').length, text: match[2] ?? '' }] : [];
  });
  const [first] = found;
  const firstText = flat.findIndex((one) => one.text.replace(anchorMark, '').trim() !== '');
  const isTitle =
    first?.level === 1 && (first.i === firstText || (title !== null && sameWords(first.text, title)));
  const shift = found.some(({ level, i }) => level === 1 && !(isTitle && i === first?.i)) ? 1 : 0;
  if (shift > 0) {
    const line =
      flat[found.find(({ level, i }) => level === 1 && !(isTitle && i === first?.i))?.i ?? 0]?.line ?? 1;
    report(line, 'several first-level headings', 'headings one level down');
  }

  const kept: SourceLine[] = [];
  const headings: ShapedHeading[] = [];
  const ownNames: string[] = [];
  const slugs = new Map<string, number>();
  const waiting: string[] = [];
  let inSection: ShapedHeading | null = null;
  for (const [i, one] of flat.entries()) {
    const heading = found.find((each) => each.i === i);
    const marks = [...one.text.matchAll(anchorMark)].map((match) => match[1] ?? '');
    if (!heading) {
      const text = one.text.replace(anchorMark, '');
      const isOnlyMark = marks.length > 0 && text.trim() === '';
      // A name alone on its line stands before the heading it names; elsewhere it names the section around it.
      if (isOnlyMark) waiting.push(...marks);
      else if (marks.length > 0) extend(headings, inSection, marks, ownNames);
      if (!isOnlyMark) {
        if (text.trim() !== '' && waiting.length > 0)
          extend(headings, inSection, waiting.splice(0), ownNames);
        kept.push({ ...one, text });
      }
      continue;
    }
    const id = /\{#([^{}\s]+)[^{}]*\}\s*$/.exec(heading.text)?.[1];
    const words = heading.text
      .replace(/\{#?[^{}]*\}\s*$/, '')
      .replace(anchorMark, '')
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[ \t]+/g, ' ')
      .trim();
    const bare = plainWords(words);
    const names = [
      ...(id === undefined ? [] : [id]),
      ...marks,
      ...waiting.splice(0),
      ...fragmentsOf(bare, slugs),
    ];
    if (isTitle && i === first?.i) {
      ownNames.push(...names);
      continue;
    }
    if (bare === '') {
      report(one.line, 'an empty heading', 'nothing');
      continue;
    }
    if (
      words !==
      heading.text
        .replace(/\{#?[^{}]*\}\s*$/, '')
        .replace(anchorMark, '')
        .trim()
    ) {
      report(one.line, 'a link or image in a heading', 'its words');
    }
    const level = Math.min(6, Math.max(2, heading.level + shift));
    if (heading.level + shift > 6) report(one.line, 'a heading of the seventh level', 'one of the sixth');
    inSection = { at: kept.length, level, words: bare, names };
    headings.push(inSection);
    kept.push({ ...one, text: `${'#'.repeat(level)} ${words}` });
  }
  return {
    lines: kept,
    headings,
    title:
      isTitle && first
        ? plainWords(first.text.replace(/\{#?[^{}]*\}\s*$/, '').replace(anchorMark, ''))
        : null,
    ownNames,
  };
}

/** Words of inline Markdown: without emphasis, code marks, links and escapes. */
export function plainWords(markdown: string): string {
  return markdown
    .replace(/!?\[((?:[^[\]]|\[[^\]]*\])*)\]\([^)]*\)/g, '$1')
    .replace(/(`+)(.+?)\1/g, '$2')
    .replace(/(\*\*\*|\*\*|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}])(__|_|\*)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/<((?:https?:|mailto:)[^>\s]+|[^>\s@]+@[^>\s]+)>/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

function sameWords(a: string, b: string): boolean {
  const bare = (text: string) =>
    plainWords(text)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '');
  return bare(a) === bare(b);
}

function extend(
  headings: ShapedHeading[],
  section: ShapedHeading | null,
  names: readonly string[],
  own: string[],
): void {
  if (!section) own.push(...names);
  else headings[headings.length - 1] = { ...section, names: [...(headings.at(-1)?.names ?? []), ...names] };
}

/** `Title` and `=====` on two lines are one heading. */
function flattenUnderlines(lines: readonly SourceLine[]): readonly SourceLine[] {
  const result: SourceLine[] = [];
  for (const one of lines) {
    const underline = one.isCode ? null : /^ {0,3}(=+|-{2,})[ \t]*$/.exec(one.text)?.[1];
    const above = result.at(-1);
    const isHeading =
      underline &&
      above &&
      !above.isCode &&
      above.text.trim() !== '' &&
      !/^(?: {4}|\t| {0,3}(?:#{1,6}\s|[>|]|[-*+]\s|\d{1,9}[.)]\s|:::|-{3,}\s*$))/.test(above.text) &&
      !/\|/.test(above.text);
    const isParagraph = (result.at(-2)?.text.trim() ?? '') !== '';
    if (!isHeading || (isParagraph && underline.startsWith('-'))) {
      // A rule that touches the text above it would make that text a heading.
      if (isHeading) result.push({ ...one, text: '' });
      result.push(one);
      continue;
    }
    result[result.length - 1] = {
      ...above,
      text: `${underline.startsWith('=') ? '#' : '##'} ${above.text.trim()}`,
    };
  }
  return result;
}

/** Marks of other programs for a table of contents. */
function dropContents(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  return lines.filter((one, i) => {
    const isToc =
      !one.isCode && /^\s*(?:\[TOC\]|\[\[_?TOC_?\]\]|\$\{toc\}|\{toc\}|<!-- toc -->)\s*$/i.test(one.text);
    const isKramdownToc =
      !one.isCode &&
      /^[-*1.]+\s+(?:TOC|\w[\w ]*)$/i.test(one.text) &&
      /^\s*\{:\s*toc/.test(lines[i + 1]?.text ?? '');
    if (isToc || isKramdownToc) report(one.line, 'a table of contents', 'nothing: pages make their own');
    return !isToc && !isKramdownToc;
  });
}

/** The fragments that GitHub, kramdown and MkDocs give a heading; repeated ones are numbered as they number them. */
function fragmentsOf(words: string, slugs: Map<string, number>): readonly string[] {
  const github = words
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replace(/ /g, '-');
  const kramdown = words
    .toLowerCase()
    .replace(/^[^a-z]+/, '')
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-');
  const mkdocs = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9\s_-]/g, '')
    .trim()
    .replace(/[\s-]+/g, '-');
  const count = slugs.get(github) ?? 0;
  slugs.set(github, count + 1);
  const all = [github, kramdown, mkdocs].filter((name) => name !== '');
  return count === 0 ? all : [`${github}-${count}`, `${kramdown}-${count}`, `${mkdocs}_${count}`];
}
