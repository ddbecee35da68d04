import { hasRole, type Role, roles } from '../../server/accounts/roles.ts';
import { allRoutes } from '../../server/app.ts';
import type { Route } from '../../server/http/route.ts';
import {
  agentsWords,
  type CanaryWorld,
  canary,
  canaryFiles,
  canaryWorld,
  filesWithoutAgentsText,
  hiddenArticles,
  type PlaceName,
  places,
  publicArticles,
  unknown,
  widgetOrigin,
} from '../support/canary-world.ts';
import { type Crawled, crawl, routeFinder, textOf } from '../support/crawl.ts';
import { disguisesOf, findCanary } from '../support/find-canary.ts';
import { inParallel, listen } from '../support/listen.ts';
import type { PlainRequest, PlainResponse } from '../support/plain-request.ts';
import { plainRequests } from '../support/plain-request.ts';
import { seedsOf } from '../support/seeds.ts';
import { makeArticle, type WorldFiles } from '../support/small-world.ts';

const minutes = 60_000;

describe('a canary is found', () => {
  test.each(Object.entries(disguisesOf(canary)))('%s', (_, disguised) => {
    for (const text of [disguised, `{"a":"x ${disguised} y"}`, `<p title="${disguised}">`])
      expect(findCanary(text, canary)).not.toBeNull();
  });

  test('and nothing else is', () => {
    for (const text of ['', canary.slice(0, -1), `${canary.slice(0, 4)} ${canary.slice(4)}`, unknown])
      expect(findCanary(text, canary)).toBeNull();
  });
});

describe('what is not for everybody', () => {
  let world: CanaryWorld;
  let routes: readonly Route[];
  let server: Awaited<ReturnType<typeof listen>>;
  let client: ReturnType<typeof plainRequests>;

  const page = { accept: 'text/html' };
  const program = { accept: 'application/json' };

  beforeAll(async () => {
    world = await canaryWorld();
    routes = allRoutes(world.concord.appDeps);
    server = await listen(world.app);
    client = plainRequests(server.url);
  }, minutes);
  afterAll(async () => {
    client.close();
    await server.close();
    await world.close();
  });

  const isOpen = ({ access, scope }: Route): boolean => access === 'anyone' && scope !== 'agent-answers';
  const seedsFor = (some: readonly Route[], isOdd?: boolean): readonly string[] =>
    seedsOf(some, { receipts: [world.receipt, world.agentReceipt], numbers: [1, 2, 3, 99] }, isOdd);
  const crawlAs = (
    headers: PlainRequest['headers'],
    seeds: readonly string[],
    mostOfRoute: number,
  ): Promise<Crawled> =>
    crawl(client.ask, {
      // What a caller said himself is said back to him; what becomes of canaries that are asked for is another test.
      seeds: seeds.filter((one) => !one.includes(canary)),
      routes,
      publicUrl: world.config.publicUrl,
      headers,
      mostOfRoute,
    });
  /** Where a canary is, and in which form, but for those that may be there as they are. */
  const leaksIn = (crawled: Crawled, allowed: readonly string[] = []): readonly string[] => {
    const mayBe = new RegExp(allowed.length === 0 ? '(?!)' : allowed.join('|'), 'gi');
    return [...crawled].flatMap(([address, response]) => {
      const text = textOf(response).replace(mayBe, '');
      const form = findCanary(text, canary);
      return form === null
        ? []
        : [`${address}: ${form}, ${text.match(new RegExp(`${canary}\\w*`, 'i')) ?? ''}`];
    });
  };
  /** The least role that a place is for; null: nobody's. */
  const leastOf = (name: string): Role | null => {
    const { seenOn } = places.find((one) => one.name === name) ?? { seenOn: null };
    const access = routes.find(({ path }) => path === seenOn)?.access;
    return access === undefined || access === 'anyone' ? null : access;
  };

  test(
    'is in no byte that a stranger gets, whatever he asks for and wherever that leads',
    async () => {
      const crawled = await crawlAs(
        page,
        [...seedsFor(routes.filter(isOpen)), ...seedsFor(routes, false)],
        50,
      );
      expect(crawled.size).toBeGreaterThan(1_500);
      expect(leaksIn(crawled)).toEqual([]);
      const routeOf = routeFinder(routes);
      const shown = new Set(
        [...crawled].flatMap(([asked, { status }]) => (status < 400 ? [routeOf(asked.slice(4))] : [])),
      );
      const unseen = routes
        .filter(
          ({ method, path, scope }) => method === 'get' && scope !== 'agent-answers' && !shown.has(path),
        )
        .map(({ path }) => path);
      // The crawl is worth something only where it comes in; a link that sets a password needs its secret, and no identity
      // provider is set here.
      const closed = /^\/account\/link$|:provider/;
      expect(unseen.filter((path) => !closed.test(path))).toEqual([]);
    },
    2 * minutes,
  );

  test(
    'is in no byte that a program gets, by GET, HEAD or POST, with conditions and ranges',
    async () => {
      const crawled = new Map(await crawlAs(program, seedsFor(routes, false), 10));
      const addresses = [...crawled.keys()].map((asked) => asked.slice(4));
      const sample = addresses.filter((_, at) => at % 7 === 0);
      const ways: readonly PlainRequest[] = [
        { method: 'HEAD' },
        { headers: { range: 'bytes=0-99999', accept: '*/*' } },
        { headers: { 'if-none-match': '*', 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
        { headers: { accept: 'application/xml;q=0.5, text/plain, image/*' } },
        { headers: { accept: 'application/problem+json', 'accept-language': 'he, fa;q=0.8, xx' } },
        {
          headers: {
            'x-original-url': '/agent',
            'x-forwarded-user': 'admin',
            'x-http-method-override': 'DELETE',
          },
        },
        {
          method: 'OPTIONS',
          headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
        },
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'name=a&password=b',
        },
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"question":"fraud"}' },
      ];
      await inParallel(sample, async (address) => {
        for (const [at, way] of ways.entries())
          crawled.set(`${at} ${address}`, await client.ask(address, way));
      });
      const bodies = [
        { question: 'can i cancel my order', context: { region: 'EU', plan: 'plus' }, channel: 'agent' },
        { question: 'match the prices of others', asOf: '2026-11-20' },
        { question: 'which rules hold next year', asOf: '2027-03-01' },
        { question: 'refund', audience: 'agent' },
        { question: 'and then?', previous: 'orders/cancel-order#lead' },
        { question: 'and then?', previous: 'orders/fraud-desk#lead' },
        ...['orders/fraud-desk', 'orders/vouchers#lead', 'desk/escalations', 'orders/ended-rules'].flatMap(
          (answerId) =>
            ['2025-06-01', '2026-11-20', '2026-11-21', '2027-03-01'].map((asOf) => ({ answerId, asOf })),
        ),
      ];
      for (const body of bodies) {
        const asked = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
        crawled.set(`POST ${asked.body}`, await client.ask('/api/v1/answer', asked));
      }
      expect(leaksIn(crawled)).toEqual([]);
    },
    2 * minutes,
  );

  test(
    'is in no byte that a public key gets, nor a page of another site with a key of its own',
    async () => {
      const forKeys = routes.filter(({ limit }) => limit === 'api');
      for (const headers of [
        { ...program, authorization: world.keys.public },
        { ...program, authorization: world.keys.widget, origin: widgetOrigin },
      ]) {
        const crawled = new Map(await crawlAs(headers, seedsFor(forKeys), 30));
        for (const path of forKeys.flatMap((route) => (route.method === 'post' ? [route.path] : [])))
          for (const body of ['{"question":"fraud cards"}', '{"answerId":"orders/fraud-desk"}', '{}', '{'])
            crawled.set(
              `POST ${path} ${body}`,
              await client.ask(path, {
                method: 'POST',
                headers: { ...headers, 'content-type': 'application/json' },
                body,
              }),
            );
        expect(crawled.size).toBeGreaterThan(500);
        expect(leaksIn(crawled)).toEqual([]);
        expect([...crawled.values()].filter(({ status }) => status === 200).length).toBeGreaterThan(200);
      }
    },
    2 * minutes,
  );

  test('is seen by the key of agents, where it stands beside an answer or in an article of theirs', async () => {
    const headers = { ...program, authorization: world.keys.agents, 'content-type': 'application/json' };
    const asked = [
      ...hiddenArticles.map((id) => client.ask(`/api/v1/agent/articles/${id}`, { headers })),
      ...['can i cancel my order', 'fraud cards'].map((question) =>
        client.ask('/api/v1/agent/answer', { method: 'POST', headers, body: JSON.stringify({ question }) }),
      ),
    ];
    const texts = (await Promise.all(asked)).map(textOf).join('\n');
    const beside = ['note', 'latenote', 'offer', 'fact', 'title', 'body', 'heading', 'slug', 'only'];
    expect(beside.filter((name) => !texts.includes(`${canary}${name}`))).toEqual([]);
    // What holds on no day that was asked for, and what is for managers, is not for this key either.
    const never = [
      'factsource',
      'factabout',
      'keyname',
      'fullname',
      'mail',
      'command',
      'subject',
      'withdrawn',
      'taken',
    ];
    expect(never.filter((name) => texts.includes(`${canary}${name}`))).toEqual([]);
  });

  test(
    'is seen by the least role that it is for, and by none below it',
    async () => {
      const inside = routes.filter((route) => !isOpen(route));
      const days = ['2025-06-01', '2026-11-20', '2027-03-01'];
      const otherDays = [...hiddenArticles, ...publicArticles].flatMap((id) =>
        [...days.map((day) => `asOf=${day}`), 'locale=he'].map((odd) => `/agent/articles/${id}?${odd}`),
      );
      const problems: string[] = [];
      for (const role of roles) {
        const { cookie, token } = await world.signIn(role);
        const seeds = [
          ...seedsFor(inside, false),
          ...otherDays,
          ...seedsFor(inside, false).filter((one) => one.includes(`${canary}slug`)),
        ];
        const crawled = new Map(await crawlAs({ ...page, cookie }, seeds, 6));
        // Without fields, nothing is done; what is refused must say nothing either.
        for (const { path } of routes.filter(
          (one) => one.method === 'post' && !/sign-out|session/.test(one.path),
        )) {
          const headers = {
            ...page,
            cookie,
            'x-form-token': token,
            'content-type': 'application/x-www-form-urlencoded',
          };
          const address = path.replace(/:[a-z]+/gi, '2');
          crawled.set(
            `POST ${address}`,
            await client.ask(address, { method: 'POST', headers, body: 'ui=en' }),
          );
        }
        const names: readonly PlaceName[] = places.map(({ name }) => name);
        const own = names.filter((name) => {
          const least = leastOf(name);
          return least !== null && hasRole(role, least);
        });
        // The longer ones first: one name may begin with another.
        const words = own.map((name) => `${canary}${name}`).sort((a, b) => b.length - a.length);
        problems.push(...leaksIn(crawled, words).map((leak) => `${role}: ${leak}`));
        const texts = [...crawled.values()].map(textOf);
        for (const name of names.filter((one) => leastOf(one) === role))
          if (!texts.some((text) => text.includes(`${canary}${name}`)))
            problems.push(`${role} does not see ${name}`);
      }
      expect(problems).toEqual([]);
    },
    3 * minutes,
  );

  /** An answer without what differs from one request to the next by design. */
  const lasting = (response: PlainResponse): string => {
    const random =
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[2-9BCDFGHJKMNP-TV-XZ]{8}\b/g;
    const text = textOf(response).replace(
      /^(Date|RateLimit|RateLimit-Policy|Connection|Keep-Alive): .*\n/gim,
      '',
    );
    const plain = text.replace(random, 'RANDOM');
    // The ETag of what holds a receipt or a request's id is as random as they are.
    return plain === text ? text : plain.replace(/^etag: .*$/im, 'ETag');
  };
  const picture = async (addresses: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    new Map(
      await inParallel(addresses, async (address): Promise<[string, string]> => {
        const headers = { ...page, 'x-request-id': 'the-same' };
        return [address, lasting(await client.ask(address, { headers }))];
      }),
    );
  /** Publishes content at the same moment by the clock. */
  const publishNow = async (files: WorldFiles): Promise<void> => {
    const gone = Object.keys(world.content()).filter((path) => !(path in files));
    world.edit({ ...Object.fromEntries(gone.map((path) => [path, null])), ...files });
    world.pass(-1);
    await world.publish();
  };

  test(
    'can be edited, kind by kind, and changes no byte, header, date, length, order or score of what the public gets',
    async () => {
      const other = (...names: readonly PlaceName[]): WorldFiles =>
        canaryFiles(Object.fromEntries(names.map((name) => [name, `${unknown}and${name}`])));
      const whole = canaryFiles();
      const order = whole['en/orders/cancel-order.md'] ?? '';
      const kinds: Readonly<Record<string, WorldFiles>> = {
        'notes of articles': other('note', 'latenote', 'henote'),
        'title and questions of an agent-only article': other('title', 'question'),
        'text and headings of an agent-only article': other('body', 'heading', 'only'),
        'the address of an agent-only article': other('slug'),
        'what an offer says': other('offer', 'offertext'),
        'a team and whom it can be reached at': other('team', 'contact'),
        'a synonym of agents': other('synonym'),
        'a fact that agents’ text uses': other('fact', 'factabout', 'factsource'),
        'articles of other days': other('coming', 'ended'),
        'one agent-only article more': {
          ...whole,
          'en/returns/secret-shelf.md': makeArticle({
            title: `Where is the ${unknown}shelf of returns?`,
            questions: ['can i cancel my order and get the refund'],
            audience: 'agent',
            body: 'A refund of an order that was cancelled lies on the shelf of parcels.',
          }),
        },
        'owner, journey and offers of a public article': {
          ...whole,
          'en/orders/cancel-order.md': order
            .replace('owner: orders', 'owner: care\njourney: wait')
            .replace('offers:\n  - free-shipping-code\n', ''),
        },
        'everything that is for agents': filesWithoutAgentsText(),
      };
      // What could not be read keeps what is served; here it is made well first.
      await publishNow(whole);
      // Attempts to sign in are counted, and after some of them there is another answer.
      const open = routes.filter((route) => isOpen(route) && !route.path.includes(':provider'));
      const everything = [...seedsFor(open), ...seedsFor(open, false)];
      const asking = [
        '/en/search?',
        '/api/v1/search?',
        '/api/v1/suggest?',
        '/api/v1/answer?',
        '/api/v1/answer?explain=true&',
      ];
      const words = [
        ...places.slice(0, 8).map(({ name }) => `${canary}${name}`),
        `refund ${canary}fact`,
        canary.slice(0, 4),
      ];
      const askedFor = [...words, ...agentsWords].flatMap((word) =>
        asking.map((path) => `${path}q=${encodeURIComponent(word)}`),
      );
      const routeOf = routeFinder(routes);
      const perRoute = new Map<string | null, number>();
      const sample = [...new Set(everything)].filter((address) => {
        const count = perRoute.get(routeOf(address)) ?? 0;
        perRoute.set(routeOf(address), count + 1);
        return count < 7;
      });
      const looked = [...new Set([...sample, ...askedFor])];
      const [before, all] = [await picture(looked), await picture([...new Set(everything)])];
      const changed: string[] = [];
      for (const [kind, files] of Object.entries(kinds)) {
        const { desk, release } = world.concord.current();
        await publishNow(files);
        const now = world.concord.current();
        if (now.desk.agentSnapshot === desk.agentSnapshot || now.release.number === release.number)
          changed.push(`${kind}: nothing was published`);
        const after = await picture(looked);
        changed.push(
          ...looked
            .filter((address) => after.get(address) !== before.get(address))
            .map((at) => `${kind}: ${at}`),
        );
      }
      const after = await picture([...all.keys()]);
      changed.push(...[...all.keys()].filter((address) => after.get(address) !== all.get(address)));
      expect(looked.length).toBeGreaterThan(150);
      expect(all.size).toBeGreaterThan(1_000);
      expect(changed).toEqual([]);
      // And an edit of public text does change them, so that they are not looked at in vain.
      await publishNow({
        ...filesWithoutAgentsText(),
        'en/returns/opening-hours.md': makeArticle({
          title: 'When are your shops open?',
          owner: 'care',
          body: 'At ten.',
        }),
      });
      const edited = await picture(looked);
      expect(looked.filter((address) => edited.get(address) !== before.get(address)).length).toBeGreaterThan(
        20,
      );
    },
    3 * minutes,
  );
});
