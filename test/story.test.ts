import request from 'supertest';
import { type ReleasedWorld, releasedWorld } from './support/released-world.ts';

/**
 * One story over real pages and the API, from a question that nobody could answer to a policy that is true again: each step
 * follows the link or fills the form that the page before shows.
 */
describe('the loop that keeps answers true', () => {
  let world: ReleasedWorld;
  beforeAll(async () => {
    world = await releasedWorld();
    await world.publish();
  }, 60_000);
  afterAll(() => world.close());

  type Person = Awaited<ReturnType<ReleasedWorld['signIn']>>;

  const get = async (path: string, person: Person | null = null): Promise<string> => {
    const asked = request(world.app).get(path).set('accept', 'text/html');
    const response = await (person === null ? asked : asked.set('cookie', person.cookie));
    if (response.status !== 200) throw new Error(`${path} is answered by ${response.status}`);
    return response.text;
  };
  /** Sends the form whose action begins so, as it stands on a page, with these fields filled; gives where it leads. */
  const send = async (
    page: string,
    action: string,
    filled: Readonly<Record<string, string>>,
    person: Person,
  ): Promise<string> => {
    const form = formOn(page, action);
    const response = await request(world.app)
      .post(form.action)
      .set({ cookie: person.cookie, accept: 'text/html' })
      .type('form')
      .send({ ...form.fields, ...filled });
    if (response.status !== 303) throw new Error(`${form.action}: ${response.status} ${response.text}`);
    return response.headers.location ?? '';
  };
  const ask = async (question: string, more: object = {}) => {
    const { body } = await request(world.app)
      .post('/api/v1/answer')
      .send({ question, locale: 'en', channel: 'chat', ...more })
      .expect(200);
    return body as {
      readonly status: string;
      readonly fingerprint: string;
      readonly answer: { readonly id: string; readonly text: string } | null;
      readonly escalation: { readonly name: string } | null;
      readonly receipt: { readonly code: string };
    };
  };
  /** The page once the preview on it is made. */
  const previewed = async (path: string, person: Person): Promise<string> => {
    for (let times = 0; times < 200; times += 1) {
      const page = await get(path, person);
      if (!page.includes('preview-running')) return page;
    }
    throw new Error('the preview is never made');
  };

  const question = 'scrap what I bought this morning';
  const conversationId = 'widget-77';

  test('a question without an answer becomes one on every channel, and a flag becomes a policy that is true', async () => {
    const { loop } = world.concord.appDeps;
    const manager = await world.signIn('manager', 'maya');
    const agent = await world.signIn('agent', 'dana');

    // The customer asks the chatbot, which has no answer and says whom to turn to.
    const first = await ask(question, { conversationId, customer: 'crm-4711' });
    expect([first.status, first.answer]).toEqual(['no_answer', null]);
    expect(first.escalation?.name).toBeTruthy();

    // It is a gap on the desk of whoever owns the policies.
    await loop.walk.catchUp();
    await loop.gaps.catchUp();
    const desk = await get('/manage?ui=en', manager);
    expect(desk).toContain(question);
    const gaps = await get('/manage/gaps?ui=en', manager);
    const gap = await get(hrefAround(gaps, question), manager);
    expect(gap).toContain(first.receipt.code);

    // From the gap: one more phrasing of an article, shown with what it does before anything is changed.
    const form = await get(linkTo(gap, '/manage/proposals/new?kind=variant'), manager);
    expect(form).toContain(`value="${question}"`);
    const wish = { articleId: 'orders/cancel-order', reason: 'Asked in the chat' };
    const proposal = await send(form, '/manage/proposals/new', wish, manager);
    expect((await ask(question)).status).toBe('no_answer');
    const preview = await previewed(proposal, manager);
    expect(preview).toMatch(new RegExp(`<ins>(?:(?!</ins>).)*${question}`, 's'));
    expect(preview).toContain('Gained an answer');
    world.pass(1);
    const published = await send(
      preview,
      `${proposal.split('?')[0]}/publish`,
      { note: 'A gap is closed' },
      manager,
    );
    expect(await get(published, manager)).toContain('orders/cancel-order');
    expect(world.content()['en/orders/cancel-order.md']).toContain(question);

    // The same question has the same answer in all channels.
    const second = await ask(question, { conversationId });
    expect(second.status).toBe('answered');
    const faq = await get(`/en/search?q=${encodeURIComponent(question)}`);
    const agents = await get(`/agent?q=${encodeURIComponent(question)}&ui=en`, agent);
    const byGet = await request(world.app).get('/api/v1/answer').query({ q: question, locale: 'en' });
    for (const text of [faq, agents, JSON.stringify(byGet.body)]) expect(text).toContain(second.fingerprint);
    for (const page of [faq, agents]) expect(page).toContain('can be cancelled free of charge within');

    // An agent opens the old receipt and sees both: what was said then, and what is said today.
    const receipt = await get(`/agent/receipts/${first.receipt.code}?ui=en`, agent);
    expect(receipt).toContain('your question got no final answer');
    expect(receipt).toMatch(/<ins>(?:(?!<\/ins>).)*cancelled free of charge/s);
    // And the whole conversation, by the customer's reference alone.
    const found = await request(world.app)
      .get('/agent/find')
      .query({ q: 'crm-4711', ui: 'en' })
      .set({ cookie: agent.cookie, accept: 'text/html' });
    const list = await get(found.headers.location ?? '', agent);
    const conversation = await get(hrefAround(list, conversationId), agent);
    expect(conversation.split(question).length - 1).toBeGreaterThanOrEqual(2);
    expect(conversation).toContain(first.receipt.code);

    // The gap closed itself, and how long it took is counted.
    await loop.walk.catchUp();
    await loop.gaps.catchUp();
    expect(await get('/manage/gaps?ui=en', manager)).not.toContain(question);
    expect(await loop.gaps.timesToAnswer(new Date(0))).toHaveLength(1);

    // An agent flags the answer; the others see it, the customers do not.
    const flagForm = await get(linkTo(agents, '/agent/flags/new'), agent);
    const note = 'The desk told me that it is two hours now';
    await send(flagForm, '/agent/flags', { kind: 'outdated', note }, agent);
    expect(await get(`/agent?q=${encodeURIComponent(question)}&ui=en`, manager)).toContain(note);
    expect(await get(`/en/search?q=${encodeURIComponent(question)}`)).not.toContain(note);

    // The owner mends the policy, publishes it, tells the agent, and says that it is true today.
    const old = world.content()['en/orders/cancel-order.md'] ?? '';
    world.edit({ 'en/orders/cancel-order.md': old.replace('free of charge', 'at no cost') });
    world.pass(2);
    await world.publish({ publisher: 'omid', changeNote: 'As the desk says' });
    const flags = await get('/manage/flags?ui=en', manager);
    expect(flags).toContain(note);
    await send(flags, '/manage/flags/', { outcome: 'Mended, thank you', status: 'resolved' }, manager);
    expect(await get('/agent/flags?ui=en', agent)).toContain('Mended, thank you');
    const verify = await get('/manage/verification/orders/cancel-order?locale=en&ui=en', manager);
    expect(verify).toContain('at no cost');
    const confirmed = await send(verify, '/manage/verification/orders/cancel-order', { note: '' }, manager);
    expect(await get(confirmed, manager)).toContain('maya');
    expect(world.content()['en/orders/cancel-order.md']).toMatch(/^verified: 2026-11-20$/m);
    const third = await ask(question, { conversationId });
    expect(third.answer?.text).toContain('at no cost');

    // A customer says that it helped.
    const thanks = await request(world.app)
      .post('/api/v1/feedback')
      .send({ receipt: third.receipt.code, helpful: true });
    expect(thanks.status).toBe(200);

    // The report shows it: what was asked, answered, rated and mended.
    await loop.walk.catchUp();
    const report = await get('/manage/reports?ui=en', manager);
    expect(report).not.toMatch(/NaN|undefined|Infinity/);
    const fixes = await loop.flags.timesToFix(new Date(0));
    expect(fixes).toHaveLength(1);
    expect(report).toMatch(/flag to its fix(?:(?!<\/tr>).)*>1</s);
    expect(report).toMatch(/From a question without an answer to its answer(?:(?!<\/tr>).)*>1</s);

    // And the old receipt still says, to the letter, what was said then.
    const later = await get(`/agent/receipts/${second.receipt.code}?ui=en`, agent);
    expect(later).toContain('free of charge');
    expect(later).toMatch(/<ins>(?:(?!<\/ins>).)*at no cost/s);
    expect(await get(`/en/r/${second.receipt.code}`)).not.toContain(note);
  }, 180_000);
});

/** Text of an attribute as it was before it was escaped. */
function plain(text: string): string {
  return text
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"');
}

/** The address of the first link that begins so. */
function linkTo(page: string, beginning: string): string {
  const hrefs = [...page.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => plain(href));
  const found = hrefs.find((href) => href.startsWith(beginning));
  if (found === undefined) throw new Error(`There is no link to ${beginning} among ${hrefs.join(', ')}`);
  return found;
}

/** The address of the link around a text. */
function hrefAround(page: string, text: string): string {
  const [, href] =
    [...page.matchAll(/<a [^>]*?href="([^"]+)"[^>]*>((?:(?!<\/a>).)*)<\/a>/gs)].find(([, , inside = '']) =>
      inside.includes(text),
    ) ?? [];
  if (href === undefined) throw new Error(`No link has the text ${text}`);
  return plain(href);
}

/** The first form whose action begins so, with the values that its fields have. */
function formOn(
  page: string,
  beginning: string,
): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  for (const [, head = '', body = ''] of page.matchAll(/<form([^>]*)>((?:(?!<\/form>).)*)<\/form>/gs)) {
    const action = plain(/action="([^"]*)"/.exec(head)?.[1] ?? '');
    if (!action.startsWith(beginning) || !/method="post"/.test(head)) continue;
    const fields: Record<string, string> = {};
    for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
      const [, name] = /name="([^"]+)"/.exec(tag) ?? [];
      const isOff = /type="(?:radio|checkbox)"/.test(tag) && !/ checked/.test(tag);
      if (name !== undefined && !isOff) fields[name] = plain(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    for (const [, name = '', value = ''] of body.matchAll(
      /<textarea[^>]*?name="([^"]+)"[^>]*>((?:(?!<\/textarea>).)*)<\/textarea>/gs,
    ))
      fields[name] = plain(value);
    for (const [, name = '', options = ''] of body.matchAll(
      /<select[^>]*?name="([^"]+)"[^>]*>((?:(?!<\/select>).)*)<\/select>/gs,
    ))
      fields[name] = plain(/<option value="([^"]*)" selected/.exec(options)?.[1] ?? '');
    return { action, fields };
  }
  throw new Error(`There is no form for ${beginning}`);
}
