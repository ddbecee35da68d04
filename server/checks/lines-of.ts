import { decodeText } from '../articles/decode-text.ts';
import type { ContentFile } from '../articles/read-content.ts';
import { AppError } from '../errors.ts';
import type { CheckWorld } from './finding.ts';

/** The lines of each of some files, decoded when they are first asked for; none of a file that is not there or is no text. */
export function linesOf(files: readonly ContentFile[]): CheckWorld['linesOf'] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Map<string, readonly string[]>();
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const file = byPath.get(path);
    const lines = file ? decodedLines(file) : [];
    known.set(path, lines);
    return lines;
  };
}

function decodedLines({ path, bytes }: ContentFile): readonly string[] {
  try {
    return decodeText(bytes, path).split('\n');
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
