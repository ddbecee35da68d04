import type { Route } from '../../http/route.ts';
import { type ManageDeps, manageRoute, openManagePage, sendManagePage } from './manage-page.ts';
import { presentCalibrations } from './present-calibration.ts';

const path = '/manage/answers';

/** The page about how sure answers are. */
export function answersRoutes(deps: ManageDeps): readonly Route[] {
  return [
    manageRoute(
      path,
      'How sure answers are, by language; coverage against risk, and the thresholds in force.',
      (request, response) => {
        const page = openManagePage(deps, { path }, request, response);
        const answerer = page.current.public;
        sendManagePage(deps.views, response, 'manage/answers', page, {
          maximumRisk: answerer.maximumRisk,
          cards: presentCalibrations(answerer, page.wordsOf),
        });
      },
      { access: 'editor' },
    ),
  ];
}
