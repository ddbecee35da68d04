import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { openRequestCounts } from '../../server/accounts/request-counts.ts';
import { openDatabase } from '../../server/database/open.ts';
import { createRateLimits } from '../../server/http/rate-limits.ts';
import { median } from './figures.ts';

/** What many connections, some of them hostile, cost everybody else. */
export interface MeasuredConnections {
  readonly connections: number;
  readonly dripping: number;
  /** Milliseconds of a plain page: median before, and median, 99th percentile and longest beside the connections. */
  readonly before: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Of the dripping ones, the share that the server closed, and the longest that one of them lived, seconds. */
  readonly closed: number;
  readonly longestLife: number;
  /** Megabytes of the server's memory more than before. */
  readonly memory: number;
  /** Microseconds that counting a request against its limit takes, and its share of a plain request's time. */
  readonly limit: number;
  readonly limitShare: number;
}

const root = join(import.meta.dirname, '../..');

/** Of all connections, how many drip: one in ten, as in the fault that is tried. */
const DRIPPING = 0.1;
/** Connections opened at once while they are being opened. */
const AT_ONCE = 200;
/** Milliseconds between two plain pages, and between two bytes of a client that drips. */
const ASK_EVERY = 50;
const DRIP_EVERY = 1_000;

/** Starts the server over the sample content, opens connections and asks for a plain page beside them for so many seconds. */
export async function measureConnections(
  connections: number,
  { seconds, progress }: { readonly seconds: number; readonly progress: (what: string) => void },
): Promise<MeasuredConnections> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-benchmark-'));
  const open: Socket[] = [];
  let child: ChildProcess | null = null;
  try {
    progress('starting the server');
    const started = await startServer(join(folder, 'data'), connections + 1_000);
    child = started.child;
    const { url, pid } = started;
    const before: number[] = [];
    for (let n = 0; n < 100; n += 1) before.push(await askPage(url));
    const memoryBefore = memoryOf(pid);

    const port = Number(new URL(url).port);
    const dripping = Math.floor(connections * DRIPPING);
    for (let n = 0; n < connections - dripping; n += AT_ONCE) {
      progress(`opening connections, ${n} of ${connections}`);
      const some = Math.min(AT_ONCE, connections - dripping - n);
      open.push(...(await Promise.all(Array.from({ length: some }, () => openKept(port)))));
    }
    const lives: number[] = [];
    let ended = 0;
    const drips = await Promise.all(
      Array.from({ length: dripping }, async () => {
        const socket = await openSocket(port);
        const began = Date.now();
        socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
        const drip = setInterval(() => socket.write('a'), DRIP_EVERY);
        socket.once('close', () => {
          clearInterval(drip);
          ended += 1;
          lives.push((Date.now() - began) / 1_000);
        });
        return socket;
      }),
    );
    open.push(...drips);

    const times: number[] = [];
    let memory = 0;
    const until = Date.now() + seconds * 1_000;
    while (Date.now() < until) {
      progress(`asking beside ${open.filter((socket) => !socket.destroyed).length} connections`);
      times.push(await askPage(url));
      memory = Math.max(memory, memoryOf(pid));
      await wait(ASK_EVERY);
    }
    times.sort((a, b) => a - b);
    const limit = await measureLimit();
    return {
      connections,
      dripping,
      before: median(before),
      p50: median(times),
      p99: times[Math.floor(times.length * 0.99)] ?? 0,
      longest: times.at(-1) ?? 0,
      closed: ended / dripping,
      longestLife: Math.max(0, ...lives),
      memory: memory - memoryBefore,
      limit,
      limitShare: limit / 1_000 / median(before),
    };
  } finally {
    for (const socket of open) socket.destroy();
    child?.kill('SIGTERM');
    if (child !== null && child.exitCode === null)
      await new Promise((resolve) => child?.once('close', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startServer(
  dataDir: string,
  maxConnections: number,
): Promise<{ readonly child: ChildProcess; readonly url: string; readonly pid: number }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(root, 'server/main.ts')],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH ?? '',
        PORT: '0',
        DATA_DIR: dataDir,
        WATCH: 'off',
        LOG_LEVEL: 'silent',
        RATE_LIMIT: '1000000',
        MAX_CONNECTIONS: String(maxConnections),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout?.on('data', (bytes) => {
    said += bytes;
  });
  while (!/API +http/.test(said)) {
    if (child.exitCode !== null) throw new Error(`The server ended before it served:\n${said}`);
    await wait(50);
  }
  return { child, url: /FAQ +(\S+?)\/?\s/.exec(said)?.[1] ?? '', pid: child.pid ?? 0 };
}

/** Milliseconds until a page has come over a connection of its own. */
function askPage(url: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    get(`${url}/en`, { agent: new Agent({ keepAlive: false }) }, (response) => {
      response.resume();
      response.once('end', () => resolve(performance.now() - began));
    }).once('error', reject);
  });
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

/** A connection that asked once and is kept. */
async function openKept(port: number): Promise<Socket> {
  const socket = await openSocket(port);
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
  return socket;
}

/** Megabytes of memory that a process holds, as Linux tells it; 0 elsewhere. */
function memoryOf(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** Microseconds of processor time that a request more costs with a limit before it than without. */
async function measureLimit(): Promise<number> {
  const db = await openDatabase(':memory:');
  const counts = await openRequestCounts(db, {
    now: () => new Date(),
    failed: (error) => {
      throw error;
    },
  });
  const most = 1_000_000_000;
  const limits = createRateLimits(counts, {
    rateLimit: most,
    keylessRateLimit: most,
    accountRateLimit: most,
    feedbackRateLimit: most,
  });
  const request = Object.create(express.request);
  Object.defineProperty(request, 'ip', { value: '192.0.2.1' });
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = process.cpuUsage();
    for (let n = 0; n < 20_000; n += 1) {
      const headers = { locals: {}, headersSent: false, setHeader() {}, append() {} };
      for (const handler of limits.before('pages'))
        await new Promise((next) => handler(request, headers as never, next));
    }
    const { user, system } = process.cpuUsage(began);
    rounds.push((user + system) / 20_000);
  }
  await counts.close();
  await db.destroy();
  return median(rounds);
}
