/** A file of the corpora under Concord's names: where it stands, and its bytes. */
export interface ConcordFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * Maps the generic front matter of the corpora to Concord's own: visibility to audience, updated to verified, tags to
 * questions, valid_from and valid_until to effective; slug, id and category are the file's place. What Concord requires
 * and the case leaves out is added, so that a refusal is for the case's reason. Line ends and everything else stay.
 */
export function concordFile(bytes: Buffer, fallbackSlug = 'hostile'): ConcordFile {
  const text = bytes.toString('latin1');
  const open = /^(?:\xef\xbb\xbf)?---[ \t]*(\r\n|\r|\n)/.exec(text);
  if (!open) return { path: `en/orders/${fallbackSlug}.md`, bytes };
  const newline = open[1] ?? '\n';
  const rest = text.slice(open[0].length);
  const end = rest.split(newline).findIndex((line) => line.trimEnd() === '---');
  const lines = rest.split(newline).slice(0, end < 0 ? undefined : end);
  const slug = lines.map((line) => /^slug: (.*)$/.exec(line)?.[1]).find((value) => value !== undefined);

  const renamed = lines
    .filter((line) => !/^(?:id|slug|category): /.test(line))
    .map((line) => {
      const renames = {
        visibility: 'audience',
        updated: 'verified',
        tags: 'questions',
        valid_from: 'effective.from',
      };
      const key = /^([a-z_]+):/.exec(line)?.[1] ?? '';
      return Object.hasOwn(renames, key) ? line.replace(key, renames[key as keyof typeof renames]) : line;
    })
    .map((line) =>
      line.replace('"visib\\u0069lity"', '"aud\\u0069ence"').replace('"visibility"', '"audience"'),
    )
    .map((line) => line.replace(/^Visibility:/, 'Audience:').replace(/^visiblity:/, 'audeince:'));
  const has = (key: string) => renamed.some((line) => line.startsWith(`${key}:`));
  const from = renamed
    .find((line) => line.startsWith('effective.from:'))
    ?.slice(15)
    .trim();
  const to = renamed
    .find((line) => line.startsWith('valid_until:'))
    ?.slice(12)
    .trim();
  const period =
    from === undefined ? [] : [`effective: { from: ${from}${to === undefined ? '' : `, to: ${to}`} }`];
  const added = [
    ...(has('owner') ? [] : ['owner: care']),
    ...(has('verified') ? [] : ['verified: 2026-11-02']),
    ...(renamed.some((line) => /^"?aud/i.test(line)) ? [] : ['audience: public']),
    ...period,
  ];
  const kept = renamed.filter((line) => !/^(?:effective\.from|valid_until):/.test(line));
  const tail = end < 0 ? [] : rest.split(newline).slice(end);
  // Before the others, so that a file that is cut off inside its last line stays so.
  const head = kept.length > 0 || end > 0 ? added : [];
  const mapped = open[0] + [...head, ...kept, ...tail].join(newline);
  return {
    path: `en/orders/${slug?.replace(/^"(.*)"$/, '$1') ?? fallbackSlug}.md`,
    bytes: Buffer.from(mapped, 'latin1'),
  };
}
