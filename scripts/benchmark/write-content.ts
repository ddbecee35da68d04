import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedArticle } from './generate-articles.ts';
import type { Language } from './language-model.ts';

/** Writes a content directory of one language and category that holds generated articles and nothing else. */
export function writeContent(
  folder: string,
  language: Language,
  articles: readonly GeneratedArticle[],
): void {
  mkdirSync(join(folder, language, 'all'), { recursive: true });
  writeFileSync(
    join(folder, 'site.yaml'),
    `name: { ${language}: Benchmark }
tagline: { ${language}: Benchmark }
locales: [${language}]
defaultLocale: ${language}
timeZone: UTC
contacts: { care: { name: { ${language}: Care }, email: care@benchmark.example } }
defaultContact: care
categories: { all: { title: { ${language}: All }, description: { ${language}: All }, contact: care } }
dimensions: {}
review: { intervalDays: 180, graceDays: 30 }
phrases: { whichOne: { ${language}: Which }, noAnswer: { ${language}: None }, needsConfirmation: { ${language}: Old } }
`,
  );
  writeFileSync(join(folder, 'teams.yaml'), 'care: { name: Care, contact: care@benchmark.example }\n');
  for (const article of articles) writeArticle(folder, language, article);
}

/** Writes the file of one of its articles, in place of an earlier one. */
export function writeArticle(folder: string, language: Language, article: GeneratedArticle): void {
  const [, slug = ''] = article.id.split('/');
  const matter = {
    title: article.title,
    questions: article.questions,
    audience: 'public',
    owner: 'care',
    verified: '2026-01-01',
  };
  const lines = Object.entries(matter).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const sections = article.sections.map(({ heading, text }) =>
    heading === null ? text : `## ${heading}\n\n${text}`,
  );
  writeFileSync(
    join(folder, language, 'all', `${slug}.md`),
    `---\n${lines.join('\n')}\n---\n${sections.join('\n\n')}\n`,
  );
}
