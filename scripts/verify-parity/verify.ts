import { askReference, channels, REFERENCE } from './channels.ts';
import type { HttpClient, Reply } from './http-client.ts';
import type { Installation, State } from './installation.ts';
import { type Channel, differing, type Look, type Said, type Statement, type Visit } from './look.ts';
import type { Question } from './question.ts';

/** A thing that a channel says otherwise than it should. */
export interface Difference extends Statement {
  readonly channel: string;
  readonly question: Question;
  readonly address: string;
}

/** How one channel did. */
export interface ChannelFigures {
  readonly name: string;
  /** Questions of which it was compared, and of which something differed. */
  readonly compared: number;
  readonly differing: number;
  /** Questions that it cannot be asked, or that have nothing to be seen on it. */
  readonly leftOut: number;
}

/** What a verification found. */
export interface Verification {
  /** Public contents that were served while it ran, by id, the last one last. */
  readonly snapshots: readonly string[];
  /** Those that were asked with what their answer turned out to depend on count by themselves. */
  readonly questions: number;
  readonly byLocale: Readonly<Record<string, number>>;
  /** Questions that were asked again, since other content was published between two channels. */
  readonly repeated: number;
  readonly channels: readonly ChannelFigures[];
  readonly differences: readonly Difference[];
}

interface Round {
  readonly question: Question;
  readonly said: Said;
  readonly looks: readonly { readonly channel: string; readonly look: Look }[];
}

/**
 * Asks every question through every channel and holds what they say against the API's POST. Where an answer depends on the
 * customer, the question is asked again with each value. A question that differs while other content was published is asked
 * once more. `told`: hears how many are done, of how many. Errors: couldNotAsk.
 */
export async function verify(
  installation: Installation,
  questions: readonly Question[],
  options: {
    readonly concurrency: number;
    readonly told?: (done: number, all: number) => void;
    /** Beside the API's POST; default: every channel. */
    readonly channels?: readonly Channel[];
  },
): Promise<Verification> {
  const asked = (options.channels ?? channels).filter(
    ({ forAgents }) => !forAgents || installation.agent !== null,
  );
  const states: State[] = [await installation.state()];
  let pages = new Map<string, Promise<Reply>>();
  const pageOf = (client: HttpClient, path: string): Promise<Reply> => {
    const kind = path.startsWith('/api/') ? 'json' : 'html';
    const known = pages.get(path) ?? client.get(path, kind);
    pages.set(path, known);
    return known;
  };
  const latest = (): State => states.at(-1) ?? { snapshot: '', today: '' };

  async function round(question: Question): Promise<Round> {
    const { customer, agent } = installation;
    const visit: Visit = { customer, agent, today: latest().today, page: pageOf };
    const { said, look } = await askReference(question, visit);
    const looks = [{ channel: REFERENCE, look: look as Look }];
    for (const { name, look } of asked)
      looks.push({ channel: name, look: await look(question, said, visit) });
    return { question, said, looks };
  }

  let repeated = 0;
  async function roundOrTwo(question: Question): Promise<Round> {
    const before = latest();
    const first = await round(question);
    if (!first.looks.some(({ look }) => look !== null && differing(look.statements).length > 0)) return first;
    const now = await installation.state();
    if (!isSame(now, latest())) {
      states.push(now);
      pages = new Map();
    }
    if (isSame(now, before)) return first;
    repeated += 1;
    return round(question);
  }

  const rounds: Round[] = [];
  let waiting = questions;
  let all = waiting.length;
  let finished = 0;
  while (waiting.length > 0) {
    const done = await inParallel(waiting, options.concurrency, async (question) => {
      const one = await roundOrTwo(question);
      finished += 1;
      options.told?.(finished, all);
      return one;
    });
    rounds.push(...done);
    waiting = done.flatMap(withEachValue);
    all += waiting.length;
  }
  return {
    snapshots: [...new Set(states.map(({ snapshot }) => snapshot))],
    questions: rounds.length,
    byLocale: countBy(rounds, ({ question }) => question.locale),
    repeated,
    channels: [REFERENCE, ...asked.map(({ name }) => name)].map((name) => figuresOf(name, rounds)),
    differences: rounds.flatMap(differencesOf),
  };
}

/** The same question for each customer on whom its answer depends. */
function withEachValue({ question, said }: Round): readonly Question[] {
  const { dimension = null, options = [] } = said.result?.clarification ?? {};
  if (dimension === null || question.context[dimension] !== undefined) return [];
  return options.map(({ value }) => ({
    ...question,
    context: { ...question.context, [dimension]: value },
  }));
}

function differencesOf({ question, looks }: Round): readonly Difference[] {
  return looks.flatMap(({ channel, look }) =>
    look === null
      ? []
      : differing(look.statements).map((statement) => ({
          channel,
          question,
          address: look.address,
          ...statement,
        })),
  );
}

function figuresOf(name: string, rounds: readonly Round[]): ChannelFigures {
  const looks = rounds.flatMap(({ looks }) => looks.filter(({ channel }) => channel === name));
  const compared = looks.flatMap(({ look }) => look ?? []);
  return {
    name,
    compared: compared.length,
    differing: compared.filter(({ statements }) => differing(statements).length > 0).length,
    leftOut: looks.length - compared.length,
  };
}

function isSame(one: State, other: State): boolean {
  return one.snapshot === other.snapshot && one.today === other.today;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Readonly<Record<string, number>> {
  const groups = Map.groupBy(items, key);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.length]));
}

/** Results in the items' order; the first error ends it. */
async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const at = next++;
      try {
        results[at] = await work(items[at] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
