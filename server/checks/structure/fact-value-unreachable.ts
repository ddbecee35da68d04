import type { FactValue, Period } from '../../articles/article.ts';
import { readArticle } from '../../snapshots/check-content.ts';
import { factsIn } from '../../snapshots/compile-section.ts';
import { periodsOverlap } from '../../snapshots/resolve-fact.ts';
import { articleTexts } from '../article-texts.ts';
import type { Check, CheckWorld, Finding } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { cellsOf } from './fact-cells.ts';

/** Values of facts that no customer gets on any day. */
export const factValueUnreachable: Check = {
  code: 'fact-value-unreachable',
  title: 'A value of a fact takes effect for nobody, on no day.',
  severity: 'warning',
  explanation: `Of the values that hold for a customer on a day the most specific is taken: more dimensions, then dated over undated. A value that another one always beats never takes effect, though its owner wrote it to; so does one whose days all lie outside the effective periods of the articles that name the fact.

It is told for each such value, with the one that stands in its way. A value that has held in the past is no finding: receipts and answers as of that day need it.

Take it out, or correct its dates and conditions.`,
  *run(world) {
    const hosts = hostPeriods(world);
    for (const fact of world.content.facts) {
      const taken = new Set<FactValue>();
      const inTheWay = new Map<FactValue, FactValue>();
      for (const { cells } of cellsOf(fact, world.content.site.dimensions)) {
        for (const { period, values } of cells) {
          for (const value of values) taken.add(value);
          const [best] = values;
          for (const value of fact.values) {
            if (best && value !== best && periodsOverlap(value.period, period)) inTheWay.set(value, best);
          }
        }
      }
      // Nothing was taken: the compiler refuses its conditions, and says so.
      if (taken.size === 0) continue;
      const periods = hosts.get(fact.id) ?? [];
      for (const value of fact.values) {
        const better = inTheWay.get(value);
        if (!taken.has(value)) {
          yield never(world, value, {
            message: `This value of ${fact.id} never takes effect.`,
            found: 'a more specific value for all of them',
            other: better
              ? {
                  place: lineSpan(world, 'facts.yaml', better.line),
                  says: 'this more specific value is taken',
                }
              : null,
          });
        } else if (periods.length > 0 && periods.every((period) => !periodsOverlap(period, value.period))) {
          yield never(world, value, {
            message: `This value of ${fact.id} holds on days on which no article names it.`,
            found: 'none: every article that names the fact begins later or has ended',
            other: null,
          });
        }
      }
    }
  },
};

function never(
  world: CheckWorld,
  value: FactValue,
  said: Pick<Finding, 'message' | 'found' | 'other'>,
): Omit<Finding, 'code'> {
  return {
    place: lineSpan(world, 'facts.yaml', value.line),
    expected: 'some customer and day for which it is taken',
    hint: 'Take it out, or correct its dates and conditions.',
    because: [],
    ...said,
  };
}

/** Effective periods of the articles that name a fact, by its id. */
function hostPeriods({ content }: CheckWorld): ReadonlyMap<string, readonly Period[]> {
  const hosts = new Map<string, Period[]>();
  for (const article of content.articles) {
    const { effective } = readArticle(article).head;
    for (const id of new Set(articleTexts(article).flatMap(({ markdown }) => factsIn(markdown)))) {
      hosts.set(id, [...(hosts.get(id) ?? []), effective]);
    }
  }
  return hosts;
}
