import type { Report, SourceLine } from './source-line.ts';
import { anchorMark } from './strip-html.ts';

/** A heading of the imported text. */
export interface ShapedHeading {
  /** Index of its line among the shaped lines. */
  readonly at: number;
  readonly level: number;
  readonly words: string;
  /** The name that its author gave it, or null. */
  readonly id: string | null;
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
 * Brings headings into Concord's form: a first-level heading at the start becomes the title, further ones and what stands
 * below them go one level down, underlined ones are written with #, tables of contents and what other programs write beside headings go.
 * `title` is the source's own title, where it has one.
 */
export function shapeHeadings(
  lines: readonly SourceLine[],
  title: string | null,
  report: Report,
): ShapedText {
  const flat = headPartTitles(dropContents(flattenUnderlines(lines), report), report);
  const found = flat.flatMap((one, i) => {
    const match = one.isCode ? null : /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(one.text);
    return match ? [{ i, level: (match[1] ?? '').length, text: match[2] ?? '' }] : [];
  });
  const [first] = found;
  const firstText = flat.findIndex((one) => one.text.replace(anchorMark, '').trim() !== '');
  const isTitle =
    first?.level === 1 && (first.i === firstText || (title !== null && sameWords(first.text, title)));
  // From the first one that is not the title, headings stand one level lower.
  const late = found.find(({ level, i }) => level === 1 && !(isTitle && i === first?.i));
  const shiftFrom = late?.i ?? Number.POSITIVE_INFINITY;
  const lowered = flat[shiftFrom];
  if (lowered)
    report(lowered.line, 'a first-level heading in the text', 'it and those below it one level lower');

  const kept: SourceLine[] = [];
  const headings: ShapedHeading[] = [];
  const ownNames: string[] = [];
  const slugs = new Map<string, number>();
  const waiting: string[] = [];
  let inSection: ShapedHeading | null = null;
  let isAgents = false;
  for (const [i, one] of flat.entries()) {
    if (one.text === ':::agent') isAgents = true;
    if (one.text === ':::') isAgents = false;
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
    if (!/[\p{L}\p{N}]/u.test(bare)) {
      report(one.line, 'a heading without words', 'nothing');
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
    const written = heading.level + (i >= shiftFrom ? 1 : 0);
    const level = Math.min(6, Math.max(2, written));
    if (written > 6) report(one.line, 'a heading of the seventh level', 'one of the sixth');
    // A heading inside agents' text is no section that a link could mean.
    if (!isAgents) {
      inSection = { at: kept.length, level, words: bare, id: id ?? null, names };
      headings.push(inSection);
    }
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

/**
 * In a text without headings, bold titles that stand alone, or begin the parts of a numbered list, are its headings: so a
 * contract that is one long list has sections that can be found and cited.
 */
function headPartTitles(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const isBlank = (i: number) => (lines[i]?.text.trim() ?? '') === '';
  const titles = lines.flatMap(({ text, isCode }, i) => {
    const match = isCode ? null : /^(?:(\d{1,3})[.)]\s+)?\*\*([^*]{1,80})\*\*[.:]?\s*$/.exec(text);
    return match && isBlank(i + 1)
      ? [{ i, isItem: match[1] !== undefined, words: (match[2] ?? '').replace(/[.:\s]+$/, '') }]
      : [];
  });
  const items = titles.filter(({ isItem }) => isItem);
  const chosen = items.length >= 3 ? items : titles;
  const hasHeadings = lines.some(({ text, isCode }) => !isCode && /^ {0,3}#{1,6}[ \t]/.test(text));
  if (hasHeadings || chosen.length < 3) return lines;
  report(lines[chosen[0]?.i ?? 0]?.line ?? 1, 'bold titles in a text without headings', 'headings');
  let count = 0;
  let isInside = false;
  return lines.map((one, i) => {
    const title = chosen.find((each) => each.i === i);
    if (title) {
      count += 1;
      isInside = title.isItem;
      return { ...one, text: `## ${title.isItem ? `${count}. ` : ''}${title.words}` };
    }
    if (isInside && one.text.trim() !== '' && !/^\s/.test(one.text)) isInside = false;
    return isInside ? { ...one, text: one.text.replace(/^(?: {1,4}|\t)/, '') } : one;
  });
}

/** Tables of contents: marks of other programs, and three or more lines that only link to sections. */
function dropContents(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const dropped = new Set<number>();
  let run: number[] = [];
  const close = () => {
    const label =
      run[0] === undefined
        ? -1
        : lines.findLastIndex(({ text }, i) => i < (run[0] ?? 0) && text.trim() !== '');
    if (run.length >= 3)
      for (const i of [...run, ...(isContentsLabel(lines[label]?.text ?? '') ? [label] : [])]) dropped.add(i);
    run = [];
  };
  for (const [i, { text, isCode }] of lines.entries()) {
    if (text.trim() === '') continue;
    if (
      !isCode &&
      /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?\[(?:[^[\]]|\[[^\]]*\])*\]\(#[^)\s]*\)[\s,;|·•]*$/.test(text)
    )
      run.push(i);
    else close();
    const isMark = /^\s*(?:\[TOC\]|\[\[_?TOC_?\]\]|\$\{toc\}|\{toc\})\s*$/i.test(text);
    const isKramdown = /^[-*1.]+\s+\w[\w ]*$/.test(text) && /^\s*\{:\s*toc/.test(lines[i + 1]?.text ?? '');
    if (!isCode && (isMark || isKramdown)) dropped.add(i);
  }
  close();
  const [first] = [...dropped].sort((a, b) => a - b);
  if (first !== undefined)
    report(lines[first]?.line ?? 1, 'a table of contents', 'nothing: pages make their own');
  return lines.filter((_, i) => !dropped.has(i));
}

function isContentsLabel(text: string): boolean {
  return /^\W*(?:table of contents|contents|on this page|in this (?:article|policy|document))\W*$/i.test(
    text,
  );
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
