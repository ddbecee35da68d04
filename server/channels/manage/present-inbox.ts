import type { AgentDesk, OwnedArticle } from '../../answers/answer.ts';
import { leastSample, shareOf } from '../../feedback/ratings/satisfaction.ts';
import type { ArticleToVerify } from '../../feedback/verification/verification.ts';
import type { Words } from '../../http/words.ts';
import { type DeskItem, type DeskKind, deskKinds } from './desk-items.ts';
import { hrefOf, type ManageRequest } from './manage-page.ts';

/** What the health of the base is told from, of the last `days`. */
export interface Health {
  readonly days: number;
  /** Asks that got an answer, of all, now and in as many days before. */
  readonly coverage: { readonly now: Share; readonly before: Share };
  readonly visits: { readonly all: number; readonly selfServed: number };
  readonly ratings: { readonly helpful: number; readonly rated: number };
  readonly toVerify: readonly ArticleToVerify[];
  readonly articles: readonly OwnedArticle[];
  readonly gaps: number;
  readonly flags: number;
  /** Null: still being looked for. */
  readonly findings: number | null;
}

interface Share {
  readonly answered: number;
  readonly all: number;
}

/** One measure of the health with where it leads. */
interface Tile {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly href: string;
  readonly mark: 'good' | 'warn' | 'bad' | 'none';
  readonly isGood: boolean;
  readonly isBad: boolean;
}

/** Things that are shown at once: what a person does in a morning. */
const mostShown = 40;

/** The desk as its page shows it. */
export function presentInbox(
  items: readonly DeskItem[],
  health: Health,
  by: {
    readonly team: string | null;
    readonly kind: DeskKind | null;
    readonly page: ManageRequest;
    readonly teams: AgentDesk['teams'];
    /** Teams of the person. */
    readonly own: readonly string[];
  },
): Readonly<Record<string, unknown>> {
  const { page, team, kind } = by;
  const { ui, words, wordsOf } = page;
  // What is nobody's is everybody's.
  const ofTeam = items.filter(({ teams }) => team === null || teams.length === 0 || teams.includes(team));
  const chosen = ofTeam.filter((item) => kind === null || item.kind === kind);
  // Of gaps only the most asked are listed; their own page has them all.
  const countOf = (one: DeskKind): number => {
    const listed = ofTeam.filter((item) => item.kind === one).length;
    return one === 'gap' ? Math.max(listed, health.gaps) : listed;
  };
  const all = deskKinds.reduce((sum, one) => sum + countOf(one), 0);
  const shown = chosen.slice(0, mostShown);
  const nameOf = (id: string): string => by.teams.find(({ teamId }) => teamId === id)?.name ?? id;
  const here = (changed: { readonly team?: string; readonly kind?: string }): string =>
    hrefOf('/manage', { ui, team: team ?? 'all', kind: kind ?? '', ...changed });
  return {
    tiles: tilesOf(health, words, ui),
    days: health.days,
    isLooking: health.findings === null,
    teams: [
      { label: words.say('manage.desk.everybody'), href: here({ team: 'all' }), chosen: team === null },
      ...by.teams.map(({ teamId, name }) => ({
        label: name,
        href: here({ team: teamId }),
        chosen: team === teamId,
        isOwn: by.own.includes(teamId),
      })),
    ],
    kinds: [
      {
        label: words.say('manage.desk.all'),
        count: all,
        href: here({ kind: '' }),
        chosen: kind === null,
      },
      ...deskKinds
        .map((one) => ({
          label: kindInWords(one, words),
          count: countOf(one),
          href: here({ kind: one }),
          chosen: kind === one,
        }))
        .filter(({ count, chosen: isChosen }) => count > 0 || isChosen),
    ],
    items: shown.map((item) => ({
      kind: kindInWords(item.kind, words),
      style: styleOf(item.kind),
      teams: item.teams.map(nameOf),
      about: item.about,
      lang: item.locale,
      dir: item.locale === null ? 'ltr' : wordsOf(item.locale).direction,
      language: item.locale === null || item.locale === ui ? null : wordsOf(item.locale).ownName,
      note: item.note,
      people: item.people,
      action: actionInWords(item.kind, words),
      href: withUi(item.href, ui),
    })),
    more: (kind === null ? all : countOf(kind)) - shown.length,
  };
}

function tilesOf(health: Health, words: Words, ui: string): readonly Tile[] {
  const { coverage, visits, ratings, toVerify, articles, gaps, flags, findings } = health;
  const percent = (part: number, all: number): string => (all === 0 ? '–' : words.percent(part / all));
  const overdue = toVerify.filter(({ state }) => state === 'overdue').length;
  const due = toVerify.filter(({ stage, state }) => stage !== null && state !== 'overdue').length;
  const behind = articles.filter(({ isOutOfDate }) => isOutOfDate).length;
  const helpful = ratings.rated < leastSample ? null : shareOf(ratings.helpful, ratings.rated);
  const tile = (
    title: string,
    value: string,
    note: string,
    path: string,
    mark: Tile['mark'] = 'none',
  ): Tile => ({
    ...{ title, value, note, mark },
    href: withUi(path, ui),
    isGood: mark === 'good',
    isBad: mark === 'bad' || mark === 'warn',
  });
  const count = (n: number, bad: Tile['mark'] = 'warn'): Tile['mark'] => (n === 0 ? 'good' : bad);
  return [
    tile(
      words.say('manage.desk.coverage'),
      percent(coverage.now.answered, coverage.now.all),
      words.say('manage.desk.coverageNote', {
        count: coverage.now.all,
        before: percent(coverage.before.answered, coverage.before.all),
      }),
      '/manage/reports',
    ),
    tile(
      words.say('manage.desk.selfService'),
      percent(visits.selfServed, visits.all),
      words.say('manage.desk.selfServiceNote', { count: visits.all }),
      '/manage/reports',
    ),
    tile(
      words.say('manage.desk.helpful'),
      helpful === null ? '–' : words.percent(helpful.value),
      helpful === null
        ? words.say('manage.desk.helpfulFew', { count: ratings.rated })
        : words.say('manage.desk.helpfulNote', {
            count: ratings.rated,
            from: words.percent(helpful.from),
            to: words.percent(helpful.to),
          }),
      '/manage/feedback',
    ),
    tile(
      words.say('manage.desk.verified'),
      percent(articles.length - overdue, articles.length),
      words.say('manage.desk.verifiedNote', { overdue: words.number(overdue), due: words.number(due) }),
      '/manage/verification',
      count(overdue, 'bad'),
    ),
    tile(
      words.say('manage.desk.flags'),
      words.number(flags),
      words.say('manage.desk.open'),
      '/manage/flags',
      count(flags),
    ),
    tile(
      words.say('manage.desk.gaps'),
      words.number(gaps),
      words.say('manage.desk.open'),
      '/manage/gaps',
      count(gaps),
    ),
    tile(
      words.say('manage.desk.translations'),
      words.number(behind),
      words.say('manage.desk.translationsNote'),
      '/manage?kind=translation&team=all',
      count(behind),
    ),
    tile(
      words.say('manage.desk.findings'),
      findings === null ? '…' : words.number(findings),
      findings === null ? words.say('manage.desk.looking') : words.say('manage.desk.findingsNote'),
      '/manage?kind=contradiction&team=all',
      findings === null ? 'none' : count(findings),
    ),
  ];
}

/** An address with the page's language. */
function withUi(href: string, ui: string): string {
  const [path = '', anchor] = href.split('#');
  const joined = `${path}${path.includes('?') ? '&' : '?'}ui=${encodeURIComponent(ui)}`;
  return anchor === undefined ? joined : `${joined}#${anchor}`;
}

function styleOf(kind: DeskKind): string {
  if (kind === 'contradiction' || kind === 'overdue') return 'bad';
  return kind === 'flag' || kind === 'disliked' || kind === 'offer' ? 'warn' : 'desk';
}

function kindInWords(kind: DeskKind, words: Words): string {
  switch (kind) {
    case 'offer':
      return words.say('manage.desk.kind.offer');
    case 'contradiction':
      return words.say('manage.desk.kind.contradiction');
    case 'flag':
      return words.say('manage.desk.kind.flag');
    case 'overdue':
      return words.say('manage.desk.kind.overdue');
    case 'disliked':
      return words.say('manage.desk.kind.disliked');
    case 'gap':
      return words.say('manage.desk.kind.gap');
    case 'due':
      return words.say('manage.desk.kind.due');
    case 'translation':
      return words.say('manage.desk.kind.translation');
    case 'proposal':
      return words.say('manage.desk.kind.proposal');
  }
}

function actionInWords(kind: DeskKind, words: Words): string {
  switch (kind) {
    case 'offer':
      return words.say('manage.desk.do.offer');
    case 'contradiction':
      return words.say('manage.desk.do.contradiction');
    case 'flag':
      return words.say('manage.desk.do.flag');
    case 'overdue':
    case 'due':
      return words.say('manage.desk.do.verify');
    case 'disliked':
      return words.say('manage.desk.do.disliked');
    case 'gap':
      return words.say('manage.desk.do.gap');
    case 'translation':
      return words.say('manage.desk.do.translation');
    case 'proposal':
      return words.say('manage.desk.do.proposal');
  }
}
