import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import SqliteDatabase from 'better-sqlite3';
import { listenerLimits } from '../../server/http/listener.ts';
import { findChromium, launchBrowser } from '../support/browser.ts';
import { type ServerProcess, startServer, writeWorld } from '../support/server-process.ts';
import { readmeBlock, withReplaced } from './readme-block.ts';

const site = 'help.example.com';

interface Ports {
  readonly plain: number;
  readonly tls: number;
  readonly concord: number;
}

/** How a proxy is started on README's own words, with this test's ports, certificate and directory in them. */
interface Proxy {
  readonly name: string;
  /** Under which README shows it. */
  readonly file: string;
  readonly command: (folder: string, ports: Ports) => readonly [string, ...(readonly string[])];
}

const nginx: Proxy = {
  name: 'nginx',
  file: '/etc/nginx/conf.d/concord.conf',
  command(folder, { plain, tls, concord }) {
    const block = withReplaced(readmeBlock(this.file), {
      '127.0.0.1:3000': `127.0.0.1:${concord}`,
      'listen 80 ': `listen 127.0.0.1:${plain} `,
      'listen 443 ': `listen 127.0.0.1:${tls} `,
      [`/etc/letsencrypt/live/${site}/fullchain.pem`]: join(folder, 'cert.pem'),
      [`/etc/letsencrypt/live/${site}/privkey.pem`]: join(folder, 'key.pem'),
      '/var/log/nginx': folder,
      '/var/cache/nginx': folder,
    });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(' ');
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(
      join(folder, 'nginx.conf'),
      `${user} daemon off; pid ${folder}/pid; error_log ${folder}/nginx.log;
events {}
http { ${temporary}\n${block}}`,
    );
    return ['nginx', '-p', folder, '-e', join(folder, 'nginx.log'), '-c', join(folder, 'nginx.conf')];
  },
};

const caddy: Proxy = {
  name: 'caddy',
  file: '/etc/caddy/Caddyfile',
  command(folder, { plain, tls, concord }) {
    const block = withReplaced(readmeBlock(this.file), {
      '127.0.0.1:3000': `127.0.0.1:${concord}`,
      '{\n\tservers {': `{\n\thttp_port ${plain}\n\thttps_port ${tls}\n\tdefault_bind 127.0.0.1\n\tadmin off\n\tservers {`,
      [`${site} {`]: `${site} {\n\ttls ${folder}/cert.pem ${folder}/key.pem`,
      '/var/log/caddy': folder,
    });
    writeFileSync(join(folder, 'Caddyfile'), block);
    return ['caddy', 'run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  },
};

function isInstalled(name: string): boolean {
  try {
    execFileSync(name, [name === 'nginx' ? '-v' : 'version'], { stdio: 'ignore' });
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

for (const proxy of [nginx, caddy]) {
  const installed = isInstalled(proxy.name);
  if (!installed)
    process.stderr.write(`skipped: ${proxy.name} in front: ${proxy.name} or openssl is not installed\n`);
  (installed ? describe : describe.skip)(`${proxy.name}, set up as README says, in front of Concord`, () => {
    let folder: string;
    let ports: Ports;
    let server: ServerProcess;
    let running: ChildProcess;
    let certificate: string;
    let said = '';
    let password: string;
    const sessions: ClientHttp2Session[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), `concord-${proxy.name}-`));
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
          .concat(['-subj', `/CN=${site}`, '-addext', `subjectAltName=DNS:${site}`])
          .concat(['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]),
        { stdio: 'ignore' },
      );
      certificate = readFileSync(join(folder, 'cert.pem'), 'utf8');
      mkdirSync(join(folder, 'home'));
      writeWorld(join(folder, 'content'));
      ports = { plain: await freePort(), tls: await freePort(), concord: await freePort() };
      server = startServer({
        NODE_ENV: 'production',
        PORT: String(ports.concord),
        PUBLIC_URL: `https://${site}:${ports.tls}`,
        TRUSTED_HOPS: '1',
        CONTENT_DIR: join(folder, 'content'),
        DATA_DIR: join(folder, 'data'),
      });
      password = (await server.says(/password (\S+)/))[1] ?? '';
      const [program, ...args] = proxy.command(folder, ports);
      running = spawn(program, args, {
        env: { PATH: process.env.PATH ?? '', HOME: join(folder, 'home') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [running.stdout, running.stderr])
        stream?.on('data', (bytes) => {
          said += bytes;
        });
      for (let waited = 0; ; waited += 100) {
        try {
          await ask('/healthz');
          break;
        } catch (error) {
          if (waited > 20_000 || running.exitCode !== null)
            throw new Error(`${proxy.name} does not answer: ${String(error)}\n${said}`);
          await wait(100);
        }
      }
    }, 60_000);

    afterAll(async () => {
      for (const session of sessions) session.destroy();
      const ended = new Promise((resolve) => running.once('close', resolve));
      if (running.exitCode === null) {
        running.kill('SIGTERM');
        await ended;
      }
      server.child.kill('SIGKILL');
      await server.ended;
      rmSync(folder, { recursive: true, force: true });
    });

    /** Asks the proxy by HTTP/2, over a connection of its own from an address of this machine. */
    async function ask(
      path: string,
      {
        method = 'GET',
        headers = {},
        body,
        from = '127.0.0.1',
      }: {
        readonly method?: string;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
        readonly from?: string;
      } = {},
    ): Promise<Reply> {
      const socket = connectTls({
        socket: connect({ host: '127.0.0.1', port: ports.tls, localAddress: from }),
        servername: site,
        ca: certificate,
        ALPNProtocols: ['h2'],
      });
      await new Promise<void>((resolve, reject) => {
        socket.once('secureConnect', resolve).once('error', reject);
      });
      const session = connectHttp2(`https://${site}:${ports.tls}`, { createConnection: () => socket });
      sessions.push(session);
      return new Promise((resolve, reject) => {
        session.once('error', reject);
        const request = session.request({ ':method': method, ':path': path, ...headers });
        let status = 0;
        let received: IncomingHttpHeaders = {};
        const chunks: Buffer[] = [];
        request.on('response', (response) => {
          status = Number(response[':status']);
          received = response;
        });
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('error', reject);
        request.on('end', () => {
          session.close();
          resolve({ status, headers: received, body: Buffer.concat(chunks).toString('utf8') });
        });
        request.end(body);
      });
    }

    const signIn = (from: string, headers: Readonly<Record<string, string>> = {}) =>
      ask('/agent/sign-in', {
        method: 'POST',
        from,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: `https://${site}:${ports.tls}`,
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        body: new URLSearchParams({ name: 'admin', password }).toString(),
      });

    /** The address of the newest session, as Concord believes it. */
    function believed(): unknown {
      const db = new SqliteDatabase(join(folder, 'data/concord.sqlite'), { readonly: true });
      try {
        return db.prepare('select address from sessions order by rowid desc limit 1').pluck().get();
      } finally {
        db.close();
      }
    }

    test('pages come by HTTP/2 with one HSTS header, of Concord, and say nothing of versions', async () => {
      const { status, headers, body } = await ask('/en');
      expect(status).toBe(200);
      expect(body).toContain('<!doctype html>');
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
      expect(String(headers.server ?? '')).not.toMatch(/\d/);
    });

    test('plain http leads to https, whatever name was asked for', async () => {
      const location = await new Promise<string | undefined>((resolve, reject) => {
        get({ host: '127.0.0.1', port: ports.plain, path: '/en', headers: { host: site } }, (response) => {
          response.resume();
          resolve(response.headers.location);
        }).on('error', reject);
      });
      expect(location).toMatch(new RegExp(`^https://${site}(?::\\d+)?/en$`));
    });

    test('another name gets no certificate', async () => {
      const socket = connectTls({ host: '127.0.0.1', port: ports.tls, servername: 'other.example' });
      const outcome = await new Promise((resolve) => {
        socket.once('secureConnect', () => resolve('certificate'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      socket.destroy();
      expect(outcome).toMatch(/^ERR_SSL_.*(?:UNRECOGNIZED_NAME|INTERNAL_ERROR)/);
    });

    test('signing in gives a __Host- cookie that is Secure, and with it the console', async () => {
      const { status, headers } = await signIn('127.0.0.1');
      expect(status).toBe(303);
      const [cookie = ''] = headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/^__Host-concord=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      const agent = await ask('/agent', { headers: { cookie: cookie.split(';')[0] ?? '' } });
      expect([agent.status, agent.headers['cache-control']]).toEqual([200, 'no-store']);
    });

    test("the client's own address is believed, and no header by which it claims another", async () => {
      const claims = [
        {},
        { 'x-forwarded-for': '6.6.6.6' },
        { 'x-forwarded-for': '6.6.6.6, 7.7.7.7', forwarded: 'for=6.6.6.6', 'x-real-ip': '6.6.6.6' },
      ];
      for (const [index, claim] of claims.entries()) {
        const from = `127.0.0.${7 + index}`;
        expect((await signIn(from, claim)).status).toBe(303);
        expect(believed()).toBe(from);
      }
    });

    test('what is too large for Concord is refused by Concord, and a long question passes', async () => {
      const large = await ask('/api/v1/answer', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'x'.repeat(200_000) }),
      });
      expect([large.status, JSON.parse(large.body)]).toEqual([
        413,
        expect.objectContaining({ code: 'body-too-large' }),
      ]);
      const long = await ask(`/api/v1/answer?q=${encodeURIComponent('😀'.repeat(1_900))}`);
      expect([long.status, JSON.parse(long.body)]).toEqual([
        200,
        expect.objectContaining({ status: 'no_answer' }),
      ]);
    });

    test('public pages and assets are compressed, pages of people are not', async () => {
      const encoding = async (path: string) =>
        (await ask(path, { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding'];
      expect(await encoding('/en')).toBe('gzip');
      const { body } = await ask('/en');
      const [style = ''] = /\/assets\/[^"]+\.css/.exec(body) ?? [];
      expect(await encoding(style)).toBe('gzip');
      expect((await ask(style)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(await encoding('/agent/sign-in')).toBeUndefined();
    });

    test('connections to Concord are closed by the proxy, and not by Concord while a form is on its way', () => {
      const block = readmeBlock(proxy.file);
      const [, seconds = ''] = /keepalive(?:_timeout)? (\d+)s/.exec(block) ?? [];
      expect(Number(seconds)).toBeGreaterThan(0);
      expect(Number(seconds) * 1_000).toBeLessThan(listenerLimits.keepAliveTimeout);
    });

    test('the limits of the proxy let pass what Concord takes, and no more time', () => {
      const block = readmeBlock(proxy.file);
      expect(block).toMatch(proxy.name === 'nginx' ? /client_header_timeout 10s;/ : /read_header 10s/);
      expect(block).toMatch(proxy.name === 'nginx' ? /client_body_timeout 20s;/ : /read_body 20s/);
      expect([listenerLimits.headersTimeout, listenerLimits.requestTimeout]).toEqual([10_000, 20_000]);
      expect(block).toMatch(
        proxy.name === 'nginx' ? /large_client_header_buffers 4 32k;/ : /max_header_size 32KB/,
      );
      expect(listenerLimits.maxHeaderSize).toBe(32 * 1_024);
    });

    (findChromium() === null ? test.skip : test)(
      'a browser finds nothing that breaks the content security policy, signs in, and stays signed in',
      async () => {
        const browser = await launchBrowser([`--host-resolver-rules=MAP ${site} 127.0.0.1`]);
        try {
          const context = await browser.newContext({ ignoreHTTPSErrors: true });
          const page = await context.newPage();
          const problems: string[] = [];
          page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
          page.on('pageerror', (error) => problems.push(String(error)));
          page.on('requestfailed', (request) => {
            const why = request.failure()?.errorText ?? '';
            // An icon that was still on its way when the page was left.
            if (why !== 'net::ERR_ABORTED') problems.push(`${request.url()}: ${why}`);
          });
          await page.goto(`https://${site}:${ports.tls}/en`, { waitUntil: 'networkidle' });
          await page.goto(`https://${site}:${ports.tls}/agent`);
          await page.fill('input[name="name"]', 'admin');
          await page.fill('input[name="password"]', password);
          await page.keyboard.press('Enter');
          await page.waitForURL(`https://${site}:${ports.tls}/agent`);
          await page.reload();
          expect(new URL(page.url()).pathname).toBe('/agent');
          expect(problems).toEqual([]);
        } finally {
          await browser.close();
        }
      },
      60_000,
    );

    test('its logs name the path and nothing behind it, also when Concord is not there', async () => {
      await ask('/en/search?q=a-question-nobody-may-read');
      await ask('/account/link?code=a-question-nobody-may-read', {
        headers: { referer: `https://${site}/?q=a-question-nobody-may-read` },
      });
      server.child.kill('SIGKILL');
      await server.ended;
      expect((await ask('/en/search?q=a-question-nobody-may-read')).status).toBe(502);
      await wait(300);
      const logs = readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
      const all = [...logs, said].join('\n');
      expect(all).toContain('/en/search');
      expect(all).toContain('/account/link');
      expect(all).toMatch(/502/);
      expect(all).not.toContain('nobody-may-read');
    });
  });
}
