import { type JudgedGolden, judgeGolden } from '../answers/judge-golden.ts';
import { AppError } from '../errors.ts';
import type { BrokenGolden } from '../snapshots/release-report.ts';
import type { GoldenQuestion } from '../snapshots/snapshot.ts';
import type { ReplaySide } from './replay.ts';

/** What golden questions say of a publication. */
export interface GoldenVerdict {
  /** They passed on the current release and do not any more: they refuse the publication. */
  readonly broken: readonly BrokenGolden[];
  /** The others that do not pass: new ones, changed ones, and those that did not pass before either. */
  readonly unmet: readonly BrokenGolden[];
}

/**
 * Judges golden questions on both sides. One is broken where it stood in the current release with the same expectation, and
 * passed there on the same day. `before`: null before the first release, when nothing can break.
 */
export function judgeChange(
  before: { readonly side: ReplaySide; readonly golden: readonly GoldenQuestion[] } | null,
  after: { readonly side: ReplaySide; readonly golden: readonly GoldenQuestion[] },
): GoldenVerdict {
  const stood = new Set(before?.golden.map(keyOf));
  const failing = after.golden.map((one) => judge(one, after.side)).filter(({ passes }) => !passes);
  const isBroken = ({ golden }: JudgedGolden): boolean =>
    before !== null && stood.has(keyOf(golden)) && passesOn(before.side, golden);
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

/** What makes it the same promise; its reason, its tags and its place do not. */
function keyOf({ question, locale, context, asOf, expect }: GoldenQuestion): string {
  const wanted =
    expect.status === 'no_answer'
      ? []
      : expect.anyOf.map(({ articleId, section }) => `${articleId}#${section ?? ''}`).sort();
  return JSON.stringify([question, locale, context, asOf, expect.status, wanted]);
}

function told({ golden, expected, found }: JudgedGolden): BrokenGolden {
  const { question, locale, why, file, line } = golden;
  return { question, locale, why, expected, found, file, line };
}
