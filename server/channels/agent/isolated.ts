/** A name between Unicode's isolates, so that it does not turn the sentence around it. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
