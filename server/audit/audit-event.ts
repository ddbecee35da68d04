/** Who did something: a person, an API key, a command on the server's machine, the server itself, or nobody known. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'command' | 'server' | 'stranger';
  /** The account's name, the key's prefix, the command; empty for a stranger. */
  readonly name: string;
}

/** By whom and from where something was done. */
export interface Origin {
  readonly actor: Actor;
  /** The client's address, as the server believes it; null: not by a request. */
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Everything that is audited, with what each means; append-only: rows name them for ever. */
export const auditActions = {
  'key.created': 'An API key was made.',
  'key.revoked': 'An API key was revoked.',
  'key.rotated': 'An API key was replaced by a new one.',
  'person.added': 'A person was added.',
  'person.signed-in': 'A person signed in.',
  'person.refused': 'A sign-in was refused.',
  'person.invited': 'A person was added without a password, and a link was made to set one.',
  'person.changed': "A person's role, teams, full name or e-mail address was changed.",
  'person.disabled': 'A person was disabled, and all their sessions ended.',
  'person.enabled': 'A disabled person was enabled again.',
  'person.link-made': 'A link was made by which a person sets a new password.',
  'person.password-set': 'A password was set by a link, and all sessions of the person ended.',
  'person.password-changed': 'A person changed their password, and their other sessions ended.',
  'person.sessions-ended': 'Sessions of a person were ended.',
  'person.proven': 'A person proved anew who they are.',
  'person.proof-refused': 'A person could not prove anew who they are.',
  'person.linked': 'A person was bound to who they are at an identity provider.',
  'person.synced': 'An identity provider said something else of a person who signed in than before.',
  'rights.changed': 'The teams that may edit a category were changed.',
  'person.locked': 'Too many refused sign-ins locked a name or an address for a while.',
  'person.signed-out': 'A person signed out.',
  'release.published': 'Content was published as a release.',
  'release.rolled-back': 'An earlier release was brought back as a new one.',
  'golden.acknowledged': 'Content was published although golden questions break.',
  'article.verified': 'A person confirmed that an article is true.',
  'change.read': 'A person confirmed that they have read what a release changed.',
  'proposal.made': 'A change of the content was proposed.',
  'proposal.changed': 'The files of a proposal were changed, or made anew.',
  'proposal.published': 'A proposal was published, or the content came to hold it.',
  'proposal.withdrawn': 'A proposal was withdrawn.',
  'parity.recorded': 'A comparison of the channels was recorded.',
  'macros.checked': "A help desk's macros were held against what is served.",
  'macros.exported': "A help desk's macros were downloaded with the approved text.",
  'webhook.added': 'An endpoint for webhooks was added.',
  'webhook.changed': 'The events that an endpoint is told of were changed.',
  'webhook.rotated': 'An endpoint got a new secret.',
  'webhook.disabled':
    'An endpoint was disabled: by a person, because it said that it is gone, or because it failed for days.',
  'webhook.enabled': 'A disabled endpoint was enabled again.',
  'webhook.deleted': 'An endpoint was deleted, and what was to be delivered to it.',
  'webhook.tested': 'A test event was sent to an endpoint.',
  'webhook.replayed': 'Events were sent to an endpoint again.',
  'flag.raised': 'An agent flagged an answer as wrong, outdated, unclear or missing.',
  'flag.ended': 'A flag was resolved or declined.',
  'gap.merged': 'A gap was merged into another.',
  'gap.split': 'A question was taken out of a gap and made one of its own.',
  'gap.closed': 'A gap was closed.',
  'gap.reopened': 'A closed gap was opened again.',
  'privacy.exported': 'What is stored of a conversation or customer was exported; whose is not noted.',
  'privacy.erased': 'What is stored of a conversation or customer was erased; whose is not noted.',
  'offer.made': 'An agent made a goodwill offer: within its bounds, or one that was approved.',
  'offer.asked': 'An agent asked for a goodwill offer beyond its bounds.',
  'offer.decided': 'A goodwill offer beyond its bounds was approved or refused.',
  'offer.withdrawn': 'An agent took back a goodwill offer that was asked for.',
  'offers.exported': 'The goodwill offers made were downloaded.',
  'settings.changed': 'The server was started with other settings than before.',
  'audit.exported': 'The audit log was exported.',
} as const;
export type AuditAction = keyof typeof auditActions;

/** A JSON value without secrets: what something was, or became. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Something that was done. */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly by: Origin;
  /** What it was done to: a person's name, a key's prefix, a release's number. */
  readonly subject: string | null;
  readonly before: AuditDetail | null;
  readonly after: AuditDetail | null;
}

/** An event as it stands in the log. */
export interface AuditRow extends AuditEvent {
  /** From 1, without gaps. */
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Hash of the row before; empty for the first. */
  readonly previousHash: string;
  /** SHA-256 of the canonical JSON of all else, in hex. */
  readonly hash: string;
}

/** What nobody asked for: the server did it by itself. */
export const byServer: Origin = Object.freeze({
  actor: Object.freeze({ kind: 'server', name: 'concord' }),
  address: null,
  requestId: null,
});

/** What somebody did on the server's machine by a command. */
export function byCommand(name: string): Origin {
  return Object.freeze({ actor: Object.freeze({ kind: 'command', name }), address: null, requestId: null });
}
