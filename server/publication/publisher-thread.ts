import { setImmediate as pause, setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import type { PreviewProgress } from '../impact/impact.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { applyDelta, idsOf, type SnapshotDelta, type SnapshotIds } from '../snapshots/snapshot-delta.ts';
import {
  type FactLook,
  type FactsFound,
  type Reply,
  type Request,
  replySchema,
  unpackError,
  type WorkerData,
} from './messages.ts';
import type { Publisher, Watched } from './publisher.ts';

/** Milliseconds before the watcher of a worker that ended is started again in a new one. */
const restartMs = 1_000;

/** Milliseconds that the worker gets to close its database; SQLite undoes what a worker leaves half done. */
const closeMs = 2_000;

/** Who waits for a reply, and is told how far it has come. */
interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: AppError) => void;
  readonly progress?: (at: PreviewProgress) => void;
}

/** A request as it is made: the number is given when it is sent. */
type Ask = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/**
 * A publisher whose work is done in a worker thread, so that nobody who asks a question waits for it. Objects of the last
 * snapshot that did not change are the very same in the next. A worker that dies or talks nonsense fails what it was asked
 * with publication-failed; the next request starts another one, as the first one did.
 */
export function createPublisherThread(deps: {
  readonly data: WorkerData;
  /** Of the same database: as long as there is no snapshot in hand, nobody is served and `load` reads it here. */
  readonly store: ReleaseStore;
  readonly now: () => Date;
  /** The worker's module; default: worker.ts. */
  readonly module?: URL;
  /** Megabytes of heap for the worker; default: Node's. */
  readonly heapMegabytes?: number;
}): Publisher {
  const { data, store, now, module = new URL('./worker.ts', import.meta.url), heapMegabytes } = deps;
  let worker: Worker | null = null;
  let last: Snapshot | null = null;
  let watched: Watched | null = null;
  let closed = false;
  let asked = 0;
  const waiting = new Map<number, Waiting>();

  const fail = (error: AppError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  /** Everything that was asked of a worker fails with it. */
  const lose = (lost: Worker, found: string, cause?: unknown): void => {
    if (worker !== lost) return;
    worker = null;
    void lost.terminate();
    const error = new AppError('publication-failed', {
      message: 'The worker that publishes has ended before its work was done.',
      expected: 'a worker that answers',
      found,
      hint: 'What was served stays; publish again.',
      cause,
    });
    fail(error);
    if (watched !== null && !closed) {
      watched.failed(error);
      void wait(restartMs, undefined, { ref: false }).then(() => {
        if (watched !== null && !closed && worker === null) start();
      });
    }
  };

  const hear = (from: Worker, message: unknown): void => {
    if (worker !== from) return;
    const parsed = replySchema.safeParse(message);
    if (parsed.success) take(from, parsed.data);
    else lose(from, `words that are none of its own: ${parsed.error.issues[0]?.message}`);
  };
  const take = (from: Worker, reply: Reply): void => {
    if (reply.kind === 'watch-failed') {
      watched?.failed(unpackError(reply.error));
    } else if (reply.kind === 'rested') {
      void Promise.resolve(watched?.rested())
        .catch((error) => watched?.failed(error))
        .then(() => from.postMessage({ ask: 'seen' } satisfies Request));
    } else if (reply.kind === 'progress') {
      waiting.get(reply.id)?.progress?.({ done: reply.done, of: reply.of });
    } else {
      const asker = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.kind === 'failed') asker?.reject(unpackError(reply.error));
      else asker?.resolve(reply);
    }
  };

  const start = (): Worker => {
    const made = new Worker(module, {
      workerData: data,
      execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
      name: 'publication',
      ...(heapMegabytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } }),
    });
    made.on('message', (message) => hear(made, message));
    made.on('messageerror', (error) => lose(made, 'a message that cannot be read', error));
    made.on('error', (error) => lose(made, error.message, error));
    made.on('exit', (code) => lose(made, `an end with exit code ${code}`));
    worker = made;
    if (watched !== null) made.postMessage({ ask: 'watch' } satisfies Request);
    return made;
  };

  const ask = (what: Ask, progress?: Waiting['progress']): Promise<Reply> => {
    if (closed) return Promise.reject(new AppError('unavailable'));
    return askOpen(what, progress);
  };
  const askOpen = (what: Ask, progress?: Waiting['progress']): Promise<Reply> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, progress === undefined ? { resolve, reject } : { resolve, reject, progress });
      (worker ?? start()).postMessage({ ...what, id: asked });
    });

  /** The snapshot in hand with what changed, whole or not at all. */
  const snapshotOf = async (delta: SnapshotDelta | null): Promise<Snapshot> => {
    const next = delta === null ? last : await applyDelta(last, delta, pause);
    if (next === null) throw new AppError('publication-failed', { expected: 'a snapshot', found: 'none' });
    last = next;
    return next;
  };
  const lookUp = async (look: FactLook): Promise<FactsFound> => {
    const reply = await ask({ ask: 'facts', look });
    if (reply.kind !== 'facts') throw outOfTurn('facts', reply);
    return reply.facts;
  };
  const known = () => last && idsOf(last);

  return {
    async publish(options, source) {
      const reply = await ask({ ask: 'publish', options, source, now: now().toISOString(), known: known() });
      if (reply.kind === 'refused') return { status: 'refused', errors: reply.errors.map(unpackError) };
      if (reply.kind !== 'made') throw outOfTurn('made or refused', reply);
      const { status, release, kept, leftOut, weighed, delta } = reply;
      const snapshot = await snapshotOf(delta);
      const made = { status, release, snapshot, errors: reply.errors.map(unpackError), kept, leftOut };
      return weighed === undefined ? made : { ...made, weighed };
    },
    async rollBack(number, options) {
      const reply = await ask({
        ask: 'roll-back',
        number,
        options,
        now: now().toISOString(),
        known: known(),
      });
      if (reply.kind !== 'made') throw outOfTurn('made', reply);
      const { status, release, kept, leftOut, delta } = reply;
      return { status, release, snapshot: await snapshotOf(delta), errors: [], kept, leftOut };
    },
    async held() {
      const reply = await ask({ ask: 'held' });
      if (reply.kind !== 'held') throw outOfTurn('held', reply);
      return reply.release;
    },
    async findings(today) {
      const reply = await ask({ ask: 'findings', today });
      if (reply.kind !== 'findings') throw outOfTurn('findings', reply);
      return reply.findings;
    },
    async differences(number) {
      const reply = await ask({ ask: 'differences', number });
      if (reply.kind !== 'differs') throw outOfTurn('differs', reply);
      return reply.differences;
    },
    async load() {
      if (last === null) {
        const newest = await store.loadCurrent();
        last = newest?.snapshot ?? null;
        return newest;
      }
      const reply = await ask({ ask: 'load', known: known() });
      if (reply.kind === 'done') return null;
      if (reply.kind !== 'loaded') throw outOfTurn('loaded or done', reply);
      return { release: reply.release, snapshot: await snapshotOf(reply.delta) };
    },
    async loadEarlier(ids, base) {
      const reply = await ask({ ask: 'load-earlier', ids: namesOf(ids), known: idsOf(base) });
      if (reply.kind !== 'loaded-earlier' || reply.delta === null) throw outOfTurn('loaded-earlier', reply);
      return applyDelta(base, reply.delta, pause);
    },
    async isMadeOfContent(release) {
      const reply = await ask({ ask: 'compare', release });
      if (reply.kind !== 'compared') throw outOfTurn('compared', reply);
      return reply.isSame;
    },
    macros: {
      async check(asked) {
        const reply = await ask({ ask: 'macros', macros: asked });
        if (reply.kind !== 'macros') throw outOfTurn('macros', reply);
        return reply.checked;
      },
    },
    async previewKey(options) {
      const reply = await ask({ ask: 'preview', options, now: now().toISOString(), keyOnly: true });
      if (reply.kind !== 'preview-key') throw outOfTurn('preview-key', reply);
      return reply.key;
    },
    async preview(options, progress) {
      const reply = await ask(
        { ask: 'preview', options, now: now().toISOString(), keyOnly: false },
        progress,
      );
      if (reply.kind === 'previewed') return { kind: 'compared', preview: reply.preview };
      if (reply.kind !== 'preview-refused') throw outOfTurn('previewed or preview-refused', reply);
      return { kind: 'refused', key: reply.key, errors: reply.errors.map(unpackError) };
    },
    facts: {
      async list(asked, filter) {
        const facts = await lookUp({ what: 'list', asked, filter });
        if (facts.what !== 'list') throw outOfTurn('list', { kind: facts.what });
        return facts.found;
      },
      async find(asked, factId, before) {
        const facts = await lookUp({ what: 'find', asked, factId, before });
        if (facts.what !== 'find') throw outOfTurn('find', { kind: facts.what });
        return facts.found;
      },
      async ofArticle(asked, articleId) {
        const facts = await lookUp({ what: 'ofArticle', asked, articleId });
        if (facts.what !== 'ofArticle') throw outOfTurn('ofArticle', { kind: facts.what });
        return facts.found;
      },
      async changesOn(asked, day) {
        const facts = await lookUp({ what: 'changesOn', asked, day });
        if (facts.what !== 'changesOn') throw outOfTurn('changesOn', { kind: facts.what });
        return facts.found;
      },
      async differences(before, after) {
        const facts = await lookUp({ what: 'differences', before, after });
        if (facts.what !== 'differences') throw outOfTurn('differences', { kind: facts.what });
        return facts.found;
      },
    },
    watch(heard) {
      watched = heard;
      if (worker === null) start();
      else worker.postMessage({ ask: 'watch' } satisfies Request);
      return async () => {
        watched = null;
        if (worker !== null && !closed) await ask({ ask: 'unwatch' }).catch(() => {});
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      watched = null;
      if (worker === null) return;
      const ending = worker;
      await Promise.race([
        askOpen({ ask: 'close' }).catch(() => {}),
        wait(closeMs, undefined, { ref: false }),
      ]);
      worker = null;
      await ending.terminate();
      fail(new AppError('unavailable'));
    },
  };
}

/** The ids alone, of whatever has them. */
function namesOf({ publicId, agentId }: SnapshotIds): SnapshotIds {
  return { publicId, agentId };
}

function outOfTurn(expected: string, { kind }: { readonly kind: string }): AppError {
  return new AppError('publication-failed', {
    message: 'The worker answered another question.',
    expected,
    found: kind,
  });
}
