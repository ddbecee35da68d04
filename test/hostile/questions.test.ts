import request from 'supertest';
import { byServer } from '../../server/audit/audit-event.ts';
import { AppError } from '../../server/errors.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { findCanary } from '../support/find-canary.ts';
import { type HostileCase, hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { type PlainResponse, plainRequests } from '../support/plain-request.ts';
import { makeArticle, smallArticles, smallWorld, tryWorld } from '../support/small-world.ts';

/** All of ../shared/hostile/queries.json and unicode.json, through the real server. */

const there = hasHostileCorpora();
const whenThere = there ? test : test.skip;
const queries = there ? await hostileCases('queries.json') : [];
const names = there ? await hostileCases('unicode.json') : [];

/** Bytes as they stand in an address, each of them escaped. */
const escaped = (bytes: Buffer): string =>
  [...bytes].map((one) => `%${one.toString(16).padStart(2, '0')}`).join('');

/** What no answer may hold: where the program lies, or how it is built. */
const inside = /\n\s+at |node_modules|\/server\/[a-z-]+|SqliteError|TypeError|ReferenceError/;

describe('hostile questions through every channel', () => {
  let world: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  let client: ReturnType<typeof plainRequests>;
  let agent: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const words = queries.map(({ canary }) => canary);
    const { snapshot } = smallWorld({
      ...smallArticles(),
      'en/returns/secrets.md': makeArticle({
        title: `How do we treat ${words[0] ?? 'them'}?`,
        audience: 'agent',
        body: `Internal: ${words.join(' ')}.`,
      }),
      'en/returns/refund-time.md': makeArticle({
        title: 'When do I get my refund?',
        body: `In five days.\n\n:::agent\nSay ${words.join(' ')} to the team.\n:::`,
      }),
    });
    world = await makeApp(snapshot);
    server = await listen(world.app);
    client = plainRequests(server.url);
    agent = { accept: 'text/html', cookie: (await world.signIn()).cookie };
    for (const path of ['/en/search?q=warm', '/agent?q=warm', '/api/v1/answer?q=warm'])
      await client.ask(path, { headers: agent });
  });
  afterAll(async () => {
    client.close();
    await server.close();
    await world.close();
  });

  const json = { accept: 'application/json', 'content-type': 'application/json' };
  const page = { accept: 'text/html' };

  /** Every way to ask, by what it is called; those of agents last. */
  const waysOf = (bytes: Buffer): Readonly<Record<string, () => Promise<PlainResponse>>> => {
    const q = escaped(bytes);
    const question = bytes.toString('utf8');
    return {
      page: () => client.ask(`/en/search?q=${q}`, { headers: page }),
      contact: () => client.ask(`/en/contact?q=${q}`, { headers: page }),
      search: () => client.ask(`/api/v1/search?q=${q}`, { headers: json }),
      suggest: () => client.ask(`/api/v1/suggest?q=${q}`, { headers: json }),
      answer: () => client.ask(`/api/v1/answer?q=${q}&explain=true`, { headers: json }),
      post: () =>
        client.ask('/api/v1/answer', { method: 'POST', headers: json, body: JSON.stringify({ question }) }),
      console: () => client.ask(`/agent?q=${q}`, { headers: agent }),
      results: () =>
        client.ask(`/agent/results?q=${q}`, { headers: { ...agent, accept: 'application/json' } }),
    };
  };
  const isAgents = (way: string): boolean => way === 'console' || way === 'results';
  /** An answer without what was asked, in any of the ways in which it is said back, and without what is random. */
  const told = ({ status, body }: PlainResponse, asked: string): string => {
    const random =
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?:\b|(?<=%20))[2-9BCDFGHJKMNP-TV-XZ]{8}\b/g;
    const text = `${status} ${body.toString('utf8')}`;
    return [
      asked,
      encodeURIComponent(asked),
      new URLSearchParams({ q: asked }).toString().slice(2),
      ...asked.split(/[\s:]+/),
    ]
      .filter((one) => one.length > 3)
      .sort((a, b) => b.length - a.length)
      .reduce((rest, one) => rest.replaceAll(one, 'ASKED'), text)
      .replace(random, 'RANDOM');
  };

  whenThere.each(queries.map((one): [string, HostileCase] => [one.id, one]))(
    '%s: is answered in time, as text, without a word of agents',
    async (_, { bytes, canary, maxMs = 300 }) => {
      const asked = bytes.toString('utf8');
      for (const [way, ask] of Object.entries(waysOf(bytes))) {
        let answer = await ask();
        const spent = await leastCpuMs(maxMs, async () => {
          answer = await ask();
        });
        expect({ way, isSlow: spent > maxMs ? spent : false }).toEqual({ way, isSlow: false });
        expect([200, 400, 413, 414, 431]).toContain(answer.status);
        const text = answer.body.toString('utf8');
        expect(text).not.toMatch(inside);
        const isHtml = answer.headers['content-type']?.startsWith('text/html') === true;
        if (isHtml && /[<"]/.test(asked)) expect(text).not.toContain(asked);
        if (isHtml) expect(text).not.toMatch(/<script>|<img src=x|onerror=alert\(1\)>/);
        if (isAgents(way)) continue;
        expect({ way, found: findCanary(told(answer, asked), canary) }).toEqual({ way, found: null });
      }
    },
  );

  whenThere(
    'a word that only agents’ text has is answered as a word that no text has, however it is spelled',
    async () => {
      const cases = queries.filter(({ id }) => id.startsWith('canary') && id !== 'canary-suggest');
      expect(cases.length).toBe(5);
      for (const { id, bytes, same } of cases as readonly (HostileCase & { readonly same?: string })[]) {
        const asked = bytes.toString('utf8');
        const unknown = same?.replace('the answer for ', '') ?? '';
        expect(unknown).not.toBe('');
        const [known, other] = [waysOf(bytes), waysOf(Buffer.from(unknown))];
        for (const way of Object.keys(known).filter((one) => !isAgents(one))) {
          const [one, two] = [await known[way]?.(), await other[way]?.()];
          if (one === undefined || two === undefined) throw new Error(`there is no way ${way}`);
          expect({ id, way, told: told(one, asked) }).toEqual({ id, way, told: told(two, unknown) });
        }
      }
    },
  );

  whenThere('canary-suggest: no beginning of it is completed', async () => {
    const word = queries.find(({ id }) => id === 'canary-suggest')?.canary ?? '';
    for (let length = 3; length <= word.length; length += 1) {
      const { body } = await client.ask(`/api/v1/suggest?q=${word.slice(0, length)}`, { headers: json });
      expect(JSON.parse(body.toString('utf8')).suggestions).toEqual([]);
    }
    const { body } = await client.ask('/api/v1/suggest?q=Can', { headers: json });
    expect(JSON.parse(body.toString('utf8')).suggestions.length).toBeGreaterThan(0);
  });

  whenThere(
    'agents do find each of these words, so that none of this passes on an empty server',
    async () => {
      for (const { canary } of queries.filter((_, at) => at % 8 === 0)) {
        const { body } = await client.ask(`/agent?q=${canary}`, { headers: agent });
        expect(told({ status: 200, headers: {}, rawHeaders: [], body }, canary)).toContain(
          '/agent/articles/returns/secrets',
        );
      }
    },
  );

  whenThere('phone-card: what people paste is not kept in the record', async () => {
    const one = queries.find(({ id }) => id === 'phone-card');
    await waysOf(one?.bytes ?? Buffer.of()).post?.();
    const rows = await world.db.selectFrom('served_answers').select('question').execute();
    const texts = rows.map(({ question }) => question ?? '').join('\n');
    expect(texts).toContain('card');
    expect(texts).not.toMatch(/4111|a@example\.org/);
  });

  whenThere('surrogate: half a letter in JSON is an ordinary question or an ordinary refusal', async () => {
    const answer = await client.ask('/api/v1/answer', {
      method: 'POST',
      headers: json,
      body: '{"question":"\\ud800 refund"}',
    });
    expect([200, 400]).toContain(answer.status);
  });
});

describe('hostile names', () => {
  let world: TestApp;
  beforeAll(async () => {
    world = await makeApp(smallWorld().snapshot);
  });
  afterAll(() => world.close());

  /** Names that are refused for what they are in a place that Concord does not have: its articles stand below a category. */
  const fineAsSlug = ['device', 'reserved'];

  whenThere.each(names.map((one): [string, HostileCase] => [one.id, one]))(
    '%s: as the name of a file',
    (id, { bytes, ...one }) => {
      const name = bytes.toString('utf8');
      const file = `en/orders/${name}.md`;
      const { snapshot, errors } = tryWorld({
        ...smallArticles(),
        [file]: makeArticle({ title: 'Is this a name?' }),
      });
      const { want } = one as unknown as { readonly want: string };
      if (want === 'refuse' && !fineAsSlug.includes(id)) {
        expect(snapshot).toBeNull();
        expect(errors.length).toBeGreaterThan(0);
        for (const error of errors) expect(error.message.length).toBeGreaterThan(10);
      }
      // What is taken is written in plain letters, so that no two spellings are one name.
      if (snapshot !== null) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    },
  );

  whenThere.each(names.map((one): [string, HostileCase] => [one.id, one]))(
    '%s: as the name of a person',
    async (_, { bytes }) => {
      const name = bytes.toString('utf8');
      const added = await world.accounts
        .add({ name, role: 'agent', password: world.accounts.newPassword() }, byServer)
        .catch((error: unknown) => error);
      if (added instanceof AppError) {
        expect(added.code).toBe('invalid-request');
        expect(added.expected).toMatch(/letters a-z/);
      } else {
        // Two spellings of one name are one name.
        expect((added as { readonly name: string }).name).toMatch(/^[a-z0-9][a-z0-9._@-]{0,63}$/);
        await expect(
          world.accounts.add(
            { name: ` ${name.toUpperCase()} `, role: 'agent', password: world.accounts.newPassword() },
            byServer,
          ),
        ).rejects.toThrow('This name is taken.');
      }
      const signIn = await request(world.app)
        .post('/agent/sign-in')
        .type('form')
        .send({ name, password: 'not the right one' });
      expect([400, 401, 429]).toContain(signIn.status);
      expect(signIn.text).not.toMatch(inside);
    },
  );

  whenThere.each(names.map((one): [string, HostileCase] => [one.id, one]))(
    '%s: in an address, as a question, and as a title',
    async (_, { bytes }) => {
      const name = bytes.toString('utf8');
      const q = encodeURIComponent(name);
      for (const path of [
        `/en/orders/${q}`,
        `/${q}`,
        `/en/${q}`,
        `/api/v1/articles/orders/${q}`,
        `/api/v1/answers/${q}`,
      ]) {
        const { status, text, headers } = await request(world.app).get(path).set('accept', 'text/html');
        expect([200, 301, 302, 400, 404]).toContain(status);
        expect(text).not.toMatch(inside);
        expect(JSON.stringify(headers)).not.toMatch(/\\n|\\r|\\u001b/);
      }
      const asked = await request(world.app).get(`/en/search?q=${q}`).set('accept', 'text/html');
      expect(asked.status).toBeLessThan(500);
      // Said back in an element of its own direction, never bare in a sentence.
      expect(asked.text).toMatch(/dir="auto"|<bdi/);
      const titled = tryWorld({
        'en/orders/named.md': makeArticle({ title: `About ${name} here`, body: 'It is so.' }),
      });
      if (titled.snapshot === null) {
        for (const error of titled.errors) expect(error.place?.file).toBe('en/orders/named.md');
        expect(titled.errors.length).toBeGreaterThan(0);
        return;
      }
      const shown = await makeApp(titled.snapshot);
      const { status, text } = await request(shown.app).get('/en/orders/named').set('accept', 'text/html');
      await shown.close();
      expect(status).toBe(200);
      // Whoever reads it sees the letters in their own order: nothing overrides it, and what is isolated ends.
      expect(text).not.toMatch(/[\u202a-\u202e]/);
      expect(text.match(/[\u2066-\u2068]/g)?.length).toBe(text.match(/\u2069/g)?.length);
    },
  );
});
