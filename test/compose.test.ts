import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { isWarm } from '../server/answers/answerer.ts';
import { type Concord, openConcord } from '../server/compose.ts';
import { type Config, readConfig } from '../server/config.ts';
import { describeWithEnglishModel } from './support/english-model.ts';
import { makeArticle, smallArticles, worldFiles } from './support/small-world.ts';

const options = { publisher: 'a test', changeNote: '', keepGoing: false };

describe('a composed Concord', () => {
  let folder: string;
  let config: Config;
  let opened: Concord[];
  let clock: Date;
  const open = async (worker?: URL): Promise<Concord> => {
    const concord = await openConcord(config, {
      now: () => clock,
      log: pino({ level: 'silent' }),
      lookAheadMs: 20,
      ...(worker === undefined ? {} : { worker }),
    });
    opened.push(concord);
    return concord;
  };
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
    writeFileSync(join(folder, 'content', path), text);
  };
  const lead = (concord: Concord): string | undefined =>
    concord.current().public.answer({
      question: null,
      answerId: 'orders/new#lead',
      locale: 'en',
      context: {},
      asOf: '2026-11-22',
    }).answer?.text;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-'));
    config = { ...readConfig({}), contentDir: join(folder, 'content'), dataDir: join(folder, 'data') };
    opened = [];
    clock = new Date('2026-11-22T12:00:00Z');
    for (const { path, bytes } of worldFiles()) write(path, bytes);
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'The first words.' }));
  });
  afterEach(async () => {
    for (const concord of opened) await concord.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('serves nothing before it was told what', async () => {
    const concord = await open();
    expect(() => concord.current()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    expect(await concord.serveLastGood([])).toBeNull();
  });

  test('keeps what it serves when a publication is refused, and tells agents why until it is mended', async () => {
    const concord = await open();
    await concord.publish(options);
    const before = concord.current();
    write(
      'en/orders/new.md',
      makeArticle({ title: 'What is new?', body: 'Other words.\n\n:::agnet\nx\n:::' }),
    );
    expect((await concord.publish(options)).status).toBe('refused');
    expect(lead(concord)).toBe('The first words.');
    expect(concord.current().release).toEqual(before.release);
    expect(concord.current().refusals.join('\n')).toMatch(/new\.md:\d+ +directive-unknown/);
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Other words.' }));
    expect((await concord.publish(options)).status).toBe('published');
    expect(lead(concord)).toBe('Other words.');
    expect(concord.current().refusals).toEqual([]);
  });

  test('one request sees one snapshot, though another is published meanwhile', async () => {
    const concord = await open();
    await concord.publish(options);
    const held = concord.current().public;
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Later words.' }));
    await concord.publish(options);
    const ask = {
      question: null,
      answerId: 'orders/new#lead',
      locale: 'en',
      context: {},
      asOf: '2026-11-22',
    };
    expect(held.answer(ask).answer).toMatchObject({ text: 'The first words.', snapshot: held.snapshot });
    expect(concord.current().public.snapshot).not.toBe(held.snapshot);
  });

  test('serves the newest release at once where the content is what it was made of, and only then', async () => {
    const before = await open();
    expect(await before.resume()).toBeNull();
    await before.publish(options);
    const same = await open();
    expect(await same.resume()).toEqual(before.current().release);
    expect(lead(same)).toBe('The first words.');
    expect((await same.publish(options)).status).toBe('unchanged');
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Other words.' }));
    const changed = await open();
    expect(await changed.resume()).toBeNull();
    expect(() => changed.current()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await changed.publish(options);
    expect(lead(changed)).toBe('Other words.');
  });

  test('serves what it served when a publication cannot be carried out, tells agents, and publishes again', async () => {
    const mark = join(folder, 'dying');
    const real = new URL('../server/publication/worker.ts', import.meta.url);
    const mortal = join(folder, 'mortal-worker.mjs');
    writeFileSync(
      mortal,
      `import { existsSync } from 'node:fs';
       import { parentPort } from 'node:worker_threads';
       parentPort.on('message', () => existsSync(${JSON.stringify(mark)}) && process.exit(1));
       await import(${JSON.stringify(real.href)});`,
    );
    const concord = await open(pathToFileURL(mortal));
    await concord.publish(options);
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Other words.' }));
    write('../dying', '');
    await expect(concord.publish(options)).rejects.toMatchObject({ code: 'publication-failed' });
    expect(lead(concord)).toBe('The first words.');
    expect(concord.current().refusals.join('\n')).toMatch(/publication-failed/);
    rmSync(mark);
    expect((await concord.publish(options)).status).toBe('published');
    expect(lead(concord)).toBe('Other words.');
    expect(concord.current().refusals).toEqual([]);
  });

  test('publications asked for at the same time are made one after the other, in the order asked', async () => {
    const concord = await open();
    const first = concord.publish(options);
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Other words.' }));
    const made = await Promise.all([first, concord.publish(options), concord.publish(options)]);
    expect(
      made.map((publication) => 'release' in publication && publication.release.number).toSorted(),
    ).toEqual(made.map((publication) => 'release' in publication && publication.release.number));
    expect(lead(concord)).toBe('Other words.');
  });

  test('with a database in memory, or without a worker, publishes in its own thread just the same', async () => {
    config = { ...config, dataDir: ':memory:' };
    const inMemory = await open();
    await inMemory.publish(options);
    expect(lead(inMemory)).toBe('The first words.');
  });

  test('shows agents a day gone by from the database, through the worker, and serves today meanwhile', async () => {
    clock = new Date('2026-11-18T12:00:00Z');
    const concord = await open();
    await concord.publish(options);
    const early = concord.current().public.snapshot;
    clock = new Date('2026-11-20T12:00:00Z');
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Later words.' }));
    await concord.publish(options);
    clock = new Date('2026-11-22T12:00:00Z');
    const { days } = concord.appDeps;
    const [then, again] = await Promise.all([days.open('2026-11-19', 'en'), days.open('2026-11-18', 'en')]);
    if (then.kind !== 'then' || again.kind !== 'then') throw new Error('both days are gone by');
    expect(then.current.release.number).toBe(1);
    expect(again.current.public).toBe(then.current.public);
    const ask = {
      question: null,
      answerId: 'orders/new#lead',
      locale: 'en',
      context: {},
      asOf: '2026-11-19',
    };
    const { answer } = then.current.public.answer(ask);
    expect(answer).toMatchObject({ text: 'The first words.', snapshot: early });
    expect(lead(concord)).toBe('Later words.');
    // What follows is told from what is served, not from what was looked at.
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'The newest words.' }));
    await concord.publish(options);
    expect(lead(concord)).toBe('The newest words.');
  });

  test('has the indexes of the next day some minutes before midnight, and keeps them', async () => {
    clock = new Date('2026-11-23T04:50:00Z');
    write('en/orders/next.md', makeArticle({ title: 'What is next?', effective: { from: '2026-11-23' } }));
    const concord = await open();
    await concord.publish(options);
    await wait(60);
    expect(isWarm(concord.current(), '2026-11-22', 'he')).toBe(true);
    expect(isWarm(concord.current(), '2026-11-23', 'he')).toBe(false);
    clock = new Date('2026-11-23T04:56:00Z');
    for (let tries = 0; tries < 200 && !isWarm(concord.current(), '2026-11-23', 'ms'); tries++)
      await wait(20);
    expect(['en', 'he', 'fa', 'ms'].map((one) => isWarm(concord.current(), '2026-11-23', one))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('follows what another process on the same database publishes', async () => {
    const [server, publisher] = [await open(), await open()];
    await server.publish(options);
    const heard = new Promise<number>((resolve) => {
      const stop = server.follow(({ number }) => {
        stop();
        resolve(number);
      });
    });
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Words from elsewhere.' }));
    await publisher.publish(options);
    expect(await heard).toBe(2);
    expect(lead(server)).toBe('Words from elsewhere.');
  });
});

describeWithEnglishModel('a Concord for which meaning counts', () => {
  let folder: string;
  const opened: Concord[] = [];
  const open = async (semanticModel: string): Promise<Concord> => {
    const concord = await openConcord(
      {
        ...readConfig({}),
        contentDir: join(folder, 'content'),
        dataDir: join(folder, 'data'),
        semanticModel,
      },
      { now: () => new Date('2026-11-22T12:00:00Z'), log: pino({ level: 'silent' }) },
    );
    opened.push(concord);
    return concord;
  };
  const firstFor = (concord: Concord, question: string, locale = 'en'): string | undefined =>
    concord.current().public.search({ question, locale, context: {}, asOf: '2026-11-22', limit: 1 })[0]
      ?.articleId;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-'));
    const wool = makeArticle({ title: 'How do I wash a woollen jumper?', body: 'By hand, in cold water.' });
    for (const { path, bytes } of worldFiles({ ...smallArticles(), 'en/orders/wool.md': wool })) {
      mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
      writeFileSync(join(folder, 'content', path), bytes);
    }
  });
  afterAll(async () => {
    for (const concord of opened) await concord.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('publishes, finds what no word finds, and starts again with what is stored', async () => {
    const words = await open('');
    await words.publish(options);
    // No text says cleaning or knitwear.
    expect(firstFor(words, 'cleaning knitwear')).toBeUndefined();
    const concord = await open('english');
    expect(await concord.resume()).toBeNull();
    expect((await concord.publish(options)).status).toBe('published');
    expect(firstFor(concord, 'cleaning knitwear')).toBe('orders/wool');
    expect(await words.serveLastGood([]).catch((error) => error.code)).toBe('semantic-model-differs');

    const again = await open('english');
    expect(await again.resume()).toMatchObject({ number: 2 });
    expect(firstFor(again, 'cleaning knitwear')).toBe('orders/wool');
    expect(again.current().release.publicId).toBe(concord.current().release.publicId);
  });

  test('a server with another model does not follow, goes on with what it serves, and says so', async () => {
    const [meaning, words] = [await open('english'), await open('')];
    await meaning.publish(options);
    writeFileSync(join(folder, 'content/en/orders/new.md'), makeArticle({ title: 'What is new?' }));
    await words.publish(options);
    const stop = meaning.follow(() => {});
    for (let tries = 0; tries < 100 && meaning.current().refusals.length === 0; tries++) await wait(50);
    stop();
    expect(meaning.current().refusals.join('\n')).toMatch(/semantic-model-differs/);
    expect(meaning.current().release.publicId).not.toBe(words.current().release.publicId);
  });

  test('a model that is not there keeps it from starting', async () => {
    await expect(open(join(folder, 'nothing'))).rejects.toMatchObject({
      code: 'semantic-model-unusable',
      place: { file: join(folder, 'nothing') },
    });
  });
});
