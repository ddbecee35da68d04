import { posix } from 'node:path';
import { limits } from '../limits.ts';
import { assembleImport, type CheckImport, hasWords, type ImportResult } from './assemble-import.ts';
import { type Draft, type ImportOptions, shapeBody, shapeQuestion, shapeTitle } from './draft.ts';
import { toSlug, toWords } from './import-names.ts';
import { splitSource } from './source-front-matter.ts';
import type { ImportNotice } from './source-line.ts';
import { readSourceText } from './source-text.ts';

/** A file of the source folder. `path` is relative to it, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Turns a folder of ordinary Markdown into articles: a folder is a category, a file an article. Files and folders that begin
 * with `_` or `.` are not articles (other files may include them), nor is what stands at the top to describe the folder.
 */
export function importMarkdown(
  sources: readonly SourceFile[],
  options: ImportOptions,
  check: CheckImport,
): ImportResult {
  const notices: ImportNotice[] = [];
  const sorted = [...sources].sort((a, b) => (a.path < b.path ? -1 : 1));
  const byPath = new Map(sorted.map((source) => [source.path, source]));
  const find = (path: string): string | null => {
    const source = byPath.get(path);
    return source ? readSourceText(source.bytes, () => {}) : null;
  };
  const leftOut: ImportResult['leftOut'][number][] = [];
  const drafts = sorted
    .filter(({ path }) => isArticle(path))
    .flatMap((source): readonly Draft[] => {
      const report = (line: number, what: string, instead: string) => {
        notices.push({ file: source.path, line, what, instead });
      };
      if (isAboutFolder(source.path)) {
        report(1, 'a file that describes its folder', 'nothing: rename it to import it');
        return [];
      }
      const text = readSourceText(source.bytes, report);
      if (text === null || text.trim() === '') {
        leftOut.push({ file: source.path, line: 1, why: text === null ? 'a binary file' : 'an empty file' });
        return [];
      }
      const { front, body, bodyLine } = splitSource(text, report);
      const shaped = shapeBody(
        body,
        { path: source.path, firstLine: bodyLine, title: front.title, find, variables: options.variables },
        report,
      );
      if (!hasWords(shaped.lines)) {
        leftOut.push({ file: source.path, line: 1, why: 'a file without text' });
        return [];
      }
      const { category, categoryTitle, slug, fallbackTitle } = placeOf(source.path, options.category);
      const wanted = front.title ?? shaped.title ?? fallbackTitle;
      const shapedTitle = shapeTitle(wanted);
      const title = /[\p{L}\p{N}]/u.test(shapedTitle) ? shapedTitle : fallbackTitle;
      if (title.endsWith('…'))
        report(1, `a title of ${[...wanted].length} characters`, `its first ${limits.titleLength}`);
      return [
        {
          key: source.path,
          file: source.path,
          line: 1,
          locale: options.locale,
          category,
          categoryTitle,
          slug,
          title,
          questions: front.questions
            .map((question) => shapeQuestion(question, limits.questionLength))
            .filter((question) => question !== ''),
          audience: front.isHidden ? 'agent' : options.audience,
          verified: front.verified ?? options.verified,
          effective: front.effective,
          addresses: front.addresses,
          shaped,
        },
      ];
    });
  const result = assembleImport(drafts, options, notices, check);
  return {
    ...result,
    leftOut: [...leftOut, ...result.leftOut].sort((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line,
    ),
  };
}

/** Whether a file of a folder is read as an article. */
export function isArticle(path: string): boolean {
  return (
    /\.(?:md|markdown|mdx)$/i.test(path) &&
    !path.split('/').some((part) => /^[._]/.test(part) || part === 'node_modules')
  );
}

/** Files that describe the folder, not its subject, wherever somebody keeps Markdown. */
function isAboutFolder(path: string): boolean {
  return /^(?:readme|summary|changelog|contributing|licen[cs]e|code_of_conduct|security)\.\w+$/i.test(path);
}

function placeOf(path: string, category: string | null) {
  const parts = path.replace(/\.[^./]+$/, '').split('/');
  const [folder = ''] = parts.length > 1 ? parts : ['General'];
  const name = parts.at(-1) ?? '';
  const isIndex = /^(?:index|readme)$/i.test(name) && parts.length > 1;
  const inside = parts.length > 1 ? parts.slice(1) : parts;
  const named = isIndex ? inside.slice(0, -1) : inside;
  const slugSource = named.length === 0 ? posix.basename(folder) : named.join('-');
  return {
    category: category ?? toSlug(folder, 'topic'),
    categoryTitle: toWords(category ?? folder).slice(0, 80),
    slug: toSlug(slugSource.replace(/^\d{4}-\d\d-\d\d-/, ''), 'article'),
    fallbackTitle: toWords(named.at(-1) ?? folder),
  };
}
