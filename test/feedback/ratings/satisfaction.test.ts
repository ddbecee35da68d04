import fc from 'fast-check';
import {
  leastSample,
  netPromoter,
  recommendationsOf,
  shareOf,
} from '../../../server/feedback/ratings/satisfaction.ts';

const count = fc.integer({ min: 0, max: 50_000 });
const classes = fc.record({ promoters: count, passives: count, detractors: count });

describe('a share of those who rated', () => {
  test('has the interval of Wilson, by hand: 4 of 4 begin at 4 / (4 + 1.96²), 3 of 10 lie from 11% to 60%', () => {
    expect(shareOf(4, 4)).toMatchObject({ n: 4, value: 1, to: 1 });
    expect(shareOf(4, 4)?.from).toBeCloseTo(4 / (4 + 1.959964 ** 2), 6);
    const three = shareOf(3, 10);
    expect(three?.from).toBeCloseTo(0.1078, 4);
    expect(three?.to).toBeCloseTo(0.6032, 4);
  });

  test('of nobody is nothing', () => {
    expect(shareOf(0, 0)).toBeNull();
  });

  test('lies in its interval, which lies in 0 to 1 and is never without width', () => {
    fc.assert(
      fc.property(count, count, (yes, no) => {
        const share = shareOf(yes, yes + no);
        if (share === null) return yes + no === 0;
        const { value, from, to } = share;
        return 0 <= from && from <= value && value <= to && to <= 1 && to - from > 0;
      }),
    );
  });

  test('is known better the more have rated', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 500 }), (yes, no) => {
        const width = (times: number): number => {
          const share = shareOf(times * yes, times * (yes + no));
          return share === null ? Number.NaN : share.to - share.from;
        };
        return width(10) < width(1);
      }),
    );
  });

  test('mirrors: what did not help is the rest', () => {
    fc.assert(
      fc.property(count, count, (yes, no) => {
        fc.pre(yes + no > 0);
        const helped = shareOf(yes, yes + no);
        const rest = shareOf(no, yes + no);
        expect((helped?.from ?? 0) + (rest?.to ?? 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('of fewer than five could as well be half, whatever they said', () => {
    expect(shareOf(leastSample - 2, leastSample - 2)?.from).toBeLessThan(0.5);
    expect(shareOf(leastSample, leastSample)?.from).toBeGreaterThan(0.5);
  });
});

describe('the Net Promoter Score', () => {
  test('is promoters less detractors in percent, by hand: 50, 30 and 20 are +30, from 14 to 44', () => {
    const score = netPromoter({ promoters: 50, passives: 30, detractors: 20 });
    expect(score).toMatchObject({ n: 100, value: 30 });
    // p = 50.75/103, d = 20.75/103, variance (p + d - (p - d)²)/103 = 0.005916, 1.96 * 0.07692 = 15.08.
    expect(score?.from).toBeCloseTo(29.126 - 15.075, 2);
    expect(score?.to).toBeCloseTo(29.126 + 15.075, 2);
  });

  test('of ten promoters is 100, and still not certain', () => {
    const score = netPromoter({ promoters: 10, passives: 0, detractors: 0 });
    expect(score).toMatchObject({ value: 100, to: 100 });
    expect(score?.from).toBeLessThan(80);
  });

  test('of nobody is nothing', () => {
    expect(netPromoter({ promoters: 0, passives: 0, detractors: 0 })).toBeNull();
  });

  test('lies in its interval, which lies in -100 to 100', () => {
    fc.assert(
      fc.property(classes, (each) => {
        const score = netPromoter(each);
        if (score === null) return each.promoters + each.passives + each.detractors === 0;
        const { value, from, to } = score;
        return -100 <= from && from <= value && value <= to && to <= 100 && to - from > 0;
      }),
    );
  });

  test('mirrors where promoters and detractors change places', () => {
    fc.assert(
      fc.property(classes, ({ promoters, passives, detractors }) => {
        const one = netPromoter({ promoters, passives, detractors });
        const other = netPromoter({ promoters: detractors, passives, detractors: promoters });
        expect(one?.value ?? 0).toBeCloseTo(-(other?.value ?? 0), 9);
        expect(one?.from ?? 0).toBeCloseTo(-(other?.to ?? 0), 9);
      }),
    );
  });

  test('counts 9 and 10 as promoters, 7 and 8 as neither, 0 to 6 as detractors', () => {
    const scores = Array.from({ length: 11 }, (_, score) => ({ score, given: 10 ** (score % 3) }));
    expect(recommendationsOf(scores)).toEqual({
      promoters: 1 + 10,
      passives: 10 + 100,
      detractors: 1 + 10 + 100 + 1 + 10 + 100 + 1,
    });
  });
});
