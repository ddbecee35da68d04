import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { asInFile, shortened, slugFrom } from '../../../server/channels/manage/present-proposals.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { smallArticles } from '../../support/small-world.ts';

const cancel = 'en/orders/cancel-order.md';
const question = 'halt the parcel I bought an hour ago';
const variant = {
  kind: 'variant',
  articleId: 'orders/cancel-order',
  locale: 'en',
  question,
  reason: 'asked a lot',
};

type Person = Awaited<ReturnType<ReleasedWorld['signIn']>>;

describe('the pages of proposals', () => {
  let world: ReleasedWorld;
  let editor: Person;
  let manager: Person;

  beforeEach(async () => {
    world = await releasedWorld();
    await world.publish();
    editor = await world.signIn('editor');
    manager = await world.signIn('manager');
  }, 60_000);
  afterEach(() => world.close());

  const get = (path: string, person: Person = manager) =>
    request(world.app).get(path).set('cookie', person.cookie).set('accept', 'text/html');
  const post = (path: string, fields: Readonly<Record<string, string>>, person: Person = manager) =>
    request(world.app)
      .post(path)
      .set('cookie', person.cookie)
      .set('accept', 'text/html')
      .type('form')
      .send({ token: person.token, ...fields });
  /** The page once its preview is made. */
  const settled = async (path: string, person: Person = manager): Promise<string> => {
    for (let times = 0; times < 100; times += 1) {
      const { text } = await get(path, person);
      if (!text.includes('preview-running')) return text;
    }
    throw new Error('the preview is never made');
  };
  const keyIn = (text: string): string => /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '';

  test('lead from a question to the answer that it gets', async () => {
    const form = await get(
      `/manage/proposals/new?kind=variant&articleId=orders/cancel-order&locale=en&question=${question}`,
    );
    expect(form.status).toBe(200);
    expect(form.text).toContain(`name="question" value="${question}"`);
    const made = await post('/manage/proposals/new', variant, editor);
    expect([made.status, made.headers.location]).toEqual([303, '/manage/proposals/1?ui=en&said=made']);
    expect((await get('/manage/proposals')).text).toContain('Proposal 1</a>');

    const page = await settled('/manage/proposals/1');
    expect(page).toContain('asked a lot</textarea>');
    expect(page).toContain('The content with this proposal, beside release 1');
    expect(page).toMatch(new RegExp(`<ins>.*${question}\n</ins>`));
    expect(page).toMatch(
      /Gained an answer<\/span> <strong>1<\/strong>|Another answer<\/span> <strong>1<\/strong>/,
    );
    expect(world.content()[cancel]).not.toContain(question);

    const sent = await post('/manage/proposals/1/publish', { note: 'asked a lot', key: keyIn(page) });
    expect([sent.status, sent.headers.location]).toEqual([303, '/manage/proposals/1?ui=en&said=published']);
    expect(world.content()[cancel]).toContain(question);
    const done = (await get('/manage/proposals/1?said=published')).text;
    expect(done).toContain('>Release 2</a>');
    expect(done).toMatch(new RegExp(`${question}</h3>.*orders/cancel-order#lead`, 's'));
    expect((await get('/manage/proposals')).text).not.toContain('Proposal 1');
    expect((await get('/manage/proposals?status=published')).text).toContain('Proposal 1');
    expect((await post('/manage/proposals/1/publish', { note: 'x', key: keyIn(page) })).status).toBe(409);
  });

  test('make articles and what is out of scope', async () => {
    const start = await get('/manage/proposals/new?kind=article&locale=en&question=How do I get an invoice?');
    expect(start.text).toContain('name="slug" value="how-do-i-get-an-invoice"');
    const article = {
      kind: 'article',
      locale: 'en',
      category: 'orders',
      slug: 'invoice',
      title: 'How do I get an invoice?',
      questions: 'How do I get an invoice?\r\nbill please\r\n\r\n',
      owner: 'orders',
      text: 'In your account.',
      reason: 'missing; write to dana@example.com',
    };
    expect((await post('/manage/proposals/new', article)).status).toBe(303);
    const file = await get('/manage/proposals/1/file?at=0');
    expect(file.headers['content-disposition']).toBe('attachment; filename="invoice.md"');
    expect(file.text).toBe(
      '---\ntitle: How do I get an invoice?\nquestions:\n  - bill please\naudience: public\nowner: orders\nverified: 2026-11-20\n---\nIn your account.\n',
    );
    // Nobody's address is kept with a reason.
    expect((await get('/manage/proposals/1')).text).toContain('missing; write to [email]');
    const scope = { kind: 'out-of-scope', locale: 'en', questions: 'do you sell shares', reason: 'never' };
    await post('/manage/proposals/new', scope);
    const page = await settled('/manage/proposals/2');
    expect(page).toMatch(/Out of scope from now on<\/span> <strong>1<\/strong>/);
    await post('/manage/proposals/2/publish', { note: 'never', key: keyIn(page) });
    expect((await get('/manage/proposals/2')).text).toMatch(
      /do you sell shares<\/h3>.*not something we can help with/s,
    );
  });

  test('refuse what cannot be proposed, with what was typed kept', async () => {
    const unknown = await post('/manage/proposals/new', { ...variant, articleId: 'orders/zoo' });
    expect([unknown.status, unknown.text.includes(`value="${question}"`)]).toEqual([404, true]);
    const noReason = await post('/manage/proposals/new', { ...variant, reason: ' ' });
    expect(noReason.status).toBe(400);
    for (const [path, status] of [
      ['/manage/proposals?status=zoo', 400],
      ['/manage/proposals/new?kind=edit', 400],
      ['/manage/proposals/7', 404],
      ['/manage/proposals/x', 404],
    ] as const)
      expect([path, (await get(path)).status]).toEqual([path, status]);
    const slug = {
      kind: 'article',
      locale: 'en',
      category: 'orders',
      slug: '../../x',
      title: 'T',
      questions: '',
      owner: 'orders',
      text: 'x',
      reason: 'x',
    };
    expect((await post('/manage/proposals/new', slug)).status).toBe(422);
    expect((await post('/manage/proposals/new', { ...variant, token: 'another' })).status).toBe(403);
    expect((await get('/manage/proposals', await world.signIn('agent'))).status).toBe(403);
  });

  test('let editors propose, and publish only what is theirs', async () => {
    await post('/manage/proposals/new', variant, editor);
    const page = await settled('/manage/proposals/1', editor);
    expect(page).toContain(
      'You may publish changes to articles of the categories that your teams may edit, and nothing else.',
    );
    const key = keyIn(await settled('/manage/proposals/1'));
    const sent = await post('/manage/proposals/1/publish', { note: 'mine', key }, editor);
    expect(sent.status).toBe(403);
    expect(world.content()[cancel]).not.toContain(question);
  });

  test('edit, make anew and withdraw', async () => {
    await post('/manage/proposals/new', variant);
    const text = (await get('/manage/proposals/1/file')).text
      .replace('free of charge', 'for free')
      .replaceAll('\n', '\r\n');
    expect((await post('/manage/proposals/1/edit', { path: cancel, text })).status).toBe(303);
    expect((await get('/manage/proposals/1/file')).text).toBe(text.replaceAll('\r\n', '\n'));
    expect((await post('/manage/proposals/1/edit', { path: '../x.md', text })).status).toBe(404);

    world.edit({ [cancel]: `${world.content()[cancel]}\nMore.\n` });
    const moved = (await get('/manage/proposals/1')).text;
    expect(moved).toContain('Somebody has changed the content since this was proposed');
    expect(moved).not.toContain('name="key"');
    await post('/manage/proposals/1/renew', {});
    expect((await get('/manage/proposals/1/file')).text).toBe(
      world.content()[cancel]?.replace('yet\n', `yet\n  - ${question}\n`),
    );
    expect((await post('/manage/proposals/1/withdraw', {})).status).toBe(303);
    expect((await get('/manage/proposals?status=withdrawn')).text).toContain('Proposal 1');
    expect((await post('/manage/proposals/1/withdraw', {})).status).toBe(409);
  });

  test('say which other changes of the content a publication takes along', async () => {
    world.edit({
      'en/returns/return-window.md':
        smallArticles()['en/returns/return-window.md']?.replace('Bring the item', 'Take the item') ?? null,
    });
    await post('/manage/proposals/new', variant);
    expect(await settled('/manage/proposals/1')).toMatch(
      /Publishing takes them along:<\/p>.*en\/returns\/return-window\.md/s,
    );
  });

  test('say that a publication is refused, and leave the content as it was', async () => {
    const before = world.content();
    await post('/manage/proposals/new', variant);
    const text = (await get('/manage/proposals/1/file')).text.replace(
      '{{fact:cancellation-window}}',
      '{{fact:zoo}}',
    );
    await post('/manage/proposals/1/edit', { path: cancel, text });
    const page = await settled('/manage/proposals/1');
    expect(page).toContain('fact-unknown');
    expect((await post('/manage/proposals/1/publish', { note: 'x', key: 'x' })).status).toBe(409);
    expect(world.content()).toEqual(before);
  });

  test('offer the files where the server may not write', async () => {
    await post('/manage/proposals/new', variant);
    const key = keyIn(await settled('/manage/proposals/1'));
    const folder = join(world.config.contentDir, 'en/orders');
    const kept = readFileSync(join(world.config.contentDir, cancel));
    chmodSync(join(world.config.contentDir, '..'), 0o755);
    chmodSync(folder, 0o555);
    process.seteuid?.(65_534);
    try {
      const sent = await post('/manage/proposals/1/publish', { note: 'x', key });
      expect(sent.status).toBe(409);
      expect(sent.text).toContain('content-unwritable');
      expect(sent.text).toContain('/manage/proposals/1/file');
    } finally {
      process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
    expect(readFileSync(join(world.config.contentDir, cancel))).toEqual(kept);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a proposal as it is shown', () => {
  test('has names of files from Latin words alone', () => {
    expect(slugFrom("What's the Café's  price?!")).toBe('whats-the-cafes-price');
    expect(slugFrom('איך מבטלים')).toBe('');
  });

  test('keeps line ends and the byte-order mark of its file', () => {
    expect(asInFile('a\r\nb\r\n', 'x\ny\n')).toBe('a\nb\n');
    expect(asInFile('a\nb', '\ufeffx\r\ny')).toBe('\ufeffa\r\nb');
  });

  test('leaves out what is far from any change', () => {
    const long = `${'line of text\n'.repeat(200)}`;
    const [head, added, tail] = shortened([
      { kind: 'same', text: long },
      { kind: 'new', text: 'new\n' },
      { kind: 'same', text: long },
    ]);
    expect(head?.text).toMatch(/^…\n(?:line of text\n)+$/);
    expect(added?.text).toBe('new\n');
    expect(tail?.text).toMatch(/^(?:line of text\n)+line of text\n…\n$/);
    expect(shortened([{ kind: 'same', text: long }])).toEqual([]);
  });
});
