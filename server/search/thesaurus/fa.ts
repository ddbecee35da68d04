/** Customers' words for the same thing in Persian. */
export const persian: readonly (readonly string[])[] = [];
