import { didYouMean } from '../did-you-mean.ts';
import { AppError, type AppErrorDetails, type ErrorCode } from '../errors.ts';
import type { AgentBlock, Condition, PublicBlock } from './article.ts';
import { checkPublicLine } from './check-public-line.ts';
import { readCondition } from './condition.ts';
import { findDisguise, readDirective } from './directive-line.ts';
import { shown } from './read-yaml.ts';

/** The public and the agents' part of one body, and everything that is wrong with it. */
export interface PartedBody {
  readonly body: readonly PublicBlock[];
  readonly notes: readonly AgentBlock[];
  readonly errors: readonly AppError[];
}

/**
 * Parts a body where public and agents' text part, line by line, by the two directives and nothing else. A line that could
 * be meant as a directive but is not written as one, in whatever disguise, is an error: in doubt the file is refused.
 * `firstLine` is the file's line of the body's first line; `offers` allows offers everywhere (articles for agents only).
 */
export function partBody(
  text: string,
  place: { readonly file: string; readonly firstLine: number; readonly offers: boolean },
): PartedBody {
  const lines = text.split('\n');
  const errors: AppError[] = [];
  const report = (code: ErrorCode, index: number, details: AppErrorDetails) => {
    errors.push(
      new AppError(code, { ...details, place: { file: place.file, line: place.firstLine + index } }),
    );
  };

  const body: PublicBlock[] = [];
  const notes: AgentBlock[] = [];
  let open: Open | null = null;
  let fence: Fence | null = null;
  let start = 0;
  /** Misspelled openings so far: each excuses one close, so that one mistake is reported once. */
  let excused = 0;

  const finish = (block: Open | null, end: number) => {
    const run = trimmed(lines, start, end);
    start = end + 1;
    if (!run) return;
    const line = place.firstLine + run.start;
    if (block?.kind === 'agent') notes.push({ note: run.text, noteLine: line, after: body.length });
    else body.push({ kind: 'public', when: block?.when ?? null, markdown: run.text, line });
  };

  for (const [index, raw] of lines.entries()) {
    const line = raw.trimEnd();
    const directive = readDirective(line);
    if (directive === null) {
      const disguise = findDisguise(line);
      if (disguise) {
        report(disguise.code, index, disguise.details);
        excused += 1;
      } else if (open?.kind !== 'agent') {
        checkPublicLine(lines, index, { inCode: fence !== null, inWhen: open !== null, report });
      }
      checkMarkers(line, index, { offers: place.offers || open?.kind === 'agent', report });
      fence = nextFence(fence, line, index);
      continue;
    }
    const inCode = fence !== null;
    if (fence) {
      report('directive-disguised', index, {
        message: 'A directive stands inside a code block.',
        expected: `the code block that opens on line ${place.firstLine + fence.at} closed before the directive`,
        found: line,
        hint: 'In a code example write fewer than three colons.',
      });
      // What follows is read as if the code block ended here, so that one mistake is reported once.
      fence = null;
    }
    if (directive.kind === 'close') {
      if (!open && excused > 0) {
        excused -= 1;
        continue;
      }
      if (!open) {
        report('directive-stray-close', index, {
          expected: 'an open :::agent or :::when above it',
          found: ':::',
        });
        continue;
      }
      if (!inCode && touches(lines[index + 1]))
        report('directive-disguised', index, blankLine('after', line));
      finish(open, index);
      open = null;
      continue;
    }
    if (open) {
      report('directive-nested', index, {
        expected: `a ::: that closes the :::${open.kind} of line ${place.firstLine + open.at}`,
        found: line,
        hint: 'Directives never stand inside one another.',
      });
      continue;
    }
    if (!inCode && touches(lines[index - 1])) report('directive-disguised', index, blankLine('before', line));
    finish(null, index);
    open = { kind: directive.kind, at: index, when: null };
    if (directive.kind === 'agent') continue;
    const read = readCondition(directive.condition);
    if ('condition' in read) open = { ...open, when: read.condition };
    else
      report('condition-invalid', index, { message: 'The condition of a :::when cannot be read.', ...read });
  }

  if (!open) {
    finish(null, lines.length);
    return { body, notes, errors };
  }
  report('directive-unclosed', open.at, {
    expected: 'a line ::: that closes it',
    found: fence
      ? `the end of the file; the code block of line ${place.firstLine + fence.at} is never closed either`
      : 'the end of the file',
  });
  return { body, notes, errors };
}

interface Open {
  readonly kind: 'agent' | 'when';
  /** Index of its line. */
  readonly at: number;
  readonly when: Condition | null;
}

/** An open code block: its run of backticks or tildes, and the index of its line. */
interface Fence {
  readonly mark: string;
  readonly at: number;
}

/** Called for each problem; `index` counts the body's lines from 0. */
export type ReportLine = (code: ErrorCode, index: number, details: AppErrorDetails) => void;

function blankLine(where: 'before' | 'after', line: string): AppErrorDetails {
  return {
    message: `A directive touches the text ${where} it.`,
    expected: `a blank line ${where} it`,
    found: line,
  };
}

/** Markers that are not `{{fact:name}}` or, in agents' text, `{{offer:name}}`. */
function checkMarkers(
  line: string,
  index: number,
  { offers, report }: { readonly offers: boolean; readonly report: ReportLine },
): void {
  if (!/[{｛﹛]/.test(line)) return;
  const rest = line.replace(
    /(?<!\{)\{\{(fact|offer):[a-z0-9]+(?:-[a-z0-9]+)*\}\}(?!\})/g,
    (marker, kind: string) => {
      if (kind === 'fact' || offers) return '';
      report('offer-public', index, {
        expected: 'offers inside :::agent only',
        found: marker,
      });
      return '';
    },
  );
  const odd = /\{\{[^}]{0,60}\}{0,2}/.exec(rest.normalize('NFKC'));
  if (!odd) return;
  const kind = /^\{\{\s*([A-Za-z]+)/.exec(odd[0])?.[1];
  const meant = kind === undefined ? null : didYouMean(kind, ['fact', 'offer']);
  report('marker-unknown', index, {
    expected: offers ? '{{fact:name}} or {{offer:name}}' : '{{fact:name}}',
    found: shown(odd[0]),
    ...(meant === null ? {} : { hint: `Did you mean \`{{${meant}:name}}\`, without blanks?` }),
  });
}

/** The code block that is open after a line. */
function nextFence(fence: Fence | null, line: string, index: number): Fence | null {
  const match = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  if (!match) return fence;
  const [, mark = '', info = ''] = match;
  if (!fence) return mark.startsWith('`') && info.includes('`') ? null : { mark, at: index };
  const closes = mark[0] === fence.mark[0] && mark.length >= fence.mark.length && info.trim() === '';
  return closes ? null : fence;
}

/** Whether a line beside a directive's block is text, which would run into it. */
function touches(line: string | undefined): boolean {
  return line !== undefined && line.trim() !== '' && readDirective(line.trimEnd()) === null;
}

/** Lines `start` to `end` without the blank ones at both ends; null where nothing is left. */
function trimmed(lines: readonly string[], start: number, end: number) {
  let from = start;
  let to = end;
  while (from < to && (lines[from] ?? '').trim() === '') from += 1;
  while (to > from && (lines[to - 1] ?? '').trim() === '') to -= 1;
  return from === to ? null : { start: from, text: lines.slice(from, to).join('\n').trimEnd() };
}
