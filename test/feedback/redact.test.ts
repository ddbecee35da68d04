import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { redact } from '../../server/feedback/redact.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

/** Lines of a file by the headings above them; what cannot be seen is written as `\\u200B`. */
function linesOf(file: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  let group: string[] = [];
  for (const line of readFileSync(join(import.meta.dirname, 'redact', file), 'utf8').split('\n')) {
    if (line.startsWith('# ')) {
      group = [];
      groups.set(line.slice(2), group);
    } else if (line !== '') {
      group.push(
        line.replace(/\\u([0-9A-F]{4})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
      );
    }
  }
  return groups;
}

/** What a customer types, and what is kept. */
const hidden = [...linesOf('hidden.txt')].map(
  ([what, lines]) =>
    [
      what,
      lines.map((line) => {
        const [typed = '', expected = ''] = line.split(' => ');
        return [typed, expected] as const;
      }),
    ] as const,
);
const kept = [...linesOf('kept.txt')];

describe('redaction', () => {
  for (const [what, cases] of hidden)
    describe(`hides ${what}`, () => {
      test.each(cases)('%s', (typed, expected) => expect(redact(typed)).toBe(expected));
    });

  for (const [what, cases] of kept)
    describe(`keeps ${what} to the letter`, () => {
      test.each(cases)('%s', (typed) => expect(redact(typed)).toBe(typed));
    });

  test('is tried on at least 200 sentences with something to hide, and 200 without, none twice', () => {
    const typed = hidden.flatMap(([, cases]) => cases.map(([one]) => one));
    const plain = kept.flatMap(([, cases]) => cases);
    for (const all of [typed, plain]) {
      expect(all.length).toBeGreaterThanOrEqual(200);
      expect(all.filter((one, at) => all.indexOf(one) !== at)).toEqual([]);
    }
    for (const [one, expected] of hidden.flatMap(([, cases]) => cases))
      expect([one, expected]).not.toEqual([one, one]);
  });

  test('hides order numbers as the site writes them, in any script’s digits and case, and nothing longer', () => {
    const forms = ['K######', 'NL/@@ ####.#', '##-##-##'];
    for (const [typed, expected] of [
      ['where is K123456?', 'where is [order]?'],
      ['k123456 לא הגיעה', '[order] לא הגיעה'],
      ['سفارش K۱۲۳۴۵۶ نرسید', 'سفارش [order] نرسید'],
      ['nl/ab 1234.5 please', '[order] please'],
      ['١٢-٣٤-٥٦', '[order]'],
      ['AK123456, K12345', 'AK123456, K12345'],
      ['NL/a1 1234.5, NL/ab 1234x5', 'NL/a1 1234.5, NL/ab 1234x5'],
    ] as const)
      expect(redact(typed, forms)).toBe(expected);
    expect(redact('where is K123456?')).toBe('where is K123456?');
  });

  test('takes a form that would be a pattern elsewhere to the letter', () => {
    expect(redact('a.+#1234', ['.+####'])).toBe('a.+#1234'.replace('#1234', '[order]'));
    expect(redact('1234 5678', ['(#+)+####'])).toBe('1234 5678');
    expect(redact('(1+)+2345', ['(#+)+####'])).toBe('[order]');
  });

  test('nothing is made of nothing', () => expect(redact('')).toBe(''));

  test('what is redacted once is not changed by a second time', () => {
    const all = [
      ...hidden.flatMap(([, cases]) => cases.map(([typed]) => typed)),
      ...kept.flatMap(([, cases]) => cases),
    ];
    for (const typed of all) expect(redact(redact(typed))).toBe(redact(typed));
  });

  test('an e-mail address never survives, whatever stands around it', () => {
    const word = fc.constantFrom('order', 'הזמנה', 'سفارش', 'pesanan', '2', '$50', ',', '(', '\n', '12:30');
    fc.assert(
      fc.property(fc.emailAddress(), fc.array(word), fc.array(word), (email, left, right) => {
        const [local = ''] = email.split('@');
        fc.pre(/^[a-z0-9.]+$/i.test(local));
        expect(redact([...left, email, ...right].join(' '))).not.toContain(email);
      }),
    );
  });

  test('a card number never survives, in any script and grouping', () => {
    const zeros = ['0', '٠', '۰', '०', '０'];
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom(...zeros),
        fc.constantFrom('', ' ', '-', '\u2013', '\u00A0'),
        fc.constantFrom('my card ', 'כרטיס ', 'کارت ', 'kad '),
        (rest, zero, separator, words) => {
          const card = withCheckDigit([4, ...rest]);
          fc.pre(!/^(?:(?:19|20|13|14)\d\d){4}$/.test(card.join('')));
          const base = zero.codePointAt(0) ?? 48;
          const shown = [0, 4, 8, 12]
            .map((at) =>
              card
                .slice(at, at + 4)
                .map((one) => String.fromCodePoint(base + one))
                .join(''),
            )
            .join(separator);
          expect(redact(`${words}${shown} !`)).toBe(`${words}[card] !`);
        },
      ),
    );
  });

  test('words without digits and @ are never touched', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abc אבג سفار ñé -.,()#+/:\n') });
    fc.assert(fc.property(letters, (text) => expect(redact(text)).toBe(text)));
  });

  test('any text is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(typeof redact(text)).toBe('string');
      }),
    );
  });

  test.each([
    ['digits', '9'],
    ['single digits', '1 '],
    ['letters and dots', 'a.'],
    ['order words', 'order number my '],
    ['groups', '1234-'],
    ['letters with digits', 'a1'],
    ['signs', '(+'],
    ['a@', 'a@'],
  ])('100 kB of %s take no more than a moment', async (_, piece) => {
    const spent = await leastCpuMs(5_000, () => redact(piece.repeat(100_000 / piece.length)));
    // A tenth of a second here; quadratic work would take minutes.
    expect(spent).toBeLessThan(5_000);
  });
});

/** Fifteen digits and the sixteenth that makes the Luhn sum a multiple of ten. */
function withCheckDigit(digits: readonly number[]): readonly number[] {
  const sum = digits.reduce((total, value, place) => {
    const weighed = place % 2 === 0 ? value * 2 : value;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10];
}
