import { addDays } from '../answers/calendar.ts';
import type { CalendarDate, Content, Dimension, Fact, Locale, Period } from '../articles/article.ts';
import { questionKey } from '../search/analyser.ts';
import { holdsOn } from '../snapshots/resolve-fact.ts';
import type { CompiledArticle, PublicSnapshot, Section, Snapshot, Variant } from '../snapshots/snapshot.ts';
import { countFates } from './count-fates.ts';
import {
  type ComingDay,
  type DayChanges,
  type DayQuestions,
  mostQuestions,
  mostSections,
  type SectionChange,
} from './fact-desk.ts';
import { changesAfter, dimensionsFor, readingsOn, sameReadings, whoOf } from './fact-readings.ts';
import type { FactRegister } from './fact-register.ts';
import type { Replay } from './impact.ts';
import { byPeopleTouched } from './replay.ts';
import { wordDifference } from './word-difference.ts';

/** Every day after `today` on which something changes by itself, in order. */
export function comingDays(
  { content }: FactRegister,
  snapshot: Snapshot,
  today: CalendarDate,
): readonly ComingDay[] {
  const days = new Map<CalendarDate, { facts: number; articles: number; sections: number }>();
  const count = (day: CalendarDate | null, what: keyof Omit<ComingDay, 'day'>): void => {
    if (day === null || day <= today) return;
    const known = days.get(day) ?? { facts: 0, articles: 0, sections: 0 };
    known[what] += 1;
    days.set(day, known);
  };
  for (const fact of content.facts) {
    for (const day of changesAfter(fact, today, content.site)) count(day, 'facts');
  }
  for (const { article } of allArticles(snapshot)) {
    count(article.effective.from, 'articles');
    count(article.effective.to, 'articles');
    for (const section of article.sections) {
      const changing = section.variants.map(({ period }) => period.from);
      for (const day of new Set(changing)) {
        if (day !== article.effective.from) count(day, 'sections');
      }
    }
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, counts]) => ({ day, ...counts }));
}

/** What changes by itself at the beginning of a day; `onlyFact`: only the sections in which that fact stands. */
export function changesOn(
  register: FactRegister,
  snapshot: Snapshot,
  {
    day,
    locale,
    onlyFact = null,
    replays = null,
  }: {
    readonly day: CalendarDate;
    readonly locale: Locale;
    readonly onlyFact?: string | null;
    readonly replays?: readonly Replay[] | null;
  },
): Omit<DayChanges, 'release'> {
  const { content } = register;
  const facts = content.facts.flatMap((fact) => changeOf(fact, day, locale, content));
  const changed = new Set(facts.map(({ id }) => id));
  const factsAt = placesOf(register, changed);
  const articles = allArticles(snapshot);
  const weights = weighSections(replays ?? []);
  const weightOf = (key: string) => weights.get(key) ?? { questions: 0, asked: 0 };
  const sections = articles.flatMap(({ article, isHidden }) =>
    article.sections.flatMap((section): readonly SectionChange[] => {
      const factIds = factsAt.get(`${article.locale} ${article.id}#${section.anchor}`) ?? [];
      if (onlyFact !== null && !factIds.includes(onlyFact)) return [];
      const { id, title } = article;
      const { anchor, heading } = section;
      const dimensions = dimensionsFor(content.site, section.dimensions);
      return wordsThatChange(section, dimensions, day, locale, content).map(({ who, words }) => ({
        articleId: id,
        locale: article.locale,
        title,
        anchor,
        heading,
        isHidden,
        who,
        words,
        factIds,
        ...weightOf(`${article.locale} ${id}#${anchor}`),
      }));
    }),
  );
  const inOrder = sections
    .map((change, at) => ({ change, at, rank: content.site.locales.indexOf(change.locale) }))
    .sort(
      (a, b) =>
        ownFirst(a.change, b.change, locale) ||
        b.change.asked - a.change.asked ||
        a.rank - b.rank ||
        a.at - b.at,
    )
    .map(({ change }) => change);
  return {
    day,
    facts,
    articles: articles.flatMap(({ article, isHidden }) => {
      const { id, title, effective } = article;
      const kind = effective.from === day ? 'begins' : effective.to === day ? 'ends' : null;
      return kind === null ? [] : [{ articleId: id, locale: article.locale, title, isHidden, kind }];
    }),
    sections: inOrder.slice(0, mostSections),
    moreSections: Math.max(0, inOrder.length - mostSections),
    questions: replays && questionsOf(replays),
  };
}

/** Articles of the public whose own words change on a day, or that begin or end. */
export function articlesThatChange(
  { articles }: PublicSnapshot,
  day: CalendarDate,
): readonly CompiledArticle[] {
  const isCut = ({ from, to }: Period): boolean => from === day || to === day;
  return articles.filter(
    ({ effective, sections }) =>
      isCut(effective) || sections.some(({ variants }) => variants.some(({ period }) => period.from === day)),
  );
}

function questionsOf(replays: readonly Replay[]): DayQuestions {
  const changed = replays
    .filter(({ fate }) => fate !== 'unchanged' && fate !== 'reworded')
    .sort(byPeopleTouched);
  return {
    counts: countFates(replays),
    changed: changed.slice(0, mostQuestions),
    more: Math.max(0, changed.length - mostQuestions),
  };
}

/** By `locale article#anchor`: reworded answers, with the language of the text that was given. */
function weighSections(
  replays: readonly Replay[],
): ReadonlyMap<string, { readonly questions: number; readonly asked: number }> {
  const weights = new Map<string, Map<string, number>>();
  for (const { fate, locale, question, after, asked } of replays) {
    if (fate !== 'reworded' || after.answerId === null) continue;
    const key = `${locale} ${after.answerId}`;
    const questions = weights.get(key) ?? new Map<string, number>();
    // A question that was asked for several customers is one.
    const words = questionKey(question);
    weights.set(key, questions.set(words, Math.max(asked, questions.get(words) ?? 0)));
  }
  return new Map(
    [...weights].map(([key, questions]) => [
      key,
      { questions: questions.size, asked: [...questions.values()].reduce((sum, asked) => sum + asked, 0) },
    ]),
  );
}

function ownFirst(a: SectionChange, b: SectionChange, locale: Locale): number {
  return Number(b.locale === locale) - Number(a.locale === locale);
}

function changeOf(fact: Fact, day: CalendarDate, locale: Locale, { site }: Content): DayChanges['facts'] {
  if (!fact.values.some(({ period }) => period.from === day || period.to === day)) return [];
  const before = readingsOn(fact, addDays(day, -1), locale, site);
  const after = readingsOn(fact, day, locale, site);
  return sameReadings(before, after) ? [] : [{ id: fact.id, description: fact.description, before, after }];
}

/** Facts of some that stand in public or agent-only text, by `locale article#anchor`. */
function placesOf(
  { places }: FactRegister,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const id of wanted) {
    for (const { head, anchor, isNote } of places.get(id) ?? []) {
      if (isNote) continue;
      const key = `${head.locale} ${head.id}#${anchor}`;
      found.set(key, [...(found.get(key) ?? []), id]);
    }
  }
  return found;
}

function wordsThatChange(
  section: Section,
  dimensions: readonly Dimension[],
  day: CalendarDate,
  locale: Locale,
  { site }: Content,
): readonly Pick<SectionChange, 'who' | 'words'>[] {
  const changed = section.variants.filter(({ period }) => period.from === day);
  const pairs = new Map<
    string,
    { readonly before: string; readonly after: string; readonly whom: Variant[] }
  >();
  for (const after of changed) {
    const before = section.variants.find(
      ({ context, period }) => sameContext(context, after.context) && holdsOn(period, addDays(day, -1)),
    );
    // Where there was nothing before, the article begins, which is told of the article.
    if (!before || before.rendering.text === after.rendering.text) continue;
    const key = `${before.rendering.text}\u0000${after.rendering.text}`;
    const known = pairs.get(key);
    if (known) known.whom.push(after);
    else pairs.set(key, { before: before.rendering.text, after: after.rendering.text, whom: [after] });
  }
  return [...pairs.values()].map(({ before, after, whom }) => ({
    who: whoOf(
      whom.map(({ context }) => context),
      dimensions,
      locale,
      site,
    ).join('; '),
    words: wordDifference(before, after),
  }));
}

function sameContext(a: Variant['context'], b: Variant['context']): boolean {
  return Object.entries(a).every(([id, value]) => b[id] === value);
}

function allArticles({ public: open, agent }: Snapshot): readonly {
  readonly article: CompiledArticle;
  readonly isHidden: boolean;
}[] {
  return [
    ...open.articles.map((article) => ({ article, isHidden: false })),
    ...agent.hiddenArticles.map((article) => ({ article, isHidden: true })),
  ];
}
