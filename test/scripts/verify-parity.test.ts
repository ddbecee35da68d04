import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { AskingTerminal } from '../../scripts/ask-hidden.ts';
import { parseHtml } from '../../scripts/verify-parity/html.ts';
import { visibleBlocks, visibleTextOf } from '../../scripts/verify-parity/visible-text.ts';
import { verifyParity } from '../../scripts/verify-parity.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import type { Config } from '../../server/config.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { apiWorld } from '../channels/api/api-world.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallWorld, smallYaml } from '../support/small-world.ts';
import { type Instead, type Passing, tamperingProxy } from '../support/tampering-proxy.ts';

/**
 * The promise: whoever doubts that every channel says the same can have it checked from outside, by a program that shares
 * no code with the server; it finds nothing in the genuine application and everything that is planted.
 */

const root = join(import.meta.dirname, '../..');
const seconds = 1_000;
const person = { name: 'noa', password: 'correct horse battery staple' };

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Report {
  readonly questions: number;
  readonly repeated: number;
  readonly snapshots: readonly string[];
  readonly byLocale: Readonly<Record<string, number>>;
  readonly channels: readonly {
    readonly name: string;
    readonly compared: number;
    readonly differing: number;
    readonly leftOut: number;
  }[];
  readonly differences: readonly {
    readonly channel: string;
    readonly field: string;
    readonly expected: string;
    readonly found: string;
    readonly partsAt: number;
  }[];
}

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = { CONCORD_PASSWORD: person.password },
  typed: string | null = null,
): Promise<Ended> {
  let [out, err] = ['', ''];
  const terminal: AskingTerminal = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    askHidden: async () => typed,
  };
  const code = await verifyParity(args, environment, terminal);
  return { code, out, err };
}

async function report(args: readonly string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await run([...args, '--format', 'json']);
  expect(err).toBe('');
  return { code, ...(JSON.parse(out) as Report) };
}

interface Served {
  readonly world: TestApp;
  readonly url: string;
  close(): Promise<void>;
}

async function serve(snapshot: Snapshot, config: Partial<Config> = {}): Promise<Served> {
  const world = await makeApp(snapshot, { config });
  await world.accounts.add({ ...person, role: 'manager' }, byServer);
  const server = await listen(world.app);
  return {
    world,
    url: server.url,
    async close() {
      await server.close();
      await world.close();
    },
  };
}

describe('verify:parity asks the genuine application', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(compileFiles(await sampleFiles()).snapshot);
  }, 30 * seconds);
  afterAll(() => served.close());

  test(
    'and finds no difference over titles, variants and odd questions in four languages, through eight channels',
    async () => {
      const found = await report([served.url, '--agent', person.name, '--limit', '30', '--concurrency', '8']);
      expect(found.differences).toEqual([]);
      expect(found.code).toBe(0);
      expect(Object.keys(found.byLocale).sort()).toEqual(['en', 'fa', 'he', 'ms']);
      expect(found.questions).toBeGreaterThan(50);
      expect(found.channels.map(({ name }) => name)).toEqual([
        'API POST',
        'API GET',
        'API by answer id',
        'API receipt',
        'FAQ search',
        'FAQ article',
        'agent console',
        'agent article',
      ]);
      for (const { compared, leftOut } of found.channels) {
        expect(compared + leftOut).toBe(found.questions);
        expect(compared).toBeGreaterThan(found.questions / 2);
      }
    },
    60 * seconds,
  );

  test('and its questions are recorded as probes, apart from those of customers', async () => {
    const rows = await served.world.db.selectFrom('served_answers').select('channel').execute();
    expect(rows.length).toBeGreaterThan(100);
    expect(new Set(rows.map(({ channel }) => channel))).toEqual(new Set(['probe']));
  });

  test('and small talk, urgent words and other days are the same everywhere', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'concord-parity-'));
    try {
      const file = join(directory, 'questions.json');
      const questions = [
        { question: 'thanks!', locale: 'en' },
        { question: 'תודה רבה', locale: 'he' },
        { question: 'I have an allergic reaction to the jumper', locale: 'en' },
        { question: 'how long do I have to return something', locale: 'en', asOf: '2026-12-20' },
        { question: 'how long do I have to return something', locale: 'en', asOf: '2026-11-20' },
        { question: 'what does delivery cost', locale: 'en', context: { region: 'EU' } },
      ];
      await writeFile(file, JSON.stringify(questions));
      const found = await report([served.url, '--agent', person.name, '--questions', file]);
      expect(found.differences).toEqual([]);
      expect(found.questions).toBeGreaterThanOrEqual(questions.length);
      const leftOut = Object.fromEntries(found.channels.map((one) => [one.name, one.leftOut]));
      // Customers cannot choose a day; agents see one gone by from the release of that day.
      expect(leftOut).toMatchObject({ 'API GET': 0, 'FAQ search': 2, 'agent console': 1 });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

const returns = 'How long can I return an item?';

/** A small company with each kind of result. */
const company = smallWorld({
  'en/returns/return-window.md': makeArticle({
    title: returns,
    questions: ['send it back after two weeks'],
    owner: 'care',
    body: "You can't send it back later than {{fact:return-window}} after delivery, & it's free.",
  }),
  'en/orders/postage.md': makeArticle({
    title: 'What does delivery cost?',
    questions: ['how much is postage'],
    body: 'Delivery is slow.\n\n:::when region=EU\nDelivery costs 6 euros.\n:::',
  }),
  'en/orders/old.md': makeArticle({
    title: 'Can I pay by cheque?',
    verified: '2025-01-02',
    body: 'No, cheques are not accepted.',
  }),
  'fa/returns/return-window.md': makeArticle({
    title: 'تا چه زمانی می‌توانم کالا را برگردانم؟',
    owner: 'care',
    body: 'می‌توانید تا {{fact:return-window}} پس از تحویل، کالا را برگردانید.',
  }),
  'site.yaml': `${smallYaml['site.yaml']}
courtesies:
  - words: { en: [thanks] }
    reply: { en: You're welcome. }
`,
}).snapshot;

const asked = [
  returns,
  'What does delivery cost?',
  'Can I pay by cheque?',
  'thanks',
  'do you sell zebras',
  { question: 'تا چه زمانی می‌توانم کالا را برگردانم؟', locale: 'fa' },
];

describe('verify:parity finds what is planted', () => {
  let served: Served;
  let directory: string;
  let file: string;
  beforeAll(async () => {
    served = await serve(company);
    directory = await mkdtemp(join(tmpdir(), 'concord-parity-'));
    file = join(directory, 'questions.json');
    await writeFile(file, JSON.stringify(asked));
  });
  afterAll(async () => {
    await served.close();
    await rm(directory, { recursive: true });
  });

  /** Through a server in front that changes what is said. */
  async function through(
    tamper: (passing: Passing) => Instead | Promise<Instead>,
    args: readonly string[] = ['--agent', person.name, '--questions', file],
  ) {
    const proxy = await tamperingProxy(served.url, tamper);
    try {
      return await report([proxy.url, ...args]);
    } finally {
      await proxy.close();
    }
  }

  /** Changes one text on the pages or calls of one path; counts how often. */
  const change = (path: RegExp, from: string | RegExp, to: string) => {
    const state = { changed: 0 };
    const tamper = (passing: Passing): Instead => {
      if (!path.test(passing.path)) return passing.body;
      const body = passing.body.replaceAll(new RegExp(from, 'g'), to);
      if (body !== passing.body) state.changed += 1;
      return body;
    };
    return { tamper, state };
  };

  test('nothing where nothing is changed', async () => {
    const found = await through(({ body }) => body);
    expect(found.differences).toEqual([]);
    expect(found.channels.find(({ name }) => name === 'agent console')?.compared).toBeGreaterThan(
      asked.length,
    );
  });

  test('nothing where only the writing of the same words changes', async () => {
    const found = await through(({ path, body }) =>
      path.startsWith('/api/')
        ? body
        : body
            .replaceAll('&#39;', '&apos;')
            .replaceAll('&amp; it', '&#x26; it')
            .replaceAll('<h2', '\n \t<h2')
            .replaceAll('<p>', '<P class=x>')
            .replaceAll('</li>', ''),
    );
    expect(found.differences).toEqual([]);
  });

  test.each([
    ['a word in the FAQ’s results', /^\/en\/search/, 'send it back', 'keep it', 'FAQ search', 'text'],
    [
      'a number in the FAQ’s results',
      /^\/en\/search/,
      '60 days after',
      '30 days after',
      'FAQ search',
      'text',
    ],
    ['a word on the article’s page', /^\/en\/returns\//, 'send it back', 'keep it', 'FAQ article', 'text'],
    ['a word on the agents’ page', /^\/agent\?/, 'send it back', 'keep it', 'agent console', 'text'],
    [
      'a word of what agents copy',
      /^\/agent\?/,
      /(?<=data-form="text"[\s\S]*)send it back/,
      'keep it',
      'agent console',
      'text to copy',
    ],
    [
      'a word on the agents’ article',
      /^\/agent\/articles/,
      'send it back',
      'keep it',
      'agent article',
      'text',
    ],
    ['a word of the API’s GET', /^\/api\/v1\/answer\?/, 'send it back', 'keep it', 'API GET', 'answer.html'],
    [
      'a word of the API’s POST',
      /^\/api\/v1\/answer$/,
      'send it back',
      'keep it',
      'API POST',
      'fingerprint worked out anew',
    ],
    ['a word of the API’s HTML alone', /^\/api\/v1\/answer$/, '<p>You can', '<p>You may', 'API POST', 'HTML'],
    ['a word of a receipt', /^\/api\/v1\/receipts/, 'send it back', 'keep it', 'API receipt', 'answer.html'],
    [
      'a wrong fingerprint',
      /^\/en\/search/,
      /(?<=data-fingerprint=")....../,
      'abcdef',
      'FAQ search',
      'fingerprint',
    ],
    [
      'a wrong fingerprint on the article’s page',
      /^\/en\/returns\//,
      /(?<=data-fingerprint=")....../,
      'abcdef',
      'FAQ article',
      'fingerprint',
    ],
    ['another answer’s id', /^\/agent\?/, /(?<=data-answer-id="returns)\//, '-x/', 'agent console', 'kind'],
    [
      'a fingerprint that nobody can see',
      /^\/en\/search/,
      /(?<=class="fingerprint"[^>]*>)[^<]*/,
      '',
      'FAQ search',
      'fingerprint to be seen',
    ],
    ['another title', /^\/en\/search/, 'How long can I return an item', 'Returns', 'FAQ search', 'title'],
    [
      'another question back',
      /^\/en\/search/,
      'Where do you live',
      'Who are you',
      'FAQ search',
      'question back',
    ],
    ['an option with another name', /^\/agent\?/, '>European Union<', '>Europe<', 'agent console', 'options'],
    [
      'an option that leads elsewhere',
      /^\/en\/search/,
      /region(=|&#x3[dD];)EU/,
      'region=UK',
      'FAQ search',
      'links of the options',
    ],
    ['another reply to small talk', /^\/en\/search/, 're welcome', 're not', 'FAQ search', 'reply'],
    ['another message', /^\/agent\?/, 'We have no approved answer', 'No idea', 'agent console', 'message'],
    [
      'another contact',
      /^\/en\/search/,
      /(?<=hand-over[\s\S]*)Customer care/,
      'Sales',
      'FAQ search',
      'contact',
    ],
    ['another telephone', /^\/agent\?/, '8005550142', '8005550143', 'agent console', 'phone'],
    [
      'an answer whose confirmation is not said to be missing',
      /^\/en\/search/,
      'has not been confirmed recently',
      '',
      'FAQ search',
      'message',
    ],
    ['a joiner that is lost', /^\/fa\/search/, '(?<=می)\u200c(?=توانید)', '', 'FAQ search', 'text'],
    ['digits of another script', /^\/fa\/search/, '۶۰', '60', 'FAQ search', 'text'],
    [
      'an answer that is hidden',
      /^\/en\/search/,
      'data-answer-id=',
      'hidden data-answer-id=',
      'FAQ search',
      'result',
    ],
    [
      'a page without its answer',
      /^\/en\/returns\//,
      'data-fingerprint',
      'data-nothing',
      'FAQ article',
      'result',
    ],
    [
      'a text of another language',
      /^\/en\/search/,
      'lang="en" dir="ltr" data-answer',
      'lang="ms" dir="ltr" data-answer',
      'FAQ search',
      'language',
    ],
  ] as const)('%s', async (_name, path, from, to, channel, field) => {
    const { tamper, state } = change(path, from, to);
    const { code, differences } = await through(tamper);
    expect(state.changed).toBeGreaterThan(0);
    expect(code).toBe(1);
    expect(differences.map((one) => `${one.channel}: ${one.field}`)).toContain(`${channel}: ${field}`);
  });

  test('a page that fails', async () => {
    const { code, differences } = await through(({ path, body }) =>
      path.startsWith('/en/search') ? { status: 500, body: 'sorry' } : body,
    );
    expect(code).toBe(1);
    expect(differences).toContainEqual(
      expect.objectContaining({ channel: 'FAQ search', field: 'HTTP status', expected: '200', found: '500' }),
    );
  });

  test('and says both texts and where they part', async () => {
    const { tamper } = change(/^\/en\/search/, '60 days after', '30 days after');
    const proxy = await tamperingProxy(served.url, tamper);
    const { code, out } = await run([proxy.url, '--questions', file]);
    await proxy.close();
    expect(code).toBe(1);
    expect(out).toMatch(/^FAQ search +\d+ +1 +0$/m);
    expect(out).toContain(
      [
        `1. FAQ search: text, of en "${returns}"`,
        "   API POST    You can't send it back later than 60 days after delivery, & it's free.",
        "   FAQ search  You can't send it back later than 30 days after delivery, & it's free.",
        '                                                 ^ character 35',
      ].join('\n'),
    );
    expect(out).toContain(`${proxy.url}/en/search?q=How+long`);
  });

  test('and names marks that nobody can see', async () => {
    const { tamper } = change(/^\/fa\/search/, '(?<=می)\u200c(?=توانید)', '\u200f');
    const proxy = await tamperingProxy(served.url, tamper);
    const { out } = await run([proxy.url, '--questions', file]);
    await proxy.close();
    expect(out).toContain('   API POST    می<U+200C>توانید تا');
    expect(out).toContain('   FAQ search  می<U+200F>توانید تا');
  });

  test('a release that is published meanwhile is noticed, and what it touched is asked once more', async () => {
    const words = "You can't send it back later than";
    const changed = smallWorld({
      'en/returns/return-window.md': makeArticle({ title: returns, owner: 'care', body: `${words} ever.` }),
    }).snapshot;
    let published = false;
    const found = await through(
      ({ method, path, body }) => {
        if (!published && method === 'POST' && path === '/api/v1/answer') {
          published = true;
          served.world.serve(changed);
        }
        return body;
      },
      ['--agent', person.name, '--locale', 'en', '--limit', '6', '--concurrency', '1'],
    );
    served.world.serve(company);
    expect(found.differences).toEqual([]);
    expect(found.repeated).toBe(1);
    expect(found.snapshots).toEqual([company.public.id, changed.public.id]);
  });

  test('and a manager can have it recorded', async () => {
    const { tamper } = change(/^\/en\/search/, '60 days after', '30 days after');
    const proxy = await tamperingProxy(served.url, tamper);
    await served.world.db
      .insertInto('snapshots')
      .values({ public_id: company.public.id, agent_id: company.agent.agentId, body: Buffer.from('') })
      .execute();
    for (const at of [1, 2, 3]) {
      await served.world.db
        .insertInto('releases')
        .values({
          public_id: company.public.id,
          agent_id: company.agent.agentId,
          published_at: `2026-11-0${at}T10:00:00.000Z`,
          publisher: 'a test',
          change_note: '',
          kept: '[]',
        })
        .execute();
    }
    const { code, out } = await run([proxy.url, '--agent', person.name, '--questions', file, '--record']);
    await proxy.close();
    expect(code).toBe(1);
    expect(out).toContain('Recorded as run 1, of release ');
    const [recorded] = await served.world.deps.consistency.runs.latest(5);
    expect(recorded).toMatchObject({ person: person.name, report: { differences: 1 } });
    expect(recorded?.report.examples).toEqual([
      {
        channel: 'FAQ search',
        locale: 'en',
        question: returns,
        field: 'text',
        expected: expect.stringContaining('60 days'),
        found: expect.stringContaining('30 days'),
      },
    ]);
    expect(recorded?.report.channels).toHaveLength(8);
  });

  test('which nobody else can, and is told before anything is asked', async () => {
    await served.world.accounts.add({ name: 'agent', password: person.password, role: 'agent' }, byServer);
    const refused = await run([served.url, '--agent', 'agent', '--record']);
    expect(refused).toMatchObject({ code: 3, out: '', err: expect.stringContaining('for managers alone') });
    expect(await run([served.url, '--record'])).toMatchObject({ code: 2 });
  });

  test('a server that asks for patience is obeyed', async () => {
    let refused = 0;
    const found = await through(
      ({ path, body }) => {
        if (refused > 0 || !path.startsWith('/en/search')) return body;
        refused += 1;
        return { status: 429, headers: { 'retry-after': '1' }, body: '' };
      },
      ['--questions', file],
    );
    expect(refused).toBe(1);
    expect(found.differences).toEqual([]);
  });
});

describe('verify:parity is called', () => {
  let served: Served;
  let directory: string;
  beforeAll(async () => {
    served = await serve(apiWorld().snapshot);
    directory = await mkdtemp(join(tmpdir(), 'concord-parity-'));
  });
  afterAll(async () => {
    await served.close();
    await rm(directory, { recursive: true });
  });

  test('with an API key where one is needed, and says so where there is none, or not that one', async () => {
    const closed = await serve(apiWorld().snapshot, { apiKeys: 'required' });
    const key = (await closed.world.makeKey()).slice('Bearer '.length);
    const args = [closed.url, '--limit', '3'];
    expect(await run(args, { CONCORD_API_KEY: key })).toMatchObject({ code: 0, err: '' });
    expect(await run(args, {})).toMatchObject({
      code: 3,
      err: `${closed.url} asks for an API key: set CONCORD_API_KEY.\n`,
    });
    const wrong = await run(args, { CONCORD_API_KEY: 'ck_wrong' });
    expect(wrong).toMatchObject({
      code: 3,
      err: `${closed.url} does not take this API key: set CONCORD_API_KEY.\n`,
    });
    await closed.close();
  });

  test('with --help, which tells how', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('npm run verify:parity -- URL');
  });

  test.each([
    [[], /address of an installation/],
    [['ftp://x'], /address of an installation/],
    [['http://127.0.0.1:1', 'http://127.0.0.1:2'], /Expected one address/],
    [['http://127.0.0.1:1', '--limit', '0'], /--limit, found 0/],
    [['http://127.0.0.1:1', '--as-of', '2026-02-30'], /--as-of, found 2026-02-30/],
    [['http://127.0.0.1:1', '--format', 'xml'], /text or json/],
    [['http://127.0.0.1:1', '--concurrency', '99'], /1 to 32/],
    [['http://127.0.0.1:1', '--password', 'x'], /Unknown option '--password'/],
  ])('wrongly: %j', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  test.each([
    ['{"question": "x"}', null],
    ['[', /is no JSON/],
    ['[]', /an empty one/],
    [
      '[{"question": "x"}, {"text": "y"}]',
      /question 2: expected question, locale, context, asOf, found text/,
    ],
    ['[{"question": "x", "asOf": "tomorrow"}]', /asOf like 2026-12-31, found tomorrow/],
    ['[{"question": "x", "locale": "xx"}]', /locale of en, he, fa, ms, found xx/],
    ['[{"question": "x", "context": {"region": 1}}]', /context like/],
    ['\n\n', /has no question/],
  ])('with a file of questions %j', async (text, message) => {
    const file = join(directory, 'questions.txt');
    await writeFile(file, text);
    const { code, err } = await run([served.url, '--questions', file]);
    expect(code).toBe(message === null ? 0 : 2);
    expect(err).toMatch(message ?? /^$/);
  });

  test('with a file that is not there, or a language that is not served', async () => {
    expect((await run([served.url, '--questions', join(directory, 'none')])).code).toBe(2);
    expect((await run([served.url, '--locale', 'xx'])).err).toContain('Expected one of en, he, fa, ms');
  });

  test('for a server that is not there, or is no Concord', async () => {
    const { code, err } = await run(['http://127.0.0.1:9']);
    expect(code).toBe(3);
    expect(err).toContain('does not answer');
    const other = await tamperingProxy(served.url, () => '<html>hello</html>');
    expect(await run([other.url])).toMatchObject({ code: 3, err: expect.stringContaining("the API's JSON") });
    await other.close();
  });

  test('for an agent whose sign-in is refused, or without a password', async () => {
    const wrong = await run([served.url, '--agent', person.name], { CONCORD_PASSWORD: 'not the right one' });
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('wrong name or password') });
    const none = await run([served.url, '--agent', person.name], {});
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('CONCORD_PASSWORD') });
    const typed = await run([served.url, '--agent', person.name, '--limit', '2'], {}, person.password);
    expect(typed).toMatchObject({ code: 0, err: '' });
  });

  test('and leads nowhere else', async () => {
    const away = await tamperingProxy(served.url, ({ path, body }) =>
      path.startsWith('/en')
        ? { status: 302, headers: { location: 'http://elsewhere.example/' }, body: '' }
        : body,
    );
    const { code, err } = await run([away.url, '--locale', 'en', '--limit', '1']);
    await away.close();
    expect(code).toBe(3);
    expect(err).toContain('leads away to http://elsewhere.example');
  });
});

describe('what is seen of a page', () => {
  test.each([
    ['<p>a <b>b</b>c</p><p>d</p>', 'a bc d'],
    ['<ul>\n<li>one\n<li><p>two</p>\n</ul><ol start="3"><li>x</li><li>y</li></ol>', '- one - two 3. x 4. y'],
    ['<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td></td></tr></table>', 'a | b 1 |'],
    [
      'a&amp;b &lt;c&gt; &#39;d&#x27; &quot;e&quot; &nbsp;&copy; &AMP; &unknown;',
      'a&b <c> \'d\' "e" \u00a0© &AMP; &unknown;',
    ],
    ['&#128; &#xD800; &#0;', '€ \ufffd \ufffd'],
    ['x<script>y</script><style>z</style><!-- c --><template>t</template>', 'x'],
    ['<p hidden>a</p><p style="display: none">b</p><dialog>c</dialog>d', 'd'],
    [
      '<details><summary>s</summary>closed</details><details open><summary>o</summary>open</details>',
      's o open',
    ],
    ['<textarea>\nkept &amp; shown</textarea>', 'kept & shown'],
    ['a<br>b', 'a b'],
    ['\u200fא\u200e 1\u202f000 \u2067x\u2069', '\u200fא\u200e 1\u202f000 \u2067x\u2069'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['<p title="a > b">c</p', 'c'],
    ['<svg><title>icon</title><path d="m0"/></svg>text', 'text'],
    ['<p>a<div>b</p>c', 'a b c'],
  ])('%s', (html, text) => {
    expect(visibleTextOf(html)).toBe(text);
  });

  test('its blocks are told apart', () => {
    expect(visibleBlocks(parseHtml('<h2>One</h2>two<ul><li><a href=x>three</a></li></ul>'))).toEqual([
      'One',
      'two',
      '- three',
    ]);
  });

  test('a thousand open elements and a page that breaks off are read', () => {
    expect(visibleTextOf(`${'<div>'.repeat(1_000)}deep`)).toBe('deep');
    expect(visibleTextOf('<p>a<b')).toBe('a');
  });
});

test('verify:parity shares no code with the server, and uses no package', () => {
  const importsOf = (path: string): readonly string[] =>
    [...readFileSync(path, 'utf8').matchAll(/(?<=^|[\s}*])(?:from|import)\s*\(?\s*'([^'\s]+)'/gm)].map(
      (match) => match[1] ?? '',
    );
  const seen = new Set<string>();
  const foreign: string[] = [];
  const walk = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const specifier of importsOf(path)) {
      if (specifier.startsWith('.')) walk(join(dirname(path), specifier));
      else if (!specifier.startsWith('node:')) foreign.push(specifier);
    }
  };
  walk(join(root, 'scripts/verify-parity.ts'));
  const files = [...seen].map((path) => relative(root, path));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((path) => !path.startsWith('scripts/'))).toEqual([]);
  expect(foreign).toEqual([]);
});
