import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What passes through: the request's method and address, and what came back. */
export interface Passing {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** What is given instead: another body, or a status with headers and a body. */
export type Instead =
  | string
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string };

const PASSED_ON = ['content-type', 'location', 'retry-after'];

/** A server in front of another that may change what that one says: a channel that says something else. */
export async function tamperingProxy(
  target: string,
  tamper: (passing: Passing) => Instead | Promise<Instead>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const body = method === 'POST' ? await text(request) : undefined;
    const reply = await fetch(new URL(path, target), {
      method,
      headers: headersOf(request),
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const instead = await tamper({ method, path, status: reply.status, body: await reply.text() });
    for (const name of PASSED_ON) {
      const value = reply.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.setHeader('set-cookie', reply.headers.getSetCookie());
    if (typeof instead === 'string') {
      response.writeHead(reply.status).end(instead);
    } else {
      response.writeHead(instead.status, instead.headers).end(instead.body);
    }
  });
  await new Promise((resolve, reject) =>
    server.listen(0, '127.0.0.1').once('listening', resolve).once('error', reject),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = ['accept', 'content-type', 'cookie', 'x-concord-probe', 'x-form-token'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
