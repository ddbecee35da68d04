import { posix } from 'node:path';
import type { AppError } from '../../errors.ts';
import { chooseLead, escapeMarkdown } from './choose-lead.ts';
import type { Draft, ImportOptions } from './draft.ts';
import { shapeTitle } from './draft.ts';
import { freeName } from './import-names.ts';
import { keepValid } from './keep-valid.ts';
import { type LinkTarget, rewriteLinks } from './rewrite-links.ts';
import type { ShapedHeading } from './shape-headings.ts';
import type { ImportNotice, Report, SourceLine } from './source-line.ts';
import { writeArticle } from './write-article.ts';

/** A file of the made content directory. */
export interface ImportedFile {
  /** Relative to the content directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What became of a source. */
export interface ImportResult {
  /** Articles, sorted by path. */
  readonly files: readonly ImportedFile[];
  /** By file, then line. */
  readonly notices: readonly ImportNotice[];
  /** Sources that are no article now, with the reason. */
  readonly leftOut: readonly { readonly file: string; readonly line: number; readonly why: string }[];
  /** Categories that the articles need, in order of id, with a title and what is in them. */
  readonly categories: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string;
  }[];
}

/** Says what is wrong with articles as a whole: parsing, and whatever else publication would refuse. */
export type CheckImport = (
  files: readonly ImportedFile[],
  categories: ImportResult['categories'],
) => readonly AppError[];

/**
 * Makes articles of drafts: names, titles and links that agree with one another. What `check` refuses is left out, a question
 * where it is the question, else the article, and the rest is made again without it, until nothing is refused.
 */
export function assembleImport(
  drafts: readonly Draft[],
  options: ImportOptions,
  notices: readonly ImportNotice[],
  check: CheckImport,
): ImportResult {
  let rest = withDistinctNames(drafts);
  const leftOut: ImportResult['leftOut'][number][] = [];
  const notes: ImportNotice[] = [];
  for (;;) {
    const made: ImportNotice[] = [...notices, ...notes];
    const files = buildFiles(rest, options, made);
    const categories = categoriesOf(rest, options.locale);
    const errors =
      rest.length === 0
        ? []
        : check(
            files.map(({ file }) => file),
            categories,
          );
    const refused = new Map<Draft, AppError>();
    for (const error of errors) {
      const found = files.find(({ file }) => file.path === error.place?.file);
      if (found && !refused.has(found.draft)) refused.set(found.draft, error);
    }
    if (refused.size === 0) {
      return {
        files: files.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1)),
        notices: made.sort(byPlace),
        leftOut: leftOut.sort((a, b) => byPlace(a, b)),
        categories,
      };
    }
    rest = rest.flatMap((draft): readonly Draft[] => {
      const error = refused.get(draft);
      if (!error) return [draft];
      const question = draft.questions.find((text) => isAbout(error, text));
      if (question !== undefined) {
        const what = `the question “${question}”, which another article has or answers better`;
        notes.push({ file: draft.file, line: draft.line, what, instead: 'nothing' });
        return [{ ...draft, questions: draft.questions.filter((text) => text !== question) }];
      }
      leftOut.push({ file: draft.file, line: draft.line, why: reasonOf(error) });
      return [];
    });
  }
}

/** Whether an error is about one of an article's questions, which it can do without. */
function isAbout(error: AppError, question: string): boolean {
  if (error.code === 'self-retrieval') return error.message.includes(`“${question}”`);
  return error.code === 'question-duplicate' && (error.found?.startsWith(`"${question}"`) ?? false);
}

function reasonOf(error: AppError): string {
  const parts = [
    error.message,
    error.expected === undefined ? '' : `expected ${error.expected}`,
    error.found === undefined ? '' : `found ${error.found}`,
  ];
  return `${error.code}: ${parts.filter((part) => part !== '').join('; ')}`;
}

/** No two drafts with one place or, in one locale, one title; questions belong to the first who has them. */
function withDistinctNames(drafts: readonly Draft[]): readonly Draft[] {
  const places = new Set<string>();
  const asked = new Set<string>();
  const claim = (locale: string, text: string) => {
    const key = `${locale} ${text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[\p{M}\p{Cf}]/gu, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()}`;
    const isFree = !asked.has(key);
    asked.add(key);
    return isFree;
  };
  const titled = drafts.map((draft) => {
    const named = freeName(`${draft.locale}/${draft.category}/${draft.slug}`, places);
    const slug = named.slice(named.lastIndexOf('/') + 1);
    const titles = [
      draft.title,
      `${draft.title} (${draft.categoryTitle})`,
      `${draft.title} (${slug})`,
      slug,
    ].map(shapeTitle);
    const title = titles.find((text) => claim(draft.locale, text)) ?? shapeTitle(draft.title);
    return { ...draft, slug, title };
  });
  return titled.map((draft) => ({
    ...draft,
    questions: draft.questions.filter((question) => claim(draft.locale, question)),
  }));
}

interface Built {
  readonly draft: Draft;
  readonly file: ImportedFile;
}

function buildFiles(
  drafts: readonly Draft[],
  options: ImportOptions,
  notices: ImportNotice[],
): readonly Built[] {
  const targets = new Map(drafts.map((draft) => [draft.key, createTarget(draft)]));
  const catalogue = createCatalogue(drafts);
  const linkedBodies = drafts.map((draft) => {
    const report = reporter(draft.file, notices);
    const own = targets.get(draft.key)?.target;
    if (!own) return { draft, lines: draft.shaped.lines, linked: [], report };
    const find = (address: string, from: string) => {
      const found = catalogue(address, from, draft.locale);
      const isReachable = found && (found.audience === 'public' || draft.audience === 'agent');
      return isReachable ? (targets.get(found.key)?.target ?? null) : null;
    };
    const source = { path: draft.file, id: own.id, own, find, baseUrl: options.baseUrl };
    return { draft, ...rewriteLinks(draft.shaped.lines, source, report), report };
  });
  // Only now every anchor that some link needs is known.
  return linkedBodies.map(({ draft, lines, linked, report }) => {
    const anchored = writeAnchors(lines, targets.get(draft.key)?.anchors() ?? []);
    const led = keepValid(chooseLead(anchored, { title: draft.title, locale: draft.locale }, report), report);
    const text = writeArticle(
      {
        title: draft.title,
        questions: draft.questions,
        audience: draft.audience,
        owner: options.owner,
        verified: draft.verified,
        effective: draft.effective,
        related: linked.slice(0, 5),
      },
      hasWords(led) ? bodyText(led) : `${escapeMarkdown(draft.title)}.`,
    );
    return { draft, file: { path: `${draft.locale}/${draft.category}/${draft.slug}.md`, text } };
  });
}

/** Whether anything is left to read; directives alone are nothing. */
export function hasWords(lines: readonly SourceLine[]): boolean {
  return lines.some(({ text }) => !text.startsWith(':::') && /[\p{L}\p{N}]/u.test(text));
}

/** Lines as a body: blank lines once, outside code. */
function bodyText(lines: readonly SourceLine[]): string {
  const kept = lines.filter(
    (one, i) =>
      one.isCode ||
      one.text.trim() !== '' ||
      (lines[i - 1]?.text.trim() ?? '') !== '' ||
      lines[i - 1]?.isCode,
  );
  const spaced = kept.flatMap((one, i) => {
    const isHeading = !one.isCode && /^#{2,6} /.test(one.text);
    const before = kept[i - 1];
    const after = kept[i + 1];
    const needsBefore = isHeading && before && before.text.trim() !== '';
    const needsAfter = isHeading && after && after.text.trim() !== '';
    return [...(needsBefore ? [''] : []), one.text, ...(needsAfter ? [''] : [])];
  });
  return spaced.join('\n').replace(/^(?:[ \t]*\n)+|\s+$/g, '');
}

/** An article as the target of links, and the anchors that links have asked for so far, by heading. */
function createTarget(draft: Draft): {
  readonly target: LinkTarget;
  readonly anchors: () => readonly (string | null)[];
} {
  const { headings, ownNames } = draft.shaped;
  const taken = new Set(['lead']);
  const given = new Map<ShapedHeading, string>();
  const fold = (name: string) => name.toLowerCase();
  const give = (heading: ShapedHeading, name: string): string => {
    const words = name
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{Ll}\p{Lo}\p{M}\p{N}]+/gu) ?? ['section'];
    const anchor = freeName(words.join('-').slice(0, 70).replace(/-$/, ''), taken);
    given.set(heading, anchor);
    return anchor;
  };
  for (const heading of headings) if (heading.id !== null) give(heading, heading.id);
  const anchorOf = (fragment: string): string | null | undefined => {
    const wanted = fold(fragment);
    const heading = headings.find(({ names }) => names.some((name) => fold(name) === wanted));
    if (!heading)
      return wanted === 'top' || ownNames.some((name) => fold(name) === wanted) ? null : undefined;
    return given.get(heading) ?? give(heading, heading.words.replace(/['’]/g, ''));
  };
  return {
    target: { id: `${draft.category}/${draft.slug}`, title: draft.title, anchorOf },
    anchors: () => headings.map((heading) => given.get(heading) ?? null),
  };
}

/** Headings with the anchors that links ask for, in the order of the text. */
function writeAnchors(
  lines: readonly SourceLine[],
  anchors: readonly (string | null)[],
): readonly SourceLine[] {
  let count = -1;
  let isAgents = false;
  return lines.map((one) => {
    if (one.text === ':::agent') isAgents = true;
    if (one.text === ':::') isAgents = false;
    if (isAgents || one.isCode || !/^#{2,6} /.test(one.text)) return one;
    count += 1;
    const anchor = anchors[count] ?? null;
    return anchor === null ? one : { ...one, text: `${one.text} {#${anchor}}` };
  });
}

/** Finds drafts by the addresses under which other files may link to them. */
function createCatalogue(
  drafts: readonly Draft[],
): (address: string, from: string, locale: string) => Draft | null {
  const byPath = new Map<string, Draft[]>();
  const byName = new Map<string, Draft[]>();
  const add = (index: Map<string, Draft[]>, key: string, draft: Draft) => {
    if (key === '' || index.get(key)?.includes(draft)) return;
    index.set(key, [...(index.get(key) ?? []), draft]);
  };
  for (const draft of drafts) {
    const path = bareAddress(draft.file);
    const parts = path.split('/');
    for (let i = 0; i < parts.length; i += 1) add(byPath, parts.slice(i).join('/'), draft);
    for (const address of draft.addresses) add(byPath, bareAddress(address), draft);
    add(byName, bareAddress(draft.title), draft);
    add(byName, parts.at(-1) ?? '', draft);
  }
  const only = (found: readonly Draft[] | undefined, locale: string): Draft | null => {
    const inLocale = found?.filter((draft) => draft.locale === locale) ?? [];
    return inLocale.length === 1 ? (inLocale[0] ?? null) : null;
  };
  return (address, from, locale) => {
    if (address.startsWith('/')) {
      const parts = bareAddress(address).split('/');
      // From the whole address to its last two parts: `/site/policies/terms` may be `policies/terms.md` of the source.
      for (let i = 0; i < Math.max(1, parts.length - 1); i += 1) {
        const found = only(byPath.get(parts.slice(i).join('/')), locale);
        if (found && (i === 0 || parts.length - i > 1)) return found;
      }
      // The last part alone only where the address is short and the file stands at the top.
      if (parts.length === 2) {
        const found = only(byPath.get(parts[1] ?? ''), locale);
        if (found && bareAddress(found.file) === parts[1]) return found;
      }
      return null;
    }
    const joined = posix.normalize(posix.join(posix.dirname(from), address));
    if (joined.startsWith('..')) return null;
    const exact = drafts.find(
      (draft) => bareAddress(draft.file) === bareAddress(joined) && draft.locale === locale,
    );
    return (
      exact ??
      only(byPath.get(bareAddress(address)), locale) ??
      only(byName.get(bareAddress(address)), locale)
    );
  };
}

/** An address without what differs between a file and its page: slashes at the ends, ending, index, letter case. */
function bareAddress(address: string): string {
  return decoded(address)
    .toLowerCase()
    .replace(/^(?:\.?\/)+|\/+$/g, '')
    .replace(/\.(?:md|markdown|mdx|html?)$/, '')
    .replace(/(?:^|\/)(?:index|readme|_index)$/, '')
    .replace(/\s+/g, '-');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function categoriesOf(drafts: readonly Draft[], locale: string): ImportResult['categories'] {
  const ids = [...new Set(drafts.map(({ category }) => category))].sort((a, b) => (a < b ? -1 : 1));
  return ids.map((id) => {
    const inside = drafts.filter(({ category }) => category === id);
    // The description is public: titles for agents are not in it.
    const open = inside.filter((draft) => draft.audience === 'public' && draft.locale === locale);
    const titles = open.map(({ title }) => title).slice(0, 3);
    const more = open.length > titles.length ? ' …' : '';
    const description =
      titles.length === 0 ? (inside[0]?.categoryTitle ?? id) : `${titles.join(' · ')}${more}`;
    return {
      id,
      title: withOwnCase(
        inside[0]?.categoryTitle ?? id,
        inside.map((draft) => draft.title),
      ),
      description: description.length > 290 ? `${description.slice(0, 289)}…` : description,
    };
  });
}

/** Words of a folder's name as titles write them: `Github terms` is `GitHub terms` where titles say GitHub. */
function withOwnCase(name: string, titles: readonly string[]): string {
  const words = titles.join(' ').match(/[\p{L}\p{N}]+/gu) ?? [];
  return name.replace(/[\p{L}\p{N}]+/gu, (word) => {
    const written = words.find((one) => one.toLowerCase() === word.toLowerCase() && /.\p{Lu}/u.test(one));
    return written ?? word;
  });
}

function reporter(file: string, notices: ImportNotice[]): Report {
  return (line, what, instead) => notices.push({ file, line, what, instead });
}

function byPlace(
  a: { readonly file: string; readonly line: number },
  b: { readonly file: string; readonly line: number },
): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
