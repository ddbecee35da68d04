import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/**
 * The block of README's *Running it for real* that follows the name of a file, as an operator would copy it. Errors: Error
 * where there is none.
 */
export function readmeBlock(file: string): string {
  const section = readme.slice(
    readme.indexOf('\n## Running it for real'),
    readme.indexOf('\n## Performance of search'),
  );
  const named = section.indexOf(`\`${file}\``);
  const block = /\n```[a-z]+\n([\s\S]*?\n)```\n/.exec(section.slice(named < 0 ? section.length : named));
  if (block === null) throw new Error(`README shows no ${file}`);
  return block[1] ?? '';
}

/** A text with each of the parts replaced. Errors: Error for a part that does not stand in it, so that no test passes over nothing. */
export function withReplaced(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`README's block has no ${from}`);
    return changed.replaceAll(from, to);
  }, text);
}
