import request from 'supertest';
import { shippedCalibration } from '../../../server/answers/fit-calibration.ts';
import { withCalibration } from '../../../server/snapshots/with-calibration.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const measured = {
  ...shippedCalibration(0.1),
  questions: { leftOut: 80, missing: 20, golden: 3 },
  answerFrom: 0.72,
  reliability: [{ from: 0.7, questions: 41, confidence: 0.75, right: 0.8 }],
};
const snapshot = withCalibration(smallWorld().snapshot, { en: measured });

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(snapshot);
});
afterAll(() => world.close());

async function pageFor(role: 'agent' | 'editor' | 'manager' | 'admin', query = '') {
  const { cookie } = await world.signIn(role);
  return request(world.app).get(`/manage/answers${query}`).set('cookie', cookie).set('accept', 'text/html');
}

describe('/manage/answers', () => {
  test.each([
    ['agent', 403],
    ['editor', 200],
    ['manager', 200],
    ['admin', 200],
  ] as const)('is answered to the role %s with %i', async (role, status) => {
    const page = await pageFor(role);
    expect(page.status).toBe(status);
    expect(page.headers['cache-control']).toBe('no-store');
    if (status === 403) expect(page.text).not.toContain('curve__line');
  });

  test('sends a stranger to the sign-in and back', async () => {
    const { status, headers } = await request(world.app).get('/manage/answers').set('accept', 'text/html');
    expect(status).toBe(302);
    expect(headers.location).toBe('/agent/sign-in?next=%2Fmanage%2Fanswers');
  });

  test('shows thresholds, what they rest on, the curve as a drawing and as a table, and how right it was', async () => {
    const { text } = await pageFor('manager');
    expect(text).toContain(
      '103 questions: 80 variants left out in turn, 20 of articles taken away, 3 golden questions',
    );
    expect(text).toMatch(/Answered from<\/dt><dd>72\s?%/);
    expect(text).toContain('at most 10%');
    expect(text.match(/<polyline/g)).toHaveLength(4);
    expect(text).toMatch(/<th scope="row">70%.*in force/);
    expect(text).toMatch(/<td>41<\/td><td>75%<\/td><td>80%<\/td>/);
    expect(text).not.toMatch(/ style=|<style/);
  });

  test('says of a language with too few questions that the shipped model holds', async () => {
    const { text } = await pageFor('manager');
    expect(text.match(/Too few questions in this language/g)).toHaveLength(3);
  });

  test('speaks the language asked for', async () => {
    const { text, headers } = await pageFor('admin', '?ui=he');
    expect(headers['content-language']).toBe('he');
    expect(text).toContain('כמה התשובות בטוחות');
  });
});
