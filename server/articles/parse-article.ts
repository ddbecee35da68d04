import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type {
  AgentBlock,
  AgentHead,
  Article,
  ArticleHead,
  FrontMatterLines,
  PublicBlock,
} from './article.ts';
import { type FrontMatter, readFrontMatter, splitFrontMatter } from './front-matter.ts';
import { limits } from './limits.ts';
import type { SiteLocales } from './local-text.ts';
import { nameProblem, slugForm } from './names.ts';
import { partBody } from './part-body.ts';
import { acceptancesAt } from './read-acceptances.ts';
import { type Lines, shown } from './read-yaml.ts';

/**
 * Reads one article: `path` is relative to the content directory (`en/orders/cancel.md`), `text` the decoded file. With
 * `site` null, what depends on site.yaml is not checked. Throws an AppError; where there are several, one that carries them
 * all in `errors`. An article whose whole text is agents' is an agents' article, whatever its audience says.
 */
export function parseArticle(path: string, text: string, site: SiteLocales | null): Article {
  const { locale, category, slug } = readArticlePath(path, site);
  const split = splitFrontMatter(text, path);
  const front = readFrontMatter(split.frontMatter, path);
  const parted = partBody(split.body, {
    file: path,
    firstLine: split.bodyLine,
    offers: front.value?.audience !== 'public',
  });
  const errors = [...front.errors, ...parted.errors];
  if (parted.errors.length === 0 && parted.body.length + parted.notes.length === 0) {
    errors.push(
      new AppError('body-empty', {
        place: { file: path, line: split.bodyLine },
        expected: 'text after the front matter',
        found: 'nothing',
      }),
    );
  }
  if (front.value?.source !== undefined && locale === site?.defaultLocale) {
    errors.push(
      new AppError('value-invalid', {
        message: '`source` stands in an article that is no translation.',
        place: { file: path, line: front.lines.get('source') ?? 1 },
        expected: `source only outside ${locale}/`,
        found: front.value.source,
      }),
    );
  }
  if (front.value === null || errors.length > 0) throw oneError(errors, path);

  const place = { path, locale, category, slug, lines: frontMatterLines(front.lines) };
  const agentHead: AgentHead = {
    owner: front.value.owner,
    journey: front.value.journey ?? null,
    offers: front.value.offers ?? [],
    ...acceptancesAt(front.value.accept, ['accept'], front.lines),
  };
  if (front.value.audience !== 'public' || parted.body.length === 0) {
    const hiddenBody = withNotes(parted.body, parted.notes);
    return {
      article: {
        audience: 'agent',
        hidden: headOf(front.value, place, hiddenBody),
        hiddenAgentHead: agentHead,
        hiddenBody,
      },
      beside: null,
    };
  }
  const head = headOf(front.value, place, parted.body);
  return {
    article: { audience: 'public', head, body: parted.body },
    beside: {
      articleId: head.id,
      articleLocale: locale,
      agentHead,
      notes: parted.notes,
      notesRevision: hashOfParts([
        agentHead.owner,
        agentHead.journey,
        agentHead.offers,
        parted.notes.map(({ note, after }) => [note, after]),
      ]),
      file: path,
      agentLines: place.lines,
    },
  };
}

/** An article's place, read from its path. */
export interface ArticlePath {
  readonly locale: string;
  readonly category: string;
  readonly slug: string;
}

/** Reads `locale/category/slug.md`. Errors: file-unexpected for another depth, ending or locale, file-name for a bad name. */
export function readArticlePath(path: string, site: SiteLocales | null): ArticlePath {
  const [locale = '', category, file, ...deeper] = path.split('/');
  if (category === undefined || file === undefined || deeper.length > 0 || !file.endsWith('.md')) {
    throw new AppError('file-unexpected', {
      place: { file: path },
      expected: 'locale/category/name.md',
      found: shown(path),
    });
  }
  if (site && !site.locales.includes(locale)) {
    throw new AppError('file-unexpected', {
      place: { file: path },
      expected: `a folder for a locale of site.yaml: ${site.locales.join(', ')}`,
      found: `${shown(locale)}/`,
    });
  }
  const slug = file.slice(0, -'.md'.length);
  for (const name of [category, slug]) {
    const problem = nameProblem(name);
    if (problem !== null) {
      throw new AppError('file-name', {
        place: { file: path },
        expected: slugForm,
        found: `${name}: ${problem}`,
      });
    }
  }
  return { locale, category, slug };
}

function oneError(errors: readonly AppError[], path: string): AppError {
  const [first] = errors;
  if (first && errors.length === 1) return first;
  const kept = errors.slice(0, limits.errorsPerFile);
  const more = errors[limits.errorsPerFile];
  if (more) {
    const message = `${errors.length - kept.length} more errors in this file are not listed.`;
    kept.push(new AppError(more.code, { message, ...(more.place ? { place: more.place } : {}) }));
  }
  return new AppError(first?.code ?? 'value-invalid', {
    message: `${errors.length} errors in one file.`,
    place: { file: path },
    errors: kept,
  });
}

/** Everything in one sequence, for those who may read it all. */
function withNotes(body: readonly PublicBlock[], notes: readonly AgentBlock[]): readonly PublicBlock[] {
  const asBlock = ({ note, noteLine }: AgentBlock): PublicBlock => ({
    kind: 'public',
    when: null,
    markdown: note,
    line: noteLine,
  });
  const at = (after: number) => notes.filter((note) => note.after === after).map(asBlock);
  return [...at(0), ...body.flatMap((block, i) => [block, ...at(i + 1)])];
}

interface HeadPlace extends ArticlePath {
  readonly path: string;
  readonly lines: FrontMatterLines;
}

function headOf(front: FrontMatter, place: HeadPlace, body: readonly PublicBlock[]): ArticleHead {
  const id = `${place.category}/${place.slug}`;
  const said = {
    title: front.title,
    questions: front.questions ?? [],
    effective: { from: front.effective?.from ?? null, to: front.effective?.to ?? null },
    supersedes: front.supersedes ?? [],
    related: front.related ?? [],
  };
  return {
    id,
    locale: place.locale,
    category: place.category,
    slug: place.slug,
    path: place.path,
    ...said,
    verified: front.verified,
    ...(front.review === undefined ? {} : { review: front.review }),
    source: front.source ?? null,
    revision: hashOfParts([
      id,
      place.locale,
      said.title,
      said.questions,
      said.effective.from,
      said.effective.to,
      said.supersedes,
      said.related,
      runsOf(body),
    ]),
    lines: place.lines,
  };
}

/**
 * The text as it reads: neighbours without condition as one, blank lines counted once. So neither a note between two
 * paragraphs nor its removal makes another revision.
 */
function runsOf(body: readonly PublicBlock[]): readonly (readonly [unknown, string])[] {
  const runs: [PublicBlock['when'], string][] = [];
  for (const { when, markdown } of body) {
    const text = markdown.replace(/\n[ \t]*(?:\n[ \t]*)+\n/g, '\n\n');
    const last = runs.at(-1);
    if (last && when === null && last[0] === null) last[1] += `\n\n${text}`;
    else runs.push([when, text]);
  }
  return runs.map(([when, text]) => [when === null ? null : Object.entries(when), text]);
}

/** SHA-256, hex, of nested lists in a fixed order; without maps, JSON is canonical as it is. */
function hashOfParts(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function frontMatterLines(lines: Lines): FrontMatterLines {
  return Object.fromEntries([...lines].filter(([path]) => path !== ''));
}
