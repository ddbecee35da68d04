import { posix } from 'node:path';
import type { Locale } from '../articles/article.ts';
import { didYouMean } from '../did-you-mean.ts';

/** What a link can point to: which articles there are for whom, and their anchors. */
export interface LinkTargets {
  /** Anchors of an article in a locale, or in the default locale where it is not translated; null where there is none. */
  readonly anchors: (
    audience: 'public' | 'agent',
    articleId: string,
    locale: Locale,
  ) => readonly string[] | null;
  /** Ids of every article that an audience may be sent to, for "did you mean". */
  readonly ids: (audience: 'public' | 'agent') => readonly string[];
  /** Whether an article is there but could not be read; its own errors are reported, links to it are not. */
  readonly isUnreadable: (articleId: string) => boolean;
  /** Successor of an article that is gone, or null. */
  readonly successor: (articleId: string) => string | null;
}

/** Where a link stands. */
export interface LinkOrigin {
  readonly locale: Locale;
  readonly category: string;
  readonly articleId: string;
  /** Who reads the text in which it stands. */
  readonly audience: 'public' | 'agent';
}

export type ResolvedLink =
  /** Null: the article was refused, so that there is nothing to link to now; its own errors are reported. */
  | { readonly path: string | null }
  | { readonly expected: string; readonly found: string; readonly hint: string | null };

/** Resolves a relative link of an article's text, `../returns/start-a-return.md#how`, to a path of this site in the same locale. */
export function resolveLink(href: string, origin: LinkOrigin, targets: LinkTargets): ResolvedLink {
  const parsed = parseLink(href, origin);
  if (parsed === null) {
    return {
      expected: 'a relative path to an article (`../returns/start-a-return.md`), or https:, mailto:, tel:',
      found: href,
      hint: null,
    };
  }
  const { articleId, anchor } = parsed;
  const target = findTarget(articleId, origin, targets);
  if (target === null) {
    if (targets.isUnreadable(articleId)) return { path: null };
    const successor = targets.successor(articleId);
    const meant = successor ?? didYouMean(articleId, targets.ids(origin.audience));
    return {
      expected: origin.audience === 'public' ? 'a public article' : 'an article',
      found: `${href}, that is ${articleId}`,
      hint: successor ? `It is superseded: link to ${successor}.` : meant ? `Did you mean ${meant}?` : null,
    };
  }
  if (anchor !== null && !target.anchors.includes(anchor)) {
    const meant = didYouMean(anchor, target.anchors);
    return {
      expected: `a section of ${articleId}: ${target.anchors.map((known) => `#${known}`).join(', ')}`,
      found: `#${anchor}`,
      hint: meant ? `Did you mean #${meant}?` : null,
    };
  }
  const page = target.hidden ? hiddenArticlePath(origin.locale, articleId) : `/${origin.locale}/${articleId}`;
  return { path: anchor === null ? page : `${page}#${anchor}` };
}

/** Id of the article that a relative link of a text names, whether it is there or not; null where it names none. */
export function linkedArticle(href: string, origin: Omit<LinkOrigin, 'audience'>): string | null {
  return parseLink(href, origin)?.articleId ?? null;
}

/** Page of an agent-only article in the agent console. */
export function hiddenArticlePath(locale: Locale, articleId: string): string {
  return `/agent/articles/${articleId}?locale=${locale}`;
}

function parseLink(
  href: string,
  origin: Omit<LinkOrigin, 'audience'>,
): { readonly articleId: string; readonly anchor: string | null } | null {
  const [file = '', anchor = null, ...more] = decoded(href)?.split('#') ?? [];
  if (more.length > 0) return null;
  if (file === '') return anchor ? { articleId: origin.articleId, anchor } : null;
  if (file.startsWith('/')) return null;
  const path = posix.join(origin.locale, origin.category, file);
  const match = /^[^/.]+\/([^/.]+\/[^/.]+)\.md$/.exec(path);
  return match?.[1] === undefined ? null : { articleId: match[1], anchor: anchor || null };
}

function decoded(href: string): string | null {
  try {
    return decodeURIComponent(href);
  } catch {
    return null;
  }
}

interface Target {
  readonly hidden: boolean;
  readonly anchors: readonly string[];
}

function findTarget(articleId: string, origin: LinkOrigin, targets: LinkTargets): Target | null {
  const open = targets.anchors('public', articleId, origin.locale);
  if (open) return { hidden: false, anchors: open };
  if (origin.audience === 'public') return null;
  const hidden = targets.anchors('agent', articleId, origin.locale);
  return hidden ? { hidden: true, anchors: hidden } : null;
}
