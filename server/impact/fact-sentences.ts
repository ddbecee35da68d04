import type { Article, CalendarDate, Content, Fact, FactValue, Locale } from '../articles/article.ts';
import { compileNote } from '../snapshots/compile-note.ts';
import { compileSection, type SectionSetting } from '../snapshots/compile-section.ts';
import { formatFact } from '../snapshots/format-fact.ts';
import { anchorOfNote } from '../snapshots/outline-article.ts';
import { holdsOn } from '../snapshots/resolve-fact.ts';
import type { FactSentence } from './fact-desk.ts';
import { dimensionsFor, whoOf } from './fact-readings.ts';
import { type HostPlace, outlineOf, textOf } from './fact-register.ts';

/** Private use characters around a value, so that it is found again in the finished text. */
const BEGIN = '\uE000';
const END = '\uE001';

/** Most sentences of one place: a person compares no more, and customers can be many. */
const mostSentences = 12;

/**
 * The sentences of a place in which a fact stands on a day, in the language of its article, for each group of customers
 * who read another one. Made by the compiler itself, so they are what is served.
 */
export function sentencesOf(
  content: Content,
  place: HostPlace,
  fact: Fact,
  asOf: CalendarDate,
): readonly FactSentence[] {
  const article = content.articles.find((one) => {
    const { head } = textOf(one);
    return head.id === place.head.id && head.locale === place.head.locale;
  });
  if (!article || !holdsOn(place.head.effective, asOf)) return [];
  const texts = place.isNote
    ? noteTexts(content, article, place, fact)
    : sectionTexts(content, article, place, fact, asOf);
  const customers = new Map<string, Set<string>>();
  for (const { who, text } of texts) {
    for (const sentence of markedSentences(text, place.head.locale)) {
      const known = customers.get(sentence) ?? new Set();
      customers.set(sentence, known.add(who));
    }
  }
  return [...customers].slice(0, mostSentences).map(([sentence, who]) => ({
    // A sentence that everybody reads, whatever else of the section differs, is nobody's in particular.
    who: who.size === texts.length ? '' : [...who].join('; '),
    runs: runsOf(sentence),
  }));
}

interface MarkedText {
  readonly who: string;
  readonly text: string;
}

function sectionTexts(
  content: Content,
  article: Article,
  { head, anchor }: HostPlace,
  fact: Fact,
  asOf: CalendarDate,
): readonly MarkedText[] {
  const outline = outlineOf(article).sections.find((section) => section.anchor === anchor);
  if (!outline) return [];
  const { site } = content;
  const section = compileSection(outline, settingFor(content, article, fact), []);
  const dimensions = dimensionsFor(site, section.dimensions);
  return section.variants
    .filter(({ period }) => holdsOn(period, asOf))
    .map(({ context, rendering }) => ({
      who: whoOf([context], dimensions, head.locale, site).join('; '),
      text: rendering.text,
    }));
}

function noteTexts(
  content: Content,
  article: Article,
  { anchor }: HostPlace,
  fact: Fact,
): readonly MarkedText[] {
  const outline = outlineOf(article);
  const setting = settingFor(content, article, fact);
  return (article.beside?.notes ?? [])
    .filter((note) => anchorOfNote(note, outline) === anchor)
    .map((note) => compileNote(note, outline, setting, content.site, []).compiled.noteRendering.text)
    .map((text) => ({ who: '', text }));
}

function settingFor(content: Content, article: Article, marked: Fact): SectionSetting {
  const { head } = textOf(article);
  const { site } = content;
  const facts = new Map(content.facts.map((fact) => [fact.id, fact]));
  facts.set(marked.id, markedFact(marked, head.locale, site.defaultLocale));
  const offers = new Map(content.offers.map(({ id, label }) => [id, label]));
  return {
    locale: head.locale,
    defaultLocale: site.defaultLocale,
    file: head.path,
    effective: head.effective,
    facts,
    dimensions: new Map(site.dimensions.map((dimension) => [dimension.id, dimension])),
    // Only the text is looked at, so where a link leads does not matter.
    internalLink: () => '/',
    offerLabel: (id) => offers.get(id) ?? null,
  };
}

/** The same fact with its values as text between the marks. */
function markedFact(fact: Fact, locale: Locale, defaultLocale: Locale): Fact {
  const values = fact.values.map((value): FactValue => {
    const text = `${BEGIN}${formatFact(value.content, locale, defaultLocale).text}${END}`;
    return { ...value, content: { type: 'text', text: { [locale]: text, [defaultLocale]: text } } };
  });
  return { ...fact, values };
}

function markedSentences(text: string, locale: Locale): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.includes(BEGIN))
    .flatMap((line) => joinOpen([...segmenterFor(locale).segment(line)].map(({ segment }) => segment)))
    .filter((sentence) => sentence.includes(BEGIN))
    .map((sentence) => sentence.trim());
}

/** A value may hold a full stop (`a.m.`, an address): its sentence goes on until the mark is closed. */
function joinOpen(segments: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const segment of segments) {
    if (isOpen) joined[joined.length - 1] += segment;
    else joined.push(segment);
    const last = joined.at(-1) ?? '';
    isOpen = last.lastIndexOf(BEGIN) > last.lastIndexOf(END);
  }
  return joined;
}

function runsOf(sentence: string): FactSentence['runs'] {
  return sentence
    .split(new RegExp(`(${BEGIN}[^${END}]*${END})`, 'u'))
    .filter((text) => text !== '')
    .map((text) => ({
      text: text.replaceAll(BEGIN, '').replaceAll(END, ''),
      isFact: text.startsWith(BEGIN),
    }));
}

const segmenters = new Map<Locale, Intl.Segmenter>();

function segmenterFor(locale: Locale): Intl.Segmenter {
  const known = segmenters.get(locale);
  if (known) return known;
  const made = new Intl.Segmenter(locale, { granularity: 'sentence' });
  segmenters.set(locale, made);
  return made;
}
