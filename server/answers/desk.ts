import type { Encoder } from '../semantics/encoder.ts';
import type { CompiledArticle, CompiledBeside, CompiledOffer, Snapshot } from '../snapshots/snapshot.ts';
import type {
  AgentDesk,
  BesideView,
  CalendarDate,
  JourneyStageView,
  Locale,
  OfferView,
  OwnedArticle,
} from './answer.ts';
import { createBrowser } from './browse.ts';
import { isWithin } from './calendar.ts';
import { checkLocale } from './check-input.ts';
import { deepFreeze } from './freeze.ts';
import type { Editions, Shelf } from './shelf.ts';

/**
 * The agents' side of a snapshot: what stands beside public articles, and the articles that only agents know, with an index
 * of their own. It is made beside the public answerer and shares nothing with it but the site, so it cannot change an answer.
 * `shelf`, `editions`: those of the agent-only articles (`hiddenShelf`).
 */
export function createDesk(snapshot: Snapshot, shelf: Shelf, editions: Editions): AgentDesk {
  const browser = createBrowser(shelf, editions);
  return Object.freeze({
    agentSnapshot: snapshot.agent.agentId,
    teams: snapshot.agent.teams,
    ownedArticles: (asOf: CalendarDate) => ownedArticles(snapshot, asOf),
    offers: deepFreeze(snapshot.agent.offers.map((offer) => viewOf(offer, snapshot))),
    journey: journeyOf(snapshot),
    beside: (articleId: string, locale: Locale) =>
      besideOf(snapshot, articleId, checkLocale(shelf.site, locale)),
    searchHidden: browser.search,
    hiddenArticle: browser.article,
    hiddenCategories: browser.categories,
    hiddenChangeDays: editions.changeDays,
  });
}

/** Agent-only articles as a shelf; the words that mean the same are the public ones and the agents' own. */
export function hiddenShelf({ public: open, agent }: Snapshot, encoder: Encoder | null = null): Shelf {
  const synonyms = Object.fromEntries(
    open.site.locales.map((locale) => [
      locale,
      [...ofLocale(open.synonyms, locale), ...ofLocale(agent.agentSynonyms, locale)],
    ]),
  );
  return {
    site: open.site,
    snapshot: agent.agentId,
    articles: agent.hiddenArticles,
    redirects: {},
    synonyms,
    thesaurusOff: open.thesaurusOff ?? {},
    outOfScope: [],
    calibration: {},
    encoder,
    urlOf: (locale, articleId) => `/agent/articles/${articleId}?locale=${encodeURIComponent(locale)}`,
  };
}

/**
 * Owner, notes and offers of an article, public or hidden, in a locale; the default locale's where it has none there.
 * Null for an article that is not in the snapshot.
 */
function besideOf(snapshot: Snapshot, articleId: string, locale: Locale): BesideView | null {
  const { agent, public: open } = snapshot;
  const all = [...agent.beside, ...agent.hiddenBeside].filter(({ besideId }) => besideId === articleId);
  const own = all.find(({ besideLocale }) => besideLocale === locale);
  const source = all.find(({ besideLocale }) => besideLocale === open.site.defaultLocale);
  const found = own ?? source;
  if (found === undefined) return null;
  const notes = found.notes.length > 0 ? found.notes : (source?.notes ?? []);
  const team = agent.teams.find(({ teamId }) => teamId === found.ownerId);
  return deepFreeze({
    besideId: articleId,
    owner: { id: found.ownerId, name: team?.name ?? found.ownerId, contact: team?.contact ?? '' },
    journey: found.journey,
    notes: notes.map(({ noteAnchor, noteRendering }) => ({
      noteAnchor,
      noteText: noteRendering.text,
      noteMarkdown: noteRendering.markdown,
      noteHtml: noteRendering.html,
    })),
    offers: found.offerIds.flatMap((id) => {
      const offer = agent.offers.find(({ offerId }) => offerId === id);
      if (offer === undefined) return [];
      return [viewOf(offer, snapshot)];
    }),
  });
}

/** Concord's own stages, where a snapshot has none of its own. */
const stagesElse = ['discover', 'buy', 'wait', 'receive', 'use', 'return', 'renew', 'leave'];

function journeyOf({ public: open, agent }: Snapshot): readonly JourneyStageView[] {
  const { defaultLocale } = open.site;
  const isPublic = new Set(
    open.articles.filter(({ locale }) => locale === defaultLocale).map(({ id }) => id),
  );
  const stages = agent.journey ?? stagesElse.map((id) => ({ id, title: null, moments: [] }));
  return deepFreeze(
    stages.map(({ id, title, moments }) => ({
      stageId: id,
      title: title === null ? null : { ...title },
      articleIds: agent.beside
        .filter(({ besideLocale, journey }) => besideLocale === defaultLocale && journey === id)
        .map(({ besideId }) => besideId)
        .sort(),
      moments: moments.map((moment) => ({
        momentId: moment.id,
        title: { ...moment.title },
        articleIds: moment.articles.filter((articleId) => isPublic.has(articleId)),
      })),
    })),
  );
}

function viewOf(offer: CompiledOffer, { agent }: Snapshot): OfferView {
  const { offerId, label, description, cap, limit, frequency, reasons } = offer;
  const approver = agent.teams.find(({ teamId }) => teamId === offer.approver);
  return {
    ...{ offerId, label, description, cap, limit: limit === undefined ? null : { ...limit } },
    frequency: { ...frequency },
    approver: approver?.name ?? offer.approver,
    approverId: offer.approver,
    reasons: reasons === undefined ? null : structuredClone(reasons),
  };
}

function ownedArticles({ public: open, agent }: Snapshot, asOf: CalendarDate): readonly OwnedArticle[] {
  const keyOf = (locale: Locale, id: string): string => `${locale} ${id}`;
  const owners = new Map(
    [...agent.beside, ...agent.hiddenBeside].map(({ besideId, besideLocale, ownerId }: CompiledBeside) => [
      keyOf(besideLocale, besideId),
      ownerId,
    ]),
  );
  const { intervalDays, graceDays } = open.site.review;
  const owned =
    (audience: OwnedArticle['audience']) =>
    (article: CompiledArticle): OwnedArticle => ({
      articleId: article.id,
      locale: article.locale,
      audience,
      category: article.category,
      title: article.title,
      revision: article.revision,
      verified: article.verified,
      review: article.review ?? { intervalDays, graceDays },
      ownerId: owners.get(keyOf(article.locale, article.id)) ?? '',
      isOutOfDate: article.translation === 'out-of-date',
    });
  const isInForce = ({ effective }: CompiledArticle): boolean => isWithin(effective, asOf);
  const all = [
    ...open.articles.filter(isInForce).map(owned('public')),
    ...agent.hiddenArticles.filter(isInForce).map(owned('agent')),
  ];
  const order = ({ locale, articleId }: OwnedArticle): string => keyOf(locale, articleId);
  return deepFreeze(all.sort((a, b) => (order(a) < order(b) ? -1 : 1)));
}

function ofLocale(
  synonyms: Readonly<Record<Locale, readonly (readonly string[])[]>>,
  locale: Locale,
): readonly (readonly string[])[] {
  return Object.hasOwn(synonyms, locale) ? (synonyms[locale] ?? []) : [];
}
