import { canonicalJson } from '../snapshots/canonical-json.ts';
import { byServer } from './audit-event.ts';
import type { AuditLog } from './audit-log.ts';

/**
 * Writes down with which settings the server starts, where they are others than were last written down. They are not in
 * the database, so there is no transaction to share, and a start that fails afterwards was still tried with them.
 */
export async function noteSettings(
  audit: AuditLog,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const action = 'settings.changed';
  const [last] = await audit.list({ actions: [action] }, { before: null, limit: 1 });
  if (canonicalJson(last?.after ?? {}) === canonicalJson(settings)) return;
  await audit.append({ action, by: byServer, subject: null, before: last?.after ?? null, after: settings });
}
