import type { AgentDesk, CalendarDate, Locale, PublicAnswerer } from '../../answers/answer.ts';
import { type Estimate, leastSample, shareOf } from '../../feedback/ratings/satisfaction.ts';
import { type ArticleCounts, noCounts } from '../../feedback/reports/journey-counts.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { type Cover, drawJourney, type JourneyChart } from './journey-chart.ts';
import { hrefOf } from './manage-page.ts';

/** What came back about a part of the journey. */
interface Part {
  readonly title: string;
  readonly counts: ArticleCounts;
  /** Null: fewer than `leastSample` said whether it helped. */
  readonly helpful: Estimate | null;
  readonly cover: Cover;
  readonly isWeak: boolean;
  readonly isNone: boolean;
  readonly isGood: boolean;
  readonly articles: readonly {
    readonly title: string;
    readonly lang: Locale;
    readonly dir: 'ltr' | 'rtl';
    readonly href: string;
  }[];
}

/** The journey as its page shows it. */
export interface JourneyPage {
  readonly chart: JourneyChart;
  /** What the picture says, in a sentence for those who do not see it. */
  readonly summary: { readonly stages: number; readonly moments: number; readonly uncovered: number };
  readonly days: number;
  /** Where its gaps and its flags are worked on. */
  readonly hrefs: { readonly gaps: string; readonly flags: string };
  readonly stages: readonly (Part & { readonly moments: readonly (Part & { readonly number: number })[] })[];
}

/** Words of the stages that site.yaml need not name. */
const ownStages: Readonly<Record<string, (words: Words) => string>> = {
  discover: (words) => words.say('manage.journey.stages.discover'),
  buy: (words) => words.say('manage.journey.stages.buy'),
  wait: (words) => words.say('manage.journey.stages.wait'),
  receive: (words) => words.say('manage.journey.stages.receive'),
  use: (words) => words.say('manage.journey.stages.use'),
  return: (words) => words.say('manage.journey.stages.return'),
  renew: (words) => words.say('manage.journey.stages.renew'),
  leave: (words) => words.say('manage.journey.stages.leave'),
};

/** Where an answer is weak: the same share as a disliked article's (ratings.ts). */
const weakBelow = 0.7;

/** The journey with what came back about its articles in so many days. */
export function presentJourney(
  { desk, answerer }: { readonly desk: AgentDesk; readonly answerer: PublicAnswerer },
  counts: ReadonlyMap<string, ArticleCounts>,
  by: {
    readonly ui: Locale;
    readonly words: Words;
    readonly wordsOf: (locale: Locale) => Words;
    readonly today: CalendarDate;
    readonly days: number;
  },
): JourneyPage {
  const { ui, words } = by;
  const { site } = answerer;
  const titles = new Map<string, { readonly title: string; readonly locale: Locale }>();
  for (const { articleId, locale, title } of answerer.inventory(by.today)) {
    if (locale === ui || (locale === site.defaultLocale && !titles.has(articleId)))
      titles.set(articleId, { title, locale });
  }
  const partOf = (title: string, articleIds: readonly string[]): Part => {
    const held = articleIds.filter((id) => titles.has(id));
    const sum = held.reduce((all, id) => add(all, counts.get(id) ?? noCounts), noCounts);
    const helpful = sum.rated < leastSample ? null : shareOf(sum.helpful, sum.rated);
    const cover = coverOf(held.length, helpful);
    return {
      title,
      counts: sum,
      helpful,
      cover,
      isWeak: cover === 'weak',
      isNone: cover === 'none',
      isGood: cover === 'good',
      articles: held.map((id) => {
        const { title: name = id, locale = ui } = titles.get(id) ?? {};
        const { direction } = by.wordsOf(locale);
        return { title: name, lang: locale, dir: direction, href: hrefOf(`/agent/articles/${id}`, { ui }) };
      }),
    };
  };
  let number = 0;
  const stages = desk.journey.map(({ stageId, title, articleIds, moments }) => {
    const name = title === null ? (ownStages[stageId]?.(words) ?? stageId) : inLocale(title, ui, site);
    return {
      ...partOf(name, articleIds),
      moments: moments.map((moment) => {
        number += 1;
        return { ...partOf(inLocale(moment.title, ui, site), moment.articleIds), number };
      }),
    };
  });
  const moments = stages.flatMap((stage) => stage.moments);
  return {
    chart: drawJourney(
      stages.map(({ title, helpful, moments: of }) => ({
        title,
        helpful: helpful?.value ?? null,
        moments: of.map((moment) => ({
          number: moment.number,
          cover: moment.cover,
          helpful: moment.helpful?.value ?? null,
          asks: moment.counts.asks,
        })),
      })),
      words.direction,
    ),
    summary: {
      stages: stages.length,
      moments: moments.length,
      uncovered: moments.filter(({ isNone }) => isNone).length,
    },
    days: by.days,
    hrefs: { gaps: hrefOf('/manage/gaps', { ui }), flags: hrefOf('/manage/flags', { ui }) },
    stages,
  };
}

function add(a: ArticleCounts, b: ArticleCounts): ArticleCounts {
  return {
    asks: a.asks + b.asks,
    rated: a.rated + b.rated,
    helpful: a.helpful + b.helpful,
    gaps: a.gaps + b.gaps,
    flags: a.flags + b.flags,
  };
}

function coverOf(articles: number, helpful: Estimate | null): Cover {
  if (articles === 0) return 'none';
  if (helpful === null) return 'unknown';
  return helpful.value < weakBelow ? 'weak' : 'good';
}
