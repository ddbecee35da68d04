import { editDistance } from '../../did-you-mean.ts';
import { findDisguise } from '../directive-line.ts';
import { markCode, openFence, type Report, type SourceLine } from './source-line.ts';

/**
 * Turns the boxes of other programs (`:::note`, `!!! note`, `> [!NOTE]`, `=== "Tab"`) into ordinary text. A box whose name
 * says that not everybody may read it becomes `:::agent`, as does one that is already written so. Everything is reported.
 */
export function convertContainers(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  return markCode(keepNoColons(convertColons(convertIndented(lines, report), report), report));
}

/** Names of boxes that are not for customers. */
const secret = [
  'agent',
  'agents',
  'internal',
  'private',
  'staff',
  'secret',
  'confidential',
  'employee',
  'employees',
  'hidden',
  'team',
  'support',
];

function isSecret(name: string): boolean {
  const word = name.toLowerCase();
  return secret.some((one) => one === word || (word.length > 3 && editDistance(word, one) <= 1));
}

/** `!!! note "Title"` and `=== "Tab"` with what is indented below them. */
function convertIndented(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const result: SourceLine[] = [];
  let inside: { readonly indent: number; readonly hidden: boolean } | null = null;
  const close = (line: number) => {
    if (inside?.hidden) result.push(...closing(result, line), plain('', line));
    inside = null;
  };
  for (const one of lines) {
    const indent = /^ */.exec(one.text)?.[0].length ?? 0;
    if (inside && one.text.trim() !== '' && indent < inside.indent) close(one.line);
    const match = one.isCode
      ? null
      : /^( *)(?:(?:!!!|\?\?\?\+?)\s+([\w-]+)[\w -]*?(?:\s+"([^"]*)")?|===\s+"([^"]*)")\s*$/.exec(one.text);
    if (match && !inside) {
      const name = match[2] ?? 'tab';
      const title = match[3] ?? match[4] ?? '';
      const hidden = isSecret(name);
      report(one.line, `the box \`${name}\``, hidden ? 'text for agents only' : 'its text');
      if (hidden) result.push(plain('', one.line), plain(':::agent', one.line));
      if (title !== '')
        result.push(plain('', one.line), plain(`**${title}**`, one.line), plain('', one.line));
      inside = { indent: (match[1] ?? '').length + 4, hidden };
      continue;
    }
    result.push(inside ? { ...one, text: one.text.slice(Math.min(indent, inside.indent)) } : one);
  }
  close(lines.at(-1)?.line ?? 1);
  return result;
}

/** `:::note Title` ... `:::`, with any number of colons, and `> [!NOTE]`. */
function convertColons(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const result: SourceLine[] = [];
  const open: { readonly name: string; readonly hidden: boolean; readonly line: number }[] = [];
  const isHidden = () => open.some(({ hidden }) => hidden);
  for (const one of lines) {
    if (one.isCode) {
      result.push(one);
      continue;
    }
    const alert = /^(\s*>\s*)\[!(\w+)\]\s*(.*)$/.exec(one.text);
    if (alert) {
      const name = alert[2] ?? '';
      report(one.line, `the box \`${name}\``, 'a quotation');
      const words = `${name.charAt(0)}${name.slice(1).toLowerCase()}`;
      result.push({ ...one, text: `${alert[1]}**${words}:** ${alert[3] ?? ''}`.trimEnd() });
      continue;
    }
    const match = /^\s*:{3,}\s*([A-Za-z][\w-]*)?\s*(?:\[(.*)\]|(.*?))\s*$/.exec(one.text);
    if (!match) {
      result.push(one);
      continue;
    }
    const name = match[1];
    if (name === undefined) {
      const closed = open.pop();
      if (!closed) report(one.line, 'a ::: that closes nothing', 'nothing');
      if (closed?.hidden && !isHidden()) result.push(plain(':::', one.line), plain('', one.line));
      else result.push(plain('', one.line));
      continue;
    }
    const hidden = isSecret(name);
    const title = (match[2] ?? match[3] ?? '')
      .replace(/^\{.*\}$/, '')
      .replace(/:+$/, '')
      .trim();
    report(one.line, `the box \`${name}\``, hidden ? 'text for agents only' : 'its text');
    if (hidden && !isHidden()) result.push(plain('', one.line), plain(':::agent', one.line));
    else result.push(plain('', one.line));
    if (title !== '' && !/^[:{]/.test(title))
      result.push(plain(`**${title}**`, one.line), plain('', one.line));
    open.push({ name, hidden, line: one.line });
  }
  const unclosed = open.find(({ hidden }) => hidden);
  if (unclosed) {
    report(unclosed.line, `the box \`${unclosed.name}\` is never closed`, 'text for agents only, to the end');
    result.push(...closing(result, unclosed.line));
  }
  return result;
}

/** The end of a box for agents, and of a code block that is still open in it. */
function closing(lines: readonly SourceLine[], line: number): readonly SourceLine[] {
  const fence = openFence(lines);
  return [...(fence === null ? [] : [plain(fence, line)]), plain('', line), plain(':::', line)];
}

/** Three colons and their look-alikes elsewhere would be taken for a directive. */
function keepNoColons(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  return lines.map((one) => {
    const isDirective = one.text === ':::' || one.text === ':::agent';
    if (!one.isCode && isDirective) return one;
    if (!isDirective && findDisguise(one.text.trimEnd()) === null) return one;
    report(one.line, 'colons that look like a directive', 'a dash');
    const text = one.text
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .replace(/(?:[:;]\s*){2,}/g, '– ')
      .trimEnd();
    return {
      ...one,
      text: findDisguise(text) === null ? text : text.replace(/[^\p{L}\p{N}\s.,()/-]/gu, ' ').trimEnd(),
    };
  });
}

function plain(text: string, line: number): SourceLine {
  return { text, line, isCode: false };
}
