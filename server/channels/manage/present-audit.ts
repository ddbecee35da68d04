import type { AuditAction, AuditDetail, AuditRow } from '../../audit/audit-event.ts';
import type { Words } from '../../http/words.ts';
import { isolated } from '../agent/isolated.ts';

/** Kinds of what was done, as the page offers them. */
export const auditGroups = [
  { id: 'sign-ins', label: (words: Words) => words.say('manage.audit.groups.signIns') },
  { id: 'people', label: (words: Words) => words.say('manage.audit.groups.people') },
  { id: 'keys', label: (words: Words) => words.say('manage.audit.groups.keys') },
  { id: 'releases', label: (words: Words) => words.say('manage.audit.groups.releases') },
  { id: 'checks', label: (words: Words) => words.say('manage.audit.groups.checks') },
  { id: 'desk', label: (words: Words) => words.say('manage.audit.groups.desk') },
  { id: 'exports', label: (words: Words) => words.say('manage.audit.groups.exports') },
  { id: 'settings', label: (words: Words) => words.say('manage.audit.groups.settings') },
] as const;
export type AuditGroup = (typeof auditGroups)[number]['id'];

/** What each action is called on the page, and among which kind it stands. */
const told: Readonly<
  Record<
    AuditAction,
    { readonly group: AuditGroup; readonly tell: (words: Words, subject: string | null) => string }
  >
> = {
  'person.added': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.added', { subject: subject ?? '' }),
  },
  'person.signed-in': {
    group: 'sign-ins',
    tell: (words, subject) => words.say('manage.audit.did.person.signedIn', { subject: subject ?? '' }),
  },
  'person.refused': {
    group: 'sign-ins',
    tell: (words, subject) =>
      subject === null
        ? words.say('manage.audit.did.person.refusedUnknown')
        : words.say('manage.audit.did.person.refused', { subject }),
  },
  'person.invited': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.invited', { subject: subject ?? '' }),
  },
  'person.changed': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.changed', { subject: subject ?? '' }),
  },
  'person.disabled': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.disabled', { subject: subject ?? '' }),
  },
  'person.enabled': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.enabled', { subject: subject ?? '' }),
  },
  'person.link-made': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.linkMade', { subject: subject ?? '' }),
  },
  'person.password-set': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.passwordSet', { subject: subject ?? '' }),
  },
  'person.password-changed': {
    group: 'people',
    tell: (words, subject) =>
      words.say('manage.audit.did.person.passwordChanged', { subject: subject ?? '' }),
  },
  'person.sessions-ended': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.sessionsEnded', { subject: subject ?? '' }),
  },
  'person.proven': {
    group: 'sign-ins',
    tell: (words, subject) => words.say('manage.audit.did.person.proven', { subject: subject ?? '' }),
  },
  'person.proof-refused': {
    group: 'sign-ins',
    tell: (words, subject) => words.say('manage.audit.did.person.proofRefused', { subject: subject ?? '' }),
  },
  'rights.changed': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.rights.changed', { subject: subject ?? '' }),
  },
  'person.locked': {
    group: 'sign-ins',
    tell: (words, subject) =>
      subject === null
        ? words.say('manage.audit.did.person.lockedAddress')
        : words.say('manage.audit.did.person.locked', { subject }),
  },
  'person.signed-out': {
    group: 'sign-ins',
    tell: (words, subject) => words.say('manage.audit.did.person.signedOut', { subject: subject ?? '' }),
  },
  'person.linked': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.linked', { subject: subject ?? '' }),
  },
  'person.synced': {
    group: 'people',
    tell: (words, subject) => words.say('manage.audit.did.person.synced', { subject: subject ?? '' }),
  },
  'key.created': {
    group: 'keys',
    tell: (words, subject) => words.say('manage.audit.did.key.created', { subject: subject ?? '' }),
  },
  'key.revoked': {
    group: 'keys',
    tell: (words, subject) => words.say('manage.audit.did.key.revoked', { subject: subject ?? '' }),
  },
  'key.rotated': {
    group: 'keys',
    tell: (words, subject) => words.say('manage.audit.did.key.rotated', { subject: subject ?? '' }),
  },
  'release.published': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.release.published', { subject: subject ?? '' }),
  },
  'release.rolled-back': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.release.rolledBack', { subject: subject ?? '' }),
  },
  'golden.acknowledged': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.golden.acknowledged', { subject: subject ?? '' }),
  },
  'article.verified': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.article.verified', { subject: subject ?? '' }),
  },
  'change.read': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.change.read', { subject: subject ?? '' }),
  },
  'proposal.made': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.proposal.made', { subject: subject ?? '' }),
  },
  'proposal.changed': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.proposal.changed', { subject: subject ?? '' }),
  },
  'proposal.published': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.proposal.published', { subject: subject ?? '' }),
  },
  'proposal.withdrawn': {
    group: 'releases',
    tell: (words, subject) => words.say('manage.audit.did.proposal.withdrawn', { subject: subject ?? '' }),
  },
  'parity.recorded': {
    group: 'checks',
    tell: (words, subject) => words.say('manage.audit.did.parity.recorded', { subject: subject ?? '' }),
  },
  'macros.checked': {
    group: 'checks',
    tell: (words, subject) => words.say('manage.audit.did.macros.checked', { subject: subject ?? '' }),
  },
  'macros.exported': {
    group: 'exports',
    tell: (words, subject) => words.say('manage.audit.did.macros.exported', { subject: subject ?? '' }),
  },
  'webhook.added': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.added', { subject: subject ?? '' }),
  },
  'webhook.changed': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.changed', { subject: subject ?? '' }),
  },
  'webhook.rotated': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.rotated', { subject: subject ?? '' }),
  },
  'webhook.disabled': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.disabled', { subject: subject ?? '' }),
  },
  'webhook.enabled': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.enabled', { subject: subject ?? '' }),
  },
  'webhook.deleted': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.deleted', { subject: subject ?? '' }),
  },
  'webhook.tested': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.tested', { subject: subject ?? '' }),
  },
  'webhook.replayed': {
    group: 'settings',
    tell: (words, subject) => words.say('manage.audit.did.webhook.replayed', { subject: subject ?? '' }),
  },
  'flag.raised': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.flag.raised', { subject: subject ?? '' }),
  },
  'flag.ended': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.flag.ended', { subject: subject ?? '' }),
  },
  'gap.merged': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.gap.merged', { subject: subject ?? '' }),
  },
  'gap.split': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.gap.split', { subject: subject ?? '' }),
  },
  'gap.closed': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.gap.closed', { subject: subject ?? '' }),
  },
  'gap.reopened': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.gap.reopened', { subject: subject ?? '' }),
  },
  'privacy.exported': {
    group: 'exports',
    tell: (words) => words.say('manage.audit.did.privacy.exported'),
  },
  'privacy.erased': { group: 'exports', tell: (words) => words.say('manage.audit.did.privacy.erased') },
  'offer.made': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.offer.made', { subject: subject ?? '' }),
  },
  'offer.asked': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.offer.asked', { subject: subject ?? '' }),
  },
  'offer.decided': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.offer.decided', { subject: subject ?? '' }),
  },
  'offer.withdrawn': {
    group: 'desk',
    tell: (words, subject) => words.say('manage.audit.did.offer.withdrawn', { subject: subject ?? '' }),
  },
  'offers.exported': { group: 'exports', tell: (words) => words.say('manage.audit.did.offers.exported') },
  'settings.changed': { group: 'settings', tell: (words) => words.say('manage.audit.did.settings.changed') },
  'audit.exported': { group: 'exports', tell: (words) => words.say('manage.audit.did.audit.exported') },
};

/** The actions of a kind. */
export function actionsOf(group: AuditGroup): readonly AuditAction[] {
  return (Object.keys(told) as AuditAction[]).filter((action) => told[action].group === group);
}

/** What stands on the page beside a value: what it was, what it became. */
interface ChangeShown {
  readonly name: string;
  /** Null: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One row of the log for a reader of the page. */
export interface AuditRowShown {
  readonly number: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly address: string | null;
  readonly changes: readonly ChangeShown[];
  readonly hasBefore: boolean;
  readonly hash: string;
  readonly shortHash: string;
  /** Where what it was done to can be seen; null: nowhere. */
  readonly href: string | null;
}

/** An instant as `toISOString` writes it. */
const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Characters of a hash that tell rows apart for a reader. */
const shortHash = 12;

/** A row in the words of the page. `hrefOf`: where a subject can be seen; `timeZone`: that of the site. */
export function presentAuditRow(
  row: AuditRow,
  words: Words,
  hrefOf: (row: AuditRow) => string | null,
  timeZone: string,
): AuditRowShown {
  const subject = row.subject === null ? null : isolated(subjectOf(row.action, row.subject, words));
  return {
    number: row.number,
    at: row.at,
    who: whoOf(row, words),
    // Of another version of Concord: the action's own name says enough.
    what: isKnown(row.action) ? told[row.action].tell(words, subject) : `${row.action} ${subject ?? ''}`,
    address: row.by.address === null ? null : isolated(row.by.address),
    changes: changesOf(row, words, timeZone),
    hasBefore: row.before !== null,
    hash: row.hash,
    shortHash: row.hash.slice(0, shortHash),
    href: hrefOf(row),
  };
}

/** The number of a release in the digits of the language; a name as it is. */
function subjectOf(action: string, subject: string, words: Words): string {
  const isNumber = !action.startsWith('person.') && /^[1-9]\d{0,8}$/.test(subject);
  return isNumber ? words.number(Number(subject)) : subject;
}

function isKnown(action: string): action is AuditAction {
  return Object.hasOwn(told, action);
}

function whoOf({ action, subject, by: { actor } }: AuditRow, words: Words): string {
  // A request that signs somebody in comes from nobody yet.
  if (action === 'person.signed-in' && subject !== null) return subject;
  const name = isolated(actor.name);
  switch (actor.kind) {
    case 'person':
      return actor.name;
    case 'key':
      return words.say('manage.audit.by.key', { name });
    case 'command':
      return words.say('manage.audit.by.command', { name });
    case 'server':
      return words.say('manage.audit.by.server');
    case 'stranger':
      return words.say('manage.audit.by.stranger');
  }
}

/** Whatever became other; what stayed as it was is not told again. */
function changesOf({ before, after }: AuditRow, words: Words, timeZone: string): readonly ChangeShown[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .map((name) => ({
      name,
      before: shownValue(before, name, words, timeZone),
      after: shownValue(after, name, words, timeZone),
    }))
    .filter((change) => change.before !== change.after);
}

function shownValue(detail: AuditDetail | null, name: string, words: Words, timeZone: string): string | null {
  if (detail === null || !Object.hasOwn(detail, name)) return null;
  const value = detail[name] ?? null;
  if (value === null || value === '') return words.say('manage.audit.nothing');
  if (typeof value === 'boolean') return value ? words.say('manage.audit.yes') : words.say('manage.audit.no');
  if (typeof value === 'number') return words.number(value);
  if (typeof value === 'string') {
    if (/^[0-9a-f]{64}$/.test(value)) return value.slice(0, shortHash);
    return instantForm.test(value) ? words.dateTime(value, timeZone) : value;
  }
  return value.length === 0 ? words.say('manage.audit.nothing') : value.join(', ');
}
