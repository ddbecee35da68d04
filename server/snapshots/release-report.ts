import type { Locale, Snapshot } from './snapshot.ts';

/** An article that a release added, changed or took away, in one locale. */
export interface ArticleChange {
  readonly articleId: string;
  readonly locale: Locale;
  readonly title: string;
  /** Whether the public or only agents can see what changed. */
  readonly audience: 'public' | 'agent';
  readonly kind: 'added' | 'changed' | 'withdrawn';
}

/** What becomes of an ask between two sides. */
export const fates = [
  'gained',
  'lost',
  'moved',
  'clarification',
  'reworded',
  'out-of-scope',
  'unchanged',
] as const;
export type Fate = (typeof fates)[number];

/** How many asks had each fate, and how often those were asked. */
export type FateCounts = Readonly<Record<Fate, { readonly asks: number; readonly asked: number }>>;

/** Of no ask at all. */
export const noFates: FateCounts = Object.freeze(
  Object.fromEntries(fates.map((fate) => [fate, { asks: 0, asked: 0 }])) as Record<
    Fate,
    { asks: number; asked: number }
  >,
);

/** A golden question that passed on the side before and does not on the side after. */
export interface BrokenGolden {
  readonly question: string;
  readonly locale: Locale;
  /** One sentence of its owner: why it expects what it expects. */
  readonly why: string;
  readonly expected: string;
  readonly found: string;
  readonly file: string;
  readonly line: number;
}

/** What is told of a release beside its record; stored with it, never changed. For agents and managers only. */
export interface ReleaseReport {
  /** Golden questions that broke, and the note with which it was published all the same; null where none broke. */
  readonly acknowledged: { readonly note: string; readonly broken: readonly BrokenGolden[] } | null;
  /** The release whose content this one brings back; null where it is of the content directory. */
  readonly restores: number | null;
  /** Agents are asked to confirm that they have read what changed. */
  readonly asksReading: boolean;
  /** By audience (the public's first), locale and id, at most `mostChanges`; empty for the first release. */
  readonly changes: readonly ArticleChange[];
  /** Changes beyond `mostChanges`. */
  readonly moreChanges: number;
  /** What became of the replayed asks; null where none were. */
  readonly impact: FateCounts | null;
  /** Pairs of paraphrases, and how many of them found the same article, by locale. */
  readonly agreement: Readonly<Record<Locale, { readonly pairs: number; readonly same: number }>>;
}

/** Changes that a report lists: a person reads no more, and a page of them stays small. */
export const mostChanges = 500;

/** The report of a release of which nothing is told. */
export const emptyReport: ReleaseReport = Object.freeze({
  acknowledged: null,
  restores: null,
  asksReading: false,
  changes: [],
  moreChanges: 0,
  impact: null,
  agreement: {},
});

/** How many articles a release added, changed and withdrew, by who can see it; of the listed ones. */
export type ChangeCounts = Readonly<
  Record<ArticleChange['audience'], Readonly<Record<ArticleChange['kind'], number>>>
>;

/** Counts the listed changes of a report. */
export function countChanges({ changes }: Pick<ReleaseReport, 'changes'>): ChangeCounts {
  const of = (audience: ArticleChange['audience']) => {
    const count = (kind: ArticleChange['kind']): number =>
      changes.filter((change) => change.audience === audience && change.kind === kind).length;
    return { added: count('added'), changed: count('changed'), withdrawn: count('withdrawn') };
  };
  return { public: of('public'), agent: of('agent') };
}

/** How paraphrases agreed when a snapshot was measured, by locale. */
export function agreementIn({ public: { calibration = {} } }: Snapshot): ReleaseReport['agreement'] {
  return Object.fromEntries(
    Object.entries(calibration).flatMap(([locale, { agreement }]) =>
      agreement === undefined ? [] : [[locale, agreement]],
    ),
  );
}
