import request from 'supertest';
import { allRoutes } from '../../server/app.ts';
import { AppError, errorCatalogue } from '../../server/errors.ts';
import type { Route } from '../../server/http/route.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

/**
 * The promise: every route refuses in one of two shapes, problem details (RFC 9457) or a helpful page, with a code of the
 * catalogue, a request id, no-store, the security headers, and nothing of ours in it.
 */
describe('the shape of errors', () => {
  let world: TestApp;
  let routes: readonly Route[];

  beforeAll(async () => {
    world = await makeApp(smallWorld().snapshot);
    routes = allRoutes(world.deps);
  });
  afterAll(() => world.close());

  const filled = (path: string): string =>
    path.replace(/:locale\b/, 'en').replace(/:[a-z]+/gi, 'no-such-thing');
  const isJson = (path: string): boolean => path.startsWith('/api/v1');

  function expectProblem(response: request.Response, status: number, code: string): void {
    expect(response.status).toBe(status);
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({
      status,
      code,
      title: errorCatalogue[code as keyof typeof errorCatalogue].title,
    });
    expect(response.body.detail).toEqual(expect.any(String));
    expect(response.body.type).toBe(`/api/docs#${code}`);
    expect(response.body.requestId).toBe(response.get('X-Request-Id'));
    expect(response.get('Cache-Control')).toBe('no-store');
  }

  function expectPage(response: request.Response, status: number): void {
    expect(response.status).toBe(status);
    expect(response.type).toBe('text/html');
    expect(response.text).toMatch(/<html lang="[a-z-]+" dir="(ltr|rtl)">/);
    expect(response.text).toMatch(/<form[^>]*role="search"|<form[^>]*\/agent\/sign-in/);
    expect(response.get('Cache-Control')).toBe('no-store');
  }

  test('every route refuses a method that it does not take, and says which it takes to those who may come in', async () => {
    const { cookie } = await world.signIn('admin');
    for (const path of new Set(routes.map((route) => route.path))) {
      const taken = routes
        .filter((route) => route.path === path)
        .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
      const response = await request(world.app)
        .delete(filled(path))
        .set('Cookie', cookie)
        .set('Accept', isJson(path) ? 'application/json' : 'text/html');
      expect({ path, status: response.status, allow: response.get('Allow') }).toEqual({
        path,
        status: 405,
        allow: taken.join(', '),
      });
      if (isJson(path)) expectProblem(response, 405, 'method-not-allowed');
      else expectPage(response, 405);
    }
  });

  test('an address where nothing is, is a problem below the API and a page elsewhere', async () => {
    expectProblem(
      await request(world.app).get('/api/v1/nothing').set('Accept', 'text/html'),
      404,
      'not-found',
    );
    expectProblem(
      await request(world.app).get('/nothing/at/all/here').set('Accept', 'application/json'),
      404,
      'not-found',
    );
    for (const path of ['/nothing/at/all/here', '/en/orders/no-such-thing', '/fa/no-such-thing', '/xx'])
      expectPage(await request(world.app).get(path).set('Accept', 'text/html'), 404);
  });

  test('broken, foreign and oversized bodies are refused with what was expected', async () => {
    const post = (type: string, body: string) =>
      request(world.app).post('/api/v1/answer').set('Content-Type', type).send(body);
    expectProblem(await post('application/json', '{"question": '), 400, 'invalid-request');
    expectProblem(await post('application/json', '"text"'), 400, 'invalid-request');
    expectProblem(
      await post('application/json', JSON.stringify({ question: 'x'.repeat(120_000) })),
      413,
      'body-too-large',
    );
    expectProblem(await post('text/plain', 'question'), 415, 'unsupported-media-type');
    expectProblem(await post('application/json; charset=latin1', '{}'), 415, 'unsupported-media-type');
  });

  test('an address that cannot be decoded is the caller’s error', async () => {
    expectProblem(await request(world.app).get('/api/v1/articles/%E0%A4%A/x'), 400, 'invalid-request');
    expectPage(await request(world.app).get('/en/%E0%A4%A').set('Accept', 'text/html'), 400);
  });

  test('what is ours shows no stack, message or path, and the next request is answered', async () => {
    const broken = {
      ...world.deps,
      current: () => {
        throw new Error('secret at /srv/place.ts');
      },
    };
    const { buildApp } = await import('../../server/app.ts');
    const app = buildApp(broken);
    const response = await request(app).get('/api/v1/categories');
    expectProblem(response, 500, 'internal');
    expect(response.text).not.toMatch(/secret|place\.ts|at /);
    const page = await request(app).get('/en').set('Accept', 'text/html');
    expect(page.status).toBe(500);
    expect(page.text).not.toMatch(/secret|place\.ts/);
    expect((await request(app).get('/healthz')).status).toBe(200);
  });

  test('every route, refused or not, has the security headers', async () => {
    for (const { path, method } of routes) {
      const response = await request(world.app)[method](filled(path));
      expect({ path, csp: response.get('Content-Security-Policy') }).toEqual({
        path,
        csp: expect.stringMatching(/^default-src 'none';script-src 'self';style-src 'self';/),
      });
      expect(response.get('X-Content-Type-Options')).toBe('nosniff');
      expect(response.get('X-Powered-By')).toBeUndefined();
      expect(response.get('X-Request-Id')).toEqual(expect.any(String));
    }
  });

  test('a caller’s plain request id is echoed, another is replaced', async () => {
    const echo = async (id: string) =>
      (await request(world.app).get('/healthz').set('X-Request-Id', id)).get('X-Request-Id');
    expect(await echo('bot-42.a_b')).toBe('bot-42.a_b');
    expect(await echo('two words')).not.toBe('two words');
    expect(await echo('x'.repeat(65))).toHaveLength(36);
  });

  test('an error made without a message says its code’s sentence', () => {
    for (const code of Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[])
      expect(new AppError(code)).toMatchObject({
        code,
        message: errorCatalogue[code].title,
        status: errorCatalogue[code].status,
      });
  });
});
