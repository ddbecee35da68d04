import type { Locale } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { WordRun } from '../../impact/impact.ts';
import type { ContentWish, Proposal, ProposalKind } from '../../proposals/proposal.ts';
import { hrefOf } from './manage-page.ts';

/** Where the pages of proposals begin. */
export const proposalsPath = '/manage/proposals';

/** Characters of unchanged text that stand around a change; what is between is left out. */
const around = 300;

/** A proposal as a row of the list, and as the head of its page. */
export interface ProposalRow {
  readonly id: number;
  readonly title: string;
  readonly kind: string;
  readonly subject: string;
  readonly reason: string;
  readonly madeAt: string;
  readonly madeBy: string;
  readonly status: string;
  readonly isOpen: boolean;
  readonly isPublished: boolean;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly release: number | null;
  readonly releaseHref: string | null;
  readonly href: string;
}

/** Presents a proposal in the words of the page. */
export function presentProposal(
  proposal: Proposal,
  by: { readonly ui: Locale; readonly words: Words },
): ProposalRow {
  const { ui, words } = by;
  const { id, kind, subject, reason, madeAt, madeBy, status, endedAt, endedBy, release } = proposal;
  return {
    id,
    title: words.say('manage.proposal.title', { id }),
    kind: kindInWords(kind, words),
    subject,
    reason,
    madeAt,
    madeBy,
    status: statusInWords(status, words),
    isOpen: status === 'open',
    isPublished: status === 'published',
    endedAt,
    endedBy,
    release,
    releaseHref: release === null ? null : hrefOf(`/manage/releases/${release}`, { ui }),
    href: hrefOf(`${proposalsPath}/${id}`, { ui }),
  };
}

/** What a proposal does, in the words of the page. */
export function kindInWords(kind: ProposalKind, words: Words): string {
  switch (kind) {
    case 'variant':
      return words.say('manage.proposal.kind.variant');
    case 'article':
      return words.say('manage.proposal.kind.article');
    case 'out-of-scope':
      return words.say('manage.proposal.kind.outOfScope');
    case 'verification':
      return words.say('manage.proposal.kind.verification');
    case 'edit':
      return words.say('manage.proposal.kind.edit');
  }
}

/** How a proposal stands, in the words of the page. */
export function statusInWords(status: Proposal['status'], words: Words): string {
  switch (status) {
    case 'open':
      return words.say('manage.proposal.status.open');
    case 'published':
      return words.say('manage.proposal.status.published');
    case 'withdrawn':
      return words.say('manage.proposal.status.withdrawn');
  }
}

/** The questions that a wish is about, as customers ask them, and their language. */
export function questionsOf(wish: ContentWish): {
  readonly locale: Locale | null;
  readonly questions: readonly string[];
} {
  switch (wish.kind) {
    case 'variant':
      return { locale: wish.locale, questions: [wish.question] };
    case 'article':
      return { locale: wish.locale, questions: [wish.title, ...wish.questions] };
    case 'out-of-scope':
      return { locale: wish.locale, questions: wish.questions };
    case 'verification':
    case 'edit':
      return { locale: null, questions: [] };
  }
}

/** The runs of a whole file with only as much unchanged text as says where a change stands. */
export function shortened(runs: readonly WordRun[]): readonly WordRun[] {
  if (runs.every(({ kind }) => kind === 'same')) return [];
  return runs.map((run, at) => {
    if (run.kind !== 'same') return run;
    const head = at === 0 ? '' : run.text.slice(0, around);
    const tail = at === runs.length - 1 ? '' : run.text.slice(-around);
    if (head.length + tail.length >= run.text.length) return run;
    const [before, behind] = [toLine(head, 'end'), toLine(tail, 'start')];
    return { kind: 'same', text: `${before}${before === '' ? '' : '\n'}…\n${behind}` };
  });
}

/** Cut at a line, where there is one. */
function toLine(text: string, at: 'start' | 'end'): string {
  if (at === 'start') return text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text;
  return text.includes('\n') ? text.slice(0, text.lastIndexOf('\n')) : text;
}

/** A file's name from words in Latin letters; empty where they have none. */
export function slugFrom(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** A text as a form sent it, with the line ends and the byte-order mark of the file that it is to be. */
export function asInFile(sent: string, file: string): string {
  const plain = sent.replace(/\r\n?/g, '\n').replace(/^\ufeff/, '');
  const end = /\r\n|\r|\n/.exec(file)?.[0] ?? '\n';
  return `${file.startsWith('\ufeff') ? '\ufeff' : ''}${plain.replaceAll('\n', end)}`;
}
