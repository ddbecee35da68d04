import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';

/** Sentences of fewer signs say nothing by themselves ("Yes."). */
const SHORTEST = 9;
/** Most sentences of a section that are read, its first ones: a section of ../shared/eval's longest set has 12. */
const MOST_SENTENCES = 24;

/** Title and variants of an article, each as a whole. */
export function askedTexts({ title, questions }: CompiledArticle): readonly string[] {
  return [title, ...questions];
}

/** What a section says on a day, sentence by sentence, in all its wordings; on every day where none is named. */
export function sectionTexts({ heading, variants }: Section, asOf: string | null): readonly string[] {
  const texts = variants
    .filter(
      ({ period: { from, to } }) =>
        asOf === null || ((from === null || from <= asOf) && (to === null || asOf < to)),
    )
    .map(({ rendering }) => rendering.text);
  const all = [...(heading === null ? [] : [heading]), ...texts.flatMap((text) => sentencesOf(text))];
  return [...new Set(all)];
}

/** All texts of an article whose meaning an index may ask for, on whatever day. */
export function meaningTexts(article: CompiledArticle): readonly string[] {
  return [...askedTexts(article), ...article.sections.flatMap((section) => sectionTexts(section, null))];
}

function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?؟。])\s+|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length >= SHORTEST)
    .slice(0, MOST_SENTENCES);
}
