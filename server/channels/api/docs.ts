import type { Config } from '../../config.ts';
import { errorCatalogue } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { PublicDoor } from '../ask.ts';
import { apiProblems, documentedOperations, documentedPath, type Json, type JsonObject } from './openapi.ts';

/** Schemas that have a table of their own on the page, in reading order. */
const shownSchemas: readonly string[] = [
  'AnswerRequest',
  'AnswerResult',
  'Answer',
  'Verified',
  'Period',
  'Dependency',
  'Clarification',
  'Option',
  'Escalation',
  'Receipt',
  'Alternative',
  'Pointer',
  'FollowUp',
  'Why',
  'Explanation',
  'ExplainedCandidate',
  'ExplainedWord',
  'SearchResult',
  'Hit',
  'Suggestions',
  'Suggestion',
  'Categories',
  'Category',
  'Articles',
  'ArticlePointer',
  'Article',
  'Section',
  'DimensionInUse',
  'ReceiptRecord',
  'FeedbackRequest',
  'Feedback',
  'Rating',
  'SurveyQuestions',
  'SurveyRequest',
  'SurveyGiven',
  'AgentAnswer',
  'AgentArticle',
  'Desk',
  'Note',
  'Offer',
  'Problem',
  'Fault',
];

/** The readable page of the OpenAPI document: no script, nothing from elsewhere. `?locale=` chooses its language. */
export function docsRoute(deps: {
  readonly door: PublicDoor;
  readonly config: Config;
  readonly views: Views;
  readonly openApi: () => JsonObject;
}): Route {
  const { door, config, views, openApi } = deps;
  return {
    method: 'get',
    path: '/api/docs',
    access: 'anyone',
    limit: 'pages',
    format: 'html',
    cache: 'public-revalidate',
    summary: 'The API, readable: calls, fields, examples and errors.',
    handler(request, response) {
      const { site } = door.open();
      const wanted = request.query.locale;
      const locale = site.locales.find((one) => one === wanted) ?? site.defaultLocale;
      const page = {
        ...presentDocs(openApi(), config.publicUrl, locale),
        isKeyRequired: config.apiKeys === 'required',
        siteName: site.name[locale] ?? site.name[site.defaultLocale] ?? '',
        homeUrl: `/${locale}`,
        languages: site.locales.map((one) => ({
          locale: one,
          name: views.words(one).ownName,
          direction: views.words(one).direction,
          url: `/api/docs?locale=${one}`,
          current: one === locale,
        })),
      };
      response
        .set('Content-Language', locale)
        .type('html')
        .send(views.render('api/docs', locale, page));
    },
  };
}

/** A run of text or of code. */
interface Run {
  readonly text: string;
  readonly code: boolean;
}

/** A paragraph, or an item of a numbered list with its number (`2.`). */
interface Block {
  readonly item: string | null;
  readonly runs: readonly Run[];
}

/** The page's model, read from the document alone, so that page and document cannot differ. */
export function presentDocs(document: JsonObject, publicUrl: string, locale: string) {
  const info = objectOf(document.info);
  const schemas = objectOf(objectOf(document.components).schemas);
  const ask = objectOf(objectOf(objectOf(document.paths)['/api/v1/answer']).post);
  const needsKey = keyOf(listOf(ask.security).map(objectOf))?.required === true;
  const examples = examplesIn(ask, publicUrl, needsKey);
  return {
    introduction: blocksOf(textOf(info.description)),
    start: examples.find(({ name }) => name === locale) ?? examples[0] ?? null,
    examples,
    calls: documentedOperations.map(({ id, method, path }) =>
      callOf(objectOf(objectOf(objectOf(document.paths)[documentedPath(path)])[method]), id, method, path),
    ),
    schemas: shownSchemas.flatMap((name) => {
      const schema = schemas[name];
      return schema === undefined ? [] : [tableOf(name, objectOf(schema), schemas)];
    }),
    problems: apiProblems.map((code) => ({
      code,
      status: errorCatalogue[code].status,
      title: errorCatalogue[code].title,
    })),
  };
}

function examplesIn(ask: JsonObject, publicUrl: string, needsKey: boolean) {
  const requests = objectOf(contentOf(objectOf(ask.requestBody), 'application/json').examples);
  const results = objectOf(contentOf(objectOf(objectOf(ask.responses)['200']), 'application/json').examples);
  return Object.entries(requests).map(([name, example]) => {
    const { summary, value } = objectOf(example);
    return {
      name,
      summary: textOf(summary),
      curl: curlOf(publicUrl, value ?? null, needsKey),
      result: JSON.stringify(objectOf(results[name]).value, null, 2),
    };
  });
}

/** Works in every POSIX shell: the body in single quotes, with the quotes in it taken out of them. */
function curlOf(publicUrl: string, body: Json, needsKey: boolean): string {
  const quoted = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  const key = needsKey ? `  -H 'Authorization: Bearer ck_...' \\\n` : '';
  return `curl ${publicUrl}/api/v1/answer \\\n${key}  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`;
}

function callOf(operation: JsonObject, id: string, method: string, path: string) {
  const parameters = listOf(operation.parameters).map(objectOf);
  return {
    id,
    method: method.toUpperCase(),
    path: documentedPath(path),
    summary: runsOf(textOf(operation.summary)),
    description: blocksOf(textOf(operation.description)),
    key: keyOf(listOf(operation.security).map(objectOf)),
    parameters: parameters.map((parameter) => ({
      name: textOf(parameter.name),
      required: parameter.required === true,
      type: typeOf(objectOf(parameter.schema)),
      description: runsOf(textOf(parameter.description)),
    })),
    body: shownRef(contentOf(objectOf(operation.requestBody), 'application/json').schema),
    success: shownRef(contentOf(objectOf(objectOf(operation.responses)['200']), 'application/json').schema),
    responses: Object.keys(objectOf(operation.responses)),
  };
}

/** Whether a call needs a key, and the scope that opens it. */
function keyOf(
  security: readonly JsonObject[],
): { readonly scope: string; readonly required: boolean } | null {
  const scope = security.flatMap((one) => listOf(one.apiKey).map(textOf))[0];
  return scope === undefined ? null : { scope, required: security.every((one) => one.apiKey !== undefined) };
}

function tableOf(name: string, schema: JsonObject, schemas: JsonObject) {
  const required = new Set(listOf(schema.required).map(textOf));
  const variants = [...listOf(schema.anyOf).map(objectOf), schema];
  return {
    name,
    description: runsOf(textOf(schema.description)),
    fields: variants.flatMap((variant) =>
      Object.entries(objectOf(variant.properties)).map(([field, property]) => ({
        name: field,
        required: required.has(field),
        type: typeOf(objectOf(property)),
        description: runsOf(descriptionOf(objectOf(property), schemas)),
      })),
    ),
  };
}

/** A type in words: `text`, `list of Option`, `Answer or null`; `schema` is the table it leads to. */
function typeOf(schema: JsonObject): { readonly text: string; readonly schema: string | null } {
  const own = refOf(schema);
  if (own !== null) return { text: own, schema: shownRef(schema) };
  const choices = listOf(schema.anyOf).map((choice) => typeOf(objectOf(choice)));
  if (choices.length > 0)
    return {
      text: choices.map(({ text }) => text).join(' or '),
      schema: choices.find((choice) => choice.schema !== null)?.schema ?? null,
    };
  if (schema.type === 'array') {
    const items = typeOf(objectOf(schema.items));
    return { text: `list of ${items.text}`, schema: items.schema };
  }
  const values = listOf(schema.enum).map(textOf);
  if (values.length > 0) return { text: values.join(', '), schema: null };
  const types = Array.isArray(schema.type) ? listOf(schema.type).map(textOf) : [textOf(schema.type)];
  return {
    text: types.map((type) => (type === 'string' ? textOf(schema.format) || 'string' : type)).join(' or '),
    schema: null,
  };
}

/** A property's description; without one of its own, that of what it holds. */
function descriptionOf(property: JsonObject, schemas: JsonObject): string {
  const own = textOf(property.description);
  if (own !== '') return own;
  const referred = refOf(property);
  if (referred !== null) return textOf(objectOf(schemas[referred]).description);
  return listOf(property.anyOf)
    .map((choice) => descriptionOf(objectOf(choice), schemas))
    .join('');
}

/** CommonMark of the descriptions: paragraphs, numbered items and `code`; that is all they use. */
function blocksOf(markdown: string): readonly Block[] {
  return markdown
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const item = /^\d+\. /.exec(line);
      return { item: item?.[0].trim() ?? null, runs: runsOf(line.slice(item?.[0].length ?? 0)) };
    });
}

function runsOf(markdown: string): readonly Run[] {
  return markdown
    .split('`')
    .map((text, place) => ({ text, code: place % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

function contentOf(part: JsonObject, type: string): JsonObject {
  return objectOf(objectOf(part.content)[type]);
}

function refOf(schema: Json | undefined): string | null {
  const ref = textOf(objectOf(schema).$ref);
  return ref === '' ? null : ref.slice(ref.lastIndexOf('/') + 1);
}

/** The schema referred to, where the page has a table of it. */
function shownRef(schema: Json | undefined): string | null {
  const name = refOf(schema);
  return name !== null && shownSchemas.includes(name) ? name : null;
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
