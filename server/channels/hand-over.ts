import type { Contact, Locale, Site } from '../answers/answer.ts';
import type { Words } from '../http/words.ts';
import type { ServedResult } from './ask.ts';

/** What goes along to a person, so that nobody repeats it; null: not known. */
export interface Carried {
  readonly question: string | null;
  /** Language of the customer. */
  readonly locale: Locale;
  readonly conversation: string | null;
  readonly receipt: string | null;
}

/** How a question goes on to a contact. */
export interface HandOver {
  /** `mailto`: an e-mail is written; `url`: another system's page is opened; `webhook`: the server passes it on when it is asked to. */
  readonly kind: 'mailto' | 'url' | 'webhook';
  /** The address to open, with all that goes along; null for `webhook`, and for a contact without e-mail. */
  readonly url: string | null;
}

/** Code points of a question in another system's address: with 9 bytes each it stays below the 8,000 that servers take at least (RFC 9110, 4.1). */
const longestInAddress = 500;

/** How site.yaml says that a question goes on to a contact, with what goes along. */
export function handOverOf(contact: Contact, carried: Carried, words: Words): HandOver {
  const { handover } = contact;
  if (handover === undefined)
    return { kind: 'mailto', url: contact.email === null ? null : mailtoOf(contact.email, carried, words) };
  if (handover.kind === 'webhook') return { kind: 'webhook', url: null };
  return { kind: 'url', url: filled(handover.url, carried) };
}

/** How a result that was recorded goes on to its contact; null where it names none. */
export function handOverOfResult(
  site: Site,
  { escalation, receipt, requestedLocale: locale }: ServedResult,
  said: Pick<Carried, 'question' | 'conversation'>,
  words: Words,
): HandOver | null {
  const contact = site.contacts.find(({ id }) => id === escalation?.contact);
  if (contact === undefined) return null;
  return handOverOf(contact, { ...said, locale, receipt: receipt?.code ?? null }, words);
}

/** The contact that takes a question by webhook: the one named, or the site's default; null where it takes none that way. */
export function takerOf(site: Site, contactId: string | null): Contact | null {
  const contact =
    site.contacts.find(({ id }) => id === contactId) ??
    site.contacts.find(({ id }) => id === site.defaultContact);
  return contact?.handover?.kind === 'webhook' ? contact : null;
}

/** A template of site.yaml with each placeholder percent-encoded; what is not known is empty. */
function filled(template: string, { question, receipt, conversation, locale }: Carried): string {
  const letters = [...(question ?? '')];
  const cut =
    letters.length > longestInAddress ? `${letters.slice(0, longestInAddress).join('')}…` : question;
  const values: Readonly<Record<string, string | null>> = { question: cut, receipt, conversation, locale };
  return template.replace(/\{([a-z]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** An e-mail that says what was asked, under which receipt and in which conversation. */
export function mailtoOf(email: string, { question, receipt, conversation }: Carried, words: Words): string {
  if (question === null && receipt === null) return `mailto:${email}`;
  const subject = receipt
    ? words.say('faq.mail.subjectReceipt', { code: receipt })
    : words.say('faq.mail.subject');
  const body = [
    ...(question === null ? [] : [words.say('faq.mail.question'), question, '']),
    ...(receipt === null ? [] : [words.say('faq.mail.receipt', { code: receipt })]),
    ...(conversation === null ? [] : [words.say('faq.mail.conversation', { id: conversation })]),
    ...(receipt === null && conversation === null ? [] : ['']),
    words.say('faq.mail.more'),
    '',
  ].join('\r\n');
  return `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
