import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ContentFile } from '../articles/read-content.ts';
import { byServer, type Origin } from '../audit/audit-event.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { auditsOf } from './audits-of-release.ts';
import { canonicalJson } from './canonical-json.ts';
import { deepFreeze } from './deep-freeze.ts';
import { emptyReport, noFates, type ReleaseReport } from './release-report.ts';
import type { AgentSnapshot, PublicSnapshot, Release, Snapshot } from './snapshot.ts';
import type { SnapshotIds } from './snapshot-delta.ts';

/** What makes a snapshot current. */
export interface NewRelease {
  readonly snapshot: Snapshot;
  /** The source files it was compiled from. */
  readonly files: readonly ContentFile[];
  readonly publishedAt: Date;
  readonly publisher: string;
  readonly changeNote: string;
  /** Paths of files whose last good content stands for a refused one. */
  readonly kept: readonly string[];
  /** Who made it so, for the audit; default: the server. */
  readonly by?: Origin;
  /** What is told of it; default: nothing. */
  readonly report?: ReleaseReport;
}

/** Snapshots, releases and their source files; all append-only. */
export interface ReleaseStore {
  /** The newest release; null before the first. */
  newest(): Promise<Release | null>;
  /** The oldest release; null before the first. */
  first(): Promise<Release | null>;
  /** Null where there is no release with this number. */
  find(number: number): Promise<Release | null>;
  /** The newest first, at most `limit`; `before`: only those with lower numbers. */
  list(range: { readonly before: number | null; readonly limit: number }): Promise<readonly Release[]>;
  /** What was current at an instant: the newest release that was published before it; null before the first. */
  currentAt(instant: Date): Promise<Release | null>;
  /** What is told of a release; an empty report where nothing is. */
  reportOf(number: number): Promise<ReleaseReport>;
  /** Releases whose report asks agents to read what changed, the newest first. */
  askingReading(): Promise<readonly Release[]>;
  /** The newest release with its snapshot, deep-frozen. Errors: database-unusable where it is not what was stored. */
  loadCurrent(): Promise<{ readonly release: Release; readonly snapshot: Snapshot } | null>;
  /** The stored snapshot of these ids, deep-frozen; null where there is none. Errors: database-unusable as above. */
  load(ids: SnapshotIds): Promise<Snapshot | null>;
  /** The source files of a release, sorted by path. */
  filesOf(release: Release): Promise<readonly ContentFile[]>;
  /**
   * One source file in each of the newest `limit` releases with numbers below `before`, the newest first; null where a
   * release has none of that path. Equal files are the same buffer.
   */
  versionsOf(
    path: string,
    range: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly { readonly release: Release; readonly bytes: Buffer | null }[]>;
  /** Whether a release was made of exactly these files. */
  isMadeOf(release: Release, files: readonly ContentFile[]): Promise<boolean>;
  /**
   * Stores files, snapshot and then the release, which is what makes them current: it is there whole or not at all. What
   * an interrupted call leaves behind is named by its hash and serves the next. No step holds the database for long. Its
   * audit events are written with it.
   */
  append(entry: NewRelease): Promise<Release>;
}

/** The store of releases in a database. */
export function createReleaseStore(db: Database): ReleaseStore {
  const newest = async (): Promise<Release | null> => {
    const row = await db
      .selectFrom('releases')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? releaseOf(row) : null;
  };

  const insertReport = async (on: Database, release: number, report: ReleaseReport): Promise<void> => {
    await on
      .insertInto('release_reports')
      .values({ release, report: JSON.stringify(report) })
      .execute();
  };

  const load = async (ids: SnapshotIds): Promise<Snapshot | null> => {
    const row = await db
      .selectFrom('snapshots')
      .select('body')
      .where('public_id', '=', ids.publicId)
      .where('agent_id', '=', ids.agentId)
      .executeTakeFirst();
    return row ? deepFreeze(await unpack(row.body, ids)) : null;
  };

  /** Those that are not there yet, a batch at a time, so that other connections can write in between. */
  const storeSources = async (sources: readonly { readonly hash: string; readonly bytes: Buffer }[]) => {
    const byHash = new Map(sources.map(({ hash, bytes }) => [hash, bytes]));
    for (const hashes of batches([...byHash.keys()])) {
      const there = await db.selectFrom('sources').select('hash').where('hash', 'in', hashes).execute();
      const known = new Set(there.map(({ hash }) => hash));
      const missing = hashes.flatMap((hash) => {
        const bytes = byHash.get(hash);
        return bytes === undefined || known.has(hash) ? [] : [{ hash, bytes }];
      });
      if (missing.length === 0) continue;
      await db
        .insertInto('sources')
        .values(missing)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  };
  const storeSnapshot = async (snapshot: Snapshot): Promise<void> => {
    const [publicId, agentId] = [snapshot.public.id, snapshot.agent.agentId];
    const there = await db
      .selectFrom('snapshots')
      .select('public_id')
      .where('public_id', '=', publicId)
      .where('agent_id', '=', agentId)
      .executeTakeFirst();
    if (there) return;
    await db
      .insertInto('snapshots')
      .values({ public_id: publicId, agent_id: agentId, body: await pack(snapshot) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };

  const list: ReleaseStore['list'] = async ({ before, limit }) => {
    const all = db.selectFrom('releases').selectAll().orderBy('number', 'desc').limit(limit);
    const rows = await (before === null ? all : all.where('number', '<', before)).execute();
    return rows.map(releaseOf);
  };

  return {
    newest,
    load,
    async first() {
      const row = await db.selectFrom('releases').selectAll().orderBy('number').limit(1).executeTakeFirst();
      return row ? releaseOf(row) : null;
    },
    list,
    async find(number) {
      const row = await db.selectFrom('releases').selectAll().where('number', '=', number).executeTakeFirst();
      return row ? releaseOf(row) : null;
    },
    async currentAt(instant) {
      const row = await db
        .selectFrom('releases')
        .selectAll()
        .where('published_at', '<', instant.toISOString())
        .orderBy('published_at', 'desc')
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? releaseOf(row) : null;
    },
    async reportOf(number) {
      const row = await db
        .selectFrom('release_reports')
        .select('report')
        .where('release', '=', number)
        .executeTakeFirst();
      if (row === undefined) return emptyReport;
      // Fields and fates that came later are empty in what was stored before.
      const report = { ...emptyReport, ...(JSON.parse(row.report) as ReleaseReport) };
      return deepFreeze({ ...report, impact: report.impact && { ...noFates, ...report.impact } });
    },
    async askingReading() {
      const rows = await db
        .selectFrom('releases')
        .innerJoin('release_reports', 'release_reports.release', 'releases.number')
        .selectAll('releases')
        // Inside a text of the JSON each quote stands behind a backslash, so no note can look like this.
        .where('release_reports.report', 'like', '%"asksReading":true%')
        .orderBy('releases.number', 'desc')
        .execute();
      return rows.map(releaseOf);
    },
    async loadCurrent() {
      const release = await newest();
      if (!release) return null;
      const snapshot = await load(release);
      if (!snapshot) throw damaged(release, 'no such snapshot');
      return { release, snapshot };
    },
    async filesOf(release) {
      return db
        .selectFrom('release_files')
        .innerJoin('sources', 'sources.hash', 'release_files.hash')
        .select(['release_files.path', 'sources.bytes'])
        .where('release_files.release', '=', release.number)
        .orderBy('release_files.path')
        .execute();
    },
    async versionsOf(path, range) {
      const releases = await list(range);
      if (releases.length === 0) return [];
      const rows = await db
        .selectFrom('release_files')
        .select(['release', 'hash'])
        .where('path', '=', path)
        .where(
          'release',
          'in',
          releases.map(({ number }) => number),
        )
        .execute();
      const hashes = new Map(rows.map(({ release, hash }) => [release, hash]));
      const sources = await db
        .selectFrom('sources')
        .select(['hash', 'bytes'])
        .where('hash', 'in', [...new Set(hashes.values())])
        .execute();
      const bytesOf = new Map(sources.map(({ hash, bytes }) => [hash, bytes]));
      return releases.map((release) => ({
        release,
        bytes: bytesOf.get(hashes.get(release.number) ?? '') ?? null,
      }));
    },
    async isMadeOf(release, files) {
      const rows = await db
        .selectFrom('release_files')
        .select(['path', 'hash'])
        .where('release', '=', release.number)
        .execute();
      const hashes = new Map(rows.map(({ path, hash }) => [path, hash]));
      return (
        files.length === hashes.size && files.every(({ path, bytes }) => hashes.get(path) === sha256(bytes))
      );
    },
    async append(entry) {
      const { snapshot, files, publishedAt, publisher, changeNote, kept } = entry;
      const { report = emptyReport, by = byServer } = entry;
      const publicId = snapshot.public.id;
      const agentId = snapshot.agent.agentId;
      const sources = files.map(({ path, bytes }) => ({ path, bytes, hash: sha256(bytes) }));
      await storeSources(sources);
      await storeSnapshot(snapshot);
      const before = (await newest())?.number ?? null;
      return db.transaction().execute(async (transaction) => {
        const row = await transaction
          .insertInto('releases')
          .values({
            public_id: publicId,
            agent_id: agentId,
            published_at: publishedAt.toISOString(),
            publisher,
            change_note: changeNote,
            kept: JSON.stringify([...kept].sort()),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const rows = sources.map(({ path, hash }) => ({ release: row.number, path, hash }));
        for (const batch of batches(rows))
          await transaction.insertInto('release_files').values(batch).execute();
        await insertReport(transaction, row.number, report);
        const release = releaseOf(row);
        // Here, and nowhere else: whoever makes a release, in whichever process, is audited with it or makes none.
        const audit = createAuditLog(transaction, { now: () => publishedAt });
        for (const event of auditsOf(release, { report, by, before })) await audit.append(event, transaction);
        return release;
      });
    },
  };
}

/** Rows of one statement: far below SQLite's limit on parameters. */
const rowsAtOnce = 200;

function batches<T>(rows: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(rows.length / rowsAtOnce);
  return Array.from({ length: count }, (_, at) => rows.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce));
}

interface ReleaseRow {
  readonly number: number;
  readonly public_id: string;
  readonly agent_id: string;
  readonly published_at: string;
  readonly publisher: string;
  readonly change_note: string;
  readonly kept: string;
}

function releaseOf(row: ReleaseRow): Release {
  return Object.freeze({
    number: row.number,
    publicId: row.public_id,
    agentId: row.agent_id,
    publishedAt: row.published_at,
    publisher: row.publisher,
    changeNote: row.change_note,
    kept: Object.freeze(JSON.parse(row.kept) as string[]),
  });
}

/** The very texts whose hashes are the ids, so that loading checks them without writing JSON again. */
async function pack(snapshot: Snapshot): Promise<Buffer> {
  const { id: publicId, ...open } = snapshot.public;
  const { agentId: _, ...agent } = snapshot.agent;
  const text = `${canonicalJson(open)}\n${canonicalJson({ publicId, ...agent })}`;
  return promisify(gzip)(text, { level: 4 });
}

async function unpack(body: Buffer, ids: SnapshotIds): Promise<Snapshot> {
  let lines: readonly string[];
  try {
    lines = (await promisify(gunzip)(body)).toString('utf8').split('\n');
  } catch (cause) {
    throw damaged(ids, 'a snapshot that cannot be unpacked', cause);
  }
  const [openText = '', agentText = ''] = lines;
  const publicId = sha256(openText);
  const agentId = sha256(agentText);
  if (publicId !== ids.publicId) throw damaged(ids, `a public snapshot with the hash ${publicId}`);
  if (agentId !== ids.agentId) throw damaged(ids, `an agents' snapshot with the hash ${agentId}`);
  // The hashes prove that these are the texts that append() wrote, so their form needs no second check.
  const open = JSON.parse(openText) as Omit<PublicSnapshot, 'id'>;
  const { publicId: _, ...agent } = JSON.parse(agentText) as Omit<AgentSnapshot, 'agentId'> & {
    readonly publicId: string;
  };
  return { public: { id: publicId, ...open }, agent: { agentId, ...agent } };
}

function damaged(ids: SnapshotIds, found: string, cause?: unknown): AppError {
  return new AppError('database-unusable', {
    message: 'A stored snapshot is damaged.',
    expected: `public ${ids.publicId} and agents' ${ids.agentId}`,
    found,
    hint: 'Publish the content again, or restore a backup.',
    cause,
  });
}

/** The hash by which a source file is stored. */
export function sourceHash(bytes: Buffer): string {
  return sha256(bytes);
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
