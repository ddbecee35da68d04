import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hearLanguage, startLanguages } from '../../scripts/chat-language.ts';
import { chatWords } from '../../scripts/chat-words.ts';
import { apiWorld } from '../channels/api/api-world.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';

const root = join(import.meta.dirname, '../..');
const { snapshot } = apiWorld();
let world: TestApp;
let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  world = await makeApp(snapshot);
  server = await listen(world.app);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], key = ''): ChildProcessWithoutNullStreams {
  return spawn(
    process.execPath,
    ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(root, 'scripts/chat.ts'), ...args],
    { cwd: root, env: { ...process.env, NODE_OPTIONS: '', CONCORD_API_KEY: key } },
  );
}

/** The script as a child process, with all lines piped into it at once; resolves when it has ended. */
function chat(
  lines: readonly string[],
  args: readonly string[] = ['--url', server.url],
  key = '',
): Promise<Ended> {
  const child = start(args, key);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/** What the API answers to the same; to compare words and fingerprint. */
async function asked(body: object): Promise<{
  readonly fingerprint: string;
  readonly answer: { readonly text: string; readonly url: string; readonly title: string };
}> {
  const response = await fetch(`${server.url}/api/v1/answer`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Awaited<ReturnType<typeof asked>>;
}

const ratings = () => world.db.selectFrom('ratings').select(['receipt', 'helpful', 'channel']).execute();

const stored = () => world.db.selectFrom('served_answers').selectAll().execute();

describe('the reference bot', () => {
  test('passes on whether an answer helped, in the words of the language, and only of an answer', async () => {
    const none = await chat(['/yes']);
    expect(none.out).toContain('There is no answer to rate yet.');
    const english = await chat(['I ordered by mistake, stop it please', '/no']);
    expect(english.out).toContain('Was this helpful? /yes or /no');
    expect(english.out).toContain('Thank you.');
    const hebrew = await chat(['הזמנתי בטעות, תעצרו את זה', '/כן']);
    expect(hebrew.out).toContain('תודה.');
    expect(await ratings()).toMatchObject([
      { helpful: 0, channel: 'chat' },
      { helpful: 1, channel: 'chat' },
    ]);
  });

  test('puts the relationship question where the API gives it, and passes on score and reason', async () => {
    const { site } = snapshot.public;
    const asking = { ...site, survey: { share: 1, recommend: null, why: null } };
    const asked = await makeApp({ ...snapshot, public: { ...snapshot.public, site: asking } });
    const place = await listen(asked.app);
    const lines = [
      'I ordered by mistake, stop it please',
      'send it back after two weeks',
      '/yes',
      '9',
      'So quick',
    ];
    const { out } = await chat(lines, ['--url', place.url]);
    expect(out).toContain('How likely are you to recommend Small Shop');
    expect(await asked.db.selectFrom('survey_answers').select(['score', 'sentence']).execute()).toEqual([
      { score: 9, sentence: 'So quick' },
    ]);
    await place.close();
    await asked.close();
  });

  test('says the approved words to the letter and cites source, date, fingerprint and receipt', async () => {
    const question = 'I ordered by mistake, stop it please';
    const { code, out, err } = await chat([question]);
    const { answer, fingerprint } = await asked({ question });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`\n${answer.text}\n`);
    expect(out).toContain(`Source: ${answer.title}\n`);
    expect(out).toContain(`  ${server.url}${answer.url}\n`);
    expect(out).toContain('Verified on November 2, 2026\n');
    expect(out).toContain(`Fingerprint: ${fingerprint}\n`);
    const [, receipt = ''] = /Receipt: (\S{8})\n/.exec(out) ?? [];
    const record = await fetch(`${server.url}/api/v1/receipts/${receipt}`);
    expect(await record.json()).toMatchObject({ channel: 'chat', result: { answer: { text: answer.text } } });
    expect(out.trimEnd().endsWith('Goodbye.')).toBe(true);
  });

  test('asks what the answer depends on, by number, and remembers it for the rest of the conversation', async () => {
    const { out } = await chat(['how much is postage', '2', '2', 'price of delivery']);
    expect(out).toContain(
      'Where do you live?\n  1. United States\n  2. European Union\n  3. United Kingdom\n',
    );
    expect(out).toContain('Are you a member?\n  1. Not a member\n  2. Plus\n');
    expect(out.match(/Standard shipping costs €0\.00\./g)).toHaveLength(2);
    expect(out.match(/Where do you live\?/g)).toHaveLength(1);
  });

  test('takes a choice by its label, its value, or its number in any digits', async () => {
    for (const [first, second] of [
      ['european union', 'plus'],
      ['EU', 'Plus'],
      ['۲', '٢'],
      ['2.', '2)'],
    ] as const) {
      const { out } = await chat(['how much is postage', first, second]);
      expect(out).toContain('Standard shipping costs €0.00.');
    }
  });

  test('offers the articles between which a question is torn, and answers the one chosen', async () => {
    const offer = (await chat(['can I cancel my order and send back an item'])).out;
    const number = /^ {2}(\d)\. Can I cancel my order before it ships\?$/m.exec(offer)?.[1] ?? 'none';
    expect(offer).toContain('Which of these is it?\n  1. ');
    const { out } = await chat(['can I cancel my order and send back an item', number]);
    expect(out).toContain('An order that has not shipped can be cancelled');
  });

  test('takes a choice in the customer’s own words, and goes on from an answer', async () => {
    const { out } = await chat([
      'how much is postage',
      'the second one',
      'I am not a member',
      'and in the United Kingdom?',
    ]);
    expect(out).toContain('Where do you live?');
    expect(out).toContain('Are you a member?');
    expect(out).toContain('Standard shipping costs €6.00.');
    expect(out).toContain('Standard shipping costs $4.95.');
  });

  test('forgets what was said before when it is told to', async () => {
    const { out } = await chat(['how much is postage', '/forget', 'the second one']);
    expect(out.match(/Where do you live\?/g)).toHaveLength(1);
    expect(out).not.toContain('Are you a member?');
  });

  test('lets a follow-up be chosen by number', async () => {
    const { out } = await chat(['cancel order not shipped yet', '1']);
    expect(out).toContain('  1. How long can I return an item?\n');
    expect(out).toContain('You can send an item back within 60 days after delivery.');
  });

  test('hands over with the contact and a receipt code under which an agent finds the conversation', async () => {
    const { out } = await chat(['quantum chromodynamics homework for dana@example.com']);
    expect(out).toContain('We have no approved answer to that.');
    expect(out).toContain('Customer care · care@small.example · +18005550142');
    const [, code = ''] = /Give them the code (\S{8})\./.exec(out) ?? [];
    const row = (await stored()).find((one) => one.code === code.replace('-', ''));
    expect(row).toMatchObject({
      status: 'no_answer',
      channel: 'chat',
      question: 'quantum chromodynamics homework for [email]',
    });
    expect(row?.conversation_id).toMatch(/^c-[0-9a-f-]{36}$/);
  });

  test('keeps one conversation under one id', async () => {
    const before = (await stored()).length;
    await chat(['postage', 'gift wrapping paper and ribbon', 'quantum']);
    const rows = (await stored()).slice(before);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.conversation_id)).size).toBe(1);
  });

  test('says that an answer needs confirming, with the answer and whom to ask', async () => {
    const { out } = await chat(['gift wrapping paper and ribbon']);
    expect(out).toContain('This answer has not been confirmed recently.\nEvery parcel can be wrapped');
    expect(out).toContain('Orders desk · orders@small.example');
    expect(out).toContain('Hours: Around the clock');
  });

  test('answers in the language the customer writes in, and changes with it', async () => {
    const { out } = await chat([
      'cancel order not shipped yet',
      'הזמנתי בטעות, תעצרו את זה',
      'اشتباهی سفارش دادم، متوقفش کنید',
      'saya tersalah pesan, tolong hentikan ini untuk saya',
      'I ordered by mistake, stop it please',
      '/quit',
    ]);
    const places = [
      'Yes. An order',
      '\u200Fכן. אפשר לבטל',
      '\u200F  מקור: ',
      '\u200Fبله. سفارشی',
      '\u200F  منبع: ',
      'Ya. Pesanan',
      'Sumber: ',
      'Goodbye.',
    ].map((words) => out.indexOf(words));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(out.match(/Yes\. An order/g)).toHaveLength(2);
  });

  test('sets off codes in right-to-left lines and leaves addresses bare', async () => {
    const { out } = await chat(['הזמנתי בטעות, תעצרו את זה']);
    expect(out).toMatch(/\u200F {2}טביעת אצבע: \u2068[0-9a-f]{64}\u2069\n/);
    expect(out).toMatch(/\u200F {2}קוד אישור: \u2068\S{8}\u2069\n/);
    expect(out).toContain(`\n  ${server.url}/he/orders/cancel-order#lead\n`);
  });

  test('begins in the language wished for', async () => {
    const hebrew = await chat([], ['--url', server.url, '--locale', 'he']);
    expect(hebrew.out).toContain('\u200Fשלום.');
    const malay = await chat(['/forget', '/help', ''], ['--url', server.url, '--locale', 'ms']);
    expect(malay.out).toMatch(/^Helo\..*\n\nSudah dilupakan\.\n\nTaip soalan anda\./);
  });

  test('says when a text has not been translated yet', async () => {
    const { out } = await chat(['saya tersalah pesan, tolong hentikan', '1']);
    expect(out).toContain('  1. How long can I return an item?\n');
    expect(out).toContain(
      'Teks ini belum diterjemahkan, jadi ini yang asal:\nYou can send an item back within 60 days',
    );
  });

  test('begins with what is known of the customer and with the day asked for', async () => {
    const args = [
      '--url',
      server.url,
      '--context',
      'region=EU',
      '--context',
      'plan=plus',
      '--as-of',
      '2027-02-01',
    ];
    const { out } = await chat(
      ['how much is postage', 'send it back after two weeks', '/forget', 'how much is postage'],
      args,
    );
    expect(out).toContain('Standard shipping costs €0.00.');
    expect(out).toContain('within 30 days after delivery');
    expect(out).toContain('Forgotten.\n\nWhere do you live?');
  });

  test('tells the reason when a question is refused, and goes on', async () => {
    const { code, out } = await chat(['x'.repeat(2_001), 'gift wrapping paper and ribbon']);
    expect(out).toContain('expected: text of 1 to 2,000 characters\n  found: 2001 characters');
    expect(out).toContain('Every parcel can be wrapped');
    expect(code).toBe(0);
  });

  test('can be driven line by line: each answer is there before the next line is typed', async () => {
    const child = start(['--url', server.url]);
    child.stdout.setEncoding('utf8');
    let out = '';
    const until = (words: string) =>
      new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no "${words}" in ${out}`)), 15_000);
        const look = (text = ''): void => {
          out += text;
          if (!out.includes(words)) return;
          clearTimeout(late);
          child.stdout.off('data', look);
          resolve();
        };
        child.stdout.on('data', look);
        look();
      });
    await until('What would you like to know?');
    child.stdin.write('how much is postage\n');
    await until('Type a number.');
    child.stdin.write('1\n');
    await until('Are you a member?');
    child.stdin.write('1\n');
    await until('Standard shipping costs $4.95.');
    child.stdin.write('/quit\n');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
  });

  test('prints nothing that could steer the terminal', async () => {
    const evil = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      const locale = { components: { schemas: { Locale: { enum: ['en'], default: 'en' } } } };
      const result = {
        status: 'no_answer',
        answer: null,
        clarification: null,
        followUps: [],
        escalation: {
          message: 'a\u001b]0;owned\u0007b\u202Ec',
          name: 'n',
          email: null,
          phone: null,
          url: null,
          hours: null,
        },
        receipt: null,
      };
      response.end(JSON.stringify(request.url === '/api/v1/answer' ? result : locale));
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const { port } = evil.address() as AddressInfo;
    const { out } = await chat(['a'], ['--url', `http://127.0.0.1:${port}`]);
    evil.close();
    expect(out).toContain('a]0;ownedbc');
    for (const control of ['\u001b', '\u0007', '\u202E']) expect(out).not.toContain(control);
  });
});

describe('npm run chat, called', () => {
  test('with --help says how', async () => {
    const { code, out } = await chat([], ['--help']);
    expect(code).toBe(0);
    for (const option of ['--url', '--locale', '--context', '--as-of', 'Exit codes'])
      expect(out).toContain(option);
  });

  test.each([
    [['--nothing'], /Unknown option '--nothing'/],
    [['stray'], /Unexpected argument 'stray'/],
    [['--url', 'localhost:3000'], /--url: expected an address like .* found localhost:3000/],
    [['--url', 'ftp://x'], /--url: expected/],
    [['--context', 'EU'], /--context: expected dimension=value, e\.g\. region=EU, found EU/],
  ])('with %j is refused with a reason and the usage', async (args, reason) => {
    const { code, out, err } = await chat([], args);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
    expect(err).toContain('Usage: npm run chat');
    expect(out).toBe('');
  });

  test.each([
    [['--locale', 'de'], /expected: one of en, he, fa, ms/],
    [['--context', 'regoin=EU'], /expected: one of region, plan/],
    [['--context', 'region=XX'], /expected: one of US, EU, UK/],
    [['--as-of', 'tomorrow'], /written like 2026-12-31/],
  ])('with %j is refused by the server, before anything is asked', async (args, reason) => {
    const { code, err, out } = await chat(['postage'], ['--url', server.url, ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
    expect(out).toBe('');
  });

  test('without a server says so and what to do', async () => {
    const gone = await listen(world.app);
    await gone.close();
    const { code, out, err } = await chat(['postage'], ['--url', gone.url]);
    expect(code).toBe(1);
    expect(err).toContain(`No Concord answers at ${gone.url} (ECONNREFUSED).`);
    expect(err).toContain('npm start');
    expect(out).toBe('');
  });

  test('with the address of something else says so', async () => {
    const other = createServer((_request, response) => response.end('<h1>hello</h1>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await chat(['a'], ['--url', `http://127.0.0.1:${port}`]);
    other.close();
    expect(code).toBe(1);
    expect(err).toMatch(/No Concord answers at .*without the API's JSON/);
  });

  test('on a server that goes away in mid-conversation ends with a reason', async () => {
    const short = await listen(world.app);
    const child = start(['--url', short.url]);
    let out = '';
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (out.includes('What would you like to know?')) resolve();
      });
    });
    await short.close();
    child.stdin.write('postage\n');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(err).toContain(`No Concord answers at ${short.url}`);
  });
});

describe('the language of a customer', () => {
  const served = ['en', 'he', 'fa', 'ms'];
  const hear = (...typed: readonly string[]): string =>
    typed.reduce(hearLanguage, startLanguages(served, 'en', null)).current;

  test.each([
    [['Can I cancel?'], 'en'],
    [['אפשר לבטל?'], 'he'],
    [['לבטל הזמנה MW'], 'he'],
    [['می‌توانم لغو کنم؟'], 'fa'],
    [['هل يمكنني الإلغاء'], 'fa'],
    [['boleh saya batalkan pesanan?'], 'ms'],
    [['di mana bungkusan saya'], 'ms'],
    [['bila refund saya sampai'], 'ms'],
    [['boleh saya batal?', 'refund'], 'ms'],
    [['boleh saya batal?', 'אפשר?', 'refund'], 'ms'],
    [['boleh saya batal?', 'how do I cancel'], 'en'],
    [['אפשר?', '123'], 'he'],
    [['אפשר?', '🧦!'], 'he'],
    [['Можно отменить?'], 'en'],
    [['refund'], 'en'],
  ] as const)('%j is %s', (typed, locale) => expect(hear(...typed)).toBe(locale));

  test('begins as wished, and knows a Latin language to come back to', () => {
    const languages = startLanguages(served, 'en', 'he');
    expect(languages).toMatchObject({ current: 'he', latin: 'en' });
    expect(hearLanguage(languages, 'refund').current).toBe('en');
    expect(startLanguages(['he', 'ms'], 'he', null)).toMatchObject({ current: 'he', latin: 'ms' });
  });

  test('never leaves the languages that are served', () => {
    expect(hearLanguage(startLanguages(['en'], 'en', null), 'אפשר לבטל?').current).toBe('en');
    expect(hearLanguage(startLanguages(['en'], 'en', null), 'boleh saya batalkan').current).toBe('en');
  });
});

describe('the bot’s own words', () => {
  test('are there in four languages, and in English for any other', () => {
    const all = ['en', 'he', 'fa', 'ms'].map(chatWords);
    for (const key of Object.keys(chatWords('en')) as (keyof ReturnType<typeof chatWords>)[])
      expect(new Set(all.map((words) => String(words[key]))).size).toBe(4);
    expect(chatWords('de')).toBe(chatWords('en'));
    expect(chatWords('ms-MY')).toBe(chatWords('ms'));
  });

  test('the bot imports nothing of the server', () => {
    const files = readdirSync(join(root, 'scripts')).filter((name) => name.startsWith('chat'));
    expect(files.length).toBeGreaterThan(2);
    for (const name of files) {
      const text = readFileSync(join(root, 'scripts', name), 'utf8');
      for (const [, from] of text.matchAll(/from '([^']+)'/g)) expect(from).toMatch(/^(node:|\.\/chat-)/);
    }
  });
});

describe('with keys', () => {
  const question = 'I ordered by mistake, stop it please';

  test('the key of the environment is sent, and without one where one is needed the bot says so', async () => {
    const closed = await makeApp(snapshot, { config: { apiKeys: 'required' } });
    const there = await listen(closed.app);
    const key = (await closed.makeKey({ name: 'Bot' })).slice('Bearer '.length);
    const args = ['--url', there.url, '--context', 'region=EU'];
    const { code, out } = await chat([question], args, key);
    expect(code).toBe(0);
    expect(out).toContain('Fingerprint: ');
    const rows = await closed.db.selectFrom('served_answers').select('channel').execute();
    expect(rows).toEqual([{ channel: 'bot' }]);
    const refused = await chat([question], args);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('This needs an API key.');
    await there.close();
    await closed.close();
  });

  test('a busy server gets the pause that it asks for', async () => {
    let asked = 0;
    const busy = createServer(async (request, response) => {
      const body: Buffer[] = [];
      for await (const part of request) body.push(part as Buffer);
      if (request.url === '/api/v1/answer') asked += 1;
      if (request.url === '/api/v1/answer' && asked === 1) {
        response.writeHead(429, { 'Content-Type': 'application/problem+json', 'Retry-After': '1' });
        return void response.end(JSON.stringify({ detail: 'Too many requests; try again later.' }));
      }
      const passed = await fetch(`${server.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { 'Content-Type': 'application/json' },
        ...(body.length === 0 ? {} : { body: Buffer.concat(body) }),
      });
      response.writeHead(passed.status, { 'Content-Type': 'application/json' });
      response.end(await passed.text());
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const { code, out } = await chat([question], ['--url', `http://127.0.0.1:${port}`]);
    busy.close();
    busy.closeAllConnections();
    expect(asked).toBe(2);
    expect(code).toBe(0);
    expect(out).toContain('Fingerprint: ');
  });
});
