import type { Check, CheckWorld, Span } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { compareTranslations, type SectionDifference, type SectionValue } from './compare-translation.ts';
import type { SectionedArticle } from './sectioned-articles.ts';

const HOW = `A translation and its source are compared section by section (their anchors are the same), agents' notes with agents' notes, values that stand in :::when with those under the same condition. A value of one side takes an equal one of the other away: two weeks and 14 days are equal, days and working days are not. Numbers of things are compared where both write them in figures. That a value is written out where the other side refers to its fact is told by fact-written-out.`;

/** A translation whose values are others than its source's. */
export const translationDisagrees: Check = {
  code: 'translation-disagrees',
  title: 'A translation gives another value, or refers to another fact, than its source.',
  severity: 'error',
  explanation: `A customer who reads Hebrew must be promised what one is promised who reads English.

${HOW} What is left on both sides and is of one kind is told here.

Write what the source writes, better as a fact in both. Where the source is the one that is wrong, correct it, then pin the translation.`,
  *run(world) {
    for (const { source, different } of compareTranslations(world.content)) {
      for (const { here, there } of different) {
        yield {
          place: here.place,
          message: `This translation says ${said(here)} where ${source.head.path} says ${said(there)}.`,
          expected: said(there),
          found: said(here),
          hint: 'Say what the source says, better by a fact in both.',
          other: { place: there.place, says: there.text },
          because: [],
        };
      }
    }
  },
};

/** A translation without a value of its source, or with one more. */
export const translationLiteralMissing: Check = {
  code: 'translation-literal-missing',
  title: 'A value or fact stands in a section of a translation or of its source, and not in the other.',
  severity: 'warning',
  explanation: `A deadline that one language does not mention is a deadline that its readers miss.

${HOW} What is left on one side alone is told here. One day, one year and the like in words are passed over: "per year" and "within the hour" are worded otherwise in every language.

Add the value, or move it to the section where the source has it.`,
  *run(world) {
    for (const difference of compareTranslations(world.content)) {
      const { translation, source, missing, added } = difference;
      for (const value of missing.filter(isTelling)) {
        const place = sectionSpan(world, translation, difference);
        yield {
          place,
          message: `This section lacks ${said(value)}, which ${source.head.path} has there.`,
          expected: said(value),
          found: 'no such value',
          hint: 'Say it here too, or take it out there.',
          other: { place: value.place, says: value.text },
          because: [],
        };
      }
      for (const value of added.filter(isTelling)) {
        yield {
          place: value.place,
          message: `${source.head.path} does not say ${said(value)} in this section.`,
          expected: 'the values of the source',
          found: said(value),
          hint: 'Say it there too, or take it out here.',
          other: { place: sectionSpan(world, source, difference), says: source.head.title },
          because: [],
        };
      }
    }
  },
};

function said({ text, fact }: SectionValue): string {
  return fact === null ? `“${text}”` : text;
}

/** One unit of time in words says "per year" as often as "a year long". */
function isTelling({ literal, text }: SectionValue): boolean {
  if (literal?.value.kind !== 'duration' || /\p{Nd}/u.test(text)) return true;
  const { amount, unit } = literal.value;
  return !(UNITS[unit] ?? []).includes(amount);
}

const UNITS: Readonly<Record<string, readonly number[]>> = {
  minute: [1, 60, 24 * 60, 7 * 24 * 60],
  month: [1, 12],
  'working-day': [1],
  'working-hour': [1],
};

/** The line with which a section begins; of agents' notes the first. */
function sectionSpan(
  world: CheckWorld,
  { head, sections, article }: SectionedArticle,
  { anchor }: SectionDifference,
): Span {
  const section = sections.find((one) => one.anchor === anchor);
  return lineSpan(world, head.path, section?.line ?? article.beside?.notes[0]?.noteLine ?? 1);
}
