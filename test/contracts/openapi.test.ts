import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { sql } from 'kysely';
import request from 'supertest';
import { allRoutes, buildApp } from '../../server/app.ts';
import { documentedOperations } from '../../server/channels/api/openapi.ts';
import { AppError } from '../../server/errors.ts';
import { apiWorld } from '../channels/api/api-world.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { subscribe } from '../support/subscribe.ts';

/** An OpenAPI document as far as this test reads it. */
interface Document {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Reply>>;
  };
}
interface Call {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Reply | { readonly $ref: string }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}
interface Reply {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}
interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
type Schema = Readonly<Record<string, unknown>>;

const { snapshot } = apiWorld();
let world: TestApp;
let document: Document;
/** Authorization headers: of the agents' key, and of a public one that only pages of one origin may send. */
let agentsKey: string;
let widgetKey: string;
let valid: (schema: Schema) => ValidateFunction;

beforeAll(async () => {
  world = await makeApp(snapshot);
  document = (await request(world.app).get('/api/v1/openapi.json')).body;
  valid = validators(document);
  await subscribe(world.db);
  agentsKey = await world.makeKey({ scope: 'agent-answers' });
  widgetKey = await world.makeKey({ origins: ['https://shop.example'] });
});
afterAll(() => world.close());

/** The site with a relationship question for every conversation. */
function asksEverybody<T extends object>(site: T) {
  return { ...site, survey: { share: 1, recommend: null, why: null } };
}

/** Compiles schemas of the document, references and formats included. */
function validators({ components }: Document): (schema: Schema) => ValidateFunction {
  // The formats' CommonJS module is its own default under either loader.
  const addFormats = ('default' in ajvFormats ? ajvFormats.default : ajvFormats) as typeof ajvFormats.default;
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false });
  addFormats(ajv);
  for (const [name, schema] of Object.entries(components.schemas))
    ajv.addSchema({ $id: `http://api/${name}`, ...absolute(schema) });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile(absolute(schema));
    compiled.set(key, validate);
    return validate;
  };
}

function absolute(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"http://api/'));
}

function expectValid(schema: Schema, value: unknown): void {
  const validate = valid(schema);
  const ok = validate(value);
  expect(ok ? [] : validate.errors).toEqual([]);
}

function* calls(): Generator<{ readonly path: string; readonly method: string; readonly call: Call }> {
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, call] of Object.entries(methods)) yield { path, method, call };
}

function replyOf(call: Call, status: number): Reply | undefined {
  const reply = call.responses[String(status)];
  if (reply === undefined || !('$ref' in reply)) return reply;
  return document.components.responses[reply.$ref.replace('#/components/responses/', '')];
}

describe('the document', () => {
  test('is OpenAPI 3.1 and names the address of this server', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.servers).toEqual([{ url: world.config.publicUrl }]);
  });

  test('has every route of the API, and the API has every call of the document', () => {
    const routes = allRoutes(world.deps)
      .filter(({ path }) => path.startsWith('/api/v1'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const documented = [...calls()].map(({ method, path }) => `${method} ${path}`);
    expect(documented.sort()).toEqual(routes.sort());
    expect(documented).toHaveLength(documentedOperations.length);
  });

  test('refers only to what it has', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => String(path));
    expect(references.length).toBeGreaterThan(30);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  test('declares exactly the parameters of each address, and each call by its own name', () => {
    const names = new Set<string>();
    for (const { path, call } of calls()) {
      names.add(call.operationId);
      const inPath = call.parameters.filter((parameter) => parameter.in === 'path');
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name)).toEqual(placeholders);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
    expect(names.size).toBe([...calls()].length);
  });

  test('explains every call, parameter, field and reply', () => {
    for (const { call } of calls()) {
      expect(call.summary).not.toBe('');
      expect(call.description).not.toBe('');
      for (const { name, description } of call.parameters)
        expect([name, description || '']).not.toEqual([name, '']);
      for (const status of Object.keys(call.responses))
        expect(replyOf(call, Number(status))?.description || '').not.toBe('');
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect([name, typeof schema.description]).toEqual([name, 'string']);
      for (const [field, property] of Object.entries((schema.properties ?? {}) as Record<string, Schema>)) {
        const text = JSON.stringify(property);
        if (name !== 'OpenApi')
          expect([name, field, /"description":"[^"]|"\$ref"/.test(text)]).toEqual([name, field, true]);
      }
    }
  });

  test('has schemas that are schemas', () => {
    for (const name of Object.keys(document.components.schemas))
      expect(() => valid({ $ref: `#/components/schemas/${name}` })).not.toThrow();
    for (const { call } of calls())
      for (const { schema } of call.parameters) expect(() => valid(schema)).not.toThrow();
  });

  test('names the languages and dimensions of the site wherever a request may hold them', () => {
    const { Locale, Context } = document.components.schemas;
    expect(Locale).toMatchObject({ enum: ['en', 'he', 'fa', 'ms'], default: 'en' });
    expect(Context).toMatchObject({
      properties: { region: { enum: ['US', 'EU', 'UK'] }, plan: { enum: ['standard', 'plus'] } },
      additionalProperties: false,
    });
    const search = document.paths['/api/v1/search']?.get;
    expect(search?.parameters.map(({ name }) => name)).toEqual([
      'q',
      'locale',
      'context.region',
      'context.plan',
      'asOf',
      'limit',
    ]);
  });

  test('has examples in every language, which fit their schemas and are what the server answers', async () => {
    const ask = document.paths['/api/v1/answer']?.post;
    const body = ask?.requestBody?.content['application/json'];
    const reply = ask && replyOf(ask, 200)?.content?.['application/json'];
    const requests = body?.examples ?? {};
    expect(Object.keys(requests)).toEqual(['en', 'he', 'fa', 'ms', 'clarify', 'clarified', 'noAnswer']);
    for (const [name, { value }] of Object.entries(requests)) {
      expectValid(body?.schema ?? {}, value);
      const shown = reply?.examples?.[name]?.value as Record<string, unknown>;
      expectValid(reply?.schema ?? {}, shown);
      const said = await request(world.app)
        .post('/api/v1/answer')
        .send(value as object);
      const handOver = (shown.handover as { url: string } | null)?.url ?? null;
      expect(said.body.handover?.url?.replaceAll(said.body.receipt.code, 'BCDF2345') ?? null).toBe(handOver);
      const rest = { receipt: null, handover: null };
      expect({ ...said.body, ...rest }).toEqual({ ...shown, ...rest });
    }
    expect(reply?.examples?.clarified?.value).toMatchObject({ status: 'answered' });
    const statuses = Object.values(reply?.examples ?? {}).map(
      ({ value }) => (value as { status: string }).status,
    );
    expect(new Set(statuses)).toEqual(new Set(['answered', 'clarify', 'no_answer']));
  });

  test('has an example of every kind of error, which fits its schema', () => {
    const replies = Object.entries(document.components.responses);
    expect(replies.length).toBeGreaterThan(6);
    for (const [code, reply] of replies) {
      const { schema = {}, example } = reply.content?.['application/problem+json'] ?? {};
      expectValid(schema, example);
      expect(example).toMatchObject({ code });
    }
  });

  test('changes with the content', async () => {
    const { smallWorld, smallYaml } = await import('../support/small-world.ts');
    const changing = await makeApp(snapshot);
    const site = String(smallYaml['site.yaml']).replace('values: { US:', 'values: { CA: { en: Canada }, US:');
    changing.serve(smallWorld({ 'site.yaml': site }).snapshot);
    const { text } = await request(changing.app).get('/api/v1/openapi.json');
    expect(text).toContain('"CA"');
    await changing.close();
  });

  test('says which calls need a key of which scope, as the server is set', async () => {
    const { paths, components } = document as unknown as {
      paths: Record<string, Record<string, { security: unknown }>>;
      components: { securitySchemes: Record<string, unknown> };
    };
    expect(components.securitySchemes.apiKey).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(paths['/api/v1/answer']?.post?.security).toEqual([{}, { apiKey: ['public-answers'] }]);
    expect(paths['/api/v1/agent/answer']?.post?.security).toEqual([{ apiKey: ['agent-answers'] }]);
    expect(paths['/api/v1/openapi.json']?.get?.security).toEqual([]);
    const closed = await makeApp(snapshot, { config: { apiKeys: 'required' } });
    const { body } = await request(closed.app).get('/api/v1/openapi.json');
    expect(body.paths['/api/v1/answer'].post.security).toEqual([{ apiKey: ['public-answers'] }]);
    expect(body.info.description).toContain('Every call but this document needs a key.');
    await closed.close();
  });

  test('holds nothing of the agents’', () => {
    expect(JSON.stringify(document)).not.toMatch(/zanzibarite|fraud desk|free-shipping/i);
  });
});

/** A real call: the operation it belongs to, the path, and the status that is expected. */
interface Sample {
  readonly operation: string;
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly status: number;
  readonly body?: object | string;
  readonly type?: string;
  /** Sent with the key for agents' answers. */
  readonly isAgents?: true;
}

const ask = (status: number, body: object | string, type = 'application/json'): Sample => ({
  operation: 'askQuestion',
  method: 'post',
  path: '/answer',
  status,
  body,
  type,
});
const agents = (operation: string, path: string, status: number, body?: object | string): Sample => ({
  operation,
  method: body === undefined ? 'get' : 'post',
  path: `/agent${path}`,
  status,
  isAgents: true,
  ...(body === undefined ? {} : { body, type: 'application/json' }),
});
const read = (operation: string, path: string, status: number): Sample => ({
  operation,
  method: 'get',
  path,
  status,
});

const feedback = (operation: 'sendFeedback' | 'answerSurvey', status: number, body: object): Sample => ({
  operation,
  method: 'post',
  path: operation === 'sendFeedback' ? '/feedback' : '/survey',
  status,
  body,
  type: 'application/json',
});
const handOver = (status: number, body: object | string, type = 'application/json'): Sample => ({
  operation: 'handOver',
  method: 'post',
  path: '/handovers',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  type,
});

const article = { readArticle: '/articles', readLead: '/answers' } as const;
const lists = {
  search: '/search?q=order',
  suggest: '/suggest?q=how',
  listCategories: '/categories',
  listArticles: '/articles',
} as const;

const samples: readonly Sample[] = [
  ...['en', 'he', 'fa', 'ms'].map((locale) => ask(200, { question: 'cancel order not shipped yet', locale })),
  ask(200, { question: 'how much is postage' }),
  ask(200, { question: 'how much is postage', context: { region: 'EU', plan: 'plus' } }),
  ask(200, { question: 'cancel or return order item shop' }),
  ask(200, { question: 'quantum chromodynamics homework' }),
  ask(200, { answerId: 'orders/gift-wrap' }),
  ask(200, { answerId: 'returns/return-window#shop', asOf: '2027-02-01', channel: 'x', conversationId: 'c' }),
  ask(200, { question: 'cancel order not shipped yet', explain: true }),
  ask(200, { question: 'and the second one', previous: 'region?orders/shipping-costs#lead' }),
  ask(200, { question: 'European Union', previous: 'region?orders/shipping-costs#lead', explain: true }),
  ask(200, { question: 'how do I cancel it', previous: 'orders/cancel-order#lead', explain: true }),
  ask(400, { question: 'and now?', previous: 'orders/none#lead' }),
  ask(400, { answerId: 'orders/cancel-order', previous: 'orders/cancel-order#lead' }),
  ask(400, {}),
  ask(400, { question: '', extra: 1 }),
  ask(400, '{'),
  ask(404, { answerId: 'orders/none' }),
  ask(413, { question: 'x'.repeat(120_000) }),
  ask(415, '{"question":"a"}', 'text/plain'),
  handOver(200, { receipt: 'UNANSWERED', replyTo: 'dana@shop.example' }),
  handOver(200, { receipt: 'UNANSWERED' }),
  handOver(400, { receipt: 'UNANSWERED', replyTo: 'by pigeon' }),
  handOver(400, { receipt: 'RECEIPT' }),
  handOver(400, {}),
  handOver(404, { receipt: 'BCDF-2345' }),
  handOver(413, { receipt: 'x'.repeat(120_000) }),
  handOver(415, '{"receipt":"a"}', 'text/plain'),
  read('readAnswer', '/answer?q=cancel%20order%20not%20shipped%20yet', 200),
  read('readAnswer', '/answer?q=how%20much%20is%20postage&locale=he', 200),
  read('readAnswer', '/answer?q=how%20much%20is%20postage&explain=true&previous=orders%2Fcancel-order', 200),
  read('readAnswer', '/answer?q=postage&explain=perhaps', 400),
  read('readAnswer', '/answer?q=postage&previous=orders%2Fnone', 400),
  read('readAnswer', '/answer', 400),
  read('readAnswerById', `/answers/${encodeURIComponent('orders/cancel-order#how-to-cancel')}`, 200),
  read('readAnswerById', '/answers/orders%2Fcancel-order?locale=xx', 400),
  read('readAnswerById', '/answers/nothing', 404),
  read('readSection', '/answers/orders/cancel-order/how-to-cancel', 200),
  read('readSection', '/answers/orders/cancel-order/lead?x=1', 400),
  read('readSection', '/answers/orders/cancel-order/nothing', 404),
  ...Object.entries(article).flatMap(([operation, path]) => [
    read(operation, `${path}/orders/cancel-order`, 200),
    read(operation, `${path}/orders/shipping-costs?locale=fa`, 200),
    read(operation, `${path}/orders/cancel-order?asOf=never`, 400),
    read(operation, `${path}/orders/nothing`, 404),
  ]),
  read('readArticle', '/articles/returns/old-window', 301),
  ...Object.entries(lists).flatMap(([operation, path]) => [
    read(operation, path, 200),
    read(operation, `${path}${path.includes('?') ? '&' : '?'}locale=xx`, 400),
  ]),
  read('readReceipt', '/receipts/RECEIPT', 200),
  read('readReceipt', '/receipts/RECEIPT?x=1', 400),
  read('readReceipt', '/receipts/BCDF-2345', 404),
  feedback('sendFeedback', 200, { receipt: 'RECEIPT', helpful: false, reasons: ['wrong'], sentence: 'a' }),
  feedback('sendFeedback', 400, { receipt: 'RECEIPT', helpful: 'perhaps' }),
  feedback('sendFeedback', 404, { receipt: 'BCDF-2345', helpful: true }),
  feedback('sendFeedback', 413, { receipt: 'x'.repeat(120_000), helpful: true }),
  { ...feedback('sendFeedback', 415, {}), type: 'text/plain' },
  feedback('answerSurvey', 400, { conversationId: 'c', score: 11 }),
  feedback('answerSurvey', 404, { conversationId: 'c', score: 7 }),
  feedback('answerSurvey', 413, { conversationId: 'x'.repeat(120_000), score: 7 }),
  { ...feedback('answerSurvey', 415, {}), type: 'text/plain' },
  read('readOpenApi', '/openapi.json', 200),
  read('readOpenApi', '/openapi.json?x=1', 400),
  agents('askForAgents', '/answer', 200, { question: 'cancel order not shipped yet', explain: true }),
  agents('askForAgents', '/answer', 200, { question: 'zanzibarite chargeback warning' }),
  agents('askForAgents', '/answer', 400, {}),
  agents('askForAgents', '/answer', 404, { answerId: 'orders/none' }),
  agents('askForAgents', '/answer', 413, { question: 'x'.repeat(120_000) }),
  { ...agents('askForAgents', '/answer', 415, '{"question":"a"}'), type: 'text/plain' },
  agents('readAgentArticle', '/articles/orders/cancel-order', 200),
  agents('readAgentArticle', '/articles/orders/stolen-card', 200),
  agents('readAgentArticle', '/articles/returns/old-window', 301),
  agents('readAgentArticle', '/articles/orders/cancel-order?asOf=never', 400),
  agents('readAgentArticle', '/articles/orders/nothing', 404),
  agents('readAgentReceipt', '/receipts/RECEIPT', 200),
  agents('readAgentReceipt', '/receipts/RECEIPT?x=1', 400),
  agents('readAgentReceipt', '/receipts/BCDF-2345', 404),
  { operation: 'askQuestion', method: 'delete', path: '/answer', status: 405 },
];

describe('the server’s real responses', () => {
  const seen = new Set<string>();
  const callOf = (operation: string): Call => {
    const found = [...calls()].find(({ call }) => call.operationId === operation);
    if (!found) throw new Error(`there is no call ${operation}`);
    return found.call;
  };

  function expectDocumented(operation: string, response: request.Response): void {
    const reply = replyOf(callOf(operation), response.status);
    expect([operation, response.status, reply === undefined]).toEqual([operation, response.status, false]);
    seen.add(`${operation} ${response.status}`);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['x-request-id']).toBeDefined();
    for (const name of Object.keys(reply?.headers ?? {}))
      expect(response.headers[name.toLowerCase()]).toBeDefined();
    const content = Object.entries(reply?.content ?? {});
    if (content.length === 0) {
      expect(response.text).toBe('');
      return;
    }
    const [[type, { schema }] = ['', { schema: {} }]] = content;
    expect(response.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expectValid(schema, response.body);
  }

  test.each(samples.map((sample) => [`${sample.status} ${sample.method} ${sample.path}`, sample] as const))(
    '%s',
    async (_, { operation, method, path, status, body, type, isAgents }) => {
      const codeOf = async (question: string): Promise<string> =>
        (await request(world.app).post('/api/v1/answer').send({ question })).body.receipt.code;
      const text = JSON.stringify(body ?? '');
      const receipt = `${path}${text}`.includes('RECEIPT')
        ? await codeOf('cancel order not shipped yet')
        : '';
      const open = text.includes('UNANSWERED') ? await codeOf('quantum chromodynamics homework') : '';
      const call = request(world.app)[method](`/api/v1${path.replace('RECEIPT', receipt)}`);
      if (isAgents) call.set('Authorization', agentsKey);
      if (type !== undefined) call.set('Content-Type', type);
      const response = await (body === undefined
        ? call
        : call.send(
            (typeof body === 'string' ? body : JSON.stringify(body))
              .replace('RECEIPT', receipt)
              .replace('UNANSWERED', open),
          ));
      expect(response.status).toBe(status);
      expectDocumented(operation, response);
    },
  );

  test('304, for everything that may be cached', async () => {
    const paths = samples.filter(
      ({ method, status, isAgents }) => method === 'get' && status === 200 && !isAgents,
    );
    for (const { operation, path } of paths) {
      const first = await request(world.app).get(`/api/v1${path}`);
      if (operation === 'readReceipt') continue;
      const again = await request(world.app)
        .get(`/api/v1${path}`)
        .set('If-None-Match', String(first.headers.etag));
      expect(again.status).toBe(304);
      expectDocumented(operation, again);
    }
  });

  test('401 for a key that is not valid, and 403 for a page that the key does not list, for every address', async () => {
    for (const { path, method, call } of calls()) {
      const send = (headers: Record<string, string>) =>
        request(world.app)
          [method as 'get' | 'post'](path.replaceAll(/\{\w+\}/g, 'x'))
          .set(headers);
      const unknown = await send({ Authorization: 'Bearer ck_nobody' });
      expect([path, unknown.status]).toEqual([path, 401]);
      expectDocumented(call.operationId, unknown);
      const foreign = await send({ Authorization: widgetKey, Origin: 'https://other.example' });
      expect([path, foreign.status]).toEqual([path, 403]);
      expectDocumented(call.operationId, foreign);
    }
  });

  test('405, for every address', async () => {
    for (const { path, call } of calls()) {
      const response = await request(world.app).delete(path.replaceAll(/\{\w+\}/g, 'x'));
      expect(response.status).toBe(405);
      expectDocumented(call.operationId, response);
    }
  });

  test('429, for every address', async () => {
    const limited = await makeApp(snapshot, { config: { keylessRateLimit: 1 } });
    await request(limited.app).get('/api/v1/categories');
    for (const { path, method, call } of calls()) {
      const response = await request(limited.app)[method as 'get' | 'post'](
        `${path.replaceAll(/\{\w+\}/g, 'x')}`,
      );
      expect(response.status).toBe(429);
      expectDocumented(call.operationId, response);
    }
    await limited.close();
  });

  test('500 and 503, which tell nothing of the inside', async () => {
    const broken = await makeApp(snapshot);
    await sql`drop table served_answers`.execute(broken.db);
    const unrecorded = await request(broken.app).post('/api/v1/answer').send({ question: 'postage' });
    expect(unrecorded.status).toBe(503);
    expectDocumented('askQuestion', unrecorded);
    const unread = await request(broken.app).get('/api/v1/receipts/BCDF-2345');
    expect(unread.status).toBe(500);
    expectDocumented('readReceipt', unread);
    expect(unrecorded.text + unread.text).not.toMatch(/sqlite|served_answers|no such|\.ts/i);

    const current = () => {
      throw new AppError('unavailable', { message: 'Nothing is published yet, says the inside.' });
    };
    const empty = buildApp({ ...broken.deps, current });
    const key = await broken.makeKey({ scope: 'agent-answers' });
    for (const { path, method, call } of calls()) {
      if (call.operationId.endsWith('Receipt')) continue;
      const response = await request(empty)
        [method as 'get' | 'post'](path.replaceAll(/\{\w+\}/g, 'x'))
        .set('Authorization', key);
      expect(response.status).toBe(503);
      expectDocumented(call.operationId, response);
      expect(response.text).not.toContain('the inside');
    }
    await broken.close();
  });

  test('409, for what was counted already', async () => {
    let clock = Date.parse('2026-11-22T12:00:00Z');
    const asking = { ...snapshot, public: { ...snapshot.public, site: asksEverybody(snapshot.public.site) } };
    const later = await makeApp(asking, { now: () => new Date(clock) });
    const post = (path: string, body: object) => request(later.app).post(`/api/v1${path}`).send(body);
    const ask = {
      question: 'postage and shipping costs',
      conversationId: 'c',
      context: { region: 'US', plan: 'plus' },
    };
    const { receipt } = (await post('/answer', ask)).body;
    await post('/answer', ask);
    const rated = await post('/feedback', { receipt: receipt.code, helpful: true });
    expect(rated.body.survey).not.toBeNull();
    expectDocumented('sendFeedback', rated);
    const said = { conversationId: 'c', score: 10, sentence: null };
    expectDocumented('answerSurvey', await post('/survey', said));
    const again = await post('/survey', said);
    expect(again.status).toBe(409);
    expectDocumented('answerSurvey', again);
    clock += 25 * 3_600_000;
    const settled = await post('/feedback', { receipt: receipt.code, helpful: false });
    expect(settled.status).toBe(409);
    expectDocumented('sendFeedback', settled);
    await later.close();
  });

  test('cover every status that the document promises, but failures of our own', () => {
    const promised = [...calls()].flatMap(({ call }) =>
      Object.keys(call.responses)
        .filter((status) => Number(status) < 500)
        .map((status) => `${call.operationId} ${status}`),
    );
    expect(promised.filter((one) => !seen.has(one))).toEqual([]);
  });
});

describe('requests', () => {
  test('that the document allows are taken, and others are not', async () => {
    const schema = { $ref: '#/components/schemas/AnswerRequest' };
    const bodies: readonly [object, boolean][] = [
      [{ question: 'a' }, true],
      [{ question: 'a', answerId: null, locale: 'he', context: { region: 'EU' } }, true],
      [{ question: '🧦'.repeat(2_000) }, true],
      [{ question: '🧦'.repeat(2_001) }, false],
      [{ question: 'a', locale: 'de' }, false],
      [{ question: 'a', context: { region: 'XX' } }, false],
      [{ question: 'a', context: { planet: 'earth' } }, false],
      [{ question: 'a', asOf: '2026-02-30' }, false],
      [{ question: 'a', channel: 'Not Good' }, false],
      [{ question: 'a', conversationId: 'with blank' }, false],
      [{ question: 'a', more: 1 }, false],
      [{ question: 1 }, false],
    ];
    for (const [body, allowed] of bodies) {
      expect([body, valid(schema)(body)]).toEqual([body, allowed]);
      const { status } = await request(world.app).post('/api/v1/answer').send(body);
      expect([body, status]).toEqual([body, allowed ? 200 : 400]);
    }
  });
});
