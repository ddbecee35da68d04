import type { EditingRights } from '../../accounts/editing-rights.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { CalendarDate, Locale } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import type { Gaps } from '../../feedback/gaps/gaps.ts';
import type { OffersMade } from '../../feedback/offers/offers-made.ts';
import type { Ratings } from '../../feedback/ratings/ratings.ts';
import type { DayOutcomes, Reports } from '../../feedback/reports/reports.ts';
import type { Verification } from '../../feedback/verification/verification.ts';
import type { Route } from '../../http/route.ts';
import type { Proposals } from '../../proposals/proposals.ts';
import { type DeskFindingView, type DeskKind, deskItems, deskKinds } from './desk-items.ts';
import {
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { presentInbox } from './present-inbox.ts';

/** What the desk is made with. */
export interface DeskDeps extends ManageDeps {
  readonly loop: {
    readonly flags: Pick<Flags, 'list' | 'count'>;
    readonly gaps: Pick<Gaps, 'list'>;
    readonly offers: Pick<OffersMade, 'awaiting'>;
    readonly ratings: Pick<Ratings, 'disliked' | 'tally'>;
    readonly reports: Pick<Reports, 'outcomes' | 'visits' | 'byArticle'>;
    readonly verification: Pick<Verification, 'list'>;
    readonly proposals: Pick<Proposals, 'list'>;
  };
  readonly editingRights: Pick<EditingRights, 'categoriesOf'>;
  /** What the checks say of the served release; found in the background. */
  readonly findings: (at: {
    readonly release: number;
    readonly today: CalendarDate;
  }) =>
    | { readonly kind: 'looking' }
    | { readonly kind: 'found'; readonly findings: readonly DeskFindingView[] };
}

const path = '/manage';
const dayMs = 86_400_000;

/** Days whose asks count as people touched, and over which health is told. */
const days = 30;

/** Most of one kind that are looked at: beyond, the kind's own page goes on. */
const mostOfOne = 200;

/** The desk: what waits, whose it is and what to do about it, and how the whole base is. */
export function deskRoutes(deps: DeskDeps): readonly Route[] {
  const { loop, door } = deps;
  return [
    manageRoute(
      path,
      'The desk: what waits for whom, what touches most people first, and the health of the whole base.',
      async (request, response) => {
        const page = openManagePage(deps, { path, known: ['team', 'kind'] }, request, response);
        const { current, signedIn } = page;
        const { public: answerer, desk } = current;
        const { team, kind } = readFilter(page);
        const today = answerer.today(door.now());
        const since = new Date(door.now().getTime() - days * dayMs);
        const range = { from: answerer.today(since), to: today };
        const before = {
          from: answerer.today(new Date(since.getTime() - days * dayMs)),
          to: answerer.today(new Date(since.getTime() - dayMs)),
        };
        const teams = hasRole(signedIn.account.role, 'manager') ? null : signedIn.account.teams;
        const looked = deps.findings({ release: current.release.number, today });
        const [flags, toVerify, gaps, disliked, proposals, offers, counts] = await Promise.all([
          loop.flags.list({ status: 'open' }, { first: [], skip: 0, limit: mostOfOne }),
          loop.verification.list(),
          loop.gaps.list({
            ...{ state: 'open', locale: null, reason: null, category: null },
            ...{ owner: team, sort: 'asks', page: 1 },
          }),
          loop.ratings.disliked(since),
          loop.proposals.list({ status: 'open', limit: mostOfOne }),
          loop.offers.awaiting(teams),
          loop.reports.byArticle({ day: range.from, instant: since }),
        ]);
        const articles = desk.ownedArticles(today);
        const owners = new Map<string, Set<string>>();
        const titles = new Map<string, { readonly title: string; readonly locale: Locale }>();
        for (const { articleId, ownerId, title, locale } of articles) {
          owners.set(articleId, (owners.get(articleId) ?? new Set()).add(ownerId));
          if (locale === page.ui || !titles.has(articleId)) titles.set(articleId, { title, locale });
        }
        const findings = looked.kind === 'found' ? looked.findings : [];
        const items = deskItems(
          {
            ...{ flags, toVerify, gaps: gaps.gaps, disliked, articles, findings, proposals },
            offers: offers.filter(({ by }) => by !== signedIn.account.name),
          },
          {
            asked: new Map([...counts].map(([id, { asks }]) => [id, asks])),
            teamOf: (articleId) => [...(owners.get(articleId) ?? [])],
            titleOf: (articleId) => titles.get(articleId) ?? null,
            offerOf: (id) => desk.offers.find(({ offerId }) => offerId === id)?.label ?? id,
          },
        );
        const [outcomes, earlier, visits, tally, openFlags] = await Promise.all([
          loop.reports.outcomes(range, {}),
          loop.reports.outcomes(before, {}),
          loop.reports.visits(range, {}),
          loop.ratings.tally({ since }),
          loop.flags.count({ status: 'open' }),
        ]);
        sendManagePage(deps.views, response, 'manage/desk', page, {
          ...presentInbox(
            items,
            {
              days,
              coverage: { now: sumOf(outcomes), before: sumOf(earlier) },
              visits: visits.reduce(
                (all, one) => ({ all: all.all + one.visits, selfServed: all.selfServed + one.selfServed }),
                { all: 0, selfServed: 0 },
              ),
              ratings: tally.reduce(
                (all, one) => ({
                  helpful: all.helpful + one.helpful,
                  rated: all.rated + one.helpful + one.unhelpful,
                }),
                { helpful: 0, rated: 0 },
              ),
              toVerify,
              articles,
              gaps: gaps.found,
              flags: openFlags,
              findings: looked.kind === 'found' ? looked.findings.length : null,
            },
            { team, kind, page, teams: desk.teams, own: signedIn.account.teams },
          ),
        });
      },
      { access: 'editor' },
    ),
  ];
}

/** Asks of some days by what became of them. */
export interface Outcomes {
  readonly answered: number;
  readonly all: number;
}

function sumOf(days: readonly DayOutcomes[]): Outcomes {
  return days.reduce(
    (sum, { answered, clarify, needsConfirmation, noAnswer }) => ({
      answered: sum.answered + answered + needsConfirmation,
      all: sum.all + answered + clarify + needsConfirmation + noAnswer,
    }),
    { answered: 0, all: 0 },
  );
}

/** Whose things are shown, and which. Errors: invalid-request for a team or a kind that there is not. */
function readFilter({ given, current, signedIn }: ManageRequest): {
  readonly team: string | null;
  readonly kind: DeskKind | null;
} {
  const { team, kind } = given;
  const known = deskKinds.find((one) => one === kind) ?? null;
  if (kind !== undefined && known === null)
    throw new AppError('invalid-request', { field: 'kind', expected: deskKinds.join(', '), found: kind });
  const ids = current.desk.teams.map(({ teamId }) => teamId);
  if (team !== undefined && team !== 'all' && !ids.includes(team))
    throw new AppError('invalid-request', {
      field: 'team',
      expected: ['all', ...ids].join(', '),
      found: team,
    });
  // Who belongs to one team begins with its things.
  const [own, ...more] = signedIn.account.teams.filter((id) => ids.includes(id));
  if (team === undefined) return { team: own !== undefined && more.length === 0 ? own : null, kind: known };
  return { team: team === 'all' ? null : team, kind: known };
}
