import SqliteDatabase from 'better-sqlite3';
import { databaseFile } from '../../server/database/open.ts';

/** Every row of every table of the database in a directory, as JSON, by table; as another process sees it. */
export function dumpDatabase(directory: string): Readonly<Record<string, readonly string[]>> {
  const db = new SqliteDatabase(databaseFile(directory), { readonly: true });
  try {
    const tables = db
      .prepare("select name from sqlite_master where type = 'table' order by name")
      .pluck()
      .all();
    return Object.fromEntries(
      tables.map((name) => {
        const rows = db.prepare(`select * from "${String(name)}"`).all();
        return [String(name), rows.map((row) => JSON.stringify(row)).sort()];
      }),
    );
  } finally {
    db.close();
  }
}
