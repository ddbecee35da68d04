import request from 'supertest';
import { allRoutes } from '../../../server/app.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(snapshot);
});
afterAll(() => world.close());

/** A real address of a route's path. */
const addressOf = (path: string) => path.replace(':category', 'orders').replace(':slug', 'stolen-card');

describe('the guard', () => {
  test('every route below /agent is for signed-in people but the sign-in itself', () => {
    const open = allRoutes(world.deps)
      .filter((route) => route.path.startsWith('/agent') && route.access === 'anyone')
      .map((route) => `${route.method} ${route.path}`);
    expect(open).toEqual([
      'get /agent/sign-in',
      'post /agent/sign-in',
      'get /agent/sign-in/:provider',
      'get /agent/sign-in/:provider/callback',
    ]);
  });

  test('every agent route sends a stranger with a browser to the sign-in, and answers 401 to a program', async () => {
    const routes = allRoutes(world.deps).filter((route) => route.access !== 'anyone');
    expect(routes.length).toBeGreaterThanOrEqual(4);
    for (const { method, path } of routes) {
      const address = addressOf(path);
      const browser = await request(world.app)[method](address).set('accept', 'text/html');
      if (method === 'get') {
        expect({ address, status: browser.status }).toEqual({ address, status: 302 });
        expect(browser.headers.location).toMatch(/^\/agent\/sign-in\?next=%2F(agent|manage|account)/);
        const head = await request(world.app).head(address).set('accept', 'text/html');
        expect(head.status).toBe(302);
      } else expect({ address, status: browser.status }).toEqual({ address, status: 401 });
      const program = await request(world.app)[method](address).set('accept', 'application/json');
      expect({ address, status: program.status }).toEqual({ address, status: 401 });
      expect(program.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(program.body).toMatchObject({ code: 'unauthorized', status: 401 });
      for (const { headers, text } of [browser, program]) {
        expect(headers['cache-control']).toBe('no-store');
        expect(text).not.toContain('fraud desk');
      }
    }
  });

  test.each([
    '/agent/',
    '/agent/articles/orders/stolen-card/',
    '/agent/never-was',
    '/agent/articles',
    '/agent//articles/orders/stolen-card',
    '/agent/articles/orders%2Fstolen-card',
    '/agent?q=chargeback',
    '/agent;x=1',
  ])('%s shows a stranger nothing, not even whether it exists', async (address) => {
    const { status, text } = await request(world.app).get(address).set('accept', 'text/html');
    expect([302, 404]).toContain(status);
    expect(text).not.toMatch(/fraud desk|payment card looks stolen/);
  });

  test('the way back is the page that was wanted', async () => {
    const { headers } = await request(world.app).get('/agent?q=cancel&region=EU').set('accept', 'text/html');
    expect(headers.location).toBe(`/agent/sign-in?next=${encodeURIComponent('/agent?q=cancel&region=EU')}`);
  });

  test('everything that signed-in people get is kept by nobody, pages that are not there included', async () => {
    const { cookie } = await world.signIn();
    for (const address of [
      '/agent',
      '/agent/results?q=cancel',
      '/agent/articles/orders/stolen-card',
      '/agent/x',
    ]) {
      const { headers } = await request(world.app).get(address).set('cookie', cookie);
      expect({ address, cache: headers['cache-control'] }).toEqual({ address, cache: 'no-store' });
      expect(headers['referrer-policy']).toBe('same-origin');
    }
  });

  test('a key of the API, or a session in its place, opens nothing', async () => {
    const { cookie } = await world.signIn();
    const secret = cookie.split('=')[1] ?? '';
    for (const headers of [
      { authorization: `Bearer ${secret}` },
      { 'x-api-key': secret },
      { 'x-form-token': secret },
    ])
      expect(
        (
          await request(world.app)
            .get('/agent')
            .set(headers as Record<string, string>)
        ).status,
      ).toBe(302);
    expect((await request(world.app).get(`/agent?concord=${secret}`)).status).toBe(302);
  });
});
