import type { Check } from '../finding.ts';
import { saysOf, valuePlace } from './fact-contradicted.ts';
import { judgeLiterals } from './judge-literals.ts';

/** A value written out where a fact holds it. */
export const factWrittenOut: Check = {
  code: 'fact-written-out',
  title: 'A text writes out a value that a fact holds.',
  severity: 'warning',
  explanation: `The value is right today. On the day on which the fact changes, this text keeps the old one: it is the next contradiction.

It is told where a value in an article agrees with a fact of which it speaks, which is decided as for fact-contradicted. Titles, offers, descriptions and site.yaml are left alone: no fact can be referred to there.

Write the reference that the hint names. It is formatted for each language, and follows the fact on its dates and by customer. Where a sentence needs the value in words of its own, accept the finding in the article with the reason.`,
  *run(world) {
    for (const verdict of judgeLiterals(world)) {
      const { sentence, literal, fact, because, twin } = verdict;
      if (verdict.verdict !== 'repeats' || !sentence.holdsFacts) continue;
      yield {
        place: sentence.span(literal.start, literal.end),
        message: `"${literal.text}" is written out; the fact ${fact.id} holds it.`,
        expected: `{{fact:${fact.id}}}`,
        found: literal.text,
        hint: `Write {{fact:${fact.id}}}.`,
        other: { place: valuePlace(world, verdict), says: saysOf(world, verdict) },
        because: twin === null ? because : [`${twin.locale}: {{fact:${fact.id}}}`, ...because],
      };
    }
  },
};
