import type { BesideView, Locale, OfferView } from '../../answers/answer.ts';
import type { Copies } from './present-answer.ts';

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
  readonly offers: readonly OfferView[];
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
    offers: beside.offers,
  };
}
