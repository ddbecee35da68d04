import {
  createServer,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

/** What the listener bears from one client and from all; milliseconds where nothing else is said. */
export interface ListenerLimits {
  /** Bytes of a request's head: a question of 2,000 emoji in an address takes 24,000 as percent escapes. */
  readonly maxHeaderSize: number;
  /** From the first byte of a request to the last of its head. */
  readonly headersTimeout: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeout: number;
  /**
   * That a connection may stay open with nothing asked: longer than nginx and common load balancers keep theirs (60 s) and
   * than Caddy (120 s), so that it is the proxy that closes, and no request meets a connection that is just being closed.
   */
  readonly keepAliveTimeout: number;
  /** Requests of one connection before it is closed, so that no client keeps one for ever; as many as nginx. */
  readonly maxRequestsPerSocket: number;
  /** Between two looks for connections that took too long: by so much the limits above may be exceeded. */
  readonly connectionsCheckingInterval: number;
  /**
   * Connections at once; more are closed as they come. The setting's default, 10,000, takes 164 MB and leaves a plain page
   * a 99th percentile of 91 ms (`npm run benchmark -- --connections 10000`).
   */
  readonly maxConnections: number;
}

/** The limits of the server but for the number of connections, which is the setting MAX_CONNECTIONS. */
export const listenerLimits: Omit<ListenerLimits, 'maxConnections'> = {
  maxHeaderSize: 32_768,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 125_000,
  maxRequestsPerSocket: 1_000,
  connectionsCheckingInterval: 500,
};

/** Milliseconds between two lines of the log about connections that were closed because there were too many. */
const droppedLogMs = 10_000;

/** A server, and its end in order. */
export interface Listener {
  readonly server: Server;
  /**
   * Loses no request that was accepted: nobody new is let in, every answer tells its client to close the connection, idle
   * connections are closed after `graceMs`, and whatever is still open after `mostMs` is cut.
   */
  drain(times: { readonly graceMs: number; readonly mostMs: number }): Promise<void>;
}

/**
 * The server that stands before the application: bounds what a slow, silent or broken client may take, and answers what is
 * not HTTP with a status, one short sentence and the connection's end. Does not listen yet. `dropped`: told how many
 * connections were closed because there were too many, at most every ten seconds.
 */
export function createListener(
  app: RequestListener,
  limits: ListenerLimits,
  dropped: (connections: number) => void = () => {},
): Listener {
  const { maxConnections, maxRequestsPerSocket, ...options } = limits;
  let isDraining = false;
  const underWay = new Set<ServerResponse>();
  const answering = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();
  const refuse = (socket: Socket, status: number, sentence: string): void => {
    if (refused.has(socket)) return;
    refused.add(socket);
    tell(socket, status, sentence);
  };
  const server = createServer({ ...options, requireHostHeader: false }, (request, response) => {
    answering.set(request.socket, response);
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (isDraining) response.shouldKeepAlive = false;
    // Said here and not by Node, whose answer has none of our headers.
    if (request.headers.host === undefined && request.httpVersion !== '1.0')
      return refuse(request.socket, 400, 'The request has no Host header.');
    app(request, response);
  });
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = maxRequestsPerSocket;

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const current = answering.get(socket);
    // Its answer is on the way or was given before its body had come: a second one would be taken for another's.
    const isTold = current?.headersSent === true && !(current.writableEnded && current.req.complete);
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable || isTold) return void socket.destroy();
    const [status, sentence] = sentences[error.code ?? ''] ?? [400, 'The request is not valid HTTP.'];
    refuse(socket, status, sentence);
  });
  server.on('checkExpectation', (request) =>
    refuse(request.socket, 417, 'The only expectation that is met is 100-continue.'),
  );

  let surplus = 0;
  server.on('drop', () => {
    surplus += 1;
    if (surplus > 1) return;
    setTimeout(() => {
      dropped(surplus);
      surplus = 0;
    }, droppedLogMs).unref();
  });

  return Object.freeze({
    server,
    async drain({ graceMs, mostMs }: { readonly graceMs: number; readonly mostMs: number }) {
      isDraining = true;
      for (const response of underWay) response.shouldKeepAlive = false;
      // Only the door is closed: the close of node:http also cuts idle connections, on which a request may be on its way.
      const drained = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const idle = setTimeout(() => server.closeIdleConnections(), graceMs);
      const late = setTimeout(() => server.closeAllConnections(), mostMs);
      await drained;
      clearTimeout(idle);
      clearTimeout(late);
    },
  });
}

/** Milliseconds that a refused client gets to read why. */
const lingerMs = 500;

const sentences: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The request is too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};

/** An answer below the application, with the headers that hold for every answer, and the connection's end. */
function tell(socket: Socket, status: number, sentence: string): void {
  const body = `${sentence}\n`;
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options: nosniff',
      'Referrer-Policy: no-referrer',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // A connection that is cut while the client still sends takes the answer with it.
  setTimeout(() => socket.destroy(), lingerMs);
}
