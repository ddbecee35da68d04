/** Everything that an imported article says in its front matter. */
export interface ImportedHead {
  readonly title: string;
  readonly questions: readonly string[];
  readonly audience: 'public' | 'agent';
  readonly owner: string;
  readonly verified: string;
  readonly effective: { readonly from: string | null; readonly to: string | null };
  readonly related: readonly string[];
}

/** An article's file. */
export function writeArticle(head: ImportedHead, body: string): string {
  const { from, to } = head.effective;
  const period = [from === null ? '' : `from: ${from}`, to === null ? '' : `to: ${to}`].filter(
    (part) => part !== '',
  );
  const front = [
    `title: ${yamlText(head.title)}`,
    ...(head.questions.length === 0
      ? []
      : ['questions:', ...head.questions.map((question) => `  - ${yamlText(question)}`)]),
    `audience: ${head.audience}`,
    `owner: ${head.owner}`,
    `verified: ${head.verified}`,
    ...(period.length === 0 ? [] : [`effective: { ${period.join(', ')} }`]),
    ...(head.related.length === 0 ? [] : [`related: [${head.related.join(', ')}]`]),
  ];
  return `---\n${front.join('\n')}\n---\n\n${body.replace(/^\s*\n|\s+$/g, '')}\n`;
}

/** Text as a YAML scalar: plain where nothing in it could be taken for anything else, else quoted. */
export function yamlText(text: string): string {
  const isPlain =
    /^[\p{L}][\p{L}\p{M}\p{N} ,.'’()/?!&-]*$/u.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) &&
    !/[\s,]$/.test(text);
  return isPlain ? text : JSON.stringify(text);
}
