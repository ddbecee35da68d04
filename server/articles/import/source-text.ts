import type { Report } from './source-line.ts';

/**
 * A source's bytes as text, as well as they can be read: UTF-8 or, where they are none, UTF-16 (by its mark) or Windows-1252.
 * Line ends become LF, characters that Concord refuses become blanks. Null for binary files. Reports all but the ordinary.
 */
export function readSourceText(bytes: Uint8Array, report: Report): string | null {
  const text = decode(bytes, report);
  if (text === null) return null;
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .normalize('NFC')
    .split('\n');
  return lines
    .map((line, i) => {
      const clean = line.replace(unseen, ' ');
      if (clean !== line) report(i + 1, 'characters that cannot be seen', 'blanks');
      return clean;
    })
    .join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\ue000\ue001\ufffe\uffff]/g;

function decode(bytes: Uint8Array, report: Report): string | null {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  if (wide) {
    report(1, `text in ${wide.toUpperCase()}`, 'the same text in UTF-8');
    return new TextDecoder(wide).decode(bytes);
  }
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    report(1, 'text that is not UTF-8', 'the same text, read as Windows-1252');
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
