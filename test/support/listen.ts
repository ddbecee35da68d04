import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createListener, type ListenerLimits, listenerLimits } from '../../server/http/listener.ts';

/** Lets an app listen on a free port of the loopback address, behind the server's own listener. `limits`: other ones. */
export async function listen(
  app: Express,
  limits: Partial<ListenerLimits> = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { server } = createListener(app, {
    ...listenerLimits,
    maxConnections: 10_000,
    // Tests compare the headers of thousands of answers, and the thousandth of a connection would say that it closes.
    maxRequestsPerSocket: 0,
    ...limits,
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs `work` over all items, a few at a time; results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = 8,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < items.length) {
        const index = next;
        next += 1;
        results[index] = await work(items[index] as T);
      }
    }),
  );
  return results;
}
