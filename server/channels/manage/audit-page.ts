import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.ts';
import type { AuditRow } from '../../audit/audit-event.ts';
import { auditLines } from '../../audit/audit-lines.ts';
import type { AuditFilter, AuditLog } from '../../audit/audit-log.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { type AuditGroup, actionsOf, auditGroups, presentAuditRow } from './present-audit.ts';

/** What the page of the audit log is made with. */
export interface AuditDeps extends ManageDeps {
  readonly audit: AuditLog;
  readonly accounts: Pick<Accounts, 'people'>;
}

const path = '/manage/audit';
const exportPath = `${path}/export`;

/** Rows of a page: three screens. */
const rowsAtOnce = 50;

const filterNames = ['group', 'person', 'subject', 'from', 'to'] as const;

/** The audit log for admins: the page with its filters, and the download. */
export function auditRoutes(deps: AuditDeps): readonly Route[] {
  const { views, audit, accounts, door } = deps;

  const show: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: [...filterNames, 'before'] }, request, response);
    const { given, ui, words, current } = page;
    const before = given.before === undefined ? null : readNumber(given.before);
    const filter = readFilter(page);
    const found = await readable(audit.list(filter, { before, limit: rowsAtOnce + 1 }));
    const rows = found?.slice(0, rowsAtOnce) ?? [];
    const chosen = chosenOf(given);
    const last = rows.at(-1)?.number;
    const head = await audit.head();
    const ids = new Map((await accounts.people()).map(({ name, id }) => [name, id]));
    sendManagePage(views, response, 'manage/audit', page, {
      ui,
      action: path,
      timeZone: current.public.site.timeZone,
      filter: {
        ...chosen,
        groups: auditGroups.map(({ id, label }) => ({
          id,
          label: label(words),
          chosen: id === given.group,
        })),
        isSet: Object.values(chosen).some((value) => value !== ''),
        clearHref: hrefOf(path, { ui }),
      },
      isDamaged: found === null,
      rows: rows.map((row) =>
        presentAuditRow(row, words, (one) => placeOf(one, ids, ui), current.public.site.timeZone),
      ),
      head: head.number === 0 ? null : `${head.number}:${head.hash}`,
      exportHref: hrefOf(exportPath, { ui, ...chosen }),
      olderHref:
        found !== null && found.length > rowsAtOnce && last !== undefined
          ? hrefOf(path, { ui, ...chosen, before: String(last) })
          : null,
      newestHref: before === null ? null : hrefOf(path, { ui, ...chosen }),
    });
  };

  const download: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: filterNames }, request, response);
    const filter = readFilter(page);
    // Before the first byte, so that no export is without its row; the row is the last that the export may hold.
    const { number: last } = await audit.append({
      action: 'audit.exported',
      by: originOf(request, response),
      subject: null,
      before: null,
      after: Object.fromEntries(Object.entries(chosenOf(page.given)).filter(([, value]) => value !== '')),
    });
    const today = page.current.public.today(door.now());
    response
      .type('application/x-ndjson; charset=utf-8')
      .set('Content-Disposition', `attachment; filename="audit-${today}.jsonl"`);
    if (request.method === 'HEAD') return void response.end();
    await pipeline(Readable.from(auditLines(audit, filter, last)), response);
  };

  return [
    manageRoute(
      path,
      'For admins: who did what, when and from where, with filters by kind, person, subject and days.',
      show,
      { access: 'admin' },
    ),
    manageRoute(
      exportPath,
      'For admins: the rows of the audit log as JSON lines, each with its hash; is audited itself.',
      download,
      { access: 'admin', format: 'text', fresh: true },
    ),
  ];
}

/** What is altered cannot be listed; null, since the rest of the page can be shown, and says so. */
async function readable(rows: Promise<readonly AuditRow[]>): Promise<readonly AuditRow[] | null> {
  try {
    return await rows;
  } catch (error) {
    if (error instanceof AppError && error.code === 'database-unusable') return null;
    throw error;
  }
}

/** The page of what a row is about; null where there is none, or the person is no more. */
function placeOf({ action, subject }: AuditRow, ids: ReadonlyMap<string, number>, ui: string): string | null {
  if (subject === null) return null;
  const [kind = ''] = action.split('.');
  if (['release', 'golden', 'change', 'parity', 'macros'].includes(kind))
    return hrefOf(`/manage/releases/${encodeURIComponent(subject)}`, { ui });
  if (kind === 'rights') return hrefOf('/manage/rights', { ui });
  if (kind === 'key') return hrefOf('/manage/keys', { ui });
  const id = kind === 'person' ? ids.get(subject) : undefined;
  return id === undefined ? null : hrefOf(`/manage/people/${id}`, { ui });
}

/** The filter as it was asked for, every field; empty: not asked. */
function chosenOf(given: ManageRequest['given']): Readonly<Record<(typeof filterNames)[number], string>> {
  const { group = '', person = '', subject = '', from = '', to = '' } = given;
  return { group, person: person.trim(), subject: subject.trim(), from, to };
}

/** Errors: invalid-request for a kind that there is not, or for what is no day. */
function readFilter({ given, current }: ManageRequest): AuditFilter {
  const { group, person, subject, from, to } = chosenOf(given);
  const known = auditGroups.map(({ id }): AuditGroup => id).find((id) => id === group);
  if (group !== '' && known === undefined) {
    const expected = auditGroups.map(({ id }) => id).join(', ');
    throw new AppError('invalid-request', { field: 'group', expected, found: group });
  }
  const instants = (field: string, day: string) => current.public.instantsOf(readDay(field, day));
  return {
    ...(known === undefined ? {} : { actions: actionsOf(known) }),
    ...(person === '' ? {} : { person }),
    ...(subject === '' ? {} : { subject }),
    ...(from === '' ? {} : { from: instants('from', from).from.toISOString() }),
    ...(to === '' ? {} : { to: instants('to', to).until.toISOString() }),
  };
}

function readDay(field: string, text: string): string {
  if (z.iso.date().safeParse(text).success && text > '0001') return text;
  throw new AppError('invalid-request', { field, expected: 'a day, YYYY-MM-DD', found: text });
}

function readNumber(text: string): number {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw new AppError('invalid-request', { field: 'before', expected: 'the number of a row', found: text });
}
