import type {
  AgentNotes,
  ArticleHead,
  Content,
  Fact,
  PublicBlock,
  Site,
  SynonymGroup,
} from '../articles/article.ts';
import { reviewOf } from '../articles/review.ts';
import { AppError } from '../errors.ts';
import { hashOf, rememberJson } from './canonical-json.ts';
import { checkContent, type ReadArticle, readArticle } from './check-content.ts';
import { checkGolden } from './check-golden.ts';
import { compileNote } from './compile-note.ts';
import { compileSection, linksInSection, type SectionSetting } from './compile-section.ts';
import { deepFreeze } from './deep-freeze.ts';
import { formatMoney } from './format-fact.ts';
import { type Outline, outlineArticle } from './outline-article.ts';
import { externalLink, markerPattern } from './render-markdown.ts';
import { type LinkOrigin, type LinkTargets, resolveLink } from './resolve-link.ts';
import type {
  AgentSnapshot,
  CompiledArticle,
  CompiledBeside,
  Locale,
  OutOfScope,
  PublicSnapshot,
  Snapshot,
} from './snapshot.ts';
import { followSupersession } from './supersession.ts';

/**
 * Compiles what owners wrote into the immutable snapshot: facts resolved and formatted, sections rendered once for every
 * customer and day they can tell apart, audiences parted, everything checked across files, sorted, hashed and frozen.
 * Pure. All errors are reported in one run; with any, there is no snapshot. `refusedFiles` are paths that were refused
 * before (relative to the content directory): what points to them is not reported a second time and left out here.
 */
export function compileSnapshot(
  content: Content,
  refusedFiles: readonly string[] = [],
): { readonly snapshot: Snapshot | null; readonly errors: readonly AppError[] } {
  const errors: AppError[] = [];
  const articles = content.articles.map(readArticle).sort(byLocaleThenId);
  const unreadable = new Set(refusedFiles.map((path) => path.replace(/^[^/]+\/|\.md$/g, '')));
  const isUnreadable = (id: string): boolean => unreadable.has(id);
  checkContent(content, articles, isUnreadable, errors);
  const { redirects, successor } = followSupersession(articles, errors);
  const sourced = withSource(articles, content.site.defaultLocale);
  const outlined = articles.filter(sourced).map((read) => ({ ...read, outline: outlineOf(read, errors) }));
  const targets = linkTargets(outlined, content.site.defaultLocale, isUnreadable, successor);
  checkGolden(content.golden, targets, errors);
  const world: World = {
    content,
    facts: new Map(content.facts.map((fact) => [fact.id, fact])),
    dimensions: new Map(content.site.dimensions.map((dimension) => [dimension.id, dimension])),
    offers: new Map(content.offers.map((offer) => [offer.id, offer.label])),
    revisions: new Map(
      articles
        .filter(({ head }) => head.locale === content.site.defaultLocale)
        .map(({ head }) => [head.id, head.revision]),
    ),
    publicIds: new Set(outlined.filter(({ audience }) => audience === 'public').map(({ head }) => head.id)),
    allIds: new Set(outlined.map(({ head }) => head.id)),
    targets,
    errors,
  };
  const compiled = outlined.map((read) => ({ ...read, result: finish(compileArticle(read, world)) }));
  const beside = outlined.map((read) => ({
    audience: read.audience,
    result: finish(compileBeside(read, world)),
  }));
  if (errors.length > 0) return { snapshot: null, errors: sortErrors(errors) };

  const open = publicSnapshot(
    content,
    world.publicIds,
    compiled.filter(({ audience }) => audience === 'public').map(({ result }) => result),
    redirects,
  );
  const agent = agentSnapshot(
    content,
    open.id,
    compiled.filter(({ audience }) => audience === 'agent').map(({ result }) => result),
    beside,
  );
  return { snapshot: deepFreeze({ public: open, agent }), errors: [] };
}

function finish<T extends object>(item: T): T {
  return rememberJson(deepFreeze(item));
}

interface OutlinedArticle extends ReadArticle {
  readonly outline: Outline;
}

interface World {
  readonly content: Content;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly dimensions: SectionSetting['dimensions'];
  readonly offers: ReadonlyMap<string, string>;
  /** Revision in the default locale, by article id. */
  readonly revisions: ReadonlyMap<string, string>;
  readonly publicIds: ReadonlySet<string>;
  readonly allIds: ReadonlySet<string>;
  readonly targets: LinkTargets;
  readonly errors: AppError[];
}

/** Every article but translations whose source was refused: they wait for it. */
function withSource(articles: readonly ReadArticle[], defaultLocale: Locale): (read: ReadArticle) => boolean {
  const sources = new Set(
    articles.filter(({ head }) => head.locale === defaultLocale).map(({ head }) => head.id),
  );
  return ({ head }) => head.locale === defaultLocale || sources.has(head.id);
}

function bodyOf({ article }: ReadArticle): readonly PublicBlock[] {
  return article.beside ? article.article.body : article.article.hiddenBody;
}

function outlineOf(read: ReadArticle, errors: AppError[]): Outline {
  const body = bodyOf(read);
  return outlineArticle(body, read.head.path, body[0]?.line ?? 1, errors);
}

function linkTargets(
  articles: readonly OutlinedArticle[],
  defaultLocale: Locale,
  isUnreadable: (articleId: string) => boolean,
  successor: (articleId: string) => string | null,
): LinkTargets {
  const anchors = new Map<string, readonly string[]>();
  const ids = { public: new Set<string>(), agent: new Set<string>() };
  for (const { head, audience, outline } of articles) {
    anchors.set(
      `${audience} ${head.locale} ${head.id}`,
      outline.sections.map((section) => section.anchor),
    );
    if (audience === 'public') ids.public.add(head.id);
    ids.agent.add(head.id);
  }
  const sorted = { public: [...ids.public].sort(), agent: [...ids.agent].sort() };
  return {
    anchors: (audience, id, locale) =>
      anchors.get(`${audience} ${locale} ${id}`) ?? anchors.get(`${audience} ${defaultLocale} ${id}`) ?? null,
    ids: (audience) => sorted[audience],
    isUnreadable,
    successor,
  };
}

function compileArticle(read: OutlinedArticle, world: World): CompiledArticle {
  const { head, audience, outline } = read;
  const setting = settingOf(read, audience, world);
  checkLinks(
    outline.sections.flatMap((section) => linksInSection(section, head.path)),
    originOf(head, audience),
    world,
  );
  return {
    id: head.id,
    locale: head.locale,
    category: head.category,
    slug: head.slug,
    title: head.title,
    questions: head.questions,
    effective: head.effective,
    verified: head.verified,
    ...ownReview(head, world.content.site),
    related: head.related.filter((id) => (audience === 'public' ? world.publicIds : world.allIds).has(id)),
    revision: head.revision,
    translation: translationState(head, world),
    sections: outline.sections.map((section) => compileSection(section, setting, world.errors)),
  };
}

/** For how long a verification counts, where the article or its category says it; else nothing. */
function ownReview(head: ArticleHead, site: Site): Pick<CompiledArticle, 'review'> {
  const isOwn = head.review ?? site.categories.find(({ id }) => id === head.category)?.review;
  return isOwn === undefined ? {} : { review: reviewOf(head, site) };
}

function compileBeside(read: OutlinedArticle, world: World): CompiledBeside {
  const { head, article, outline } = read;
  const agentHead = article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
  return {
    besideId: head.id,
    besideLocale: head.locale,
    ownerId: agentHead.owner,
    journey: agentHead.journey,
    offerIds: agentHead.offers,
    notes: compileNotes(article.beside, read, outline, world),
  };
}

function compileNotes(
  beside: AgentNotes | null,
  read: OutlinedArticle,
  outline: Outline,
  world: World,
): CompiledBeside['notes'] {
  const setting = settingOf(read, 'agent', world);
  return (beside?.notes ?? []).map((note) => {
    const { compiled, links } = compileNote(note, outline, setting, world.content.site, world.errors);
    checkLinks(links, originOf(read.head, 'agent'), world);
    return compiled;
  });
}

function settingOf({ head }: ReadArticle, textFor: 'public' | 'agent', world: World): SectionSetting {
  const origin = originOf(head, textFor);
  return {
    locale: head.locale,
    defaultLocale: world.content.site.defaultLocale,
    file: head.path,
    effective: head.effective,
    facts: world.facts,
    dimensions: world.dimensions,
    internalLink: (href) => {
      const link = resolveLink(href, origin, world.targets);
      return 'path' in link ? link.path : null;
    },
    offerLabel: (id) => (textFor === 'agent' ? (world.offers.get(id) ?? null) : null),
  };
}

function originOf(head: ArticleHead, audience: 'public' | 'agent'): LinkOrigin {
  return { locale: head.locale, category: head.category, articleId: head.id, audience };
}

function checkLinks(links: ReturnType<typeof linksInSection>, origin: LinkOrigin, world: World): void {
  for (const { href, place } of links) {
    const filled = href.replace(markerPattern, (all, name: string) => rawValue(name, world) ?? all);
    if (externalLink(filled) !== null) continue;
    const link = resolveLink(filled, origin, world.targets);
    if ('path' in link) continue;
    const { expected, found, hint } = link;
    world.errors.push(
      new AppError('link-broken', { place, expected, found, ...(hint === null ? {} : { hint }) }),
    );
  }
}

/** Any value of a fact as it stands in an address, to see whether the address could be one. */
function rawValue(name: string, { facts }: World): string | null {
  const content = name.startsWith('fact:') ? facts.get(name.slice('fact:'.length))?.values[0]?.content : null;
  return content && 'value' in content ? content.value : null;
}

function translationState(head: ArticleHead, { content, revisions }: World): CompiledArticle['translation'] {
  if (head.locale === content.site.defaultLocale) return null;
  const revision = revisions.get(head.id);
  return head.source !== null && revision?.startsWith(head.source) ? 'current' : 'out-of-date';
}

function publicSnapshot(
  content: Content,
  publicIds: ReadonlySet<string>,
  articles: readonly CompiledArticle[],
  redirects: PublicSnapshot['redirects'],
): PublicSnapshot {
  const rest = {
    site: { ...content.site, mostAsked: content.site.mostAsked.filter((id) => publicIds.has(id)) },
    articles,
    redirects,
    synonyms: synonymsFor(content, (group) => group.audience === 'public'),
    ...(Object.keys(content.thesaurusOff).length > 0 ? { thesaurusOff: content.thesaurusOff } : {}),
    ...(content.outOfScope.length > 0 ? { outOfScope: content.outOfScope.map(withoutLines) } : {}),
  };
  return { id: hashOf(rest), ...rest };
}

function withoutLines({ questions, reply }: Content['outOfScope'][number]): OutOfScope {
  return {
    questions: Object.fromEntries(
      Object.entries(questions).map(([locale, list]) => [locale, list.map(({ text }) => text)]),
    ),
    reply,
  };
}

function agentSnapshot(
  content: Content,
  publicId: string,
  hiddenArticles: readonly CompiledArticle[],
  beside: readonly { readonly audience: 'public' | 'agent'; readonly result: CompiledBeside }[],
): AgentSnapshot {
  const of = (wanted: 'public' | 'agent'): readonly CompiledBeside[] =>
    beside.filter(({ audience }) => audience === wanted).map(({ result }) => result);
  const { defaultLocale } = content.site;
  const rest = {
    hiddenArticles,
    beside: of('public'),
    hiddenBeside: of('agent'),
    offers: content.offers
      .map(({ id, label, description, cap, frequency, approver, reasons }) => ({
        offerId: id,
        label,
        description,
        cap: cap === null ? null : formatMoney(cap, defaultLocale),
        ...(cap === null ? {} : { limit: { amount: cap.amount, currency: cap.currency } }),
        ...(reasons === undefined ? {} : { reasons }),
        frequency,
        approver,
      }))
      .sort((a, b) => (a.offerId < b.offerId ? -1 : 1)),
    teams: content.teams
      .map(({ id, name, contact, fallback }) => ({ teamId: id, name, contact, fallback }))
      .sort((a, b) => (a.teamId < b.teamId ? -1 : 1)),
    ...(content.journey.every(({ title }) => title === null) ? {} : { journey: content.journey }),
    agentSynonyms: synonymsFor(content, (group) => group.audience === 'agent'),
  };
  return { agentId: hashOf({ publicId, ...rest }), ...rest };
}

/** Groups by locale, each and all of them sorted; every locale of the site is there. */
function synonymsFor(
  content: Content,
  wanted: (group: SynonymGroup) => boolean,
): Readonly<Record<Locale, readonly (readonly string[])[]>> {
  const entries = [...content.site.locales].sort().map((locale) => {
    const groups = content.synonyms
      .filter((group) => group.locale === locale && wanted(group))
      .map((group) => [...group.words].sort())
      .map((words) => ({ words, key: JSON.stringify(words) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return [locale, groups.map(({ words }) => words)] as const;
  });
  return Object.fromEntries(entries);
}

function byLocaleThenId(a: ReadArticle, b: ReadArticle): number {
  if (a.head.locale !== b.head.locale) return a.head.locale < b.head.locale ? -1 : 1;
  return a.head.id < b.head.id ? -1 : a.head.id > b.head.id ? 1 : 0;
}

/** By file, line and code; the same problem is reported once. */
function sortErrors(errors: readonly AppError[]): readonly AppError[] {
  const keyed = errors.map((error) => ({
    error,
    key: [
      error.place?.file ?? '',
      String(error.place?.line ?? 0).padStart(8, '0'),
      error.code,
      error.expected ?? '',
      error.found ?? '',
    ].join('\u0000'),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.filter(({ key }, index) => key !== keyed[index - 1]?.key).map(({ error }) => error);
}
