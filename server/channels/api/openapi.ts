import { z } from 'zod';
import type { Site } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { type ErrorCode, errorCatalogue } from '../../errors.ts';
import type { Views } from '../../http/views.ts';
import type { PublicDoor } from '../ask.ts';
import { agentOperations } from './agent-operations.ts';
import { type Example, examplesOf } from './examples.ts';
import { commonProblems, type Operation, operations } from './operations.ts';
import { components } from './schemas.ts';

/** A JSON value of the document. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Every call of the API, in the order of the document. */
export const documentedOperations: readonly Operation[] = [...operations, ...agentOperations];

/** Version of the API's form, not of the content. */
export const apiVersion = '1.1.0';

/**
 * The OpenAPI 3.1 document of the API as it is served now. It is made of the schemas by which requests are parsed, the
 * operations from which routes are made, the languages and dimensions of the site, and examples that this server really
 * answers; made once for each published content and day.
 */
export function createOpenApi(door: PublicDoor, config: Config, words: Views['words']): () => JsonObject {
  let made: { readonly key: string; readonly document: JsonObject } | null = null;
  return () => {
    const answerer = door.open();
    const key = `${answerer.snapshot} ${answerer.today(door.now())}`;
    if (made?.key !== key)
      made = { key, document: documentOf(answerer.site, config, examplesOf(door, words)) };
    return made.document;
  };
}

function documentOf(site: Site, config: Config, examples: readonly Example[]): JsonObject {
  const name = site.name[site.defaultLocale] ?? '';
  return {
    openapi: '3.1.1',
    info: {
      title: `${name}: answer API`,
      version: apiVersion,
      summary: 'Ask a question, get one approved answer, word for word.',
      description: introduction(site, config),
    },
    servers: [{ url: config.publicUrl }],
    paths: pathsOf(site, examples, config),
    components: {
      schemas: schemasFor(site),
      responses: problemResponses(),
      headers,
      securitySchemes: { apiKey: keyScheme },
    },
  };
}

function introduction(site: Site, { apiKeys, keylessRateLimit }: Config): string {
  const dimensions = site.dimensions.map(
    ({ id, values }) => `\`${id}\` (${values.map((value) => value.id).join(', ')})`,
  );
  return [
    "Every answer is text that the company approved. It is served verbatim, the same on the website, at the agents' desk and here; nothing is generated. The same question in the same language, for the same customer on the same day, always gets the same words, and `fingerprint` proves it.",
    '',
    `A bot needs one call: \`POST /api/v1/answer\`. ${
      apiKeys === 'required'
        ? 'Every call but this document needs a key.'
        : `Public answers need no key; without one, ${keylessRateLimit} calls a minute and address are taken.`
    } No cookie is set or read.`,
    '',
    'A key comes from the people who run this site. Send it as `Authorization: Bearer ck_...` and in no other place: in an address or a body it is refused (401), and so is anything in that header that is not a valid key. A key has a limit of its own, and the answers it asks for are recorded under its channel. In a browser, only a key that lists the origin of the page works there.',
    '',
    `Languages: ${site.locales.join(', ')}; without \`locale\`, ${site.defaultLocale}. What an answer may depend on: ${dimensions.join('; ') || 'nothing but the day'}. Days are those of ${site.timeZone}.`,
    '',
    'Addresses in responses (`url`) are paths: resolve them against the address you call. Every response has `X-Request-Id` (yours, if you send a plain one) and results have `Content-Language`. GET calls answer HEAD too; those that may be cached carry an ETag. Errors are problem details (RFC 9457). Bodies are JSON of at most 100 kB.',
  ].join('\n');
}

// ------------------------------------------------------------------------------------------------------ paths

function pathsOf(site: Site, examples: readonly Example[], config: Config): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of documentedOperations) {
    const path = documentedPath(operation.path);
    paths[path] = { ...paths[path], [operation.method]: operationOf(operation, site, examples, config) };
  }
  return paths;
}

/** `/api/v1/articles/:category` → `/api/v1/articles/{category}`. */
export function documentedPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function operationOf(
  operation: Operation,
  site: Site,
  examples: readonly Example[],
  config: Config,
): JsonObject {
  const shown = operation.id === 'askQuestion' ? examples : [];
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: operation.description,
    security: securityOf(operation, config),
    parameters: [...pathParameters(operation), ...queryParameters(operation, site)],
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: reference(operation.body),
                examples: named(shown, ({ request }) => request),
              },
            },
          },
        }),
    responses: {
      200: {
        description: operation.successDescription,
        headers: headersOf(operation),
        content: {
          'application/json': {
            schema: reference(operation.success),
            ...(shown.length === 0 ? {} : { examples: named(shown, ({ result }) => result) }),
          },
        },
      },
      ...(operation.redirects
        ? {
            301: {
              description: 'The article was replaced; `Location` has the one that replaced it.',
              headers: { Location: { schema: { type: 'string', format: 'uri-reference' } } },
            },
          }
        : {}),
      ...(operation.cache === 'public-revalidate'
        ? {
            304: {
              description: 'Nothing has changed since the response whose ETag you sent in `If-None-Match`.',
            },
          }
        : {}),
      ...problemsOf(operation),
    },
  };
}

/** An empty requirement means: also without a key. */
function securityOf({ scope }: Operation, { apiKeys }: Config): readonly JsonObject[] {
  if (scope === null) return [];
  const key = { apiKey: [scope] };
  return scope === 'public-answers' && apiKeys === 'optional' ? [{}, key] : [key];
}

function named(examples: readonly Example[], value: (example: Example) => object): JsonObject {
  return Object.fromEntries(
    examples.map((example) => [example.name, { summary: example.summary, value: value(example) as Json }]),
  );
}

function reference(schema: z.ZodType): JsonObject {
  const id = components.get(schema)?.id;
  return id === undefined
    ? withoutDialect(z.toJSONSchema(schema, { io: 'input' }))
    : { $ref: `#/components/schemas/${id}` };
}

function pathParameters({ pathParameters: parameters }: Operation): readonly JsonObject[] {
  return Object.entries(parameters).map(([name, { description, example }]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
    example,
  }));
}

/** `context` is written as one `context.<dimension>` for each dimension of the site. */
function queryParameters({ query }: Operation, site: Site): readonly JsonObject[] {
  const schema = z.toJSONSchema(query, { io: 'input' });
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): readonly JsonObject[] => {
    if (name === 'context') return dimensionParameters(site);
    const { description, ...rest } = property as { readonly description?: string } & JsonObject;
    return [
      {
        name,
        in: 'query',
        required: required.has(name),
        ...(description === undefined ? {} : { description }),
        schema: name === 'locale' ? { ...rest, ...localeValues(site) } : rest,
      },
    ];
  });
}

function dimensionParameters(site: Site): readonly JsonObject[] {
  return site.dimensions.map((dimension) => ({
    name: `context.${dimension.id}`,
    in: 'query',
    required: false,
    description: `What you know of the customer: ${dimension.label[site.defaultLocale] ?? dimension.id}.`,
    schema: { type: 'string', enum: dimension.values.map(({ id }) => id) },
  }));
}

function localeValues(site: Site): JsonObject {
  return { enum: site.locales, default: site.defaultLocale };
}

// ---------------------------------------------------------------------------------------------------- schemas

/** The named schemas, with the site's languages and dimensions where a request names them. */
function schemasFor(site: Site): JsonObject {
  const { schemas } = z.toJSONSchema(components, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  const plain = Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [id, withoutDialect(schema)]),
  );
  return {
    ...plain,
    Locale: { ...(plain.Locale ?? {}), ...localeValues(site) },
    Context: {
      type: 'object',
      description: plain.Context?.description,
      properties: Object.fromEntries(
        site.dimensions.map(({ id, label, values }) => [
          id,
          {
            type: 'string',
            enum: values.map((value) => value.id),
            description: label[site.defaultLocale] ?? id,
          },
        ]),
      ),
      additionalProperties: false,
    },
  };
}

function withoutDialect(schema: object): JsonObject {
  const { $schema: _dialect, $id: _id, ...rest } = schema as JsonObject;
  return rest;
}

// ----------------------------------------------------------------------------------------- headers, problems

const keyScheme: JsonObject = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key, `ck_...`. What it opens is its scope: `public-answers`, or `agent-answers`, which only an admin grants and which opens public answers too.',
};

const headers: JsonObject = {
  RequestId: {
    description:
      'Id of this request: the one you sent, if it was plain (1 to 64 letters, digits, `.`, `_`, `-`), else a new one.',
    schema: { type: 'string' },
  },
  ContentLanguage: { description: 'Language of the text.', schema: { type: 'string' } },
  ETag: { description: 'Send it back in `If-None-Match`.', schema: { type: 'string' } },
};

function headersOf({ cache }: Operation): JsonObject {
  return {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    'Content-Language': { $ref: '#/components/headers/ContentLanguage' },
    ...(cache === 'public-revalidate' ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
  };
}

/** Codes that some call of the API can answer. */
export const apiProblems: readonly ErrorCode[] = [
  ...new Set([...commonProblems, ...documentedOperations.flatMap(({ problems }) => problems)]),
].sort((a, b) => errorCatalogue[a].status - errorCatalogue[b].status || (a < b ? -1 : 1));

function problemsOf({ problems }: Operation): JsonObject {
  return Object.fromEntries(
    [...commonProblems, ...problems].map((code) => [
      errorCatalogue[code].status,
      { $ref: `#/components/responses/${code}` },
    ]),
  );
}

function problemResponses(): JsonObject {
  return Object.fromEntries(
    apiProblems.map((code) => [
      code,
      {
        description: errorCatalogue[code].title,
        headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            example: exampleProblem(code),
          },
        },
      },
    ]),
  );
}

const exampleDetails: Readonly<Partial<Record<ErrorCode, JsonObject>>> = {
  'api-key-invalid': {
    detail: 'The Authorization header holds no valid API key: it is unknown, expired, revoked or misspelled.',
    expected: 'one header Authorization: Bearer ck_..., or none where none is needed',
  },
  forbidden: {
    detail: 'This API key does not open this.',
    expected: 'a key with the scope agent-answers',
    found: 'a key with the scope public-answers',
  },
  'invalid-request': {
    detail: 'asOf is not of the documented form.',
    field: 'asOf',
    expected: 'a date that exists in the calendar, written like 2026-12-31',
    found: '2026-02-30',
  },
  'not-found': {
    detail: 'No article orders/change-ordr is in force on 2026-12-31.',
    field: 'answerId',
    expected: 'category/slug, with #section or without',
    found: 'orders/change-ordr',
  },
  'method-not-allowed': { expected: 'GET or HEAD', found: 'DELETE' },
  'body-too-large': { expected: 'at most 100 kB' },
  'unsupported-media-type': { expected: 'application/json', found: 'text/plain' },
};

function exampleProblem(code: ErrorCode): JsonObject {
  const { title, status } = errorCatalogue[code];
  return {
    type: `/api/docs#${code}`,
    title,
    status,
    detail: title,
    instance: '/api/v1/answer',
    code,
    requestId: '0b8f6f2e-5a51-4f2e-9a55-0d5f3a1f6c11',
    ...exampleDetails[code],
  };
}
