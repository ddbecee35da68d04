/** How often two ways to ask the same find the same. */
export interface Agreement {
  readonly pairs: number;
  /** Pairs of which both found the same article; at most `pairs`. */
  readonly same: number;
}

/**
 * Over all pairs of questions that are about the same: how many there are, and how many of them found the same article,
 * whether it is the right one or not. `about`: what makes questions a pair; `found`: null agrees with nothing.
 */
export function agreementOf(
  asked: readonly { readonly about: string; readonly found: string | null }[],
): Agreement {
  let pairs = 0;
  let same = 0;
  for (const group of Map.groupBy(asked, ({ about }) => about).values()) {
    pairs += pairsOf(group.length);
    const found = group.flatMap(({ found }) => found ?? []);
    for (const alike of Map.groupBy(found, (id) => id).values()) same += pairsOf(alike.length);
  }
  return { pairs, same };
}

function pairsOf(number: number): number {
  return (number * (number - 1)) / 2;
}
