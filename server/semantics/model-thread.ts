import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import type { ModelChoice } from './model.ts';
import { type EncodeReply, type EncodeRequest, encodeReply, type ModelThreadData } from './serve-model.ts';

/** A model in a thread of its own, which is started when it is first asked and again after it has ended. */
export interface ModelThread {
  /** Vectors of texts; the caller's thread waits. Errors: semantic-model-unusable. */
  encode(texts: readonly string[]): readonly Int8Array[];
  /** The same without waiting; the caller's event loop goes on. */
  encodeLater(texts: readonly string[]): Promise<readonly Int8Array[]>;
  /** Ends the thread and gives its memory back; the next question starts another. */
  close(): Promise<void>;
}

/** Milliseconds that a model gets to load or to encode the texts of one request. */
const patienceMs = 30_000;

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly replies: Int32Array<SharedArrayBuffer>;
  readonly waiting: Map<number, (reply: EncodeReply) => void>;
}

/** `module`: another worker than model-worker.ts, for tests. */
export function createModelThread(
  choice: ModelChoice,
  module: URL = new URL('./model-worker.ts', import.meta.url),
): ModelThread {
  let running: Running | null = null;
  let asked = 0;

  const end = async (ended: Running, found: string): Promise<void> => {
    if (running === ended) running = null;
    for (const [id, settle] of ended.waiting) settle({ id, error: found });
    ended.waiting.clear();
    ended.port.close();
    await ended.worker.terminate();
  };
  const start = (): Running => {
    const { port1: port, port2 } = new MessageChannel();
    const replies = new Int32Array(new SharedArrayBuffer(4));
    const data: ModelThreadData = { choice, port: port2, replies };
    const worker = new Worker(module, {
      workerData: data,
      transferList: [port2],
      execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
      name: 'semantic model',
    });
    const started: Running = { worker, port, replies, waiting: new Map() };
    port.on('message', (message: unknown) => take(started, message));
    worker.on('error', (error) => void end(started, error.message));
    worker.on('exit', (code) => void end(started, `its thread ended with exit code ${code}`));
    hold(started);
    return started;
  };
  const take = ({ waiting }: Running, message: unknown): void => {
    const reply = encodeReply.parse(message);
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  };
  const send = (texts: readonly string[], settle: (reply: EncodeReply) => void): Running => {
    running ??= start();
    asked += 1;
    running.waiting.set(asked, settle);
    running.port.postMessage({ id: asked, texts: [...texts] } satisfies EncodeRequest);
    return running;
  };

  return {
    encode(texts) {
      if (texts.length === 0) return [];
      const state: { reply: EncodeReply | null } = { reply: null };
      const at = send(texts, (reply) => {
        state.reply = reply;
      });
      const deadline = performance.now() + patienceMs;
      while (state.reply === null) {
        const seen = Atomics.load(at.replies, 0);
        const received = receiveMessageOnPort(at.port);
        if (received !== undefined) {
          take(at, received.message);
          continue;
        }
        const left = deadline - performance.now();
        if (left <= 0) {
          void end(at, `no vectors within ${patienceMs / 1_000} seconds`);
          continue;
        }
        Atomics.wait(at.replies, 0, seen, left);
      }
      return vectorsIn(state.reply);
    },
    async encodeLater(texts) {
      if (texts.length === 0) return [];
      const reply = await new Promise<EncodeReply>((settle) => {
        const at = send(texts, (settled) => {
          settle(settled);
          hold(at);
        });
        hold(at);
      });
      return vectorsIn(reply);
    },
    async close() {
      if (running !== null) await end(running, 'its thread was ended');
    },
  };
}

/** Keeps the process alive for as long as somebody waits, and no longer. */
function hold({ worker, port, waiting }: Running): void {
  if (waiting.size > 0) {
    worker.ref();
    port.ref();
  } else {
    worker.unref();
    port.unref();
  }
}

function vectorsIn(reply: EncodeReply): readonly Int8Array[] {
  if ('vectors' in reply) return reply.vectors;
  throw new AppError('semantic-model-unusable', { expected: 'vectors', found: reply.error });
}
