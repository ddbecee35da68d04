/** Customers' words for the same thing in Malay. */
export const malay: readonly (readonly string[])[] = [];
