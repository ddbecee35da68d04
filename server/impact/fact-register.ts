import type { Article, ArticleHead, Content, Fact, Locale, Offer } from '../articles/article.ts';
import { factsIn } from '../snapshots/compile-section.ts';
import { anchorOfNote, type Outline, outlineArticle } from '../snapshots/outline-article.ts';
import {
  type FactChoice,
  type FactFilter,
  type FactHost,
  type FactList,
  type FactRow,
  type FactsAsked,
  factsOnPage,
  mostHosts,
} from './fact-desk.ts';
import { changesAfter, spansOf } from './fact-readings.ts';

/** A place of one article's file where a fact stands. */
export interface HostPlace {
  readonly head: ArticleHead;
  readonly isHidden: boolean;
  readonly anchor: string;
  readonly heading: string | null;
  readonly isNote: boolean;
}

/** What a content says of its facts: where each is used. */
export interface FactRegister {
  readonly content: Content;
  /** By fact id, in order of locale and article id, and as a reader comes to them; facts that nobody uses are absent. */
  readonly places: ReadonlyMap<string, readonly HostPlace[]>;
}

/** Finds every place where a fact is used. */
export function registerOf(content: Content): FactRegister {
  const places = new Map<string, HostPlace[]>();
  for (const article of content.articles) {
    for (const { factId, place } of placesIn(article)) {
      const known = places.get(factId);
      if (known) known.push(place);
      else places.set(factId, [place]);
    }
  }
  return { content, places };
}

/** An article's outline, whatever its audience. Problems were found when it was published. */
export function outlineOf(article: Article): Outline {
  const { body, head } = textOf(article);
  return outlineArticle(body, head.path, body[0]?.line ?? 1, []);
}

/** A page of the list of facts; its release and the days ahead are added by who knows them. */
export function listFacts(
  { content, places }: FactRegister,
  { asOf, today, locale }: FactsAsked,
  filter: FactFilter,
): Omit<FactList, 'release' | 'coming'> {
  const { site } = content;
  const owners = new Map(content.teams.map(({ id, name }) => [id, name]));
  const row = (fact: Fact): FactRow => {
    const hosts = hostsOf(places.get(fact.id) ?? [], locale, content);
    return {
      id: fact.id,
      type: fact.type,
      description: fact.description,
      owner: owners.get(fact.owner) ?? fact.owner,
      source: fact.source,
      spans: spansOf(fact, asOf, locale, site),
      hosts: hosts.slice(0, mostHosts),
      moreHosts: Math.max(0, hosts.length - mostHosts),
    };
  };
  const words = folded(filter.words)
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = content.facts.filter((fact) => {
    const used = places.get(fact.id) ?? [];
    if (filter.owner !== '' && fact.owner !== filter.owner) return false;
    if (filter.category !== '' && !used.some(({ head }) => head.category === filter.category)) return false;
    if (filter.show === 'unused' && used.length > 0) return false;
    if (filter.show === 'ahead' && changesAfter(fact, laterOf(asOf, today), site).length === 0) return false;
    if (words.length === 0) return true;
    const values = spansOf(fact, asOf, locale, site).flatMap(({ readings }) =>
      readings.map(({ text }) => text ?? ''),
    );
    const text = folded(
      [fact.id, fact.description, owners.get(fact.owner) ?? '', fact.source, ...values].join('\n'),
    );
    return words.every((word) => text.includes(word));
  });
  const used = new Set([...places.values()].flat().map(({ head }) => head.category));
  const pages = Math.max(1, Math.ceil(found.length / factsOnPage));
  const page = Math.min(Math.max(1, filter.page), pages);
  return {
    rows: found.slice((page - 1) * factsOnPage, page * factsOnPage).map(row),
    found: found.length,
    all: content.facts.length,
    page,
    pages,
    owners: choicesOf(
      content.facts.map(({ owner }) => owner),
      (id) => owners.get(id) ?? id,
    ),
    categories: site.categories
      .filter(({ id }) => used.has(id))
      .map(({ id, title }) => ({ id, label: title[locale] ?? title[site.defaultLocale] ?? id })),
  };
}

/** Labels of the offers that stand beside a fact's hosts, sorted. */
export function offersBeside({ content, places }: FactRegister, factId: string): readonly string[] {
  const hosts = new Set((places.get(factId) ?? []).map(({ head }) => head.id));
  const ids = new Set(
    content.articles.flatMap((article) => {
      const { head } = textOf(article);
      return hosts.has(head.id) ? agentHeadOf(article).offers : [];
    }),
  );
  return content.offers.filter(({ id }: Offer) => ids.has(id)).map(({ label }) => label);
}

/** Head and text of an article, whatever its audience. */
export function textOf(article: Article): {
  readonly head: ArticleHead;
  readonly body: Extract<Article, { beside: null }>['article']['hiddenBody'];
  readonly isHidden: boolean;
} {
  return article.beside
    ? { head: article.article.head, body: article.article.body, isHidden: false }
    : { head: article.article.hidden, body: article.article.hiddenBody, isHidden: true };
}

function agentHeadOf(article: Article) {
  return article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
}

function placesIn(article: Article): readonly { readonly factId: string; readonly place: HostPlace }[] {
  const { head, body, isHidden } = textOf(article);
  const notes = article.beside?.notes ?? [];
  const texts = [...body.map(({ markdown }) => markdown), ...notes.map(({ note }) => note)];
  if (!texts.some((text) => text.includes('{{fact:'))) return [];
  const outline = outlineOf(article);
  return outline.sections.flatMap(({ anchor, heading, parts }) => {
    const at = (isNote: boolean) => ({ head, isHidden, anchor, heading, isNote });
    const said = new Set(parts.flatMap(({ markdown }) => factsIn(markdown)));
    const noted = new Set(
      notes.filter((note) => anchorOfNote(note, outline) === anchor).flatMap(({ note }) => factsIn(note)),
    );
    return [
      ...[...said].map((factId) => ({ factId, place: at(false) })),
      ...[...noted].map((factId) => ({ factId, place: at(true) })),
    ];
  });
}

function hostsOf(places: readonly HostPlace[], locale: Locale, { site }: Content): readonly FactHost[] {
  const byArticle = new Map<string, HostPlace[]>();
  for (const place of places) {
    const known = byArticle.get(place.head.id);
    if (known) known.push(place);
    else byArticle.set(place.head.id, [place]);
  }
  return [...byArticle]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([articleId, all]) => {
      const inLocale = (wanted: Locale) => all.filter(({ head }) => head.locale === wanted);
      const shown =
        [inLocale(locale), inLocale(site.defaultLocale), all].find((some) => some.length > 0) ?? all;
      const head = shown[0]?.head;
      return {
        articleId,
        title: head?.title ?? articleId,
        titleLocale: head?.locale ?? site.defaultLocale,
        isHidden: all.every(({ isHidden }) => isHidden),
        locales: site.locales.filter((one) => inLocale(one).length > 0),
        places: shown
          .filter((place) => place.head.locale === head?.locale)
          .map(({ anchor, heading, isNote }) => ({ anchor, heading, isNote })),
      };
    });
}

function choicesOf(ids: readonly string[], label: (id: string) => string): readonly FactChoice[] {
  return [...new Set(ids)].sort().map((id) => ({ id, label: label(id) }));
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}

/** Letter case, accents and hyphens do not count. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[-_]/g, ' ');
}
