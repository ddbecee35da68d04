import type { KeyWish } from '../../server/accounts/api-keys.ts';
import { buildApp } from '../../server/app.ts';
import { byCommand, byServer } from '../../server/audit/audit-event.ts';
import { createAgentDoor, createPublicDoor } from '../../server/channels/ask.ts';
import { type ReleasedWorld, releasedWorld } from './released-world.ts';
import { makeArticle, smallYaml, type WorldFiles } from './small-world.ts';
import { withoutAgentsText } from './without-agents-text.ts';

/** Every canary begins with these letters, which stand in no word of any language, so that one search finds all of them. */
export const canary = 'zqvkjxqw';

/** As long, as rare, and in no file: what a word that nobody knows looks like. */
export const unknown = 'wqxjkvqz';

/** A place that not everybody may see. */
export interface Place {
  /** The word that is planted there is the canary with this behind it. */
  readonly name: string;
  readonly where: string;
  /** A route that shows it, to those who may open it; null: none does. */
  readonly seenOn: string | null;
}

function place<Name extends string>(name: Name, where: string, seenOn: string | null = '/agent') {
  return { name, where, seenOn } as const satisfies Place;
}
const article = '/agent/articles/:category/:slug';

/** Every place for agents, managers or admins alone; what is planted is in `canaryFiles` and `canaryWorld`. */
export const places = [
  place('note', 'a note in the first section of a public article'),
  place('latenote', 'a note under a heading of a public article'),
  place('henote', 'a note in a translation', article),
  place('title', 'the title of an agent-only article'),
  place('question', 'a question of an agent-only article', article),
  place('heading', 'a heading of an agent-only article', article),
  place('body', 'the text of an agent-only article', article),
  place('slug', 'the address of an agent-only article'),
  place('only', 'the one article of a category that is for agents alone'),
  place('offer', 'the label of an offer'),
  place('offertext', 'the description of an offer'),
  place('team', 'the name of a team'),
  place('contact', 'the address of a team'),
  place('fact', 'the value of a fact that only agents’ text uses'),
  place('coming', 'an agent-only article that is not yet in force', article),
  place('ended', 'an agent-only article that is no more in force', article),
  place('withdrawn', 'a public article that a later release withdrew', article),
  place('taken', 'a sentence that a later release took out of a public article', article),
  place('internal', 'an article that was public in an earlier release', article),
  place('changenote', 'the note of a release', '/agent/changes'),
  place('publisher', 'who made a release', '/agent/changes'),
  place('asked', 'what an agent asked about an earlier day', '/agent/receipts/:code'),
  place('flagnote', 'what an agent flagged about a public article', article),
  place('offernote', 'what an agent noted on an offer beyond its bounds', '/manage/offers/csv'),
  place('flagasked', 'the question behind a flag', '/manage/flags'),
  place('synonym', 'a word that means the same in agents’ articles', null),
  place('refused', 'content that was refused', null),
  place('accepted', 'why a finding of the checks is accepted', null),
  place('goldenwhy', 'why a golden question expects what it expects', null),
  place('factsource', 'the source of a fact', '/manage/facts/:id'),
  place('factabout', 'what a fact is about', '/manage/facts/:id'),
  place('keyname', 'the name of an API key', '/manage/keys'),
  place('fullname', 'the full name of a person', '/manage/people/:id'),
  place('mail', 'the e-mail address of a person', '/manage/people/:id'),
  place('invited', 'the name of an invited person', '/manage/releases/:number'),
  place('command', 'a command in the audit', '/manage/audit'),
  place('subject', 'what was changed, in the audit', '/manage/audit'),
] as const;
export type PlaceName = (typeof places)[number]['name'];

/** What stands in the places: another word for some of them, or the canary of each. */
export type Words = Partial<Readonly<Record<PlaceName, string>>>;

/** Words that stand in agents' text alone, as people would type them, right and with a letter wrong. */
export const agentsWords = [
  'fraud desk',
  'escalatons',
  'chargeback',
  'old handbok',
  'lead of the shift',
] as const;

/** Articles that the public may read today, by category/slug. */
export const publicArticles = [
  'orders/cancel-order',
  'orders/change-address',
  'orders/track-parcel',
  'returns/return-window',
  'returns/refund-time',
  'returns/opening-hours',
] as const;

/** Articles that the public may not read today, in this release or any more. */
export const hiddenArticles = [
  `orders/${canary}slug`,
  'orders/fraud-desk',
  'orders/coming-rules',
  'orders/ended-rules',
  'orders/vouchers',
  'orders/price-promise',
  'desk/escalations',
] as const;

/** The content with a canary in every place of it that is not for the public, or with other words there. */
export function canaryFiles(words: Words = {}): WorldFiles {
  const at = (name: PlaceName): string => words[name] ?? `${canary}${name}`;
  return {
    'site.yaml': (smallYaml['site.yaml'] ?? '').replace(
      'dimensions:\n',
      '  desk: { title: { en: Desk }, description: { en: Matters of the desk }, contact: orders }\ndimensions:\n',
    ),
    'facts.yaml': `${smallYaml['facts.yaml']}
desk-limit:
  type: text
  description: About ${at('factabout')}
  owner: care
  source: From ${at('factsource')}
  value: { en: "${at('fact')} dollars" }
`,
    'offers.yaml': `
free-shipping-code:
  label: A code ${at('offer')}
  description: For ${at('offertext')} who would leave
  cap: 8 USD
  frequency: { times: 1, per: order }
  approver: lead
  owner: orders
`,
    'teams.yaml': `
orders: { name: Orders ${at('team')}, contact: ${at('contact')}@small.example, fallback: care }
care: { name: Customer care, contact: care@small.example, fallback: lead }
lead: { name: Support leads, contact: leads@small.example }
`,
    'synonyms.yaml': `
en:
  - [refund, money back]
  - { words: [chargeback, ${at('synonym')}], audience: agent }
`,
    'golden.yaml': `
- question: can i still stop my order
  locale: en
  expect: orders/cancel-order
  why: Because ${at('goldenwhy')} says so.
`,
    'en/orders/cancel-order.md': makeArticle({
      title: 'Can I cancel my order before it ships?',
      questions: ['I ordered by mistake, stop it please', 'cancel order not shipped yet'],
      offers: ['free-shipping-code'],
      related: ['returns/return-window'],
      body: `
Yes. An order that has not shipped can be cancelled free of charge within {{fact:cancellation-window}}.

:::agent
Say ${at('note')} first, up to {{fact:desk-limit}}, and {{offer:free-shipping-code}}.
:::

## How to cancel

Open your order and choose **Cancel**. See [how long you can return](../returns/return-window.md).

:::agent
Then do the ${at('latenote')} thing.
:::
`,
    }),
    'he/orders/cancel-order.md': makeArticle({
      title: 'אפשר לבטל הזמנה לפני המשלוח?',
      questions: ['הזמנתי בטעות'],
      body: `
כן. הזמנה שלא נשלחה אפשר לבטל ללא תשלום תוך {{fact:cancellation-window}}.

:::agent
קודם ${at('henote')} ואחר כך כל השאר.
:::
`,
    }),
    'en/orders/change-address.md': makeArticle({
      title: 'Can I change the delivery address?',
      questions: ['I moved and the parcel goes to my old flat'],
      body: 'Yes, until the parcel leaves our warehouse. Open your order and choose Address.',
    }),
    'en/orders/track-parcel.md': makeArticle({
      title: 'Where is my parcel now?',
      questions: ['track my delivery', 'the carrier does not move'],
      body: 'Follow the link in the dispatch e-mail. It shows each scan of the carrier.\n\n## A scan is missing\n\nWait one working day, then write to us.',
    }),
    'en/returns/return-window.md': makeArticle({
      title: 'How long can I return an item?',
      questions: ['send it back after two weeks', 'is it too late to return this'],
      owner: 'care',
      body: 'You can send an item back within {{fact:return-window}} after delivery.\n\n## Returns to a shop\n\nBring the item and its receipt to any shop.',
    }),
    'en/returns/refund-time.md': makeArticle({
      title: 'When do I get my refund?',
      questions: ['money has not arrived after a return'],
      owner: 'care',
      body: `We refund within five working days after the item is back.\n\n## To a card\n\nThe bank may take three days more.`,
    }),
    'en/returns/opening-hours.md': makeArticle({
      title: 'When are your shops open?',
      questions: ['are you open on sundays'],
      owner: 'care',
      body: 'Every shop opens at nine and closes at six, from Monday to Saturday.',
    }).replace(
      '\n---\n',
      `\naccept:\n  - { check: article-unlinked, why: Since ${at('accepted')} wants it }\n---\n`,
    ),
    [`en/orders/${words.slug ?? `${canary}slug`}.md`]: makeArticle({
      title: 'What is checked before a parcel is stopped?',
      audience: 'agent',
      body: 'Ask the desk for its list.',
    }),
    'en/orders/fraud-desk.md': makeArticle({
      title: `What do we do with ${at('title')} cards?`,
      questions: [`a ${at('question')} on the order`],
      audience: 'agent',
      body: `Stop the parcel and tell the ${at('body')} people.\n\n## Whom ${at('heading')} calls\n\nThe desk on the third floor.`,
    }),
    'en/desk/escalations.md': makeArticle({
      title: `Who takes the ${at('only')} cases?`,
      audience: 'agent',
      body: 'The lead of the shift.',
    }),
    'en/orders/coming-rules.md': makeArticle({
      title: `Which ${at('coming')} rules hold next year?`,
      audience: 'agent',
      effective: { from: '2027-02-01' },
      body: 'Those of the new handbook.',
    }),
    'en/orders/ended-rules.md': makeArticle({
      title: `Which ${at('ended')} rules held last year?`,
      audience: 'agent',
      effective: { from: '2025-01-01', to: '2026-01-01' },
      body: 'Those of the old handbook.',
    }),
  };
}

/** The same content without anything that is for agents alone. */
export function filesWithoutAgentsText(): WorldFiles {
  const texts = Object.entries(canaryFiles()).flatMap(([path, text]) =>
    text === null ? [] : [[path, text] as const],
  );
  return withoutAgentsText(new Map(texts));
}

/** Files of the first release that the second one withdraws, takes a sentence out of, or keeps for agents. */
const firstFiles = (): WorldFiles => ({
  'en/orders/vouchers.md': makeArticle({
    title: `Do you sell ${canary}withdrawn vouchers?`,
    questions: ['paper vouchers for a birthday'],
    body: 'We sell them in every shop.',
  }),
  'en/orders/price-promise.md': makeArticle({
    title: 'Do you match the prices of others?',
    questions: ['the same lamp is cheaper elsewhere'],
    body: `We match every ${canary}internal price.`,
  }),
  'en/returns/refund-time.md': makeArticle({
    title: 'When do I get my refund?',
    questions: ['money has not arrived after a return'],
    owner: 'care',
    body: `We refund within ${canary}taken five working days after the item is back.`,
  }),
});

/** The site whose pages ask with a key of their own. */
export const widgetOrigin = 'https://shop.small.example';

/** The day of the first release. */
export const firstDay = '2026-11-20';

/** A file that no release can be made of. */
const refusedFile = makeArticle({
  title: `How is it ${canary}refused?`,
  body: `:::agent\nNever closed ${canary}refused.`,
});

/** A running company with a canary in every place, and what leads to what is hidden. */
export interface CanaryWorld extends ReleasedWorld {
  /** Authorization headers of programs: for public answers, for a page of `widgetOrigin`, and for agents' answers. */
  readonly keys: Readonly<Record<'public' | 'widget' | 'agents', string>>;
  /** The code of an answer that a customer got. */
  readonly receipt: string;
  /** The code of an answer that an agent got about the day of the first release. */
  readonly agentReceipt: string;
}

/**
 * Publishes two releases (the first is of a day before the second), has content refused afterwards, and does what is
 * audited. People with each role sign in with `signIn`.
 */
export async function canaryWorld(): Promise<CanaryWorld> {
  const world = await releasedWorld({ ...canaryFiles(), ...firstFiles() });
  const { concord } = world;
  const published = { publisher: `${canary}publisher`, changeNote: `See the ${canary}changenote.` };
  await world.publish(published);
  world.edit({
    'en/orders/vouchers.md': null,
    'en/orders/price-promise.md': makeArticle({
      title: 'Do we match the prices of others?',
      audience: 'agent',
      body: 'Only where a lead says so.',
    }),
    'en/returns/refund-time.md': canaryFiles()['en/returns/refund-time.md'] ?? null,
  });
  world.pass(24);
  await world.publish({ ...published, asksReading: true });
  const by = byCommand(`${canary}command`);
  await concord.accounts.invite(
    { name: `${canary}invited`, fullName: `Dana ${canary}fullname`, email: `${canary}mail@small.example` },
    by,
  );
  await concord.appDeps.audit.append({
    action: 'person.changed',
    by,
    subject: `${canary}subject`,
    before: null,
    after: null,
  });
  const { current, days, recorder, now } = concord.appDeps;
  const doors = { current, recorder, now, days };
  const asked = { question: null, answerId: null, locale: 'en', context: {} };
  const given = { channel: 'agent', conversationId: null };
  const open = current().public;
  const said = await createPublicDoor(doors).ask(
    open,
    { ...asked, question: 'can I cancel my order', asOf: open.today(now()) },
    given,
  );
  const earlier = await days.open(firstDay, 'en');
  if (earlier.kind === 'unusable') throw new Error('the first release cannot be opened');
  const told = await createAgentDoor(doors).askForAgents(
    earlier.current.public,
    { ...asked, question: `${canary}asked and paper vouchers for a birthday`, asOf: firstDay },
    given,
  );
  await concord.accounts.add({ name: 'lior', role: 'agent', password: concord.accounts.newPassword() }, by);
  const lior = await concord.accounts.personNamed('lior');
  await concord.appDeps.loop.flags.raise(
    {
      kind: 'wrong',
      note: `Customers say the ${canary}flagnote is gone.`,
      articleId: 'returns/refund-time',
      section: 'lead',
      locale: 'en',
      revision: null,
      question: `where is the ${canary}flagasked`,
      receipt: null,
      owner: 'care',
    },
    { id: lior?.id ?? 0, by },
  );
  await concord.appDeps.loop.offers.record(
    {
      offerId: 'free-shipping-code',
      limit: { amount: 8, currency: 'USD' },
      frequency: { times: 1, per: 'order' },
      approverId: 'lead',
    },
    {
      form: 'canary',
      amount: 20,
      reason: 'price',
      note: `She had the ${canary}offernote before.`,
      receipt: null,
      conversationId: null,
      customer: null,
      order: '1001',
    },
    { ...by, actor: { kind: 'person', name: 'lior' } },
  );
  world.edit({ 'en/orders/refused.md': refusedFile });
  const { status } = await concord.publish({ publisher: 'maya', changeNote: '', keepGoing: false });
  if (status !== 'refused') throw new Error('content that should be refused was published');
  const keyOf = async (bot: string, wish: Partial<KeyWish> = {}): Promise<string> => {
    const name = `${bot} ${canary}keyname`;
    const wanted = { name, channel: 'bot', perMinute: 1_000_000, ...wish };
    return `Bearer ${(await concord.appDeps.apiKeys.create(wanted, byServer)).token}`;
  };
  const keys = {
    public: await keyOf('Chat'),
    widget: await keyOf('Widget', { origins: [widgetOrigin] }),
    agents: await keyOf('Desk', { scope: 'agent-answers' }),
  };
  const config = { ...world.config, securityContact: 'mailto:security@small.example' };
  const app = buildApp({ ...concord.appDeps, config });
  return {
    ...world,
    app,
    config,
    keys,
    receipt: said.receipt?.code ?? '',
    agentReceipt: told.receipt?.code ?? '',
  };
}
