import type { Contact, Locale, Site } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Words } from '../../http/words.ts';
import { handOverOf, mailtoOf } from '../hand-over.ts';
import { inLocale } from '../in-locale.ts';
import { showPhone } from './show-phone.ts';

/** A way to a person, ready for a page. */
export interface ContactCard {
  readonly id: string;
  readonly name: string;
  readonly hours: string | null;
  readonly email: string | null;
  /** `mailto:` with subject and body that say what was asked. */
  readonly mailto: string | null;
  /** The page of another system, with what goes along; null where there is none. */
  readonly handOverUrl: string | null;
  /** As shown, and as address. */
  readonly phone: { readonly shown: string; readonly href: string } | null;
  readonly url: string | null;
}

/** What the contact page shows: the question that goes along, the one to turn to first, and the others. */
export interface ContactPage {
  readonly question: string | null;
  readonly receipt: string | null;
  /** The form by which the first one gets the question; null where it is not taken that way, or there is nothing to send. */
  readonly form: HandOverForm | null;
  readonly first: ContactCard;
  readonly others: readonly ContactCard[];
}

/** A question that is sent to a person, or was. */
export interface HandOverForm {
  readonly action: string;
  /** What was typed, where it was refused. */
  readonly replyTo: string;
  readonly isRefused: boolean;
  /** When it was sent, ISO 8601, UTC; null: not yet. */
  readonly sentAt: string | null;
  readonly timeZone: string;
}

/** The contact page. `firstId` is whom an answer named; unknown or null: the site's default. */
export function presentContact(page: {
  readonly site: Site;
  readonly locale: Locale;
  readonly words: Words;
  readonly question: string | null;
  readonly receipt: string | null;
  readonly conversation: string | null;
  readonly firstId: string | null;
  readonly form: HandOverForm | null;
}): ContactPage {
  const { site, question, receipt } = page;
  const cards = site.contacts.map((contact) => presentContactCard(contact, page));
  const first =
    cards.find(({ id }) => id === page.firstId) ?? cards.find(({ id }) => id === site.defaultContact);
  if (!first)
    throw new AppError('internal', {
      message: `site.yaml names the default contact ${site.defaultContact}, but not who that is.`,
    });
  return { question, receipt, form: page.form, first, others: cards.filter(({ id }) => id !== first.id) };
}

/** One contact in the words of a locale. */
export function presentContactCard(
  contact: Contact,
  page: {
    readonly site: Site;
    readonly locale: Locale;
    readonly words: Words;
    readonly question: string | null;
    readonly receipt: string | null;
    readonly conversation: string | null;
  },
): ContactCard {
  const { site, locale } = page;
  const handOver = handOverOf(contact, page, page.words);
  return {
    id: contact.id,
    name: inLocale(contact.name, locale, site),
    hours: contact.hours ? inLocale(contact.hours, locale, site) : null,
    email: contact.email,
    mailto: contact.email === null ? null : mailtoOf(contact.email, page, page.words),
    handOverUrl: handOver.kind === 'url' ? handOver.url : null,
    phone: contact.phone === null ? null : { shown: showPhone(contact.phone), href: `tel:${contact.phone}` },
    url: contact.url,
  };
}
