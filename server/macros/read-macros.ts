import { readSourceText } from '../articles/import/source-text.ts';
import { AppError } from '../errors.ts';
import { type MacroFile, macroLimits } from './macro.ts';
import { readMacroCsv } from './read-macro-csv.ts';
import { readMacroJson } from './read-macro-json.ts';

/**
 * Reads the canned replies that a help desk exports: a table (CSV; parted by comma, semicolon or tab) with the columns id,
 * title and body, or Zendesk's JSON of macros. Errors: macros-invalid, with the line and what was expected and found.
 */
export function readMacros(file: { readonly name: string; readonly bytes: Uint8Array }): MacroFile {
  const { name, bytes } = file;
  if (bytes.length > macroLimits.bytes) {
    throw new AppError('macros-invalid', {
      place: { file: name },
      expected: `at most ${macroLimits.bytes} bytes`,
      found: `${bytes.length} bytes`,
    });
  }
  const text = readSourceText(bytes, () => {});
  if (text === null || text.trim() === '') {
    throw new AppError('macros-invalid', {
      place: { file: name, line: 1 },
      expected: 'a table of macros (CSV: id, title, body) or the JSON of macros that Zendesk exports',
      found: text === null ? 'a binary file' : 'an empty file',
    });
  }
  const read = /^\s*[[{]/.test(text) ? readMacroJson(text, name) : readMacroCsv(text, name);
  const count = read.macros.length + read.skipped.length;
  if (count > macroLimits.macros) {
    throw new AppError('macros-invalid', {
      place: { file: name },
      expected: `at most ${macroLimits.macros} macros`,
      found: `${count}`,
    });
  }
  return read;
}
