import type { CalendarDate, Period } from './answer.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Whether a day is in a half-open period. */
export function isWithin(period: Period, day: CalendarDate): boolean {
  return (period.from === null || period.from <= day) && (period.to === null || day < period.to);
}

/** The date so many days later; calendar days, so no time zone matters. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** The calendar of a time zone: gives the date it is there at an instant. */
export function calendarOf(timeZone: string): (now: Date) => CalendarDate {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (now) => {
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    return `${(parts.get('year') ?? '').padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
}

/**
 * The instant from which it is a day, or a later one, in a time zone and stays so: midnight, or whatever stands in its place
 * where clocks are changed at midnight; for a day that a zone left out, the beginning of the next. To the millisecond.
 */
export function startOfDay(timeZone: string, day: CalendarDate): Date {
  const dateAt = calendarOf(timeZone);
  const isBefore = (ms: number): boolean => dateAt(new Date(ms)) < day;
  // No zone was ever further than 15 h 14 min from UTC, and a clock that is set back over midnight is so for an hour.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  let later = midnight + 16 * hourMs;
  while (later > midnight - 16 * hourMs && !isBefore(later - hourMs / 4)) later -= hourMs / 4;
  let earlier = later - hourMs / 4;
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (isBefore(middle)) earlier = middle;
    else later = middle;
  }
  return new Date(later);
}
