import type { Fact, FactValue, Locale } from '../articles/article.ts';
import { parseContent } from '../articles/parse-content.ts';
import type { ContentFile } from '../articles/read-content.ts';
import { AppError } from '../errors.ts';
import { canonicalJson } from '../snapshots/canonical-json.ts';
import { formatFact } from '../snapshots/format-fact.ts';
import type { ArticleChange } from '../snapshots/release-report.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import type { CompiledArticle, CompiledBeside, Period, Release, Snapshot } from '../snapshots/snapshot.ts';
import {
  type ArticleDifference,
  type FactChange,
  mostExpanded,
  type PartDifference,
  type ReleaseDifferences,
} from './impact.ts';
import { wordDifference } from './word-difference.ts';

/**
 * What a release changed against the one before, from what is stored of both. Errors: not-found for an unknown number,
 * database-unusable where one of the two is damaged.
 */
export async function releaseDifferences(store: ReleaseStore, number: number): Promise<ReleaseDifferences> {
  const release = await store.find(number);
  if (release === null)
    throw new AppError('not-found', { message: `There is no release ${number}.`, found: String(number) });
  const [before] = await store.list({ before: number, limit: 1 });
  if (before === undefined) return { before: null, articles: [], facts: [] };
  const { changes } = await store.reportOf(number);
  const [old, next] = [await snapshotOf(store, before), await snapshotOf(store, release)];
  return {
    before: before.number,
    articles: changes.slice(0, mostExpanded).map((change) => articleDifference(change, old, next)),
    facts: factChanges(await store.filesOf(before), await store.filesOf(release)),
  };
}

async function snapshotOf(store: ReleaseStore, release: Release): Promise<Snapshot> {
  const snapshot = await store.load(release);
  if (snapshot !== null) return snapshot;
  throw new AppError('database-unusable', {
    message: `The stored snapshot of release ${release.number} is missing.`,
    found: 'no such snapshot',
  });
}

/** What an article says in parts, each under the name by which it is found again on the other side. */
type Parts = ReadonlyMap<
  string,
  Omit<PartDifference, 'words' | 'contexts'> & {
    readonly context: Readonly<Record<string, string>>;
    readonly text: string;
  }
>;

function articleDifference(
  { articleId, locale }: ArticleChange,
  before: Snapshot,
  after: Snapshot,
): ArticleDifference {
  const [old, next] = [partsOf(before, articleId, locale), partsOf(after, articleId, locale)];
  const names = [...next.keys(), ...[...old.keys()].filter((name) => !next.has(name))];
  const parts = names.flatMap((name): PartDifference[] => {
    const [gone, came] = [old.get(name), next.get(name)];
    const part = came ?? gone;
    if (part === undefined || gone?.text === came?.text) return [];
    const { context, text: _, ...rest } = part;
    const words = wordDifference(gone?.text ?? '', came?.text ?? '');
    return [{ ...rest, contexts: Object.keys(context).length === 0 ? [] : [context], words }];
  });
  return { articleId, locale, parts: joined(parts) };
}

/** The same change for several customers is told once. */
function joined(parts: readonly PartDifference[]): readonly PartDifference[] {
  const alike = Map.groupBy(parts, ({ contexts: _, ...rest }) => canonicalJson({ ...rest }));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    const contexts = new Map(same.flatMap((one) => one.contexts).map((one) => [canonicalJson(one), one]));
    return first === undefined ? [] : [{ ...first, contexts: [...contexts.values()] }];
  });
}

function partsOf({ public: open, agent }: Snapshot, id: string, locale: Locale): Parts {
  const isIt = (article: CompiledArticle): boolean => article.id === id && article.locale === locale;
  const isBeside = ({ besideId, besideLocale }: CompiledBeside): boolean =>
    besideId === id && besideLocale === locale;
  const shown = open.articles.find(isIt);
  const hidden = agent.hiddenArticles.find(isIt);
  const beside = [...agent.beside, ...agent.hiddenBeside].find(isBeside);
  return new Map([
    ...(shown ? articleParts(shown, 'public') : []),
    ...(hidden ? articleParts(hidden, 'agent') : []),
    ...(beside ? besideParts(beside, shown ?? hidden) : []),
  ]);
}

type Entry = readonly [string, Parts extends ReadonlyMap<string, infer P> ? P : never];

function articleParts(article: CompiledArticle, audience: 'public' | 'agent'): readonly Entry[] {
  const part = (what: PartDifference['what'], text: string): Entry => [
    `${audience} ${what}`,
    { what, audience, heading: null, context: {}, text },
  ];
  const sections = article.sections.flatMap(({ anchor, heading, variants }) => {
    const seen = new Map<string, number>();
    const name = `${audience} section ${anchor}`;
    const texts = variants.map(({ context, rendering, period }): Entry => {
      const key = canonicalJson(context);
      const turn = seen.get(key) ?? 0;
      seen.set(key, turn + 1);
      const text = [periodText(period), rendering.text].filter((one) => one !== '').join('\n');
      return [`${name} ${key} ${turn}`, { what: 'section', audience, heading, context, text }];
    });
    const title: Entry = [name, { what: 'section', audience, heading, context: {}, text: heading ?? '' }];
    return [title, ...texts];
  });
  return [
    part('title', article.title),
    part('questions', article.questions.join('\n')),
    part('effective', periodText(article.effective)),
    part('related', article.related.join('\n')),
    ...sections,
  ];
}

function besideParts(beside: CompiledBeside, article: CompiledArticle | undefined): readonly Entry[] {
  const headingOf = (anchor: string): string | null =>
    article?.sections.find((section) => section.anchor === anchor)?.heading ?? null;
  const offers: Entry = [
    'offers',
    { what: 'offers', audience: 'agent', heading: null, context: {}, text: beside.offerIds.join('\n') },
  ];
  return [
    offers,
    ...beside.notes.map(({ noteAnchor, noteRendering }, at): Entry => {
      const heading = headingOf(noteAnchor);
      return [
        `note ${noteAnchor} ${at}`,
        { what: 'note', audience: 'agent', heading, context: {}, text: noteRendering.text },
      ];
    }),
  ];
}

/** Dates read the same in every language; empty where a period has none. */
function periodText({ from, to }: Period): string {
  return from === null && to === null ? '' : `[${from ?? '…'}, ${to ?? '…'})`;
}

/** Facts whose values differ; of content that cannot be read any more, none. */
function factChanges(before: readonly ContentFile[], after: readonly ContentFile[]): readonly FactChange[] {
  const [old, next] = [factTexts(before), factTexts(after)];
  if (old === null || next === null) return [];
  const ids = [...new Set([...old.keys(), ...next.keys()])].sort();
  return ids.flatMap((factId) => {
    const change = { factId, before: old.get(factId) ?? null, after: next.get(factId) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

function factTexts(files: readonly ContentFile[]): ReadonlyMap<string, string> | null {
  const { content } = parseContent(files);
  if (!content) return null;
  const { defaultLocale } = content.site;
  return new Map(content.facts.map((fact: Fact) => [fact.id, textOf(fact, defaultLocale)]));
}

/** Every value of a fact with the customers and days it is for. */
function textOf({ values }: Fact, locale: Locale): string {
  const one = ({ content, when, period }: FactValue): string => {
    const bounds = [
      ...Object.entries(when ?? {}).map(([dimension, chosen]) => `${dimension}=${chosen.join(',')}`),
      periodText(period),
    ].filter((bound) => bound !== '');
    const { text } = formatFact(content, locale, locale);
    return bounds.length === 0 ? text : `${text} (${bounds.join(' ')})`;
  };
  return values.map(one).join('; ');
}
