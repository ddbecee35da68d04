import request from 'supertest';
import type { Contact } from '../../server/articles/article.ts';
import { readSite } from '../../server/articles/read-site.ts';
import { handOverOf } from '../../server/channels/hand-over.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld, smallYaml } from '../support/small-world.ts';
import { keptEvents, subscribe } from '../support/subscribe.ts';

const siteWith = (handover: string): string =>
  (smallYaml['site.yaml'] ?? '').replace(
    'phone: "+18005550142" }',
    `phone: "+18005550142", handover: ${handover} }`,
  );
const contact: Contact = {
  id: 'care',
  name: { en: 'Care' },
  email: 'care@small.example',
  phone: null,
  url: null,
  hours: null,
};
const carried = { question: 'wo & wie? ש', locale: 'he', conversation: 'c/1', receipt: 'BCDF2345' };
const unanswerable = 'quantum homework of a dragon';

describe('a contact of site.yaml', () => {
  const faultOf = (handover: string) => readSite(siteWith(handover), 'site.yaml').errors[0];

  test('says how a question goes on: by e-mail, by an address with what goes along, or by webhook', () => {
    const handoverOf = (handover: string) =>
      readSite(siteWith(handover), 'site.yaml').value?.site.contacts.find(({ id }) => id === 'care')
        ?.handover;
    expect(handoverOf('{ mailto: true }')).toBeUndefined();
    expect(handoverOf('{ webhook: true }')).toEqual({ kind: 'webhook' });
    const url = 'https://desk.example/new?q={question}&r={receipt}&c={conversation}&l={locale}';
    expect(handoverOf(`{ url: "${url}" }`)).toEqual({ kind: 'url', url });
  });

  test.each([
    '{ url: "http://desk.example/?q={question}" }',
    '{ url: "https://{question}.example/" }',
    '{ url: "https://desk.example/?q={email}" }',
    '{ url: "https://desk.example/?q={question" }',
    '{ url: "https://me:secret@desk.example/" }',
    '{ url: "javascript:alert(1)" }',
    '{ mailto: true, webhook: true }',
    '{ mailto: false }',
    '{}',
    '{ pigeon: true }',
  ])('is refused with its line where it is %s', (handover) => {
    const fault = faultOf(handover);
    expect(['value-invalid', 'key-unknown']).toContain(fault?.code);
    expect(fault?.place).toEqual({ file: 'site.yaml', line: 8 });
  });

  test('has an address in which nothing that goes along can end a value or leave the host', () => {
    const words = { say: (key: string) => key } as never;
    const handover = {
      kind: 'url',
      url: 'https://desk.example/new?q={question}&c={conversation}&l={locale}',
    } as const;
    expect(handOverOf({ ...contact, handover }, carried, words).url).toBe(
      'https://desk.example/new?q=wo%20%26%20wie%3F%20%D7%A9&c=c%2F1&l=he',
    );
    const long = handOverOf({ ...contact, handover }, { ...carried, question: 'ש'.repeat(2_000) }, words);
    expect(long.url?.length).toBeLessThan(8_000);
    const unknown = { question: null, conversation: null, receipt: null, locale: 'en' };
    expect(handOverOf({ ...contact, handover }, unknown, words).url).toBe(
      'https://desk.example/new?q=&c=&l=en',
    );
    expect(handOverOf({ ...contact, email: null }, carried, words)).toEqual({ kind: 'mailto', url: null });
  });
});

describe('a question that goes on to a person', () => {
  let world: TestApp;
  const start = async (handover: string): Promise<void> => {
    world = await makeApp(smallWorld({ 'site.yaml': siteWith(handover) }).snapshot);
  };
  afterEach(() => world.close());
  const ask = async (body: object = {}) =>
    (
      await request(world.app)
        .post('/api/v1/answer')
        .send({ question: unanswerable, conversationId: 'c-1', ...body })
    ).body;
  const handOver = (body: object) => request(world.app).post('/api/v1/handovers').send(body);
  const contactPage = (code: string) => `/en/contact?q=hello&receipt=${code}&conversation=c-1`;
  const send = (code: string, replyTo = '') =>
    request(world.app)
      .post(contactPage(code))
      .set({ accept: 'text/html', 'sec-fetch-site': 'same-origin' })
      .type('form')
      .send({ replyTo });

  test('has the address of the company’s own desk in the API, on the contact page and in the console', async () => {
    await start('{ url: "https://desk.example/new?q={question}&r={receipt}&c={conversation}" }');
    const { handover, receipt } = await ask();
    const url = `https://desk.example/new?q=quantum%20homework%20of%20a%20dragon&r=${receipt.code}&c=c-1`;
    expect(handover).toEqual({ kind: 'url', url });
    const { text } = await request(world.app).get(contactPage(receipt.code)).set('accept', 'text/html');
    expect(text).toContain(
      `href="https://desk.example/new?q&#x3D;hello&amp;r&#x3D;${receipt.code}&amp;c&#x3D;c-1"`,
    );
    const { cookie } = await world.signIn();
    const console = await request(world.app)
      .get(`/agent?q=${encodeURIComponent(unanswerable)}&conversation=c-1`)
      .set({ cookie, accept: 'text/html' });
    expect(console.text).toMatch(/href="https:\/\/desk\.example\/new\?q&#x3D;quantum[^"]*c&#x3D;c-1"/);
  });

  test('by webhook is told once a receipt, with the redacted question and where the customer can be reached', async () => {
    await start('{ webhook: true }');
    await subscribe(world.db);
    const { handover, receipt } = await ask({ question: `${unanswerable} MW-123456` });
    expect(handover).toEqual({ kind: 'webhook', url: null });
    const first = await handOver({ receipt: receipt.code, replyTo: 'dana@home.example' }).expect(200);
    expect(first.body).toEqual({
      receipt: receipt.code,
      contact: 'care',
      name: 'Customer care',
      handedOver: 'now',
    });
    expect((await handOver({ receipt: receipt.code })).body.handedOver).toBe('before');
    expect((await keptEvents(world.db)).filter(({ type }) => type === 'handover.requested')).toEqual([
      {
        type: 'handover.requested',
        data: {
          receipt: receipt.code,
          conversation: 'c-1',
          channel: 'api',
          locale: 'en',
          contact: 'care',
          question: `${unanswerable} [order]`,
          status: 'no_answer',
          answerId: null,
          replyTo: 'dana@home.example',
        },
      },
    ]);
    const { cookie } = await world.signIn();
    const conversation = await request(world.app)
      .get('/agent/conversations?id=c-1')
      .set({ cookie, accept: 'text/html' });
    expect(conversation.text).toContain('It was handed over to a person.');
    const rows = await world.db.selectFrom('handovers').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('dana');
  });

  test('is refused by the API with what it expects, and where nobody listens nothing is done', async () => {
    await start('{ webhook: true }');
    const { receipt } = await ask();
    const answered = (await ask({ answerId: 'orders/cancel-order', question: null })).receipt;
    await handOver({ receipt: receipt.code }).expect(503);
    expect(await world.db.selectFrom('handovers').selectAll().execute()).toEqual([]);
    await subscribe(world.db);
    const odd = await handOver({ receipt: receipt.code, replyTo: 'by pigeon' }).expect(400);
    expect(odd.body).toMatchObject({ field: 'replyTo' });
    expect(odd.text).not.toContain('pigeon');
    expect((await handOver({ receipt: answered.code }).expect(400)).body).toMatchObject({ field: 'receipt' });
    await handOver({ receipt: 'BCDF2345' }).expect(404);
  });

  test('is sent by a form of the contact page, which says so afterwards, and is not there while nobody listens', async () => {
    await start('{ webhook: true }');
    const { receipt } = await ask();
    const read = async () =>
      (await request(world.app).get(contactPage(receipt.code)).set('accept', 'text/html')).text;
    expect(await read()).not.toContain('name="replyTo"');
    expect(await read()).toContain('href="mailto:care@small.example?');
    await subscribe(world.db);
    expect(await read()).toContain('name="replyTo"');
    const refused = await send(receipt.code, 'by pigeon').expect(400);
    expect(refused.text).toContain('aria-invalid="true"');
    expect(refused.text).toContain('value="by pigeon"');
    const sent = await send(receipt.code, '+1 800 555 0199').expect(303);
    expect(sent.headers.location).toBe(contactPage(receipt.code));
    expect(await read()).toContain('Your question is with Customer care.');
    expect(await read()).not.toContain('name="replyTo"');
    await send(receipt.code).expect(303);
    expect((await keptEvents(world.db)).filter(({ type }) => type === 'handover.requested')).toHaveLength(1);
    await request(world.app)
      .post(contactPage(receipt.code))
      .set({ 'sec-fetch-site': 'cross-site', origin: 'https://other.example' })
      .type('form')
      .send({})
      .expect(403);
  });
});
