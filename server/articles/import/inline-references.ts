import { mapParagraphs, outsideCodeSpans, type Report, type SourceLine } from './source-line.ts';

/**
 * Puts link definitions where they are used, since each section of an article stands alone, and footnotes in parentheses.
 * Link definitions keep their meaning and are not reported unless nothing uses them; footnotes are.
 */
export function inlineReferences(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const links = new Map<string, { readonly address: string; readonly line: number }>();
  const notes = new Map<string, { readonly text: string; readonly line: number }>();
  const used = new Set<string>();
  const rest: SourceLine[] = [];
  let note: string | null = null;
  for (const one of lines) {
    const footnote = one.isCode ? null : /^ {0,3}\[\^([^\]]+)\]:\s*(.*)$/.exec(one.text);
    if (footnote) {
      note = keyOf(footnote[1] ?? '');
      notes.set(note, { text: (footnote[2] ?? '').trim(), line: one.line });
      continue;
    }
    if (note !== null && /^(?: {2,}|\t)\S/.test(one.text)) {
      const before = notes.get(note);
      if (before) notes.set(note, { ...before, text: `${before.text} ${one.text.trim()}` });
      continue;
    }
    if (one.text.trim() !== '') note = null;
    const definition = one.isCode
      ? null
      : /^ {0,3}\[((?:[^[\]\\]|\\.)+)\]:\s*(<[^>]*>|\S+)\s*(?:"[^"]*"|'[^']*'|\([^)]*\))?\s*$/.exec(one.text);
    if (definition) {
      const key = keyOf(definition[1] ?? '');
      const address = (definition[2] ?? '').replace(/^<(.*)>$/, '$1');
      if (!links.has(key)) links.set(key, { address, line: one.line });
      continue;
    }
    rest.push(one);
  }
  const result = mapParagraphs(rest, (text, lineAt) =>
    outsideCodeSpans(text, (part, offset) => {
      const withNotes = part.replace(/\[\^([^\]\s]+)\]/g, (all, label: string, at: number) => {
        const found = notes.get(keyOf(label));
        if (!found) return all;
        used.add(`^${keyOf(label)}`);
        report(lineAt(offset + at), `the footnote \`${label}\``, 'its text in parentheses');
        return ` (${found.text.replace(/[.\s]+$/, '')})`;
      });
      return withNotes.replace(
        /(!?)\[((?:[^[\]\\]|\\.|!\[[^\]]*\]\([^)]*\))+)\](?:\s?\[((?:[^[\]\\]|\\.)*)\])?(?![([:])/g,
        (all, image: string, words: string, label: string | undefined) => {
          const key = keyOf(label === undefined || label === '' ? words : label);
          const found = links.get(key);
          if (!found) return all;
          used.add(key);
          const address = /[\s()]/.test(found.address) ? `<${found.address}>` : found.address;
          return `${image}[${words}](${address})`;
        },
      );
    }),
  );
  for (const [key, { line }] of links) {
    if (!used.has(key)) report(line, 'a link definition that nothing uses', 'nothing');
  }
  for (const [key, { line }] of notes) {
    if (!used.has(`^${key}`)) report(line, 'a footnote that nothing refers to', 'nothing');
  }
  return result;
}

function keyOf(label: string): string {
  return label.replace(/\s+/g, ' ').trim().toLowerCase();
}
