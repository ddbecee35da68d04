import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  type Asked,
  type Client,
  createClient,
  type Outcome,
  type Result,
  type SurveyQuestions,
} from './chat-client.ts';
import { hearLanguage, isRightToLeft, type Languages, startLanguages } from './chat-language.ts';
import { chatWords } from './chat-words.ts';

const usage = `Usage: npm run chat [-- options]

A reference bot. It talks to Concord's answer API over HTTP and to you over the terminal, line by line.

  --url URL                  where the server is; default http://127.0.0.1:3000
  --locale TAG               language to begin in, e.g. he; then the script you type in decides
  --context DIMENSION=VALUE  what is known of the customer, e.g. region=EU; may be repeated
  --as-of DATE               the day to ask for, e.g. 2027-01-01; default today
  --help                     this text
The API key, where one is needed or the limit without one is too low, is CONCORD_API_KEY.

In the conversation: /yes and /no say whether the last answer helped, a number chooses from the last list, /forget forgets what is known of you, /help, /quit.
Exit codes: 0 the conversation ended, 1 the server could not be reached, 2 called wrongly.
`;

interface Options {
  readonly url: string;
  /** The API key, from the environment: an option could be read by everybody on this machine. */
  readonly key: string | null;
  readonly locale: string | null;
  readonly context: Readonly<Record<string, string>>;
  readonly asOf: string | null;
}

/** What may be chosen by number: the ask it leads to, and what it tells of the customer. */
interface Choice {
  readonly label: string;
  readonly value: string;
  readonly asked: Asked;
  readonly context: Readonly<Record<string, string>>;
}

interface Conversation {
  readonly languages: Languages;
  readonly context: Readonly<Record<string, string>>;
  readonly choices: readonly Choice[];
  /** Id of the last answer or clarification, which a follow-up follows. */
  readonly previous: string | null;
  /** Of the last answer, which may be rated; null: there is none. */
  readonly receipt: string | null;
  /** The relationship question that was just put, and the score, where it was given; null: none was. */
  readonly survey: { readonly questions: SurveyQuestions; readonly score: number | null } | null;
}

const exitCodes = { ended: 0, unreachable: 1, usage: 2 } as const;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(usage);
    return exitCodes.ended;
  }
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${usage}`);
    return exitCodes.usage;
  }
  const client = createClient(options.url, `c-${randomUUID()}`, options.key);
  const languages = await client.languages();
  if (languages.kind !== 'ok') return giveUp(options.url, languages);
  const { served, fallback } = languages.value;
  const start: Conversation = {
    languages: startLanguages(served, fallback, options.locale),
    context: options.context,
    choices: [],
    previous: null,
    receipt: null,
    survey: null,
  };
  const fits = await client.check({
    locale: start.languages.current,
    context: options.context,
    asOf: options.asOf,
  });
  if (fits.kind === 'unreachable') return giveUp(options.url, fits);
  if (fits.kind === 'refused') {
    process.stderr.write(`${clean(fits.detail)}\n`);
    return exitCodes.usage;
  }
  return converse(client, options, start);
}

async function converse(client: Client, options: Options, start: Conversation): Promise<number> {
  let now = start;
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  say(now, chatWords(now.languages.current).greeting);
  const lines = createInterface({
    input: process.stdin,
    ...(interactive ? { output: process.stdout, prompt: '> ' } : {}),
    terminal: interactive,
  });
  const prompt = (): void => {
    if (interactive) lines.prompt();
  };
  prompt();
  for await (const line of lines) {
    const typed = line.trim();
    if (typed === '/quit' || typed === '/exit') break;
    const turn = await takeTurn(client, options, now, typed);
    if (turn.kind === 'unreachable') {
      lines.close();
      return giveUp(options.url, turn);
    }
    now = turn.value;
    prompt();
  }
  lines.close();
  say(now, chatWords(now.languages.current).goodbye);
  return exitCodes.ended;
}

/** One line of the customer's, from what they mean to what is said; gives the conversation as it stands then. */
async function takeTurn(
  client: Client,
  { url, asOf }: Options,
  before: Conversation,
  typed: string,
): Promise<Exclude<Outcome<Conversation>, { kind: 'refused' }>> {
  const same = { kind: 'ok', value: before } as const;
  if (before.survey !== null && !typed.startsWith('/')) {
    const { questions, score } = before.survey;
    if (score !== null) return recommend(client, before, score, typed);
    const given = numberIn(typed);
    if (given !== null && given <= 10) {
      say(before, `${questions.why}\n${chatWords(before.languages.current).why}`);
      return { kind: 'ok', value: { ...before, survey: { questions, score: given } } };
    }
  }
  if (typed === '') return same;
  const helpful = ratingIn(typed, before.languages.current);
  if (helpful !== null) return rate(client, before, helpful);
  if (typed === '/help') {
    say(before, chatWords(before.languages.current).help);
    return same;
  }
  if (typed === '/forget') {
    say(before, chatWords(before.languages.current).forgotten);
    return { kind: 'ok', value: { ...before, context: {}, choices: [], previous: null, survey: null } };
  }

  const choice = chosen(before.choices, typed);
  const asked: Asked = choice?.asked ?? { question: typed, previous: before.previous };
  const now: Conversation = {
    languages: choice ? before.languages : hearLanguage(before.languages, typed),
    context: { ...before.context, ...choice?.context },
    choices: [],
    previous: before.previous,
    receipt: before.receipt,
    survey: null,
  };
  const request = { locale: now.languages.current, context: now.context, asOf };
  let outcome = await client.ask({ ...request, asked });
  // What it follows may be gone, because the content was published anew in the meantime.
  if (outcome.kind === 'refused' && 'previous' in asked && asked.previous !== null)
    outcome = await client.ask({ ...request, asked: { question: asked.question } });
  if (outcome.kind === 'unreachable') return outcome;
  if (outcome.kind === 'refused') {
    say(now, outcome.detail);
    return { kind: 'ok', value: now };
  }
  const { value: result } = outcome;
  const choices = choicesOf(result, asked);
  tell(now, result, choices, url);
  const previous = result.answer?.id ?? result.clarification?.id ?? now.previous;
  const receipt = result.answer === null ? now.receipt : (result.receipt?.code ?? null);
  return { kind: 'ok', value: { ...now, context: result.context, choices, previous, receipt } };
}

/** Whether a line says that the last answer helped (true) or did not (false); null: it is no such line. */
function ratingIn(typed: string, locale: string): boolean | null {
  const { yes, no } = chatWords(locale);
  if (typed === '/yes' || typed === yes) return true;
  return typed === '/no' || typed === no ? false : null;
}

async function rate(
  client: Client,
  before: Conversation,
  helpful: boolean,
): Promise<Exclude<Outcome<Conversation>, { kind: 'refused' }>> {
  const words = chatWords(before.languages.current);
  const { receipt } = before;
  if (receipt === null) {
    say(before, words.nothingToRate);
    return { kind: 'ok', value: before };
  }
  const outcome = await client.rate(receipt, helpful);
  if (outcome.kind === 'unreachable') return outcome;
  if (outcome.kind === 'refused') {
    say(before, outcome.detail);
    return { kind: 'ok', value: before };
  }
  const { value: questions } = outcome;
  say(
    before,
    questions === null ? words.thanks : `${words.thanks}\n\n${questions.recommend}\n${words.score}`,
  );
  return { kind: 'ok', value: { ...before, survey: questions && { questions, score: null } } };
}

async function recommend(
  client: Client,
  before: Conversation,
  score: number,
  sentence: string,
): Promise<Exclude<Outcome<Conversation>, { kind: 'refused' }>> {
  const outcome = await client.recommend(score, sentence);
  if (outcome.kind === 'unreachable') return outcome;
  say(before, outcome.kind === 'refused' ? outcome.detail : chatWords(before.languages.current).thanks);
  return { kind: 'ok', value: { ...before, survey: null } };
}

/** The choice that was typed: its number in any digits, its label or its value. */
function chosen(choices: readonly Choice[], typed: string): Choice | undefined {
  const number = numberIn(typed) ?? 0;
  const plain = typed.toLocaleLowerCase();
  return (
    choices[number - 1] ??
    choices.find(({ label, value }) => [label, value].some((one) => one.toLocaleLowerCase() === plain))
  );
}

/** The number of at most two digits, of any script, that a line is; null: it is none. */
function numberIn(typed: string): number | null {
  const digits = [...typed].map((one) => (/\p{Nd}/u.test(one) ? digitValue(one) : one)).join('');
  return /^\d{1,2}[.)]?$/.test(digits) ? Number.parseInt(digits, 10) : null;
}

function digitValue(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  let value = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value % 10);
}

const mostFollowUps = 3;

/** What the customer may choose after a result: the options of a clarification, else what comes next. */
function choicesOf({ clarification, followUps }: Result, asked: Asked): readonly Choice[] {
  if (clarification) {
    const { dimension, options } = clarification;
    return options.map(({ label, value }) => ({
      label,
      value,
      asked: dimension === null ? { answerId: value } : asked,
      context: dimension === null ? {} : { [dimension]: value },
    }));
  }
  return followUps.slice(0, mostFollowUps).map(({ answerId, title, heading }) => ({
    label: heading === null ? title : `${title} – ${heading}`,
    value: answerId,
    asked: { answerId },
    context: {},
  }));
}

// ------------------------------------------------------------------------------------------------ what is said

/** Where the customer takes the question to a person: the company's own desk, or the page whose form sends it; null: by e-mail. */
function handOverAddress({ handover, receipt }: Result, locale: string, url: string): string | null {
  if (handover === null || receipt === null || handover.kind === 'mailto') return null;
  if (handover.kind === 'url') return handover.url;
  return new URL(`/${locale}/contact?${new URLSearchParams({ receipt: receipt.code })}`, url).href;
}

/** Says a result: the approved words to the letter, then what accounts for them, then what to choose from. */
function tell(now: Conversation, result: Result, choices: readonly Choice[], url: string): void {
  const locale = now.languages.current;
  const words = chatWords(locale);
  const isolate = isolating(locale);
  const lines: string[] = [];
  const { answer, clarification, escalation, receipt } = result;

  if (result.reply !== null) lines.push(result.reply);
  if (clarification) lines.push(clarification.prompt);
  if (escalation && (result.status === 'needs_confirmation' || result.status === 'no_answer'))
    lines.push(escalation.message);
  if (answer) {
    if (answer.locale !== locale) lines.push(words.untranslated);
    lines.push(answer.text, '');
    lines.push(
      `  ${words.source}: ${isolate(answer.heading ? `${answer.title} – ${answer.heading}` : answer.title)}`,
    );
    lines.push(`  ${new URL(answer.url, url).href}`);
    lines.push(`  ${words.verified(isolate(longDate(answer.verified.on, locale)))}`);
    lines.push(`  ${words.fingerprint}: ${isolate(result.fingerprint)}`);
    if (receipt) lines.push(`  ${words.receipt}: ${isolate(receipt.code)}`, `  ${words.helpful}`);
  }
  if (escalation && (result.status === 'needs_confirmation' || result.status === 'no_answer')) {
    const { name, email, phone, hours, url: page } = escalation;
    const address = page === null ? null : new URL(page, url).href;
    lines.push(
      '',
      [name, email, phone, address]
        .filter((one) => one !== null)
        .map(isolate)
        .join(' · '),
    );
    if (hours !== null) lines.push(`${words.hours}: ${isolate(hours)}`);
    if (receipt) lines.push(words.handOver(isolate(receipt.code)));
    const onward = handOverAddress(result, locale, url);
    if (onward !== null) lines.push(`  ${onward}`);
  }
  if (choices.length > 0) {
    if (!clarification) lines.push('', words.next);
    choices.forEach(({ label }, place) => {
      lines.push(`  ${place + 1}. ${isolate(label)}`);
    });
    if (clarification) lines.push(words.choose);
  }
  say(now, lines.join('\n'));
}

/** Writes lines so that a right-to-left one begins at the right in a terminal that knows how; a blank line follows. */
function say({ languages }: Conversation, text: string): void {
  const mark = isRightToLeft(languages.current) ? '\u200F' : '';
  const lines = clean(text).split('\n');
  const marked = lines.map((line) => (line === '' || address.test(line) ? line : `${mark}${line}`));
  process.stdout.write(`${marked.join('\n')}\n\n`);
}

/** A line that is an address and nothing else is left bare, so that it can be copied. */
const address = /^\s*https?:\S+$/;

/** Sets off a value that runs against the direction of the locale, so that it does not reorder the words around it. */
function isolating(locale: string): (value: string) => string {
  const rightToLeft = isRightToLeft(locale);
  return (value) =>
    /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(value) === rightToLeft ? value : `\u2068${value}\u2069`;
}

/** Nothing that could steer the terminal: no control characters but line breaks, no direction overrides. */
function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[^\n\P{Cc}]|[\u202A-\u202E]/gu, '');
}

function longDate(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

function giveUp(url: string, { detail }: { readonly detail: string }): number {
  process.stderr.write(
    `No Concord answers at ${url} (${clean(detail)}).\nStart one with "npm start", or name another address with --url.\n`,
  );
  return exitCodes.unreachable;
}

// --------------------------------------------------------------------------------------------------- arguments

/** The options, `help`, or the sentence that says what is wrong with them. */
function readOptions(args: readonly string[]): Options | string {
  let values: { url?: string; locale?: string; context?: string[]; 'as-of'?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        locale: { type: 'string' },
        context: { type: 'string', multiple: true },
        'as-of': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return (error as Error).message;
  }
  if (values.help) return 'help';
  const url = values.url ?? 'http://127.0.0.1:3000';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return `--url: expected an address like http://127.0.0.1:3000, found ${url}`;
  const pairs: [string, string][] = [];
  for (const pair of values.context ?? []) {
    const [, dimension, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (dimension === undefined || value === undefined)
      return `--context: expected dimension=value, e.g. region=EU, found ${pair}`;
    pairs.push([dimension, value]);
  }
  return {
    url,
    key: process.env.CONCORD_API_KEY?.trim() || null,
    locale: values.locale ?? null,
    context: Object.fromEntries(pairs),
    asOf: values['as-of'] ?? null,
  };
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ended);
});
process.exitCode = await main(process.argv.slice(2));
