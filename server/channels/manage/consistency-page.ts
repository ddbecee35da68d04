import { AppError } from '../../errors.ts';
import type { ParityRuns } from '../../feedback/parity-runs.ts';
import type { Route } from '../../http/route.ts';
import type { WordRun } from '../../impact/impact.ts';
import { originOf } from '../origin.ts';
import { type ManageDeps, manageRoute, openManagePage, sendManagePage } from './manage-page.ts';
import { presentAgreement, presentRuns, type ReleaseAgreement } from './present-consistency.ts';
import { readParityRun } from './read-parity-run.ts';

/** What is known of how consistent answers are. */
export interface Consistency {
  /** How paraphrases agreed in the latest releases, the newest first. */
  readonly agreements: (most: number) => Promise<readonly ReleaseAgreement[]>;
  readonly runs: ParityRuns;
  /** What words a text lost and gained. */
  readonly compare: (before: string, after: string) => readonly WordRun[];
}

/** Where a run of verify:parity is sent to. */
export const parityRunsPath = '/manage/consistency/runs';

const path = '/manage/consistency';

/** Releases and runs on the page: a year of fortnights, and what a chart of that width can tell apart. */
const mostReleases = 26;
const mostRuns = 26;

/** The page about how consistent answers are, in other words and over the channels, and where its runs are recorded. */
export function consistencyRoutes(
  deps: ManageDeps & { readonly consistency: Consistency },
): readonly Route[] {
  const { consistency } = deps;
  return [
    manageRoute(
      path,
      'How often paraphrases get the same answer, by language over the releases, and recorded runs of verify:parity.',
      async (request, response) => {
        const page = openManagePage(deps, { path }, request, response);
        const [agreements, runs] = await Promise.all([
          consistency.agreements(mostReleases),
          consistency.runs.latest(mostRuns),
        ]);
        sendManagePage(deps.views, response, 'manage/consistency', page, {
          timeZone: page.current.public.site.timeZone,
          command: `npm run verify:parity -- ${deps.publicUrl} --agent ${page.signedIn.account.name} --record`,
          agreement: presentAgreement(agreements, runs, page.current.public.site.locales, page),
          ...presentRuns(runs, consistency.compare),
        });
      },
      { access: 'editor' },
    ),
    manageRoute(
      parityRunsPath,
      'Records a run of verify:parity for managers.',
      async (request, response) => {
        const { signedIn, current } = openManagePage(deps, { path: parityRunsPath }, request, response);
        const { snapshot, report } = readParityRun(request);
        if (snapshot !== current.public.snapshot) {
          throw new AppError('invalid-request', {
            message: 'Other content is served by now, so the run says nothing of it: run it again.',
            field: 'snapshot',
            expected: current.public.snapshot,
            found: snapshot,
          });
        }
        const made = {
          runAt: deps.door.now().toISOString(),
          person: signedIn.account.name,
          release: current.release.number,
          report,
        };
        const run = await consistency.runs.add(made, originOf(request, response));
        response.status(201).json({ id: run.id, release: run.release });
      },
      { method: 'post', format: 'json' },
    ),
  ];
}
