import type { Fact } from '../../articles/article.ts';
import type { Check } from '../finding.ts';
import { wordsSpan } from '../line-span.ts';

/** Share of the words of two descriptions and ids that both have. */
const enough = 0.6;

/** Facts that say the same under two names. */
export const factTwin: Check = {
  code: 'fact-twin',
  title: 'Two facts have the same values and nearly the same description.',
  severity: 'note',
  explanation: `Two entries for one value are two places to change it, and one will be forgotten.

It is told where two facts have the same type, values, conditions and dates, and at least ${enough * 100} of 100 words of their descriptions and ids in common. The same number under two unlike descriptions is a coincidence.

Keep one, and let every text refer to it; or describe each so that the difference can be seen.`,
  *run(world) {
    const groups = new Map<string, Fact[]>();
    for (const fact of world.content.facts) {
      const values = fact.values.map(({ content, when, period }) => [content, when, period.from, period.to]);
      const key = JSON.stringify([fact.type, values]);
      groups.set(key, [...(groups.get(key) ?? []), fact]);
    }
    for (const group of groups.values()) {
      const described = group.slice(0, mostCompared).map((fact) => ({ fact, words: wordsOf(fact) }));
      for (const [index, { fact, words }] of described.entries()) {
        const twin = described.slice(0, index).find((other) => likeness(words, other.words) >= enough);
        if (!twin) continue;
        yield {
          place: wordsSpan(world, 'facts.yaml', fact.line, fact.id),
          message: `${fact.id} and ${twin.fact.id} say the same.`,
          expected: 'one fact for one value',
          found: `two with the same values: "${fact.description}" and "${twin.fact.description}"`,
          hint: 'Keep one of them, or say in their descriptions how they differ.',
          other: {
            place: wordsSpan(world, 'facts.yaml', twin.fact.line, twin.fact.id),
            says: twin.fact.description,
          },
          because: [...words].filter((word) => twin.words.has(word)).sort(),
        };
      }
    }
  },
};

/** Facts of one value that are compared with one another: pairs grow with the square. */
const mostCompared = 200;

function wordsOf({ id, description }: Fact): ReadonlySet<string> {
  return new Set(`${id} ${description}`.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared / (one.size + other.size - shared);
}
