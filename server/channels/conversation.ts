import { randomUUID } from 'node:crypto';

/**
 * Ids of conversations, the same in every channel: 1 to 100 printable ASCII characters without blanks. An id opens nothing
 * publicly: with it an agent finds what was said, and nobody else does.
 */
export const conversationForm = /^[\x21-\x7e]{1,100}$/;

/** Most characters of whom a caller says the customer is. */
export const mostCustomerCharacters = 200;

/** An id for a conversation that has none: a random UUID. */
export function newConversationId(): string {
  return randomUUID();
}

/** The conversation that an address names; null where it names none, or what can be none, as a link that was cut. */
export function readConversationId(named: string | null): string | null {
  return named !== null && conversationForm.test(named) ? named : null;
}

/** Whether a text can be a customer's reference: 1 to 200 characters, none of them a control character, not only blanks. */
export function isCustomerReference(text: string): boolean {
  const { length } = [...text];
  return text.trim() !== '' && length <= mostCustomerCharacters && !/[\p{Cc}\p{Cs}]/u.test(text);
}
