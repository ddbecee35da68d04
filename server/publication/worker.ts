import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database/open.ts';
import type { FactDesk } from '../impact/fact-desk.ts';
import { openEncoder } from '../semantics/open-encoder.ts';
import type { Publication } from '../snapshots/publish.ts';
import { createReleaseStore } from '../snapshots/release-store.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import {
  deltaTo,
  idsOf,
  type Manifest,
  type SnapshotDelta,
  type SnapshotIds,
  sameIds,
} from '../snapshots/snapshot-delta.ts';
import {
  type FactLook,
  type FactsFound,
  packError,
  type Reply,
  type Request,
  requestSchema,
  type WorkerData,
} from './messages.ts';
import { createPublisher, loadReleased } from './publisher.ts';

/**
 * The worker thread in which content is read, parsed, compiled, verified, stored and watched, with a connection to the
 * database of its own. It is asked by publisher-thread.ts and sends only what changed in a snapshot since the one that the
 * asker has.
 */
const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread only.');
const { contentDir, dataDir, semanticModel } = workerData as WorkerData;

/** Nobody waits for this thread, so it waits for those who record answers; at 400 writes a second 250 ms were too few. */
const busyMs = 10_000;

let askedAt = new Date(0);
async function open() {
  const db = await openDatabase(dataDir, { busyMs });
  const store = createReleaseStore(db);
  const encoder = await openEncoder(semanticModel, db);
  return { db, store, publisher: createPublisher({ db, store, contentDir, encoder, now: () => askedAt }) };
}
const opened = open();
// Whoever asks is told, and finds another worker the next time.
const endUnlessOpen = (): Promise<unknown> => opened.catch(() => port.close());
opened.catch(() => {});

let stopWatching = async (): Promise<void> => {};
let seen = (): void => {};
/** Of the snapshot that was sent last. */
let sent: Manifest | null = null;

const send = (reply: Reply): void => {
  const buffers = 'delta' in reply && reply.delta ? reply.delta.chunks.map(({ buffer }) => buffer) : [];
  port.postMessage(reply, buffers);
};

async function manifestOf(known: SnapshotIds): Promise<Manifest | null> {
  if (sent !== null && sameIds(sent, known)) return sent;
  const snapshot = await (await opened).store.load(known);
  return snapshot && deltaTo(snapshot, null).manifest;
}

async function changes(snapshot: Snapshot, known: SnapshotIds | null): Promise<SnapshotDelta | null> {
  if (sameIds(known, idsOf(snapshot))) return null;
  const { delta, manifest } = deltaTo(snapshot, known && (await manifestOf(known)));
  sent = manifest;
  return delta;
}

async function made(
  id: number,
  { status, release, snapshot, errors, kept, leftOut, weighed }: Exclude<Publication, { status: 'refused' }>,
  known: SnapshotIds | null,
): Promise<Reply> {
  const delta = await changes(snapshot, known);
  return {
    kind: 'made',
    id,
    status,
    release,
    errors: errors.map(packError),
    kept: [...kept],
    leftOut: [...leftOut],
    ...(weighed === undefined ? {} : { weighed }),
    delta,
  };
}

async function carryOut(request: Exclude<Request, { ask: 'watch' | 'seen' }>): Promise<Reply> {
  const { id } = request;
  const { db, store, publisher } = await opened;
  switch (request.ask) {
    case 'publish': {
      askedAt = new Date(request.now);
      const publication = await publisher.publish(request.options, request.source);
      if (publication.status === 'refused')
        return { kind: 'refused', id, errors: publication.errors.map(packError) };
      return made(id, publication, request.known);
    }
    case 'roll-back':
      askedAt = new Date(request.now);
      return made(id, await publisher.rollBack(request.number, request.options), request.known);
    case 'held':
      return { kind: 'held', id, release: await publisher.held() };
    case 'load': {
      const newest = await publisher.load();
      if (newest === null) return { kind: 'done', id };
      const delta = await changes(newest.snapshot, request.known);
      return { kind: 'loaded', id, release: newest.release, delta };
    }
    case 'load-earlier': {
      const snapshot = await loadReleased(store, request.ids);
      // Not remembered as sent: the asker goes on from what it serves.
      return { kind: 'loaded-earlier', id, delta: deltaTo(snapshot, await manifestOf(request.known)).delta };
    }
    case 'compare':
      return { kind: 'compared', id, isSame: await publisher.isMadeOfContent(request.release) };
    case 'macros':
      return { kind: 'macros', id, checked: await publisher.macros.check(request.macros) };
    case 'preview': {
      askedAt = new Date(request.now);
      if (request.keyOnly)
        return { kind: 'preview-key', id, key: await publisher.previewKey(request.options) };
      const previewed = await publisher.preview(request.options, (at) =>
        send({ kind: 'progress', id, ...at }),
      );
      return previewed.kind === 'compared'
        ? { kind: 'previewed', id, preview: previewed.preview }
        : { kind: 'preview-refused', id, key: previewed.key, errors: previewed.errors.map(packError) };
    }
    case 'facts':
      return { kind: 'facts', id, facts: await lookUp(publisher.facts, request.look) };
    case 'differences':
      return { kind: 'differs', id, differences: await publisher.differences(request.number) };
    case 'findings':
      return { kind: 'findings', id, findings: [...(await publisher.findings(request.today))] };
    case 'unwatch':
      await stopWatching();
      return { kind: 'done', id };
    case 'close':
      await stopWatching();
      await db.destroy();
      return { kind: 'done', id };
  }
}

async function lookUp(facts: FactDesk, look: FactLook): Promise<FactsFound> {
  switch (look.what) {
    case 'list':
      return { what: 'list', found: await facts.list(look.asked, look.filter) };
    case 'find':
      return { what: 'find', found: await facts.find(look.asked, look.factId, look.before) };
    case 'ofArticle':
      return { what: 'ofArticle', found: await facts.ofArticle(look.asked, look.articleId) };
    case 'changesOn':
      return { what: 'changesOn', found: await facts.changesOn(look.asked, look.day) };
    case 'differences':
      return { what: 'differences', found: await facts.differences(look.before, look.after) };
  }
}

async function watch(): Promise<void> {
  const failed = (error: unknown): void => send({ kind: 'watch-failed', error: packError(error) });
  try {
    const { publisher } = await opened;
    stopWatching = publisher.watch({
      rested: () =>
        new Promise((resolve) => {
          seen = resolve;
          send({ kind: 'rested' });
        }),
      failed,
    });
  } catch (error) {
    failed(error);
    await endUnlessOpen();
  }
}

port.on('message', async (message: unknown) => {
  const request = requestSchema.parse(message);
  if (request.ask === 'watch') await watch();
  else if (request.ask === 'seen') seen();
  else {
    try {
      send(await carryOut(request));
    } catch (error) {
      send({ kind: 'failed', id: request.id, error: packError(error) });
      await endUnlessOpen();
    }
    if (request.ask === 'close') port.close();
  }
});
