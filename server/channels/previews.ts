import type { Release } from '../answers/answer.ts';
import type { Origin } from '../audit/audit-event.ts';
import type { AppError } from '../errors.ts';
import type { OverlayFile, Previewed, PreviewProgress } from '../impact/impact.ts';

/** How far the preview is: done, or under way; null where nothing can be said yet of how far. */
export type PreviewState =
  | Previewed
  | { readonly kind: 'running'; readonly progress: PreviewProgress | null };

/** What managers are shown before they publish, and the publishing. */
export interface Previews {
  /**
   * The preview of the content directory as it is now, or with other files in the place of some, beside the newest release.
   * It is made once, where nobody else has asked for it, and kept until content, release or day change. Errors:
   * publication-failed where it could not be made.
   */
  look(overlay?: readonly OverlayFile[]): Promise<PreviewState>;
  /** Publishes the content directory as that person. Errors: publication-failed, and those of `write`. */
  publish(form: {
    readonly publisher: string;
    readonly by: Origin;
    readonly changeNote: string;
    readonly acknowledgement: string;
    readonly asksReading: boolean;
    /** The only categories whose articles may differ; null: anything may. */
    readonly within: readonly string[] | null;
    /**
     * Key of the preview that was looked at: refused (changed-meanwhile) where anything differs from it. Null: none was, since
     * what is written changes nobody's words; `only` says what may be published then.
     */
    readonly seen: string | null;
    /**
     * Paths of the only files that may differ from the newest release, by nothing but what `write` writes: refused
     * (content-unpublished) where the directory held anything else that is not published. Default: anything may.
     */
    readonly only?: readonly string[];
    /**
     * Writes into the directory when it is this publication's turn, so that no other is made of it; what it wrote is put back
     * where the publication is refused.
     */
    readonly write?: () => Promise<{ readonly restore: () => Promise<readonly string[]> }>;
  }): Promise<
    | { readonly status: 'published' | 'unchanged' | 'held'; readonly release: Release }
    | { readonly status: 'refused'; readonly errors: readonly AppError[] }
  >;
}
