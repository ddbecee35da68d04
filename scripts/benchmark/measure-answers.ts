import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { allRoutes, buildApp } from '../../server/app.ts';
import { byCommand } from '../../server/audit/audit-event.ts';
import { sessionCookie } from '../../server/channels/agent/session-cookie.ts';
import type { Recorder } from '../../server/channels/ask.ts';
import { type Concord, openConcord } from '../../server/compose.ts';
import { type Config, readConfig } from '../../server/config.ts';
import type { Database } from '../../server/database/open.ts';
import { fillDemo } from '../demo/fill-demo.ts';
import { median, type Times, timesOf } from './figures.ts';

/** What recording costs an answer, and how long pages take, over so many recorded answers. */
export interface MeasuredAnswers {
  readonly answers: number;
  /** Seconds that it took to fill the database; null: it was filled before. */
  readonly filled: number | null;
  /** Milliseconds of an answer over HTTP, one after another: recorded, and by a recorder that stores nothing. */
  readonly recorded: Times;
  readonly unrecorded: Times;
  /** Milliseconds until each of `AT_ONCE` answers asked at once has come. */
  readonly recordedAtOnce: Times;
  readonly unrecordedAtOnce: Times;
  /**
   * Every page for people signed in, those with a name in their address of what there is most of: milliseconds until it has
   * come, and of processor time for it, which other programs do not lengthen. The slowest first.
   */
  readonly pages: readonly { readonly path: string; readonly ms: number; readonly cpuMs: number }[];
}

const ASKED = 400;
const AT_ONCE = 32;
const BURSTS = 12;
const PAGE_ROUNDS = 5;

const QUESTIONS = ['where is my parcel', 'can I cancel my order', 'when do I get my money back'] as const;

/** Measures over a database that demo:seed filled (`data`), or over one that is filled with `answers` for it. */
export async function measureAnswers(
  { answers, data }: { readonly answers: number; readonly data: string | null },
  progress: (what: string) => void,
): Promise<MeasuredAnswers> {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'concord-benchmark-'));
  const most = 1_000_000_000;
  const config: Config = {
    ...readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent', WATCH: 'off' }),
    rateLimit: most,
    keylessRateLimit: most,
    accountRateLimit: most,
  };
  let filled: number | null = null;
  let concord: Concord | null = null;
  const listening: Server[] = [];
  try {
    if (data === null) {
      progress(`filling ${answers} answers`);
      const wish = { answers, days: 90, seed: 'benchmark', until: new Date() };
      filled = (await fillDemo(config, wish)).seconds;
    }
    progress('starting');
    concord = await openConcord(config, { now: () => new Date(), log: pino({ level: 'silent' }) });
    await concord.serveLastGood([]);
    const deps = concord.appDeps;
    const listen = async (recorder: Recorder): Promise<number> => {
      const server = createServer(buildApp({ ...deps, recorder }));
      listening.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    const [recording, silent] = [await listen(deps.recorder), await listen(silentRecorder)];

    // In turn, so that whatever else the machine does counts for both.
    const one: [number[], number[]] = [[], []];
    for (let n = -20; n < ASKED; n += 1) {
      progress(`asking, ${n} of ${ASKED}`);
      const [with_, without] = [await ask(recording, n), await ask(silent, n)];
      if (n < 0) continue;
      one[0].push(with_);
      one[1].push(without);
    }
    const many: [number[], number[]] = [[], []];
    for (let burst = 0; burst < BURSTS; burst += 1) {
      progress(`asking ${AT_ONCE} at once`);
      for (const [side, port] of [recording, silent].entries()) {
        const all = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ask(port, n)));
        many[side]?.push(...all);
      }
    }

    const cookie = await signIn(concord, config);
    // Before the pages, so that what was just asked is not counted beside them.
    await deps.loop.walk.catchUp();
    const pages: MeasuredAnswers['pages'][number][] = [];
    for (const path of [...plainPages(deps), ...(await namedPages(concord.db))]) {
      progress(path);
      const times: number[] = [];
      const cpu: number[] = [];
      for (let round = 0; round < PAGE_ROUNDS; round += 1) {
        const before = process.cpuUsage();
        times.push(await call(recording, { path, cookie }));
        const { user, system } = process.cpuUsage(before);
        cpu.push((user + system) / 1_000);
      }
      pages.push({ path, ms: median(times), cpuMs: median(cpu) });
    }
    return {
      answers,
      filled,
      recorded: timesOf(one[0]),
      unrecorded: timesOf(one[1]),
      recordedAtOnce: timesOf(many[0]),
      unrecordedAtOnce: timesOf(many[1]),
      pages: pages.sort((a, b) => b.ms - a.ms),
    };
  } finally {
    agent.destroy();
    for (const server of listening) server.close();
    await concord?.close();
    if (data === null) rmSync(folder, { recursive: true, force: true });
  }
}

/** Pages that need no name. What a preview takes is measured by --publication; the others want something in their query. */
function plainPages(deps: Parameters<typeof allRoutes>[0]): readonly string[] {
  const others = ['/manage/preview', '/agent/offers/new', '/manage/proposals/new', '/agent/find'];
  return allRoutes(deps)
    .filter(({ method, format, access, path }) => {
      const isPage = method === 'get' && format === 'html' && access !== 'anyone';
      return isPage && /^\/(agent|manage)/.test(path) && !path.includes(':') && !others.includes(path);
    })
    .map(({ path }) => path);
}

/** Pages of the greatest of each kind: the longest conversation, the gap most asked, the article most found. */
async function namedPages(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ path: string }>`
    select path from (
      select '/manage/gaps?view=phrasings' as path union all select '/manage/gaps?sort=trend'
      union all select '/manage/gaps?state=closed' union all select '/manage/verification?state=all'
      union all select '/manage/reports?days=90' union all select '/manage/feedback?days=90'
      union all select '/agent?q=where+is+my+parcel&locale=en'
      union all select * from (select '/manage/gaps/' || id from gap_groups where state = 'open' order by asks desc limit 1)
      union all select * from (select '/manage/gaps/' || id from gap_groups where state = 'open' order by questions desc limit 1)
      union all select * from (select '/agent/receipts/' || code from served_answers order by number desc limit 1)
      union all select * from (select '/agent/conversations?id=' || conversation_id from served_answers
        where conversation_id is not null group by conversation_id order by count(*) desc limit 1)
      union all select * from (select '/agent/conversations?customer=' || customer_key from served_answers
        where customer_key is not null group by customer_key order by count(*) desc limit 1)
      union all select * from (select '/manage/verification/' || article_id || '?locale=en' from article_asks
        where locale = 'en' group by article_id order by sum(asks) desc limit 1)
      union all select * from (select '/agent/articles/' || article_id || '?locale=en' from article_asks
        where locale = 'en' group by article_id order by sum(asks) desc limit 1)
      union all select * from (select '/manage/proposals/' || id from proposals order by id desc limit 1)
    )`.execute(db);
  return rows.map(({ path }) => path);
}

/** Says that it recorded, and stores nothing. */
const silentRecorder: Recorder = {
  record: async () => ({ code: '22222222', url: '/api/v1/receipts/22222222' }),
  find: async () => null,
};

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

function ask(port: number, n: number): Promise<number> {
  const question = QUESTIONS[Math.abs(n) % QUESTIONS.length];
  return call(port, { path: '/api/v1/answer', body: JSON.stringify({ question, locale: 'en' }) });
}

/** Milliseconds until a response has come. Errors: Error where it is none of 200. */
function call(
  port: number,
  { path, body, cookie }: { readonly path: string; readonly body?: string; readonly cookie?: string },
): Promise<number> {
  const began = performance.now();
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(cookie === undefined ? {} : { cookie }),
  };
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers, agent }, (response) => {
      response.resume();
      response.once('end', () => {
        if ((response.statusCode ?? 500) < 400) return resolve(performance.now() - began);
        reject(new Error(`${method} ${path} was answered by ${response.statusCode}`));
      });
    })
      .once('error', reject)
      .end(body);
  });
}

/** A person who may see everything, for the time of the measurement: the Cookie header's value. */
async function signIn({ accounts }: Concord, config: Config): Promise<string> {
  const person = { name: `benchmark-${Date.now().toString(36)}`, password: accounts.newPassword() };
  await accounts.add({ ...person, role: 'admin' }, byCommand('benchmark'));
  const outcome = await accounts.signIn(person, byCommand('benchmark'));
  if (outcome.kind !== 'signed-in') throw new Error(`The sign-in was ${outcome.kind}.`);
  return `${sessionCookie(config).name}=${outcome.secret}`;
}
