import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { AppError, describeError } from '../errors.ts';
import type { ModelChoice, SentenceModel } from './model.ts';
import { quantise } from './vector.ts';

/** What the thread of a model is started with. */
export interface ModelThreadData {
  readonly choice: ModelChoice;
  readonly port: MessagePort;
  /** One number, raised with every reply: who waits without an event loop waits on it. */
  readonly replies: Int32Array<SharedArrayBuffer>;
}

/** What the thread is asked for. */
export const encodeRequest = z.strictObject({ id: z.int(), texts: z.array(z.string()) });
export type EncodeRequest = z.infer<typeof encodeRequest>;

/** What it says: a vector for each text, or why there is none. */
export const encodeReply = z.union([
  z.strictObject({
    id: z.int(),
    vectors: z.array(z.custom<Int8Array>(ArrayBuffer.isView)),
  }),
  z.strictObject({ id: z.int(), error: z.string() }),
]);
export type EncodeReply = z.infer<typeof encodeReply>;

/** Runs a model in this worker thread, one text after another, in the order asked. */
export function serveModel(load: (choice: ModelChoice) => Promise<SentenceModel>): void {
  if (parentPort === null) throw new Error('A model is served in a worker thread only.');
  const { choice, port, replies } = workerData as ModelThreadData;
  const loaded = load(choice);
  loaded.catch(() => {});
  const carryOut = async ({ id, texts }: EncodeRequest): Promise<EncodeReply> => {
    try {
      const model = await loaded;
      const vectors: Int8Array[] = [];
      for (const text of texts) vectors.push(quantise(await model.encode(text)));
      return { id, vectors };
    } catch (error) {
      return { id, error: error instanceof AppError ? describeError(error) : String(error) };
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  port.on('message', (message: unknown) => {
    const request = encodeRequest.parse(message);
    last = last.then(async () => {
      port.postMessage(await carryOut(request));
      Atomics.add(replies, 0, 1);
      Atomics.notify(replies, 0);
    });
  });
}
