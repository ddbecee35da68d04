import { REFERENCE } from './channels.ts';
import { describeQuestion } from './question.ts';
import type { Difference, Verification } from './verify.ts';
import { collapsed } from './visible-text.ts';

/** Characters shown before and after the place where two texts part. */
const AROUND = 40;

/** A verification for people: a row for each channel, then each difference with both texts and where they part. */
export function verificationText({ url }: { readonly url: URL }, found: Verification): string {
  const { snapshots, questions, byLocale, repeated, channels, differences } = found;
  const locales = Object.entries(byLocale).map(([locale, count]) => `${locale} ${count}`);
  const rows = [
    ['channel', 'compared', 'differing', 'left out'],
    ...channels.map(({ name, compared, differing, leftOut }) =>
      [name, compared, differing, leftOut].map(String),
    ),
  ];
  const wide = Math.max(...rows.map(([name = '']) => name.length));
  const table = rows.map(([name = '', ...figures]) =>
    [name.padEnd(wide), ...figures.map((figure) => figure.padStart(9))].join('  '),
  );
  return [
    `Parity of ${url.origin}: ${questions} questions (${locales.join(', ')}), snapshot ${snapshots.map(short).join(', then ')}.`,
    ...(snapshots.length > 1
      ? [`Other content was published meanwhile; ${repeated} questions were asked again.`]
      : []),
    '',
    ...table,
    '',
    ...differences.flatMap((difference, at) => [...differenceText(difference, at + 1), '']),
    differences.length === 0
      ? `No difference: every channel says what ${REFERENCE} says.`
      : `${differences.length} difference${differences.length === 1 ? '' : 's'}.`,
    '',
  ].join('\n');
}

/** A verification for programs. */
export function verificationJson(
  { url }: { readonly url: URL },
  { differences, ...found }: Verification,
): string {
  const parted = differences.map((difference) => ({ ...difference, partsAt: partsAt(difference) }));
  return `${JSON.stringify({ url: url.origin, ...found, differences: parted }, null, 2)}\n`;
}

function differenceText(difference: Difference, number: number): readonly string[] {
  const { channel, question, field, expected, found, address } = difference;
  const at = partsAt(difference);
  const wide = Math.max(REFERENCE.length, channel.length);
  const [before, after] = [cut(collapsed(expected), at), cut(collapsed(found), at)];
  return [
    `${number}. ${channel}: ${field}, of ${describeQuestion(question)}`,
    `   ${(channel === REFERENCE ? 'expected' : REFERENCE).padEnd(wide)}  ${before.text}`,
    `   ${channel.padEnd(wide)}  ${after.text}`,
    `   ${' '.repeat(wide)}  ${' '.repeat(before.caret)}^ character ${at + 1}`,
    `   ${address}`,
  ];
}

/** Where two texts part, in characters (code points) of the collapsed texts, from 0. */
function partsAt({ expected, found }: Difference): number {
  const [one, other] = [[...collapsed(expected)], [...collapsed(found)]];
  const at = one.findIndex((character, index) => character !== other[index]);
  return at < 0 ? one.length : at;
}

/** A text around the place where it parts from another; marks that cannot be seen are named. */
function cut(text: string, at: number): { readonly text: string; readonly caret: number } {
  const characters = [...text];
  const from = at <= AROUND ? 0 : at - AROUND;
  const to = at + AROUND;
  const before = characters.slice(from, at).map(readable);
  const parting = characters.slice(at, at + 1).map(named);
  const rest = characters.slice(at + 1, to).map(readable);
  const lead = `${from > 0 ? '…' : ''}${before.join('')}`;
  const tail = to < characters.length ? '…' : '';
  return { text: [lead, ...parting, ...rest, tail].join(''), caret: [...lead].length };
}

/** As `named`; but the non-joiner within a Persian word shows by itself. */
function readable(character: string): string {
  return character === '\u200c' ? character : named(character);
}

/** Joiners, bidi marks, controls and uncommon blanks by their number, so that they are seen and turn no line around. */
function named(character: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(character)) return character;
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}

function short(id: string): string {
  return id.slice(0, 12);
}
