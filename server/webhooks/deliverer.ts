import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { type Attempt, type AttemptDeps, attempt } from './attempt.ts';
import { disableEndpoint, forgetReplyTo } from './endpoints.ts';
import type { ReceiverPolicy } from './receiver.ts';
import { nextPause } from './retry-schedule.ts';
import { signatureOf } from './signature.ts';

/** Sends what is due, in the background. */
export interface Deliverer {
  /** Sends all that is due now and resolves when each attempt has ended. */
  deliverDue(): Promise<void>;
  /** Ends the attempts under way, which another server or start makes anew, and resolves when none is left. */
  stop(): Promise<void>;
}

/** Milliseconds after which it is looked for what is due: a receiver is told as soon as a person would look. */
const everyMs = 1_000;

/** Attempts at once to one endpoint; one alone while it fails, as the standard wants. */
const mostAtOnce = 4;

/** Milliseconds for which an attempt that began is nobody else's: four times what it may take. */
const leaseMs = 60_000;

/** Milliseconds after which an endpoint that only failed is told nothing any more: 5 days, as peers do (Svix, Retries). */
const failingMs = 5 * 86_400_000;

/** Attempts of one event before its failure counts for that: half an hour, so that one bad minute after quiet weeks does not. */
const attemptsThatTell = 4;

/** An attempt that nobody else makes. */
interface Claimed {
  readonly id: number;
  readonly event: string;
  readonly attempts: number;
}

/** An endpoint as it is told. */
interface Told {
  readonly id: number;
  readonly url: string;
  readonly secret: string;
  readonly former_secret: string | null;
  readonly former_until: string | null;
  readonly failing_since: string | null;
}

/**
 * Tells endpoints of events at least once, in no promised order, with retries by the schedule. Several servers on one
 * database share the work: who claims a delivery makes its attempt. `failed` hears what went wrong here, not at receivers.
 */
export function startDeliverer(
  db: Database,
  deps: {
    readonly audit: Pick<AuditLog, 'append'>;
    readonly policy: ReceiverPolicy;
    readonly now: () => Date;
    readonly failed: (error: unknown) => void;
    /** In [0, 1); default: chance. */
    readonly random?: () => number;
    /** For tests; default: the system's names, the usual time. */
    readonly connection?: Pick<AttemptDeps, 'resolve' | 'timeoutMs'>;
    /** Milliseconds between two looks; null: only when told to; default: a second. */
    readonly every?: number | null;
  },
): Deliverer {
  const { audit, policy, now, random = Math.random } = deps;
  const stopping = new AbortController();
  const underWay = new Map<number, Set<Promise<void>>>();

  const claim = (endpoint: number, most: number): Promise<readonly Claimed[]> => {
    const at = now();
    return db
      .updateTable('webhook_deliveries')
      .set({ due_at: new Date(at.getTime() + leaseMs).toISOString() })
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('endpoint', '=', endpoint)
          .where('state', '=', 'waiting')
          .where('due_at', '<=', at.toISOString())
          .orderBy('due_at')
          .orderBy('id')
          .limit(most),
      )
      .returning(['id', 'event', 'attempts'])
      .execute();
  };

  /** Writes down how an attempt ended, and what follows for the endpoint. */
  const finish = (claimed: Claimed, endpoint: Told, began: Date, ended: Attempt): Promise<void> =>
    db.transaction().execute(async (within) => {
      const at = now();
      const attempts = claimed.attempts + 1;
      const { problem, status } = ended;
      const pause = isFinal(problem)
        ? null
        : nextPause(attempts, { retryAfter: ended.retryAfter, random: random(), now: at });
      const state = problem === null ? 'delivered' : pause === null ? 'given-up' : 'waiting';
      await within
        .updateTable('webhook_deliveries')
        .set({
          ...{ state, attempts, status, problem },
          due_at: new Date(at.getTime() + (pause ?? 0)).toISOString(),
          tried_at: began.toISOString(),
          duration: Math.max(0, at.getTime() - began.getTime()),
        })
        .where('id', '=', claimed.id)
        // What was given up meanwhile stays so, unless it did arrive.
        .$if(problem !== null, (rows) => rows.where('state', '=', 'waiting'))
        .execute();
      if (state !== 'waiting') await forgetReplyTo([claimed.event], within);
      const { failing_since: since } = await within
        .updateTable('webhook_endpoints')
        .set({
          failing_since:
            problem === null ? null : sql<string>`coalesce(failing_since, ${began.toISOString()})`,
        })
        .where('id', '=', endpoint.id)
        .returning('failing_since')
        .executeTakeFirst()
        .then((row) => row ?? { failing_since: null });
      const hasFailed = since !== null && at.getTime() - Date.parse(since) >= failingMs;
      const because =
        problem === 'gone' ? 'gone' : hasFailed && attempts >= attemptsThatTell ? 'failing' : null;
      if (because !== null)
        await disableEndpoint(endpoint.id, { at: at.toISOString(), because }, { audit, within });
    });

  const send = async (claimed: Claimed, endpoint: Told): Promise<void> => {
    const event = await db
      .selectFrom('events')
      .select(['id', 'type', 'at', 'data'])
      .where('id', '=', claimed.event)
      .executeTakeFirstOrThrow();
    const began = now();
    const body = JSON.stringify({
      type: event.type,
      timestamp: event.at,
      data: JSON.parse(event.data) as unknown,
    });
    const timestamp = Math.floor(began.getTime() / 1_000);
    const ended = await attempt(
      {
        url: new URL(endpoint.url),
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Concord-Webhooks',
          'webhook-id': event.id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatureOf({ id: event.id, timestamp, body }, secretsOf(endpoint, began)),
        },
      },
      { ...deps.connection, policy, signal: stopping.signal },
    );
    if (ended.problem !== null && stopping.signal.aborted) await handBack(claimed);
    else await finish(claimed, endpoint, began, ended);
  };
  const handBack = async ({ id }: Claimed): Promise<void> => {
    await db
      .updateTable('webhook_deliveries')
      .set({ due_at: now().toISOString() })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .execute();
  };

  /** Begins the attempts that are due and that there is room for; gives how many. */
  const begin = async (): Promise<number> => {
    const endpoints = await db
      .selectFrom('webhook_endpoints')
      .select(['id', 'url', 'secret', 'former_secret', 'former_until', 'failing_since'])
      .where('disabled_at', 'is', null)
      .orderBy('id')
      .execute();
    let begun = 0;
    for (const endpoint of endpoints) {
      const here = underWay.get(endpoint.id) ?? new Set();
      underWay.set(endpoint.id, here);
      const room = (endpoint.failing_since === null ? mostAtOnce : 1) - here.size;
      if (room <= 0 || stopping.signal.aborted) continue;
      for (const claimed of await claim(endpoint.id, room)) {
        begun += 1;
        const sending: Promise<void> = send(claimed, endpoint)
          .catch(deps.failed)
          .finally(() => here.delete(sending));
        here.add(sending);
      }
    }
    return begun;
  };
  let looking: Promise<unknown> = Promise.resolve();
  const look = (): Promise<number> => {
    const mine = looking.then(() => (stopping.signal.aborted ? 0 : begin()));
    looking = mine.catch(() => {});
    return mine;
  };
  const settle = async (): Promise<void> => {
    await Promise.all([...underWay.values()].flatMap((sendings) => [...sendings]));
  };
  const { every = everyMs } = deps;
  const timer = every === null ? undefined : setInterval(() => void look().catch(deps.failed), every).unref();
  return Object.freeze({
    async deliverDue() {
      while ((await look()) > 0) {
        await settle();
        await nextTurn();
      }
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await looking;
      await settle();
    },
  });
}

/** Whether there is no use in trying again. */
function isFinal(problem: Attempt['problem']): boolean {
  return problem === null || problem === 'gone';
}

/** The secrets that sign at an instant, the newest first. */
function secretsOf(endpoint: Told, at: Date): readonly string[] {
  const { secret, former_secret: former, former_until: until } = endpoint;
  return former !== null && until !== null && until > at.toISOString() ? [secret, former] : [secret];
}
