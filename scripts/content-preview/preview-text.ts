import { describeError } from '../../server/errors.ts';
import type { ImpactPreview, Previewed, Replay, WordRun } from '../../server/impact/impact.ts';
import { type BrokenGolden, fates } from '../../server/snapshots/release-report.ts';

/**
 * A preview for people: what is compared, how many asks have each fate, golden questions that break, then the changed
 * answers with their words. Words that go and come are coloured where colours are wanted, else `[-gone-]` and `{+new+}`.
 */
export function previewText(previewed: Previewed, hasColour: boolean): string {
  if (previewed.kind === 'refused') {
    const { errors } = previewed;
    const said = errors.map((error) => `${describeError(error)}\n`).join('');
    return `${said}\nThe content has ${errors.length === 1 ? '1 error' : `${errors.length} errors`}; nothing can be compared.\n`;
  }
  const { preview } = previewed;
  const parts = [
    headOf(preview),
    goldenPart('Golden questions that break', preview.broken),
    goldenPart('Golden questions that do not pass, and did not before', preview.unmet),
    ...preview.replays.map((one) => replayPart(one, hasColour)),
    preview.more > 0 ? `and ${preview.more} more: --limit N lists more, --all lists all.\n` : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headOf({ release, isSame, asOf, dayBefore, days, counts }: ImpactPreview): string {
  const compared =
    release === null
      ? 'Nothing has been published yet, so every answer is gained.'
      : `The content beside release ${release.number} of ${release.publishedAt}.`;
  const rows = fates.map((fate) => {
    const { asks, asked } = counts[fate];
    const often = asked === 0 ? '' : `  asked ${times(asked)}`;
    return `  ${fate.padEnd(14)}${String(asks).padStart(7)}${often}\n`;
  });
  const real = `with the real questions of ${days} days.\n`;
  if (dayBefore !== null)
    return `The content on ${asOf} beside itself on ${dayBefore}, ${real}${rows.join('')}`;
  const same = isSame ? 'Publishing it would change nothing.\n' : '';
  return `${compared} Asked for ${asOf}, ${real}${same}${rows.join('')}`;
}

function goldenPart(title: string, golden: readonly BrokenGolden[]): string {
  if (golden.length === 0) return '';
  const rows = golden.map(
    ({ question, locale, why, expected, found, file, line }) =>
      `${file}:${line}  ${plain(question)} (${locale})\n    expected: ${expected}\n    found:    ${found}\n    why:      ${why}\n`,
  );
  return `${title}:\n${rows.join('')}`;
}

function replayPart(replay: Replay, hasColour: boolean): string {
  const { question, locale, context, asOf, origin, asked, fate, before, after, words, facts } = replay;
  const customer = Object.entries(context).map(([dimension, value]) => `${dimension}=${value}`);
  const about = [origin, locale, ...customer, asOf, ...(asked === 0 ? [] : [`asked ${times(asked)}`])];
  const way =
    before.answerId === after.answerId
      ? (after.answerId ?? after.status)
      : `${before.answerId ?? before.status} -> ${after.answerId ?? after.status}`;
  const because = facts.map(
    (fact) => `    ${fact.factId}: ${fact.before ?? 'nothing'} -> ${fact.after ?? 'nothing'}\n`,
  );
  const text = words.map((run) => shownRun(run, hasColour)).join('');
  const difference = text === '' ? '' : `${text.replace(/^/gm, '    ')}\n`;
  return `${fate}: ${plain(question)}\n  ${about.join(', ')}; ${way}\n${difference}${because.length > 0 ? `  because of\n${because.join('')}` : ''}`;
}

function shownRun({ kind, text }: WordRun, hasColour: boolean): string {
  const said = plain(text, true);
  if (kind === 'same') return shortened(said);
  if (hasColour) return kind === 'gone' ? `\u001b[31;9m${said}\u001b[0m` : `\u001b[32m${said}\u001b[0m`;
  return kind === 'gone' ? `[-${said}-]` : `{+${said}+}`;
}

/** Characters that stay around a change; what stays in between is left out. */
const around = 80;

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= 3 * around) return text;
  return `${characters.slice(0, around).join('')} [...] ${characters.slice(-around).join('')}`;
}

/** Without control characters, which a terminal would obey; by default in one line. */
function plain(text: string, keepsLines = false): string {
  const lines = keepsLines ? text : text.replace(/\s+/gu, ' ');
  return lines.replace(/[^\P{Cc}\n]/gu, ' ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
