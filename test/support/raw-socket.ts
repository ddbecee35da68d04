import { connect, type Socket } from 'node:net';

/** What came back over a socket until the other side closed it, or until `enoughMs` had passed. */
export interface RawAnswer {
  readonly bytes: Buffer;
  /** Of the last answer that is not an interim one; null: none came. */
  readonly status: number | null;
  /** In small letters; of several of one name, with commas between. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly closed: boolean;
  readonly ms: number;
}

/**
 * Sends bytes as they are, one piece after the other with `pauseMs` between them, and reads what comes. A reset of the
 * connection counts as its end: what came before it stands.
 */
export async function sendRaw(
  url: string,
  pieces: Iterable<Uint8Array | string>,
  { enoughMs = 8_000, pauseMs = 0 }: { readonly enoughMs?: number; readonly pauseMs?: number } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const began = Date.now();
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let closed = false;
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      closed = true;
      resolve();
    });
    setTimeout(resolve, enoughMs).unref();
  });
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  for (const piece of pieces) {
    if (!(await written(socket, piece))) break;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await done;
  socket.destroy();
  return { ...readAnswer(Buffer.concat(chunks)), closed, ms: Date.now() - began };
}

function written(socket: Socket, piece: Uint8Array | string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!socket.writable) return resolve(false);
    const gone = (): void => resolve(false);
    socket.once('close', gone);
    socket.write(piece, (error) => {
      socket.off('close', gone);
      resolve(!error);
    });
  });
}

function readAnswer(bytes: Buffer): Pick<RawAnswer, 'bytes' | 'status' | 'headers' | 'body'> {
  let text = bytes.toString('latin1').replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\r\n');
  text = end === -1 ? '' : text.slice(end + 4);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const status = /^HTTP\/1\.\d (\d{3})/.exec(first)?.[1];
  return {
    bytes,
    status: status === undefined ? null : Number(status),
    headers,
    body: Buffer.from(text, 'latin1').toString('utf8'),
  };
}
