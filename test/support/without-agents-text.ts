/** Files of a content directory without anything that is for agents alone: their articles, notes, offers and synonyms. */
export function withoutAgentsText(files: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const left = [...files].flatMap(([path, text]): [string, string][] => {
    if (path.endsWith('.md')) return isForAgents(text) ? [] : [[path, withoutNotes(text)]];
    if (path === 'synonyms.yaml') return [[path, text.replace(/^.*audience: agent.*\n/gm, '')]];
    return [[path, path === 'offers.yaml' ? '' : text]];
  });
  return Object.fromEntries(left);
}

/** An article is for agents unless it says otherwise. */
function isForAgents(text: string): boolean {
  return !/^audience: public$/m.test(text.split(/^---$/m)[1] ?? '');
}

function withoutNotes(text: string): string {
  return text
    .replace(/^:::agent\n.*?^:::$\n?/gms, '')
    .replace(/^offers:\s*\[.*\]\n/m, '')
    .replace(/^offers:\n(?: +- .*\n)+/m, '');
}
