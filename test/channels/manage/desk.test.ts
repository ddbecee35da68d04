import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import { deskItems, type Waiting } from '../../../server/channels/manage/desk-items.ts';
import { createFindingsDesk } from '../../../server/publication/desk-findings.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { smallWorld, smallYaml } from '../../support/small-world.ts';

const nothing: Waiting = {
  flags: [],
  toVerify: [],
  gaps: [],
  disliked: [],
  articles: [],
  findings: [],
  proposals: [],
  offers: [],
};

const flag = (id: number, articleId: string | null): Waiting['flags'][number] => ({
  id,
  kind: 'outdated',
  note: `note ${id}`,
  articleId,
  section: null,
  locale: 'en',
  revision: null,
  question: 'a question',
  receipt: null,
  owner: 'orders',
  raisedAt: '2026-11-20T00:00:00.000Z',
  raisedBy: 'dana',
  status: 'open',
  ended: null,
  isTold: false,
});

describe('what waits at the desk', () => {
  const by = {
    asked: new Map([
      ['orders/often', 90],
      ['orders/rarely', 2],
    ]),
    teamOf: () => ['orders'],
    titleOf: (articleId: string) =>
      articleId === 'orders/often' ? { title: 'Where is my order?', locale: 'en' } : null,
    offerOf: (offerId: string) => (offerId === 'goodwill-credit' ? 'A credit' : offerId),
  };

  test('is what touches most people first, of equals what is wrong before what is missing', () => {
    const items = deskItems(
      {
        ...nothing,
        flags: [flag(1, 'orders/rarely'), flag(2, 'orders/often'), flag(3, null)],
        findings: [{ file: 'en/orders/often.md', line: 7, message: 'Two articles disagree.' }],
        disliked: [{ articleId: 'orders/rarely', locale: 'en', unhelpful: 4, rated: 5, reason: null }],
      },
      by,
    );
    expect(items.map(({ kind, people }) => [kind, people])).toEqual([
      ['contradiction', 90],
      ['flag', 90],
      ['flag', 2],
      ['disliked', 2],
      ['flag', 0],
    ]);
  });

  test('has an owner and one thing to do about it', () => {
    const [finding, ...others] = deskItems(
      {
        ...nothing,
        flags: [flag(4, 'orders/often')],
        findings: [{ file: 'en/orders/often.md', line: 7, message: 'Two articles disagree.' }],
      },
      by,
    );
    expect(finding).toEqual({
      kind: 'contradiction',
      teams: ['orders'],
      about: 'Where is my order?',
      locale: 'en',
      note: 'en/orders/often.md:7: Two articles disagree.',
      href: '/agent/articles/orders/often',
      people: 90,
    });
    expect(others.map(({ href }) => href)).toEqual(['/manage/flags?status=open&kind=outdated#flag-4']);
  });

  test('is called by its title, and by its id where there is no such article any more', () => {
    const flags = [flag(1, 'orders/often'), flag(2, 'orders/gone')];
    expect(deskItems({ ...nothing, flags }, by).map(({ about, locale }) => [about, locale])).toEqual([
      ['Where is my order?', 'en'],
      ['orders/gone', null],
    ]);
  });

  test('an offer that an agent waits for goes before everything', () => {
    const offer = {
      ...{ id: 1, at: '2026-11-20T00:00:00.000Z', by: 'dana', offerId: 'goodwill-credit', amount: 40 },
      ...{ currency: 'USD', reason: 'delay', note: null, receipt: null, bounds: 'beyond' as const },
      ...{ status: 'asked' as const, approver: 'lead', decided: null, isTold: false },
    };
    const items = deskItems({ ...nothing, flags: [flag(1, 'orders/often')], offers: [offer] }, by);
    expect(items.map(({ kind, about }) => [kind, about])).toEqual([
      ['offer', 'A credit'],
      ['flag', 'Where is my order?'],
    ]);
  });
});

describe('/manage', () => {
  let world: TestApp;
  beforeEach(async () => {
    world = await makeApp(smallWorld().snapshot);
  });
  afterEach(() => world.close());

  const get = async (path: string, cookie: string) =>
    request(world.app).get(path).set({ cookie, accept: 'text/html' });

  test('says that nothing waits where nothing does, and shows no number that is none', async () => {
    const { cookie } = await world.signIn('editor');
    const { text } = await get('/manage?ui=en', cookie);
    expect(text).toContain('Nothing waits here.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('shows a flag to its team, with what it touches, until it is answered', async () => {
    const { cookie } = await world.signIn('manager');
    const article = world.deps.current().desk.ownedArticles('2026-11-22')[0];
    if (article === undefined) throw new Error('expected an article');
    const { articleId, ownerId } = article;
    const { id } = await world.deps.loop.flags.raise(
      {
        ...{ kind: 'wrong', note: 'It is two hours now', articleId, section: null, locale: 'en' },
        ...{ revision: null, question: null, receipt: null, owner: ownerId },
      },
      { id: (await world.accounts.people())[0]?.id ?? 0, by: byServer },
    );
    const all = (await get('/manage?ui=en&team=all', cookie)).text;
    expect(all).toContain('It is two hours now');
    expect(all).toContain(`#flag-${id}`);
    expect((await get(`/manage?ui=en&team=${ownerId}&kind=flag`, cookie)).text).toContain('two hours');
    expect((await get('/manage?ui=en&team=all&kind=gap', cookie)).text).not.toContain('two hours');
    for (const { teamId } of world.deps.current().desk.teams.filter((team) => team.teamId !== ownerId))
      expect((await get(`/manage?ui=en&team=${teamId}`, cookie)).text).not.toContain('two hours');
    await world.deps.loop.flags.end(id, 'resolved', 'Mended', { id: 1, by: byServer });
    expect((await get('/manage?ui=en&team=all', cookie)).text).not.toContain('two hours');
  });

  test('refuses a team and a kind that there are not, and agents', async () => {
    const { cookie } = await world.signIn('editor');
    expect((await get('/manage?team=nobody', cookie)).status).toBe(400);
    expect((await get('/manage?kind=nothing', cookie)).status).toBe(400);
    const agent = await world.signIn('agent');
    expect((await get('/manage', agent.cookie)).status).toBe(403);
  });
});

describe('what the checks say of the release', () => {
  test('is looked for once a release and day, in the background, and again after a failure', async () => {
    const failures: unknown[] = [];
    let asked = 0;
    const desk = createFindingsDesk({
      find: async (today) => {
        asked += 1;
        if (asked === 1) throw new Error('a disk that is full');
        return [{ code: 'x', severity: 'warning', file: 'a.md', line: 1, message: today }];
      },
      failed: (error) => failures.push(error),
    });
    const at = { release: 1, today: '2026-11-22' };
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    expect(desk.look(at)).toEqual({ kind: 'looking' });
    await settle();
    expect(failures).toHaveLength(1);
    expect(desk.look(at)).toEqual({ kind: 'looking' });
    expect(desk.look(at)).toEqual({ kind: 'looking' });
    await settle();
    expect(desk.look(at)).toMatchObject({ kind: 'found', findings: [{ message: '2026-11-22' }] });
    expect(asked).toBe(2);
    expect(desk.look({ ...at, release: 2 })).toEqual({ kind: 'looking' });
  });

  describe('over a real release', () => {
    let world: ReleasedWorld;
    beforeAll(async () => {
      const unused = 'nobody-says:\n  { type: count, description: D, owner: care, source: S, value: 3 }\n';
      world = await releasedWorld({ 'facts.yaml': `${smallYaml['facts.yaml']}${unused}` });
      await world.publish();
    }, 60_000);
    afterAll(() => world.close());

    test('names what the checks warn of, with file and line', async () => {
      const { current, findings } = world.concord.appDeps;
      const at = { release: current().release.number, today: '2026-11-20' };
      let looked = findings(at);
      for (let times = 0; times < 200 && looked.kind === 'looking'; times += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        looked = findings(at);
      }
      if (looked.kind !== 'found') throw new Error('the checks never end');
      expect(looked.findings).toContainEqual({
        code: 'fact-unused',
        severity: 'warning',
        file: 'facts.yaml',
        line: expect.any(Number),
        message: expect.stringContaining('nobody-says'),
      });
    });
  });
});
