import type { Current } from '../../server/channels/ask.ts';
import type { Database } from '../../server/database/open.ts';
import { conversationKey, customerKey } from '../../server/feedback/served-row.ts';
import { between, createRandom } from '../random.ts';
import { pick } from './demo-asks.ts';
import { demoFlagNotes } from './demo-questions.ts';
import type { DemoServed, DemoSize } from './fill-answers.ts';

/** A person who works at the demo's desk. */
interface DemoAgent {
  readonly id: number;
  readonly name: string;
}

/** Flags and offers of the whole time, however many answers it has: a desk of a dozen people raises some a week. */
const flagsWanted = 48;
const offersWanted = 160;

const dayMs = 86_400_000;
const kinds = ['wrong', 'outdated', 'unclear', 'missing'] as const;
const reasons = ['our-mistake', 'price', 'delay', 'quality', 'loyalty', 'other'] as const;

/** What agents did beside the answers that are shown to it: flags, most of them mended in some days, and offers made. */
export function createDemoWork(
  { answers, until, seed }: DemoSize,
  served: Current,
  agents: readonly DemoAgent[],
): (served: DemoServed, within: Database) => Promise<void> {
  const random = createRandom(`${seed} work`);
  const { desk } = served;
  /** Of all answers, about so many are agents' with an article. */
  const agentAnswers = answers * 0.15;

  const flag = async (
    one: DemoServed,
    articleId: string,
    section: string,
    within: Database,
  ): Promise<void> => {
    const owner = desk.beside(articleId, one.locale)?.owner.id;
    if (owner === undefined) return;
    const kind = pick(kinds, random);
    const agent = pick(agents, random);
    // The longer ago, the surer it was mended; a few of the last weeks are open.
    const ended = new Date(one.servedAt.getTime() + (0.2 + random() * 5) * dayMs);
    const isOpen = ended > until || (one.at > 0.8 && random() < 0.4);
    const isDeclined = !isOpen && random() < 0.15;
    await within
      .insertInto('flags')
      .values({
        raised_at: later(one, 60_000),
        raised_by: agent.id,
        kind,
        note: pick(demoFlagNotes[kind], random),
        article_id: articleId,
        section,
        locale: one.locale,
        revision: one.result.answer?.revision ?? null,
        question: one.question,
        receipt: one.code,
        owner,
        status: isOpen ? 'open' : isDeclined ? 'declined' : 'resolved',
        ended_at: isOpen ? null : ended.toISOString(),
        ended_by: isOpen ? null : 'dana',
        outcome: isOpen ? null : isDeclined ? 'It is as the policy wants it.' : 'Mended and published.',
        told_at: isOpen ? null : new Date(ended.getTime() + dayMs / 4).toISOString(),
      })
      .execute();
  };

  const offer = async (one: DemoServed, articleId: string, within: Database): Promise<void> => {
    const offers = desk.beside(articleId, one.locale)?.offers ?? [];
    if (offers.length === 0) return;
    const { offerId, cap } = pick(offers, random);
    const most = cap === null ? null : Number(/\d+/.exec(cap)?.[0] ?? 0);
    const isBeyond = most !== null && random() < 0.08;
    const amount =
      most === null
        ? null
        : isBeyond
          ? most + between(random, 2, 12)
          : between(random, Math.ceil(most / 2), most);
    const status = !isBeyond ? 'made' : one.at > 0.97 ? 'asked' : random() < 0.6 ? 'approved' : 'refused';
    const isDecided = status === 'approved' || status === 'refused';
    await within
      .insertInto('offers_made')
      .values({
        made_at: later(one, 120_000),
        made_by: pick(agents, random).name,
        offer: offerId,
        amount,
        currency: amount === null ? null : 'USD',
        reason: pick(reasons, random),
        note: null,
        receipt: one.code,
        conversation_id: conversationKey(one.conversation),
        customer_key: one.customer === null ? null : customerKey(one.customer),
        bounds: isBeyond ? 'beyond' : 'within',
        status,
        approver: isBeyond ? 'lead' : null,
        decided_at: isDecided ? later(one, 1_500_000) : null,
        decided_by: isDecided ? 'tom' : null,
        decision_note: status === 'refused' ? 'The parcel came on the promised day.' : null,
      })
      .execute();
  };

  return async (one, within) => {
    const [articleId, section = 'lead'] = one.result.answer?.id.split('#') ?? [];
    if (one.channel !== 'agent' || articleId === undefined) return;
    if (random() < flagsWanted / agentAnswers) await flag(one, articleId, section, within);
    // Of the sample content's articles, about two in five allow an offer.
    if (random() < (2.5 * offersWanted) / agentAnswers) await offer(one, articleId, within);
  };
}

function later({ servedAt }: DemoServed, ms: number): string {
  return new Date(servedAt.getTime() + ms).toISOString();
}
