import type { AgentDesk, CalendarDate, Locale, PublicAnswerer } from '../../answers/answer.ts';
import { addDays } from '../../answers/calendar.ts';
import type { Origin } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Current } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import type { DatabaseSchema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import type { Redact } from '../redact.ts';
import type { Reports } from '../reports/reports.ts';
import { type ArticleEcho, articleEcho } from './article-echo.ts';
import { type ChangedReleases, changedBy } from './changed-by.ts';
import { type DueArticle, dueArticles, reviewDefaults, verificationStates } from './due-articles.ts';
import { tellDue } from './tell-due.ts';

/** That somebody said, on a day, that one revision of an article is true. */
export interface RecordedVerification {
  readonly articleId: string;
  readonly locale: Locale;
  readonly revision: string;
  /** The day that the article carries since, in the site's time zone. */
  readonly verifiedOn: CalendarDate;
  /** ISO 8601, UTC. */
  readonly verifiedAt: string;
  /** Account name. */
  readonly verifiedBy: string;
  /** Redacted; null where nothing was noted. */
  readonly note: string | null;
}

/** An article with when it is to be verified, when it last was, and how many people it touches. */
export interface ArticleToVerify extends DueArticle {
  /** The last verification that was made here; null where the day was only written into the file. */
  readonly last: RecordedVerification | null;
  /** How often it was what an ask found in the last `askedDays` days, in this locale or one that falls back to it. */
  readonly asked: number;
  /** Its last verification is of this very revision and later than what is served says: it waits to be published. */
  readonly isWaiting: boolean;
}

/** Whose statements keep articles true. */
export interface Verification {
  /** Every article in force today, what is most urgent first: by state, then the most asked for, then by day and id. */
  list(): Promise<readonly ArticleToVerify[]>;
  /** Null for an article that is not in force today in that locale. */
  find(articleId: string, locale: Locale): Promise<ArticleToVerify | null>;
  /** The newest first, of all locales or (given one) of it, at most `limit`. */
  history(articleId: string, locale: Locale | null, limit: number): Promise<readonly RecordedVerification[]>;
  /**
   * Whoever changed an article last themselves, where site.yaml says that another must verify it; empty where anybody may,
   * and where it is not known.
   */
  barred(articleId: string, locale: Locale): Promise<readonly string[]>;
  /** Writes a verification down with its audit event; gives it. Errors: invalid-request for a note that is too long. */
  record(
    verified: Pick<RecordedVerification, 'articleId' | 'locale' | 'revision' | 'verifiedOn' | 'note'>,
    by: Origin,
  ): Promise<RecordedVerification>;
  /** What came back of an article in the last `askedDays` days; `sections`: its anchors. */
  echo(articleId: string, locale: Locale, sections: readonly string[]): Promise<ArticleEcho>;
  /** Tells what became due, as the server does by itself; gives how many events. */
  tellDue(): Promise<number>;
}

/** Days over which it is counted how many people an article touches. */
export const askedDays = 30;

/** Most characters of a note. */
export const longestNote = 1_000;

/** What verification is made of. */
export interface VerificationDeps {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly reports: Pick<Reports, 'askedOf'>;
  readonly events: Pick<EventLog, 'add'>;
  readonly current: () => Current;
  /** The releases, for who changed an article last. */
  readonly releases: ChangedReleases;
  readonly now: () => Date;
  readonly hide: Redact;
}

/** The verifications of a database, in `verifications`, over what is served. */
export function createVerification(db: Database, deps: VerificationDeps): Verification {
  const { audit, reports, current, releases, now, hide } = deps;

  const withHistory = async (articles: readonly DueArticle[]): Promise<readonly ArticleToVerify[]> => {
    const served = current();
    const asked = await askedByArticle(reports, articles, served, served.public.today(now()));
    const last = await lastVerifications(
      db,
      articles.map(({ articleId }) => articleId),
    );
    return articles.map((article) => {
      const key = keyOf(article.locale, article.articleId);
      const newest = last.get(key) ?? null;
      return {
        ...article,
        last: newest,
        asked: asked.get(key) ?? 0,
        isWaiting:
          newest !== null && newest.verifiedOn > article.verified && newest.revision === article.revision,
      };
    });
  };
  const due = (): readonly DueArticle[] => {
    const { public: open, desk } = current();
    return dueArticles(desk, open.site, open.today(now()));
  };

  return Object.freeze({
    async list() {
      return [...(await withHistory(due()))].sort(mostUrgentFirst);
    },
    async find(articleId: string, locale: Locale) {
      const found = due().filter((one) => one.articleId === articleId && one.locale === locale);
      return (await withHistory(found))[0] ?? null;
    },
    async history(articleId: string, locale: Locale | null, limit: number) {
      const rows = await db
        .selectFrom('verifications')
        .selectAll()
        .where('article_id', '=', articleId)
        .$if(locale !== null, (all) => all.where('locale', '=', locale ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(recorded);
    },
    async barred(articleId: string, locale: Locale) {
      const { verifier = reviewDefaults.verifier } = current().public.site.review;
      return verifier === 'another' ? changedBy(db, releases, { articleId, locale }) : [];
    },
    async record(verified: Parameters<Verification['record']>[0], by: Origin) {
      const { articleId, locale, revision, verifiedOn } = verified;
      if (verified.note !== null && verified.note.length > longestNote) {
        throw new AppError('invalid-request', {
          field: 'note',
          expected: `at most ${longestNote} characters`,
          found: `${verified.note.length} characters`,
        });
      }
      const note = verified.note === null || verified.note.trim() === '' ? null : hide(verified.note.trim());
      const row = {
        verified_at: now().toISOString(),
        verified_by: by.actor.name,
        article_id: articleId,
        locale,
        revision,
        verified_on: verifiedOn,
        note,
      };
      await db.transaction().execute(async (within) => {
        await within.insertInto('verifications').values(row).execute();
        const subject = `${locale}/${articleId}`;
        const after = { revision, verifiedOn };
        await audit.append({ action: 'article.verified', by, subject, before: null, after }, within);
      });
      return recorded(row);
    },
    echo: (articleId: string, locale: Locale, sections: readonly string[]) =>
      articleEcho(db, { articleId, locale, sections }, new Date(now().getTime() - askedDays * 86_400_000)),
    tellDue: () => tellDue(db, deps),
  });
}

function mostUrgentFirst(a: ArticleToVerify, b: ArticleToVerify): number {
  const rank = ({ state, stage }: ArticleToVerify): number =>
    stage === 'fallback' ? -1 : verificationStates.indexOf(state);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a.asked !== b.asked) return b.asked - a.asked;
  const order = ({ dueOn, articleId, locale }: ArticleToVerify): string => `${dueOn} ${articleId} ${locale}`;
  return order(a) < order(b) ? -1 : 1;
}

/** An ask in a locale without a translation found the text of the default locale, so it counts for that. */
async function askedByArticle(
  reports: Pick<Reports, 'askedOf'>,
  articles: readonly DueArticle[],
  { public: { site }, desk }: { readonly public: PublicAnswerer; readonly desk: AgentDesk },
  today: CalendarDate,
): Promise<ReadonlyMap<string, number>> {
  const there = new Set(desk.ownedArticles(today).map(({ locale, articleId }) => keyOf(locale, articleId)));
  const ids = [...new Set(articles.map(({ articleId }) => articleId))];
  const range = { from: addDays(today, 1 - askedDays), to: today };
  const counts = new Map<string, number>();
  for (const locale of site.locales) {
    for (const [id, asks] of await reports.askedOf(ids, range, locale)) {
      const own = keyOf(locale, id);
      const key = there.has(own) ? own : keyOf(site.defaultLocale, id);
      counts.set(key, (counts.get(key) ?? 0) + asks);
    }
  }
  return counts;
}

async function lastVerifications(
  db: Database,
  articleIds: readonly string[],
): Promise<ReadonlyMap<string, RecordedVerification>> {
  if (articleIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('verifications')
    .selectAll()
    .where('id', 'in', (newest) =>
      newest
        .selectFrom('verifications')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('article_id', 'in', articleIds)
        .groupBy(['article_id', 'locale']),
    )
    .execute();
  return new Map(rows.map((row) => [keyOf(row.locale, row.article_id), recorded(row)]));
}

function keyOf(locale: Locale, articleId: string): string {
  return `${locale} ${articleId}`;
}

function recorded(row: Omit<DatabaseSchema['verifications'], 'id'>): RecordedVerification {
  return {
    articleId: row.article_id,
    locale: row.locale,
    revision: row.revision,
    verifiedOn: row.verified_on,
    verifiedAt: row.verified_at,
    verifiedBy: row.verified_by,
    note: row.note,
  };
}
