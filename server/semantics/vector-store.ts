import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';

/** Vectors of the texts of the current release, so that a start encodes nothing again. A cache: it may be emptied. */
export interface VectorStore {
  /** The vectors that are there, by the hashes of their texts. */
  some(model: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Int8Array>>;
  add(model: string, vectors: ReadonlyMap<string, Int8Array>): Promise<void>;
  /** Forgets every other text, and every other model. */
  keepOnly(model: string, hashes: ReadonlySet<string>): Promise<void>;
}

/** What names a text in the store: SHA-256, base64. */
export function textHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

/** The store of vectors in a database. No step holds the database for long. */
export function createVectorStore(db: Database): VectorStore {
  return {
    async some(model, hashes) {
      const found = new Map<string, Int8Array>();
      for (const batch of batches(hashes)) {
        const rows = await db
          .selectFrom('text_vectors')
          .select(['hash', 'bytes'])
          .where('model', '=', model)
          .where('hash', 'in', batch)
          .execute();
        for (const { hash, bytes } of rows) found.set(hash, new Int8Array(bytes));
      }
      return found;
    },
    async add(model, vectors) {
      const rows = [...vectors].map(([hash, { buffer, byteOffset, byteLength }]) => ({
        model,
        hash,
        bytes: Buffer.from(buffer, byteOffset, byteLength),
      }));
      for (const batch of batches(rows)) {
        await db
          .insertInto('text_vectors')
          .values(batch)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },
    async keepOnly(model, hashes) {
      await db.deleteFrom('text_vectors').where('model', '!=', model).execute();
      const rows = await db.selectFrom('text_vectors').select('hash').where('model', '=', model).execute();
      const unused = rows.map(({ hash }) => hash).filter((hash) => !hashes.has(hash));
      for (const batch of batches(unused)) {
        await db.deleteFrom('text_vectors').where('model', '=', model).where('hash', 'in', batch).execute();
      }
    },
  };
}

/** Rows of one statement: far below SQLite's limit on parameters. */
const rowsAtOnce = 200;

function batches<T>(rows: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(rows.length / rowsAtOnce);
  return Array.from({ length: count }, (_, at) => rows.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce));
}
