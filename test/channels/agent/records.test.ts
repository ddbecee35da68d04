import { sql } from 'kysely';
import request from 'supertest';
import { customerKey } from '../../../server/feedback/served-row.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallArticles, smallWorld } from '../../support/small-world.ts';

const shipping = makeArticle({
  title: 'What does shipping cost?',
  questions: ['price of delivery please'],
  body: 'Standard shipping costs {{fact:shipping-fee}} per order.',
});
const files = { ...smallArticles(), 'en/orders/shipping-cost.md': shipping };

let world: TestApp;
let cookie: string;
let at = new Date('2026-11-20T12:00:00Z');
beforeEach(async () => {
  at = new Date('2026-11-20T12:00:00Z');
  world = await makeApp(smallWorld(files).snapshot, { now: () => at });
  ({ cookie } = await world.signIn('manager'));
});
afterEach(() => world.close());

const ask = async (body: object): Promise<string> =>
  (await request(world.app).post('/api/v1/answer').send(body).expect(200)).body.receipt.code;
const page = async (address: string, status = 200): Promise<string> =>
  (await request(world.app).get(address).set({ cookie, accept: 'text/html' }).expect(status)).text;
const unescaped = (html: string): string => html.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
const change = async (): Promise<void> => {
  at = new Date('2026-11-23T12:00:00Z');
  const changed = makeArticle({
    title: 'Can I cancel my order before it ships?',
    questions: ['cancel order not shipped yet'],
    body: 'Yes, until the parcel has its label.',
  });
  world.serve(smallWorld({ ...files, 'en/orders/cancel-order.md': changed }).snapshot);
  ({ cookie } = await world.signIn('manager'));
};

describe('a receipt in the console', () => {
  test('shows what was said, that it is unchanged, and a sentence to say', async () => {
    const code = await ask({
      question: 'cancel order not shipped yet',
      channel: 'chat',
      conversationId: 'c/9',
    });
    const html = await page(`/agent/receipts/${code.toLowerCase()}`);
    expect(html).toContain('An order that has not shipped can be cancelled free of charge within');
    expect(html).toContain('Unchanged: the same words.');
    expect(html).toMatch(
      /On November 20, 2026 you were told by our chatbot: “Yes\. [^<]*” The answer is still the same\./,
    );
    expect(html).toContain('<blockquote dir="auto">cancel order not shipped yet</blockquote>');
    expect(unescaped(html)).toContain('href="/agent/conversations?id=c%2F9&ui=en"');
    expect(unescaped(html)).toContain(
      'href="/agent?q=cancel+order+not+shipped+yet&locale=en&conversation=c%2F9"',
    );
    expect(html).not.toContain('Agents only</span></p>');
  });

  test('shows word by word what is said today, and says it in the customer’s language', async () => {
    const code = await ask({ question: 'cancel order not shipped yet', locale: 'he' });
    await change();
    const html = await page(`/agent/receipts/${code}`);
    expect(html).toMatch(/<ins>(?:(?!<\/ins>).)*label/s);
    expect(html).toMatch(/<del>/);
    expect(html).toMatch(/<p class="record__sentence" lang="he" dir="rtl">[^<]*מאז השתנתה המדיניות/);
  });

  test('of a follow-up, or of a redacted question, is compared by its answer, and says so', async () => {
    const redacted = await ask({ question: 'cancel order not shipped yet MW-123456' });
    const followed = await ask({ question: 'how to cancel', previous: 'orders/cancel-order#lead' });
    await change();
    expect(await page(`/agent/receipts/${redacted}`)).toContain('Compared by the answer itself');
    // The section of the answer is no more.
    expect(await page(`/agent/receipts/${followed}`)).toContain('This answer is no more');
  });

  test('without an answer then says what is answered today, or that there is still nothing', async () => {
    const code = await ask({ question: 'quantum homework of a dragon' });
    expect(await page(`/agent/receipts/${code}`)).toContain(
      'your question got no final answer by our service.',
    );
    const dragon = makeArticle({
      title: 'Do you help with homework?',
      questions: ['quantum homework of a dragon'],
      body: 'No, but the library does.',
    });
    world.serve(smallWorld({ ...files, 'en/orders/homework.md': dragon }).snapshot);
    expect(await page(`/agent/receipts/${code}`)).toContain(
      'Today the answer is: “No, but the library does.”',
    );
  });

  test('is JSON for programs that ask for it, and a page that says what a code looks like where there is none', async () => {
    const code = await ask({ question: 'cancel order not shipped yet' });
    const { body } = await request(world.app)
      .get(`/agent/receipts/${code}`)
      .set({ cookie, accept: 'application/json' })
      .expect(200);
    expect(body).toMatchObject({ code, audience: 'public', question: 'cancel order not shipped yet' });
    const missing = await page('/agent/receipts/BCDF2345', 404);
    expect(missing).toContain('Nothing is kept under this');
    expect(missing).toContain('<bdi class="code" dir="ltr">BCDF2345</bdi>');
  });

  test('of agents is marked as theirs', async () => {
    const key = await world.makeKey({ scope: 'agent-answers' });
    const { body } = await request(world.app)
      .post('/api/v1/agent/answer')
      .set('Authorization', key)
      .send({ question: 'cancel order not shipped yet' });
    expect(body.result.receipt.page).toBeNull();
    expect(await page(`/agent/receipts/${body.result.receipt.code}`)).toContain('tag--desk">Agents only');
  });
});

describe('a conversation in the console', () => {
  test('shows what was asked on every channel in order, with the customer’s changes, and where it stopped', async () => {
    await ask({ question: 'cancel order not shipped yet', channel: 'chat', conversationId: 'c-9' });
    await page('/en/search?q=price+of+delivery+please&conversation=c-9');
    const code = await ask({
      question: 'price of delivery please',
      conversationId: 'c-9',
      context: { region: 'EU', plan: 'plus' },
      customer: '4711',
    });
    await world.deps.loop.ratings.rate(
      { receipt: code, helpful: false, reasons: ['unclear'], sentence: null },
      at,
    );
    const stopped = await page('/agent/conversations?id=c-9');
    expect(stopped).toContain('It ended with an answer.');
    expect(stopped.indexOf('cancel order not shipped yet')).toBeLessThan(
      stopped.indexOf('price of delivery'),
    );
    for (const channel of ['Chat', 'Public FAQ', 'API']) expect(stopped).toContain(`<bdi>${channel}</bdi>`);
    expect(stopped).toMatch(
      /Customer now: *<span class="tag">Plus<\/span> *<span class="tag">European Union/,
    );
    expect(stopped).toContain('Did not help');
    expect(stopped).toContain('Asked back');
    expect(unescaped(stopped)).toContain(
      'href="/agent?q=price+of+delivery+please&selected=orders%2Fshipping-cost%23lead&locale=en&plan=plus&region=EU&conversation=c-9"',
    );
    expect(unescaped(stopped)).toContain(`customer=${customerKey('4711')}`);
    await ask({ question: 'quantum homework of a dragon', conversationId: 'c-9' });
    expect(await page('/agent/conversations?id=c-9')).toContain('It stopped without an answer.');
  });

  test('is shown fifty answers at a time, the last ones first', async () => {
    for (let turn = 0; turn < 51; turn += 1)
      await ask({ question: `cancel order number ${turn}`, conversationId: 'long' });
    const last = await page('/agent/conversations?id=long');
    expect(last.match(/class="turn"/g)).toHaveLength(50);
    expect(last).not.toContain('cancel order number 0<');
    const earlier = /href="([^"]*before[^"]*)"/.exec(last.split('<main')[1] ?? '')?.[1] ?? '';
    const first = await page(unescaped(earlier));
    expect(first).toContain('cancel order number 0<');
    expect(first.match(/class="turn"/g)).toHaveLength(1);
    expect(first).toContain('To the end of the conversation');
  });

  test('is found by the database without a walk over all that was served', async () => {
    const { rows: plan } =
      await sql`explain query plan select * from served_answers where conversation_id = 'x' and number < 9 order by number desc limit 51`.execute(
        world.db,
      );
    expect(JSON.stringify(plan)).toContain('served_answers_conversation');
    expect(JSON.stringify(plan)).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  test('that nothing is kept of is a page that says so', async () => {
    expect(await page('/agent/conversations?id=nobody', 404)).toContain('Nothing is kept under this');
    expect(await page('/agent/conversations?customer=nobody', 404)).toContain('Nothing is kept under this');
    await page('/agent/conversations?id=a&id=b', 400);
  });
});

describe('the one box', () => {
  test('takes a receipt code, a conversation, a customer or a question alike', async () => {
    const code = await ask({
      question: 'cancel order not shipped yet',
      conversationId: 'c-9',
      customer: 'Dana 4711',
    });
    const leads = async (path: string, typed: string): Promise<string> => {
      const response = await request(world.app)
        .get(`${path}?${new URLSearchParams({ q: typed })}`)
        .set({ cookie, accept: 'text/html' });
      return response.status === 303 ? String(response.headers.location) : String(response.status);
    };
    const typed = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`;
    for (const path of ['/agent/find', '/agent']) {
      expect(await leads(path, typed)).toBe(`/agent/receipts/${code}?ui=en`);
      expect(await leads(path, 'c-9')).toBe('/agent/conversations?id=c-9&ui=en');
      expect(await leads(path, ' Dana 4711 ')).toBe('/agent/conversations?customer=Dana+4711&ui=en');
    }
    expect(await leads('/agent/find', 'is 7 days late')).toBe('/agent?q=is+7+days+late&locale=en');
    expect(await leads('/agent', 'is 7 days late')).toBe('200');
    expect(await leads('/agent', 'BCDF2345')).toBe('200');
  });

  test('lists a customer’s conversations, the latest first, and single answers by their receipts', async () => {
    await ask({ question: 'cancel my order', conversationId: 'first', customer: '4711' });
    const single = await ask({ question: 'cancel my order', customer: '4711' });
    await ask({ question: 'return', conversationId: 'first', customer: '4711' });
    await ask({ question: 'return', conversationId: 'other', customer: '4712' });
    const html = await page('/agent/conversations?customer=4711');
    expect(html).toContain('2 answers');
    expect(html.indexOf('>first<')).toBeLessThan(html.indexOf(`>${single}<`));
    expect(html).not.toContain('>other<');
    expect(await page(`/agent/conversations?customer=${customerKey('4711')}`)).toContain('>first<');
  });
});
