import fc from 'fast-check';
import { binsOf, readPeriod, sumInBins } from '../../../../server/channels/manage/reports/report-period.ts';

const today = '2026-11-22';

describe('the period of a report', () => {
  test('is the last 30 days with today, or one that is offered, each with as many days before it', () => {
    expect(readPeriod({}, today)).toEqual({
      from: '2026-10-24',
      to: today,
      days: 30,
      preset: 30,
      before: { from: '2026-09-24', to: '2026-10-23' },
    });
    expect(readPeriod({ days: '7' }, today)).toMatchObject({ from: '2026-11-16', preset: 7 });
    expect(readPeriod({ days: '365' }, today)).toMatchObject({ from: '2025-11-23', days: 365 });
  });

  test("is of one's own days, which go before a number of days, and ends today at the latest", () => {
    expect(readPeriod({ days: '7', from: '2026-11-01', to: '2026-12-31' }, today)).toMatchObject({
      from: '2026-11-01',
      to: today,
      preset: null,
      days: 22,
    });
    expect(readPeriod({ to: '2026-03-01' }, today)).toMatchObject({ from: '2026-01-31', to: '2026-03-01' });
  });

  test.each([
    [{ days: '8' }, 'days'],
    [{ days: '' }, 'days'],
    [{ from: '2026-11-31' }, 'from'],
    [{ from: '1999-12-31' }, 'from'],
    [{ to: 'yesterday' }, 'to'],
    [{ from: '2026-11-23' }, 'from'],
    [{ from: '2026-02-02', to: '2026-02-01' }, 'from'],
    [{ from: '2016-01-01' }, 'from'],
  ])('%j is refused', (given, field) => {
    expect(() => readPeriod(given, today)).toThrow(
      expect.objectContaining({ code: 'invalid-request', field }),
    );
  });
});

describe('the points of a chart', () => {
  test('are days up to three months, then weeks, then four weeks; coarser where cases are few', () => {
    const sizes = (days: number, coarse: boolean): readonly number[] => {
      const from = new Date(Date.parse(today) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
      const bins = binsOf(readPeriod({ from, to: today }, today), { coarse });
      return [bins.length, Math.max(...bins.map((bin) => bin.days))];
    };
    expect(sizes(7, false)).toEqual([7, 1]);
    expect(sizes(7, true)).toEqual([7, 1]);
    expect(sizes(92, false)).toEqual([92, 1]);
    expect(sizes(90, true)).toEqual([13, 7]);
    expect(sizes(365, false)).toEqual([53, 7]);
    expect(sizes(365, true)).toEqual([14, 28]);
    expect(sizes(3_653, false)).toEqual([131, 28]);
  });

  test('cover every day of the period once, whatever it is, and count each where it belongs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_653 }), fc.boolean(), (days, coarse) => {
        const all = Array.from({ length: days }, (_, back) =>
          new Date(Date.parse(today) - (days - 1 - back) * 86_400_000).toISOString().slice(0, 10),
        );
        const bins = binsOf(readPeriod({ from: all[0] ?? '', to: today }, today), { coarse });
        const rows = all.map((day) => ({ day }));
        expect(sumInBins(bins, rows, () => 1)).toEqual(bins.map((bin) => bin.days));
        expect(bins.map(({ from }) => from)).toEqual(bins.map(({ from }) => from).toSorted());
        expect([bins[0]?.from, bins.at(-1)?.to]).toEqual([all[0], today]);
        // A day outside is not counted.
        expect(
          sumInBins(bins, [{ day: '2026-11-23' }, { day: '1999-01-01' }], () => 1).every((one) => one === 0),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
