import { limits } from '../limits.ts';
import { convertContainers } from './convert-containers.ts';
import { inlineReferences } from './inline-references.ts';
import { plainWords, type ShapedText, shapeHeadings } from './shape-headings.ts';
import { type Report, toLines } from './source-line.ts';
import { stripHtml } from './strip-html.ts';
import { type FindSource, stripTemplates } from './strip-templates.ts';

/** What an import is told. */
export interface ImportOptions {
  readonly locale: string;
  readonly audience: 'public' | 'agent';
  /** Team that owns every article. */
  readonly owner: string;
  /** Day written as `verified` where the source names none. */
  readonly verified: string;
  /** Category of every article; null: by folder or column. */
  readonly category: string | null;
  /** Where addresses that begin with `/` lead; null: nowhere. */
  readonly baseUrl: string | null;
  /** What template variables stand for, by whole name or its last part. */
  readonly variables: ReadonlyMap<string, string>;
}

/** An article in the making: read and shaped, its links still the source's. */
export interface Draft {
  /** The source's file, or `file:line` where one file holds several. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly locale: string;
  readonly category: string;
  readonly categoryTitle: string;
  readonly slug: string;
  readonly title: string;
  readonly questions: readonly string[];
  readonly audience: 'public' | 'agent';
  readonly verified: string;
  readonly effective: { readonly from: string | null; readonly to: string | null };
  /** Addresses by which links may mean it, beside its path. */
  readonly addresses: readonly string[];
  readonly shaped: ShapedText;
}

/** Brings the text of a source into Concord's Markdown, but for its links and its lead. */
export function shapeBody(
  text: string,
  source: {
    readonly path: string;
    readonly firstLine: number;
    readonly title: string | null;
    readonly find: FindSource;
    readonly variables: ReadonlyMap<string, string>;
  },
  report: Report,
): ShapedText {
  const plain = stripTemplates(toLines(text, source.firstLine), source, report);
  const markdown = inlineReferences(convertContainers(stripHtml(plain, report), report), report);
  return shapeHeadings(markdown, source.title, report);
}

/** A title or question on one line, without Markdown and markers, within its limit. */
export function shapeQuestion(text: string, most: number): string {
  const words = plainWords(text.replace(/<[^<>]*>/g, ' ').replace(/\{[{%][^{}]*[%}]\}/g, ' '))
    .replace(/[{}]{2,}/g, ' ')
    .replace(unseen, ' ')
    .replace(/&amp;/g, '&')
    .replace(/&nbsp;/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...words];
  if (characters.length <= most) return words;
  const cut = characters.slice(0, most - 1).join('');
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), most / 2)).trimEnd()}…`;
}

/** A title within its limit. */
export function shapeTitle(text: string): string {
  return shapeQuestion(text, limits.titleLength);
}

const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
