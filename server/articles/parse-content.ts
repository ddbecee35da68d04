import { AppError } from '../errors.ts';
import type { Article, ArticleHead, Content, Site } from './article.ts';
import { decodeText } from './decode-text.ts';
import { limits } from './limits.ts';
import { parseArticle, readArticlePath } from './parse-article.ts';
import type { ContentFile } from './read-content.ts';
import { readFacts } from './read-facts.ts';
import { readGolden } from './read-golden.ts';
import { readOffers } from './read-offers.ts';
import { readOutOfScope } from './read-out-of-scope.ts';
import { type ReadFile, readSite } from './read-site.ts';
import { readSynonyms } from './read-synonyms.ts';
import { readTeams } from './read-teams.ts';
import { shown } from './read-yaml.ts';

/** The good part of a content directory, and everything that is wrong with the rest. */
export interface ParsedContent {
  /** Null where one of the YAML files is missing or refused, or no article is there at all. */
  readonly content: Content | null;
  /** In order of file, then line. `place.file` names the refused file. */
  readonly errors: readonly AppError[];
}

/** The YAML files of a content directory; site.yaml and teams.yaml must be there. */
export const yamlFiles = [
  'site.yaml',
  'facts.yaml',
  'offers.yaml',
  'synonyms.yaml',
  'teams.yaml',
  'golden.yaml',
  'out-of-scope.yaml',
] as const;

/**
 * Reads a whole set of files, each by itself: a bad file never hides the error of another. Files in any order; the result
 * is sorted. Errors: every content code that one file, or the set of names, can have.
 */
export function parseContent(files: readonly ContentFile[]): ParsedContent {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const errors: AppError[] = [];

  const yaml = <T>(
    name: (typeof yamlFiles)[number],
    read: (text: string, file: string) => ReadFile<T>,
  ): T | null => {
    const file = sorted.find(({ path }) => path === name);
    const text = file ? decoded(file, limits.yamlBytes, errors) : '';
    if (text === null) return null;
    if (!file && (name === 'site.yaml' || name === 'teams.yaml')) {
      errors.push(
        new AppError('content-missing', { place: { file: name }, expected: `a file ${name}`, found: 'none' }),
      );
      return null;
    }
    const result = read(text, name);
    errors.push(...result.errors);
    return result.value;
  };
  const { site = null, checks = null, journey = null } = yaml('site.yaml', readSite) ?? {};
  const facts = yaml('facts.yaml', (text, file) => readFacts(text, file, site));
  const offers = yaml('offers.yaml', (text, file) => readOffers(text, file, site));
  const synonyms = yaml('synonyms.yaml', (text, file) => readSynonyms(text, file, site));
  const teams = yaml('teams.yaml', readTeams);
  const golden = yaml('golden.yaml', (text, file) => readGolden(text, file, site));
  const outOfScope = yaml('out-of-scope.yaml', (text, file) => readOutOfScope(text, file, site));

  const articleFiles = sorted.filter(({ path }) => !isYamlFile(path));
  const articles = readArticles(articleFiles, site, errors);
  if (!articleFiles.some(({ path }) => path.endsWith('.md'))) {
    errors.push(
      new AppError('content-missing', {
        message: 'The content directory holds no article.',
        place: { file: '.' },
        expected: 'at least one article, locale/category/name.md',
        found: 'none',
      }),
    );
  }
  errors.sort(byPlace);
  if (!site || !checks || !journey || !facts || !offers || !synonyms || !teams || !golden || !outOfScope)
    return { content: null, errors };
  if (articleFiles.length === 0) return { content: null, errors };
  const { groups, thesaurusOff } = synonyms;
  const registers = { facts, offers, teams, synonyms: groups, thesaurusOff, golden, outOfScope };
  return { content: { site, checks, journey, ...registers, articles }, errors };
}

function isYamlFile(path: string): boolean {
  return (yamlFiles as readonly string[]).includes(path);
}

function readArticles(
  files: readonly ContentFile[],
  site: Site | null,
  errors: AppError[],
): readonly Article[] {
  const twins = sameButForCase(files);
  const articles: Article[] = [];
  for (const file of files) {
    const text = decoded(file, limits.articleBytes, errors);
    const twin = twins.get(file.path);
    if (twin !== undefined) {
      errors.push(
        new AppError('article-duplicate', {
          place: { file: file.path },
          expected: 'names that differ in more than letter case or form',
          found: `also ${shown(twin)}`,
        }),
      );
    }
    if (text === null) continue;
    try {
      const article = parseArticle(file.path, text, site);
      if (checkCategory(file.path, site, errors) && twin === undefined) articles.push(article);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(...(error.errors.length > 0 ? error.errors : [error]));
    }
  }
  return articles.sort((a, b) => byLocaleThenId(headOf(a), headOf(b)));
}

/** Paths that a file system which ignores case or normal form takes for one, each with another of them. */
function sameButForCase(files: readonly ContentFile[]): ReadonlyMap<string, string> {
  const groups = new Map<string, string[]>();
  for (const { path } of files) {
    const key = path.normalize('NFKC').toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  const twins = new Map<string, string>();
  for (const group of groups.values()) {
    for (const [i, path] of group.entries()) {
      const other = group[i === 0 ? 1 : 0];
      if (other !== undefined) twins.set(path, other);
    }
  }
  return twins;
}

function checkCategory(path: string, site: Site | null, errors: AppError[]): boolean {
  if (!site) return true;
  const { category } = readArticlePath(path, site);
  if (site.categories.some(({ id }) => id === category)) return true;
  errors.push(
    new AppError('category-unknown', {
      place: { file: path },
      expected: `a category of site.yaml: ${site.categories.map(({ id }) => id).join(', ')}`,
      found: category,
    }),
  );
  return false;
}

function decoded({ path, bytes }: ContentFile, limit: number, errors: AppError[]): string | null {
  if (bytes.length > limit) {
    errors.push(
      new AppError('file-too-large', {
        place: { file: path },
        expected: `at most ${limit} bytes`,
        found: `${bytes.length} bytes`,
      }),
    );
    return null;
  }
  try {
    return decodeText(bytes, path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(error);
    return null;
  }
}

function headOf({ article }: Article): ArticleHead {
  return article.audience === 'public' ? article.head : article.hidden;
}

function byLocaleThenId(a: ArticleHead, b: ArticleHead): number {
  if (a.locale !== b.locale) return a.locale < b.locale ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function byPlace(a: AppError, b: AppError): number {
  const [fileA, fileB] = [a.place?.file ?? '', b.place?.file ?? ''];
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return (a.place?.line ?? 0) - (b.place?.line ?? 0);
}
