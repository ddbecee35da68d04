import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { agentsOnly, apiWorld } from '../api/api-world.ts';

const { snapshot } = apiWorld();
let world: TestApp;
beforeAll(async () => {
  world = await makeApp(snapshot, { config: { apiKeys: 'required' } });
});
afterAll(() => world.close());

const suggest = (query: string) => request(world.app).get(`/en/suggest${query}`);

describe('suggestions of the FAQ’s own', () => {
  test('are those of the API, where it asks for a key too', async () => {
    const key = await world.makeKey();
    const api = await request(world.app)
      .get('/api/v1/suggest?q=how%20long&locale=en')
      .set('Authorization', key);
    const { status, body, headers } = await suggest('?q=how%20long');
    expect(status).toBe(200);
    expect(headers['content-language']).toBe('en');
    expect(body.suggestions.length).toBeGreaterThan(0);
    expect(body).toEqual({
      suggestions: api.body.suggestions.map(({ text, url }: { text: string; url: string }) => ({
        text,
        url,
      })),
    });
  });

  test('are none for nothing, for too much, and for what only agents know', async () => {
    for (const query of ['', '?q=', `?q=${'x'.repeat(2_001)}`, `?q=${agentsOnly}`])
      expect((await suggest(query)).body).toEqual({ suggestions: [] });
    expect((await suggest('?q=a&q=b')).status).toBe(400);
    expect((await request(world.app).get('/xx/suggest?q=a').set('Accept', 'application/json')).status).toBe(
      404,
    );
  });
});
