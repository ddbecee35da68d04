import type { Fact, FactValue } from '../../articles/article.ts';
import { formatFact } from '../../snapshots/format-fact.ts';
import type { Check, CheckWorld, Finding, Span } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { judgeLiterals, type LiteralVerdict } from './judge-literals.ts';

/** A value written out that disagrees with the fact of which it speaks. */
export const factContradicted: Check = {
  code: 'fact-contradicted',
  title: 'A text writes out a value that contradicts a fact.',
  severity: 'error',
  explanation: `A customer who reads the one text and an agent who reads the other say different things. The register of facts is what holds.

Read are amounts, durations, percentages, counts, dates, times, phone numbers and addresses, in figures of any script and in words of English, Hebrew, Persian and Malay. Days are compared with weeks and hours, months with years, and neither with the other or with working days. Told is a value that disagrees with every value the fact can have there from today on: for the customers of its :::when and the dates of its article. A range agrees with all that is in it.

Which fact a value speaks of is decided by words: those around it in its sentence, held against the sentences of the same language that refer to the fact, and against its id, description and aliases. Rare words count more, words that many facts of the type share count less, and words of another value's clause count half. A value also speaks of the fact to which a translation of the same section refers in its place. Where two facts are about as near, where one nearly as near agrees, where the sentence already refers to the fact, and in examples and stories of past years nothing is told.

Write the reference that the hint names instead of the value, or correct the fact. Where the value is about something else, say it in words that the fact does not have, or accept the finding in the article with the reason.`,
  *run(world) {
    for (const verdict of judgeLiterals(world)) {
      if (verdict.verdict === 'contradicts') yield findingOf(world, verdict);
    }
  },
};

function findingOf(world: CheckWorld, verdict: LiteralVerdict): Omit<Finding, 'code'> {
  const { sentence, literal, fact, because, twin } = verdict;
  const said = saysOf(world, verdict);
  return {
    place: sentence.span(literal.start, literal.end),
    message: `"${literal.text}" contradicts the fact ${fact.id}: ${said}.`,
    expected: said,
    found: literal.text,
    hint: sentence.holdsFacts ? `Write {{fact:${fact.id}}}.` : null,
    other: { place: valuePlace(world, verdict), says: said },
    because: twin === null ? because : [`${twin.locale}: {{fact:${fact.id}}}`, ...because],
  };
}

/** The values that the fact can have there, as readers of the language see them. */
export function saysOf({ content }: CheckWorld, { values, sentence }: LiteralVerdict): string {
  const texts = values.map(
    ({ of }) => formatFact(of.content, sentence.locale, content.site.defaultLocale).text,
  );
  return [...new Set(texts)].join(' / ');
}

/** The line of facts.yaml that holds the first of the values. */
export function valuePlace(world: CheckWorld, { fact, values }: LiteralVerdict): Span {
  return lineSpan(world, 'facts.yaml', lineOf(fact, values[0]?.of));
}

function lineOf(fact: Fact, value: FactValue | undefined): number {
  return value?.line ?? fact.line;
}
