import request from 'supertest';
import { conversationForm, newConversationId } from '../../server/channels/conversation.ts';
import { conversationKey, customerKey } from '../../server/feedback/served-row.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(smallWorld().snapshot);
});
afterAll(() => world.close());

const served = () =>
  world.db
    .selectFrom('served_answers')
    .select(['channel', 'conversation_id', 'customer_key', 'question', 'result'])
    .orderBy('number', 'desc')
    .execute();
const page = (address: string, cookie = '') =>
  request(world.app).get(address).set({ accept: 'text/html', cookie });
const conversationsOn = (html: string): string[] => [
  ...new Set(
    [...html.matchAll(/(?:conversation&#x3D;|conversation=|name="conversation" value=")([^"&]+)/g)].map(
      ([, id]) => id ?? '',
    ),
  ),
];

describe('a conversation', () => {
  test('gets an id that every channel takes and that is stored as it is', () => {
    const id = newConversationId();
    expect(id).toMatch(conversationForm);
    expect(conversationKey(id)).toBe(id);
    expect(newConversationId()).not.toBe(id);
  });

  test('begins on the FAQ with the first answer, and goes along to what follows and to the contact page', async () => {
    const { text, headers } = await page('/en/search?q=cancel+my+order').expect(200);
    const [id = '', ...others] = conversationsOn(text);
    expect(others).toEqual([]);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await served())[0]).toMatchObject({ channel: 'faq', conversation_id: id });
    expect(headers['set-cookie']).toBeUndefined();
    const followed = await page(`/en/search?q=and+then&conversation=${id}`).expect(200);
    expect(conversationsOn(followed.text)).toEqual([id]);
    expect((await served())[0]).toMatchObject({ question: 'and then', conversation_id: id });
    const contact = await page(`/en/contact?q=hello&conversation=${id}`).expect(200);
    expect(conversationsOn(contact.text)).toEqual([id]);
  });

  test('that an address does not name rightly begins anew', async () => {
    const { text } = await page(`/en/search?q=hello&conversation=${'x'.repeat(101)}`).expect(200);
    expect(text).not.toContain('xxxx');
    expect((await served())[0]?.conversation_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is in no page that many people share, and not in what search engines are told', async () => {
    for (const address of ['/en', '/en/orders', '/en/orders/cancel-order']) {
      const { text } = await page(`${address}?conversation=c-77`).expect(200);
      expect(text).not.toContain('conversation');
    }
    const { text } = await page('/en/search?q=cancel&conversation=c-77').expect(200);
    for (const head of text.match(/<link rel="(?:canonical|alternate|search)"[^>]*>/g) ?? [])
      expect(head).not.toContain('c-77');
  });

  test('is recorded by the API with a pseudonym of the customer, who is never given back', async () => {
    const { body } = await request(world.app)
      .post('/api/v1/answer')
      .send({ question: 'cancel my order', conversationId: 'bot-9', customer: 'Dana Levi 4711' })
      .expect(200);
    expect(JSON.stringify(body)).not.toContain('Dana');
    const rows = await served();
    expect(rows[0]).toMatchObject({ conversation_id: 'bot-9', customer_key: customerKey('Dana Levi 4711') });
    expect(JSON.stringify(rows)).not.toContain('Dana');
  });

  test.each([
    ['', 'an empty text'],
    ['x'.repeat(201), 'x'.repeat(60)],
    [7, '7'],
  ])('has no customer %j, and the API says what it expects', async (customer, found) => {
    const { body } = await request(world.app)
      .post('/api/v1/answer')
      .send({ question: 'cancel my order', customer })
      .expect(400);
    expect(body).toMatchObject({ field: 'customer', expected: expect.stringMatching(/1 to 200 characters/) });
    expect(body.found).toContain(found);
  });

  test('begins in the console with the first question, holds all that is asked there, and ends where another begins', async () => {
    const { cookie } = await world.signIn();
    const start = await page('/agent', cookie).expect(200);
    expect(conversationsOn(start.text)).toEqual([]);
    const first = await page('/agent?q=cancel+my+order', cookie).expect(200);
    const [id = '', ...others] = conversationsOn(first.text);
    expect(others).toEqual([]);
    expect((await served())[0]).toMatchObject({ channel: 'agent', conversation_id: id });
    expect(first.text).toContain(`<bdi class="code" dir="ltr">${id}</bdi>`);
    expect(first.text).toContain('<a href="/agent?locale&#x3D;en">New conversation</a>');
    const next = await page(`/agent?q=return&conversation=${id}&customer=Dana+4711`, cookie).expect(200);
    expect(conversationsOn(next.text)).toEqual([id]);
    expect(next.text).toContain('name="customer" value="Dana 4711"');
    expect((await served())[0]).toMatchObject({
      conversation_id: id,
      customer_key: customerKey('Dana 4711'),
    });
    await page('/agent?conversation=a%20b', cookie).expect(400);
  });
});
