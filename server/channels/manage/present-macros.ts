import type { CheckedMacro, CheckedMacros, MacroProblem, Verdict } from '../../macros/checked-macro.ts';
import { verdicts } from '../../macros/checked-macro.ts';
import { hrefOf, type ManageRequest } from './manage-page.ts';

/** Macros of one verdict that the page lists; the CSV has all. */
const mostShown = 200;

/** A stretch of a macro's text, marked where it is wrong. */
interface Stretch {
  readonly text: string;
  readonly isWrong: boolean;
}

/** A macro as the page shows it. */
export interface MacroCard {
  readonly id: string;
  readonly title: string;
  readonly at: number;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly stretches: readonly Stretch[];
  readonly problems: readonly (MacroProblem & { readonly factHref: string | null })[];
  readonly article: { readonly href: string; readonly title: string; readonly heading: string | null } | null;
  readonly approved: CheckedMacro['approved'];
}

/** A checked file as the page shows it. */
export interface MacrosView {
  readonly file: string;
  readonly isTable: boolean;
  readonly release: number | null;
  readonly all: number;
  readonly groups: readonly {
    readonly verdict: Verdict;
    readonly count: number;
    readonly cards: readonly MacroCard[];
    readonly more: number;
  }[];
  readonly skipped: CheckedMacros['skipped'];
}

/** Groups by verdict, the worst first, each in the file's order. */
export function presentMacros(checked: CheckedMacros, page: ManageRequest): MacrosView {
  return {
    file: checked.file,
    isTable: checked.form === 'csv',
    release: checked.release,
    all: checked.macros.length,
    groups: verdicts.map((verdict) => {
      const those = checked.macros.filter((one) => one.verdict === verdict);
      return {
        verdict,
        count: those.length,
        cards: those.slice(0, mostShown).map((macro) => presentMacro(macro, page)),
        more: Math.max(0, those.length - mostShown),
      };
    }),
    skipped: checked.skipped,
  };
}

function presentMacro(macro: CheckedMacro, { ui, wordsOf }: ManageRequest): MacroCard {
  const { id, title, at, locale, problems, article, approved } = macro;
  return {
    id,
    title,
    at,
    lang: locale,
    dir: wordsOf(locale).direction,
    stretches: stretchesOf(macro),
    problems: problems.map((problem) => ({
      ...problem,
      factHref: problem.factId === null ? null : hrefOf(`/manage/facts/${problem.factId}`, { ui }),
    })),
    article: article && {
      href: hrefOf(`/agent/articles/${article.answerId.split('#')[0]}`, { locale, ui }),
      title: article.title,
      heading: article.heading,
    },
    approved,
  };
}

/** The text, parted where a problem's words stand: in its own sentence, where the sentence is found again. */
function stretchesOf({ text, problems }: CheckedMacro): readonly Stretch[] {
  const marks = problems
    .map(({ sentence, says }) => {
      const from = Math.max(0, text.indexOf(sentence));
      const at = text.indexOf(says, from);
      return { at, end: at + says.length };
    })
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let done = 0;
  for (const { at, end } of marks) {
    if (at < done) continue;
    stretches.push(
      { text: text.slice(done, at), isWrong: false },
      { text: text.slice(at, end), isWrong: true },
    );
    done = end;
  }
  return [...stretches, { text: text.slice(done), isWrong: false }].filter(({ text: one }) => one !== '');
}
