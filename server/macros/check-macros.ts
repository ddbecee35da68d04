import type { PublicAnswerer } from '../answers/answer.ts';
import type { Content } from '../articles/article.ts';
import { compareLiteral, type Literal } from '../checks/literals/literal.ts';
import { readLiterals } from '../checks/literals/read-literals.ts';
import type { CalendarDate, Locale, Site, Snapshot } from '../snapshots/snapshot.ts';
import { createFindStatements, type StatedValue, type Statement, wordsAround } from './article-statements.ts';
import type { CheckedMacro, CheckedMacros, MacroProblem, Verdict } from './checked-macro.ts';
import { type Cover, createFindCover } from './find-cover.ts';
import type { Macro, MacroFile } from './macro.ts';
import { countNegations } from './negation.ts';
import { sentencesOf } from './sentences.ts';
import { createWeigh, type Weigh } from './weigh.ts';

/** What macros are held against. */
export interface MacroWorld {
  readonly content: Content;
  /** What that content compiles to. */
  readonly snapshot: Snapshot;
  /** Of that snapshot. */
  readonly answerer: PublicAnswerer;
  readonly today: CalendarDate;
  /** Number of the release; null where the content is none. */
  readonly release: number | null;
}

/**
 * Holds canned replies against the approved text, one after the other, so that the caller can let others have their turn in
 * between. `locale`: the language of all of them; null: each macro's own, else the one of its script that fits best. Pure.
 */
export function createMacroCheck(world: MacroWorld, locale: Locale | null): (macro: Macro) => CheckedMacro {
  const { snapshot, answerer, today } = world;
  const { articles, site } = snapshot.public;
  const weigh = createWeigh(articles, site.defaultLocale);
  const findCover = createFindCover(snapshot.public, answerer, today, weigh);
  const statementsOf = createFindStatements(world.content, today);
  return (macro) => {
    const candidates = locale === null ? localesOf(macro, site) : [locale];
    const covers = candidates.map((one) => {
      const cover = findCover(macro, one);
      // An article of another language that stands in says nothing about the language of the macro.
      const isStandIn = candidates.length > 1 && cover !== null && cover.article.locale !== one;
      return { locale: one, cover: isStandIn ? null : cover };
    });
    const best = covers.reduce((most, one) =>
      (one.cover?.share ?? 0) > (most.cover?.share ?? 0) ? one : most,
    );
    const said = { id: macro.id, title: macro.title, at: macro.at, text: macro.text, locale: best.locale };
    if (best.cover === null)
      return { ...said, verdict: 'unknown', problems: [], article: null, approved: [] };
    const { article, section } = best.cover;
    const statements = statementsOf(article.locale, article.id);
    const problems = sentencesOf(macro.text).flatMap((sentence) => [
      ...wrongValues(sentence, best.locale, statements, weigh),
      ...denials(sentence, best.locale, statements, weigh),
    ]);
    return {
      ...said,
      verdict: verdictOf(problems),
      problems,
      article: {
        answerId: `${article.id}#${section.anchor}`,
        locale: article.locale,
        title: article.title,
        heading: section.heading,
        url: `/${best.locale}/${article.id}${section.anchor === 'lead' ? '' : `#${section.anchor}`}`,
      },
      approved: approvedText(best.cover, site, today, best.locale),
    };
  };
}

/** The whole file, with its counts. */
export function gatherMacros(
  { name, form, skipped }: MacroFile,
  checked: readonly CheckedMacro[],
  release: number | null,
): CheckedMacros {
  const count = (verdict: Verdict): number => checked.filter((one) => one.verdict === verdict).length;
  return {
    file: name,
    form,
    release,
    macros: checked,
    skipped,
    counts: {
      contradicting: count('contradicting'),
      outdated: count('outdated'),
      unknown: count('unknown'),
      aligned: count('aligned'),
    },
  };
}

function verdictOf(problems: readonly MacroProblem[]): Verdict {
  if (problems.some(({ kind, factId }) => kind === 'denial' || factId === null)) return 'contradicting';
  return problems.length > 0 ? 'outdated' : 'aligned';
}

/** Languages of the site that a macro may be in: what it says itself, else those of the script that most of its letters have. */
function localesOf({ locale, title, text }: Macro, { locales, defaultLocale }: Site): readonly Locale[] {
  const named = locale?.toLowerCase().split(/[-_]/)[0];
  const own = locales.filter((one) => one === named || one.split('-')[0] === named);
  if (own.length > 0) return own;
  const scriptOf = (sample: string): string => {
    const counts = scripts.map(([name, pattern]) => ({ name, count: sample.match(pattern)?.length ?? 0 }));
    return counts.reduce((most, one) => (one.count > most.count ? one : most)).name;
  };
  const script = scriptOf(`${title} ${text}`);
  const fitting = [defaultLocale, ...locales.filter((one) => one !== defaultLocale)].filter(
    (one) => (scriptOfLanguage[one.split('-')[0] ?? ''] ?? 'latin') === script,
  );
  return fitting.length > 0 ? fitting : [defaultLocale];
}

const scripts: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{Script=Latin}/gu],
  ['hebrew', /\p{Script=Hebrew}/gu],
  ['arabic', /\p{Script=Arabic}/gu],
];
const scriptOfLanguage: Readonly<Record<string, string>> = {
  he: 'hebrew',
  yi: 'hebrew',
  fa: 'arabic',
  ar: 'arabic',
  ur: 'arabic',
};

/**
 * Least share of the weight of a macro's sentence that an article's clause must have to be taken for the same statement,
 * where the article has the macro's value for something else; and how many telling words where it has it nowhere. For a denial, where nothing but
 * the word of denial tells the two apart, each must have that share of the other. Chosen on one half of
 * test/macros/labelled.yaml; `npm test -- test/macros` prints what both halves come to.
 */
const sameValue = 0.5;
const sharedWhereNowhere = 1;
const sameDenial = 0.5;
/** What it counts that a clause is of the lead: macros mostly answer what the article's title asks. */
const leadCounts = 0.1;
/** What it takes away that a clause is said to some customers only: a macro mostly speaks to all. */
const conditionCounts = 0.2;
/** What the share of the few words around both values counts: it tells apart two values of one sentence. */
const nearCounts = 0.5;

/** Literals of a sentence that the nearest statements of the article do not have. */
function wrongValues(
  sentence: string,
  locale: Locale,
  statements: readonly Statement[],
  weigh: Weigh,
): readonly MacroProblem[] {
  return readLiterals(sentence, locale).flatMap((literal): readonly MacroProblem[] => {
    const beside = wordsAround(sentence, literal.start, literal.end);
    const around = `${sentence.slice(0, literal.start)} ${sentence.slice(literal.end)}`;
    const comparable = statements.flatMap((statement) =>
      statement.values
        .map((stated) => ({ stated, verdict: agreement(literal, stated) }))
        .filter(({ verdict }) => verdict !== 'incomparable')
        .map((one) => {
          const shared = weigh.shared(around, statement.sentence, locale);
          const near = weigh.shared(beside, one.stated.around, locale).share;
          const said = (statement.isLead ? leadCounts : 0) - (statement.isConditional ? conditionCounts : 0);
          return { ...one, ...shared, rank: shared.share + nearCounts * near + said };
        }),
    );
    const nearest = comparable.reduce<(typeof comparable)[number] | null>(
      (most, one) =>
        most === null || one.rank > most.rank || (one.rank === most.rank && one.verdict === 'same')
          ? one
          : most,
      null,
    );
    if (nearest === null || nearest.verdict === 'same') return [];
    const isSomewhere = comparable.some(({ verdict }) => verdict === 'same');
    if (isSomewhere ? nearest.share < sameValue : nearest.words.length < sharedWhereNowhere) return [];
    return [
      {
        kind: 'value',
        sentence,
        says: literal.text,
        factId: nearest.stated.factId,
        approved: [...new Set(nearest.stated.alternatives.map(({ reads }) => reads))],
        because: nearest.words,
      },
    ];
  });
}

/** `same` where a customer can have this value. */
function agreement(literal: Literal, { alternatives }: StatedValue): 'same' | 'different' | 'incomparable' {
  const verdicts = alternatives.map(({ value }) => compareLiteral(literal, value));
  if (verdicts.includes('same')) return 'same';
  return verdicts.includes('different') ? 'different' : 'incomparable';
}

/**
 * A sentence that says that it is so where the article's nearest says that it is not, or the other way round. The clauses of
 * a sentence are compared by themselves too, each with the denial of the first one, which goes for what it lists.
 */
function denials(
  sentence: string,
  locale: Locale,
  statements: readonly Statement[],
  weigh: Weigh,
): readonly MacroProblem[] {
  const near = statements
    .flatMap((statement) => partsOf(statement.sentence, locale))
    .map((part) => {
      const { share, words } = weigh.shared(sentence, part.text, locale);
      const back = weigh.shared(part.text, sentence, locale).share;
      return { ...part, words, share: Math.min(share, back) };
    })
    .filter(({ share }) => share >= sameDenial)
    .sort((a, b) => b.share - a.share);
  const [nearest] = near;
  const denies = countNegations(sentence, locale) > 0;
  if (nearest === undefined || near.some((part) => part.denies === denies)) return [];
  return [
    {
      kind: 'denial',
      sentence,
      says: sentence,
      factId: null,
      approved: [nearest.whole],
      because: nearest.words,
    },
  ];
}

interface Part {
  readonly text: string;
  readonly denies: boolean;
  /** The sentence that it is a part of. */
  readonly whole: string;
}

function partsOf(sentence: string, locale: Locale): readonly Part[] {
  const whole = { text: sentence, denies: countNegations(sentence, locale) > 0, whole: sentence };
  const clauses = sentence.split(/[,،:]\s+/u);
  if (clauses.length === 1) return [whole];
  const first = countNegations(clauses[0] ?? '', locale) > 0;
  return [
    whole,
    ...clauses.map((text) => ({ text, denies: first || countNegations(text, locale) > 0, whole: sentence })),
  ];
}

/** The covering section as it reads today, once for all customers or once for each whose text differs. */
function approvedText(
  { section }: Cover,
  site: Site,
  today: CalendarDate,
  locale: Locale,
): CheckedMacro['approved'] {
  const inForce = section.variants.filter(
    ({ period }) =>
      (period.from === null || period.from <= today) && (period.to === null || today < period.to),
  );
  const byText = Map.groupBy(inForce, ({ rendering }) => rendering.text);
  return [...byText].map(([text, variants]) => ({
    customer:
      byText.size === 1 ? null : variants.map(({ context }) => customerOf(context, site, locale)).join('; '),
    text,
  }));
}

function customerOf(context: Readonly<Record<string, string>>, site: Site, locale: Locale): string {
  return Object.entries(context)
    .map(([id, value]) => {
      const dimension = site.dimensions.find((one) => one.id === id);
      const label = dimension?.values.find((one) => one.id === value)?.label ?? {};
      return label[locale] ?? label[site.defaultLocale] ?? value;
    })
    .join(', ');
}
