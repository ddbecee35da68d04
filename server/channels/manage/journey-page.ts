import type { Reports } from '../../feedback/reports/reports.ts';
import type { Route } from '../../http/route.ts';
import { type ManageDeps, manageRoute, openManagePage, sendManagePage } from './manage-page.ts';
import { presentJourney } from './present-journey.ts';

const path = '/manage/journey';

/** Days of asks and ratings on the page: a season. */
const days = 90;
const dayMs = 86_400_000;

/** What the page of the customer's way is made with. */
export interface JourneyDeps extends ManageDeps {
  readonly loop: { readonly reports: Pick<Reports, 'byArticle'> };
}

/** The page of the customer's way. */
export function journeyRoutes(deps: JourneyDeps): readonly Route[] {
  return [
    manageRoute(
      path,
      "The customer's way from the first look to the last, its moments of truth, and how well each is covered.",
      async (request, response) => {
        const page = openManagePage(deps, { path }, request, response);
        const { public: answerer, desk } = page.current;
        const instant = new Date(deps.door.now().getTime() - days * dayMs);
        const counts = await deps.loop.reports.byArticle({ day: answerer.today(instant), instant });
        const today = answerer.today(deps.door.now());
        const { ui, words, wordsOf } = page;
        const by = { ui, words, wordsOf, today, days };
        sendManagePage(deps.views, response, 'manage/journey', page, {
          ...presentJourney({ desk, answerer }, counts, by),
        });
      },
      { access: 'editor' },
    ),
  ];
}
