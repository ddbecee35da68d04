/** Markdown of the same length, with blanks where markers, code and the addresses of links stand: none of them states anything. */
export function withoutMarkup(markdown: string): string {
  return markdown.replace(/\{\{[^{}\n]*\}\}|`[^`\n]*`|\]\([^()\s]*\)/g, (mark) => ' '.repeat(mark.length));
}
