import type { Locale, OwnedArticle } from '../../answers/answer.ts';
import type { Flag } from '../../feedback/flags/flag.ts';
import type { Gap } from '../../feedback/gaps/gap.ts';
import type { OfferMade } from '../../feedback/offers/offer-made.ts';
import type { DislikedArticle } from '../../feedback/ratings/rating.ts';
import type { ArticleToVerify } from '../../feedback/verification/verification.ts';
import type { Proposal } from '../../proposals/proposal.ts';

/** What may wait at the desk, in the order in which equals are shown: what is wrong before what is missing. */
export const deskKinds = [
  'offer',
  'contradiction',
  'flag',
  'overdue',
  'disliked',
  'gap',
  'due',
  'translation',
  'proposal',
] as const;
export type DeskKind = (typeof deskKinds)[number];

/** Something that waits for somebody, with the one thing to do about it. */
export interface DeskItem {
  readonly kind: DeskKind;
  /** Teams whose it is; empty: whoever manages. */
  readonly teams: readonly string[];
  /** An article's title, a question, a file: what it is about. */
  readonly about: string;
  /** Language of `about`; null: of no language, such as an id. */
  readonly locale: Locale | null;
  /** What is said of it, in its own words; null: nothing beside its kind. */
  readonly note: string | null;
  readonly href: string;
  /** People whom it touches: asks of the last 30 days; 0: not known or nobody. */
  readonly people: number;
}

/** A check's finding about a file of the newest release. */
export interface DeskFindingView {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Everything that waits, as the stores have it. */
export interface Waiting {
  readonly flags: readonly Flag[];
  readonly toVerify: readonly ArticleToVerify[];
  readonly gaps: readonly Gap[];
  readonly disliked: readonly DislikedArticle[];
  readonly articles: readonly OwnedArticle[];
  readonly findings: readonly DeskFindingView[];
  readonly proposals: readonly Proposal[];
  readonly offers: readonly OfferMade[];
}

/**
 * All that waits, as one list: what touches most people first, of equals what is wrong before what is missing, then by what it
 * is about. `asked`: asks of an article in the last 30 days, over all languages. Pure.
 */
export function deskItems(
  waiting: Waiting,
  {
    asked,
    teamOf,
    titleOf,
    offerOf,
  }: {
    readonly asked: ReadonlyMap<string, number>;
    readonly teamOf: TeamOf;
    readonly titleOf: TitleOf;
    /** What an offer is called. */
    readonly offerOf: (offerId: string) => string;
  },
): readonly DeskItem[] {
  const asksOf = (articleId: string | null): number => (articleId === null ? 0 : (asked.get(articleId) ?? 0));
  // An article is called what its readers call it; one that is no more, by its id.
  const named = (articleId: string): Pick<DeskItem, 'about' | 'locale'> => {
    const title = titleOf(articleId);
    return { about: title?.title ?? articleId, locale: title?.locale ?? null };
  };
  const items: DeskItem[] = [
    ...waiting.flags.map((flag) => ({
      kind: 'flag' as const,
      teams: [flag.owner],
      ...(flag.articleId === null
        ? { about: flag.question ?? '', locale: flag.locale }
        : named(flag.articleId)),
      note: flag.note,
      href: `/manage/flags?status=open&kind=${flag.kind}#flag-${flag.id}`,
      people: asksOf(flag.articleId),
    })),
    ...waiting.toVerify.flatMap((article): DeskItem[] => {
      if (article.stage === null || article.isWaiting) return [];
      const isFallback = article.stage === 'fallback' && article.fallback !== null;
      return [
        {
          kind: article.state === 'overdue' ? 'overdue' : 'due',
          teams: [article.owner.id, ...(isFallback ? [article.fallback.id] : [])],
          about: article.title,
          locale: article.locale,
          note: null,
          href: `/manage/verification/${article.articleId}?locale=${encodeURIComponent(article.locale)}`,
          people: article.asked,
        },
      ];
    }),
    ...waiting.gaps.map((gap) => ({
      kind: 'gap' as const,
      teams: gap.owner === null ? [] : [gap.owner],
      about: gap.question ?? '',
      locale: gap.locale,
      note: null,
      href: `/manage/gaps/${gap.id}`,
      people: gap.recent,
    })),
    ...waiting.disliked.map((one) => ({
      kind: 'disliked' as const,
      teams: teamOf(one.articleId),
      ...named(one.articleId),
      note: null,
      href: `/manage/feedback?locale=${encodeURIComponent(one.locale)}`,
      people: asksOf(one.articleId),
    })),
    ...waiting.articles
      .filter(({ isOutOfDate }) => isOutOfDate)
      .map((article) => ({
        kind: 'translation' as const,
        teams: [article.ownerId],
        about: article.title,
        locale: article.locale,
        note: null,
        href: `/agent/articles/${article.articleId}?locale=${encodeURIComponent(article.locale)}`,
        people: asksOf(article.articleId),
      })),
    ...waiting.findings.map(({ file, line, message }) => {
      const articleId = articleIdIn(file);
      return {
        kind: 'contradiction' as const,
        teams: articleId === null ? [] : teamOf(articleId),
        ...(articleId === null ? { about: file, locale: null } : named(articleId)),
        note: `${file}:${line}: ${message}`,
        href: articleId === null ? '/manage/facts' : `/agent/articles/${articleId}`,
        people: asksOf(articleId),
      };
    }),
    ...waiting.proposals.map((proposal) => ({
      kind: 'proposal' as const,
      teams: [],
      ...named(proposal.subject),
      note: proposal.reason,
      href: `/manage/proposals/${proposal.id}`,
      people: asksOf(proposal.subject),
    })),
    ...waiting.offers.map((offer) => ({
      kind: 'offer' as const,
      teams: offer.approver === null ? [] : [offer.approver],
      about: offerOf(offer.offerId),
      locale: null,
      note: offer.note,
      href: '/manage/offers',
      people: 1,
    })),
  ];
  const weightOf = ({ kind }: DeskItem): number => deskKinds.indexOf(kind);
  // An agent waits for the answer while the customer does.
  const isNow = ({ kind }: DeskItem): number => (kind === 'offer' ? 0 : 1);
  return items.sort(
    (a, b) =>
      isNow(a) - isNow(b) ||
      b.people - a.people ||
      weightOf(a) - weightOf(b) ||
      (a.about < b.about ? -1 : a.about > b.about ? 1 : 0),
  );
}

/** An article's title in the language of who looks, or in one that it has; null for what is no article. */
export type TitleOf = (articleId: string) => { readonly title: string; readonly locale: Locale } | null;

/** The teams of an article; empty where nobody owns it. */
export type TeamOf = (articleId: string) => readonly string[];

/** `en/orders/cancel.md` is of `orders/cancel`; null for what is no article. */
function articleIdIn(file: string): string | null {
  return /^[^/]+\/([^/]+\/[^/]+)\.md$/.exec(file)?.[1] ?? null;
}
