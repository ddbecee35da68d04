import { createServer } from 'node:net';
import tls from 'node:tls';
import { type AttemptDeps, attempt } from '../../server/webhooks/attempt.ts';
import { openReceiver, type Receiver } from '../support/open-receiver.ts';

/** Opens nothing: made for this test, for hooks.example, until 2126. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7Um6nvomi2prRi5v
9959tspMTkoW3nk9hlvZ+0WzsUChRANCAARyx075KziYD+8H3F89Ykqx3lt4OPUC
DKTdl7mOJOzT+6N0I1Wk89xdh+FUEciQKkPFkpuHzLEFN2jxf5tvwW9D
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUcu/7vAl2fWHCmZR8CYe2MMu5yzYwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTAgFw0yNjExMjMwMzEwMzdaGA8yMTI2
MTAzMDAzMTAzN1owGDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABHLHTvkrOJgP7wfcXz1iSrHeW3g49QIMpN2XuY4k7NP7
o3QjVaTz3F2H4VQRyJAqQ8WSm4fMsQU3aPF/m2/Bb0OjbTBrMB0GA1UdDgQWBBQe
pR98bAZKFgKTrHv1pb+Rgi/V0jAfBgNVHSMEGDAWgBQepR98bAZKFgKTrHv1pb+R
gi/V0jAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWhvb2tzLmV4YW1wbGUw
CgYIKoZIzj0EAwIDSAAwRQIgabFzP8W6oSAALd2vrE+sj/aDcnIDtzywEkLPqmfW
XRkCIQDdYIqeY5TfTAjOdHpV7XGNN33v7gfe2H8MooGhsTxLYw==
-----END CERTIFICATE-----`;

let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

/** What lets these hosts be private, and spoken to by http. */
const allowing = (...hosts: readonly string[]) => ({ privateHosts: hosts, plainHosts: hosts });

/** Sends to a host of any name on the receiver's port, as these settings and names have it. */
const send = (url: string, deps: Partial<AttemptDeps> = {}) =>
  attempt(
    {
      url: new URL(url),
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
      body: '{"a":"é"}',
    },
    {
      policy: allowing(receiver.host, `hooks.example:${receiver.port}`),
      signal: new AbortController().signal,
      resolve: async () => ['127.0.0.1'],
      ...deps,
    },
  );
const nowhere = {
  policy: { privateHosts: [], plainHosts: ['hooks.example', '127.0.0.1', 'localhost', '[::ffff:7f00:1]'] },
};

describe('an attempt', () => {
  test('is one POST with the headers and the body to the letter, on a connection that ends', async () => {
    const ended = await send(`http://hooks.example:${receiver.port}/a?b=c`);
    expect(ended).toEqual({ problem: null, status: 204, retryAfter: null });
    expect(receiver.received).toHaveLength(1);
    const [one] = receiver.received;
    expect(one).toMatchObject({ method: 'POST', url: '/a?b=c', body: '{"a":"é"}' });
    expect(one?.headers).toMatchObject({
      host: `hooks.example:${receiver.port}`,
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'content-length': '10',
      connection: 'close',
    });
  });

  test.each([
    [200, null],
    [202, null],
    [299, null],
    [400, 'refused'],
    [404, 'refused'],
    [410, 'gone'],
    [429, 'refused'],
    [500, 'refused'],
    [504, 'refused'],
  ])('that is answered with %i ends as %s', async (status, problem) => {
    receiver.answer = (response) => response.writeHead(status, { 'retry-after': '120' }).end('why');
    expect(await send(receiver.url)).toEqual({ problem, status, retryAfter: '120' });
  });

  test.each([301, 302, 303, 307, 308])('follows no redirect (%i), to wherever it leads', async (status) => {
    const bait = await openReceiver();
    receiver.answer = (response) => response.writeHead(status, { location: bait.url }).end();
    expect(await send(receiver.url, { policy: allowing(receiver.host, bait.host) })).toMatchObject({
      problem: 'refused',
      status,
    });
    expect(bait.received).toEqual([]);
    await bait.close();
  });

  test('reaches no address but public ones, whatever the host is called', async () => {
    for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fe80::1'])
      expect(
        await send(`http://hooks.example:${receiver.port}/`, { ...nowhere, resolve: async () => [address] }),
      ).toEqual({ problem: 'forbidden-address', status: null, retryAfter: null });
    for (const url of [
      receiver.url,
      `http://localhost:${receiver.port}/`,
      `http://[::ffff:127.0.0.1]:${receiver.port}/`,
    ])
      expect(
        await attempt(
          { url: new URL(url), headers: {}, body: '' },
          { ...nowhere, signal: new AbortController().signal },
        ),
      ).toMatchObject({ problem: 'forbidden-address' });
    expect(receiver.received).toEqual([]);
  });

  test('reaches none at all where one of a host’s addresses may not be reached', async () => {
    for (const addresses of [
      ['93.184.216.34', '127.0.0.1'],
      ['127.0.0.1', '93.184.216.34'],
    ])
      expect(
        await send(`http://hooks.example:${receiver.port}/`, { ...nowhere, resolve: async () => addresses }),
      ).toMatchObject({ problem: 'forbidden-address' });
    expect(receiver.received).toEqual([]);
  });

  test('connects to the address that it looked at, however a name answers the next time', async () => {
    const answers = [['127.0.0.1'], ['192.0.2.1']];
    const asked: string[] = [];
    const ended = await send(`http://hooks.example:${receiver.port}/`, {
      resolve: async (host) => {
        asked.push(host);
        return answers.shift() ?? [];
      },
    });
    expect(ended).toMatchObject({ problem: null });
    expect(asked).toEqual(['hooks.example']);
  });

  test('a host that the settings allow does not open what clouds tell secrets at', async () => {
    for (const address of ['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1'])
      expect(
        await send(`http://hooks.example:${receiver.port}/`, { resolve: async () => [address] }),
      ).toMatchObject({ problem: 'forbidden-address' });
  });

  test('speaks by http to nobody whom the settings do not name any more', async () => {
    const policy = { privateHosts: [receiver.host], plainHosts: [] };
    expect(await send(receiver.url, { policy })).toMatchObject({ problem: 'forbidden-address' });
    expect(receiver.received).toEqual([]);
  });

  test('says what kept it from being answered', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(
      await send(`http://hooks.example:${receiver.port}/`, { resolve: () => Promise.reject(unknown) }),
    ).toMatchObject({
      problem: 'no-address',
    });
    expect(await send(`http://hooks.example:${receiver.port}/`, { resolve: async () => [] })).toMatchObject({
      problem: 'no-address',
    });
    await receiver.close();
    expect(await send(receiver.url)).toMatchObject({ problem: 'unreachable', status: null });
    receiver = await openReceiver();
    receiver.answer = (response) => response.destroy();
    expect(await send(receiver.url)).toMatchObject({ problem: 'unreachable' });
  });

  test('waits neither for a name, nor for an answer, nor for its headers, longer than its time', async () => {
    const timeoutMs = 150;
    const never = () => new Promise<never>(() => {});
    expect(await send(`http://hooks.example:${receiver.port}/`, { resolve: never, timeoutMs })).toMatchObject(
      {
        problem: 'timeout',
      },
    );
    receiver.answer = () => {};
    expect(await send(receiver.url, { timeoutMs })).toMatchObject({ problem: 'timeout' });
    const dripping = createServer((socket) => {
      socket.on('error', () => {});
      const timer = setInterval(() => socket.write('HTTP/1.1 200 OK\r\nx'.slice(0, 1)), 20);
      socket.on('close', () => clearInterval(timer));
    });
    dripping.listen(0, '127.0.0.1');
    await new Promise((resolve) => dripping.once('listening', resolve));
    const { port } = dripping.address() as { readonly port: number };
    const policy = allowing('127.0.0.1');
    const ended = await send(`http://127.0.0.1:${port}/`, { timeoutMs, policy });
    expect(['timeout', 'unreachable']).toContain(ended.problem);
    dripping.close();
  });

  test('ends when it is told to', async () => {
    receiver.answer = () => {};
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 50);
    expect(await send(receiver.url, { signal: ending.signal })).toMatchObject({ status: null });
  });

  test('takes no more of an answer off the line than its beginning', async () => {
    let sent = 0;
    let closed = false;
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!closed && sent < 200_000_000) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
        }
      };
      response.once('close', () => {
        closed = true;
      });
      more();
    };
    expect(await send(receiver.url)).toMatchObject({ problem: null, status: 200 });
    for (let waited = 0; !closed && waited < 100; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(true);
    // What the two ends' buffers hold may be on its way.
    expect(sent).toBeLessThan(20_000_000);
  });

  test('an answer with headers of megabytes is none', async () => {
    receiver.answer = (response) => {
      for (let at = 0; at < 12; at += 1) response.setHeader(`x-${at}`, 'x'.repeat(1_000));
      response.end();
    };
    expect(await send(receiver.url)).toMatchObject({ problem: 'unreachable' });
  });

  test('trusts no certificate that nobody vouches for, nor one of another host', async () => {
    const secure = await openReceiver({ key, cert });
    const policy = { privateHosts: ['hooks.example', 'other.example'], plainHosts: [] };
    const to = (host: string) => send(`https://${host}:${secure.port}/`, { policy });
    expect(await to('hooks.example')).toMatchObject({ problem: 'certificate' });
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, cert]);
    expect(await to('hooks.example')).toMatchObject({ problem: null, status: 204 });
    expect(await to('other.example')).toMatchObject({ problem: 'certificate' });
    tls.setDefaultCACertificates(before);
    expect(secure.received).toHaveLength(1);
    await secure.close();
  });
});
