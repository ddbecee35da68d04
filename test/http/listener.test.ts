import { connect, type Socket } from 'node:net';
import express from 'express';
import { createListener, listenerLimits } from '../../server/http/listener.ts';
import { listen } from '../support/listen.ts';
import { sendRaw } from '../support/raw-socket.ts';

const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1_000));

const app = express();
app.get('/plain', (_request, response) => void response.send('plain'));
app.get('/slow', (_request, response) => void setTimeout(() => response.send('slow'), 300));
app.post('/form', express.text({ type: '*/*' }), (_request, response) => void response.send('read'));
app.post('/unread', (_request, response) => void response.status(404).send('none'));
app.get('/half', (_request, response) => {
  response.write('half');
  setTimeout(() => response.end('whole'), 200);
});

describe('the listener', () => {
  const short = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };
  let server: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    server = await listen(app, short);
  });
  afterAll(() => server.close());
  afterEach(async () => expect(await (await fetch(`${server.url}/plain`)).text()).toBe('plain'));

  test.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00', 400],
    ['a method that HTTP does not know', 'FROB / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'two lengths',
      'POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a chunk of no size',
      'POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      400,
    ],
    ['no host', 'GET /plain HTTP/1.1\r\n\r\n', 400],
    ['a head of 64 kB', `GET /plain HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
    ['an address of 64 kB', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['an expectation', 'GET /plain HTTP/1.1\r\nHost: x\r\nExpect: money\r\n\r\n', 417],
  ])('answers %s with a status, one sentence, and the end', async (_, request, status) => {
    const answer = await sendRaw(server.url, [request]);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(/^The [^.\n]+\.\n$/);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.closed).toBe(true);
    expect(answer.ms).toBeLessThan(5_000);
  });

  test('takes HTTP/1.0 without a host', async () => {
    expect((await sendRaw(server.url, ['GET /plain HTTP/1.0\r\n\r\n'])).body).toBe('plain');
  });

  test('closes a head that never ends, whether it drips or stops, within its time', async () => {
    const stops = await sendRaw(server.url, ['GET /plain HTTP/1.1\r\nHost: x\r\n']);
    expect([stops.status, stops.closed]).toEqual([408, true]);
    expect(stops.ms).toBeLessThan(3_000);
    const drops = function* () {
      yield 'GET /plain HTTP/1.1\r\nHost: x\r\nX-A: ';
      for (let n = 0; n < 1_000; n += 1) yield 'a';
    };
    const drips = await sendRaw(server.url, drops(), { pauseMs: 20 });
    expect([drips.status, drips.closed]).toEqual([408, true]);
    expect(drips.ms).toBeLessThan(3_000);
  });

  test('closes a connection that says nothing', async () => {
    const silent = await sendRaw(server.url, []);
    expect(silent.closed).toBe(true);
    expect(silent.ms).toBeLessThan(3_000);
  });

  test('closes a body that drips, and one that nobody reads, and never gives a second answer', async () => {
    const drip = function* (path: string) {
      yield `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 1000\r\n\r\n`;
      for (let n = 0; n < 1_000; n += 1) yield 'a';
    };
    const read = await sendRaw(server.url, drip('/form'), { pauseMs: 20 });
    expect([read.status, read.closed]).toEqual([408, true]);
    expect(read.ms).toBeLessThan(4_000);
    const unread = await sendRaw(server.url, drip('/unread'), { pauseMs: 20 });
    expect([unread.status, unread.closed]).toEqual([404, true]);
    expect(unread.bytes.toString('latin1').match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('lets nobody break an answer that is on its way', async () => {
    const answer = await sendRaw(server.url, ['GET /half HTTP/1.1\r\nHost: x\r\n\r\n', 'nonsense\r\n\r\n']);
    expect(answer.bytes.toString('latin1')).not.toMatch(/half[\s\S]*HTTP\/1\.1/);
  });

  test('closes connections beyond the most, and takes new ones when there is room again', async () => {
    const told: number[] = [];
    const { server: small } = createListener(app, { ...listenerLimits, maxConnections: 5 }, (n) =>
      told.push(n),
    );
    await new Promise<void>((resolve) => small.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(small.address() as { port: number }).port}`;
    const held = await Promise.all(Array.from({ length: 5 }, () => open(url)));
    const surplus = await sendRaw(url, ['GET /plain HTTP/1.1\r\nHost: x\r\n\r\n']);
    expect([surplus.status, surplus.closed]).toEqual([null, true]);
    for (const socket of held) socket.destroy();
    await seconds(0.1);
    expect((await sendRaw(url, ['GET /plain HTTP/1.0\r\n\r\n'])).status).toBe(200);
    small.close();
    small.closeAllConnections();
  });

  test('tells every client to close when it is to end, and ends when all are answered', async () => {
    const { server: ending, drain } = createListener(app, { ...listenerLimits, maxConnections: 100 });
    await new Promise<void>((resolve) => ending.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(ending.address() as { port: number }).port}`;
    const before = sendRaw(url, ['GET /slow HTTP/1.1\r\nHost: x\r\n\r\n']);
    const kept = sendRaw(
      url,
      ['GET /plain HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /plain HTTP/1.1\r\nHost: x\r\n\r\n'],
      {
        pauseMs: 200,
      },
    );
    await seconds(0.1);
    const end = drain({ graceMs: 300, mostMs: 5_000 });
    const answers = (await kept).bytes.toString('latin1').split(/(?=HTTP\/1\.1 200)/);
    expect(answers).toHaveLength(2);
    expect(answers[0]).toMatch(/Connection: keep-alive[\s\S]*plain$/);
    expect(answers[1]).toMatch(/Connection: close[\s\S]*plain$/);
    await end;
    const answer = await before;
    expect(answer).toMatchObject({ status: 200, body: 'slow', closed: true });
    expect(answer.headers.connection).toBe('close');
    expect((await sendRaw(url, ['GET /plain HTTP/1.0\r\n\r\n'])).status).toBe(null);
  });
});

describe('200 clients that drip', () => {
  test('do not hold up a plain page, and are all closed', async () => {
    const server = await listen(app, {
      headersTimeout: 2_000,
      requestTimeout: 3_000,
      connectionsCheckingInterval: 100,
    });
    const sockets = await Promise.all(Array.from({ length: 200 }, () => open(server.url)));
    let closed = 0;
    for (const [n, socket] of sockets.entries()) {
      socket.on('close', () => {
        closed += 1;
      });
      const isBody = n % 2 === 0;
      socket.write(
        isBody
          ? 'POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 1000\r\n\r\n'
          : 'GET / HTTP/1.1\r\nHost: x\r\nX-A: ',
      );
      const drip = setInterval(() => socket.write('a'), 100);
      socket.on('close', () => clearInterval(drip));
    }
    const waits: number[] = [];
    const until = Date.now() + 2_000;
    while (Date.now() < until) {
      const began = performance.now();
      expect(await (await fetch(`${server.url}/plain`)).text()).toBe('plain');
      waits.push(performance.now() - began);
      await seconds(0.01);
    }
    waits.sort((a, b) => a - b);
    const median = waits[Math.floor(waits.length / 2)] ?? 0;
    console.info(
      `a plain page beside 200 dripping clients: median ${median.toFixed(1)} ms of ${waits.length}`,
    );
    expect(median).toBeLessThan(500);
    for (let n = 0; n < 60 && closed < 200; n += 1) await seconds(0.1);
    expect(closed).toBe(200);
    await server.close();
  });
});

async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
