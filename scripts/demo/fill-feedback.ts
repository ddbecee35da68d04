import type { Database } from '../../server/database/open.ts';
import { conversationKey } from '../../server/feedback/served-row.ts';
import { createRandom, type Random } from '../random.ts';
import { pick } from './demo-asks.ts';
import { demoReasons, demoSentences } from './demo-questions.ts';
import type { DemoServed, DemoSize } from './fill-answers.ts';

/** One in so many answers to customers is rated, and of conversations with two answers asked how likely they recommend. */
const rated = 0.14;
const surveyed = 0.06;

const dayMs = 86_400_000;
const reasons = ['wrong', 'unclear', 'incomplete', 'did-not-match'] as const;

/** Customers' ratings and survey answers, as they would have come back for the answers that are shown to it. */
export function createDemoFeedback({
  seed,
  retentionDays,
}: DemoSize): (served: DemoServed, within: Database) => Promise<void> {
  const random = createRandom(`${seed} feedback`);
  const surveys = new Set<string>();
  return async (served, within) => {
    if (served.channel === 'agent') return;
    const { article } = of(served);
    if (random() < rated) {
      const helpful = random() < helpfulness(served, article);
      await within
        .insertInto('ratings')
        .values({
          receipt: served.code,
          given_at: later(served, 40_000),
          changed_at: later(served, 55_000),
          channel: served.channel,
          locale: served.locale,
          article_id: article,
          helpful: helpful ? 1 : 0,
          reasons: helpful || random() < 0.3 ? '[]' : JSON.stringify([pick(reasons, random)]),
          sentence: helpful || random() < 0.7 ? null : sentenceOf(served.locale, random),
        })
        .execute();
    }
    if (served.turn < 2 || surveys.has(served.conversation) || random() >= surveyed) return;
    surveys.add(served.conversation);
    // What was mended over the months shows: fewer and fewer would advise against it.
    const score = Math.max(0, Math.min(10, Math.round(10.4 - random() ** 1.6 * (7.5 - 3 * served.at))));
    await within
      .insertInto('survey_answers')
      .values({
        given_at: later(served, 90_000),
        expires_at: new Date(served.servedAt.getTime() + retentionDays * dayMs).toISOString(),
        channel: served.channel,
        locale: served.locale,
        conversation_id: conversationKey(served.conversation),
        score,
        sentence: random() < 0.5 ? null : reasonOf(served.locale, score, random),
      })
      .onConflict((conflict) => conflict.column('conversation_id').doNothing())
      .execute();
  };
}

function of({ result }: DemoServed): { readonly article: string | null } {
  return { article: result.answer?.id.split('#')[0] ?? null };
}

/** How often an answer helps: most do; no answer hardly ever; two articles badly, one of which was mended half way. */
function helpfulness({ result, at }: DemoServed, article: string | null): number {
  if (article === null) return result.status === 'clarify' ? 0.7 : 0.2;
  if (article === 'refunds/when-refund-arrives') return at < 0.5 ? 0.55 : 0.88;
  if (article === 'delivery/delivery-costs') return 0.58;
  return 0.9;
}

function later({ servedAt }: DemoServed, ms: number): string {
  return new Date(servedAt.getTime() + ms).toISOString();
}

function sentenceOf(locale: string, random: Random): string | null {
  const list = demoSentences[locale] ?? [];
  return list.length === 0 ? null : pick(list, random);
}

function reasonOf(locale: string, score: number, random: Random): string | null {
  const list = demoReasons[locale]?.[score >= 8 ? 'yes' : 'no'] ?? [];
  return list.length === 0 ? null : pick(list, random);
}
