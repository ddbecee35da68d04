import { openDatabase } from '../../server/database/open.ts';
import { AppError } from '../../server/errors.ts';
import { type PublishOptions, publishContent } from '../../server/snapshots/publish.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { makeArticle, smallArticles, type WorldFiles, worldFiles } from '../support/small-world.ts';

const publishedAt = new Date('2026-11-22T10:00:00Z');
const cancel = 'en/orders/cancel-order.md';
const returns = 'en/returns/return-window.md';

/** A store in memory, and a way to publish files that a test holds. */
async function world(verify: (snapshot: Snapshot) => readonly AppError[] = () => []) {
  const db = await openDatabase(':memory:');
  const store = createReleaseStore(db);
  const measured = { times: 0 };
  const publish = (
    files: WorldFiles,
    options: Partial<PublishOptions> = {},
    errors: readonly AppError[] = [],
  ) =>
    publishContent(
      {
        store,
        verify,
        calibrate: () => {
          measured.times += 1;
          return {};
        },
        semantics: null,
        now: () => publishedAt,
        read: async () => ({ files: worldFiles({ ...smallArticles(), ...files }), errors }),
      },
      { publisher: 'a test', changeNote: 'Because', keepGoing: false, ...options },
    );
  return { db, store, publish, measured };
}

describe('publishing', () => {
  test('makes the first release, numbered 1, with who, when and why', async () => {
    const { store, publish } = await world();
    const publication = await publish({});
    expect(publication).toMatchObject({
      status: 'published',
      errors: [],
      kept: [],
      leftOut: [],
      release: {
        number: 1,
        publishedAt: '2026-11-22T10:00:00.000Z',
        publisher: 'a test',
        changeNote: 'Because',
        kept: [],
      },
    });
    expect(await store.newest()).toEqual('release' in publication ? publication.release : null);
  });

  test('of the same content again is no new release', async () => {
    const { publish } = await world();
    await publish({});
    expect(await publish({})).toMatchObject({ status: 'unchanged', release: { number: 1 } });
  });

  test('of articles that were only verified again measures nothing anew; of other words, and other files, it does', async () => {
    const { publish, measured } = await world();
    const article = { title: 'How long?', body: 'Long.' };
    await publish({ [returns]: makeArticle({ ...article, verified: '2026-11-01' }) });
    expect(measured.times).toBe(1);
    const again = await publish({ [returns]: makeArticle({ ...article, verified: '2026-11-20' }) });
    expect(again).toMatchObject({ status: 'published', release: { number: 2 } });
    expect(measured.times).toBe(1);
    await publish({
      [returns]: makeArticle({ title: 'How long?', body: 'Longer.', verified: '2026-11-21' }),
    });
    expect(measured.times).toBe(2);
    await publish({
      [returns]: makeArticle({ title: 'How long?', body: 'Longer.', verified: '2026-11-22' }),
      'synonyms.yaml': 'en:\n  - [refund, cash back]\n',
    });
    expect(measured.times).toBe(3);
  });

  test('with a list of the only files that may differ, another one that does refuses it', async () => {
    const { publish } = await world();
    await publish({});
    const changed = { [returns]: makeArticle({ title: 'How long?', body: 'Long.' }) };
    expect(await publish(changed, { only: [cancel] })).toMatchObject({
      status: 'refused',
      errors: [{ code: 'content-unpublished', found: `a change in ${returns}` }],
    });
    expect(await publish(changed, { only: [returns] })).toMatchObject({ status: 'published' });
  });

  test('of going back to earlier content is a new release of the earlier snapshot', async () => {
    const { publish } = await world();
    const first = await publish({});
    const second = await publish({
      [returns]: makeArticle({ title: 'How long?', body: 'As long as you like.' }),
    });
    const third = await publish({});
    const ids = [first, second, third].map((publication) =>
      'release' in publication ? [publication.release.number, publication.release.publicId] : null,
    );
    expect(ids[0]?.[0]).toBe(1);
    expect(ids[1]?.[1]).not.toBe(ids[0]?.[1]);
    expect(ids[2]).toEqual([3, ids[0]?.[1]]);
  });

  test('is refused as a whole where one file is bad, and every error is reported', async () => {
    const { store, publish } = await world();
    await publish({});
    const publication = await publish({
      [cancel]: makeArticle({ body: 'See {{fact:nothing}} and [this](../returns/gone.md).' }),
      [returns]: 'no front matter',
    });
    expect(publication.status).toBe('refused');
    expect(publication.errors.map(({ code, place }) => [code, place?.file])).toEqual(
      expect.arrayContaining([
        ['front-matter-missing', returns],
        ['fact-unknown', cancel],
        ['link-broken', cancel],
      ]),
    );
    expect((await store.newest())?.number).toBe(1);
  });

  test('is refused where the last check fails, and nothing is stored', async () => {
    const failure = new AppError('self-retrieval', { place: { file: cancel } });
    const { store, publish } = await world(() => [failure]);
    expect(await publish({})).toEqual({ status: 'refused', errors: [failure] });
    expect(await store.newest()).toBeNull();
  });

  test('is refused where the directory could not be read', async () => {
    const { publish } = await world();
    const failure = new AppError('file-unreadable', { place: { file: 'en/orders/locked.md' } });
    expect(await publish({}, {}, [failure])).toMatchObject({ status: 'refused', errors: [failure] });
  });
});

describe('publishing for a semantic model', () => {
  const publishFor = async (model: string | null) => {
    const db = await openDatabase(':memory:');
    const store = createReleaseStore(db);
    const prepared: (string | null)[] = [];
    const publication = await publishContent(
      {
        store,
        verify: () => [],
        calibrate: () => ({}),
        semantics:
          model === null
            ? null
            : {
                model,
                prepare: async (snapshot) => {
                  prepared.push(
                    snapshot.public.semantic?.model ?? null,
                    (await store.newest())?.publicId ?? null,
                  );
                },
              },
        now: () => publishedAt,
        read: async () => ({ files: worldFiles(smallArticles()), errors: [] }),
      },
      { publisher: 'a test', changeNote: '', keepGoing: false },
    );
    if (publication.status === 'refused') throw new Error('refused');
    return { db, store, prepared, ...publication };
  };

  test('makes the model part of both ids, and nothing where there is none', async () => {
    const [off, one, two] = [await publishFor(null), await publishFor('one'), await publishFor('two')];
    expect(off.snapshot.public).not.toHaveProperty('semantic');
    expect(one.snapshot.public.semantic).toEqual({ model: 'one' });
    expect(new Set([off, one, two].map(({ snapshot }) => snapshot.public.id)).size).toBe(3);
    expect(new Set([off, one, two].map(({ snapshot }) => snapshot.agent.agentId)).size).toBe(3);
    expect((await one.store.loadCurrent())?.snapshot).toEqual(one.snapshot);
  });

  test('has its vectors made before the release is there for others to follow', async () => {
    expect((await publishFor('one')).prepared).toEqual(['one', null]);
  });
});

describe('publishing that keeps going', () => {
  const keepGoing = { keepGoing: true };
  const textOf = (publication: Awaited<ReturnType<typeof publishContent>>, id: string): string | null => {
    if (publication.status === 'refused') return null;
    const article = publication.snapshot.public.articles.find((one) => one.id === id);
    return article?.sections[0]?.variants[0]?.rendering.text ?? null;
  };

  test('serves the last good content of a refused file and publishes the others', async () => {
    const { publish } = await world();
    await publish({});
    const publication = await publish(
      {
        [cancel]: makeArticle({ body: 'Now {{fact:nothing}}.' }),
        [returns]: makeArticle({ title: 'How long?', body: 'As long as you like.' }),
      },
      keepGoing,
    );
    expect(publication).toMatchObject({ status: 'published', kept: [cancel], leftOut: [] });
    expect(publication.errors.map(({ code }) => code)).toEqual(['fact-unknown']);
    expect(textOf(publication, 'orders/cancel-order')).toContain('free of charge within 24 hours');
    expect(textOf(publication, 'returns/return-window')).toBe('As long as you like.');
    expect(publication).toHaveProperty('release.kept', [cancel]);
  });

  test('remembers the last good content over several refused publications', async () => {
    const { publish } = await world();
    await publish({});
    const bad = { [cancel]: makeArticle({ body: 'Now {{fact:nothing}}.' }) };
    await publish({ ...bad, [returns]: makeArticle({ title: 'How long?', body: 'A week.' }) }, keepGoing);
    const third = await publish(
      { ...bad, [returns]: makeArticle({ title: 'How long?', body: 'A month.' }) },
      keepGoing,
    );
    expect(third).toMatchObject({ status: 'published', kept: [cancel] });
    expect(textOf(third, 'orders/cancel-order')).toContain('24 hours');
  });

  test('leaves out a new file that is refused, and shows links to it as text', async () => {
    const { publish } = await world();
    const publication = await publish(
      {
        'en/orders/new.md': makeArticle({ title: 'New?', body: 'Now {{fact:nothing}}.' }),
        'he/orders/new.md': makeArticle({ title: 'חדש?', body: 'חדש.' }),
        [returns]: makeArticle({
          title: 'How long?',
          related: ['orders/new'],
          body: 'See [the new one](../orders/new.md).',
        }),
      },
      keepGoing,
    );
    expect(publication).toMatchObject({
      status: 'published',
      kept: [],
      leftOut: ['en/orders/new.md', 'he/orders/new.md'],
    });
    if (publication.status === 'refused') throw new Error('refused');
    const article = publication.snapshot.public.articles.find(({ id }) => id === 'returns/return-window');
    expect(article?.related).toEqual([]);
    expect(article?.sections[0]?.variants[0]?.rendering.html).toBe('<p>See the new one.</p>');
  });

  test('blames the changed file where an unchanged one is refused because of it', async () => {
    const { publish } = await world();
    const linking = {
      'en/orders/linking.md': makeArticle({
        title: 'Where to?',
        body: 'See [shops](../returns/return-window.md#returns-to-a-shop).',
      }),
    };
    await publish(linking);
    const publication = await publish(
      {
        ...linking,
        [returns]: makeArticle({ title: 'How long?', body: 'A month.\n\n## Shops\n\nBring it.' }),
        [cancel]: makeArticle({ title: 'Can I cancel?', body: 'Always.' }),
      },
      keepGoing,
    );
    expect(publication).toMatchObject({ status: 'published', kept: [returns], leftOut: [] });
    expect(textOf(publication, 'orders/cancel-order')).toBe('Always.');
    expect(textOf(publication, 'returns/return-window')).toContain('30 days');
  });

  test('keeps a deleted file that others still need', async () => {
    const { publish } = await world();
    await publish({});
    const publication = await publish({ [returns]: null }, keepGoing);
    expect(publication).toMatchObject({ status: 'unchanged', kept: [returns], leftOut: [] });
  });

  test('gives a question that two articles claim to the one that had it', async () => {
    const { publish } = await world();
    await publish({});
    const rival = { 'en/orders/a-rival.md': makeArticle({ title: 'Cancel order, not shipped yet!' }) };
    const publication = await publish(rival, keepGoing);
    expect(publication).toMatchObject({ status: 'unchanged', leftOut: ['en/orders/a-rival.md'], kept: [] });
  });

  test('keeps the register of facts where its change breaks texts', async () => {
    const { publish } = await world();
    await publish({});
    const publication = await publish({ 'facts.yaml': '{}' }, keepGoing);
    expect(publication).toMatchObject({ status: 'unchanged', kept: ['facts.yaml'], leftOut: [] });
  });

  test('refuses everything where site.yaml was never good', async () => {
    const { publish } = await world();
    expect(await publish({ 'site.yaml': 'name: 3' }, keepGoing)).toMatchObject({ status: 'refused' });
  });

  test('refuses everything where the whole content is gone', async () => {
    const { publish } = await world();
    await publish({});
    const empty = Object.fromEntries(worldFiles().map(({ path }) => [path, null]));
    const gone = new AppError('content-missing', { place: { file: '.' } });
    expect(await publish(empty, keepGoing, [gone])).toMatchObject({ status: 'refused' });
  });

  test('keeps a file that cannot be read any more', async () => {
    const { publish } = await world();
    await publish({});
    const failure = new AppError('file-unreadable', { place: { file: cancel } });
    expect(await publish({ [cancel]: null }, keepGoing, [failure])).toMatchObject({
      status: 'unchanged',
      kept: [cancel],
      errors: [failure],
    });
  });
});
