/** An estimate of a sample with the 95% interval in which the value for everybody lies. */
export interface Estimate {
  /** How many were counted; at least 1. */
  readonly n: number;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** How customers answered how likely they are to recommend, in the three classes of the field. */
export interface Recommendations {
  /** 9 and 10. */
  readonly promoters: number;
  /** 7 and 8. */
  readonly passives: number;
  /** 0 to 6. */
  readonly detractors: number;
}

/** Counted below this, an estimate says next to nothing: with 4 of 4 the interval still begins at 51%. */
export const leastSample = 5;

/** The 97.5% point of the normal distribution. */
const z = 1.959964;

/**
 * A share of a sample, from 0 to 1, with Wilson's 95% interval, which holds for small samples and for shares near 0 and 1
 * too (Wilson 1927, Journal of the American Statistical Association 22:209; recommended by Brown, Cai and DasGupta 2001,
 * Statistical Science 16:101). Null: nothing was counted.
 */
export function shareOf(successes: number, n: number): Estimate | null {
  if (n === 0) return null;
  const share = successes / n;
  const middle = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return {
    n,
    value: share,
    // At the ends the formula gives exactly 0 and 1; rounding must not pass them, nor the share itself.
    from: Math.min(share, Math.max(0, (middle - spread) / scale)),
    to: Math.max(share, Math.min(1, (middle + spread) / scale)),
  };
}

/**
 * The Net Promoter Score, from -100 to 100: the percentage of promoters less that of detractors. Its interval is the
 * adjusted Wald one: 3/4 is added to promoters and to detractors, 3 to the sample, then ± 1.96 times the root of the variance
 * of a difference of two shares of one trinomial, (p + d - (p - d)²) / n. Of the methods compared it covers best, for small
 * samples too, where the plain one would give no width at all to ten promoters of ten (Rocks 2016, The American
 * Statistician 70:365). Null: nothing was counted.
 */
export function netPromoter({ promoters, passives, detractors }: Recommendations): Estimate | null {
  const n = promoters + passives + detractors;
  if (n === 0) return null;
  const value = (100 * (promoters - detractors)) / n;
  const most = n + 3;
  const p = (promoters + 0.75) / most;
  const d = (detractors + 0.75) / most;
  const spread = z * Math.sqrt((p + d - (p - d) ** 2) / most);
  return {
    n,
    value,
    from: Math.min(value, Math.max(-100, 100 * (p - d - spread))),
    to: Math.max(value, Math.min(100, 100 * (p - d + spread))),
  };
}

/** The three classes of some scores from 0 to 10, each with how often it was given. */
export function recommendationsOf(
  scores: readonly { readonly score: number; readonly given: number }[],
): Recommendations {
  const sum = (least: number, most: number): number =>
    scores.reduce((all, { score, given }) => (score >= least && score <= most ? all + given : all), 0);
  return { promoters: sum(9, 10), passives: sum(7, 8), detractors: sum(0, 6) };
}
