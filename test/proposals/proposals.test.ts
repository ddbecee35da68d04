import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byServer } from '../../server/audit/audit-event.ts';
import type { PreviewState, Previews } from '../../server/channels/previews.ts';
import { AppError } from '../../server/errors.ts';
import { releasedWorld } from '../support/released-world.ts';
import { makeArticle, smallYaml, type WorldFiles } from '../support/small-world.ts';

const cancel = 'en/orders/cancel-order.md';

async function world(files: WorldFiles = {}) {
  const made = await releasedWorld(files);
  await made.publish();
  const { loop } = made.concord.appDeps;
  const previews = { look: () => settled(made.concord.appDeps.previews.look) };
  const proposals = { ...loop.proposals, preview: (id: number) => settled(() => loop.proposals.preview(id)) };
  const path = (name: string) => join(made.config.contentDir, name);
  /** Publishes as a manager who has looked at the preview. */
  const publish = async (id: number, form: Partial<Parameters<Previews['publish']>[0]> = {}) => {
    const seen = await proposals.preview(id);
    const key = seen.kind === 'compared' ? seen.preview.key : seen.kind;
    return loop.proposals.publish(id, {
      publisher: 'maya',
      by: byServer,
      changeNote: 'a proposal',
      acknowledgement: '',
      asksReading: false,
      within: null,
      seen: key,
      ...form,
    });
  };
  return {
    ...made,
    proposals,
    previews,
    path,
    publish,
    read: (name: string) => readFileSync(path(name)),
  };
}

const variant = {
  kind: 'variant',
  articleId: 'orders/cancel-order',
  locale: 'en',
  question: 'halt the parcel I bought an hour ago',
} as const;
const why = { by: byServer, reason: 'asked 12 times' };

/** A preview once it is made: on a busy machine it takes longer than a page waits. */
async function settled(look: () => Promise<PreviewState>): Promise<PreviewState> {
  for (let times = 0; times < 100; times += 1) {
    const state = await look();
    if (state.kind !== 'running') return state;
  }
  throw new Error('the preview is never made');
}

async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, found ${String(error)}`);
}

describe('a proposal', () => {
  test('keeps no order number or address of the customer whom its reason quotes', async () => {
    const { proposals, close } = await world({
      'site.yaml': `${smallYaml['site.yaml']}privacy: { orderNumbers: ["K####"] }\n`,
    });
    const made = await proposals.propose(variant, {
      by: byServer,
      reason: '"where is K1234", wrote dana@example.com',
    });
    expect(made.reason).toBe('"where is [order]", wrote [email]');
    await close();
  }, 60_000);

  test('stands beside the content until it is published, and then its question is answered', async () => {
    await using w = disposable(await world());
    const before = w.read(cancel);
    const proposal = await w.proposals.propose(variant, why);
    expect(proposal).toMatchObject({
      kind: 'variant',
      subject: 'orders/cancel-order',
      status: 'open',
      id: 1,
    });
    expect(w.read(cancel)).toEqual(before);

    const state = await w.proposals.preview(proposal.id);
    if (state.kind !== 'compared') throw new Error(state.kind);
    expect(state.preview.changedFiles).toEqual([{ path: cancel, category: 'orders' }]);
    expect(state.preview.replays).toContainEqual(
      expect.objectContaining({
        question: variant.question,
        after: expect.objectContaining({ status: 'answered' }),
      }),
    );
    expect(await w.previews.look()).toMatchObject({ preview: { isSame: true, changedFiles: [] } });

    expect(await w.publish(proposal.id)).toMatchObject({ status: 'published', release: { number: 2 } });
    expect(w.read(cancel).toString()).toContain(
      `  - cancel order not shipped yet\n  - ${variant.question}\n`,
    );
    expect(await w.proposals.find(proposal.id)).toMatchObject({
      status: 'published',
      release: 2,
      endedBy: 'concord',
    });
    const { public: open } = w.concord.current();
    expect(
      open.answer({
        question: variant.question,
        answerId: null,
        locale: 'en',
        context: {},
        asOf: '2026-11-20',
      }),
    ).toMatchObject({ status: 'answered', answer: { id: 'orders/cancel-order#lead' } });
    // What is left of writing is nothing.
    expect(readdirSync(w.path('en/orders')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('has the key of the directory that it would make', async () => {
    await using w = disposable(await world());
    const { id, files } = await w.proposals.propose(variant, why);
    const proposed = await w.proposals.preview(id);
    w.edit(Object.fromEntries(files.map(({ path, text }) => [path, text])));
    const directory = await w.previews.look();
    if (proposed.kind !== 'compared' || directory.kind !== 'compared') throw new Error('not compared');
    expect(proposed.preview).toEqual(directory.preview);
  });

  test('is made once of one wish, and again when the first is withdrawn', async () => {
    await using w = disposable(await world());
    const first = await w.proposals.propose(variant, why);
    expect(await w.proposals.propose(variant, why)).toEqual(first);
    expect(await w.proposals.withdraw(first.id, byServer)).toMatchObject({ status: 'withdrawn' });
    expect((await errorOf(w.publish(first.id))).code).toBe('changed-meanwhile');
    expect((await errorOf(w.proposals.withdraw(first.id, byServer))).code).toBe('changed-meanwhile');
    expect(await w.proposals.propose(variant, why)).toMatchObject({ id: 2, status: 'open' });
    expect((await w.proposals.list({ status: 'open' })).map(({ id }) => id)).toEqual([2]);
    expect((await w.proposals.list()).map(({ id }) => id)).toEqual([2, 1]);
  });

  test('of an article fills in everything, in a folder that is made where it is not there', async () => {
    await using w = disposable(await world());
    const wish = {
      kind: 'article',
      locale: 'he',
      category: 'orders',
      slug: 'cancel-order',
      title: 'איך מבטלים הזמנה?',
      questions: ['לבטל הזמנה: איך?'],
      owner: 'orders',
      text: 'פותחים את ההזמנה\r\nובוחרים ביטול.',
    } as const;
    const { id } = await w.proposals.propose(wish, why);
    expect(await w.publish(id)).toMatchObject({ status: 'published' });
    expect(w.content()['he/orders/cancel-order.md']).toBe(
      '---\ntitle: איך מבטלים הזמנה?\nquestions:\n  - "לבטל הזמנה: איך?"\naudience: public\nowner: orders\nverified: 2026-11-20\n---\nפותחים את ההזמנה\nובוחרים ביטול.\n',
    );
    expect((await errorOf(w.proposals.propose(wish, why))).code).toBe('article-duplicate');
    expect((await errorOf(w.proposals.propose({ ...wish, slug: 'x', text: ' ' }, why))).code).toBe(
      'body-empty',
    );
    expect((await errorOf(w.proposals.propose({ ...wish, category: 'zoo' }, why))).code).toBe(
      'category-unknown',
    );
  });

  test('of a verification sets the day, and its release holds it', async () => {
    await using w = disposable(await world());
    const wish = {
      kind: 'verification',
      articleId: 'orders/cancel-order',
      locale: 'en',
      on: '2026-11-20',
    } as const;
    const { id } = await w.proposals.propose(wish, why);
    expect(await w.publish(id)).toMatchObject({ status: 'published' });
    expect(w.content()[cancel]).toContain('verified: 2026-11-20');
  });

  test('of questions out of scope begins the file, and goes on with it', async () => {
    await using w = disposable(await world());
    const first = await w.proposals.propose(
      { kind: 'out-of-scope', locale: 'en', questions: ['do you sell shares'] },
      why,
    );
    await w.publish(first.id);
    w.edit({ 'out-of-scope.yaml': `# ours\r\n${w.content()['out-of-scope.yaml']}` });
    await w.publish(
      (await w.proposals.propose({ kind: 'out-of-scope', locale: 'he', questions: ['יש מניות?'] }, why)).id,
    );
    expect(w.content()['out-of-scope.yaml']).toBe(
      '# ours\r\n- questions:\n    en:\n      - do you sell shares\n- questions:\r\n    he:\r\n      - יש מניות?\r\n',
    );
  });

  test('is never about a file outside the content, whatever its names say', async () => {
    await using w = disposable(await world());
    for (const wish of [
      { kind: 'edit', path: '../secret.md', text: 'x' },
      { kind: 'edit', path: '../../etc/passwd', text: 'x' },
      { kind: 'edit', path: '/etc/passwd', text: 'x' },
      { kind: 'edit', path: 'en/orders/../x.md', text: 'x' },
      { kind: 'edit', path: 'en/orders/.hidden.md', text: 'x' },
      { kind: 'edit', path: 'notes.yaml', text: 'x' },
      { kind: 'edit', path: 'en/orders/a\0.md', text: 'x' },
      { ...variant, locale: '..' },
      { ...variant, articleId: '../../../etc/passwd' },
      {
        kind: 'article',
        locale: 'en',
        category: 'orders',
        slug: '../x',
        title: 'T',
        questions: [],
        owner: 'orders',
        text: 'x',
      },
      {
        kind: 'article',
        locale: '..',
        category: 'orders',
        slug: 'x',
        title: 'T',
        questions: [],
        owner: 'orders',
        text: 'x',
      },
    ] as const)
      expect(['file-unexpected', 'file-name']).toContain(
        (await errorOf(w.proposals.propose(wish, why))).code,
      );
    expect(await w.proposals.list()).toEqual([]);
  });

  test('needs a reason and an article that is there', async () => {
    await using w = disposable(await world());
    expect((await errorOf(w.proposals.propose(variant, { ...why, reason: ' ' }))).field).toBe('reason');
    expect((await errorOf(w.proposals.propose({ ...variant, articleId: 'orders/zoo' }, why))).code).toBe(
      'not-found',
    );
    expect(await w.proposals.find(7)).toBeNull();
    expect((await errorOf(w.proposals.preview(7))).code).toBe('not-found');
  });
});

describe('publishing a proposal', () => {
  test('puts everything back, to the byte, where the publication is refused', async () => {
    await using w = disposable(await world());
    const before = w.content();
    const wish = {
      kind: 'article',
      locale: 'ms',
      category: 'orders',
      slug: 'new',
      title: 'T',
      questions: [],
      owner: 'orders',
      text: 'Of {{fact:unknown}}.',
    } as const;
    const { id } = await w.proposals.propose(wish, why);
    expect(await w.proposals.preview(id)).toMatchObject({ kind: 'refused' });
    const state = await w.proposals.preview(id);
    const outcome = await w.publish(id, { seen: state.kind === 'refused' ? state.key : '' });
    expect(outcome).toMatchObject({ status: 'refused' });
    expect(w.content()).toEqual(before);
    expect(readdirSync(w.config.contentDir)).not.toContain('ms');
    // Agents are not told of what never stood there.
    expect(w.concord.current().refusals).toEqual([]);

    const edited = await w.proposals.propose(variant, why);
    expect(await w.publish(edited.id, { within: ['returns'] })).toMatchObject({
      errors: [{ code: 'forbidden' }],
    });
    expect(await w.publish(edited.id, { seen: 'another' })).toMatchObject({
      errors: [{ code: 'changed-meanwhile' }],
    });
    expect(w.content()).toEqual(before);
    expect(await w.proposals.find(edited.id)).toMatchObject({ status: 'open' });
  });

  test('is refused where somebody changed a file meanwhile, until it is made anew', async () => {
    await using w = disposable(await world());
    const proposal = await w.proposals.propose(variant, why);
    const theirs = w.read(cancel).toString().replace('Open your order', 'Go to your order');
    w.edit({ [cancel]: theirs });
    const error = await errorOf(w.publish(proposal.id));
    expect(error).toMatchObject({ code: 'changed-meanwhile', found: `other content in ${cancel}` });
    expect(w.content()[cancel]).toBe(theirs);
    expect(await w.proposals.files(proposal)).toMatchObject([{ isMoved: true }]);
    const anew = await w.proposals.renew(proposal.id, byServer);
    expect(await w.proposals.files(anew)).toMatchObject([{ isMoved: false }]);
    expect(await w.publish(proposal.id)).toMatchObject({ status: 'published' });
    expect(w.content()[cancel]).toBe(theirs.replace('yet\n', `yet\n  - ${variant.question}\n`));
  });

  test('carries out what it says after an edit of its text', async () => {
    await using w = disposable(await world());
    const { id, files } = await w.proposals.propose(variant, why);
    const text = (files[0]?.text ?? '').replace('Yes. An order', 'Yes, of course. An order');
    await w.proposals.revise(id, { path: cancel, text }, byServer);
    expect((await errorOf(w.proposals.revise(id, { path: 'site.yaml', text }, byServer))).code).toBe(
      'not-found',
    );
    expect(await w.publish(id)).toMatchObject({ status: 'published' });
    expect(w.content()[cancel]).toBe(text);
  });

  test('takes other unpublished changes along, and says so before', async () => {
    await using w = disposable(await world());
    w.edit({ 'en/orders/another.md': makeArticle({ title: 'Something else entirely?' }) });
    const { id } = await w.proposals.propose(variant, why);
    const state = await w.proposals.preview(id);
    expect(state).toMatchObject({
      preview: { changedFiles: [{ path: 'en/orders/another.md' }, { path: cancel }] },
    });
  });

  test('is done when the content came to hold it by another way, even in the middle of it', async () => {
    await using w = disposable(await world());
    const { id, files } = await w.proposals.propose(variant, why);
    // As a server leaves it that was killed between writing and publishing.
    w.edit(Object.fromEntries(files.map(({ path, text }) => [path, text])));
    expect(await w.proposals.find(id)).toMatchObject({ status: 'open' });
    expect(await w.previews.look()).toMatchObject({
      preview: { isSame: false, changedFiles: [{ path: cancel }] },
    });
    const number = await w.publish(id);
    expect(number).toMatchObject({ status: 'published' });

    const other = await w.proposals.propose({ ...variant, question: 'undo what I bought' }, why);
    w.edit(Object.fromEntries(other.files.map(({ path, text }) => [path, text])));
    const release = await w.concord.publish({ publisher: 'git', changeNote: '', keepGoing: false });
    expect(release.status).toBe('published');
    expect(await w.proposals.find(other.id)).toMatchObject({
      status: 'published',
      release: 3,
      endedBy: 'concord',
    });
  });

  test('leaves nothing for a watcher to publish where it is refused', async () => {
    await using w = disposable(await world());
    const heard: string[] = [];
    const stop = w.concord.watch({
      published: (publication) =>
        heard.push(
          publication.status === 'refused'
            ? 'refused'
            : `${publication.status} ${publication.release.number}`,
        ),
      failed: (error) => heard.push(String(error)),
    });
    try {
      const { id } = await w.proposals.propose(variant, why);
      for (let times = 0; times < 5; times += 1) {
        const outcome = await w.publish(id, { within: ['returns'] });
        expect(outcome).toMatchObject({ status: 'refused', errors: [{ code: 'forbidden' }] });
        await new Promise((resolve) => setTimeout(resolve, times * 100));
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(new Set(heard)).toEqual(new Set(['unchanged 1']));
      expect(w.content()[cancel]).not.toContain(variant.question);
    } finally {
      await stop();
    }
  });

  test('follows no links', async () => {
    await using w = disposable(await world());
    const { id } = await w.proposals.propose(variant, why);
    const outside = w.path('../outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'cancel-order.md'), w.read(cancel));
    const kept = w.read(cancel);
    rmSync(w.path('en/orders'), { recursive: true });
    symlinkSync(outside, w.path('en/orders'));
    expect((await errorOf(w.publish(id))).code).toBe('file-unreadable');
    expect(readFileSync(join(outside, 'cancel-order.md'))).toEqual(kept);
  });

  test('says that the directory cannot be written, and leaves it as it is', async () => {
    await using w = disposable(await world());
    const { id } = await w.proposals.propose(variant, why);
    const before = w.content();
    chmodSync(w.path('..'), 0o755);
    chmodSync(w.path('en/orders'), 0o555);
    try {
      const error = await asNobody(() => errorOf(w.publish(id)));
      expect(error).toMatchObject({ code: 'content-unwritable', status: 409 });
    } finally {
      chmodSync(w.path('en/orders'), 0o755);
    }
    expect(w.content()).toEqual(before);
    expect(await w.proposals.find(id)).toMatchObject({ status: 'open' });
  });
});

/** Folders refuse everybody but root, so root becomes nobody for a while. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

function disposable<T extends { close(): Promise<void> }>(made: T): T & AsyncDisposable {
  return { ...made, [Symbol.asyncDispose]: () => made.close() };
}
