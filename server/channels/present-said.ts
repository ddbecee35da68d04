import type { Locale, Site } from '../answers/answer.ts';
import type { Words } from '../http/words.ts';
import type { ReceiptRecord } from './ask.ts';
import { inLocale } from './in-locale.ts';

/** When, where and for whom something was said, for its customer. */
export interface SaidLine {
  readonly code: string;
  /** Redacted; null where none was asked. */
  readonly question: string | null;
  /** ISO 8601, UTC. */
  readonly servedAt: string;
  readonly timeZone: string;
  /** Where it was said, in words: `on our help pages`. */
  readonly where: string;
  /** What was known of the customer, in words; empty: nothing. */
  readonly customer: readonly string[];
}

/** What a receipt tells its customer besides the words that were said. */
export function presentSaid(
  { code, question, servedAt, channel, result }: ReceiptRecord,
  by: { readonly site: Site; readonly locale: Locale; readonly words: Words },
): SaidLine {
  const { site, locale, words } = by;
  return {
    code,
    question,
    servedAt,
    timeZone: site.timeZone,
    where: whereSaid(channel, words),
    customer: customerInWords(site, locale, result.context),
  };
}

/** Where something was said, so that it can stand in a sentence; channels with names of their own are a service of ours. */
export function whereSaid(channel: string, words: Words): string {
  switch (channel) {
    case 'faq':
      return words.say('common.where.faq');
    case 'chat':
      return words.say('common.where.chat');
    case 'agent':
      return words.say('common.where.agent');
    default:
      return words.say('common.where.other');
  }
}

/** A customer in words, a dimension each; what the site has no more stands by its id. */
export function customerInWords(
  site: Site,
  locale: Locale,
  context: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(context).map(([id, value]) => {
    const known = site.dimensions.find((one) => one.id === id)?.values.find((one) => one.id === value);
    return known === undefined ? value : inLocale(known.label, locale, site);
  });
}
