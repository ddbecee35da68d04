import type { Release } from '../snapshots/snapshot.ts';

/** What somebody wishes changed in the content, from a page; README tells what each writes. */
export type ContentWish =
  /** Another phrasing in the front matter of an article. */
  | {
      readonly kind: 'variant';
      readonly articleId: string;
      readonly locale: string;
      readonly question: string;
    }
  /** A new file with everything filled in but the text. */
  | {
      readonly kind: 'article';
      readonly locale: string;
      readonly category: string;
      readonly slug: string;
      readonly title: string;
      readonly questions: readonly string[];
      readonly owner: string;
      readonly text: string;
    }
  /** Questions that are politely not answered from then on, in out-of-scope.yaml. */
  | { readonly kind: 'out-of-scope'; readonly locale: string; readonly questions: readonly string[] }
  /** The day on which an article was found true, in its front matter. */
  | {
      readonly kind: 'verification';
      readonly articleId: string;
      readonly locale: string;
      readonly on: string;
    }
  /** The whole text of a file, as edited on the page of a proposal. */
  | { readonly kind: 'edit'; readonly path: string; readonly text: string };

export type ProposalKind = ContentWish['kind'];

/** One file as a proposal leaves it. */
export interface ProposedFile {
  /** Below the content directory, with `/`. */
  readonly path: string;
  /** SHA-256, hex, of the file that the proposal was made from; null: there was none. */
  readonly madeFrom: string | null;
  readonly text: string;
}

/** A change of the content that is proposed: it stands beside the content directory until it is published. */
export interface Proposal {
  readonly id: number;
  readonly kind: ProposalKind;
  /** What was wished; the files may have been edited since. */
  readonly wish: ContentWish;
  /** What it is about: an article's id, a question. */
  readonly subject: string;
  /** Why, in the proposer's words; never empty. */
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly madeBy: string;
  readonly files: readonly ProposedFile[];
  readonly status: 'open' | 'published' | 'withdrawn';
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  /** Number of the release that holds it. */
  readonly release: Release['number'] | null;
}
