import type { Condition } from './article.ts';

/** A condition that was read, or why it could not be. */
export type ReadCondition =
  | { readonly condition: Condition }
  | { readonly expected: string; readonly found: string };

/** Reads what follows `:::when`: `region=EU,UK plan=plus`. Dimensions and values are checked later, against site.yaml. */
export function readCondition(text: string): ReadCondition {
  const entries: [string, string[]][] = [];
  const parts = text.split(/[ \t]+/).filter((part) => part !== '');
  if (parts.length === 0) return { expected: form, found: 'no condition' };
  for (const part of parts) {
    const match = /^([a-z][a-z0-9-]*)=([A-Za-z0-9-]+(?:,[A-Za-z0-9-]+)*)$/.exec(part);
    if (!match) return { expected: form, found: part };
    const [, dimension = '', values = ''] = match;
    if (entries.some(([known]) => known === dimension)) {
      return { expected: `${dimension} once, with its values joined by commas`, found: `${dimension} twice` };
    }
    const list = values.split(',');
    if (new Set(list).size < list.length) return { expected: 'each value once', found: part };
    entries.push([dimension, list]);
  }
  return { condition: sortedCondition(entries) };
}

/** A condition with dimensions and values in code-point order. */
export function sortedCondition(entries: readonly (readonly [string, readonly string[]])[]): Condition {
  return Object.fromEntries(
    entries
      .map(([dimension, values]) => [dimension, [...values].sort(byCodePoint)] as const)
      .sort(([a], [b]) => byCodePoint(a, b)),
  );
}

const form =
  'dimension=value, values joined by commas, dimensions by blanks: `:::when region=EU,UK plan=plus`';

const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
