import { createAnswerers } from '../answers/answerer.ts';
import { calibrate } from '../answers/calibrate.ts';
import { judgeGolden } from '../answers/judge-golden.ts';
import { withCalibration } from '../snapshots/with-calibration.ts';
import type { Check } from './finding.ts';
import { lineSpan } from './line-span.ts';

/** Golden questions that do not get what their owner expects. */
export const goldenUnmet: Check = {
  code: 'golden-unmet',
  title: 'A golden question does not get what it should.',
  severity: 'warning',
  isSlow: true,
  explanation: `A golden question is a promise to somebody. One that is not kept today is not looked after tomorrow either: a publication is refused only where a golden question passes before it and not after it.

Each question of golden.yaml is asked as it would be answered once this content is published, with the confidence that the content's own questions justify, on its own day or else today; by words alone, whatever SEMANTIC_MODEL says. It passes with an answer that it names; where that depends on the customer, also with the question back about the customer.

Give the article the words that customers use (\`questions\`), or correct what is expected: \`{ clarify: [...] }\` where asking back is right. Take out what cannot be kept.`,
  *run(world) {
    const { content, snapshot, today } = world;
    if (snapshot === null || content.golden.length === 0) return;
    const published = withCalibration(snapshot, calibrate(snapshot, content.golden));
    const answerer = createAnswerers(published).public;
    for (const golden of content.golden) {
      const { passes, expected, found } = judgeGolden(golden, answerer, today);
      if (passes) continue;
      yield {
        place: lineSpan(world, golden.file, golden.line),
        message: 'This golden question does not get what it should.',
        expected,
        found,
        hint: null,
        other: null,
        because: [],
      };
    }
  },
};
