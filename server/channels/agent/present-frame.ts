import type { SignedIn } from '../../accounts/accounts.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { CalendarDate, Locale, Release } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { manageHome } from '../manage/manage-pages.ts';
import { type ConsoleQuery, hrefOf } from './console-query.ts';
import type { Presenting } from './present-answer.ts';
import type { OtherDate } from './present-other-date.ts';
import { conversationHref } from './record-hrefs.ts';
import type { Unread } from './unread-changes.ts';

/** A language as a link to the same page. */
export interface LanguageLink {
  readonly locale: Locale;
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  readonly url: string;
  readonly current: boolean;
}

/** What surrounds every page of the console. */
export interface AgentFrame {
  readonly siteName: string;
  readonly homeHref: string;
  readonly person: string;
  readonly accountHref: string;
  readonly formToken: string;
  /** The first page for managers, for those who may see it. */
  readonly manageHref: string | null;
  /** Where they see what is not served, and publish it. */
  readonly previewHref: string | null;
  readonly languages: readonly LanguageLink[];
  readonly release: Pick<Release, 'number' | 'publishedAt' | 'kept'> & { readonly timeZone: string };
  readonly refusals: readonly string[];
  /** The one box for receipts, conversations and customers. */
  readonly findHref: string;
  /** The list of what changed, and how many of its releases the person is asked to read and has not. */
  readonly changesHref: string;
  readonly unread: number;
  /** The person's own flags and offers, and how many of them were ended or decided without the person having seen it. */
  readonly flagsHref: string;
  readonly ownNews: number;
  /** The release that was rolled back and of which the content directory still is; null: none. */
  readonly held: number | null;
  /** Another day than today is shown; null on the ordinary page. */
  readonly otherDate: OtherDate | null;
  /** Classes of the page's body, which make another day's surface another one. */
  readonly surface: string;
}

/** The one form of the console: the box, the customer, the date and the language of the answers. */
export interface ConsoleForm {
  readonly question: string;
  /** What goes along unseen. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** Goes along when the customer or the date is changed for an answer that is open, and not with a new question. */
  readonly selected: string | null;
  readonly dimensions: readonly {
    readonly id: string;
    readonly label: string;
    readonly options: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
  }[];
  readonly asOf: CalendarDate;
  readonly today: CalendarDate;
  readonly locales: readonly { readonly value: Locale; readonly label: string; readonly chosen: boolean }[];
}

export function presentFrame(
  page: {
    readonly signedIn: SignedIn;
    readonly release: Release;
    readonly refusals: readonly string[];
    readonly held: number | null;
    readonly unread: Unread;
    readonly words: (locale: Locale) => Words;
    readonly otherDate: OtherDate | null;
  },
  by: Presenting,
): AgentFrame {
  const { query } = by;
  const { site } = by.answerer;
  const { number, publishedAt, kept } = page.release;
  const isEditor = hasRole(page.signedIn.account.role, 'editor');
  return {
    siteName: inLocale(site.name, query.ui, site),
    homeHref: hrefOf({ ...query, question: null, selected: null }),
    person: page.signedIn.account.name,
    accountHref: `/account?ui=${encodeURIComponent(query.ui)}`,
    formToken: page.signedIn.formToken,
    manageHref: isEditor ? `${manageHome}?ui=${encodeURIComponent(query.ui)}` : null,
    previewHref: isEditor ? `/manage/preview?ui=${encodeURIComponent(query.ui)}` : null,
    languages: site.locales.map((locale) => ({
      locale,
      name: page.words(locale).ownName,
      direction: page.words(locale).direction,
      url: by.here({ ...query, ui: locale }, query.selected),
      current: locale === query.ui,
    })),
    release: { number, publishedAt, kept, timeZone: site.timeZone },
    refusals: page.refusals,
    held: page.held,
    otherDate: page.otherDate,
    surface: page.otherDate === null ? 'agent' : `agent agent--other-date agent--${page.otherDate.kind}`,
    unread: page.unread.changes,
    ownNews: page.unread.own,
    flagsHref: `/agent/flags?ui=${encodeURIComponent(query.ui)}`,
    findHref: `/agent/find?ui=${encodeURIComponent(query.ui)}`,
    changesHref: `/agent/changes?ui=${encodeURIComponent(query.ui)}`,
  };
}

/** The conversation that the console is in, and the way to begin another, with somebody else; null where there is none. */
export function presentConversation(query: ConsoleQuery): {
  readonly id: string;
  readonly href: string;
  readonly customer: string | null;
  readonly newHref: string;
} | null {
  if (query.conversation === null) return null;
  const blank = { question: null, previous: null, selected: null, context: {}, conversation: null };
  return {
    id: query.conversation,
    href: conversationHref({ id: query.conversation }, query.ui),
    customer: query.customer,
    newHref: hrefOf({ ...query, ...blank, customer: null, asOf: query.today }),
  };
}

/** `boxed`: the box stands in the form; else what it held goes along unseen, so that the way back leads to it. */
export function presentForm(words: (locale: Locale) => Words, by: Presenting, boxed: boolean): ConsoleForm {
  const { query } = by;
  const { site } = by.answerer;
  return {
    question: query.question ?? '',
    // Always said, so that another language of the answers leaves the console's own as it is.
    hidden: [
      { name: 'ui', value: query.ui },
      ...(boxed || query.question === null ? [] : [{ name: 'q', value: query.question }]),
      ...(query.conversation === null ? [] : [{ name: 'conversation', value: query.conversation }]),
      ...(query.customer === null ? [] : [{ name: 'customer', value: query.customer }]),
    ],
    selected: query.selected,
    dimensions: site.dimensions.map((dimension) => ({
      id: dimension.id,
      label: inLocale(dimension.label, query.ui, site),
      options: dimension.values.map((value) => ({
        value: value.id,
        label: inLocale(value.label, query.ui, site),
        chosen: query.context[dimension.id] === value.id,
      })),
    })),
    asOf: query.asOf,
    today: query.today,
    locales: site.locales.map((locale) => ({
      value: locale,
      label: words(locale).ownName,
      chosen: locale === query.locale,
    })),
  };
}
