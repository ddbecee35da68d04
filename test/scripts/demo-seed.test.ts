import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { demoSeed } from '../../scripts/demo-seed.ts';
import { openDatabase } from '../../server/database/open.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { writeWorld } from '../support/server-process.ts';

/** Each publishes and asks some hundred questions; other work on the machine may slow it down. */
jest.setTimeout(60_000);

describe('npm run demo:seed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-demo-'));
    writeWorld(join(folder, 'content'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(dataDir: string, ...args: readonly string[]) {
    let out = '';
    let err = '';
    const code = await demoSeed(
      args,
      { CONTENT_DIR: join(folder, 'content'), DATA_DIR: join(folder, dataDir) },
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
    );
    return { code, out, err };
  }

  async function stored(dataDir: string) {
    const db = await openDatabase(join(folder, dataDir));
    try {
      const served = await db.selectFrom('served_answers').selectAll().orderBy('number').execute();
      const ratings = await db.selectFrom('ratings').selectAll().orderBy('given_at').execute();
      const walked = await db.selectFrom('walk_positions').selectAll().execute();
      const found = await createRecorder(db, {
        retentionDays: 1,
        now: () => new Date(),
        random: () => new Uint8Array(8),
      }).find(served[0]?.code ?? '', 'public');
      return { served, ratings, walked, found };
    } finally {
      await db.destroy();
    }
  }

  test('publishes the content, fills some months with all that comes back, and counts it', async () => {
    const { code, out, err } = await run('data', '--answers', '400');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Filled: 400 answers in \d+ conversations, \d+ ratings/);
    const { served, ratings, walked, found } = await stored('data');
    expect(served).toHaveLength(400);
    expect(new Set(served.map(({ channel }) => channel))).toEqual(new Set(['chat', 'faq', 'agent', 'api']));
    expect(served.some(({ status }) => status === 'answered')).toBe(true);
    const days = served.map(({ served_at }) => (Date.now() - Date.parse(served_at)) / 86_400_000);
    expect(Math.max(...days)).toBeGreaterThan(80);
    expect(Math.max(...days)).toBeLessThanOrEqual(90.1);
    expect(Math.min(...days)).toBeGreaterThanOrEqual(0);
    expect(new Set(ratings.map(({ helpful }) => helpful))).toEqual(new Set([0, 1]));
    // A reader that was told of nothing would have no position.
    expect(walked.find(({ reader }) => reader === 'daily-counts')?.number).toBe(400);
    expect(walked.find(({ reader }) => reader === 'gaps')?.number).toBe(400);
    expect(found?.result.fingerprint).toBe(served[0]?.fingerprint);
  });

  test('makes the same for the same seed, and other things for another', async () => {
    const asked = async (dataDir: string, seed: string) => {
      await run(dataDir, '--answers', '120', '--seed', seed);
      return (await stored(dataDir)).served.map(({ question, channel }) => `${channel} ${question}`);
    };
    const first = await asked('a', 'one');
    expect(await asked('b', 'one')).toEqual(first);
    expect(await asked('c', 'two')).not.toEqual(first);
  });

  test('never mixes what is made up with what is there', async () => {
    await run('data', '--answers', '20');
    const { code, err } = await run('data', '--answers', '20');
    expect(code).toBe(1);
    expect(err).toMatch(/made-up ones are never mixed with those of customers/);
    expect((await stored('data')).served).toHaveLength(20);
  });

  test('says what it expects where it is called wrongly or for longer than is kept', async () => {
    expect(await run('data', '--answers', '0')).toMatchObject({ code: 2, out: '' });
    expect((await run('data', '--days', '3')).err).toMatch(/--days is a whole number from 7 to 365, not 3/);
    const folderOf = { CONTENT_DIR: join(folder, 'content'), DATA_DIR: join(folder, 'data') };
    let err = '';
    const terminal = {
      out: () => {},
      err: (text: string) => {
        err += text;
      },
    };
    expect(await demoSeed(['--days', '90'], { ...folderOf, RETENTION_DAYS: '30' }, terminal)).toBe(1);
    expect(err).toMatch(/at most RETENTION_DAYS, which are 30/);
  });
});
