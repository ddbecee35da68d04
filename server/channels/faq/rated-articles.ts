import { createHmac } from 'node:crypto';
import { clientOf } from '../../accounts/client-of.ts';

/** Which articles each address has rated lately: pages that many people share bring no receipt of their own. */
export interface RatedArticles {
  /**
   * The receipt under which an address rates an article: the one of the last 24 hours, so that it counts once, else a new
   * one, which `mint` gives.
   */
  receiptFor(address: string, articleId: string, mint: () => Promise<string>): Promise<string>;
}

const dayMs = 86_400_000;

/** Most pairs of address and article remembered: some 20 MB. Beyond, the oldest are forgotten, and might count twice. */
const mostKept = 100_000;

/**
 * Remembers in this process alone, never stored; `key` are random bytes of the process, so that nobody can tell an address
 * from what is remembered of it. Several people behind one address share a rating: the last word counts.
 */
export function createRatedArticles(deps: {
  readonly now: () => Date;
  readonly key: Uint8Array;
  readonly most?: number;
}): RatedArticles {
  const { now, key, most = mostKept } = deps;
  const kept = new Map<string, { readonly until: number; readonly receipt: Promise<string> }>();
  return Object.freeze({
    receiptFor(address: string, articleId: string, mint: () => Promise<string>) {
      const id = createHmac('sha256', key)
        .update(`${clientOf(address)} ${articleId}`)
        .digest('base64');
      const before = kept.get(id);
      if (before !== undefined && before.until > now().getTime()) return before.receipt;
      const receipt = mint();
      kept.delete(id);
      kept.set(id, { until: now().getTime() + dayMs, receipt });
      receipt.catch(() => kept.delete(id));
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
      return receipt;
    },
  });
}
