import { randomUUID } from 'node:crypto';
import type { Locale, OfferView, Site } from '../../answers/answer.ts';
import {
  type BuiltInReason,
  builtInReasons,
  longestOfferText,
  type OfferMade,
  type OfferStatus,
} from '../../feedback/offers/offer-made.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';

/** Fields of the form by which an agent says that an offer was made, as they come back where something is wrong. */
export interface OfferFields {
  readonly form: string;
  readonly offer: string;
  readonly amount: string;
  readonly reason: string;
  readonly order: string;
  readonly customer: string;
  readonly conversation: string;
  readonly note: string;
  readonly receipt: string;
  /** Where one came from. */
  readonly next: string;
}

/** Which field is wrong, and why. */
export interface OfferProblem {
  readonly field: 'amount' | 'reason' | 'order' | 'customer' | 'conversation' | 'note';
  readonly text: string;
}

/** What an offer needs to be presented. */
export interface OfferContext {
  readonly words: Words;
  readonly ui: Locale;
  readonly site: Site;
}

/** A form that nobody has filled in yet, beside an answer. */
export function emptyOffer(
  about: Pick<OfferFields, 'offer' | 'conversation' | 'receipt' | 'next'>,
): OfferFields {
  return { form: randomUUID(), amount: '', reason: '', order: '', customer: '', note: '', ...about };
}

/** The form for one offer. */
export function presentOfferForm(
  offer: OfferView,
  fields: OfferFields,
  by: OfferContext,
  problem: OfferProblem | null = null,
) {
  const { per } = offer.frequency;
  const { form, receipt, next } = fields;
  return {
    offer,
    hidden: Object.entries({ form, offer: offer.offerId, receipt, next }).map(([name, value]) => ({
      name,
      value,
    })),
    asksAmount: offer.limit !== null,
    currency: offer.limit?.currency ?? null,
    reasons: reasonsOf(offer, by).map((one) => ({ ...one, chosen: one.id === fields.reason })),
    asksOrder: per === 'order',
    asksCustomer: per === 'customer' || per === 'year',
    needsConversation: per === 'conversation',
    fields,
    longest: longestOfferText,
    problem,
  };
}

/** The reasons that an offer may be made for. */
export function reasonsOf(
  { reasons }: Pick<OfferView, 'reasons'>,
  { words, ui, site }: OfferContext,
): readonly { readonly id: string; readonly label: string }[] {
  if (reasons === null) return builtInReasons.map((id) => ({ id, label: builtInReason(id, words) }));
  return Object.entries(reasons).map(([id, label]) => ({ id, label: inLocale(label, ui, site) }));
}

/** A reason in words; its id where neither the offer nor Concord knows it any more. */
export function reasonInWords(offer: OfferView | undefined, id: string, by: OfferContext): string {
  const own = offer?.reasons?.[id];
  if (own !== undefined) return inLocale(own, by.ui, by.site);
  const known = builtInReasons.find((one) => one === id);
  return known === undefined ? id : builtInReason(known, by.words);
}

function builtInReason(id: BuiltInReason, words: Words): string {
  switch (id) {
    case 'our-mistake':
      return words.say('offer.reason.ourMistake');
    case 'price':
      return words.say('offer.reason.price');
    case 'delay':
      return words.say('offer.reason.delay');
    case 'quality':
      return words.say('offer.reason.quality');
    case 'loyalty':
      return words.say('offer.reason.loyalty');
    case 'other':
      return words.say('offer.reason.other');
  }
}

/** What became of an offer, in words. */
export function offerStatusInWords(status: OfferStatus, words: Words): string {
  switch (status) {
    case 'made':
      return words.say('offer.status.made');
    case 'asked':
      return words.say('offer.status.asked');
    case 'approved':
      return words.say('offer.status.approved');
    case 'refused':
      return words.say('offer.status.refused');
    case 'withdrawn':
      return words.say('offer.status.withdrawn');
  }
}

/** An amount in its currency, as a language writes it. */
export function moneyInWords(amount: number, currency: string, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}

/** An offer that was made or asked for, as a list shows it. `offers`: those of the content, for their labels. */
export function presentOfferMade(
  made: OfferMade,
  offers: readonly OfferView[],
  by: OfferContext,
): {
  readonly label: string;
  readonly money: string | null;
  readonly reason: string;
  readonly status: string;
} {
  const offer = offers.find(({ offerId }) => offerId === made.offerId);
  return {
    label: offer?.label ?? made.offerId,
    money:
      made.amount === null || made.currency === null ? null : moneyInWords(made.amount, made.currency, by.ui),
    reason: reasonInWords(offer, made.reason, by),
    status: offerStatusInWords(made.status, by.words),
  };
}
