import type { Locale } from '../../answers/answer.ts';

/** Address of a receipt in the console. */
export function receiptHref(code: string, ui: Locale): string {
  return `/agent/receipts/${code}?${new URLSearchParams({ ui })}`;
}

/** Where a conversation is read: its id may hold any sign, so it stands in the query. */
const path = '/agent/conversations';

/** Address of a conversation, or of those of a customer; `before`: the turns before one. */
export function conversationHref(
  which: { readonly id: string } | { readonly customer: string },
  ui: Locale,
  before: number | null = null,
): string {
  const parameters = { ...which, ui, ...(before === null ? {} : { before: String(before) }) };
  return `${path}?${new URLSearchParams(parameters)}`;
}
