import type { Current } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import { type DueArticle, dueArticles } from './due-articles.ts';

/** What telling is made of. */
export interface TellDueDeps {
  readonly events: Pick<EventLog, 'add'>;
  /** Null before the first publication. */
  readonly current: () => Pick<Current, 'public' | 'desk' | 'release'> | null;
  readonly now: () => Date;
}

/**
 * Tells, as events `verification.due`, each article and locale whose verification reached a stage, once for each day of
 * `verified`; a stage that was passed over meanwhile is not told any more. Gives how many were told. Several servers may do
 * it at once: each is told by one.
 */
export async function tellDue(db: Database, { events, current, now }: TellDueDeps): Promise<number> {
  const served = current();
  if (served === null) return 0;
  const at = now();
  const due = dueArticles(served.desk, served.public.site, served.public.today(at));
  const known = await toldStages(db);
  let told = 0;
  for (const article of due) {
    const { articleId, locale, verified, stage } = article;
    if (stage === null || known.has(keyOf(locale, articleId, verified, stage))) continue;
    const isNew = await db.transaction().execute(async (within) => {
      const row = {
        article_id: articleId,
        locale,
        verified_on: verified,
        stage,
        told_at: at.toISOString(),
      };
      const [noted] = await within
        .insertInto('verification_notices')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      if (noted?.numInsertedOrUpdatedRows !== 1n) return false;
      await events.add('verification.due', dataOf(article), within);
      return true;
    });
    if (isNew) told += 1;
  }
  return told;
}

/** How often it is looked whether the day or the release is another one, ms: nobody waits for the minute. */
const everyMs = 60_000;

/**
 * Tells what is due from the first release on, and again whenever the day or the release is another one, without keeping
 * the process alive. `failed` hears why a look did not finish; the next minute tries again. `stop` resolves when one under
 * way has ended.
 */
export function startTellingDue(
  db: Database,
  deps: TellDueDeps & { readonly failed: (error: unknown) => void; readonly every?: number },
): { stop(): Promise<void> } {
  const { current, now, failed, every = everyMs } = deps;
  let told = '';
  let running = Promise.resolve();
  const look = async (): Promise<void> => {
    const served = current();
    const at = served === null ? '' : `${served.release.number} ${served.public.today(now())}`;
    if (at === told) return;
    await tellDue(db, deps);
    told = at;
  };
  const timer = setInterval(() => {
    running = running.then(look).catch(failed);
  }, every);
  timer.unref();
  return Object.freeze({
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  });
}

/** Names and days only: an article for agents has no text in it either. */
function dataOf(article: DueArticle) {
  const { articleId, locale, audience, stage, verified, dueOn, overdueFrom, owner, fallback, fallbackFrom } =
    article;
  return {
    articleId,
    locale,
    audience,
    stage,
    verifiedOn: verified,
    dueOn,
    overdueFrom,
    owner: owner.id,
    fallback: fallback?.id ?? null,
    fallbackFrom,
    page: `/manage/verification/${articleId}?locale=${encodeURIComponent(locale)}`,
  };
}

async function toldStages(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('verification_notices')
    .select(['locale', 'article_id', 'verified_on', 'stage'])
    .execute();
  return new Set(rows.map((row) => keyOf(row.locale, row.article_id, row.verified_on, row.stage)));
}

function keyOf(...parts: readonly string[]): string {
  return parts.join(' ');
}
