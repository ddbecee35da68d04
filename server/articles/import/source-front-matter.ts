import { parseDocument } from 'yaml';
import { isCalendarDate } from '../value-schemas.ts';
import type { Report } from './source-line.ts';

/** What a source's front matter says, as far as Concord has a place for it. */
export interface SourceFrontMatter {
  readonly title: string | null;
  readonly questions: readonly string[];
  /** Its own address and old ones, for links. */
  readonly addresses: readonly string[];
  /** A day on which somebody confirmed it, if it names one. */
  readonly verified: string | null;
  readonly effective: { readonly from: string | null; readonly to: string | null };
  /** It says that not everybody may read it: a draft, internal, unpublished. */
  readonly isHidden: boolean;
}

/** A source parted into front matter and body; `bodyLine` is the file's line of the body's first line. */
export interface SplitSource {
  readonly front: SourceFrontMatter;
  readonly body: string;
  readonly bodyLine: number;
}

/** Parts a source at its front matter (YAML between `---`, TOML between `+++`, or none), reporting every key that is not kept. */
export function splitSource(text: string, report: Report): SplitSource {
  const lines = text.split('\n');
  const mark = lines[0]?.trimEnd() ?? '';
  const isOpen = mark === '---' || mark === '+++';
  const end = isOpen
    ? lines.findIndex(
        (line, i) => i > 0 && (line.trimEnd() === mark || (mark === '---' && line.trimEnd() === '...')),
      )
    : -1;
  if (end < 0) return { front: nothing, body: text, bodyLine: 1 };
  const block = lines.slice(1, end);
  const values = mark === '---' ? readYamlLeniently(block.join('\n'), report) : readTomlLines(block);
  return {
    front: understand(values, block, report),
    body: lines.slice(end + 1).join('\n'),
    bodyLine: end + 2,
  };
}

const nothing: SourceFrontMatter = {
  title: null,
  questions: [],
  addresses: [],
  verified: null,
  effective: { from: null, to: null },
  isHidden: false,
};

function readYamlLeniently(text: string, report: Report): ReadonlyMap<string, unknown> {
  try {
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    const value: unknown = document.errors.length === 0 ? document.toJS({ maxAliasCount: 100 }) : null;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return new Map(Object.entries(value));
  } catch {
    // Read as lines, below.
  }
  if (text.trim() !== '') report(1, 'front matter that is not valid YAML', 'its plain `key: value` lines');
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Za-z][\w-]*):\s+(\S.*)$/.exec(line);
      return match ? [[match[1] ?? '', unquoted(match[2] ?? '')] as const] : [];
    }),
  );
}

function readTomlLines(lines: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(
    lines.flatMap((line) => {
      const match = /^([A-Za-z][\w-]*)\s*=\s*(\S.*)$/.exec(line);
      if (!match) return [];
      const value = (match[2] ?? '').trim();
      const list = /^\[(.*)\]$/.exec(value);
      return [
        [
          match[1] ?? '',
          list ? (list[1] ?? '').split(',').map((item) => unquoted(item.trim())) : unquoted(value),
        ] as const,
      ];
    }),
  );
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

const keys = {
  title: ['title', 'Title', 'heading'],
  questions: ['questions', 'question', 'faqs', 'alternate_questions'],
  addresses: ['permalink', 'url', 'slug', 'aliases', 'redirect_from', 'redirects', 'alias'],
  verified: ['verified', 'last_verified', 'reviewed', 'last_reviewed', 'last-reviewed', 'reviewed_on'],
  from: ['effective', 'effective_date', 'effective-date', 'effectiveDate', 'valid_from'],
  to: ['expires', 'expiry_date', 'expiryDate', 'valid_until', 'valid_to'],
  hidden: [
    'draft',
    'published',
    'private',
    'internal',
    'hidden',
    'visibility',
    'audience',
    'access',
    'unlisted',
    'searchable',
  ],
} as const;

function understand(
  values: ReadonlyMap<string, unknown>,
  block: readonly string[],
  report: Report,
): SourceFrontMatter {
  const lineOf = (key: string) =>
    Math.max(
      0,
      block.findIndex((line) => line.trimStart().replace(/^["']/, '').startsWith(key)),
    ) + 2;
  const first = (names: readonly string[]) =>
    names.map((name) => values.get(name)).find((value) => value !== undefined && value !== null);
  const used = new Set<string>(Object.values(keys).flat());
  for (const key of values.keys()) {
    if (!used.has(key)) report(lineOf(key), `the front matter key \`${key}\``, 'nothing');
  }
  const title = first(keys.title);
  const addresses = keys.addresses.flatMap((name) => asTexts(values.get(name)));
  for (const name of keys.addresses) {
    if (values.has(name))
      report(lineOf(name), `the addresses of \`${name}\``, 'links from the other files find it; no redirect');
  }
  const hidden = keys.hidden.filter((name) => says(name, values.get(name)));
  for (const name of hidden) {
    report(lineOf(name), `\`${name}: ${String(values.get(name))}\``, 'an article for agents only');
  }
  const period = { from: asDate(first(keys.from)), to: asDate(first(keys.to)) };
  const isOrdered = period.from === null || period.to === null || period.from < period.to;
  if (!isOrdered) report(lineOf('expir'), 'an end before the beginning', 'no period');
  return {
    title: typeof title === 'string' || typeof title === 'number' ? String(title).trim() : null,
    questions: keys.questions.flatMap((name) => asTexts(values.get(name))),
    addresses,
    verified: asDate(first(keys.verified)),
    effective: isOrdered ? period : { from: null, to: null },
    isHidden: hidden.length > 0,
  };
}

/** Whether a key's value says that the public must not read the text. */
function says(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  const text = String(value).toLowerCase();
  if (name === 'published' || name === 'searchable') return name === 'published' && text === 'false';
  if (name === 'visibility' || name === 'audience' || name === 'access') {
    return /^(?!public$|everyone$|all$|world$|anyone$|customers?$)/.test(text);
  }
  return text === 'true' || text === 'yes' || text === '1';
}

function asTexts(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : value === undefined || value === null
      ? []
      : [value];
  return items.filter((item) => typeof item === 'string' || typeof item === 'number').map(String);
}

function asDate(value: unknown): string | null {
  const text = typeof value === 'string' ? value.slice(0, 10) : '';
  return isCalendarDate(text) ? text : null;
}
