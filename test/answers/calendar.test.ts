import fc from 'fast-check';
import { addDays, calendarOf, startOfDay } from '../../server/answers/calendar.ts';

const zones = [
  'America/New_York',
  'Asia/Jerusalem',
  'Pacific/Kiritimati',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Apia',
  'America/St_Johns',
  'Asia/Tehran',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'UTC',
];

describe('the beginning of a day', () => {
  test.each([
    ['in New York', 'America/New_York', '2026-11-22', '2026-11-22T05:00:00.000Z'],
    [
      'in New York on the day that clocks go forward',
      'America/New_York',
      '2026-03-08',
      '2026-03-08T05:00:00.000Z',
    ],
    ['in New York on the day after that', 'America/New_York', '2026-03-09', '2026-03-09T04:00:00.000Z'],
    [
      'in New York on the day after clocks went back',
      'America/New_York',
      '2026-11-02',
      '2026-11-02T05:00:00.000Z',
    ],
    [
      'in Jerusalem on the day after clocks went forward',
      'Asia/Jerusalem',
      '2026-03-28',
      '2026-03-27T21:00:00.000Z',
    ],
    [
      'in Jerusalem on the day after clocks went back',
      'Asia/Jerusalem',
      '2026-10-26',
      '2026-10-25T22:00:00.000Z',
    ],
    ['on the first islands to see it', 'Pacific/Kiritimati', '2027-01-01', '2026-12-31T10:00:00.000Z'],
    [
      'in Santiago is one o’clock where midnight is left out',
      'America/Santiago',
      '2022-09-11',
      '2022-09-11T04:00:00.000Z',
    ],
    [
      'in Beirut is one o’clock where midnight is left out',
      'Asia/Beirut',
      '2022-03-27',
      '2022-03-26T22:00:00.000Z',
    ],
    [
      'in Beirut comes after the hour that is there twice',
      'Asia/Beirut',
      '2022-10-30',
      '2022-10-29T22:00:00.000Z',
    ],
    [
      'in Samoa of a day that was left out is that of the next',
      'Pacific/Apia',
      '2011-12-30',
      '2011-12-30T10:00:00.000Z',
    ],
    [
      'in Newfoundland is when it stays so, after a minute of it was taken back',
      'America/St_Johns',
      '2010-11-07',
      '2010-11-07T03:30:00.000Z',
    ],
  ])('%s', (_, zone, day, start) => {
    expect(startOfDay(zone, day).toISOString()).toBe(start);
  });

  test('is the first millisecond of the day, on any day and in any zone', () => {
    const days = fc.integer({ min: 0, max: 365 * 60 }).map((days) => addDays('1990-01-01', days));
    fc.assert(
      fc.property(fc.constantFrom(...zones), days, (zone, day) => {
        const start = startOfDay(zone, day);
        const dateAt = calendarOf(zone);
        expect(dateAt(start) >= day).toBe(true);
        expect(dateAt(new Date(start.getTime() - 1)) < day).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('days are counted in the first centuries too', () => {
  expect(addDays('0001-12-31', 1)).toBe('0002-01-01');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
});
