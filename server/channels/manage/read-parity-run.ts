import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { ParityReport } from '../../feedback/parity-runs.ts';
import { redact } from '../../feedback/redact.ts';

/** Most differences that a run is recorded with; their number is always told. */
export const mostExamples = 20;

const count = z.int().min(0).max(100_000_000);
const name = z.string().min(1).max(60);
const words = z.string().max(1_000);

const runSchema = z.strictObject({
  snapshot: z.string().regex(/^[0-9a-f]{64}$/),
  questions: count,
  byLocale: z.record(z.string().max(35), count),
  channels: z
    .array(z.strictObject({ name, compared: count, differing: count, leftOut: count }))
    .min(1)
    .max(40),
  differences: count,
  examples: z
    .array(
      z.strictObject({
        channel: name,
        locale: name,
        question: words,
        field: name,
        expected: words,
        found: words,
      }),
    )
    .max(mostExamples),
});

/**
 * The run that `npm run verify:parity -- --record` sends as JSON, and the public snapshot that it was made on. Personal data in
 * its questions is redacted. Errors: unsupported-media-type, invalid-request with field, expected and found.
 */
export function readParityRun(request: Request): {
  readonly snapshot: string;
  readonly report: ParityReport;
} {
  if (!request.is('application/json'))
    throw new AppError('unsupported-media-type', { expected: 'application/json' });
  const parsed = runSchema.safeParse(request.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('invalid-request', {
      message: 'This is no run of verify:parity.',
      field: issue?.path.join('.') || 'body',
      expected: 'what npm run verify:parity -- URL --agent NAME --record sends',
      found: issue?.message ?? 'something else',
    });
  }
  const { snapshot, examples, ...rest } = parsed.data;
  return {
    snapshot,
    report: { ...rest, examples: examples.map((one) => ({ ...one, question: redact(one.question) })) },
  };
}
