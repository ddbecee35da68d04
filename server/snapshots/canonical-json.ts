import { createHash } from 'node:crypto';

/**
 * The one JSON text of a value: keys sorted by code units, no white space. Refuses (TypeError naming the path) what JSON
 * cannot hold or would change silently: undefined, NaN, infinities, functions, bigints, dates and other class instances.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

/** SHA-256, in lower-case hex, of the canonical JSON of a value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function write(value: unknown, path: string[]): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value);
      throw notJson(value, path);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw notJson(value, path);
  }
}

function writeArray(items: readonly unknown[], path: string[]): string {
  let json = '[';
  for (let i = 0; i < items.length; i++) {
    path.push(String(i));
    json += (i > 0 ? ',' : '') + write(items[i], path);
    path.pop();
  }
  return `${json}]`;
}

function writeObject(value: object, path: string[]): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson(value, path);
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    path.push(key);
    members.push(`${JSON.stringify(key)}:${write((value as Record<string, unknown>)[key], path)}`);
    path.pop();
  }
  return `{${members.join(',')}}`;
}

function notJson(value: unknown, path: readonly string[]): TypeError {
  return new TypeError(
    `canonicalJson: expected a JSON value at ${path.join('.') || 'the top'}, found ${String(value)}`,
  );
}
