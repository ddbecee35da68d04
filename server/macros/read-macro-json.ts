import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type Macro, type MacroFile, macroLimits, type SkippedMacro } from './macro.ts';
import { plainText } from './plain-text.ts';

/** Fields of an action that hold what the customer reads; the plain one wins over the HTML of the same text. */
const said = ['comment_value', 'comment_value_html'] as const;

const action = z.object({
  field: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]).optional(),
});

// Zendesk has many more keys, and new ones now and then; those that are read must have their form.
const macro = z.object({
  id: z.union([z.int(), z.string().min(1)], { error: 'a number or a text' }),
  title: z.string({ error: 'a text' }).min(1, { error: 'a text of at least one character' }),
  active: z.boolean({ error: 'true or false' }).optional(),
  actions: z.array(action, { error: 'a list of { field, value }' }).optional(),
  /** Other help desks' exports, and people's own. */
  body: z.string({ error: 'a text' }).optional(),
  locale: z.string({ error: 'a text' }).nullish(),
});

const form = 'a list of macros, or `{ "macros": [...] }` as Zendesk exports it';

/** The JSON of macros. Errors: macros-invalid, with the place in the file or the number of the macro. */
export function readMacroJson(text: string, file: string): MacroFile {
  const json = parseJson(text, file);
  const list = Array.isArray(json) ? json : ((json as { readonly macros?: unknown } | null)?.macros ?? null);
  if (!Array.isArray(list)) {
    const keys = Object.keys(json as object).slice(0, 10);
    throw new AppError('macros-invalid', {
      place: { file, line: 1 },
      expected: form,
      found: `an object with ${keys.join(', ') || 'no key'}`,
    });
  }
  const macros: Macro[] = [];
  const skipped: SkippedMacro[] = [];
  const seen = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const at = index + 1;
    const refuse = (expected: string, found: string): AppError =>
      new AppError('macros-invalid', {
        message: `Macro ${at} cannot be read.`,
        place: { file },
        expected,
        found,
      });
    const parsed = macro.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw refuse(
        `${issue?.path.join('.') || 'each one'}: ${issue?.message}`,
        foundAt(item, issue?.path ?? []),
      );
    }
    const { title, active = true, actions = [], body, locale = null } = parsed.data;
    const id = String(parsed.data.id);
    const earlier = seen.get(id);
    if (earlier !== undefined) throw refuse('each id once', `${id} again; first as macro ${earlier}`);
    seen.set(id, at);
    const spoken = plainText(body ?? commentOf(actions));
    if ([...spoken].length > macroLimits.textLength) {
      throw refuse(
        `a text of at most ${macroLimits.textLength} characters`,
        `${[...spoken].length} in ${id}`,
      );
    }
    if (!active || spoken === '') skipped.push({ id, title, at, why: active ? 'no-text' : 'inactive' });
    else macros.push({ id, title, text: spoken, locale, at });
  }
  if (list.length === 0) {
    throw new AppError('macros-invalid', { place: { file }, expected: 'at least one macro', found: 'none' });
  }
  return { name: file, form: 'json', macros, skipped };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    const line = text.slice(0, position).split('\n').length;
    throw new AppError('macros-invalid', { place: { file, line }, expected: 'JSON', found: message });
  }
}

/** Zendesk writes a comment as its text, or as a list of the channel and the text. */
function commentOf(actions: readonly z.infer<typeof action>[]): string {
  for (const field of said) {
    const texts = actions
      .filter((one) => one.field === field)
      .map(({ value }) => (Array.isArray(value) ? value.at(-1) : value))
      .filter((value) => typeof value === 'string');
    if (texts.length > 0) return texts.join('\n\n');
  }
  return '';
}

function foundAt(item: unknown, path: readonly PropertyKey[]): string {
  let value = item;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | null)?.[key];
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
