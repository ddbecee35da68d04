import { couldNotAsk, createHttpClient, type HttpClient, type Reply } from './http-client.ts';
import { filled, formsOn } from './page.ts';

/** Path of the agents' console; whoever is not signed in is led to the sign-in from there. */
const CONSOLE = '/agent';

/** What an installation says of itself. */
export interface Installation {
  readonly url: URL;
  readonly locales: readonly string[];
  readonly defaultLocale: string;
  /** The public content that is served right now, and the day that it takes for today. */
  state(): Promise<State>;
  /** The articles that a locale shows, with the locale that each is written in. */
  articles(locale: string): Promise<readonly ListedArticle[]>;
  /** The titles and other questions of an article. */
  questionsOf(article: ListedArticle): Promise<readonly string[]>;
  /** Anyone. */
  readonly customer: HttpClient;
  /** A signed-in agent; null where none was named. */
  readonly agent: HttpClient | null;
}

/** What a result depends on beside what is asked. */
export interface State {
  readonly snapshot: string;
  readonly today: string;
}

/** An article of a list. */
export interface ListedArticle {
  readonly articleId: string;
  readonly title: string;
  readonly locale: string;
}

/** Who looks at the agents' console. */
export interface Agent {
  readonly name: string;
  readonly password: string;
}

/** Opens an installation and signs the agent in by the console's own form. `key`: the API key, or null. Errors: couldNotAsk. */
export async function openInstallation(
  url: URL,
  agent: Agent | null,
  key: string | null = null,
): Promise<Installation> {
  const customer = createHttpClient(url, 'parity', key);
  const document = jsonOf(await customer.get('/api/v1/openapi.json', 'json')) as {
    readonly components?: {
      readonly schemas?: {
        readonly Locale?: { readonly enum?: readonly string[]; readonly default?: string };
      };
    };
  };
  const { enum: locales = [], default: defaultLocale } = document.components?.schemas?.Locale ?? {};
  if (defaultLocale === undefined)
    throw couldNotAsk(`${url} has no answer API: its document names no languages.`);
  return {
    url,
    locales,
    defaultLocale,
    async state() {
      const { snapshot, asOf } = jsonOf(await customer.get('/api/v1/categories', 'json')) as {
        readonly snapshot: string;
        readonly asOf: string;
      };
      return { snapshot, today: asOf };
    },
    async articles(locale) {
      const query = new URLSearchParams({ locale });
      const list = jsonOf(await customer.get(`/api/v1/articles?${query}`, 'json'));
      return (list as { readonly articles: readonly ListedArticle[] }).articles;
    },
    async questionsOf({ articleId, locale }) {
      const query = new URLSearchParams({ locale });
      const article = jsonOf(await customer.get(`/api/v1/articles/${articleId}?${query}`, 'json')) as {
        readonly title: string;
        readonly questions: readonly string[];
      };
      return [article.title, ...article.questions];
    },
    customer,
    agent: agent && (await signIn(url, agent)),
  };
}

/** The token that the console's forms carry. Errors: couldNotAsk where none of them has one. */
export async function formTokenOf(agent: HttpClient, path: string): Promise<string> {
  const page = await agent.get(path, 'html');
  if (page.status !== 200) throw couldNotAsk(`${page.url} answers ${page.status}; it is for managers alone.`);
  const fields = formsOn(page.body).flatMap((form) => form.fields);
  const token = fields.find(({ name, type }) => name === 'token' && type === 'hidden')?.value;
  if (token === undefined) throw couldNotAsk(`${page.url} has no form with a token.`);
  return token;
}

async function signIn(url: URL, { name, password }: Agent): Promise<HttpClient> {
  const client = createHttpClient(url, 'parity');
  const page = await client.get(CONSOLE, 'html');
  const form = formsOn(page.body).find(({ fields }) => fields.some(({ type }) => type === 'password'));
  if (form === undefined) throw couldNotAsk(`${page.url} shows no form to sign in (${page.status}).`);
  const sent = filled(form, { name, password });
  if ('missing' in sent) throw couldNotAsk(`The form to sign in at ${page.url} has not ${sent.missing}.`);
  const reply = await client.post(new URL(form.action, page.url), { form: sent.fields });
  if (reply.status === 401) throw couldNotAsk(`The sign-in of ${name} is refused: wrong name or password.`);
  if (isSignIn(reply) || reply.status !== 200)
    throw couldNotAsk(`The sign-in of ${name} did not lead to the console (${reply.status}, ${reply.url}).`);
  return client;
}

/** Whether a page asks for a password. */
export function isSignIn(page: Reply): boolean {
  return formsOn(page.body).some(({ fields }) => fields.some(({ type }) => type === 'password'));
}

function jsonOf(reply: Reply): unknown {
  try {
    if (reply.status === 200) return JSON.parse(reply.body);
  } catch {
    // Told below.
  }
  throw couldNotAsk(
    `${reply.url} gives ${reply.status}, ${reply.type || 'nothing'}; expected is the API's JSON.`,
  );
}
