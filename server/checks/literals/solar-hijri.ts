/** A day by year, month from 1 and day of the month. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The Solar Hijri (Persian) day of a Gregorian one, by the platform's calendar. */
export function fromGregorian(year: number, month: number, day: number): CalendarDay {
  return solarOf(Date.UTC(year, month - 1, day));
}

/** The Gregorian day of a Solar Hijri one; null where that day does not exist. Years 1200 to 1600. */
export function toGregorian({ year, month, day }: CalendarDay): CalendarDay | null {
  if (year < 1200 || year > 1600 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  // Nowruz falls on 19 to 22 March; months 1 to 6 have 31 days, the next ones 30.
  const days = Math.min(month - 1, 6) * 31 + Math.max(0, month - 7) * 30 + day - 1;
  const guess = Date.UTC(year + 621, 2, 19) + days * DAY;
  for (let shift = 0; shift <= 3; shift++) {
    const found = solarOf(guess + shift * DAY);
    if (found.year !== year || found.month !== month || found.day !== day) continue;
    const date = new Date(guess + shift * DAY);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  return null;
}

const DAY = 86_400_000;

const solar = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  timeZone: 'UTC',
});

function solarOf(time: number): CalendarDay {
  const parts = new Map(
    solar.formatToParts(time).map(({ type, value }) => [type, Number.parseInt(value, 10)]),
  );
  return { year: parts.get('year') ?? 0, month: parts.get('month') ?? 0, day: parts.get('day') ?? 0 };
}
