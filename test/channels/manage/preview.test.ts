import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import type { PreviewState, Previews } from '../../../server/channels/previews.ts';
import { AppError } from '../../../server/errors.ts';
import { countFates } from '../../../server/impact/count-fates.ts';
import type { ImpactPreview, Replay } from '../../../server/impact/impact.ts';
import { nothing } from '../../../server/impact/outcome.ts';
import { wordDifference } from '../../../server/impact/word-difference.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const before = {
  ...nothing,
  status: 'answered',
  answerId: 'orders/cancel-order#lead',
  text: 'Within 24 hours.',
};
const reworded: Replay = {
  question: 'can I cancel <now>?',
  locale: 'en',
  context: { region: 'EU' },
  asOf: '2026-11-22',
  origin: 'recorded',
  asked: 7,
  fate: 'reworded',
  before,
  after: { ...before, text: 'Within 36 hours.' },
  words: wordDifference('Within 24 hours.', 'Within 36 hours.'),
  facts: [{ factId: 'cancellation-window', before: '24 hours', after: '36 hours' }],
};
const lost: Replay = {
  ...reworded,
  question: 'איך מבטלים',
  locale: 'he',
  context: {},
  origin: 'variant',
  asked: 0,
  fate: 'lost',
  after: nothing,
  words: wordDifference('Within 24 hours.', ''),
  facts: [],
};
const broken = {
  question: 'stop my order',
  locale: 'en',
  why: 'It is to be cancelled.',
  expected: 'orders/cancel-order',
  found: 'no_answer',
  file: 'golden.yaml',
  line: 4,
};

const previewOf = (parts: Partial<ImpactPreview> = {}): ImpactPreview => {
  const replays = parts.replays ?? [reworded, lost];
  return {
    key: 'k1',
    release: { number: 3, publishedAt: '2026-11-20T10:00:00.000Z' },
    isSame: false,
    asOf: '2026-11-22',
    dayBefore: null,
    days: 30,
    counts: countFates([...replays, { fate: 'unchanged', asked: 2 }]),
    broken: [],
    unmet: [],
    changedFiles: [{ path: 'en/orders/cancel-order.md', category: 'orders' }],
    replays,
    more: 0,
    ...parts,
  };
};

let world: TestApp;
let state: PreviewState;
let publish: Previews['publish'];
let published: Parameters<Previews['publish']>[0][];

beforeEach(async () => {
  state = { kind: 'compared', preview: previewOf() };
  published = [];
  publish = async () => ({ status: 'refused', errors: [] });
  const previews: Previews = {
    look: async () => state,
    publish: async (form) => {
      published.push(form);
      return publish(form);
    },
  };
  world = await makeApp(smallWorld().snapshot, { previews });
});
afterEach(() => world.close());

async function page(query = '', role: 'agent' | 'editor' | 'manager' = 'manager') {
  const { cookie } = await world.signIn(role);
  return request(world.app).get(`/manage/preview${query}`).set('cookie', cookie).set('accept', 'text/html');
}

async function send(fields: Readonly<Record<string, string>>, withToken = true) {
  const { cookie, token } = await world.signIn('manager');
  return request(world.app)
    .post('/manage/preview/publish')
    .set('cookie', cookie)
    .type('form')
    .send({ note: 'Longer window', key: 'k1', ...(withToken ? { token } : {}), ...fields });
}

describe('/manage/preview', () => {
  test.each([
    ['agent', 403],
    ['editor', 200],
    ['manager', 200],
  ] as const)('is answered to the role %s with %i', async (role, status) => {
    expect((await page('', role)).status).toBe(status);
  });

  test('says what it compares, counts answers by fate, and shows each word by word with its facts', async () => {
    const { text, headers } = await page();
    expect(text).toMatch(/beside release 3 of/);
    expect(text).toMatch(/Other words<\/span> <strong>1<\/strong>.*asked 7 times/);
    expect(text).toMatch(/Unchanged<\/span> <strong>1<\/strong>/);
    expect(text).toMatch(/<del>.*24<\/del><ins>.*36<\/ins>/);
    expect(text).toContain('can I cancel &lt;now&gt;?');
    expect(text).toMatch(/cancellation-window<\/code><\/a>: <bdi>24 hours<\/bdi>.*<bdi>36 hours<\/bdi>/s);
    expect(text).toContain('European Union');
    expect(headers).not.toHaveProperty('refresh');
    expect(text).not.toMatch(/ style=|<style/);
  });

  test('shows those of one fate or one language, and refuses what there is not', async () => {
    const others = (await page('?fate=lost')).text;
    expect(others).toContain('איך מבטלים');
    expect(others).not.toContain('can I cancel');
    expect((await page('?locale=en')).text).not.toContain('איך מבטלים');
    expect((await page('?fate=gained')).text).toContain('None of the changed answers');
    expect((await page('?fate=worse')).status).toBe(400);
    expect((await page('?locale=xx')).status).toBe(400);
    expect((await page('?page=0')).status).toBe(400);
  });

  test('has pages of 50', async () => {
    const replays = Array.from({ length: 120 }, (_, at) => ({ ...reworded, question: `question ${at}.` }));
    state = { kind: 'compared', preview: previewOf({ replays, more: 9 }) };
    const { text } = await page('?page=2&fate=reworded');
    expect(text).not.toContain('question 49.');
    expect(text).toContain('question 50.');
    expect(text).toContain('question 99.');
    expect(text).not.toContain('question 100.');
    expect(text).toMatch(
      /rel="next" href="\/manage\/preview\?ui&#x3D;en&amp;fate&#x3D;reworded&amp;page&#x3D;3"/,
    );
    expect(text).toContain('9 more are not listed here.');
  });

  test('that is under way says how far it is and asks again by itself', async () => {
    state = { kind: 'running', progress: { done: 120, of: 4000 } };
    const { text, headers } = await page();
    expect(headers.refresh).toBe('2');
    expect(text).toContain('120 of 4,000 questions');
    expect(text).not.toContain('<form class="stack');
  });

  test('of content with errors shows them with their places, and no form', async () => {
    const error = new AppError('fact-unknown', { place: { file: 'en/orders/x.md', line: 7 }, found: '<b>' });
    state = { kind: 'refused', key: 'k2', errors: [error] };
    const { text } = await page();
    expect(text).toContain('en/orders/x.md:7');
    expect(text).toContain('&lt;b&gt;');
    expect(text).not.toContain('<form class="stack');
  });

  test('of what is served already offers nothing to publish', async () => {
    state = { kind: 'compared', preview: previewOf({ isSame: true, replays: [] }) };
    const { text } = await page();
    expect(text).toContain('Publishing it would change nothing');
    expect(text).not.toContain('<form class="stack');
  });

  test('shows golden questions that break first, and asks why they may', async () => {
    state = { kind: 'compared', preview: previewOf({ broken: [broken] }) };
    const { text } = await page();
    expect(text).toContain('1 golden question breaks');
    expect(text.indexOf('golden.yaml:4')).toBeLessThan(text.indexOf('can I cancel'));
    expect(text).toMatch(/name="acknowledgement"[^>]*required/);
  });
});

describe('publishing from /manage/preview', () => {
  test('is done as that person, with the note, and leads to the release', async () => {
    const { release } = world.deps.current();
    publish = async () => ({ status: 'published', release: { ...release, number: 4 } });
    const { status, headers } = await send({ asksReading: 'yes' });
    expect([status, headers.location]).toEqual([303, '/manage/releases/4?ui=en']);
    expect(published).toEqual([
      {
        publisher: expect.any(String),
        by: expect.objectContaining({ actor: { kind: 'person', name: expect.any(String) } }),
        changeNote: 'Longer window',
        acknowledgement: '',
        asksReading: true,
        within: null,
        seen: 'k1',
      },
    ]);
  });

  test.each([
    ['without a note', { note: ' ' }, 400, 'Please say what changes'],
    ['of other content than was looked at', { key: 'k0' }, 409, 'has changed since you looked'],
    ['that breaks a golden question, without a reason', {}, 400, 'Please say why they may'],
  ])('%s is refused, and nothing is published', async (_, fields, status, said) => {
    if (status === 400) state = { kind: 'compared', preview: previewOf({ broken: [broken] }) };
    const response = await send(fields);
    expect(response.status).toBe(status);
    expect(response.text).toContain(said);
    expect(published).toEqual([]);
  });

  test('that is refused shows the reasons and keeps what was typed', async () => {
    publish = async () => ({
      status: 'refused',
      errors: [new AppError('golden-broken', { place: { file: 'golden.yaml', line: 4 } })],
    });
    const { status, text } = await send({});
    expect(status).toBe(422);
    expect(text).toMatch(/role="alert".*golden\.yaml:4 {2}golden-broken/s);
    expect(text).toContain('>Longer window</textarea>');
  });

  test('needs the form token', async () => {
    expect((await send({}, false)).status).toBe(403);
    expect(published).toEqual([]);
  });
});

test('an editor acknowledges nothing, not even what breaks between the look and the publication', async () => {
  const { cookie, token } = await world.signIn('editor');
  const [{ id, version } = { id: 0, version: 0 }] = await world.accounts.people();
  await world.accounts.change(id, { teams: ['orders'] }, version, byServer);
  await world.deps.editingRights.set('orders', ['orders'], [], byServer);
  await request(world.app)
    .post('/manage/preview/publish')
    .set('cookie', cookie)
    .type('form')
    .send({ token, note: 'Longer window', key: 'k1', acknowledgement: 'I want it so' });
  expect(published).toMatchObject([{ within: ['orders'], acknowledgement: '' }]);
  await send({ acknowledgement: 'It must be so' });
  expect(published[1]).toMatchObject({ within: null, acknowledgement: 'It must be so' });
});

test('what changed between the look and the publication is told as a page that is out of date', async () => {
  publish = async () => ({ status: 'refused', errors: [new AppError('changed-meanwhile')] });
  const { status, text } = await send({});
  expect(status).toBe(409);
  expect(text).toContain('Longer window');
  expect(published).toMatchObject([{ seen: 'k1' }]);
});
