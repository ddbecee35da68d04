import { posix } from 'node:path';
import { splitSource } from './source-front-matter.ts';
import { outsideCodeSpans, type Report, type SourceLine, toLines } from './source-line.ts';

/** Text of a file of the source by its path, or null; for includes. */
export type FindSource = (path: string) => string | null;

/**
 * Takes out the tags of Liquid, Jekyll, Hugo, MkDocs and MDX. Includes whose file is in the source are put in; of a
 * condition's branches only the first stays, and none where the condition is about who reads; a variable becomes the words of
 * its name in parentheses. Everything is reported.
 */
export function stripTemplates(
  lines: readonly SourceLine[],
  source: {
    readonly path: string;
    readonly find: FindSource;
    readonly variables: ReadonlyMap<string, string>;
  },
  report: Report,
): readonly SourceLine[] {
  const withIncludes = insertIncludes(
    fillVariables(lines, source.variables),
    { ...source, chain: [source.path] },
    report,
  );
  return stripImports(stripBlocks(withIncludes, report), report).map((one) => {
    if (one.isCode) {
      if (!one.text.includes('{{')) return one;
      report(one.line, '{{ in a code example', '{ {, because {{ }} is for facts');
      return { ...one, text: one.text.replaceAll('{{', '{ {').replaceAll('{{', '{ {') };
    }
    return { ...one, text: stripInline(one, report) };
  });
}

/** Variables whose value is known, by their whole name or its last part. */
function fillVariables(
  lines: readonly SourceLine[],
  variables: ReadonlyMap<string, string>,
): readonly SourceLine[] {
  if (variables.size === 0) return lines;
  return lines.map((one) => ({
    ...one,
    text: one.text.replace(
      /\{%-?\s*data\s+([\w.-]+)\s*-?%\}|\{\{-?\s*([\w.-]+)\s*-?\}\}/g,
      (tag, data?: string, plain?: string) => {
        const name = data ?? plain ?? '';
        return variables.get(name) ?? variables.get(name.split('.').at(-1) ?? '') ?? tag;
      },
    ),
  }));
}

interface IncludeSource {
  readonly path: string;
  readonly find: FindSource;
  /** Files that include one another down to here. */
  readonly chain: readonly string[];
}

const includeTag =
  /^\s*(?:\{%-?\s*(?:include|include_relative|render|data)\s+["']?([^\s"'%]+)["']?\s*(.*?)-?%\}|-{1,2}8<-{1,2}\s+["']([^"']+)["']|!!!include\(([^)]+)\)!!!)\s*$/;

function insertIncludes(
  lines: readonly SourceLine[],
  source: IncludeSource,
  report: Report,
): readonly SourceLine[] {
  return lines.flatMap((one) => {
    const match = one.isCode ? null : includeTag.exec(one.text);
    if (!match) return [one];
    const name = (match[1] ?? match[3] ?? match[4] ?? '').trim();
    const said = /\bcontent=(["'])(.*?)\1/.exec(match[2] ?? '')?.[2];
    if (said !== undefined) {
      report(one.line, `the include \`${name}\``, 'its content as a paragraph');
      return [{ ...one, text: said }];
    }
    const found = includeCandidates(name, source.path)
      .map((path) => ({ path, text: source.find(path) }))
      .find(({ text }) => text !== null);
    if (
      found?.text === null ||
      found === undefined ||
      source.chain.includes(found.path) ||
      source.chain.length > 5
    ) {
      const why = found ? 'it includes itself' : 'its file is not in the source';
      // A variable that stands alone is text, not a file.
      if (/^(?:site|page|variables)\b/.test(name)) return [one];
      report(one.line, `the include \`${name}\` (${why})`, 'nothing');
      return [{ ...one, text: '' }];
    }
    report(one.line, `the include \`${name}\``, `the text of ${found.path}`);
    const { body } = splitSource(found.text, () => {});
    const inside = toLines(body, 1).map((inner) => ({ ...inner, line: one.line }));
    return insertIncludes(
      inside,
      { ...source, path: found.path, chain: [...source.chain, found.path] },
      report,
    );
  });
}

function includeCandidates(name: string, from: string): readonly string[] {
  const dotted = name.replaceAll('.', '/');
  const folder = posix.dirname(from);
  return [
    posix.join('_includes', name),
    posix.join(folder, name),
    name,
    `data/${dotted}.md`,
    `_data/${dotted}.md`,
  ]
    .map((path) => posix.normalize(path))
    .filter(
      (path) => !path.startsWith('..') && !path.startsWith('/') && /\.(?:md|markdown|html?|txt)$/i.test(path),
    );
}

/** Conditions about the reader: what stands under them may not be for everybody. */
const aboutReader =
  /\b(?:internal|agent|staff|employee|private|admin|user|logged|member|role|audience|draft)\w*\b/i;

/** Takes out `{% if %}` and its like, with the branches that do not stay, `{% comment %}`, and tags that stand alone. */
function stripBlocks(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const result: SourceLine[] = [];
  /** Open conditions: whether what stands here stays. */
  const open: { readonly keeps: boolean; readonly isDone: boolean }[] = [];
  let isRaw = false;
  for (const one of lines) {
    if (one.isCode && !isRaw) {
      if (open.every(({ keeps }) => keeps)) result.push(one);
      continue;
    }
    let text = '';
    let last = 0;
    for (const match of one.text.matchAll(/\{%-?\s*([a-z_]+)\b([^%]*?)-?%\}/gi)) {
      const name = (match[1] ?? '').toLowerCase();
      const what = (match[2] ?? '').trim();
      if (isRaw && name !== 'endraw') continue;
      const shows = open.every(({ keeps }) => keeps);
      if (shows) text += one.text.slice(last, match.index);
      last = match.index + match[0].length;
      if (name === 'raw') isRaw = true;
      else if (name === 'endraw') isRaw = false;
      else if (/^(?:if\w*|unless|case|comment)$/.test(name)) {
        const isShown = name !== 'comment' && !aboutReader.test(what);
        open.push({ keeps: isShown && name !== 'case', isDone: !isShown || name !== 'case' });
        if (name === 'comment') report(one.line, 'a template comment', 'nothing');
        else {
          const instead = isShown ? 'its first branch, for everybody' : 'nothing: it is about who reads';
          report(one.line, `the condition \`${name} ${what}\``, instead);
        }
      } else if (/^(?:el\w*|when)$/.test(name) && open.length > 0) {
        const keeps = name === 'when' && open.pop()?.isDone === false;
        if (name !== 'when') open.pop();
        open.push({ keeps, isDone: true });
        if (!keeps) report(one.line, `the branch \`${`${name} ${what}`.trim()}\``, 'nothing');
      } else if (/^end(?:if\w*|unless|case|comment)$/.test(name)) {
        open.pop();
      } else if (/^(?:data|include|include_relative|render|link|post_url)$/.test(name) && shows) {
        text += variable(
          name === 'link' || name === 'post_url' ? what : (what.split(/\s/)[0] ?? ''),
          one.line,
          report,
          name,
        );
      } else if (name === 'highlight' && shows) {
        report(one.line, 'a template tag `highlight`', 'a code block');
        text += `\`\`\`${what.split(/\s/)[0] ?? ''}`;
      } else if (name === 'endhighlight' && shows) {
        text += '```';
      } else if (shows && !name.startsWith('end')) {
        report(one.line, `the template tag \`${name}\``, 'what stands inside it');
      }
    }
    if (open.every(({ keeps }) => keeps)) text += one.text.slice(last);
    const changed = last > 0 || !open.every(({ keeps }) => keeps);
    if (changed && text.trim() === '' && one.text.trim() !== '') continue;
    result.push({ ...one, text: changed ? text : one.text });
  }
  if (open.length > 0)
    report(lines.at(-1)?.line ?? 1, 'a template condition that is never closed', 'nothing after it');
  return result;
}

/** Imports and exports of MDX, which stand at the top. */
function stripImports(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  return lines.filter((one) => {
    if (
      one.isCode ||
      !/^(?:import\s.+\sfrom\s+['"]|import\s+['"]|export\s+(?:const|default|function)\s)/.test(one.text)
    )
      return true;
    report(one.line, 'an import of MDX', 'nothing');
    return false;
  });
}

function stripInline({ text, line }: SourceLine, report: Report): string {
  if (!/\{\{|\{:|\}\}|\{%/.test(text)) return text;
  const links = text.replace(/\{\{[<%]\s*(?:rel)?ref\s+"?([^"\s>%]+)"?\s*[%>]\}\}/g, '$1');
  const shortcodes = links.replace(/\{\{[<%]\s*\/?\s*([\w-]+)[^}]*[%>]\}\}/g, (_, name: string) => {
    report(line, `the shortcode \`${name}\``, 'what stands inside it');
    return '';
  });
  const variables = shortcodes.replace(/\{\{-?\s*([^{}]*?)\s*-?\}\}/g, (_, name: string) => {
    const quoted = /^["']([^"']*)["']/.exec(name)?.[1];
    if (quoted !== undefined) return quoted;
    if (/^(?:content|toc)$/.test(name.trim())) return '';
    return variable(name.split('|')[0] ?? '', line, report, 'variable');
  });
  const attributes = outsideCodeSpans(variables, (part) =>
    part.replace(/\{:\s?[^{}\n]*\}/g, (attribute) => {
      report(line, 'attributes of kramdown', 'nothing');
      // An id stays: a link may point to it.
      const id = /#([\w-]+)/.exec(attribute)?.[1];
      return id === undefined ? '' : ` {#${id}}`;
    }),
  );
  return attributes.replace(/\{\{+/g, () => {
    report(line, '{{', '{, because {{ }} is for facts');
    return '{';
  });
}

/** A variable as words: `variables.contact.contact_support` is `(contact support)`. */
function variable(name: string, line: number, report: Report, kind: string): string {
  const last = name.trim().split(/[./]/).at(-1) ?? '';
  const words = last.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  report(
    line,
    `the ${kind === 'variable' ? 'variable' : `template tag \`${kind}\``} \`${name.trim()}\``,
    words === '' ? 'nothing' : `“(${words})”: write what it stands for`,
  );
  return words === '' ? '' : `(${words})`;
}
