import type { Check, CheckWorld, Finding } from './finding.ts';
import { lineSpan } from './line-span.ts';
import type { Granted } from './run-checks.ts';

/** The check of acceptances themselves; it is run after all others, when it is known what they found. */
export const acceptanceUnused: {
  readonly check: Check;
  readonly of: (unused: readonly Granted[], world: CheckWorld) => Iterable<Omit<Finding, 'code'>>;
} = {
  check: {
    code: 'acceptance-unused',
    title: 'A finding is accepted that is not there.',
    severity: 'warning',
    explanation: `An acceptance with nothing to accept hides the next finding of its kind, which nobody has looked at.

It is told where no finding of the named check stands where the acceptance holds: in its article, on the lines of its fact or offer, or in the file that site.yaml names; with \`text\`, where no finding marks these words.

Take the acceptance out, or correct its \`text\`.`,
    run: () => [],
  },
  *of(unused, world) {
    for (const { check, acceptance, at, file } of unused) {
      const what = acceptance.text === null ? check : `${check} with "${acceptance.text}"`;
      yield {
        place: lineSpan(world, at.file, at.line),
        message: 'This acceptance accepts nothing.',
        expected: `a finding of ${what} in ${file}`,
        found: 'none',
        hint: 'Take the acceptance out, or correct its `text`.',
        other: null,
        because: [],
      };
    }
  },
};
