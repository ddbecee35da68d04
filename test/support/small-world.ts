import { stringify } from 'yaml';
import type { Content } from '../../server/articles/article.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import type { ContentFile } from '../../server/articles/read-content.ts';
import { type AppError, describeError } from '../../server/errors.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';

/** Files by path relative to the content directory; null takes a default file away. */
export type WorldFiles = Readonly<Record<string, string | null>>;

/** A small company, read and compiled by the real parser and compiler. */
export interface SmallWorld {
  readonly files: readonly ContentFile[];
  readonly content: Content;
  readonly snapshot: Snapshot;
}

/**
 * Builds a valid small world: default site.yaml, facts.yaml, offers.yaml, teams.yaml and synonyms.yaml, and `files` beside
 * or instead of them. Where `files` has no article, three short ones are there. Throws, with every error described, when
 * the content is refused.
 */
export function smallWorld(files: WorldFiles = {}): SmallWorld {
  const { content, snapshot, errors, files: read } = tryWorld(files);
  if (content && snapshot) return { files: read, content, snapshot };
  throw new Error(`This small world is refused:\n${errors.map(describeError).join('\n')}`);
}

/** The same, of content that may be refused: what could be made of it, and every error. */
export function tryWorld(files: WorldFiles = {}): {
  readonly files: readonly ContentFile[];
  readonly content: Content | null;
  readonly snapshot: Snapshot | null;
  readonly errors: readonly AppError[];
} {
  const read = worldFiles(files);
  const parsed = parseContent(read);
  if (!parsed.content) return { files: read, content: null, snapshot: null, errors: parsed.errors };
  const refused = parsed.errors.flatMap((error) => (error.place ? [error.place.file] : []));
  const compiled = compileSnapshot(parsed.content, refused);
  const errors = [...parsed.errors, ...compiled.errors];
  return {
    files: read,
    content: parsed.content,
    snapshot: errors.length > 0 ? null : compiled.snapshot,
    errors,
  };
}

/** The files of a small world as they would be read from a directory, sorted by path. */
export function worldFiles(files: WorldFiles = {}): readonly ContentFile[] {
  const hasArticle = Object.keys(files).some((path) => path.endsWith('.md') && files[path] !== null);
  const all: WorldFiles = { ...smallYaml, ...(hasArticle ? {} : smallArticles()), ...files };
  return Object.entries(all)
    .flatMap(([path, text]) => (text === null ? [] : [{ path, bytes: Buffer.from(text, 'utf8') }]))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Front matter and body of an article; only what a test is about has to be said. */
export interface ArticleParts {
  readonly title?: string;
  readonly questions?: readonly string[];
  readonly audience?: 'public' | 'agent';
  readonly owner?: string;
  readonly verified?: string;
  readonly review?: { readonly intervalDays?: number; readonly graceDays?: number };
  readonly effective?: { readonly from?: string; readonly to?: string };
  readonly journey?: string;
  readonly offers?: readonly string[];
  readonly supersedes?: string | readonly string[];
  readonly related?: readonly string[];
  readonly source?: string;
  readonly body?: string;
}

/** A valid article's file. Default: public, owned by orders, verified on 2026-11-02, a one-sentence lead. */
export function makeArticle(parts: ArticleParts = {}): string {
  const { body = 'This is how it is.', ...front } = parts;
  const matter = {
    title: 'How is it?',
    audience: 'public',
    owner: 'orders',
    verified: '2026-11-02',
    ...front,
  };
  return `---\n${stringify(matter)}---\n${body.trim()}\n`;
}

/** Articles of a small world that brings none of its own. */
export function smallArticles(): Readonly<Record<string, string>> {
  return {
    'en/orders/cancel-order.md': makeArticle({
      title: 'Can I cancel my order before it ships?',
      questions: ['I ordered by mistake, stop it please', 'cancel order not shipped yet'],
      offers: ['free-shipping-code'],
      related: ['returns/return-window'],
      body: `
Yes. An order that has not shipped can be cancelled free of charge within {{fact:cancellation-window}}.

## How to cancel

Open your order and choose **Cancel**. See [how long you can return](../returns/return-window.md).

:::agent
Offer {{offer:free-shipping-code}} once, after confirming, if the price was the reason.
:::
`,
    }),
    'en/returns/return-window.md': makeArticle({
      title: 'How long can I return an item?',
      questions: ['send it back after two weeks', 'is it too late to return this'],
      owner: 'care',
      body: `
You can send an item back within {{fact:return-window}} after delivery.

## Returns to a shop

Bring the item and its receipt to any shop.
`,
    }),
    'en/orders/stolen-card.md': makeArticle({
      title: 'What do I do when a payment card looks stolen?',
      questions: ['chargeback warning on an order'],
      audience: 'agent',
      body: 'Stop the parcel and tell the fraud desk. Never name the reason to the customer.',
    }),
  };
}

/** Two categories, two dimensions, four locales. */
export const smallYaml: Readonly<Record<string, string>> = {
  'site.yaml': `
name: { en: Small Shop, he: חנות קטנה, fa: فروشگاه کوچک, ms: Kedai Kecil }
tagline: { en: A small shop }
locales: [en, he, fa, ms]
defaultLocale: en
timeZone: America/New_York
contacts:
  care: { name: { en: Customer care, he: שירות לקוחות }, email: care@small.example, phone: "+18005550142" }
  orders: { name: { en: Orders desk }, email: orders@small.example, hours: { en: Around the clock } }
defaultContact: care
categories:
  orders: { title: { en: Orders, he: הזמנות }, description: { en: Placing and changing orders }, contact: orders }
  returns: { title: { en: Returns, he: החזרות }, description: { en: Sending things back }, contact: care }
dimensions:
  region:
    label: { en: Region }
    question: { en: Where do you live? }
    values: { US: { en: United States }, EU: { en: European Union }, UK: { en: United Kingdom } }
  plan:
    label: { en: Membership }
    question: { en: Are you a member? }
    values: { standard: { en: Not a member }, plus: { en: Plus } }
review: { intervalDays: 180, graceDays: 30 }
phrases:
  whichOne: { en: Which of these is it? }
  noAnswer: { en: We have no approved answer to that. }
  needsConfirmation: { en: This answer has not been confirmed recently. }
`,
  'facts.yaml': `
cancellation-window:
  { type: duration, description: Free cancellation, owner: orders, source: Terms 3, value: 24 hours }
return-window:
  type: duration
  description: How long an item can be sent back
  owner: care
  source: Terms 4
  values:
    - value: 30 days
    - { value: 60 days, from: 2026-11-15, to: 2027-01-11 }
eu-withdrawal:
  type: duration
  description: Right of withdrawal
  owner: care
  source: Directive 2011/83/EU
  values:
    - { value: 14 days, when: { region: EU } }
shipping-fee:
  type: money
  description: Standard shipping
  owner: orders
  source: Price list
  values:
    - value: 4.95 USD
    - { value: 6 EUR, when: { region: EU } }
    - { value: 0 USD, when: { plan: plus } }
    - { value: 0 EUR, when: { region: EU, plan: plus } }
care-phone:
  { type: phone, description: Customer care, owner: care, source: Contract, value: "+18005550142" }
care-email:
  { type: email, description: Customer care, owner: care, source: Contract, value: care@small.example }
`,
  'offers.yaml': `
free-shipping-code:
  label: Free-shipping code for the next order
  description: When the price of shipping was the reason to leave
  cap: 8 USD
  frequency: { times: 1, per: order }
  approver: lead
  owner: orders
`,
  'teams.yaml': `
orders: { name: Orders desk, contact: orders@small.example, fallback: care }
care: { name: Customer care, contact: care@small.example, fallback: lead }
lead: { name: Support leads, contact: leads@small.example }
`,
  'synonyms.yaml': `
en:
  - [refund, money back]
  - { words: [chargeback, dispute], audience: agent }
`,
};
