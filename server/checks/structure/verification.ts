import { addDays, isWithin } from '../../answers/calendar.ts';
import type { ArticleHead } from '../../articles/article.ts';
import { reviewOf } from '../../articles/review.ts';
import { readArticle } from '../../snapshots/check-content.ts';
import type { Check, CheckWorld } from '../finding.ts';
import { lineSpan } from '../line-span.ts';

/** Articles whose verification is due. */
export const verificationOverdue: Check = {
  code: 'verification-overdue',
  title: 'Nobody has confirmed an article for longer than the site allows.',
  severity: 'warning',
  explanation: `A policy is true until somebody changes it somewhere else. \`verified\` is the day on which a person last confirmed it; site.yaml says for how many days that counts (review.intervalDays), and for how many more the answer is still given (review.graceDays); a category there, and an article, may say it otherwise for themselves. After that customers are told that it needs confirmation.

It is told for articles in force, from the first day after the interval on, with how many days it is overdue.

Have its owner read it, correct it, and set \`verified\` to that day.`,
  *run(world) {
    for (const head of headsInForce(world)) {
      const { intervalDays, graceDays } = reviewOf(head, world.content.site);
      const due = addDays(head.verified, intervalDays);
      if (due >= world.today) continue;
      const late = daysBetween(due, world.today);
      const isOver = late > graceDays;
      yield {
        place: lineSpan(world, head.path, head.lines.verified ?? 1),
        message: isOver
          ? `The verification of ${head.id} is ${late} days overdue: customers get no answer from it but that it needs confirmation.`
          : `The verification of ${head.id} is ${late} ${late === 1 ? 'day' : 'days'} overdue; after ${graceDays} its answers need confirmation.`,
        expected: `confirmed within ${intervalDays} days`,
        found: `last on ${head.verified}, due on ${due}`,
        hint: 'Have its owner confirm it, then set `verified` to that day.',
        other: null,
        because: [],
      };
    }
  },
};

/** Articles that claim to have been confirmed on a day that has not come. */
export const verificationFuture: Check = {
  code: 'verification-future',
  title: 'An article is verified on a day that has not come.',
  severity: 'warning',
  explanation: `\`verified\` says that a person confirmed the article on that day. A day to come is a slip of the pen, or an article that counts as confirmed for longer than anybody confirmed it.

It is told for days after tomorrow: where the site's time zone is behind its owner's, today may be tomorrow there.

Set \`verified\` to the day on which it was last read and found true.`,
  *run(world) {
    const tomorrow = addDays(world.today, 1);
    for (const article of world.content.articles) {
      const { id, path, verified, lines } = readArticle(article).head;
      if (verified <= tomorrow) continue;
      yield {
        place: lineSpan(world, path, lines.verified ?? 1),
        message: `${id} says that it was confirmed on ${verified}, which has not come.`,
        expected: `a day until ${world.today}`,
        found: verified,
        hint: null,
        other: null,
        because: [],
      };
    }
  },
};

function headsInForce({ content, today }: CheckWorld): readonly ArticleHead[] {
  return content.articles
    .map((article) => readArticle(article).head)
    .filter(({ effective }) => isWithin(effective, today));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
