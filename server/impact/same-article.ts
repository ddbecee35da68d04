import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';

/** Whether an article's own titles and variants get the same from both: text, customers, days and verification are alike. */
export function isSameArticle(a: CompiledArticle, b: CompiledArticle): boolean {
  if (a === b) return true;
  return (
    a.title === b.title &&
    a.verified === b.verified &&
    a.review?.intervalDays === b.review?.intervalDays &&
    a.review?.graceDays === b.review?.graceDays &&
    a.effective.from === b.effective.from &&
    a.effective.to === b.effective.to &&
    isSameList(a.questions, b.questions, (one, other) => one === other) &&
    isSameList(a.sections, b.sections, isSameSection)
  );
}

function isSameSection(a: Section, b: Section): boolean {
  return (
    a.anchor === b.anchor &&
    a.heading === b.heading &&
    isSameList(
      a.variants,
      b.variants,
      (one, other) =>
        one.rendering.markdown === other.rendering.markdown &&
        one.rendering.text === other.rendering.text &&
        one.period.from === other.period.from &&
        one.period.to === other.period.to &&
        isSameContext(one.context, other.context),
    )
  );
}

function isSameContext(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}

function isSameList<T>(a: readonly T[], b: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      return other !== undefined && isSame(one, other);
    })
  );
}
