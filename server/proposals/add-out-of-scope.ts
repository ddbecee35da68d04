import { isSeq, parseDocument, stringify } from 'yaml';
import { decodeText } from '../articles/decode-text.ts';
import type { SiteLocales } from '../articles/local-text.ts';
import { readOutOfScope } from '../articles/read-out-of-scope.ts';
import { AppError } from '../errors.ts';

/**
 * Adds an entry with questions of a locale at the end of out-of-scope.yaml; everything before it stays to the byte. `bytes`:
 * null where there is no such file yet. Errors: those of the file, edit-unsure where its list is written in brackets.
 */
export function addOutOfScope(
  bytes: Buffer | null,
  entry: { readonly locale: string; readonly questions: readonly string[] },
  { file, site }: { readonly file: string; readonly site: SiteLocales },
): string {
  const questions = entry.questions.map((question) => question.trim().normalize('NFC'));
  const before = bytes === null ? [] : readEntries(bytes, file, site);
  const text = bytes?.toString('utf8') ?? '';
  const { contents } = parseDocument(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'), {
    uniqueKeys: false,
  });
  const list = isSeq(contents) ? contents : null;
  if (list?.flow === true)
    throw new AppError('edit-unsure', {
      place: { file, line: 1 },
      expected: 'a list with one entry below the other',
      found: 'a list in brackets',
      hint: 'Edit the file by hand.',
    });
  const end = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  const indent = /^( *)- /m.exec(text)?.[1] ?? '';
  const added = stringify([{ questions: { [entry.locale]: questions } }], { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}${end}`)
    .join('');
  const result = `${text}${text === '' || /[\r\n]$/.test(text) ? '' : end}${added}`;
  const after = readEntries(Buffer.from(result, 'utf8'), file, site);
  const kept = JSON.stringify(after.slice(0, -1)) === JSON.stringify(before);
  const said = after.at(-1)?.questions[entry.locale]?.map(({ text }) => text);
  if (!kept || JSON.stringify(said) !== JSON.stringify(questions))
    throw new AppError('edit-unsure', {
      place: { file, line: 1 },
      expected: 'a list that an entry can be put behind',
      found: 'another meaning after the edit',
      hint: 'Edit the file by hand.',
    });
  return result;
}

function readEntries(bytes: Buffer, file: string, site: SiteLocales) {
  const { value, errors } = readOutOfScope(decodeText(bytes, file), file, site);
  const [first] = errors;
  if (value !== null) return value;
  throw first ?? new AppError('value-invalid', { place: { file } });
}
