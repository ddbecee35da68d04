import request from 'supertest';
import { buildApp } from '../../server/app.ts';
import { AppError } from '../../server/errors.ts';
import { createLog, hidden, resilientWriter } from '../../server/http/log.ts';
import { makeApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

function captured() {
  const lines: string[] = [];
  return {
    log: createLog('debug', (line) => lines.push(line)),
    lines,
    last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}'),
  };
}

describe('the log', () => {
  test.each([
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'password',
    'newPassword',
    'token',
    'idToken',
    'access_token',
    'code',
    'secret',
    'clientSecret',
    'apiKey',
    'x-api-key',
    'question',
    'session',
  ])('hides %s at any depth, and leaves the names beside it', (name) => {
    const { log, lines } = captured();
    const secret = 'hush';
    log.info({ [name]: secret, kept: 1 }, 'flat');
    log.warn({ request: { headers: [{ [name]: secret }], [name]: { deep: secret } } }, 'deep');
    log.error(
      { err: Object.assign(new Error('failed'), { [name]: secret, body: { [name]: secret } }) },
      'error',
    );
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain(secret);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kept: 1, msg: 'flat' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ [name]: hidden });
  });

  test('says of an error what it is, why, and where, and of what caused it', () => {
    const { log, last } = captured();
    log.error(
      { err: new AppError('database-unusable', { found: 'Ann', cause: new TypeError('torn') }) },
      'no',
    );
    expect(last()).toMatchObject({
      err: { type: 'AppError', code: 'database-unusable', cause: { type: 'TypeError', message: 'torn' } },
    });
    expect(JSON.stringify(last())).not.toContain('Ann');
    expect((last().err as { stack: string }).stack).toContain('log.test.ts');
  });

  test('is one line for each event, whatever is in it, and never falls into what holds itself', () => {
    const { log, lines } = captured();
    const circle: Record<string, unknown> = { name: 'a\nb\r\n{"level":60}\u2028\u0000\u001b[31m' };
    circle.self = circle;
    log.info(circle, 'x\ny');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'x\ny', name: circle.name });
  });
});

describe('standard output that cannot be written to', () => {
  test('loses lines and never throws; the next that can be written says how many', () => {
    let isBroken = true;
    let out = '';
    const write = resilientWriter((bytes) => {
      if (isBroken) throw new Error('ENOSPC');
      out += Buffer.from(bytes).toString('utf8');
      return bytes.length;
    });
    write('1\n');
    write('2\n');
    isBroken = false;
    write('3\n');
    write('4\n');
    expect(out).toMatch(/^\{"level":40,"time":\d+,"lost":2,"msg":"lines were lost"\}\n3\n4\n$/);
  });

  test('that takes a line in parts gets it in parts, and a line that was cut does not swallow the next', () => {
    let room = 1_000;
    let out = '';
    const write = resilientWriter((bytes) => {
      if (room === 0) throw new Error('EAGAIN');
      const taken = bytes.subarray(0, Math.min(3, room));
      room -= taken.length;
      out += Buffer.from(taken).toString('utf8');
      return taken.length;
    });
    write('abcdefgh\n');
    expect(out).toBe('abcdefgh\n');
    room = 4;
    write('ijklmnop\n');
    room = 1_000;
    write('q\n');
    expect(out.split('\n').slice(1)).toEqual(['ijkl', expect.stringContaining('"lost":1'), 'q', '']);
  });
});

describe('the log of a server at work', () => {
  test('holds no question, name, password, key, token, code or cookie, and names routes and refusals', async () => {
    const { snapshot } = smallWorld();
    const world = await makeApp(snapshot, { config: { keylessRateLimit: 6 } });
    const { log, lines } = captured();
    const app = buildApp({ ...world.deps, log });
    const { cookie, token } = await world.signIn('admin');
    const key = (await world.makeKey()).replace('Bearer ', '');
    const html = { accept: 'text/html' };
    const words = 'purplequestion';
    const typed = 'typedname';
    const password = 'wrongpasswordword';

    const refused = await request(app).post('/agent/sign-in').type('form').send({ name: typed, password });
    expect(refused.status).toBe(401);
    const right = await request(app)
      .post('/agent/sign-in')
      .type('form')
      .send({ name: 'person1', password: 'alsowrongpassword' });
    expect(right.status).toBe(401);
    await request(app)
      .post('/agent/sign-in')
      .set('origin', 'https://evil.invalid')
      .type('form')
      .send({ name: typed, password });
    await request(app).get(`/en/search?q=${words}`).set(html);
    await request(app)
      .get(`/agent?q=${words}`)
      .set({ ...html, cookie });
    await request(app)
      .post('/agent/sign-out')
      .set({ ...html, cookie, 'sec-fetch-site': 'cross-site' });
    await request(app)
      .post('/agent/sign-out')
      .set({ ...html, cookie })
      .type('form')
      .send({ token: `${token}x` });
    await request(app)
      .get(`/account/link?code=${'L'.repeat(43)}&locale=en`)
      .set(html);
    await request(app).get(`/api/v1/answer?q=${words}`);
    await request(app).post('/api/v1/answer').send({ question: words });
    await request(app).post('/api/v1/answer').set('authorization', `Bearer ${key}`).send({ question: words });
    await request(app)
      .post('/api/v1/answer')
      .set('authorization', 'Bearer ck_wrongkey')
      .send({ question: words });
    await request(app).post(`/api/v1/answer?api_key=${key}`).send({ question: words });
    await request(app).get(`/${key}`);
    await request(app).get(`/api/v1/receipts/${words}`);
    await request(app).post('/api/v1/answer').type('json').send(`{"question":"${words}`);
    for (let n = 0; n < 8; n += 1) await request(app).get(`/api/v1/search?q=${words}`);
    await world.close();
    await request(app).post('/api/v1/answer').set('authorization', `Bearer ${key}`).send({ question: words });
    await request(app)
      .get(`/agent?q=${words}`)
      .set({ ...html, cookie });

    const text = lines.join('');
    for (const [what, secret] of Object.entries({
      words,
      typed,
      person: 'person1',
      password,
      other: 'alsowrongpassword',
      key,
      keySecret: key.slice(-20),
      wrongKey: 'ck_wrongkey',
      token,
      cookie,
      session: cookie.slice(-20),
      link: 'L'.repeat(43),
    }))
      expect({ what, logged: text.includes(secret) }).toEqual({ what, logged: false });

    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const refusals = events.filter(({ msg }) => msg === 'refused');
    const kinds = new Set(refusals.map(({ refusal }) => refusal));
    expect(kinds).toEqual(new Set(['sign-in-refused', 'foreign-form', 'unauthorized', 'too-many-requests']));
    for (const { level, requestId, address, route } of refusals)
      expect({ level, requestId, address, route }).toEqual({
        level: 40,
        requestId: expect.stringMatching(/^[\w-]{36}$/),
        address: expect.stringContaining('127.0.0.1'),
        route: expect.any(String),
      });
    expect(events.filter(({ msg }) => msg === 'request failed').length).toBeGreaterThan(0);
    expect(events.find(({ status, msg }) => msg === 'response' && status === 404)).toHaveProperty('route');
  });

  test('warns once of a proxy that is not believed, and never where one is', async () => {
    const warnings = async (trustedHops: number) => {
      const world = await makeApp(smallWorld().snapshot, { config: { trustedHops } });
      const { log, lines } = captured();
      const app = buildApp({ ...world.deps, log });
      await request(app).get('/healthz');
      const before = lines.join('').includes('TRUSTED_HOPS');
      for (const address of ['192.0.2.1', '192.0.2.2'])
        await request(app).get('/healthz').set('X-Forwarded-For', address);
      await world.close();
      return [before, lines.filter((line) => line.includes('TRUSTED_HOPS')).length];
    };
    expect(await warnings(0)).toEqual([false, 1]);
    expect(await warnings(1)).toEqual([false, 0]);
  });
});
