import type { ReleaseReport } from './release-report.ts';
import type { ReleaseStore } from './release-store.ts';

/** How paraphrases agreed when a release was made. */
export interface ReleaseAgreement {
  readonly release: number;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  readonly agreement: ReleaseReport['agreement'];
}

/** How paraphrases agreed in the latest releases, the newest first; from their reports, so that no snapshot is unpacked. */
export async function releaseAgreements(
  store: Pick<ReleaseStore, 'list' | 'reportOf'>,
  most: number,
): Promise<readonly ReleaseAgreement[]> {
  const releases = await store.list({ before: null, limit: most });
  return Promise.all(
    releases.map(async ({ number, publishedAt }) => {
      const { agreement } = await store.reportOf(number);
      return { release: number, publishedAt, agreement };
    }),
  );
}
