import type { Locale } from '../answers/answer.ts';

/** Path of the page on which a customer reads what was said under a receipt code. */
export function receiptPage(locale: Locale, code: string): string {
  return `/${locale}/r/${encodeURIComponent(code)}`;
}
