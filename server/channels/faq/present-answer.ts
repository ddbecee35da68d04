import type {
  Answer,
  AnswerResult,
  CalendarDate,
  Dependency,
  Locale,
  Period,
  Site,
} from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { showPhone } from './show-phone.ts';

/** An option of a question back, as a link. */
export interface OptionLink {
  readonly label: string;
  readonly url: string;
}

/** First and last day on which words hold; null is open. */
export interface Validity {
  readonly from: CalendarDate | null;
  readonly lastDay: CalendarDate | null;
}

/** The result of an Ask, ready for a page. The text in it is the Answer's, untouched. */
export interface AnswerBlock {
  readonly status: AnswerResult['status'];
  readonly fingerprint: string;
  /** Its first 12 characters, for people to compare. */
  readonly shortFingerprint: string;
  readonly answer: {
    readonly id: string;
    readonly fingerprint: string;
    readonly html: string;
    readonly title: string;
    readonly heading: string | null;
    readonly lang: Locale;
    readonly dir: 'ltr' | 'rtl';
    /** The language's name, where it is not the one asked for. */
    readonly otherLanguage: string | null;
    /** For whom these words hold, where they depend on it: `European Union`. */
    readonly holdsFor: readonly string[];
    /** Null where they always hold. */
    readonly validity: Validity | null;
    readonly verifiedOn: CalendarDate;
  } | null;
  readonly clarification: {
    readonly prompt: string;
    /** Whether its options are other answers, which have long names, or values of one dimension. */
    readonly betweenAnswers: boolean;
    readonly options: readonly OptionLink[];
  } | null;
  /** What is said to small talk, word for word. */
  readonly reply: string | null;
  /**
   * What the owner says to one who should ask a person, and whom; null where an answer stands by itself. The number to call
   * stands beside it where the matter is urgent and there is one.
   */
  readonly handOver: {
    readonly message: string;
    readonly name: string;
    readonly phone: { readonly shown: string; readonly href: string } | null;
  } | null;
}

/**
 * The block that shows one result. `optionUrl` tells where an option of a question back leads: a dimension's value, or
 * with dimension null an answer id.
 */
export function presentAnswer(
  result: AnswerResult,
  page: {
    readonly site: Site;
    readonly locale: Locale;
    readonly words: (locale: Locale) => Words;
    readonly optionUrl: (dimension: string | null, value: string) => string;
  },
): AnswerBlock {
  const { status, fingerprint, clarification, escalation } = result;
  return {
    status,
    fingerprint,
    shortFingerprint: fingerprint.slice(0, 12),
    answer: result.answer && presentWords(result.answer, page),
    reply: result.reply,
    clarification: clarification && {
      prompt: clarification.prompt,
      betweenAnswers: clarification.dimension === null,
      options: clarification.options.map(({ value, label }) => ({
        label,
        url: page.optionUrl(clarification.dimension, value),
      })),
    },
    handOver:
      escalation && (status === 'no_answer' || status === 'needs_confirmation')
        ? {
            message: escalation.message,
            name: escalation.name,
            phone:
              isUrgent(result) && escalation.phone !== null
                ? { shown: showPhone(escalation.phone), href: `tel:${escalation.phone}` }
                : null,
          }
        : null,
  };
}

/** Whether site.yaml's urgent words were found: then a person comes before any article. */
export function isUrgent({ why }: AnswerResult): boolean {
  return why.some(({ feature }) => feature === 'urgent');
}

function presentWords(
  answer: Answer,
  page: { readonly site: Site; readonly locale: Locale; readonly words: (locale: Locale) => Words },
): NonNullable<AnswerBlock['answer']> {
  const { site, locale } = page;
  const holdsFor = answer.dependsOn.flatMap((dependency) => {
    if (isDated(dependency)) return [];
    const dimension = site.dimensions.find(({ id }) => id === dependency.dimension);
    const value = dimension?.values.find(({ id }) => id === dependency.value);
    return value ? [inLocale(value.label, locale, site)] : [];
  });
  return {
    id: answer.id,
    fingerprint: answer.fingerprint,
    html: answer.html,
    title: answer.title,
    heading: answer.heading,
    lang: answer.locale,
    dir: page.words(answer.locale).direction,
    otherLanguage: answer.locale === locale ? null : languageName(answer.locale, locale),
    holdsFor,
    validity: presentValidity(answer),
    verifiedOn: answer.verified.on,
  };
}

/** The language's name in another: `English` is `אנגלית` in Hebrew. */
export function languageName(locale: Locale, inLocale: Locale): string {
  return new Intl.DisplayNames(inLocale, { type: 'language' }).of(locale) ?? locale;
}

function presentValidity(answer: Answer): Validity | null {
  const { from, to } = answer.dependsOn.find(isDated) ?? answer.effective;
  return from === null && to === null ? null : { from, lastDay: to && dayBefore(to) };
}

function isDated(dependency: Dependency): dependency is Extract<Dependency, Period> {
  return !('value' in dependency);
}

/** The last day of a half-open period. */
export function dayBefore(day: CalendarDate): CalendarDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
