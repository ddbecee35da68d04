import type { Locale } from '../../answers/answer.ts';
import type { Conversations } from '../../feedback/conversations/conversations.ts';
import { readReceiptCode } from '../../feedback/receipt-code.ts';
import type { AgentDoor } from '../ask.ts';
import { conversationForm, isCustomerReference } from '../conversation.ts';
import { conversationHref, receiptHref } from './record-hrefs.ts';

/** What one may be looking up with. */
export interface FindDeps {
  readonly door: AgentDoor;
  readonly conversations: Conversations;
}

/**
 * Where what an agent typed leads: to the receipt with this code, to a conversation with this id, or to the conversations of
 * a customer with this reference, where there is one; null: it is a question. Ids and references are looked for only in
 * what holds a digit, so that a conversation that a bot calls `refund` never stands before a question.
 */
export async function findRecord(
  typed: string,
  ui: Locale,
  { door, conversations }: FindDeps,
): Promise<string | null> {
  const text = typed.trim();
  if (readReceiptCode(text) !== null) {
    const record = await door.receipt(text);
    if (record !== null) return receiptHref(record.code, ui);
  }
  if (!/\p{Nd}/u.test(text)) return null;
  if (conversationForm.test(text) && (await conversations.isKnown(text)))
    return conversationHref({ id: text }, ui);
  if (!isCustomerReference(text)) return null;
  const [line] = await conversations.ofCustomer(text, { before: null, limit: 1 });
  return line === undefined ? null : conversationHref({ customer: text }, ui);
}
