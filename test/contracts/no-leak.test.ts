import { Buffer } from 'node:buffer';
import type { ContentFile } from '../../server/articles/read-content.ts';
import { canary } from '../support/canary-world.ts';
import { findCanary } from '../support/find-canary.ts';
import { hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallArticles, smallWorld, tryWorld } from '../support/small-world.ts';

/**
 * The promise, on the content of a whole company: nothing that only agents may know is in any byte an anonymous client can
 * get, and agents do see it. canaries.test.ts crawls a small one, for every key and role.
 */

const minutes = 60_000;

type Running = TestApp & { readonly url: string; stop(): Promise<void> };

async function run(files: readonly ContentFile[]): Promise<Running> {
  const world = await makeApp(compileFiles(files).snapshot);
  const server = await listen(world.app);
  return {
    ...world,
    url: server.url,
    async stop() {
      await server.close();
      await world.close();
    },
  };
}

/** The sample company with a canary in every place that is for agents only. */
function planted(files: readonly ContentFile[]): ContentFile[] {
  const changed = files.map(({ path, bytes }) => {
    const text = bytes.toString('utf8');
    if (path.endsWith('.md') && /^audience: public$/m.test(text))
      return {
        path,
        text: `${text}\n\n:::agent\nOnly for us: ${canary}note, see {{fact:${canary}-fact}}.\n:::\n`,
      };
    if (path.endsWith('.md'))
      return {
        path,
        text: text
          .replace(
            /^title: (.*)$/m,
            (_, title: string) => `title: ${JSON.stringify(`${JSON.parse(asJson(title))} ${canary}title`)}`,
          )
          .replace(/^questions:$/m, `questions:\n  - ${canary}question of ${path.replace(/[^a-z]/g, ' ')}`)
          .concat(`\n\n## Internal ${canary}heading\n\nBody ${canary}body.\n`),
      };
    if (path === 'offers.yaml') return { path, text: text.replace(/^( +label: .*)$/gm, `$1 ${canary}offer`) };
    if (path === 'teams.yaml')
      return { path, text: text.replace(/name: ([^,]+),/g, `name: $1 ${canary}team,`) };
    if (path === 'facts.yaml')
      return {
        path,
        text: `${text}\n${canary}-fact:\n  type: text\n  description: ${canary}\n  owner: care\n  source: ${canary}\n  value: { en: ${canary}value }\n`,
      };
    if (path === 'synonyms.yaml')
      return {
        path,
        text: text.replace(/^en:$/m, `en:\n  - { words: [refund, ${canary}synonym], audience: agent }`),
      };
    return { path, text };
  });
  const hidden = makeArticle({
    title: `Secret ${canary}article`,
    questions: [`how ${canary}hidden works`],
    audience: 'agent',
    owner: 'care',
    body: `Nobody outside may read ${canary}lead.`,
  });
  return [...changed, { path: `en/orders/${canary}-slug.md`, text: hidden }]
    .map(({ path, text }) => ({ path, bytes: Buffer.from(text, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A YAML scalar on one line as JSON text. */
function asJson(scalar: string): string {
  return /^".*"$/.test(scalar) ? scalar : JSON.stringify(scalar.replace(/^'|'$/g, ''));
}

/** Every address that the world may open, from the routes' own inventory, and questions that try to reach hidden text. */
function publicAddresses(world: TestApp): string[] {
  const answerer = world.deps.current().public;
  const { locales } = answerer.site;
  const words = [
    'refund',
    'cancel order',
    canary,
    `${canary}note`,
    `${canary}hidden`,
    `how ${canary}hidden works`,
    'goodwill',
    'escalate a case',
  ];
  const asked = locales.flatMap((locale) =>
    words.flatMap((word) => {
      const q = encodeURIComponent(word);
      return [
        `/${locale}/search?q=${q}`,
        `/api/v1/search?q=${q}&locale=${locale}`,
        `/api/v1/suggest?q=${q}&locale=${locale}`,
        `/api/v1/answer?q=${q}&locale=${locale}`,
        `/${locale}/suggest?q=${q}`,
        `/${locale}/contact?q=${q}`,
        `/${locale}/r?code=${q}`,
        `/${locale}/r/${q}`,
      ];
    }),
  );
  const followed = ['and then?', `${canary}note`, 'how long'].flatMap((word) =>
    ['cancellation/cancel-before-shipping#lead', 'region?delivery/delivery-times#lead'].flatMap(
      (previous) => {
        const query = `q=${encodeURIComponent(word)}&previous=${encodeURIComponent(previous)}`;
        return [`/en/search?${query}`, `/api/v1/answer?${query}&locale=en`];
      },
    ),
  );
  const browsed = locales.flatMap((locale) => [
    `/${locale}`,
    `/${locale}/opensearch.xml`,
    `/${locale}/changes.atom`,
    `/${locale}/orders/${canary}-slug`,
    `/api/v1/categories?locale=${locale}`,
    `/api/v1/articles?locale=${locale}`,
    `/api/v1/articles/orders/${canary}-slug?locale=${locale}`,
    `/api/v1/answers/orders/${canary}-slug?locale=${locale}`,
    ...answerer.site.categories.map(({ id }) => `/${locale}/${id}`),
  ]);
  const articles = answerer
    .inventory('2026-11-22')
    .flatMap(({ url, articleId, locale }) => [
      url,
      `${url}?region=EU&plan=plus`,
      `/api/v1/articles/${articleId}?locale=${locale}`,
    ]);
  return [
    ...asked,
    ...followed,
    ...browsed,
    ...articles,
    '/',
    '/sitemap.xml',
    '/robots.txt',
    '/api/docs',
    '/api/v1/openapi.json',
    '/healthz',
    '/readyz',
    '/agent',
    '/agent/sign-in',
    `/agent/articles/orders/${canary}-slug`,
  ];
}

/** A response as one text, headers first; what differs from request to request by design is taken out. */
async function bytesOf(
  url: string,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
  const headers = [...response.headers].filter(
    ([name]) => !['date', 'x-request-id', 'ratelimit', 'connection', 'keep-alive'].includes(name),
  );
  return {
    status: response.status,
    text: `${headers.map((pair) => pair.join(': ')).join('\n')}\n\n${await response.text()}`,
  };
}

/** The text without what the client itself sent: its question, as typed and as encoded in links and forms. */
function withoutEcho(text: string, path: string): string {
  const { searchParams, pathname } = new URL(path, 'http://x');
  const typed = /^\/[a-z]+\/r\/(.+)$/.exec(pathname)?.[1];
  const asked =
    searchParams.get('q') ?? searchParams.get('code') ?? (typed ? decodeURIComponent(typed) : null);
  const words = [
    asked,
    ...(asked ?? '').split(' '),
    // A code is read in any case and written in capitals.
    pathname.endsWith('/r') ? (asked?.toUpperCase() ?? null) : null,
    path.includes(`${canary}-slug`) ? `${canary}-slug` : null,
  ].filter((word) => word);
  return words
    .sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))
    .reduce<string>(
      (rest, word) => rest.replaceAll(encodeURIComponent(word ?? ''), '').replaceAll(word ?? '', ''),
      text,
    );
}

describe('no leak of agents’ text', () => {
  let world: Running;

  beforeAll(async () => {
    world = await run(planted(await sampleFiles()));
  }, minutes);
  afterAll(() => world.stop());

  test(
    'no canary is in any byte of any public response, headers included',
    async () => {
      const addresses = publicAddresses(world);
      expect(addresses.length).toBeGreaterThan(300);
      const leaks = await inParallel(addresses, async (path) => {
        const { text } = await bytesOf(world.url, path);
        return findCanary(withoutEcho(text, path), canary) === null ? [] : [path];
      });
      expect(leaks.flat()).toEqual([]);
    },
    3 * minutes,
  );

  test('asking the API in any other way brings none back either', async () => {
    const bodies = [
      { question: `${canary}note` },
      { question: `how ${canary}hidden works`, context: { region: 'EU', plan: 'plus' } },
      { answerId: 'cancellation/cancel-before-shipping#lead', channel: 'agent' },
      { answerId: `orders/${canary}-slug#lead` },
      { question: 'refund', audience: 'agent' },
      { question: 'and then?', previous: `orders/${canary}-slug#lead` },
      { question: `${canary}heading`, previous: 'cancellation/cancel-before-shipping#lead' },
    ];
    for (const body of bodies) {
      const { text } = await bytesOf(world.url, '/api/v1/answer', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const sent = Object.values(body).flatMap((value) =>
        typeof value === 'string' ? value.split(/[ #]/) : [],
      );
      const rest = sent.reduce((left, word) => left.replaceAll(word, ''), text);
      expect(findCanary(rest, canary)).toBeNull();
    }
  });

  test(
    'agents do see every one of them, so the search above would have found it',
    async () => {
      const { cookie } = await world.signIn();
      const seen = async (path: string): Promise<string> =>
        (await bytesOf(world.url, path, { headers: { cookie, accept: 'text/html' } })).text;
      const answered = await seen('/agent?q=can%20I%20cancel%20my%20order%20before%20it%20ships&locale=en');
      for (const place of ['note', 'value', 'offer']) expect(answered).toContain(`${canary}${place}`);
      const hidden = await seen(`/agent/articles/orders/${canary}-slug`);
      for (const place of ['article', 'lead', 'team']) expect(hidden).toContain(`${canary}${place}`);
      const listed = await seen(`/agent?q=how%20${canary}hidden%20works&locale=en`);
      expect(listed).toContain(`${canary}article`);
      const articles = world.deps.current().public.inventory('2026-11-22');
      const unseen = await inParallel(articles, async ({ articleId, locale }) => {
        const text = await seen(`/agent/articles/${articleId}?locale=${locale}`);
        return text.includes(`${canary}note`) ? [] : [`${locale}/${articleId}`];
      });
      expect(unseen.flat()).toEqual([]);
    },
    2 * minutes,
  );

  test('a word that only agents’ text holds behaves as an unknown word', async () => {
    const unknown = 'wxyjnpdhnote';
    for (const path of [
      '/en/search?q=',
      '/api/v1/search?locale=en&q=',
      '/api/v1/suggest?locale=en&q=',
      '/en/suggest?q=',
      '/api/v1/answer?locale=en&q=',
    ]) {
      const [secret, nothing] = await Promise.all(
        [`${canary}note`, unknown].map((word) => bytesOf(world.url, `${path}${word}`)),
      );
      const plain = (text: string | undefined, word: string) =>
        anonymous(text ?? '').replaceAll(word, 'WORD');
      expect(plain(secret?.text, `${canary}note`)).toBe(plain(nothing?.text, unknown));
    }
  });

  test('an article for agents cannot be followed, as one that never was', async () => {
    const refusals = await Promise.all(
      [`orders/${canary}-slug`, 'orders/wxyjnpdh-slug'].map(async (id) => {
        const path = `/api/v1/answer?locale=en&q=and&previous=${encodeURIComponent(`${id}#lead`)}`;
        const { status, text } = await bytesOf(world.url, path);
        return anonymous(`${status} ${text}`)
          .replaceAll(id, 'ID')
          .replace(/^content-length: .*$/m, '');
      }),
    );
    expect(refusals[0]).toMatch(/^400 /);
    expect(refusals[0]).toBe(refusals[1]);
  });

  test(
    'an edit of agents’ text changes no public byte, header, length or order',
    async () => {
      const before = await run(await sampleFiles());
      try {
        const addresses = publicAddresses(before).filter((path) => !path.startsWith('/agent/articles'));
        const changed = await inParallel(addresses, async (path) => {
          const [one, other] = await Promise.all([bytesOf(before.url, path), bytesOf(world.url, path)]);
          return anonymous(one.text) === anonymous(other.text) && one.status === other.status ? [] : [path];
        });
        expect(changed.flat()).toEqual([]);
        expect(before.deps.current().public.snapshot).toBe(world.deps.current().public.snapshot);
        expect(before.deps.current().desk.agentSnapshot).not.toBe(world.deps.current().desk.agentSnapshot);
      } finally {
        await before.stop();
      }
    },
    3 * minutes,
  );
});

/** Takes out what is random by design: receipt codes, request ids, form tokens; and the ETag and length of pages that hold one. */
function anonymous(text: string): string {
  const random =
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[2-9BCDFGHJKMNP-TV-XZ]{8}\b/g;
  const holdsOne = random.test(text);
  const plain = text.replace(random, 'RANDOM');
  return holdsOne ? plain.replace(/^etag: .*$/m, 'etag') : plain;
}

/** A case's body with what Concord refuses for reasons of its own put in Concord's way: headings begin at ##, links are checked. */
function inConcordsWords(body: string): string {
  return body.replace(/^# /gm, '## ').replaceAll('](/x ', '](https://example.com/x ');
}

describe('fences around agents’ text', () => {
  (hasHostileCorpora() ? test : test.skip)(
    'hold for every hostile body: hidden from the public, seen by agents where the article loads',
    async () => {
      const problems: string[] = [];
      let loaded = 0;
      for (const one of await hostileCases('agent-fence.json')) {
        const body = inConcordsWords(one.bytes.toString('utf8'));
        const { snapshot, errors } = tryWorld({
          'en/orders/fenced.md': makeArticle({ title: 'How is it fenced?', audience: 'public', body }),
        });
        if (!snapshot) {
          if (one.load === 'accept') problems.push(`${one.id}: refused (${errors[0]?.code}), should load`);
          if (!errors.some((error) => error.place?.file === 'en/orders/fenced.md'))
            problems.push(`${one.id}: refused without its file`);
          continue;
        }
        if (one.load === 'refuse') problems.push(`${one.id}: loads, should be refused`);
        loaded += 1;
        const world = await makeApp(snapshot);
        const server = await listen(world.app);
        const isIn = (text: string): boolean => findCanary(text, one.canary) !== null;
        const get = async (path: string, headers: Record<string, string> = {}) =>
          (await bytesOf(server.url, path, { headers: { accept: 'text/html', ...headers } })).text;
        const pages = [
          '/en/orders/fenced',
          '/en/orders',
          '/en',
          '/en/search?q=How%20is%20it%20fenced%3F',
          '/api/v1/answer?q=How%20is%20it%20fenced%3F',
          '/api/v1/articles/orders/fenced',
          '/api/v1/search?q=fenced',
          '/sitemap.xml',
        ];
        for (const path of pages) if (isIn(await get(path))) problems.push(`${one.id}: leaks on ${path}`);
        if (one.keep && !(await get('/en/orders/fenced')).includes(one.keep))
          problems.push(`${one.id}: the public text "${one.keep}" is lost`);
        const { cookie } = await world.signIn();
        const promised = one.load === 'accept' && body.includes(one.canary);
        if (promised && !isIn(await get('/agent/articles/orders/fenced', { cookie })))
          problems.push(`${one.id}: agents do not see it`);
        await server.close();
        await world.close();
      }
      expect(problems).toEqual([]);
      expect(loaded).toBeGreaterThan(10);
    },
    5 * minutes,
  );
});

describe('text that was public and was withdrawn', () => {
  const withdrawn = makeArticle({
    title: `Do you sell ${canary} vouchers?`,
    questions: [`${canary} please`],
    body: `We sell ${canary} in every shop.`,
  });
  const days = [
    '2026-11-01',
    '2026-11-10',
    '2026-11-19',
    '2026-11-21',
    '2026-11-22',
    '2027-01-11',
    '2020-01-01',
  ];

  test('comes back by no date in a public address, and agents find it under its day', async () => {
    let clock = new Date('2026-11-05T12:00:00Z');
    const before = smallWorld({ ...smallArticles(), 'en/orders/vouchers.md': withdrawn }).snapshot;
    const world = await makeApp(before, { now: () => clock });
    clock = new Date('2026-11-20T12:00:00Z');
    world.serve(smallWorld(smallArticles()).snapshot);
    clock = new Date('2026-11-22T12:00:00Z');
    const server = await listen(world.app);
    const { cookie } = await world.signIn();
    const get = async (path: string, headers: Record<string, string> = {}) =>
      (await bytesOf(server.url, path, { headers: { accept: 'text/html', ...headers } })).text;
    // An agent has looked at it, so it is at hand.
    expect(await get('/agent?selected=orders/vouchers%23lead&asOf=2026-11-10', { cookie })).toContain(
      `We sell ${canary} in every shop.`,
    );
    const leaks: string[] = [];
    for (const asOf of days) {
      // Without the canary in the address, which error pages and search boxes say back.
      const paths = [
        `/api/v1/answer?q=vouchers+in+every+shop&asOf=${asOf}`,
        `/api/v1/answer?id=orders%2Fvouchers&asOf=${asOf}`,
        `/api/v1/search?q=vouchers&asOf=${asOf}`,
        `/api/v1/suggest?q=vouch&asOf=${asOf}`,
        `/api/v1/categories?asOf=${asOf}`,
        `/api/v1/articles?asOf=${asOf}`,
        `/api/v1/articles/orders/vouchers?asOf=${asOf}`,
        `/en/orders/vouchers?asOf=${asOf}`,
        `/en/orders?asOf=${asOf}`,
        `/en/search?q=vouchers&asOf=${asOf}`,
        `/sitemap.xml?asOf=${asOf}`,
        `/agent?selected=orders/vouchers%23lead&asOf=${asOf}`,
        `/agent/results?q=vouchers&asOf=${asOf}`,
      ];
      for (const path of paths) if (findCanary(await get(path), canary) !== null) leaks.push(path);
      const posted = await bytesOf(server.url, '/api/v1/answer', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'vouchers in every shop', asOf }),
      });
      if (findCanary(posted.text, canary) !== null) leaks.push(`POST ${asOf}`);
    }
    expect(leaks).toEqual([]);
    expect(await get('/agent?selected=orders/vouchers%23lead&asOf=2026-11-21', { cookie })).not.toContain(
      `We sell ${canary}`,
    );
    await server.close();
    await world.close();
  });
});
