/** Why an offer is made, where offers.yaml gives no reasons of its own. */
export const builtInReasons = ['our-mistake', 'price', 'delay', 'quality', 'loyalty', 'other'] as const;
export type BuiltInReason = (typeof builtInReasons)[number];

/** Made; asked for beyond its bounds; approved, to be made; refused; taken back by the agent before it was made. */
export const offerStatuses = ['made', 'asked', 'approved', 'refused', 'withdrawn'] as const;
export type OfferStatus = (typeof offerStatuses)[number];

/** Most characters of a note and of a decision. */
export const longestOfferText = 1_000;

/** Within what an offer may be made without asking, as the content says. */
export interface OfferBounds {
  readonly offerId: string;
  /** Null: it has no amount. */
  readonly limit: { readonly amount: number; readonly currency: string } | null;
  readonly frequency: {
    readonly times: number;
    readonly per: 'order' | 'conversation' | 'customer' | 'year';
  };
  /** Id of the team that decides on more. */
  readonly approverId: string;
}

/** What an agent says of an offer. Free text is redacted and whoever it was made to becomes a pseudonym where it is stored. */
export interface OfferWish {
  /** Of the form, so that one that is sent twice counts once: 1 to 64 characters. */
  readonly form: string;
  /** In the currency of the limit; null where the offer has none. */
  readonly amount: number | null;
  /** Id of a reason. */
  readonly reason: string;
  readonly note: string | null;
  readonly receipt: string | null;
  readonly conversationId: string | null;
  /** Whom it was made to, as the agent's own system names them; null: not said. */
  readonly customer: string | null;
  /** Number of the order it was made for; null: not said. */
  readonly order: string | null;
}

/** An offer as it stands. */
export interface OfferMade {
  readonly id: number;
  /** When it was made, or else asked for; ISO 8601, UTC. */
  readonly at: string;
  /** Name of the agent. */
  readonly by: string;
  readonly offerId: string;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly reason: string;
  readonly note: string | null;
  readonly receipt: string | null;
  readonly bounds: 'within' | 'beyond';
  readonly status: OfferStatus;
  /** Id of the team that decides; null where nobody had to. */
  readonly approver: string | null;
  readonly decided: { readonly at: string; readonly by: string; readonly note: string } | null;
  /** Whether the agent saw what was decided. */
  readonly isTold: boolean;
}
