import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Article, Content } from '../../server/articles/article.ts';
import { parseArticle } from '../../server/articles/parse-article.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { type ContentFile, readContentDirectory } from '../../server/articles/read-content.ts';
import { describeError } from '../../server/errors.ts';

/** What is right about a sentence. */
export type CaseKind = 'contradiction' | 'harmless' | 'agreeing';

/** A sentence with a literal, put into a company's content, and what the checks should say of it. */
export interface SeededCase {
  readonly company: string;
  readonly kind: CaseKind;
  /** Every other case of a list is held: constants are set on the others. */
  readonly half: 'tune' | 'held';
  readonly locale: string;
  readonly says: string;
  /** The fact that it contradicts or repeats; null where it is harmless. */
  readonly factId: string | null;
  readonly content: Content;
  readonly files: readonly ContentFile[];
  /** The file that holds the sentence. */
  readonly file: string;
  /** The line of the file from which on the sentence stands. */
  readonly line: number;
}

const seeded = z.strictObject({
  locale: z.string(),
  says: z.string(),
  fact: z.string().optional(),
  when: z.string().optional(),
  in: z.string().optional(),
  why: z.string().optional(),
});

const company = z.strictObject({
  about: z.string(),
  content: z.literal('content').optional(),
  facts: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  articles: z.record(z.string(), z.strictObject({ title: z.string(), body: z.string() })).optional(),
  contradictions: z.array(seeded),
  harmless: z.array(seeded),
  agreeing: z.array(seeded),
});

/** Reads the seeded companies of a folder; those that stand on the sample content are read with it from `contentDir`. */
export async function readSeededCases(folder: string, contentDir: string): Promise<readonly SeededCase[]> {
  const cases: SeededCase[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()) {
    const read = company.parse(parse(readFileSync(join(folder, name), 'utf8')));
    const files =
      read.content === undefined ? companyFiles(read) : (await readContentDirectory(contentDir)).files;
    const { content, errors } = parseContent(files);
    if (content === null || errors.length > 0)
      throw new Error(`${name}: ${errors.map(describeError).join('\n')}`);
    const lists = [
      ['contradiction', read.contradictions],
      ['harmless', read.harmless],
      ['agreeing', read.agreeing],
    ] as const;
    for (const [kind, list] of lists) {
      for (const [index, one] of list.entries()) {
        cases.push({
          company: name.replace('.yaml', ''),
          kind,
          half: index % 2 === 0 ? 'tune' : 'held',
          locale: one.locale,
          says: one.says,
          factId: one.fact ?? null,
          ...placed(content, files, one),
        });
      }
    }
  }
  return cases;
}

type Company = z.infer<typeof company>;

function companyFiles({ facts = {}, articles = {} }: Company): readonly ContentFile[] {
  const categories = [...new Set(Object.keys(articles).map((path) => path.split('/')[1] ?? ''))].sort();
  const texts: Record<string, string> = {
    'site.yaml': siteYaml(categories),
    'teams.yaml': 'desk: { name: Desk, contact: desk@company.example }\n',
    'facts.yaml': stringify(
      Object.fromEntries(
        Object.entries(facts).map(([id, fact]) => [id, { owner: 'desk', source: 'Handbook', ...fact }]),
      ),
    ),
  };
  for (const [path, { title, body }] of Object.entries(articles))
    texts[`${path}.md`] = articleText(title, body);
  return Object.entries(texts)
    .map(([path, text]) => ({ path, bytes: Buffer.from(text) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function articleText(title: string, body: string): string {
  return `---\n${stringify({ title, audience: 'public', owner: 'desk', verified: '2026-11-02' })}---\n${body.trim()}\n`;
}

const titles: Readonly<Record<string, string>> = {
  en: 'Good to know',
  he: 'כדאי לדעת',
  fa: 'نکته‌ها',
  ms: 'Untuk makluman',
};

/** The content with the sentence at the end of an article, or in one of its own. */
function placed(
  content: Content,
  files: readonly ContentFile[],
  { locale, says, when, in: inside }: z.infer<typeof seeded>,
): Pick<SeededCase, 'content' | 'files' | 'file' | 'line'> {
  const paragraph = when === undefined ? says : `:::when ${when}\n${says}\n:::`;
  const own = content.articles.map((article) => headOf(article)).find((head) => head.locale === locale);
  const file = inside === undefined ? `${locale}/${own?.category}/good-to-know.md` : `${inside}.md`;
  const before = files.find(({ path }) => path === file);
  if (inside !== undefined && before === undefined) throw new Error(`no article ${file}`);
  const start = before
    ? `${Buffer.from(before.bytes).toString('utf8').trimEnd()}\n`
    : articleText(titles[locale] ?? '', 'x').replace(/x\n$/, '');
  const text = `${start}\n${paragraph}\n`;
  const article = parseArticle(
    file,
    text.replace('owner: desk', `owner: ${content.teams[0]?.id}`),
    content.site,
  );
  const articles = [...content.articles.filter((one) => headOf(one).path !== file), article];
  const probe = { path: file, bytes: Buffer.from(text) };
  return {
    content: { ...content, articles },
    files: [...files.filter(({ path }) => path !== file), probe],
    file,
    line: start.split('\n').length,
  };
}

function headOf({ article }: Article) {
  return article.audience === 'public' ? article.head : article.hidden;
}

function siteYaml(categories: readonly string[]): string {
  const en = (text: string) => ({ en: text });
  return stringify({
    name: en('Company'),
    tagline: en('A company'),
    locales: ['en', 'he', 'fa', 'ms'],
    defaultLocale: 'en',
    timeZone: 'America/New_York',
    contacts: { desk: { name: en('Desk') } },
    defaultContact: 'desk',
    categories: Object.fromEntries(
      categories.map((id) => [id, { title: en(id), description: en(id), contact: 'desk' }]),
    ),
    dimensions: {
      region: {
        label: en('Region'),
        question: en('Where do you live?'),
        values: Object.fromEntries(['US', 'EU', 'UK', 'IL', 'MY'].map((id) => [id, en(id)])),
      },
      plan: {
        label: en('Plan'),
        question: en('Which plan do you have?'),
        values: { standard: en('Standard'), plus: en('Plus') },
      },
    },
    review: { intervalDays: 180, graceDays: 30 },
    phrases: {
      whichOne: en('Which of these is it?'),
      noAnswer: en('We have no approved answer to that.'),
      needsConfirmation: en('This answer has not been confirmed recently.'),
    },
  });
}
