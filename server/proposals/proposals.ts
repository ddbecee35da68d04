import { access, constants } from 'node:fs/promises';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { decodeText } from '../articles/decode-text.ts';
import { byServer, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { PreviewState, Previews } from '../channels/previews.ts';
import type { Database } from '../database/open.ts';
import type { DatabaseSchema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { readNow } from './content-place.ts';
import type { ContentWish, Proposal, ProposalKind, ProposedFile } from './proposal.ts';
import { subjectOf, wishedFiles } from './wished-files.ts';
import { hashOfFile, isMoved, writeContentFiles } from './write-content-files.ts';

/** What becomes of a proposal that is published. */
type ProposalPublication = Awaited<ReturnType<Previews['publish']>>;
type PublishForm = Omit<Parameters<Previews['publish']>[0], 'write'>;

/** One file of a proposal beside the content directory. */
export interface FileNow extends ProposedFile {
  /** As it stands in the directory now; null: there is none, or it is no text. */
  readonly now: string | null;
  /** It is neither what the proposal was made from nor what it proposes. */
  readonly isMoved: boolean;
}

/** Changes of the content that are proposed. They stand beside the content directory until they are published. */
export interface Proposals {
  /**
   * Makes a proposal from the content directory as it is now; where the same wish is open, that one. `reason`: why, never
   * empty, stored redacted, since it may quote a customer. Errors: those of wishedFiles; invalid-request without a reason.
   */
  propose(wish: ContentWish, by: { readonly by: Origin; readonly reason: string }): Promise<Proposal>;
  /** The newest first, at most `limit` (default 200). */
  list(filter?: {
    readonly status?: Proposal['status'];
    readonly limit?: number;
  }): Promise<readonly Proposal[]>;
  /** Null where there is none of this number. */
  find(id: number): Promise<Proposal | null>;
  /** Whether the server may write the content directory; false: proposals are carried out by hand. */
  canWrite(): Promise<boolean>;
  /** Its files beside the directory as it is now. */
  files(proposal: Proposal): Promise<readonly FileNow[]>;
  /** Proposes another text for one of its files. Errors: not-found, changed-meanwhile where it is not open any more. */
  revise(id: number, file: { readonly path: string; readonly text: string }, by: Origin): Promise<Proposal>;
  /** Makes it anew from the content directory as it is now, by its wish. Errors: as revise's and propose's. */
  renew(id: number, by: Origin): Promise<Proposal>;
  /** Errors: not-found, changed-meanwhile where it is not open any more. */
  withdraw(id: number, by: Origin): Promise<Proposal>;
  /** What publishing it would do, with everything else that the directory holds. Errors: not-found, publication-failed. */
  preview(id: number): Promise<PreviewState>;
  /**
   * Writes its files into the content directory and publishes it; a publication that is refused puts them back. Errors:
   * not-found, changed-meanwhile where it is not open any more or a file is not what it was made from, content-unwritable,
   * publication-failed.
   */
  publish(id: number, form: PublishForm): Promise<ProposalPublication>;
}

/** The proposals of a database, in `proposals`, for one content directory. */
export function createProposals(
  db: Database,
  deps: {
    readonly contentDir: string;
    readonly audit: Pick<AuditLog, 'append'>;
    readonly previews: Pick<Previews, 'look' | 'publish'>;
    /** Today, where the site is. */
    readonly today: () => string;
    readonly now: () => Date;
    /** Takes personal data out of a text. */
    readonly hide: (text: string) => string;
  },
): Proposals {
  const { contentDir: directory, audit, previews, now, hide } = deps;

  const rowOf = (id: number) =>
    db.selectFrom('proposals').selectAll().where('id', '=', id).executeTakeFirst();
  const open = async (id: number): Promise<Proposal> => {
    const row = await rowOf(id);
    if (row === undefined) throw new AppError('not-found');
    if (row.status !== 'open') throw notOpen(row.status);
    return proposalOf(row);
  };

  /** Ends it if nobody else has; the audit event stands with it. */
  const end = async (
    { id, subject, kind }: Proposal,
    status: 'published' | 'withdrawn',
    { by, release }: { readonly by: Origin; readonly release: number | null },
  ): Promise<void> => {
    await db.transaction().execute(async (within) => {
      const [changed] = await within
        .updateTable('proposals')
        .set({ status, ended_at: now().toISOString(), ended_by: by.actor.name, release })
        .where('id', '=', id)
        .where('status', '=', 'open')
        .execute();
      if (changed?.numUpdatedRows !== 1n) return;
      await audit.append(
        {
          action: status === 'published' ? 'proposal.published' : 'proposal.withdrawn',
          by,
          subject: String(id),
          before: null,
          after: { kind, about: subject, ...(release === null ? {} : { release }) },
        },
        within,
      );
    });
  };

  /** Marks those as published that the newest release holds to the byte, however they came into the directory. */
  const settle = async (): Promise<void> => {
    const opened = await db.selectFrom('proposals').selectAll().where('status', '=', 'open').execute();
    if (opened.length === 0) return;
    const newest = await db
      .selectFrom('releases')
      .select('number')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest === undefined) return;
    for (const proposal of opened.map(proposalOf)) {
      const released = await db
        .selectFrom('release_files')
        .select(['path', 'hash'])
        .where('release', '=', newest.number)
        .where(
          'path',
          'in',
          proposal.files.map(({ path }) => path),
        )
        .execute();
      const hashes = new Map(released.map(({ path, hash }) => [path, hash]));
      const holdsAll = proposal.files.every(
        ({ path, text }) => hashes.get(path) === hashOfFile(Buffer.from(text, 'utf8')),
      );
      if (holdsAll) await end(proposal, 'published', { by: byServer, release: newest.number });
    }
  };

  const change = async (
    proposal: Proposal,
    files: readonly ProposedFile[],
    by: Origin,
  ): Promise<Proposal> => {
    await db.transaction().execute(async (within) => {
      const [changed] = await within
        .updateTable('proposals')
        .set({ files: JSON.stringify(files) })
        .where('id', '=', proposal.id)
        .where('status', '=', 'open')
        .execute();
      if (changed?.numUpdatedRows !== 1n) throw notOpen('ended');
      await audit.append(
        {
          action: 'proposal.changed',
          by,
          subject: String(proposal.id),
          before: null,
          after: { kind: proposal.kind, about: proposal.subject },
        },
        within,
      );
    });
    return { ...proposal, files };
  };

  const proposals: Proposals = {
    async propose(wish, { by, reason }) {
      if (reason.trim() === '')
        throw new AppError('invalid-request', {
          field: 'reason',
          expected: 'why it is proposed',
          found: 'nothing',
        });
      const stored = JSON.stringify(wish);
      await settle();
      const files = await wishedFiles(wish, { directory, today: deps.today() });
      const row = await db.transaction().execute(async (within) => {
        const same = await within
          .selectFrom('proposals')
          .selectAll()
          .where('status', '=', 'open')
          .where('wish', '=', stored)
          .executeTakeFirst();
        if (same !== undefined) return same;
        const made = await within
          .insertInto('proposals')
          .values({
            made_at: now().toISOString(),
            made_by: by.actor.name,
            kind: wish.kind,
            subject: subjectOf(wish),
            reason: hide(reason.trim()),
            wish: stored,
            files: JSON.stringify(files),
            status: 'open',
            ended_at: null,
            ended_by: null,
            release: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await audit.append(
          {
            action: 'proposal.made',
            by,
            subject: String(made.id),
            before: null,
            after: { kind: wish.kind, about: made.subject, files: files.map(({ path }) => path) },
          },
          within,
        );
        return made;
      });
      return proposalOf(row);
    },
    async list({ status, limit = 200 } = {}) {
      await settle();
      const all = db.selectFrom('proposals').selectAll().orderBy('id', 'desc').limit(limit);
      const rows = await (status === undefined ? all : all.where('status', '=', status)).execute();
      return rows.map(proposalOf);
    },
    async find(id) {
      await settle();
      const row = await rowOf(id);
      return row === undefined ? null : proposalOf(row);
    },
    canWrite: () =>
      access(directory, constants.W_OK).then(
        () => true,
        () => false,
      ),
    files: ({ files }) =>
      Promise.all(
        files.map(async (file) => {
          const bytes = await readNow(directory, file.path);
          return {
            ...file,
            now: bytes === null ? null : decodeText(bytes, file.path),
            isMoved: isMoved(file, bytes),
          };
        }),
      ),
    async revise(id, { path, text }, by) {
      const proposal = await open(id);
      if (!proposal.files.some((file) => file.path === path))
        throw new AppError('not-found', { expected: 'a file of the proposal', found: path });
      const files = proposal.files.map((file) => (file.path === path ? { ...file, text } : file));
      return change(proposal, files, by);
    },
    async renew(id, by) {
      const proposal = await open(id);
      return change(proposal, await wishedFiles(proposal.wish, { directory, today: deps.today() }), by);
    },
    async withdraw(id, by) {
      await end(await open(id), 'withdrawn', { by, release: null });
      return proposalOf(
        await db.selectFrom('proposals').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
      );
    },
    preview: async (id) => previews.look((await open(id)).files),
    async publish(id, form) {
      const proposal = await open(id);
      const outcome = await previews.publish({
        ...form,
        write: () => writeContentFiles(directory, proposal.files),
      });
      if (outcome.status !== 'refused')
        await end(proposal, 'published', { by: form.by, release: outcome.release.number });
      return outcome;
    },
  };
  return Object.freeze(proposals);
}

function notOpen(status: string): AppError {
  return new AppError('changed-meanwhile', {
    message: 'The proposal is not open any more.',
    expected: 'an open proposal',
    found: status,
  });
}

const storedFiles = z.array(
  z.strictObject({ path: z.string(), madeFrom: z.string().nullable(), text: z.string() }),
);

/** Written by this file alone, so only that it names a kind is checked. */
const storedWish = z.custom<ContentWish>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
);

function proposalOf(row: Selectable<DatabaseSchema['proposals']>): Proposal {
  return Object.freeze({
    id: row.id,
    kind: row.kind as ProposalKind,
    wish: storedWish.parse(JSON.parse(row.wish)),
    subject: row.subject,
    reason: row.reason,
    madeAt: row.made_at,
    madeBy: row.made_by,
    files: storedFiles.parse(JSON.parse(row.files)),
    status: row.status as Proposal['status'],
    endedAt: row.ended_at,
    endedBy: row.ended_by,
    release: row.release,
  });
}
