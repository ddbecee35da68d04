/** Customers' words for the same thing in English. */
export const english: readonly (readonly string[])[] = [];
