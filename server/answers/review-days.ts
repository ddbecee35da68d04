import type { CalendarDate, Review } from '../snapshots/snapshot.ts';
import { addDays } from './calendar.ts';

/** The days that follow from a verification. */
export interface ReviewDays {
  /** The last day for which it counts. */
  readonly dueOn: CalendarDate;
  /** The first day on which answers need confirmation. */
  readonly overdueFrom: CalendarDate;
}

/** When a verification of a day is due again, and when it is overdue. */
export function reviewDays(verified: CalendarDate, { intervalDays, graceDays }: Review): ReviewDays {
  const dueOn = addDays(verified, intervalDays);
  return { dueOn, overdueFrom: addDays(dueOn, graceDays + 1) };
}
