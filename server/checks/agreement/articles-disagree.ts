import type { Check } from '../finding.ts';
import { findDisagreements } from './find-disagreements.ts';

/** Two articles that give one thing different values. */
export const articlesDisagree: Check = {
  code: 'articles-disagree',
  title: 'Two articles give different values for the same thing.',
  severity: 'error',
  explanation: `Two articles that promise different days, prices or shares for one thing are the reason why a customer gets two answers. Where the value is a fact of facts.yaml, fact-contradicted finds what contradicts it; this finds two articles that write the value out, and no fact is there.

Two values are compared where their sentences speak of one thing: they have at least two content words in common (four where the value is a date), words that mean the same counted too; these make up a third of the weight of all they say with their headings and titles, rare words weighing more; and nothing stands in the same place of both that sets them apart (“a {yoga} class takes”, “a {swimming} class takes”). Values of different measures (days and working days, dollars and euros), of different customers or times, conditions (“if you are more than two hours late”) and examples are never compared. An article that says both, since it speaks of two things, disagrees with neither.

Write the value into facts.yaml and refer to it in both articles. Where the two really are two things, name in each sentence what it is about, or accept the finding with the reason.`,
  *run({ content }) {
    for (const locale of content.site.locales) {
      for (const { one, other, shared } of findDisagreements(content, locale)) {
        yield {
          place: other.place,
          message: `This says “${other.literal.text}” where ${one.article.head.path} says “${one.literal.text}”.`,
          expected: `the same in both, as it would be with a fact: “${one.literal.text}” in “${one.sentence}”`,
          found: `“${other.literal.text}”`,
          hint: 'Write the value into facts.yaml and refer to it in both: {{fact:name}}.',
          other: { place: one.place, says: one.literal.text },
          because: shared,
        };
      }
    }
  },
};
