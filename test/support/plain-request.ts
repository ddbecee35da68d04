import { Agent, request } from 'node:http';

/** One answer of a server, every byte of it. */
export interface PlainResponse {
  readonly status: number;
  /** Names in lower case; several values of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values as they came, one pair after another. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What is asked: default is GET without headers and body. */
export interface PlainRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks a server and follows nothing. */
export type Asking = (path: string, asked?: PlainRequest) => Promise<PlainResponse>;

/**
 * Asks the server at `url`, as a program does that adds, decodes and follows nothing, with any method; connections are
 * kept. `close` ends them.
 */
export function plainRequests(url: string): { readonly ask: Asking; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const { hostname, port } = new URL(url);
  const ask: Asking = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request(
        { hostname, port, path, method, headers: { ...headers, ...length }, agent },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
              ),
              rawHeaders: response.rawHeaders,
              body: Buffer.concat(parts),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return { ask, close: () => agent.destroy() };
}
