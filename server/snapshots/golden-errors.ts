import { AppError } from '../errors.ts';
import type { BrokenGolden } from './release-report.ts';

/** Why a publication is refused: one error for each golden question that breaks, at its place in golden.yaml. */
export function goldenErrors(broken: readonly BrokenGolden[]): readonly AppError[] {
  return broken.map(
    ({ question, locale, why, expected, found, file, line }) =>
      new AppError('golden-broken', {
        message: `“${shortened(question)}” (${locale}) no longer gets what it should. ${why}`,
        place: { file, line },
        expected,
        found,
        hint: 'Mend the content, or publish it all the same with a note: npm run content:publish -- --acknowledge "NOTE", or /manage/preview.',
      }),
  );
}

/** Characters of a question in an error: a line of a terminal. */
const mostShown = 120;

function shortened(question: string): string {
  const characters = [...question.replace(/\s+/gu, ' ')];
  return characters.length <= mostShown ? characters.join('') : `${characters.slice(0, mostShown).join('')}…`;
}
