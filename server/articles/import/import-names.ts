import { createHash } from 'node:crypto';
import { limits } from '../limits.ts';
import { reservedNames } from '../names.ts';

/**
 * A file, folder or question as a slug: letters of Latin scripts without their marks, digits, single hyphens, cut at a word.
 * Where nothing is left (other scripts), `fallback` and a hash of the text, so that the same text has the same name again.
 */
export function toSlug(text: string, fallback: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  if (!words) return `${fallback}-${hash}`;
  let slug = words.join('-');
  if (slug.length > slugLength) {
    const cut = slug.slice(0, slugLength + 1);
    slug = cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)).slice(0, slugLength);
  }
  return reservedNames.has(slug) ? `${slug}-${fallback}` : slug;
}

/** The slug with the smallest number that nobody has yet: `a`, `a-2`, `a-3`. Adds it to `taken`. */
export function freeName(slug: string, taken: Set<string>): string {
  let name = slug;
  for (let count = 2; taken.has(name); count += 1) name = `${slug}-${count}`;
  taken.add(name);
  return name;
}

/** A folder or file name as words: `acceptable-use_policies` is `Acceptable use policies`. */
export function toWords(name: string): string {
  const words = name
    .replace(/[-_.]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Short enough for a number behind it and for a file name that a person can read. */
const slugLength = limits.nameLength - 10;
