import type { Escalation, Locale, Site } from './answer.ts';
import { localText } from './local-text.ts';

/** Whom to turn to for a category (null: not known), in a locale, and what to say. */
export function escalationFor(
  site: Site,
  asked: { readonly category: string | null; readonly locale: Locale; readonly message: string },
): Escalation | null {
  const wanted = site.categories.find(({ id }) => id === asked.category)?.contact ?? site.defaultContact;
  return escalationTo(site, { ...asked, contact: wanted });
}

/** The same for a contact by its id; the default one where it is unknown. */
export function escalationTo(
  site: Site,
  asked: { readonly contact: string; readonly locale: Locale; readonly message: string },
): Escalation | null {
  const contact =
    site.contacts.find(({ id }) => id === asked.contact) ??
    site.contacts.find(({ id }) => id === site.defaultContact);
  if (contact === undefined) return null;
  return {
    message: asked.message,
    contact: contact.id,
    name: localText(contact.name, asked.locale, site),
    email: contact.email,
    phone: contact.phone,
    url: contact.url,
    hours: contact.hours === null ? null : localText(contact.hours, asked.locale, site),
  };
}
