import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { AppError, type AppErrorDetails, type ErrorCode } from '../errors.ts';
import { limits } from './limits.ts';

/** Lines of the file by dotted path (`questions.0`); the empty path is the whole. */
export type Lines = ReadonlyMap<string, number>;

/** YAML that was read against a schema: the value, or what is wrong with it. */
export type ReadYaml<T> =
  | { readonly value: T; readonly lines: Lines; readonly errors: readonly [] }
  | { readonly value: null; readonly lines: Lines; readonly errors: readonly AppError[] };

/**
 * Reads YAML (1.2 core schema; no tags, anchors, aliases, merges or directives; keys are texts and unique) against a strict
 * schema. Every schema error's message is what was expected. `firstLine` is the file's line of the text's first line.
 * Errors: yaml-invalid, key-unknown, value-invalid, all with their line.
 */
export function readYaml<T>(
  text: string,
  schema: z.ZodType<T>,
  source: { readonly file: string; readonly firstLine: number },
): ReadYaml<T> {
  const errors: AppError[] = [];
  const lines = new Map<string, number>([['', source.firstLine]]);
  const report = (code: ErrorCode, line: number, details: AppErrorDetails) => {
    errors.push(new AppError(code, { ...details, place: { file: source.file, line } }));
  };

  const value = readTree(text, source.firstLine, lines, report);
  if (errors.length > 0) return { value: null, lines, errors };

  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, lines, errors: [] };
  for (const issue of parsed.error.issues) reportIssue(issue, { schema, value, lines, report });
  return { value: null, lines, errors };
}

/** The line of a path, or of the nearest thing that holds it. */
export function lineOf(lines: Lines, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(path.slice(0, length).map(String).join('.'));
    if (line !== undefined) return line;
  }
  return 1;
}

type Report = (code: ErrorCode, line: number, details: AppErrorDetails) => void;

function readTree(text: string, firstLine: number, lines: Map<string, number>, report: Report): unknown {
  const directive = /^%.*$/m.exec(text);
  if (directive) {
    report('yaml-invalid', firstLine + text.slice(0, directive.index).split('\n').length - 1, {
      message: 'A YAML directive stands where Concord takes none.',
      expected: 'YAML 1.2 without tags, anchors and directives',
      found: shown(directive[0]),
    });
    return null;
  }
  const counter = new LineCounter();
  const lineAt = (offset: number | undefined) =>
    firstLine + Math.max(0, counter.linePos(offset ?? 0).line - 1);
  try {
    // Unique keys are checked below, in linear time; the package's own check is quadratic.
    const document = parseDocument(text, {
      lineCounter: counter,
      schema: 'core',
      version: '1.2',
      merge: false,
      strict: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    for (const problem of [...document.errors, ...document.warnings]) {
      report('yaml-invalid', lineAt(problem.pos[0]), {
        expected: 'YAML 1.2 without tags, anchors and directives',
        found: shown(problem.message),
      });
    }
    if (document.errors.length + document.warnings.length > 0) return null;
    return plainValue(document.contents, [], { lineAt, lines, report });
  } catch (cause) {
    if (cause instanceof RangeError) {
      report('yaml-invalid', firstLine, tooDeep);
      return null;
    }
    throw cause;
  }
}

const tooDeep = {
  message: 'YAML is nested too deeply.',
  expected: `at most ${limits.yamlDepth} levels`,
} as const;

interface Walk {
  readonly lineAt: (offset: number | undefined) => number;
  readonly lines: Map<string, number>;
  readonly report: Report;
}

/** A node as plain data; maps become objects without a prototype, so that no key of an owner means anything to JavaScript. */
function plainValue(node: unknown, path: readonly string[], walk: Walk): unknown {
  if (node === null || node === undefined) return null;
  const { range } = node as Node;
  const line = walk.lineAt(range?.[0]);
  if (!walk.lines.has(path.join('.'))) walk.lines.set(path.join('.'), line);
  if (path.length > limits.yamlDepth) {
    walk.report('yaml-invalid', line, tooDeep);
    return null;
  }
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) {
    walk.report('yaml-invalid', line, {
      message: 'An alias (*name) stands where Concord takes none.',
      expected: 'the value itself',
      found: `*${shown(String((node as { readonly source?: unknown }).source ?? ''))}`,
    });
    return null;
  }
  if (node.anchor !== undefined || node.tag !== undefined) {
    walk.report('yaml-invalid', line, {
      message: 'YAML anchors and tags are not allowed.',
      expected: 'a plain text, number, list or map',
      found:
        node.anchor === undefined ? `the tag ${shown(node.tag ?? '')}` : `the anchor &${shown(node.anchor)}`,
    });
    return null;
  }
  if (isScalar(node)) return typeof node.value === 'string' ? node.value.normalize('NFC') : node.value;
  if (isSeq(node)) return node.items.map((item, i) => plainValue(item, [...path, String(i)], walk));

  const result: Record<string, unknown> = Object.create(null);
  const seen = new Map<string, number>();
  for (const { key, value } of node.items) {
    const keyLine = walk.lineAt((key as Node | null)?.range?.[0] ?? range?.[0]);
    const name =
      isScalar(key) && key.anchor === undefined && key.tag === undefined ? keyText(key.value) : null;
    if (name === null) {
      walk.report('yaml-invalid', keyLine, {
        message: 'A key is not a plain word.',
        expected: 'a plain word',
        found: isScalar(key) ? describeValue(key.value) : 'a list, a map or an alias',
      });
      continue;
    }
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      walk.report('yaml-invalid', keyLine, {
        message: `The key \`${shown(name)}\` stands here twice.`,
        expected: 'each key once',
        found: `\`${shown(name)}\` again; first on line ${earlier}`,
      });
      continue;
    }
    seen.set(name, keyLine);
    walk.lines.set([...path, name].join('.'), keyLine);
    result[name] = plainValue(value, [...path, name], walk);
  }
  return result;
}

/** Keys are texts; a bare number such as 404 is one too. */
function keyText(value: unknown): string | null {
  if (typeof value === 'string') return value.normalize('NFC');
  return typeof value === 'number' ? String(value) : null;
}

interface Reading {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly lines: Lines;
  readonly report: Report;
}

function reportIssue(issue: z.core.$ZodIssue, { schema, value, lines, report }: Reading): void {
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    for (const key of issue.keys) {
      const meant = didYouMean(key, known);
      report('key-unknown', lineOf(lines, [...path, key]), {
        message: `The key \`${shown(key)}\` is not one that Concord knows.`,
        expected: known.join(', '),
        found: shown(key),
        ...(meant === null ? {} : { hint: `Did you mean \`${meant}\`?` }),
      });
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    // The one form that the owner meant says what is wrong inside it.
    const meant = issue.errors.filter(
      (inner) => !inner.some((one) => one.code === 'invalid_type' && one.path.length === 0),
    );
    if (meant.length === 1) {
      for (const inner of meant[0] ?? []) {
        reportIssue({ ...inner, path: [...path, ...inner.path] }, { schema, value, lines, report });
      }
      return;
    }
  }
  const where = path.map(String).join('.');
  const found = valueAt(value, path);
  const meant =
    issue.code === 'invalid_value' && typeof found === 'string'
      ? didYouMean(found, issue.values.map(String))
      : null;
  report('value-invalid', lineOf(lines, path), {
    message:
      where === ''
        ? 'The file is not of the expected form.'
        : `\`${shown(where)}\` is not of the expected form.`,
    expected: issue.message,
    found:
      issue.code === 'invalid_key' ? `the key ${shown(String(path.at(-1) ?? ''))}` : describeValue(found),
    ...(meant === null ? {} : { hint: `Did you mean \`${meant}\`?` }),
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : shown(value);
  if (typeof value === 'number' || typeof value === 'boolean') {
    return `the ${typeof value === 'number' ? 'number' : 'value'} ${value} (without quotes)`;
  }
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** Text of an owner inside an error: one line, short, without anything that a terminal would obey. */
export function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not reach a terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}

/** The keys that the schema takes at a path; empty where it takes any. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const objects = objectsAt([schema], path);
  return [...new Set(objects.flatMap((object) => Object.keys(object.shape)))];
}

function objectsAt(schemas: readonly unknown[], path: readonly PropertyKey[]): readonly z.ZodObject[] {
  const here = schemas.flatMap(unwrapped);
  const [key, ...rest] = path;
  if (key === undefined) return here.filter((schema) => schema instanceof z.ZodObject);
  return objectsAt(
    here.flatMap((schema): unknown[] => {
      if (schema instanceof z.ZodObject) return [schema.shape[String(key)]];
      if (schema instanceof z.ZodArray) return [schema.element];
      return schema instanceof z.ZodRecord ? [schema.valueType] : [];
    }),
    rest,
  );
}

/** What stands inside optional, default, union and transformed schemas. */
function unwrapped(schema: unknown): readonly unknown[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault
  )
    return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrapped);
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : [schema];
}
