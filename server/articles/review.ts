import { z } from 'zod';
import type { Review, ReviewRule, Site } from './article.ts';

/** Whole days of a rule for verification, 0 to 3650. */
const days = (error: string) => z.number({ error }).int({ error }).min(0, { error }).max(3650, { error });

const INTERVAL = 'whole days, at least 1';
const intervalDays = days(INTERVAL).min(1, { error: INTERVAL });
const graceDays = days('whole days');

/** A `review` of an article or a category: what it leaves out is as one level above says. */
export const reviewRuleInput = z.strictObject(
  { intervalDays: intervalDays.exactOptional(), graceDays: graceDays.exactOptional() },
  { error: 'a map with intervalDays and graceDays, either may be left out' },
);

/** The `review` of site.yaml. */
export const siteReviewInput = z.strictObject(
  {
    intervalDays,
    graceDays,
    noticeDays: days('whole days').exactOptional(),
    fallbackDays: days('whole days').exactOptional(),
    verifier: z.enum(['anyone', 'another'], { error: 'anyone or another' }).exactOptional(),
  },
  { error: 'a map with intervalDays and graceDays, and noticeDays, fallbackDays, verifier where wanted' },
);

/** For how long a verification of an article counts: as the article says, else its category, else the site, key by key. */
export function reviewOf(
  { category, review }: { readonly category: string; readonly review?: ReviewRule },
  site: Pick<Site, 'categories' | 'review'>,
): Review {
  const { intervalDays, graceDays } = site.review;
  const ofCategory = site.categories.find(({ id }) => id === category)?.review;
  return { intervalDays, graceDays, ...ofCategory, ...review };
}
