/** A question whose right outcome somebody has decided. */
export interface LabelledQuestion {
  readonly id: string;
  /** As typed. */
  readonly text: string;
  /** Some article answers it. */
  readonly isAnswerable: boolean;
  /** Too vague to be answered: right is a question back that offers one of `right`. Then `isAnswerable` is false. */
  readonly isVague: boolean;
  /** Ids of the articles that answer it, or one of which has to be offered where it is vague; empty where none does. */
  readonly right: ReadonlySet<string>;
  /** How well each of them does, above 0. */
  readonly grades: ReadonlyMap<string, number>;
  /** `article#section` for each section that is right; empty: any section of a right article. */
  readonly sections: ReadonlySet<string>;
  /** What is known of the customer; null: nothing. */
  readonly context: Readonly<Record<string, string>> | null;
  /** The day it is asked for; null: the day of the run. */
  readonly asOf: string | null;
}
