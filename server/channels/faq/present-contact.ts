import type { Contact, Locale, Site } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Words } from '../../http/words.ts';
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
  /** As shown, and as address. */
  readonly phone: { readonly shown: string; readonly href: string } | null;
  readonly url: string | null;
}

/** What the contact page shows: the question that goes along, the one to turn to first, and the others. */
export interface ContactPage {
  readonly question: string | null;
  readonly receipt: string | null;
  readonly first: ContactCard;
  readonly others: readonly ContactCard[];
}

/** The contact page. `firstId` is whom an answer named; unknown or null: the site's default. */
export function presentContact(page: {
  readonly site: Site;
  readonly locale: Locale;
  readonly words: Words;
  readonly question: string | null;
  readonly receipt: string | null;
  readonly firstId: string | null;
}): ContactPage {
  const { site, question, receipt } = page;
  const cards = site.contacts.map((contact) => presentContactCard(contact, page));
  const first =
    cards.find(({ id }) => id === page.firstId) ?? cards.find(({ id }) => id === site.defaultContact);
  if (!first)
    throw new AppError('internal', {
      message: `site.yaml names the default contact ${site.defaultContact}, but not who that is.`,
    });
  return { question, receipt, first, others: cards.filter(({ id }) => id !== first.id) };
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
  },
): ContactCard {
  const { site, locale } = page;
  return {
    id: contact.id,
    name: inLocale(contact.name, locale, site),
    hours: contact.hours ? inLocale(contact.hours, locale, site) : null,
    email: contact.email,
    mailto: contact.email === null ? null : mailto(contact.email, page),
    phone: contact.phone === null ? null : { shown: showPhone(contact.phone), href: `tel:${contact.phone}` },
    url: contact.url,
  };
}

function mailto(
  email: string,
  page: { readonly words: Words; readonly question: string | null; readonly receipt: string | null },
): string {
  const { words, question, receipt } = page;
  if (question === null && receipt === null) return `mailto:${email}`;
  const subject = receipt
    ? words.say('faq.mail.subjectReceipt', { code: receipt })
    : words.say('faq.mail.subject');
  const body = [
    ...(question === null ? [] : [words.say('faq.mail.question'), question, '']),
    ...(receipt === null ? [] : [words.say('faq.mail.receipt', { code: receipt }), '']),
    words.say('faq.mail.more'),
    '',
  ].join('\r\n');
  return `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
