import type { AuditDetail, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type Locked, lockMinutes } from './sign-in-limit.ts';

/**
 * Refused sign-ins under names that nobody has that are written down in an hour; those beyond are counted, and the next
 * that is written tells how many. Names and addresses lock after a few refusals, so one client fills nothing; many
 * clients at once are bounded by this: 600 rows of 0.5 kB are 7 MB a day at most (README, The audit log).
 */
export const mostUnknownHourly = 600;

const hour = 3_600_000;

/** Whose attempt failed (null: nobody has the name), what it locked, and from where it came. */
export interface Refusal {
  readonly person: string | null;
  readonly locks: readonly Locked[];
  readonly by: Origin;
  /** What else is known of it. */
  readonly detail?: AuditDetail;
}

/** Writes refused sign-ins down. */
export interface Refusals {
  refused(refusal: Refusal): Promise<void>;
  /** The locks alone, where the refusal is another event. */
  locked(refusal: Refusal): Promise<void>;
}

/**
 * Refused sign-ins as audit events. Whoever typed a password into the field of the name would read it in the log, so a
 * name stands there only where somebody has it. Attempts while something is locked are refused before they come here.
 */
export function createRefusals(deps: { readonly audit: AuditLog; readonly now: () => Date }): Refusals {
  let began = Number.NEGATIVE_INFINITY;
  let written = 0;
  let unwritten = 0;
  const mayWrite = (): boolean => {
    const now = deps.now().getTime();
    if (Math.abs(now - began) >= hour) {
      began = now;
      written = 0;
    }
    written += 1;
    return written <= mostUnknownHourly;
  };
  const locked = async ({ person, locks, by }: Refusal): Promise<void> => {
    for (const lock of locks) {
      // A lock on a name that nobody has guards nothing, and costs an attacker ten attempts a row.
      if (lock === 'name' && person === null) continue;
      const after = { locked: lock, minutes: lockMinutes };
      const subject = lock === 'name' ? person : null;
      await deps.audit.append({ action: 'person.locked', by, subject, before: null, after });
    }
  };
  return {
    async refused(refusal) {
      const { person, by } = refusal;
      if (person === null && !mayWrite()) unwritten += 1;
      else {
        const after =
          unwritten === 0 && refusal.detail === undefined
            ? null
            : { ...refusal.detail, ...(unwritten === 0 ? {} : { unwritten }) };
        unwritten = 0;
        await deps.audit.append({ action: 'person.refused', by, subject: person, before: null, after });
      }
      await locked(refusal);
    },
    locked,
  };
}
