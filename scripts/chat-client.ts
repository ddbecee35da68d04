/** The API as a bot sees it: JSON over HTTP. Only the fields that this bot uses are named. */
export interface Result {
  readonly status: 'answered' | 'clarify' | 'needs_confirmation' | 'no_answer' | 'courtesy';
  readonly fingerprint: string;
  readonly answer: {
    readonly id: string;
    readonly locale: string;
    readonly title: string;
    readonly heading: string | null;
    readonly text: string;
    readonly url: string;
    readonly verified: { readonly on: string };
  } | null;
  readonly reply: string | null;
  readonly clarification: {
    readonly id: string;
    readonly prompt: string;
    readonly dimension: string | null;
    readonly options: readonly { readonly value: string; readonly label: string }[];
  } | null;
  readonly followUps: readonly {
    readonly answerId: string;
    readonly title: string;
    readonly heading: string | null;
  }[];
  readonly escalation: {
    readonly message: string;
    readonly name: string;
    readonly email: string | null;
    readonly phone: string | null;
    readonly url: string | null;
    readonly hours: string | null;
  } | null;
  readonly handover: { readonly kind: 'mailto' | 'url' | 'webhook'; readonly url: string | null } | null;
  readonly context: Readonly<Record<string, string>>;
  readonly receipt: { readonly code: string; readonly url: string } | null;
}

/** What is asked: a question, with the id of what it follows, or the id of an answer. */
export type Asked =
  | { readonly question: string; readonly previous?: string | null }
  | { readonly answerId: string };

export interface Request {
  readonly asked: Asked;
  readonly locale: string;
  readonly context: Readonly<Record<string, string>>;
  readonly asOf: string | null;
}

/** What came of a call. `refused`: the server understood and said no, in one sentence. `unreachable`: nobody answered sensibly. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | {
      readonly kind: 'refused';
      readonly detail: string /** Seconds to wait, where it is busy. */;
      readonly pause?: number;
    }
  | { readonly kind: 'unreachable'; readonly detail: string };

/** The relationship question, where this conversation is asked it. */
export interface SurveyQuestions {
  readonly recommend: string;
  readonly why: string;
}

export interface Client {
  /** The languages served, and the one used where none is named. */
  languages(): Promise<Outcome<{ readonly served: readonly string[]; readonly fallback: string }>>;
  /** Whether the server takes this locale, context and day. */
  check(request: Omit<Request, 'asked'>): Promise<Outcome<true>>;
  ask(request: Request): Promise<Outcome<Result>>;
  /** Says whether an answer helped; gives the question to put next, or null. */
  rate(receipt: string, helpful: boolean): Promise<Outcome<SurveyQuestions | null>>;
  /** Says how likely the customer is to recommend, and why. */
  recommend(score: number, sentence: string): Promise<Outcome<true>>;
}

const timeoutMs = 15_000;
const pauseMs = 700;
/** Longest that a busy server is waited for, seconds: nobody stares at a silent terminal for longer. */
const longestPause = 10;

/**
 * A client for the server at `url`; every answer it asks for is recorded under `conversationId`. `key`: the API key that
 * it sends; null: none. A server that asks for a short pause (429) gets it.
 */
export function createClient(url: string, conversationId: string, key: string | null): Client {
  async function call(path: string, init: RequestInit = {}): Promise<Outcome<unknown>> {
    let response: Response;
    try {
      response = await fetch(new URL(path, url), {
        ...init,
        headers: { ...init.headers, ...(key === null ? {} : { Authorization: `Bearer ${key}` }) },
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      return { kind: 'unreachable', detail: reasonOf(error) };
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok && typeof body === 'object' && body !== null) return { kind: 'ok', value: body };
    const detail = sentenceOf(body);
    const pause = response.status === 429 ? Number(response.headers.get('retry-after')) : Number.NaN;
    if (detail !== null && pause > 0)
      return { kind: 'refused', detail: `${detail}\n  again in ${pause} seconds`, pause };
    if (detail !== null) return { kind: 'refused', detail };
    return { kind: 'unreachable', detail: `it answered ${response.status} without the API's JSON` };
  }

  /** A server that restarts is given a moment, and one that is busy the time that it asks for. */
  async function patiently(path: string, init?: RequestInit): Promise<Outcome<unknown>> {
    const outcome = await call(path, init);
    const pause =
      outcome.kind === 'unreachable' ? pauseMs : outcome.kind === 'refused' ? (outcome.pause ?? 0) * 1000 : 0;
    if (pause === 0 || pause > longestPause * 1000) return outcome;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return call(path, init);
  }

  const post = (path: string, body: object): Promise<Outcome<unknown>> =>
    patiently(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  return {
    async languages() {
      const outcome = await patiently('/api/v1/openapi.json');
      if (outcome.kind !== 'ok') return outcome;
      const document = outcome.value as {
        components?: { schemas?: { Locale?: { enum?: readonly string[]; default?: string } } };
      };
      const { enum: served = [], default: fallback } = document.components?.schemas?.Locale ?? {};
      if (fallback === undefined) return { kind: 'unreachable', detail: 'its document names no languages' };
      return { kind: 'ok', value: { served, fallback } };
    },

    async check({ locale, context, asOf }) {
      const query = new URLSearchParams({ locale, ...(asOf === null ? {} : { asOf }) });
      for (const [dimension, value] of Object.entries(context)) query.set(`context.${dimension}`, value);
      const outcome = await patiently(`/api/v1/categories?${query}`);
      return outcome.kind === 'ok' ? { kind: 'ok', value: true } : outcome;
    },

    async ask({ asked, locale, context, asOf }) {
      const outcome = await patiently('/api/v1/answer', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...asked, locale, context, asOf, channel: 'chat', conversationId }),
      });
      return outcome.kind === 'ok' ? { kind: 'ok', value: outcome.value as Result } : outcome;
    },

    async rate(receipt, helpful) {
      const outcome = await post('/api/v1/feedback', { receipt, helpful });
      if (outcome.kind !== 'ok') return outcome;
      const { survey } = outcome.value as { readonly survey: SurveyQuestions | null };
      return { kind: 'ok', value: survey };
    },

    async recommend(score, sentence) {
      const outcome = await post('/api/v1/survey', { conversationId, score, sentence: sentence || null });
      return outcome.kind === 'ok' ? { kind: 'ok', value: true } : outcome;
    },
  };
}

/** The sentences of a problem details object; null for anything else. */
function sentenceOf(body: unknown): string | null {
  const problem = body as Fault & { readonly errors?: readonly Fault[] };
  if (typeof problem?.detail !== 'string') return null;
  return (problem.errors ?? [problem]).map(faultSentence).join('\n');
}

interface Fault {
  readonly detail?: string;
  readonly expected?: string;
  readonly found?: string;
}

function faultSentence({ detail = '', expected, found }: Fault): string {
  return [
    detail,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(found === undefined ? [] : [`found: ${found}`]),
  ].join('\n  ');
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as {
    readonly cause?: { readonly code?: string };
    readonly message: string;
  };
  return cause?.code ?? message;
}
