import type { AnswerResult } from '../../server/answers/answer.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

/**
 * The promise: every title and every question variant of the sample company, in every language, through every channel
 * over real HTTP, gives the same fingerprint and the same words.
 */

interface Question {
  readonly locale: string;
  readonly text: string;
  readonly articleId: string;
}

/** What a channel showed: fingerprint and, where an answer stands, its id and its approved HTML. */
interface Shown {
  readonly fingerprint: string;
  readonly answerId: string | null;
  readonly html: string | null;
}

const minutes = 60_000;

/** Attributes of the first element that shows an answer or what stands instead, and the HTML inside an answer's element. */
function shownOn(page: string, answerId: string | null): Shown | null {
  const opening =
    answerId === null
      ? /<[a-z]+[^>]*\sdata-fingerprint="([^"]+)"[^>]*>/
      : new RegExp(
          `<[a-z]+(?=[^>]*\\sdata-answer-id="${answerId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}")[^>]*\\sdata-fingerprint="([^"]+)"[^>]*>`,
        );
  const found = opening.exec(page);
  if (!found) return null;
  return {
    fingerprint: found[1] ?? '',
    answerId,
    html: answerId === null ? null : page.slice(found.index + found[0].length),
  };
}

describe('parity of channels', () => {
  let world: TestApp;
  let server: { readonly url: string; close(): Promise<void> };
  let cookie: string;
  let agentsKey: string;
  let questions: readonly Question[];

  beforeAll(async () => {
    const { snapshot } = compileFiles(await sampleFiles());
    world = await makeApp(snapshot);
    server = await listen(world.app);
    ({ cookie } = await world.signIn());
    agentsKey = await world.makeKey({ scope: 'agent-answers', perMinute: 1_000_000 });
    const answerer = world.deps.current().public;
    questions = answerer
      .inventory('2026-11-22')
      .flatMap(({ articleId, locale, title, questions }) =>
        [title, ...questions].map((text) => ({ locale, text, articleId })),
      );
  }, minutes);

  afterAll(async () => {
    await server.close();
    await world.close();
  });

  const page = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html', ...headers } });
    expect({ path, status: response.status }).toEqual({ path, status: 200 });
    return response.text();
  };

  const post = async ({ locale, text }: Question): Promise<AnswerResult> => {
    const response = await fetch(`${server.url}/api/v1/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: text, locale }),
    });
    expect({ text, status: response.status }).toEqual({ text, status: 200 });
    return response.json() as Promise<AnswerResult>;
  };

  /** The differences of one question between the channels; the API's POST is what the others are held against. */
  async function differences(question: Question): Promise<string[]> {
    const { locale, text, articleId } = question;
    const said = await post(question);
    const answer = said.answer;
    const label = `${locale} "${text}"`;
    const problems: string[] = [];
    const reached = answer?.articleId ?? said.clarification?.answerId?.split('#')[0];
    if (reached !== articleId)
      problems.push(`${label} reaches ${reached} instead of ${articleId} (${said.status})`);

    const query = `q=${encodeURIComponent(text)}&locale=${locale}`;
    const got = (await (await fetch(`${server.url}/api/v1/answer?${query}`)).json()) as AnswerResult;
    if (got.fingerprint !== said.fingerprint || got.answer?.text !== answer?.text)
      problems.push(`${label}: API GET differs`);

    const forAgents = (await (
      await fetch(`${server.url}/api/v1/agent/answer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: agentsKey },
        body: JSON.stringify({ question: text, locale }),
      })
    ).json()) as { readonly result: AnswerResult };
    const withoutReceipt = (result: AnswerResult): string =>
      JSON.stringify({ ...result, receipt: null, handover: null });
    if (withoutReceipt(forAgents.result) !== withoutReceipt(said))
      problems.push(`${label}: the agents' API differs`);

    const held = (channel: string, html: string): void => {
      const shown = shownOn(html, answer?.id ?? null);
      if (shown === null) problems.push(`${label}: ${channel} shows no ${answer?.id ?? 'fingerprint'}`);
      else if (shown.fingerprint !== said.fingerprint)
        problems.push(`${label}: ${channel} shows another fingerprint`);
      else if (answer && !shown.html?.trimStart().startsWith(answer.html.trim()))
        problems.push(`${label}: ${channel} shows other words`);
    };
    held('FAQ search', await page(`/${locale}/search?q=${encodeURIComponent(text)}`));
    held('agent console', await page(`/agent?${query}`, { cookie }));
    if (answer) held('FAQ article', await page(answer.url.split('#')[0] ?? ''));
    return problems;
  }

  test(
    'every title and variant has the same fingerprint and words through API POST, API GET, the agents’ API, FAQ search, FAQ article and agent console',
    async () => {
      expect(questions.length).toBeGreaterThan(400);
      const problems = (await inParallel(questions, differences)).flat();
      expect(problems).toEqual([]);
    },
    10 * minutes,
  );

  test('small talk, urgent words and follow-ups have the same fingerprint and words through every channel', async () => {
    const turns: readonly (readonly [locale: string, question: string, previous: string | null])[] = [
      ['en', 'thanks!', null],
      ['he', 'תודה רבה', null],
      ['fa', 'سلام', null],
      ['ms', 'terima kasih', null],
      ['en', 'I have an allergic reaction to the jumper', null],
      ['fa', 'واکنش آلرژیک داشتم', null],
      ['en', 'and in Germany?', 'delivery/delivery-times#lead'],
      ['he', 'ובישראל?', 'delivery/delivery-times#standard-and-express'],
      ['fa', 'در مالزی چطور؟', 'delivery/delivery-times#lead'],
      ['ms', 'saya ahli Plus', 'delivery/delivery-costs#wren-plus'],
      ['en', 'the second one', 'returns/start-a-return#lead|returns/how-long-to-return#lead'],
      ['en', 'yes', 'plan?delivery/delivery-costs#wren-plus'],
      ['en', 'what if it takes longer?', 'refunds/when-refund-arrives#lead'],
      ['en', 'how much is it?', 'orders/gift-box#lead'],
      ['en', 'how do I reset my password?', 'orders/gift-box#lead'],
      ['en', 'thanks', 'orders/gift-box#lead'],
    ];
    const problems = await inParallel(turns, async ([locale, question, previous]) => {
      const body = { question, locale, ...(previous === null ? {} : { previous }) };
      const said = (await (
        await fetch(`${server.url}/api/v1/answer`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()) as AnswerResult;
      const follows = previous === null ? '' : `&previous=${encodeURIComponent(previous)}`;
      const query = `q=${encodeURIComponent(question)}${follows}`;
      const got = (await (
        await fetch(`${server.url}/api/v1/answer?${query}&locale=${locale}`)
      ).json()) as AnswerResult;
      const pages = [
        ['FAQ search', await page(`/${locale}/search?${query}`)],
        ['agent console', await page(`/agent?${query}&locale=${locale}`, { cookie })],
      ] as const;
      const differing: string[] = pages.flatMap(([channel, html]) => {
        const shown = shownOn(html, said.answer?.id ?? null);
        const saysReply = said.reply === null || html.includes(`>${said.reply.replaceAll("'", '&#x27;')}<`);
        const same =
          shown?.fingerprint === said.fingerprint &&
          saysReply &&
          (said.answer === null || shown?.html?.trimStart().startsWith(said.answer.html.trim()) === true);
        return same ? [] : [channel];
      });
      if (got.fingerprint !== said.fingerprint || got.followUp?.rule !== said.followUp?.rule)
        differing.push('API GET');
      return differing.map((channel) => `${locale} "${question}" differs on ${channel}`);
    });
    expect(problems.flat()).toEqual([]);
  });

  test('a page with one word changed is told from the others', async () => {
    const said = await post(questions[0] as Question);
    const html = `<div data-answer-id="${said.answer?.id}" data-fingerprint="${said.fingerprint}">${said.answer?.html}</div>`;
    const other = html.replace(/\b(the|you)\b/, 'no');
    expect(other).not.toBe(html);
    expect(shownOn(html, said.answer?.id ?? null)?.html?.startsWith(said.answer?.html ?? 'x')).toBe(true);
    expect(shownOn(other, said.answer?.id ?? null)?.html?.startsWith(said.answer?.html ?? 'x')).toBe(false);
  });
});

describe('parity over time', () => {
  const worldOf = (words: string) =>
    smallWorld({ 'en/orders/wrap.md': makeArticle({ title: 'What is wrapping?', body: words }) }).snapshot;
  const ask = { question: 'What is wrapping?', answerId: null, locale: 'en', context: {} };

  test('today all channels agree; of a day before the last release agents are shown what was published then, and that it is', async () => {
    let clock = new Date('2026-11-05T12:00:00Z');
    const [early, late] = [worldOf('Paper and a ribbon.'), worldOf('A box and a bow.')];
    const world = await makeApp(early, { now: () => clock });
    const saidThen = world.deps.current().public.answer({ ...ask, asOf: '2026-11-10' });
    clock = new Date('2026-11-20T12:00:00Z');
    world.serve(late);
    clock = new Date('2026-11-22T12:00:00Z');
    const server = await listen(world.app);
    const { cookie } = await world.signIn();
    const get = async (path: string): Promise<string> =>
      (await fetch(`${server.url}${path}`, { headers: { cookie, accept: 'text/html' } })).text();
    const viaApi = async (query: string) => JSON.parse(await get(`/api/v1/answer?${query}`)) as AnswerResult;

    const today = await viaApi('q=What+is+wrapping%3F');
    const id = today.answer?.id ?? '';
    for (const path of [
      '/agent?q=What+is+wrapping%3F',
      '/agent?q=What+is+wrapping%3F&asOf=2026-11-22',
      '/en/orders/wrap',
    ])
      expect(shownOn(await get(path), id)?.fingerprint).toBe(today.fingerprint);

    const then = await get('/agent?q=What+is+wrapping%3F&asOf=2026-11-10');
    expect(shownOn(then, id)).toMatchObject({ fingerprint: saidThen.fingerprint });
    expect(shownOn(then, id)?.html?.startsWith(saidThen.answer?.html ?? 'x')).toBe(true);
    expect(then).toContain(`<code class="hash" dir="ltr">${early.public.id}</code>`);
    expect(then).toContain('As it was published then: release 1');
    expect(then).toContain('A box and a bow.');

    const publicThen = await viaApi('q=What+is+wrapping%3F&asOf=2026-11-10');
    expect(publicThen.answer).toMatchObject({ snapshot: late.public.id, text: 'A box and a bow.' });
    await server.close();
    await world.close();
  });
});
