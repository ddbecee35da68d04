import { type Database, openForReading } from '../server/database/open.ts';
import { AppError } from '../server/errors.ts';

/**
 * Opens the database of a directory for reading only, for commands that look at the audit log. Errors: database-unusable
 * where there is none, or one from before there was an audit log.
 */
export async function openAudit(dataDir: string): Promise<Database> {
  const unusable = (found: string, cause?: unknown): AppError =>
    new AppError('database-unusable', {
      place: { file: dataDir },
      expected: 'a directory with the database of a server that was started at least once (DATA_DIR)',
      found,
      cause,
    });
  const db = openForReading(dataDir);
  if (db === null) throw unusable('none that can be read');
  try {
    await db.selectFrom('audit_head').select('number').execute();
    await db.selectFrom('audit_events').select('number').limit(1).execute();
    return db;
  } catch (cause) {
    await db.destroy();
    throw unusable((cause as Error).message, cause);
  }
}
