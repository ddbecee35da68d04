import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import request from 'supertest';
import { releases } from '../scripts/releases.ts';
import { buildApp } from '../server/app.ts';
import { type Concord, openConcord } from '../server/compose.ts';
import { type Config, readConfig } from '../server/config.ts';
import type { Publication } from '../server/snapshots/publish.ts';
import { makeArticle, worldFiles } from './support/small-world.ts';

const asked = { publisher: 'a test', changeNote: '', keepGoing: false };
const byItself = { ...asked, byItself: true };
const back = { publisher: 'maya', changeNote: 'The new words were wrong' };

describe('a roll back of a running Concord', () => {
  let folder: string;
  let config: Config;
  let opened: Concord[];
  const open = async (): Promise<Concord> => {
    const concord = await openConcord(config, {
      now: () => new Date('2026-11-22T12:00:00Z'),
      log: pino({ level: 'silent' }),
    });
    opened.push(concord);
    return concord;
  };
  const write = (words: string): void =>
    writeFileSync(
      join(folder, 'content/en/orders/new.md'),
      makeArticle({ title: 'What is new?', body: words }),
    );
  const lead = (concord: Concord): string | undefined =>
    concord.current().public.answer({
      question: null,
      answerId: 'orders/new#lead',
      locale: 'en',
      context: {},
      asOf: '2026-11-22',
    }).answer?.text;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 200 && !holds(); tries++) await wait(50);
    expect(holds()).toBe(true);
  };
  /** A Concord that has published old words and then new ones. */
  const twice = async (): Promise<Concord> => {
    const concord = await open();
    write('The old words.');
    await concord.publish(asked);
    write('The new words.');
    await concord.publish(asked);
    return concord;
  };
  const command = async (...args: readonly string[]) => {
    let out = '';
    let err = '';
    const environment = { CONTENT_DIR: config.contentDir, DATA_DIR: config.dataDir };
    const code = await releases(args, environment, {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-'));
    config = { ...readConfig({}), contentDir: join(folder, 'content'), dataDir: join(folder, 'data') };
    opened = [];
    for (const { path, bytes } of worldFiles()) {
      mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
      writeFileSync(join(folder, 'content', path), bytes);
    }
  });
  afterEach(async () => {
    for (const concord of opened) await concord.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is served at once, and says where the content still is', async () => {
    const concord = await twice();
    expect(await concord.rollBack(1, back)).toMatchObject({ status: 'published', release: { number: 3 } });
    expect(lead(concord)).toBe('The old words.');
    expect(concord.current()).toMatchObject({ release: { number: 3, ...back }, held: 2, refusals: [] });
    const app = buildApp(concord.appDeps);
    expect((await request(app).get('/readyz')).body).toMatchObject({ content: 'rolled-back' });
  });

  test('is compared word for word with the release before it by the worker', async () => {
    const concord = await twice();
    await concord.rollBack(1, back);
    expect(await concord.appDeps.releases.differences(3)).toEqual({
      before: 2,
      articles: [
        {
          articleId: 'orders/new',
          locale: 'en',
          parts: [
            {
              what: 'section',
              audience: 'public',
              heading: null,
              contexts: [],
              words: [
                { kind: 'same', text: 'The ' },
                { kind: 'gone', text: 'new' },
                { kind: 'new', text: 'old' },
                { kind: 'same', text: ' words.' },
              ],
            },
          ],
        },
      ],
      facts: [],
    });
    await expect(concord.appDeps.releases.differences(9)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('to what is current, or to nothing that is there, changes nothing', async () => {
    const concord = await twice();
    const before = concord.current();
    expect(await concord.rollBack(2, back)).toMatchObject({ status: 'unchanged', release: { number: 2 } });
    await expect(concord.rollBack(9, back)).rejects.toMatchObject({ code: 'not-found' });
    expect(concord.current()).toEqual(before);
    expect(lead(concord)).toBe('The new words.');
  });

  test('outlives a restart, and ends with an edit', async () => {
    await (await twice()).rollBack(1, back);
    const again = await open();
    expect(await again.resume()).toBeNull();
    expect(await again.publish(byItself)).toMatchObject({ status: 'held', release: { number: 3 } });
    expect(lead(again)).toBe('The old words.');
    expect(again.current()).toMatchObject({ held: 2, refusals: [] });
    write('Better words.');
    expect(await again.publish(byItself)).toMatchObject({ status: 'published', release: { number: 4 } });
    expect(again.current()).toMatchObject({ held: null, release: { number: 4 } });
    expect(lead(again)).toBe('Better words.');
  });

  test('is not undone by a watcher that begins; an edit that the watcher sees is published', async () => {
    const concord = await twice();
    await concord.rollBack(1, back);
    const heard: Publication[] = [];
    const stop = concord.watch({
      published: (publication) => heard.push(publication),
      failed: (error) => {
        throw error;
      },
    });
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ status: 'held' });
    expect(lead(concord)).toBe('The old words.');
    write('Better words.');
    await until(() => heard.length === 2);
    expect(heard[1]).toMatchObject({ status: 'published', release: { number: 4 } });
    expect(lead(concord)).toBe('Better words.');
    await stop();
  });

  test('reaches the other server on the database, which does not undo it either', async () => {
    const [one, other] = [await twice(), await open()];
    await other.resume();
    const stopWatching = other.watch({ published: () => {}, failed: () => {} });
    const stopFollowing = other.follow(() => {});
    expect(lead(other)).toBe('The new words.');
    await one.rollBack(1, back);
    await until(() => other.current().release.number === 3);
    expect(lead(other)).toBe('The old words.');
    await until(() => other.current().held === 2);
    await wait(600);
    expect(other.current().release.number).toBe(3);
    stopFollowing();
    await stopWatching();
  });

  test('by the command is followed by a running server; the command says what it did', async () => {
    const server = await twice();
    const stop = server.follow(() => {});
    expect(await command('rollback', '1', '--note', 'Wrong price', '--publisher', 'noa')).toEqual({
      code: 0,
      out: 'Release 3 brings back release 1.\nThe content directory still holds release 2. It is not published by itself until it is edited.\n',
      err: '',
    });
    await until(() => server.current().release.number === 3);
    expect(server.current()).toMatchObject({ held: 2, release: { publisher: 'noa' } });
    expect(lead(server)).toBe('The old words.');
    stop();

    const listed = (await command('list')).out.trim().split('\n');
    expect(listed).toEqual([
      '3  2026-11-22T12:00:00.000Z  noa  (brings back 1)  Wrong price  public: 1 changed'.replace(
        '2026-11-22T12:00:00.000Z',
        server.current().release.publishedAt,
      ),
      '2  2026-11-22T12:00:00.000Z  a test  public: 1 changed',
      '1  2026-11-22T12:00:00.000Z  a test',
    ]);
    expect((await command('show', '2')).out).toContain(
      '  changed for the public: en/orders/new  What is new?\n',
    );
    const json = JSON.parse((await command('list', '--format', 'json', '--limit', '1')).out);
    expect(json.releases).toHaveLength(1);
    expect(json.releases[0]).toMatchObject({
      number: 3,
      restores: 1,
      changeNote: 'Wrong price',
      changes: { public: { added: 0, changed: 1, withdrawn: 0 } },
    });
    expect(JSON.parse((await command('show', '3', '--format', 'json')).out)).toMatchObject({
      number: 3,
      changed: [{ articleId: 'orders/new', kind: 'changed' }],
    });
    expect((await command('rollback', '1', '--note', 'Again')).out).toBe(
      'Nothing changes: release 3 is current and says what release 1 said.\n',
    );
  });

  test('by the command is refused where there is nothing to go back to', async () => {
    expect(await command('list')).toEqual({ code: 0, out: 'There is no release yet.\n', err: '' });
    const nowhere = await command('rollback', '3', '--note', 'Because');
    expect(nowhere).toMatchObject({ code: 1, out: '' });
    expect(nowhere.err).toContain('not-found: There is no release 3.');
    expect((await command('show', '3')).err).toContain('    expected: a first publication');
  });

  test.each([
    [['rollback', '1'], '--note is needed'],
    [['rollback', '1', '--note', '  '], '--note is needed'],
    [['rollback', 'one', '--note', 'x'], 'NUMBER is a whole number'],
    [['rollback'], 'NUMBER is a whole number from 1 on; found: nothing'],
    [['show', '1', '2'], 'One release at a time'],
    [['show', '1', '--note', 'x'], '--note is not for show'],
    [['list', '--limit', '0'], '--limit is a whole number'],
    [['list', '--format', 'xml'], '--format is text or json'],
    [['delete', '1'], 'Expected list, show or rollback; found: delete'],
    [[], 'Expected list, show or rollback; found: nothing'],
    [['list', '--all'], '--all'],
  ])('the command called with %j says what it expected', async (args, words) => {
    const { code, out, err } = await command(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('Usage: npm run releases');
  });
});
