import type { Article, ArticleHead } from '../../articles/article.ts';
import { lineOf, readArticle } from '../../snapshots/check-content.ts';
import { factsIn } from '../../snapshots/compile-section.ts';
import type { OutlineSection } from '../../snapshots/outline-article.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { type SectionedArticle, sectionArticle, sectionedArticles } from './sectioned-articles.ts';

/** Translations that were made from another text than their source has now, and by how much. */
export const translationOutOfDate: Check = {
  code: 'translation-out-of-date',
  title: 'A translation was made from an earlier text of its source.',
  severity: 'warning',
  explanation: `A translation is pinned to the revision of the article it was made from (source, in its front matter). Once the source says something else, customers of the two languages read two policies, and the translation's page says that it is out of date.

The finding says by how much. Where that revision was published from this database, its text is compared with the source as it is now: sections that are new, gone or worded otherwise, facts that came or went, title and questions. Where it was not, or no database is there, the sections and facts of the two files are compared: what the source has and the translation lacks, and the other way round.

Bring the translation up to date, then pin it: npm run content:check -- --pin PATH.`,
  *run(world) {
    const { content } = world;
    const texts = sectionedArticles(content);
    const sources = new Map(
      texts
        .filter(({ head }) => head.locale === content.site.defaultLocale)
        .map((text) => [text.head.id, text]),
    );
    for (const translation of texts) {
      const { head } = translation;
      const source = head.locale === content.site.defaultLocale ? undefined : sources.get(head.id);
      if (!source || (head.source !== null && source.head.revision.startsWith(head.source))) continue;
      const before = head.source === null ? null : world.sourceOf(head.id, head.source);
      const changes = before ? changesSince(before, source) : gapsOf(source, translation);
      yield {
        place: lineSpan(world, head.path, lineOf(head, head.source === null ? 'title' : 'source')),
        message:
          head.source === null
            ? `This translation does not say from which text of ${source.head.path} it was made.`
            : `${source.head.path} has changed since this translation was made from it${before ? `: ${amountOf(changes)}` : ''}.`,
        expected: `source: "${source.head.revision.slice(0, 12)}", once it says what ${source.head.path} says`,
        found: `${head.source === null ? 'no source' : `source: "${head.source}"`}; ${toldOf(changes, before !== null)}`,
        hint: `Bring it up to date, then: npm run content:check -- --pin ${head.path}`,
        other: {
          place: lineSpan(world, source.head.path, changes.line ?? lineOf(source.head, 'title')),
          says: source.head.title,
        },
        because: [],
      };
    }
  },
};

/** What is not the same in two texts. */
interface Changes {
  /** Sections and parts of the front matter, as people read them. */
  readonly parts: readonly string[];
  readonly facts: readonly string[];
  /** Of the source as it is: the first section that is not as it was. */
  readonly line: number | null;
}

function changesSince(before: Article, now: SectionedArticle): Changes {
  const old = sectionArticle(readArticle(before));
  const known = new Map(old.sections.map((section) => [section.anchor, section]));
  const changed = now.sections.filter((section) => {
    const earlier = known.get(section.anchor);
    return earlier !== undefined && textOf(earlier) !== textOf(section);
  });
  const added = now.sections.filter(({ anchor }) => !known.has(anchor));
  const anchors = new Set(now.sections.map(({ anchor }) => anchor));
  const gone = old.sections.filter(({ anchor }) => !anchors.has(anchor));
  return {
    parts: [
      ...changed.map((section) => `${nameOf(section)} is worded otherwise`),
      ...added.map((section) => `${nameOf(section)} is new`),
      ...gone.map((section) => `${nameOf(section)} is gone`),
      ...headChanges(old.head, now.head),
    ],
    facts: [
      ...difference(factsOf(now), factsOf(old)).map((id) => `${id} came`),
      ...difference(factsOf(old), factsOf(now)).map((id) => `${id} went`),
    ],
    line: [...changed, ...added].map(({ line }) => line).sort((a, b) => a - b)[0] ?? null,
  };
}

function gapsOf(source: SectionedArticle, translation: SectionedArticle): Changes {
  const [there, here] = [source, translation].map(({ sections }) => sections.map(({ anchor }) => anchor));
  const missing = source.sections.filter(({ anchor }) => !here?.includes(anchor));
  const extra = translation.sections.filter(({ anchor }) => !there?.includes(anchor));
  return {
    parts: [
      ...missing.map((section) => `${nameOf(section)} is missing here`),
      ...extra.map((section) => `${nameOf(section)} is only here`),
    ],
    facts: [
      ...difference(factsOf(source), factsOf(translation)).map((id) => `${id} is missing here`),
      ...difference(factsOf(translation), factsOf(source)).map((id) => `${id} is only here`),
    ],
    line: missing[0]?.line ?? null,
  };
}

function headChanges(old: ArticleHead, now: ArticleHead): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['the title', old.title, now.title],
    ['the questions', old.questions, now.questions],
    ['the effective dates', old.effective, now.effective],
    ['what is superseded', old.supersedes, now.supersedes],
    ['the related articles', old.related, now.related],
  ];
  return pairs
    .filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after))
    .map(([what]) => `${what} changed`);
}

function amountOf({ parts, facts }: Changes): string {
  return `${parts.length} ${parts.length === 1 ? 'part' : 'parts'}, ${facts.length} ${facts.length === 1 ? 'fact' : 'facts'}`;
}

function toldOf({ parts, facts }: Changes, isKnown: boolean): string {
  const told = [...parts, ...facts.map((fact) => `fact ${fact}`)];
  if (told.length > 0) return told.join('; ');
  return isKnown
    ? 'only the order or the blanks of its text differ'
    : 'the same sections and facts in both, so the wording is what changed';
}

function nameOf({ heading, anchor }: OutlineSection): string {
  return heading === null ? 'the lead' : `“${heading}” (#${anchor})`;
}

function textOf({ heading, parts }: OutlineSection): string {
  return JSON.stringify([heading, parts.map(({ when, markdown }) => [when, markdown.trim()])]);
}

function factsOf({ sections }: SectionedArticle): readonly string[] {
  return [
    ...new Set(sections.flatMap(({ parts }) => parts.flatMap(({ markdown }) => factsIn(markdown)))),
  ].sort();
}

function difference(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((one) => !others.includes(one));
}
