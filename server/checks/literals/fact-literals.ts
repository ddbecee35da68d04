import type { Fact, FactContent, FactValue } from '../../articles/article.ts';
import { plainAddress } from './find-addresses.ts';
import type { LiteralValue } from './literal.ts';

/** One value of a fact in the form in which literals are compared. */
export interface FactLiteral {
  readonly value: LiteralValue;
  /** With its condition, period and line. */
  readonly of: FactValue;
}

/** The values of a fact that a text could write out as literals, in the file's order; none for facts of the type text. */
export function factLiterals(fact: Fact): readonly FactLiteral[] {
  return fact.values.flatMap((of) => {
    const value = literalValueOf(of.content);
    return value === null ? [] : [{ value, of }];
  });
}

function literalValueOf(content: FactContent): LiteralValue | null {
  switch (content.type) {
    case 'duration':
      return content.unit === 'month' || content.unit === 'year'
        ? { kind: 'duration', amount: content.amount * (content.unit === 'year' ? 12 : 1), unit: 'month' }
        : { kind: 'duration', amount: content.amount * MINUTES[content.unit], unit: 'minute' };
    case 'money':
      return { kind: 'money', amount: content.amount, currency: content.currency };
    case 'percent':
      return { kind: 'percent', amount: content.amount };
    case 'count':
      return { kind: 'count', amount: content.amount, noun: '' };
    case 'date': {
      const [year = 0, month = 0, day = 0] = content.date.split('-').map(Number);
      return { kind: 'date', calendar: 'gregorian', year, month, day };
    }
    case 'time': {
      const [hours = 0, minutes = 0] = content.time.split(':').map(Number);
      return { kind: 'time', minutes: hours * 60 + minutes, eitherHalf: false };
    }
    case 'phone':
      return { kind: 'phone', digits: content.value.replace(/\D/g, ''), international: true };
    case 'email':
      return { kind: 'email', address: content.value.toLowerCase() };
    case 'url':
      return { kind: 'url', address: plainAddress(content.value) };
    case 'text':
      return null;
    default:
      return content satisfies never;
  }
}

const MINUTES = { minute: 1, hour: 60, day: 24 * 60, week: 7 * 24 * 60 } as const;
