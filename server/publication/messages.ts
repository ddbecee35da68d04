import { z } from 'zod';
import type { Origin } from '../audit/audit-event.ts';
import { AppError, type ErrorCode, errorCatalogue } from '../errors.ts';
import type { ArticleFact, DayChanges, FactDetails, FactDifference, FactList } from '../impact/fact-desk.ts';
import type { ImpactPreview, PreviewOptions, ReleaseDifferences } from '../impact/impact.ts';
import type { CheckedMacros } from '../macros/checked-macro.ts';
import type { Weighed } from '../snapshots/publish.ts';
import { fates } from '../snapshots/release-report.ts';
import type { Release } from '../snapshots/snapshot.ts';
import type { SnapshotDelta } from '../snapshots/snapshot-delta.ts';
import type { DeskFinding } from './desk-findings.ts';

/** What the worker is started with. */
export interface WorkerData {
  readonly contentDir: string;
  readonly dataDir: string;
  /** SEMANTIC_MODEL; empty: none. */
  readonly semanticModel: string;
}

const by: z.ZodType<Origin> = z.strictObject({
  actor: z.strictObject({
    kind: z.enum(['person', 'key', 'command', 'server', 'stranger']),
    name: z.string(),
  }),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
});

const ids = z.strictObject({ publicId: z.string(), agentId: z.string() });

const release: z.ZodType<Release> = z.strictObject({
  number: z.int(),
  publicId: z.string(),
  agentId: z.string(),
  publishedAt: z.string(),
  publisher: z.string(),
  changeNote: z.string(),
  kept: z.array(z.string()),
});

const factsAsked = z.strictObject({
  release: z.int(),
  asOf: z.string(),
  today: z.string(),
  locale: z.string(),
});

const factMoment = z.strictObject({ release: z.int(), day: z.string() });

const factLook = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('list'),
    asked: factsAsked,
    filter: z.strictObject({
      words: z.string(),
      owner: z.string(),
      category: z.string(),
      show: z.enum(['', 'ahead', 'unused']),
      page: z.int(),
    }),
  }),
  z.strictObject({
    what: z.literal('find'),
    asked: factsAsked,
    factId: z.string(),
    before: z.int().nullable(),
  }),
  z.strictObject({ what: z.literal('ofArticle'), asked: factsAsked, articleId: z.string() }),
  z.strictObject({ what: z.literal('changesOn'), asked: factsAsked, day: z.string() }),
  z.strictObject({ what: z.literal('differences'), before: factMoment, after: factMoment }),
]);
/** One of the questions of a FactDesk. */
export type FactLook = z.infer<typeof factLook>;

const macrosAsked = z.strictObject({
  name: z.string(),
  bytes: z.custom<Uint8Array>(ArrayBuffer.isView),
  locale: z.string().nullable(),
  release: z.int(),
  today: z.string(),
});

/** What was found of facts: of the project's own making, a page at a time, so only its name is checked. */
export type FactsFound =
  | { readonly what: 'list'; readonly found: FactList }
  | { readonly what: 'find'; readonly found: FactDetails | null }
  | { readonly what: 'changesOn'; readonly found: DayChanges }
  | { readonly what: 'ofArticle'; readonly found: readonly ArticleFact[] }
  | { readonly what: 'differences'; readonly found: readonly FactDifference[] };

const previewOptions: z.ZodType<PreviewOptions> = z.strictObject({
  days: z.int(),
  all: z.boolean(),
  most: z.int(),
  asOf: z.string().nullable(),
  on: z.string().nullable(),
  overlay: z
    .array(z.strictObject({ path: z.string(), text: z.string() }))
    .readonly()
    .exactOptional(),
});

/** What the worker is asked to do; all but `watch` and `seen` are answered under the same number. */
export const requestSchema = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('publish'),
    id: z.int(),
    options: z.strictObject({
      publisher: z.string(),
      by: by.exactOptional(),
      changeNote: z.string(),
      keepGoing: z.boolean(),
      acknowledgement: z.string().exactOptional(),
      asksReading: z.boolean().exactOptional(),
      byItself: z.boolean().exactOptional(),
      within: z.array(z.string()).readonly().exactOptional(),
      only: z.array(z.string()).readonly().exactOptional(),
      seen: z.string().exactOptional(),
    }),
    source: z.enum(['directory', 'rested']),
    /** The time of a release, ISO 8601. */
    now: z.string(),
    /** The snapshot that the asker has: only what differs from it is sent. */
    known: ids.nullable(),
  }),
  z.strictObject({
    ask: z.literal('roll-back'),
    id: z.int(),
    number: z.int(),
    options: z.strictObject({ publisher: z.string(), by: by.exactOptional(), changeNote: z.string() }),
    now: z.string(),
    known: ids.nullable(),
  }),
  z.strictObject({ ask: z.literal('load'), id: z.int(), known: ids.nullable() }),
  z.strictObject({ ask: z.literal('held'), id: z.int() }),
  /** The snapshot of an earlier release. */
  z.strictObject({ ask: z.literal('load-earlier'), id: z.int(), ids, known: ids }),
  z.strictObject({ ask: z.literal('differences'), id: z.int(), number: z.int() }),
  z.strictObject({ ask: z.literal('findings'), id: z.int(), today: z.string() }),
  z.strictObject({ ask: z.literal('compare'), id: z.int(), release }),
  z.strictObject({ ask: z.literal('facts'), id: z.int(), look: factLook }),
  z.strictObject({ ask: z.literal('macros'), id: z.int(), macros: macrosAsked }),
  z.strictObject({
    ask: z.literal('preview'),
    id: z.int(),
    options: previewOptions,
    now: z.string(),
    /** Only its key is wanted. */
    keyOnly: z.boolean(),
  }),
  z.strictObject({ ask: z.literal('watch') }),
  /** What was told to be at rest has been dealt with. */
  z.strictObject({ ask: z.literal('seen') }),
  z.strictObject({ ask: z.literal('unwatch'), id: z.int() }),
  z.strictObject({ ask: z.literal('close'), id: z.int() }),
]);
export type Request = z.infer<typeof requestSchema>;

/** An AppError as data: it loses its class, its stack and its cause between threads. */
export interface PackedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place?: { readonly file: string; readonly line?: number; readonly column?: number } | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly hint?: string | undefined;
  readonly field?: string | undefined;
  readonly errors: readonly PackedError[];
}

const packedError: z.ZodType<PackedError> = z.strictObject({
  code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  place: z
    .strictObject({ file: z.string(), line: z.int().exactOptional(), column: z.int().exactOptional() })
    .optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  hint: z.string().optional(),
  field: z.string().optional(),
  get errors() {
    return z.array(packedError);
  },
});

/** A snapshot's changes; null: it is the one that the asker has. */
const delta: z.ZodType<SnapshotDelta | null> = z
  .strictObject({
    base: ids.nullable(),
    ids,
    fields: z.array(
      z.strictObject({
        side: z.enum(['public', 'agent']),
        name: z.string(),
        isList: z.boolean(),
        order: z.custom<Int32Array>(ArrayBuffer.isView),
      }),
    ),
    chunks: z.array(z.custom<Uint8Array<ArrayBuffer>>(ArrayBuffer.isView)),
  })
  .nullable();

const words = z.array(z.strictObject({ kind: z.enum(['same', 'gone', 'new']), text: z.string() }));

const finding: z.ZodType<DeskFinding> = z.strictObject({
  code: z.string(),
  severity: z.enum(['note', 'warning', 'error']),
  file: z.string(),
  line: z.int(),
  message: z.string(),
});

const differences: z.ZodType<ReleaseDifferences> = z.strictObject({
  before: z.int().nullable(),
  articles: z.array(
    z.strictObject({
      articleId: z.string(),
      locale: z.string(),
      parts: z.array(
        z.strictObject({
          what: z.enum(['title', 'questions', 'effective', 'related', 'section', 'note', 'offers']),
          audience: z.enum(['public', 'agent']),
          heading: z.string().nullable(),
          contexts: z.array(z.record(z.string(), z.string())),
          words,
        }),
      ),
    }),
  ),
  facts: z.array(
    z.strictObject({ factId: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
});

const errors = z.array(packedError);

const brokenGolden = z.strictObject({
  question: z.string(),
  locale: z.string(),
  why: z.string(),
  expected: z.string(),
  found: z.string(),
  file: z.string(),
  line: z.int(),
});

const fateCounts = z.record(z.enum(fates), z.strictObject({ asks: z.int(), asked: z.int() }));

const weighed: z.ZodType<Weighed> = z.strictObject({
  broken: z.array(brokenGolden),
  impact: fateCounts.nullable(),
});
function isCheckedMacros(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'macros' in value && 'counts' in value;
}
function isFactsFound(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'what' in value && 'found' in value;
}

/** What the worker says; all but `rested` and a failure of the watcher answer a request. */
export const replySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('made'),
    id: z.int(),
    status: z.enum(['published', 'unchanged', 'held']),
    release,
    errors,
    kept: z.array(z.string()),
    leftOut: z.array(z.string()),
    weighed: weighed.exactOptional(),
    delta,
  }),
  z.strictObject({ kind: z.literal('refused'), id: z.int(), errors }),
  z.strictObject({ kind: z.literal('loaded'), id: z.int(), release, delta }),
  z.strictObject({ kind: z.literal('loaded-earlier'), id: z.int(), delta }),
  z.strictObject({ kind: z.literal('compared'), id: z.int(), isSame: z.boolean() }),
  /** Number of the rolled-back release of which the content is; null: of none. */
  z.strictObject({ kind: z.literal('held'), id: z.int(), release: z.int().nullable() }),
  z.strictObject({ kind: z.literal('facts'), id: z.int(), facts: z.custom<FactsFound>(isFactsFound) }),
  z.strictObject({ kind: z.literal('differs'), id: z.int(), differences }),
  z.strictObject({ kind: z.literal('findings'), id: z.int(), findings: z.array(finding) }),
  z.strictObject({
    kind: z.literal('macros'),
    id: z.int(),
    checked: z.custom<CheckedMacros>(isCheckedMacros),
  }),
  /** Any number of these come before a preview. */
  z.strictObject({ kind: z.literal('progress'), id: z.int(), done: z.int(), of: z.int() }),
  z.strictObject({ kind: z.literal('preview-key'), id: z.int(), key: z.string() }),
  z.strictObject({ kind: z.literal('previewed'), id: z.int(), preview: z.custom<ImpactPreview>(isPreview) }),
  z.strictObject({ kind: z.literal('preview-refused'), id: z.int(), key: z.string(), errors }),
  /** There is nothing to load, or nothing to say but that it is done. */
  z.strictObject({ kind: z.literal('done'), id: z.int() }),
  z.strictObject({ kind: z.literal('failed'), id: z.int(), error: packedError }),
  z.strictObject({ kind: z.literal('rested') }),
  z.strictObject({ kind: z.literal('watch-failed'), error: packedError }),
]);
export type Reply = z.infer<typeof replySchema>;

function isPreview(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'counts' in value &&
    fateCounts.safeParse(value.counts).success &&
    'replays' in value &&
    Array.isArray(value.replays)
  );
}

/** An error as data. One that is no AppError becomes publication-failed. */
export function packError(error: unknown): PackedError {
  if (!(error instanceof AppError)) {
    const found = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      code: 'publication-failed',
      message: errorCatalogue['publication-failed'].title,
      found,
      errors: [],
    };
  }
  const { code, message, place, expected, found, hint, field } = error;
  return { code, message, place, expected, found, hint, field, errors: error.errors.map(packError) };
}

/** The AppError again. */
export function unpackError(packed: PackedError): AppError {
  const { code, message, place, expected, found, hint, field, errors } = packed;
  return new AppError(code, {
    message,
    errors: errors.map(unpackError),
    ...(place === undefined ? {} : { place }),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(hint === undefined ? {} : { hint }),
    ...(field === undefined ? {} : { field }),
  });
}
