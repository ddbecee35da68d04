import type { Route } from '../../http/route.ts';
import { answersRoutes } from './answers-page.ts';
import { factsRoutes } from './facts-page.ts';
import { macrosRoutes } from './macros-page.ts';
import { type ReleasesDeps, releasesRoutes } from './releases-page.ts';

/** Pages for those who answer for the content: managers and admins. They stand behind the console's guard. */
export function manageRoutes(deps: ReleasesDeps): readonly Route[] {
  return [...answersRoutes(deps), ...factsRoutes(deps), ...releasesRoutes(deps), ...macrosRoutes(deps)];
}
