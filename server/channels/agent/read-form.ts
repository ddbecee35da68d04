import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';

/** A field that may stand in a form any number of times, as checkboxes do. */
export const manyTexts = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : typeof value === 'string' ? [value] : value));

/**
 * The fields of a plain form. Errors: unsupported-media-type; invalid-request for a field that is missing, too long, there
 * twice, or not of this form: nobody says more than a form asks.
 */
export function readForm<Shape extends z.ZodRawShape>(
  request: Request,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  if (!request.is('application/x-www-form-urlencoded'))
    throw new AppError('unsupported-media-type', { expected: 'application/x-www-form-urlencoded' });
  const parsed = schema.strict().safeParse(request.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : null;
  throw new AppError('invalid-request', {
    field: unknown ?? issue?.path.join('.') ?? '',
    expected: Object.keys(schema.shape).join(', '),
    found: unknown ?? `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'another value'}`,
  });
}
