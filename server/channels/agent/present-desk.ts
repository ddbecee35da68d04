import type { BesideView, Locale, OfferView } from '../../answers/answer.ts';
import { hrefOf } from './agent-page.ts';
import type { Copies } from './present-answer.ts';
import { emptyOffer, type OfferContext, presentOfferForm } from './present-offers.ts';

/** A note for agents; its html is the owner's text through Concord's own renderer. */
export interface NoteCard {
  readonly anchor: string;
  /** Heading of the section that it stands beside, null for the lead. */
  readonly heading: string | null;
  readonly html: string;
  readonly copies: Copies;
}

/** What only agents may see beside an article; never shown or copied together with what the customer sees. */
export interface DeskCard {
  readonly owner: { readonly name: string; readonly contact: string };
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** Beside the opened section. */
  readonly notesHere: readonly NoteCard[];
  /** Beside the article's other sections. */
  readonly notesElsewhere: readonly NoteCard[];
  readonly offers: readonly OfferCard[];
}

/** An offer with the form by which it is said that it was made. */
export interface OfferCard extends OfferView {
  /** Null on another day than today: what held then is nothing to be offered now. */
  readonly making: {
    readonly href: string;
    readonly action: string;
    readonly form: ReturnType<typeof presentOfferForm>;
  } | null;
}

/** Parts the notes of an article by whether they stand beside the opened section. */
export function presentDesk(
  beside: BesideView,
  opened: {
    readonly section: string | null;
    readonly lang: Locale;
    readonly dir: 'ltr' | 'rtl';
    readonly headings: ReadonlyMap<string, string | null>;
  },
): DeskCard {
  const notes = beside.notes.map(
    (note): NoteCard => ({
      anchor: note.noteAnchor,
      heading: opened.headings.get(note.noteAnchor) ?? null,
      html: note.noteHtml,
      // No link is added: no customer may read it.
      copies: { text: note.noteText, markdown: note.noteMarkdown, html: note.noteHtml },
    }),
  );
  return {
    owner: { name: beside.owner.name, contact: beside.owner.contact },
    lang: opened.lang,
    dir: opened.dir,
    notesHere: notes.filter((note) => note.anchor === opened.section),
    notesElsewhere: notes.filter((note) => note.anchor !== opened.section),
    offers: beside.offers.map((offer) => ({ ...offer, making: null })),
  };
}

/** The same with the forms of its offers. `about`: the conversation and receipt of what is shown, and where to come back to. */
export function withOfferForms(
  desk: DeskCard,
  about: { readonly conversation: string; readonly receipt: string; readonly next: string },
  by: OfferContext,
): DeskCard {
  return {
    ...desk,
    offers: desk.offers.map((offer) => ({
      ...offer,
      making: {
        href: hrefOf('/agent/offers/new', { offer: offer.offerId, ...about, ui: by.ui }),
        action: hrefOf('/agent/offers', { ui: by.ui }),
        form: presentOfferForm(offer, emptyOffer({ offer: offer.offerId, ...about }), by),
      },
    })),
  };
}
