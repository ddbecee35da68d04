import type { GoldenQuestion, Locale } from '../articles/article.ts';
import { didYouMean } from '../did-you-mean.ts';
import { AppError } from '../errors.ts';
import { notThere } from './check-content.ts';
import type { LinkTargets } from './resolve-link.ts';
import type { PublicSnapshot } from './snapshot.ts';

/**
 * Checks that each article and section that golden questions expect is there and public: agents' articles are never an
 * answer. Errors (link-broken) stand at the file and line of the expectation, and are added to `errors`.
 */
export function checkGolden(
  golden: readonly GoldenQuestion[],
  targets: LinkTargets,
  errors: AppError[],
): void {
  for (const { expect, locale, file } of golden) {
    if (expect.status === 'no_answer') continue;
    for (const { articleId, section, line } of expect.anyOf) {
      const place = { file, line };
      const anchors = targets.anchors('public', articleId, locale);
      if (anchors === null) {
        if (targets.isUnreadable(articleId)) continue;
        const successor = targets.successor(articleId);
        const known = new Set(targets.ids('public'));
        errors.push(
          successor === null
            ? notThere('link-broken', place, 'a public article', articleId, known)
            : new AppError('link-broken', {
                place,
                expected: 'a public article',
                found: articleId,
                hint: `It is superseded: expect ${successor}.`,
              }),
        );
      } else if (section !== null && !anchors.includes(section)) {
        const meant = didYouMean(section, anchors);
        errors.push(
          new AppError('link-broken', {
            place,
            expected: `a section of ${articleId}: ${anchors.map((known) => `#${known}`).join(', ')}`,
            found: `#${section}`,
            ...(meant === null ? {} : { hint: `Did you mean #${meant}?` }),
          }),
        );
      }
    }
  }
}

/** What golden questions of another folder may expect of a compiled snapshot: its public articles and their sections. */
export function goldenTargets({ articles, redirects, site }: PublicSnapshot): LinkTargets {
  const key = (locale: Locale, id: string): string => `${locale} ${id}`;
  const anchors = new Map(
    articles.map(({ id, locale, sections }) => [key(locale, id), sections.map(({ anchor }) => anchor)]),
  );
  const ids = [...new Set(articles.map(({ id }) => id))].sort();
  return {
    anchors: (audience, id, locale) =>
      audience === 'public'
        ? (anchors.get(key(locale, id)) ?? anchors.get(key(site.defaultLocale, id)) ?? null)
        : null,
    ids: (audience) => (audience === 'public' ? ids : []),
    isUnreadable: () => false,
    successor: (id) => (Object.hasOwn(redirects, id) ? (redirects[id] ?? null) : null),
  };
}
