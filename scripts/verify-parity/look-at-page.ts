import type { ApiAnswer, ApiResult } from './api-result.ts';
import type { HtmlElement } from './html.ts';
import type { Reply } from './http-client.ts';
import { answersWith, type Look, type Said, type Statement } from './look.ts';
import { headingsOn, mainOf, resultsOn, type ShownResult, tight } from './page.ts';
import { collapsed, visibleBlocks, visibleText } from './visible-text.ts';

/** What a page that shows results does in its own way. */
export interface PageManner {
  /** Whether a link leads to an option of a question back: a value of a dimension, or with null an answer id. */
  readonly leadsTo: (dimension: string | null, value: string, link: URL) => boolean;
  /** Ways to reach a contact that are seen on it. */
  readonly ways: readonly ('email' | 'phone' | 'url' | 'hours')[];
}

/** What a page says that shows the result of one question: the first result on it. */
export function lookAtResult(reply: Reply, { result }: Said, manner: PageManner): NonNullable<Look> {
  const address = reply.url.href;
  const main = mainOf(reply.body);
  const [shown] = resultsOn(main);
  if (result === null) {
    const found = shown === undefined ? 'no result' : shown.text;
    return { address, statements: [{ field: 'result', expected: 'no result', found }] };
  }
  if (reply.status !== 200) return { address, statements: [answersWith(200, reply)] };
  if (shown === undefined) {
    return { address, statements: [{ field: 'result', expected: kindOf(result), found: 'no result' }] };
  }
  const { answer, clarification, escalation, status } = result;
  return {
    address,
    statements: [
      { field: 'kind', expected: kindOf(result), found: kindShown(shown) },
      { field: 'fingerprint', expected: result.fingerprint, found: shown.fingerprint },
      fingerprintSeen(result, main),
      ...(answer === null
        ? []
        : [...words(answer, shown), heading(`${answer.title}${answer.heading ?? ''}`, main)]),
      ...(clarification === null ? [] : questionBack(clarification, shown, reply.url, manner)),
      ...(result.reply === null ? [] : [line('reply', result.reply, shown.blocks)]),
      ...(escalation !== null && status === 'needs_confirmation'
        ? [line('message', escalation.message, visibleBlocks(main))]
        : []),
      ...(escalation !== null && status === 'no_answer' ? handOver(escalation, shown, manner) : []),
    ],
  };
}

/**
 * What the page of an article says of one result among those of all its sections. `leadFingerprint`: whether the beginning
 * of the lead's fingerprint stands on it for people to compare.
 */
export function lookAtArticle(
  reply: Reply,
  { result }: Said,
  { leadFingerprint }: { readonly leadFingerprint: boolean },
): Look {
  if (result === null) return null;
  const address = reply.url.href;
  if (reply.status !== 200) return { address, statements: [answersWith(200, reply)] };
  const main = mainOf(reply.body);
  const { answer, clarification, fingerprint } = result;
  const all = resultsOn(main);
  const shown = all.filter((one) =>
    answer === null ? one.fingerprint === fingerprint : one.answerId === answer.id,
  );
  if (shown.length === 0) {
    const expected = answer?.id ?? `a question back, ${fingerprint}`;
    const found = all.map((one) => `${one.answerId ?? 'a question back'}, ${one.fingerprint}`).join('; ');
    return { address, statements: [{ field: 'result', expected, found: found || 'no result' }] };
  }
  const statements = shown.flatMap((one) => [
    { field: 'fingerprint', expected: fingerprint, found: one.fingerprint },
    ...(answer === null ? [] : words(answer, one)),
    ...(clarification === null
      ? []
      : [line('question back', clarification.prompt, one.blocks), choices(clarification, one)]),
  ]);
  if (answer === null) return { address, statements };
  return {
    address,
    statements: [
      ...statements,
      ...(leadFingerprint && answer.section === 'lead' ? [fingerprintSeen(result, main)] : []),
      heading(answer.title, main),
      ...(answer.heading === null ? [] : [heading(answer.heading, main)]),
    ],
  };
}

function kindOf({ answer, clarification }: ApiResult): string {
  if (answer !== null) return answer.id;
  return clarification === null ? 'words without choices' : 'a question back';
}

function kindShown({ answerId, options }: ShownResult): string {
  return answerId ?? (options.length > 0 ? 'a question back' : 'words without choices');
}

function words(answer: ApiAnswer, shown: ShownResult): readonly Statement[] {
  return [
    { field: 'text', expected: answer.text, found: shown.text },
    ...(shown.language === null
      ? []
      : [{ field: 'language', expected: answer.locale, found: shown.language }]),
  ];
}

function questionBack(
  clarification: NonNullable<ApiResult['clarification']>,
  shown: ShownResult,
  from: URL,
  { leadsTo }: PageManner,
): readonly Statement[] {
  const { prompt, dimension, options } = clarification;
  const astray = shown.options.filter(({ href }, at) => {
    const value = options[at]?.value;
    return value === undefined || href === null || !leadsTo(dimension, value, new URL(href, from));
  });
  const found = astray.map(({ label, href }) => `${label} leads to ${href}`).join('; ');
  return [
    line('question back', prompt, shown.blocks),
    choices(clarification, shown),
    { field: 'links of the options', expected: '', found },
  ];
}

function choices({ options }: NonNullable<ApiResult['clarification']>, shown: ShownResult): Statement {
  return {
    field: 'options',
    expected: options.map(({ label }) => label).join(' / '),
    found: shown.options.map(({ label }) => label).join(' / '),
  };
}

/** Whom to turn to: the message, the name, every way that must be seen, and no link that leads to anybody else. */
function handOver(
  escalation: NonNullable<ApiResult['escalation']>,
  shown: ShownResult,
  { ways }: PageManner,
): readonly Statement[] {
  const { message, name, email, phone } = escalation;
  const wanted = [name, ...ways.flatMap((way) => escalation[way] ?? [])];
  return [
    line('message', message, shown.blocks),
    ...wanted.map((text) => part('contact', text, shown.text)),
    ...shown.ways.map(({ href, text }): Statement => {
      // What is written in the e-mail already is the asker's own.
      if (href.startsWith('mailto:'))
        return { field: 'e-mail', expected: `mailto:${email}`, found: href.split('?')[0] ?? '' };
      const dialled = `tel:${text.replace(/[^+\p{Nd}]/gu, '')}`;
      const expected = `tel:${phone}`;
      return { field: 'phone', expected, found: href === expected ? dialled : href };
    }),
  ];
}

/** People compare the first characters of a fingerprint: they are on the page to be seen. */
function fingerprintSeen({ fingerprint }: ApiResult, main: HtmlElement): Statement {
  return part('fingerprint to be seen', fingerprint.slice(0, 12), visibleText(main));
}

function heading(text: string, main: HtmlElement): Statement {
  const all = headingsOn(main);
  return { field: 'title', expected: text, found: all.includes(tight(text)) ? text : all.join(' / ') };
}

/** A text that must stand by itself: a paragraph, a heading, an item. */
function line(field: string, expected: string, blocks: readonly string[]): Statement {
  return { field, expected, found: blocks.includes(collapsed(expected)) ? expected : blocks.join(' / ') };
}

/** A text that must stand somewhere in another. */
function part(field: string, expected: string, whole: string): Statement {
  return { field, expected, found: whole.includes(collapsed(expected)) ? expected : whole };
}
