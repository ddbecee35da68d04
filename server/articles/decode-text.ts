import { isUtf8 } from 'node:buffer';
import { AppError } from '../errors.ts';

/**
 * A file's bytes as text: UTF-8 without its byte-order mark, line ends as LF, in normal form C. Errors: file-encoding with
 * line and finding, for UTF-16, bytes that are not UTF-8, NUL, control characters, and characters that reorder or break
 * lines unseen.
 */
export function decodeText(bytes: Buffer, file: string): string {
  const wide = wideEncoding(bytes);
  if (wide) throw encodingError(file, 1, wide);
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw encodingError(file, lineAt(bytes, nul), 'a NUL byte: the file is binary or damaged');
  const body = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  if (!isUtf8(body)) {
    const bad = firstInvalidByte(body);
    const byte = (body[bad] ?? 0).toString(16).padStart(2, '0');
    throw encodingError(file, lineAt(body, bad), `the byte 0x${byte}, which is not UTF-8 here`);
  }
  const text = body.toString('utf8').replace(/\r\n?/g, '\n').normalize('NFC');
  const odd = forbidden.exec(text);
  if (odd) {
    const line = text.slice(0, odd.index).split('\n').length;
    throw encodingError(file, line, `${nameOf(odd[0])}, a character that cannot be seen`);
  }
  return text;
}

/** `U+202E` for a character. */
export function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Controls but tab and line feed, line and paragraph separators, embeddings and overrides of direction, noncharacters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufffe\uffff]/;

function encodingError(file: string, line: number, found: string): AppError {
  return new AppError('file-encoding', {
    place: { file, line },
    expected: 'UTF-8 text',
    found,
    hint: 'Save the file as UTF-8.',
  });
}

function wideEncoding(bytes: Buffer): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16 (little-endian)';
  if (first === 0xfe && second === 0xff) return 'UTF-16 (big-endian)';
  return null;
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i += 1) if (bytes[i] === 0x0a) line += 1;
  return line;
}

/** Offset of the first byte that is not part of a well-formed sequence (Unicode 15, table 3-7). */
function firstInvalidByte(bytes: Buffer): number {
  let i = 0;
  while (i < bytes.length) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return i;
}

function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const follows = (offset: number) => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const overlong = lead === 0xe0 && second < 0xa0;
    const surrogate = lead === 0xed && second > 0x9f;
    return !overlong && !surrogate && follows(1) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const overlong = lead === 0xf0 && second < 0x90;
    const beyond = lead === 0xf4 && second > 0x8f;
    return !overlong && !beyond && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}
