import { type ApiAnswer, fingerprintOf, isApiResult } from './api-result.ts';
import { elementsOf, parseHtml } from './html.ts';
import { couldNotAsk, type Reply } from './http-client.ts';
import { isSignIn } from './installation.ts';
import type { Channel, Look, Said, Statement, Visit } from './look.ts';
import { jsonOf, lookAtJson } from './look-at-json.ts';
import { lookAtArticle, lookAtResult } from './look-at-page.ts';
import { filled, formsOn, submitted, textareaValue } from './page.ts';
import type { Question } from './question.ts';
import { collapsed, visibleTextOf } from './visible-text.ts';

/** The name of the channel that all others are held against. */
export const REFERENCE = 'API POST';

/**
 * Asks the API's POST, and holds its result against itself: the fingerprint is what it should be by the API's own words,
 * and its HTML reads as its text. Errors: couldNotAsk.
 */
export async function askReference(
  { asOf, ...question }: Question,
  { customer }: Visit,
): Promise<{ readonly said: Said; readonly look: NonNullable<Look> }> {
  const body = { ...question, ...(asOf === null ? {} : { asOf }), channel: 'probe' };
  const reply = await customer.post('/api/v1/answer', { json: body });
  const address = reply.url.href;
  if (reply.status === 400) return { said: { result: null, json: {} }, look: { address, statements: [] } };
  const json = jsonOf(reply);
  if (reply.status !== 200 || json === null || !isApiResult(json))
    throw couldNotAsk(`POST ${address} gives ${reply.status} and no result.`);
  const { answer, fingerprint } = json;
  const statements: Statement[] = [
    { field: 'fingerprint worked out anew', expected: fingerprintOf(json), found: fingerprint },
  ];
  if (answer !== null) {
    statements.push(
      { field: 'fingerprint of the answer', expected: fingerprint, found: answer.fingerprint },
      { field: 'HTML', expected: answer.text, found: visibleTextOf(answer.html) },
    );
  }
  return { said: { result: json, json: { ...json } }, look: { address, statements } };
}

/** Every channel beside the API's POST; a new one is one entry here. */
export const channels: readonly Channel[] = [
  {
    name: 'API GET',
    forAgents: false,
    async look(question, said, { customer }) {
      const reply = await customer.get(`/api/v1/answer${apiQuery(question, question.question)}`, 'json');
      // Only what is recorded has a receipt, and a hand-over that names it.
      return lookAtJson(reply, said, (field) => field === 'receipt' || field === 'handover');
    },
  },
  {
    name: 'API by answer id',
    forAgents: false,
    async look(question, said, { customer, page }) {
      const answer = said.result?.answer;
      if (!answer) return null;
      const path = `/api/v1/answers/${answer.articleId}/${encodeURIComponent(answer.section)}`;
      const reply = await page(customer, `${path}${apiQuery(question)}`);
      return lookAtJson(reply, said, (field) => field !== 'answer' && field !== 'fingerprint');
    },
  },
  {
    name: 'API receipt',
    forAgents: false,
    async look(_question, said, { customer }) {
      const receipt = said.result?.receipt;
      if (!receipt) return null;
      const reply = await customer.get(receipt.url, 'json');
      // Where a question holds personal data, the matched words are stored without it; a hand-over is told once, when asked.
      return lookAtJson(
        reply,
        said,
        (field) => field === 'why' || field === 'handover',
        ({ result }) => result,
      );
    },
  },
  {
    name: 'FAQ search',
    forAgents: false,
    async look(question, said, { customer, page, today }) {
      if (!isToday(question, today)) return null;
      const { locale, context } = question;
      const home = await page(customer, `/${locale}${queryOf(context)}`);
      const asked = typeInto(home, question.question, context);
      if ('problem' in asked) return asked.problem;
      const reply = await customer.get(asked.url, 'html');
      return lookAtResult(reply, said, {
        leadsTo: (dimension, value, link) =>
          dimension === null
            ? decodeURIComponent(`${link.pathname}${link.hash}`) === `/${locale}/${withAnchor(value)}`
            : link.searchParams.get(dimension) === value,
        ways: [],
      });
    },
  },
  {
    name: 'FAQ article',
    forAgents: false,
    async look(question, said, { customer, page, today }) {
      const { answer = null, clarification = null } = said.result ?? {};
      const answerId = answer?.id ?? clarification?.answerId ?? null;
      if (answerId === null || !isToday(question, today)) return null;
      const path = (answer?.url ?? `/${question.locale}/${answerId}`).split('#')[0] ?? '';
      const reply = await page(customer, `${path}${queryOf(question.context)}`);
      return lookAtArticle(reply, said, { leadFingerprint: true });
    },
  },
  {
    name: 'agent console',
    forAgents: true,
    async look(question, said, { agent, page, today }) {
      if (agent === null || isGone(question, today)) return null;
      const { locale, context, asOf } = question;
      const start = stillSignedIn(await page(agent, '/agent'));
      const day = asOf === null ? {} : { asOf };
      const asked = typeInto(start, question.question, { ...context, ...day, locale });
      if ('problem' in asked) return asked.problem;
      const reply = stillSignedIn(await agent.get(asked.url, 'html'));
      const look = lookAtResult(reply, said, {
        leadsTo: (dimension, value, link) =>
          dimension === null
            ? withAnchor(link.searchParams.get('selected') ?? '') === withAnchor(value)
            : link.searchParams.get(dimension) === value,
        ways: ['email', 'phone', 'url', 'hours'],
      });
      const answer = said.result?.answer;
      if (!answer || reply.status !== 200) return look;
      return { ...look, statements: [...look.statements, ...copies(reply, answer)] };
    },
  },
  {
    name: 'agent article',
    forAgents: true,
    async look(question, said, { agent, page, today }) {
      const answer = said.result?.answer;
      if (agent === null || !answer || isGone(question, today)) return null;
      const { locale, context, asOf } = question;
      const query = queryOf({ locale, ...context, ...(asOf === null ? {} : { asOf }) });
      const reply = await page(agent, `/agent/articles/${answer.articleId}${query}`);
      return lookAtArticle(stillSignedIn(reply), said, { leadFingerprint: false });
    },
  },
];

/** The address to which a page's own question box leads, or what it lacks. */
function typeInto(
  page: Reply,
  question: string,
  values: Readonly<Record<string, string>>,
): { readonly url: URL } | { readonly problem: NonNullable<Look> } {
  const lacking = (found: string): { readonly problem: NonNullable<Look> } => ({
    problem: {
      address: page.url.href,
      statements: [{ field: 'question box', expected: 'a form that asks this', found }],
    },
  });
  const boxes = formsOn(page.body).flatMap((form) => {
    const box = form.fields.find(({ type }) => type === 'search');
    return form.method === 'get' && box !== undefined ? [{ form, box: box.name }] : [];
  });
  const [first] = boxes;
  if (first === undefined) return lacking(`none (HTTP status ${page.status})`);
  const sent = filled(first.form, { ...values, [first.box]: question });
  if ('missing' in sent) return lacking(`a form without ${sent.missing}`);
  return { url: submitted(first.form, sent.fields, page.url) };
}

/** What agents copy: the approved words to the letter, with the address of their page after them. */
function copies(reply: Reply, answer: ApiAnswer): readonly Statement[] {
  const copied = (form: string): string | null => {
    const field = [...elementsOf(parseHtml(reply.body))].find(
      ({ tag, attributes }) => tag === 'textarea' && attributes.get('data-form') === form,
    );
    return field === undefined ? null : textareaValue(field);
  };
  const { text } = answer;
  const [plain, html] = [copied('text'), copied('html')];
  const seen = html === null ? null : visibleTextOf(html);
  return [
    {
      field: 'text to copy',
      expected: text,
      found: plain?.startsWith(`${text}\n`) ? text : (plain ?? 'none'),
    },
    {
      field: 'HTML to copy',
      expected: text,
      found: seen?.startsWith(`${collapsed(text)} `) ? text : (seen ?? 'none'),
    },
  ];
}

function stillSignedIn(reply: Reply): Reply {
  if (isSignIn(reply)) throw couldNotAsk('The agent was signed out meanwhile.');
  return reply;
}

/** Whether customers, who cannot choose a day, can ask this. */
function isToday({ asOf }: Question, today: string): boolean {
  return asOf === null || asOf === today;
}

/** Whether it is about a day gone by, which agents see from the release of that day, and the API from today's. */
function isGone({ asOf }: Question, today: string): boolean {
  return asOf !== null && asOf < today;
}

function apiQuery({ locale, context, asOf }: Question, q?: string): string {
  const known = Object.entries(context).map(([dimension, value]) => [`context.${dimension}`, value] as const);
  return queryOf({
    ...(q === undefined ? {} : { q }),
    locale,
    ...Object.fromEntries(known),
    ...(asOf === null ? {} : { asOf }),
  });
}

function queryOf(values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(values).toString();
  return query === '' ? '' : `?${query}`;
}

/** An answer id with its section, which may be left out where it is the lead. */
function withAnchor(answerId: string): string {
  return answerId.includes('#') ? answerId : `${answerId}#lead`;
}
