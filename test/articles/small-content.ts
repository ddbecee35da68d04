import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ParsedContent, parseContent } from '../../server/articles/parse-content.ts';
import { readContentDirectory } from '../../server/articles/read-content.ts';

/** A site with two locales, one category beside `orders`, two dimensions. */
export const siteYaml = `name: { en: Test Shop, he: חנות }
tagline: Same answer everywhere
locales: [en, he]
defaultLocale: en
timeZone: America/New_York
contacts:
  care: { name: Customer care, email: care@shop.example }
defaultContact: care
categories:
  orders: { title: Orders, description: All about orders }
  returns: { title: Returns, description: All about returns, contact: care }
dimensions:
  region: { label: Region, question: Where?, values: { US: United States, EU: European Union } }
  plan: { label: Plan, question: Which plan?, values: { standard: Standard, plus: Plus } }
review: { intervalDays: 180, graceDays: 30 }
phrases: { whichOne: Which one?, noAnswer: No answer., needsConfirmation: Not confirmed. }
`;

export const teamsYaml = 'care: { name: Customer care, contact: care@shop.example }\n';

/** A public article with the given body; `front` replaces or adds lines of front matter. */
export function articleText(body: string, front = ''): string {
  const given = front === '' ? '' : `${front.trimEnd()}\n`;
  const line = (key: string, value: string) =>
    new RegExp(`^${key}:`, 'm').test(given) ? '' : `${key}: ${value}\n`;
  return `---\n${line('title', 'Can I cancel?')}${line('audience', 'public')}${line('owner', 'care')}${line('verified', '2026-11-02')}${given}---\n${body}`;
}

/** Files of a small content directory, given by path; site.yaml and teams.yaml are there unless given. */
export function contentFiles(files: Readonly<Record<string, string | Buffer>>) {
  const all = { 'site.yaml': siteYaml, 'teams.yaml': teamsYaml, ...files };
  return Object.entries(all).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
}

/** Parses a small content directory that stands in memory. */
export function parseFiles(files: Readonly<Record<string, string | Buffer>>): ParsedContent {
  return parseContent(contentFiles(files));
}

/** An entry of a directory on disk: a file's bytes, a link's target, or a folder. */
export type Entry = string | Buffer | { readonly link: string } | { readonly dir: true };

/** Writes a directory below the system's temporary one, hands it over and removes it. */
export async function withDirectory<T>(
  entries: Readonly<Record<string, Entry>>,
  use: (directory: string) => Promise<T> | T,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'concord-'));
  try {
    for (const [path, entry] of Object.entries(entries)) {
      const target = join(directory, path);
      mkdirSync(dirname(target), { recursive: true });
      if (typeof entry === 'string' || Buffer.isBuffer(entry)) writeFileSync(target, entry);
      else if ('link' in entry) symlinkSync(entry.link, target);
      else mkdirSync(target, { recursive: true });
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes a small content directory and loads it as the program does: every error of both steps. */
export async function loadFromDisk(entries: Readonly<Record<string, Entry>>): Promise<ParsedContent> {
  return withDirectory({ 'site.yaml': siteYaml, 'teams.yaml': teamsYaml, ...entries }, async (directory) => {
    const read = await readContentDirectory(directory);
    const parsed = parseContent(read.files);
    return { content: parsed.content, errors: [...read.errors, ...parsed.errors] };
  });
}

/** `code file:line` of each error. */
export function briefly(errors: ParsedContent['errors']): string[] {
  return errors.map(
    ({ code, place }) => `${code} ${place?.file ?? ''}${place?.line === undefined ? '' : `:${place.line}`}`,
  );
}
