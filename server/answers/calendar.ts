import type { CalendarDate, Period } from './answer.ts';

/** Whether a day is in a half-open period. */
export function isWithin(period: Period, day: CalendarDate): boolean {
  return (period.from === null || period.from <= day) && (period.to === null || day < period.to);
}

/** The date so many days later; calendar days, so no time zone matters. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
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
