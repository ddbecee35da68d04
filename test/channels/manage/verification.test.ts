import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import { sessionCookie } from '../../../server/channels/agent/session-cookie.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { makeArticle, smallYaml, type WorldFiles } from '../../support/small-world.ts';

const cancel = 'en/orders/cancel.md';
/** Half a year and 30 days of grace after 2026-01-01 are over on 2026-11-20; a world's clock begins there. */
const files: WorldFiles = {
  [cancel]: makeArticle({
    title: 'Can I cancel?',
    verified: '2026-01-01',
    body: `
Yes, within {{fact:cancellation-window}}.

## Shipping

It costs {{fact:shipping-fee}}.

:::agent
Ask why first.
:::
`,
  }),
  'en/returns/window.md': makeArticle({
    title: 'How long can I return?',
    owner: 'care',
    verified: '2026-05-28',
  }),
  'en/orders/fresh.md': makeArticle({ title: 'Is it fresh?', verified: '2026-11-01' }),
  'en/orders/hidden.md': makeArticle({
    title: 'What is hidden?',
    audience: 'agent',
    verified: '2026-01-01',
    body: 'For colleagues alone.',
  }),
};

interface Person {
  readonly name: string;
  readonly cookie: string;
  readonly token: string;
}

describe('verification', () => {
  let world: ReleasedWorld;
  beforeEach(async () => {
    world = await releasedWorld(files);
    await world.publish();
  });
  afterEach(() => world.close());

  const get = (person: Person, path: string) => request(world.app).get(path).set('Cookie', person.cookie);
  const field = (html: string, name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? 'no such field';
  const confirm = async (person: Person, path: string, fields: Readonly<Record<string, string>> = {}) => {
    const { text } = await get(person, path);
    return request(world.app)
      .post(path)
      .set('Cookie', person.cookie)
      .type('form')
      .send({
        token: person.token,
        revision: field(text, 'revision'),
        verified: field(text, 'verified'),
        note: '',
        ...fields,
      });
  };
  /** Somebody of some teams. */
  const signIn = async (
    role: 'agent' | 'editor' | 'manager',
    name: string,
    teams: readonly string[] = [],
  ) => {
    const { accounts } = world.concord;
    const person = { name, password: accounts.newPassword() };
    await accounts.add({ ...person, role }, byServer);
    const added = await accounts.personNamed(name);
    await accounts.change(added?.id ?? 0, { teams }, added?.version ?? 0, byServer);
    const outcome = await accounts.signIn(person, byServer);
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    const session = await accounts.sessionOf(outcome.secret);
    return {
      name,
      cookie: `${sessionCookie(world.config).name}=${outcome.secret}`,
      token: session?.formToken ?? '',
    };
  };
  const statusOf = async (answerId: string) =>
    (await request(world.app).get(`/api/v1/answers/${encodeURIComponent(answerId)}`)).body.status;
  const titlesIn = (html: string): readonly string[] =>
    [...html.matchAll(/verify-row__title"><a [^>]*><bdi [^>]*>([^<]*)/g)].map((match) => match[1] ?? '');
  const page = '/manage/verification/orders/cancel';

  test('lists what is to do, one’s own teams’ first, what is most urgent first, and by filter', async () => {
    const maya = await signIn('manager', 'maya', ['care']);
    const { text } = await get(maya, '/manage/verification').expect(200);
    // The orders desk's own are overdue for so long that the fallback, care, has them too.
    expect(titlesIn(text)).toEqual(['Can I cancel?', 'What is hidden?', 'How long can I return?']);
    expect(text).toContain('Overdue since July 31, 2026');
    expect(text).toContain('now also Customer care');
    const filtered = async (query: string) =>
      titlesIn((await get(maya, `/manage/verification?${query}`).expect(200)).text);
    expect(await filtered('state=verified')).toEqual(['Is it fresh?']);
    expect(await filtered('state=all&category=returns')).toEqual(['How long can I return?']);
    expect(await filtered('state=overdue&team=orders')).toEqual(['Can I cancel?', 'What is hidden?']);
    expect(await filtered('locale=he')).toEqual([]);
    await get(maya, '/manage/verification?state=nonsense').expect(400);
    await get(maya, '/manage/verification?page=0').expect(400);
  });

  test('shows the article as customers see it, for each of them, with its facts, questions, ratings and notes', async () => {
    const maya = await signIn('manager', 'maya');
    const asked = await request(world.app).post('/api/v1/answer').send({ question: 'Can I cancel?' });
    expect(asked.body.answer.articleId).toBe('orders/cancel');
    const { text } = await get(maya, page).expect(200);
    expect(text).toContain('within 24 hours');
    // The fee depends on region and plan; everybody's words are there.
    for (const words of ['United States · Not a member', 'European Union · Plus', '$4.95', '€6.00', '€0.00'])
      expect(text).toContain(words);
    expect(text).toContain('Ask why first.');
    expect(text).toContain('shipping-fee');
    expect(text).toContain('Price list');
    expect(text).toContain('Asked in these words');
    expect(text).toContain('It is true today');
    await get(maya, '/manage/verification/orders/hidden')
      .expect(200)
      .expect(/For colleagues alone/);
    await get(maya, '/manage/verification/orders/none').expect(404);
    await get(maya, `${page}?locale=he`).expect(404);
    const dana = await signIn('agent', 'dana');
    await get(dana, page).expect(403);
    // Agents see since when and by whom it is to be verified; those who may are led there.
    const console = '/agent/articles/orders/cancel';
    expect((await get(maya, console)).text).toContain('href="/manage/verification/orders/cancel?');
    const seen = (await get(dana, console)).text;
    expect(seen).toContain('Customers get a warning since July 31, 2026:');
    expect(seen).toMatch(/<bdi>Orders desk<\/bdi>, <bdi>Customer care<\/bdi>/);
    expect(seen).not.toContain('/manage/verification');
  });

  test('confirming publishes the day, customers get the answer without warning, and agents have nothing to read', async () => {
    const maya = await signIn('manager', 'maya', ['orders']);
    expect(await statusOf('orders/cancel#lead')).toBe('needs_confirmation');
    const before = world.content()[cancel] ?? '';
    const done = await confirm(maya, page, { note: 'Asked finance.' });
    expect(done.status).toBe(303);
    expect(done.headers.location).toBe(`${page}?locale=en&ui=en&said=confirmed`);
    expect(world.content()[cancel]).toBe(before.replace('2026-01-01', '2026-11-20'));
    expect(await statusOf('orders/cancel#lead')).toBe('answered');
    const { text } = await get(maya, done.headers.location ?? '').expect(200);
    expect(text).toContain('Recorded and published');
    expect(text).toContain('Asked finance.');
    // The next one is of the same team.
    expect(text).toContain('What is hidden?');
    const { text: changes } = await get(maya, '/agent/changes');
    expect(changes).not.toContain('confirmed as true');
    expect(await world.concord.appDeps.loop.verification.history('orders/cancel', 'en', 5)).toMatchObject([
      { verifiedBy: 'maya', verifiedOn: '2026-11-20', note: 'Asked finance.' },
    ]);
    const events = await world.concord.appDeps.audit.list({}, { before: null, limit: 4 });
    expect(events.map(({ action }) => action)).toEqual([
      'proposal.published',
      'release.published',
      'article.verified',
      'proposal.made',
    ]);
  });

  test('the day is that of the site’s time zone', async () => {
    // 03:00 UTC on November 21 is November 20 in New York.
    world.pass(16);
    const maya = await signIn('manager', 'maya');
    await confirm(maya, page);
    expect(world.content()[cancel]).toContain('verified: 2026-11-20');
  });

  test('what was changed or confirmed since the page was opened is refused, and shown anew', async () => {
    const maya = await signIn('manager', 'maya');
    const refused = await confirm(maya, page, { revision: 'another', note: 'My words' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The article was changed or confirmed since you opened it');
    expect(refused.text).toContain('My words');
    const stale = await confirm(maya, page, { verified: '2025-01-01' });
    expect(stale.status).toBe(409);
    expect(await world.concord.appDeps.loop.verification.history('orders/cancel', null, 5)).toEqual([]);
  });

  test.each([
    ['another file', { 'en/orders/fresh.md': makeArticle({ title: 'Is it fresh?', body: 'Changed.' }) }],
    [
      'this very file',
      { [cancel]: makeArticle({ title: 'Can I cancel?', verified: '2026-01-01', body: 'No.' }) },
    ],
  ])(
    'with unpublished changes in %s the word is recorded, and the day waits as a proposal',
    async (_, changed) => {
      const maya = await signIn('manager', 'maya');
      world.edit(changed);
      const content = world.content();
      const done = await confirm(maya, page);
      expect(done.headers.location).toMatch(/said=waits&proposal=1$/);
      expect(world.content()).toEqual(content);
      expect(await statusOf('orders/cancel#lead')).toBe('needs_confirmation');
      const { text } = await get(maya, done.headers.location ?? '').expect(200);
      expect(text).toContain('waits as a proposal');
      expect(text).toContain('href="/manage/proposals/1?');
      expect(text).toContain('Confirmed, not published yet');
    },
  );

  test('confirmed again on another day, only the latest waits', async () => {
    const maya = await signIn('manager', 'maya');
    world.edit({ 'en/orders/fresh.md': makeArticle({ title: 'Is it fresh?', body: 'Changed.' }) });
    await confirm(maya, page);
    world.pass(24);
    await confirm(await signIn('manager', 'noa'), page);
    const open = await world.concord.appDeps.loop.proposals.list({ status: 'open' });
    expect(open.map(({ wish }) => wish)).toEqual([
      { kind: 'verification', articleId: 'orders/cancel', locale: 'en', on: '2026-11-21' },
    ]);
  });

  test('an editor confirms what a team of theirs may edit, and is told who may confirm the rest', async () => {
    const nia = await signIn('editor', 'nia', ['orders']);
    const maya = await signIn('manager', 'maya');
    const { text } = await get(nia, page).expect(200);
    expect(text).toContain('None of your teams may edit this category');
    expect(text).toContain('maya');
    expect(text).not.toContain('It is true today');
    const shown = (await get(maya, page)).text;
    const fields = { revision: field(shown, 'revision'), verified: '2026-01-01' };
    expect((await confirm(nia, page, fields)).status).toBe(403);
    expect(await statusOf('orders/cancel#lead')).toBe('needs_confirmation');
    await world.concord.appDeps.editingRights.set('orders', ['orders'], [], byServer);
    expect((await confirm(nia, page)).headers.location).toContain('said=confirmed');
    expect(await statusOf('orders/cancel#lead')).toBe('answered');
  });

  test('where another must verify, whoever changed it last may not, and everybody else may', async () => {
    const site = (smallYaml['site.yaml'] ?? '').replace(
      'graceDays: 30 }',
      'graceDays: 30, verifier: another }',
    );
    world.edit({
      'site.yaml': site,
      [cancel]: (world.content()[cancel] ?? '').replace('Yes, within', 'Surely, within'),
    });
    await world.publish({ publisher: 'maya' });
    const maya = await signIn('manager', 'maya');
    const noa = await signIn('manager', 'noa');
    const { text } = await get(maya, page).expect(200);
    expect(text).toContain('You changed this article last');
    expect(text).toContain('noa');
    const shown = (await get(noa, page)).text;
    const fields = { revision: field(shown, 'revision'), verified: '2026-01-01' };
    expect((await confirm(maya, page, fields)).status).toBe(403);
    expect((await confirm(noa, page)).headers.location).toContain('said=confirmed');
    // What stands as the first release brought it is nobody's change.
    expect((await confirm(maya, '/manage/verification/returns/window')).status).toBe(303);
    // A verification is no change: whoever made it may verify again.
    expect((await confirm(noa, page)).headers.location).toContain('said=confirmed');
  });

  test('a content directory that cannot be edited surely says so, and nothing is recorded', async () => {
    const maya = await signIn('manager', 'maya');
    const text =
      '---\n{ title: "Can I cancel?", audience: public, owner: orders, verified: 2026-01-01 }\n---\nYes.\n';
    world.edit({ [cancel]: text });
    await world.publish();
    const refused = await confirm(maya, page);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await world.concord.appDeps.loop.verification.history('orders/cancel', null, 5)).toEqual([]);
  });
});
