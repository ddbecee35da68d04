import { normalise } from '../../search/normalise.ts';
import { linksInSection } from '../../snapshots/compile-section.ts';
import type { OutlineSection } from '../../snapshots/outline-article.ts';
import { periodsOverlap } from '../../snapshots/resolve-fact.ts';
import { linkedArticle } from '../../snapshots/resolve-link.ts';
import type { Check, CheckWorld, Span } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { type AlikePair, alikeTexts } from './alike-texts.ts';
import { type SectionedArticle, sectionedArticles } from './sectioned-articles.ts';

/**
 * Share of their runs of three words that two copies have in common: three words changed in forty leave half. Of the 684
 * sections of GitHub's site policies 16 pairs in two documents reach it, all copies; the sample content's most alike
 * sections, which two authors could have written, reach .19.
 */
const LEAST_ALIKE = 0.5;
/** Shorter sections (Write to us if you have questions.) are alike without being copies: the one of 8 words among GitHub's was such. */
const LEAST_WORDS = 12;

/** Sections that say nearly the same in two articles. */
export const sectionDuplicate: Check = {
  code: 'section-duplicate',
  title: 'Sections of two articles say nearly the same.',
  severity: 'warning',
  explanation: `A policy that is written twice is changed once: sooner or later the two copies say different things, and which of them a customer gets is chance.

Two sections of one language are copies where at least half of their runs of three words are the same, whoever may read them (an article for agents and a public one too). Sections of fewer than ${LEAST_WORDS} words, and articles that are never in force at the same time, are left alone.

One of the articles should own the text: public before agents' ones, then the one to which more articles link, then the one verified last. Keep it there, and in the others link to it. Where both have to say it, a fact keeps the values the same, and the finding is accepted with the reason.`,
  *run(world) {
    const { content } = world;
    for (const locale of content.site.locales) {
      const texts = sectionedArticles(content).filter(({ head }) => head.locale === locale);
      const places = texts.flatMap((article) => article.sections.map((section) => placed(article, section)));
      const long = places.filter(({ words }) => words.length >= LEAST_WORDS);
      const pairs = alikeTexts(
        long.map(({ words }) => words),
        LEAST_ALIKE,
      ).filter(({ first, second }) => areTwo(long[first], long[second]));
      if (pairs.length === 0) continue;
      const twinsOf = twinsByText(pairs);
      const ranks = ranksOf(texts);
      for (const group of groupsOf(pairs)) {
        const owner = group.toSorted((a, b) => byRank(ranks, long[a]?.article, long[b]?.article))[0] ?? 0;
        for (const at of group) {
          const twins = twinsOf.get(at) ?? [];
          const twin = twins.includes(owner) ? owner : (twins[0] ?? owner);
          const [copy, original, kept] = [long[at], long[twin], long[owner]];
          if (!copy || !original || !kept || copy.article === kept.article) continue;
          yield findingOf(world, copy, original, kept, ranks);
        }
      }
    }
  },
};

interface PlacedSection {
  readonly article: SectionedArticle;
  readonly section: OutlineSection;
  readonly words: readonly string[];
}

function placed(article: SectionedArticle, section: OutlineSection): PlacedSection {
  return { article, section, words: wordsOf(section) };
}

/** Words in the form in which texts are compared; a fact is a word, a link only its text. */
function wordsOf({ parts }: OutlineSection): readonly string[] {
  const text = parts.map(({ markdown }) => markdown.replace(/\]\([^()\s]*\)/g, ']')).join('\n');
  return normalise(text).match(/\{\{[^{}\n]*\}\}|[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function areTwo(a: PlacedSection | undefined, b: PlacedSection | undefined): boolean {
  if (!a || !b || a.article === b.article) return false;
  return periodsOverlap(a.article.head.effective, b.article.head.effective);
}

/** The texts that each one is alike to, the most alike first. */
function twinsByText(pairs: readonly AlikePair[]): ReadonlyMap<number, readonly number[]> {
  const twins = new Map<number, number[]>();
  const add = (at: number, twin: number): void => {
    const list = twins.get(at);
    if (list === undefined) twins.set(at, [twin]);
    else list.push(twin);
  };
  for (const { first, second } of pairs.toSorted((a, b) => b.alike - a.alike)) {
    add(first, second);
    add(second, first);
  }
  return twins;
}

/** Texts that hang together by pairs, each group in the list's order, the groups by their first. */
function groupsOf(pairs: readonly AlikePair[]): readonly (readonly number[])[] {
  const leaders = new Map<number, number>();
  const leaderOf = (at: number): number => {
    let leader = at;
    for (let above = leaders.get(leader); above !== undefined; above = leaders.get(leader)) leader = above;
    if (leader !== at) leaders.set(at, leader);
    return leader;
  };
  for (const { first, second } of pairs) {
    const [a, b] = [leaderOf(first), leaderOf(second)];
    if (a !== b) leaders.set(Math.max(a, b), Math.min(a, b));
  }
  const members = new Set(pairs.flatMap(({ first, second }) => [first, second]));
  return [
    ...Map.groupBy(
      [...members].sort((a, b) => a - b),
      leaderOf,
    ).values(),
  ];
}

/** What makes an article the owner of a text. */
interface Rank {
  readonly isPublic: boolean;
  /** Other articles of the language that link to it. */
  readonly links: number;
}

function ranksOf(texts: readonly SectionedArticle[]): ReadonlyMap<SectionedArticle, Rank> {
  const links = new Map<string, number>();
  for (const { head, sections } of texts) {
    const origin = { locale: head.locale, category: head.category, articleId: head.id };
    const linked = sections.flatMap((section) =>
      linksInSection(section, head.path).map(({ href }) => linkedArticle(href, origin)),
    );
    for (const id of new Set([...head.related, ...linked])) {
      if (id !== null && id !== head.id) links.set(id, (links.get(id) ?? 0) + 1);
    }
  }
  return new Map(
    texts.map((text) => [
      text,
      { isPublic: text.audience === 'public', links: links.get(text.head.id) ?? 0 },
    ]),
  );
}

function byRank(
  ranks: ReadonlyMap<SectionedArticle, Rank>,
  a?: SectionedArticle,
  b?: SectionedArticle,
): number {
  if (!a || !b) return 0;
  const [one, other] = [ranks.get(a), ranks.get(b)];
  if (one?.isPublic !== other?.isPublic) return one?.isPublic ? -1 : 1;
  const links = (other?.links ?? 0) - (one?.links ?? 0);
  if (links !== 0) return links;
  if (a.head.verified !== b.head.verified) return a.head.verified > b.head.verified ? -1 : 1;
  return a.head.id < b.head.id ? -1 : 1;
}

function findingOf(
  world: CheckWorld,
  copy: PlacedSection,
  twin: PlacedSection,
  owner: PlacedSection,
  ranks: ReadonlyMap<SectionedArticle, Rank>,
) {
  const { here, there } = differingWords(copy.words, twin.words);
  const same = copy.words.length + twin.words.length - here.length - there.length;
  const percent = Math.floor((100 * same) / (copy.words.length + twin.words.length));
  const links = ranks.get(owner.article)?.links ?? 0;
  const why = `${links === 1 ? '1 article links' : `${links} articles link`} to it, verified ${owner.article.head.verified}`;
  return {
    place: spanOf(world, copy),
    message: `This section says nearly the same as ${nameOf(twin)}: ${percent} % of the words.`,
    expected: 'a policy that is written once',
    found: `${differenceOf(here, 'here')}; ${differenceOf(there, 'there')}`,
    hint: `Keep it in ${nameOf(owner)} (${why}), and write here what differs, with a link: ${linkTo(owner, copy)}`,
    other: { place: spanOf(world, twin), says: twin.section.heading ?? twin.article.head.title },
    because: [],
  };
}

/**
 * The words by which two texts differ, in reading order: between what both begin and end with, those that the other has
 * less often. Linear, where a longest common sequence of two sections could take gigabytes.
 */
function differingWords(
  a: readonly string[],
  b: readonly string[],
): { readonly here: readonly string[]; readonly there: readonly string[] } {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [here, there] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return { here: wordsLeft(here, there), there: wordsLeft(there, here) };
}

/** Words of a list that the other lacks, each as often as it has more of it. */
function wordsLeft(words: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}

/** A finding names so many words that differ; the texts are there for the rest. */
const MOST_NAMED = 8;

function differenceOf(words: readonly string[], where: string): string {
  if (words.length === 0) return `nothing only ${where}`;
  const more = words.length > MOST_NAMED ? ` and ${words.length - MOST_NAMED} more` : '';
  return `only ${where}: ${words.slice(0, MOST_NAMED).join(' ')}${more}`;
}

function nameOf({ article, section }: PlacedSection): string {
  return section.heading === null
    ? `the lead of ${article.head.id}`
    : `“${section.heading}” of ${article.head.id}`;
}

function linkTo({ article, section }: PlacedSection, { article: from }: PlacedSection): string {
  const file = `${article.head.slug}.md${section.heading === null ? '' : `#${section.anchor}`}`;
  return article.head.category === from.head.category ? file : `../${article.head.category}/${file}`;
}

function spanOf(world: CheckWorld, { article, section }: PlacedSection): Span {
  return lineSpan(world, article.head.path, section.line);
}
