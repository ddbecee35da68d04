import { type JudgedGolden, judgeGolden } from '../answers/judge-golden.ts';
import { AppError } from '../errors.ts';
import type { BrokenGolden } from '../snapshots/release-report.ts';
import type { GoldenQuestion } from '../snapshots/snapshot.ts';
import type { ReplaySide } from './replay.ts';

/** What golden questions say of a publication. */
export interface GoldenVerdict {
  /** They passed on the current release and do not any more: they refuse the publication. */
  readonly broken: readonly BrokenGolden[];
  /** The others that do not pass, and did not before either. */
  readonly unmet: readonly BrokenGolden[];
}

/**
 * Judges golden questions, as they stand now, on both sides. One is broken where it passes on the current release, on the
 * same day, and does not any more; whether it was written before or with the change makes no difference, since what
 * customers get today is right by it. `before`: null before the first release, when nothing can break.
 */
export function judgeChange(
  before: ReplaySide | null,
  after: ReplaySide,
  golden: readonly GoldenQuestion[],
): GoldenVerdict {
  const failing = golden.map((one) => judge(one, after)).filter(({ passes }) => !passes);
  const isBroken = (one: JudgedGolden): boolean => before !== null && passesOn(before, one.golden);
  const [broken, unmet] = [failing.filter(isBroken), failing.filter((one) => !isBroken(one))];
  return { broken: broken.map(told), unmet: unmet.map(told) };
}

function judge(golden: GoldenQuestion, { answerer, asOf }: ReplaySide): JudgedGolden {
  return judgeGolden(golden, answerer, asOf);
}

/** A side without the question's language, dimension or value never gave what it expects. */
function passesOn(side: ReplaySide, golden: GoldenQuestion): boolean {
  try {
    return judge(golden, side).passes;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-request') return false;
    throw error;
  }
}

function told({ golden, expected, found }: JudgedGolden): BrokenGolden {
  const { question, locale, why, file, line } = golden;
  return { question, locale, why, expected, found, file, line };
}
