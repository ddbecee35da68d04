import type { AgentDesk, CalendarDate, OwnedArticle, Site } from '../../answers/answer.ts';
import { addDays } from '../../answers/calendar.ts';
import { reviewDays } from '../../answers/review-days.ts';

/**
 * Where the verification of an article stands: it counts; it is due within the notice; it is due, and answers are still
 * given; it is overdue, and answers need confirmation.
 */
export const verificationStates = ['overdue', 'due', 'notice', 'verified'] as const;
export type VerificationState = (typeof verificationStates)[number];

/** What owners are told of, once each: it is due soon; it is overdue; the fallback team has it to do too. */
export type VerificationStage = 'notice' | 'overdue' | 'fallback';

/** An article in one locale with when it is to be verified, and by whom. */
export interface DueArticle extends OwnedArticle {
  readonly state: VerificationState;
  /** The last day on which its verification counts. */
  readonly dueOn: CalendarDate;
  /** The first day on which its answers need confirmation. */
  readonly overdueFrom: CalendarDate;
  readonly owner: Team;
  /** The owner's fallback team; null where there is none. */
  readonly fallback: Team | null;
  /** The first day on which the fallback team has it to do too; null where there is none. */
  readonly fallbackFrom: CalendarDate | null;
  /** The latest stage that is reached; null where there is nothing to do. */
  readonly stage: VerificationStage | null;
}

/** A team of teams.yaml. */
interface Team {
  readonly id: string;
  readonly name: string;
  readonly contact: string;
}

/** What site.yaml says, or leaves to these defaults. A week and two are what the first owners asked for; no data yet. */
export const reviewDefaults = { noticeDays: 7, fallbackDays: 14, verifier: 'anyone' } as const;

/** When the articles in force on a day are to be verified, and by whom; in the inventory's order. Pure. */
export function dueArticles(
  { teams, ownedArticles }: Pick<AgentDesk, 'teams' | 'ownedArticles'>,
  { review }: Pick<Site, 'review'>,
  today: CalendarDate,
): readonly DueArticle[] {
  const { noticeDays = reviewDefaults.noticeDays, fallbackDays = reviewDefaults.fallbackDays } = review;
  const teamOf = (id: string): Team => {
    const team = teams.find(({ teamId }) => teamId === id);
    return { id, name: team?.name ?? id, contact: team?.contact ?? '' };
  };
  const fallbackOf = (id: string): Team | null => {
    const fallback = teams.find(({ teamId }) => teamId === id)?.fallback ?? null;
    return fallback === null ? null : teamOf(fallback);
  };
  return ownedArticles(today).map((article) => {
    const { dueOn, overdueFrom } = reviewDays(article.verified, article.review);
    const state = stateOn(today, { noticeFrom: addDays(dueOn, -noticeDays), dueOn, overdueFrom });
    const fallback = fallbackOf(article.ownerId);
    const fallbackFrom = fallback === null ? null : addDays(overdueFrom, fallbackDays);
    return {
      ...article,
      state,
      dueOn,
      overdueFrom,
      owner: teamOf(article.ownerId),
      fallback,
      fallbackFrom,
      stage: stageOn(today, state, fallbackFrom),
    };
  });
}

/** The teams that have an article to do on a day: its owner, and the fallback once its time has come. */
export function teamsOf({ owner, fallback, stage }: DueArticle): readonly string[] {
  return stage === 'fallback' && fallback !== null ? [owner.id, fallback.id] : [owner.id];
}

function stateOn(
  today: CalendarDate,
  days: {
    readonly noticeFrom: CalendarDate;
    readonly dueOn: CalendarDate;
    readonly overdueFrom: CalendarDate;
  },
): VerificationState {
  if (today >= days.overdueFrom) return 'overdue';
  if (today > days.dueOn) return 'due';
  return today >= days.noticeFrom ? 'notice' : 'verified';
}

function stageOn(
  today: CalendarDate,
  state: VerificationState,
  fallbackFrom: CalendarDate | null,
): VerificationStage | null {
  if (state === 'verified') return null;
  if (state !== 'overdue') return 'notice';
  return fallbackFrom !== null && today >= fallbackFrom ? 'fallback' : 'overdue';
}
