import type { CalendarDate } from '../../articles/article.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';
import { cellsOf, nameCustomer } from './fact-cells.ts';

/** Days between two values of a fact on which it has none. */
export const factGap: Check = {
  code: 'fact-gap',
  title: 'A fact has no value for some days between two of its values.',
  severity: 'warning',
  explanation: `Where one value ends and the next begins later, nobody knows what holds in between. An article that is in force on those days is refused (fact-unresolved), and one that is written later will be.

It is told for each stretch of days before and after which a kind of customer has a value. Days before the first and after the last value are no gap, nor are customers for whom the fact has no value at all.

Let one value end on the day on which the next begins (\`to\` is the first day on which a value no longer holds), or add a value without dates for the days in between.`,
  *run(world) {
    for (const fact of world.content.facts) {
      const gaps = new Map<string, { from: CalendarDate; to: CalendarDate; customers: string[] }>();
      for (const { customer, cells } of cellsOf(fact, world.content.site.dimensions)) {
        const first = cells.findIndex(({ values }) => values.length > 0);
        const last = cells.findLastIndex(({ values }) => values.length > 0);
        for (const { period, values } of cells.slice(first + 1, Math.max(first + 1, last))) {
          const { from, to } = period;
          if (values.length > 0 || from === null || to === null) continue;
          const gap = gaps.get(`${from} ${to}`) ?? { from, to, customers: [] };
          gaps.set(`${from} ${to}`, gap);
          gap.customers.push(nameCustomer(customer));
        }
      }
      for (const { from, to, customers } of gaps.values()) {
        const next = fact.values.find(({ period }) => period.from === to);
        const before = fact.values.find(({ period }) => period.to === from);
        const place = lineSpan(world, 'facts.yaml', next?.line ?? fact.line);
        const shown = customers.slice(0, 3).join('; ');
        const more = customers.length > 3 ? ` and ${customers.length - 3} others` : '';
        yield {
          place,
          message: `${fact.id} has no value from ${from} until ${to}.`,
          expected: 'a value on every day between the first and the last',
          found: `none for ${shown}${more}`,
          hint: `Let the value before end on ${to}, or this one begin on ${from}.`,
          other: before
            ? { place: lineSpan(world, 'facts.yaml', before.line), says: `the value before ends on ${from}` }
            : null,
          because: [],
        };
      }
    }
  },
};
