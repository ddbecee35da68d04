import type { CheckWorld, Span } from './finding.ts';
import { lineSpan } from './line-span.ts';

/** The line of an entry of a register, such as teams.yaml; 1 where it does not stand on a line of its own. */
export function entryLine({ linesOf }: CheckWorld, file: string, id: string): number {
  return (
    1 +
    Math.max(
      0,
      linesOf(file).findIndex((line) => line.trimEnd().startsWith(`${id}:`)),
    )
  );
}

/** The value of a key of a register's entry that begins on `line`; the entry's line where the key is not found. */
export function keySpan(world: CheckWorld, file: string, line: number, key: string): Span {
  const lines = world.linesOf(file);
  const found = new RegExp(`(?:^|[\\s{,])${key}:\\s*`);
  for (let at = line - 1; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    if (at >= line && /^[^\s#]/.test(text)) break;
    const match = found.exec(text);
    if (!match) continue;
    const start = match.index + match[0].length;
    const value =
      /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,}\n]+)/.exec(text.slice(start))?.[0].trimEnd() ?? '';
    if (value === '') return lineSpan(world, file, at + 1);
    return { file, line: at + 1, column: start + 1, endColumn: start + 1 + value.length };
  }
  return lineSpan(world, file, line);
}
