/** One question as all channels are asked it. */
export interface Question {
  readonly question: string;
  readonly locale: string;
  /** Customer context: dimension → value. */
  readonly context: Readonly<Record<string, string>>;
  /** `YYYY-MM-DD`; null: today. */
  readonly asOf: string | null;
}

/** A question in one line, for people. */
export function describeQuestion({ question, locale, context, asOf }: Question): string {
  const known = Object.entries(context).map(([dimension, value]) => `${dimension}=${value}`);
  const said = question.length > 120 ? `${question.slice(0, 120)}…` : question;
  return [`${locale} ${JSON.stringify(said)}`, ...known, ...(asOf === null ? [] : [`on ${asOf}`])].join(', ');
}
