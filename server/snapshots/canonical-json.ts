import { createHash } from 'node:crypto';

/**
 * The one JSON text of a value: keys sorted by code units, no white space. Refuses (TypeError) what JSON
 * cannot hold or would change silently: undefined, NaN, infinities, functions, bigints, dates and other class instances.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value);
      throw notJson(value);
    case 'object':
      return value === null ? 'null' : (remembered.get(value) ?? writeValue(value));
    default:
      throw notJson(value);
  }
}

/** SHA-256, in lower-case hex, of the canonical JSON of a value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/**
 * Keeps the text of a deep-frozen value for as long as the value lives: an article is written for the hash of its snapshot,
 * for storage, and to see whether it changed, and writing 10,000 takes half a second each time.
 */
export function rememberJson<T extends object>(value: T): T {
  remembered.set(value, writeValue(value));
  return value;
}

const remembered = new WeakMap<object, string>();

function writeValue(value: object): string {
  return Array.isArray(value) ? writeArray(value) : writeObject(value);
}

function writeArray(items: readonly unknown[]): string {
  let json = '[';
  for (let i = 0; i < items.length; i++) json += (i > 0 ? ',' : '') + canonicalJson(items[i]);
  return `${json}]`;
}

function writeObject(value: object): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson(value);
  let json = '{';
  for (const key of Object.keys(value).sort()) {
    const member = canonicalJson((value as Record<string, unknown>)[key]);
    json += `${json === '{' ? '' : ','}${JSON.stringify(key)}:${member}`;
  }
  return `${json}}`;
}

function notJson(value: unknown): TypeError {
  return new TypeError(`canonicalJson: expected a JSON value, found ${typeof value} ${String(value)}`);
}
