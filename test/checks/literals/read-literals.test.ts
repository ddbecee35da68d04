import { compareLiteral, compareValues, type Literal } from '../../../server/checks/literals/literal.ts';
import { readLiterals } from '../../../server/checks/literals/read-literals.ts';
import { cpuMs, leastCpuMs } from '../../support/cpu-time.ts';

/** A value on one line: `14d`, `3mo`, `40 USD`, `15%`, `2027-01-11`, `14:00`; a range with `..`. */
function shown(literal: Literal): string {
  const one = (value: Literal['value']): string => {
    switch (value.kind) {
      case 'duration':
        if (value.unit === 'month') return `${value.amount}mo`;
        if (value.unit !== 'minute') return `${value.amount} ${value.unit}s`;
        return value.amount % 1440 === 0
          ? `${value.amount / 1440}d`
          : value.amount % 60 === 0
            ? `${value.amount / 60}h`
            : `${value.amount}min`;
      case 'money':
        return `${value.amount} ${value.currency}`;
      case 'percent':
        return `${value.amount}%`;
      case 'count':
        return `${value.amount} ${value.noun}`;
      case 'date': {
        const day = `${String(value.month).padStart(2, '0')}-${String(value.day).padStart(2, '0')}`;
        return `${value.calendar === 'solar-hijri' ? 'sh ' : ''}${value.year === null ? '' : `${value.year}-`}${day}`;
      }
      case 'time':
        return `${String(Math.floor(value.minutes / 60)).padStart(2, '0')}:${String(value.minutes % 60).padStart(2, '0')}${value.eitherHalf ? '?' : ''}`;
      case 'phone':
        return `${value.international ? '+' : ''}${value.digits}`;
      case 'email':
      case 'url':
        return value.address;
      default:
        return value satisfies never;
    }
  };
  return literal.until === null ? one(literal.value) : `${one(literal.value)}..${one(literal.until)}`;
}

/** What is read, counts left out unless asked for. */
function read(text: string, locale: string, counts = false): string {
  return readLiterals(text, locale)
    .filter(({ kind }) => counts || kind !== 'count')
    .map(shown)
    .join(', ');
}

describe('durations', () => {
  test.each([
    ['en', 'within 14 days of delivery', '14d'],
    ['en', 'within two weeks', '14d'],
    ['en', 'a fortnight after delivery', '14d'],
    ['en', 'after 336 hours', '14d'],
    ['en', 'twenty-four hours', '1d'],
    ['en', 'Thirty (30) days', '30d'],
    ['en', 'a 14-day window', '14d'],
    ['en', 'a two-week trial', '14d'],
    ['en', 'ten business days', '10 working-days'],
    ['en', '5 working days, not 5 days', '5 working-days, 5d'],
    ['en', '48 business hours', '48 working-hours'],
    ['en', '30 calendar days', '30d'],
    ['en', 'half an hour', '30min'],
    ['en', 'an hour and a half after that', '90min'],
    ['en', 'one and a half years', '18mo'],
    ['en', 'a quarter of an hour', '15min'],
    ['en', 'within a week', '7d'],
    ['en', 'once a week, $10 a month, 3 times a day', '10 $'],
    ['en', '10 to 14 days', '10d..14d'],
    ['en', '5–7 days', '5d..7d'],
    ['en', '5-7 business days', '5 working-days..7 working-days'],
    ['en', 'between three and five days', '3d..5d'],
    ['en', '30 days to 45 days', '30d..45d'],
    ['en', '12 months or 1 year', '12mo, 12mo'],
    ['en', 'you must be 18 years old, or aged 21 years', ''],
    ['en', 'the 14th day, the 2nd week', ''],
    ['en', 'available 24/7', ''],
    ['en', '**14** days and _seven days_', '14d, 7d'],
    ['en', '１４ days', '14d'],
    ['en', '१४ days', '14d'],
    ['en', '90min', '90min'],
    ['en', 'a hundred days', '100d'],
    ['en', 'one hundred and twenty days', '120d'],
    ['en', "30 days' notice", '30d'],
    ['he', 'תוך 14 ימים', '14d'],
    ['he', 'תוך שבועיים ממועד המסירה', '14d'],
    ['he', 'עד יומיים', '2d'],
    ['he', 'ארבעה עשר ימים', '14d'],
    ['he', 'ארבע עשרה שעות', '14h'],
    ['he', 'עשרים וארבע שעות', '1d'],
    ['he', 'שלושים יום', '30d'],
    ['he', 'ל-30 יום', '30d'],
    ['he', 'ל־30 הימים הראשונים', '30d'],
    ['he', 'בשלושת הימים הראשונים', '3d'],
    ['he', 'חודשיים או שנתיים', '2mo, 24mo'],
    ['he', 'חצי שעה, שעה וחצי, רבע שעה', '30min, 90min, 15min'],
    ['he', 'תוך שבוע', '7d'],
    ['he', 'פעם בשבוע', ''],
    ['he', '5 ימי עסקים', '5 working-days'],
    ['he', 'תוך יום עסקים אחד', '1 working-days'],
    ['he', 'עד יום שני', ''],
    ['he', 'אחרי יום המשלוח', ''],
    ['he', 'בין 5 ל-7 ימים', '5d..7d'],
    ['he', 'בין חמישה לשבעה ימים', '5d..7d'],
    ['he', '10 עד 14 ימים', '10d..14d'],
    ['he', 'מגיל 18 שנים', ''],
    ['he', '3 שנים', '36mo'],
    ['fa', 'دو هفته', '14d'],
    ['fa', 'ظرف ۱۴ روز', '14d'],
    ['fa', '٣٠ روز', '30d'],
    ['fa', 'بیست و چهار ساعت', '1d'],
    ['fa', 'بیست‌وچهار ساعت', '1d'],
    ['fa', 'یک ساعت و نیم', '90min'],
    ['fa', 'نیم ساعت', '30min'],
    ['fa', 'مهلت ۳۰ روزه', '30d'],
    ['fa', 'یک هفته‌ای', '7d'],
    ['fa', 'سه ماهه', '3mo'],
    ['fa', '۵ روز کاری', '5 working-days'],
    ['fa', '۵ تا ۷ روز', '5d..7d'],
    ['fa', 'دو شبانه‌روز', '2d'],
    ['ms', 'dalam masa dua minggu', '14d'],
    ['ms', 'dalam masa empat belas hari', '14d'],
    ['ms', 'dua puluh empat jam', '1d'],
    ['ms', 'selama seminggu', '7d'],
    ['ms', 'dalam sebulan', '1mo'],
    ['ms', 'RM10 sebulan, dua kali seminggu', '10 MYR'],
    ['ms', 'setengah jam', '30min'],
    ['ms', '7 hari bekerja', '7 working-days'],
    ['ms', '7 hari waktu bekerja', '7 working-days'],
    ['ms', '5 hingga 7 hari', '5d..7d'],
    ['ms', 'tiga puluh hari', '30d'],
    ['ms', 'sepuluh hari', '10d'],
  ])('%s: %s is %s', (locale, text, expected) => {
    expect(read(text, locale)).toBe(expected);
  });
});

describe('money and percentages', () => {
  test.each([
    [
      'en',
      '$40, US$40, A$ 40, 40$, 40 dollars, 40 US dollars, USD 40, 40 USD',
      '40 $, 40 USD, 40 AUD, 40 $, 40 $, 40 USD, 40 USD, 40 USD',
    ],
    ['en', '$1,000.50 and €14,95', '1000.5 $, 14.95 EUR'],
    ['en', '£5–£10', '5 GBP..10 GBP'],
    ['en', '€5-10', '5 EUR..10 EUR'],
    ['en', 'forty dollars', '40 $'],
    ['en', '50 cents', '0.5 ¢'],
    ['en', '5 thousand euros', '5000 EUR'],
    ['en', '40 ₪ or NIS 40', '40 ILS, 40 ILS'],
    ['en', '15%, 15 percent, 15 per cent, fifteen percent', '15%, 15%, 15%, 15%'],
    ['en', '10% to 15%', '10%..15%'],
    ['en', '12.5 %', '12.5%'],
    ['he', '40 ₪, 40 ש"ח, 40 ש״ח, ארבעים שקלים, 40 שקל', '40 ILS, 40 ILS, 40 ILS, 40 ILS, 40 ILS'],
    ['he', '₪1,100', '1100 ILS'],
    ['he', 'עשרים דולר', '20 $'],
    ['he', '15 אחוזים, 15%', '15%, 15%'],
    ['fa', '۴۰ دلار و ۵۰ هزار تومان', '40 $, 500000 IRR'],
    ['fa', '۱٬۰۰۰ یورو', '1000 EUR'],
    ['fa', '۴٫۹۵ دلار', '4.95 $'],
    ['fa', '۱۵ درصد، ۱۵٪، ٪۱۵', '15%, 15%, 15%'],
    [
      'ms',
      'RM25, RM 25, 25 ringgit, MYR 25, dua puluh lima ringgit',
      '25 MYR, 25 MYR, 25 MYR, 25 MYR, 25 MYR',
    ],
    ['ms', '15 peratus', '15%'],
    ['de', '1.000 € und 4,95 €', '1000 EUR, 4.95 EUR'],
  ])('%s: %s is %s', (locale, text, expected) => {
    expect(read(text, locale)).toBe(expected);
  });
});

describe('dates and times', () => {
  test.each([
    ['en', '2027-01-11', '2027-01-11'],
    ['en', '11 January 2027, January 11, 2027, Jan. 11th', '2027-01-11, 2027-01-11, 01-11'],
    ['en', 'the 11th of January', '01-11'],
    ['en', '25/12/2026 and 12/25/2026 but not 4/5/2026', '2026-12-25, 2026-12-25'],
    ['en', 'you may 2 days later; May 5', '2d, 05-05'],
    ['en', 'in January 2027', ''],
    ['en', 'by 14:00 or 2 pm or 2:30 p.m. or 8am', '14:00, 14:00, 14:30, 08:00'],
    ['en', 'before noon, until midnight, 12 noon', '12:00, 00:00, 12:00'],
    ['en', 'from 8:00 to 20:00', '08:00?, 20:00'],
    ['he', 'עד 11 בינואר 2027', '2027-01-11'],
    ['he', '11.1.2027, 11/1/2027', '2027-01-11, 2027-01-11'],
    ['he', 'בשעה 14:00, עד 8 בערב, ב-2 אחר הצהריים', '14:00, 20:00, 14:00'],
    ['fa', '۲۱ دی ۱۴۰۵', '2027-01-11'],
    ['fa', '۲۱ دی‌ماه', 'sh 10-21'],
    ['fa', '۱۴۰۵/۱۰/۲۱', '2027-01-11'],
    ['fa', '۱۱ ژانویهٔ ۲۰۲۷', '2027-01-11'],
    ['fa', 'تا ساعت ۱۴، ساعت ۲ بعد از ظهر، ۸ صبح، ساعت ۸ شب', '14:00, 14:00, 08:00, 20:00'],
    ['ms', '11 Januari 2027, 11hb Januari', '2027-01-11, 01-11'],
    ['ms', 'sebelum 2.30 petang, pukul 8 malam, 8:00 pagi, tengah hari', '14:30, 20:00, 08:00, 12:00'],
  ])('%s: %s is %s', (locale, text, expected) => {
    expect(read(text, locale)).toBe(expected);
  });
});

describe('addresses', () => {
  test.each([
    ['en', 'Write to Care@Shop.example.', 'care@shop.example'],
    [
      'en',
      'call +1 800 555 0142 or 1-800-555-0142 or (800) 555-0142',
      '+18005550142, 18005550142, 8005550142',
    ],
    ['en', 'see https://www.shop.example/returns/.', 'shop.example/returns'],
    ['en', 'see shop.example/returns, not e.g. Node.js', 'shop.example/returns'],
    ['he', 'חייגו 03-555-0142', '035550142'],
    ['fa', 'با ۰۲۱-۵۵۵۵۰۱۴۲ تماس بگیرید', '02155550142'],
    ['en', 'order 12345-67890 of 2026', ''],
  ])('%s: %s is %s', (locale, text, expected) => {
    expect(read(text, locale)).toBe(expected);
  });
});

describe('counts', () => {
  test.each([
    ['en', 'at most 20 pieces, or two attempts', '20 pieces, 2 attempts'],
    ['en', 'one of them; 30 cm; model X20 pieces; version 2.1.3 pieces', ''],
    ['he', 'עד 20 פריטים', '20 פריטים'],
    ['fa', 'حداکثر ۲۰ کالا', '20 کالا'],
    ['ms', 'sehingga 20 barang', '20 barang'],
  ])('%s: %s is %s', (locale, text, expected) => {
    expect(read(text, locale, true)).toBe(expected);
  });
});

describe('a literal', () => {
  test('says where it stands in the text as it was written, marks and foreign digits included', () => {
    const text = '🙂 Up to **１４** days\u200e after.';
    const [literal] = readLiterals(text, 'en');
    expect(literal).toMatchObject({ text: '１４** days', bound: { kind: 'at-most', words: 'Up to' } });
    expect(text.slice(literal?.start, literal?.end)).toBe(literal?.text);
  });

  test('knows the words that bound it', () => {
    const boundOf = (text: string, locale: string) => readLiterals(text, locale)[0]?.bound?.kind ?? null;
    expect(boundOf('at least 14 days', 'en')).toBe('at-least');
    expect(boundOf('no more than 14 days', 'en')).toBe('at-most');
    expect(boundOf('more than 14 days', 'en')).toBe('more-than');
    expect(boundOf('every 14 days', 'en')).toBe('every');
    expect(boundOf('לפחות 14 ימים', 'he')).toBe('at-least');
    expect(boundOf('حداکثر ۱۴ روز', 'fa')).toBe('at-most');
    expect(boundOf('sekurang-kurangnya 14 hari', 'ms')).toBe('at-least');
    expect(boundOf('the 14 days', 'en')).toBeNull();
  });
});

describe('comparing', () => {
  const one = (text: string, locale = 'en') => {
    const [literal] = readLiterals(text, locale);
    if (!literal) throw new Error(`nothing is read from ${text}`);
    return literal;
  };
  test.each([
    ['two weeks', 'en', 'שבועיים', 'he', 'same'],
    ['24 hours', 'en', 'یک روز', 'fa', 'same'],
    ['1 year', 'en', 'dua belas bulan', 'ms', 'same'],
    ['30 days', 'en', '1 month', 'en', 'incomparable'],
    ['5 days', 'en', '5 business days', 'en', 'incomparable'],
    ['$40', 'en', '40 USD', 'en', 'same'],
    ['$40', 'en', '45 AUD', 'en', 'different'],
    ['40 USD', 'en', '40 EUR', 'en', 'incomparable'],
    ['21 دی', 'fa', '2027-01-11', 'en', 'same'],
    ['20 دی', 'fa', '2027-01-11', 'en', 'different'],
    ['11 January', 'en', '2027-01-11', 'en', 'same'],
    ['8:00', 'en', '20:00', 'en', 'same'],
    ['8 am', 'en', '20:00', 'en', 'different'],
    ['+1 800 555 0142', 'en', '(800) 555-0142', 'en', 'same'],
    ['+1 800 555 0142', 'en', '1-800-555-0142', 'en', 'same'],
    ['+1 800 555 0142', 'en', '(800) 555-0143', 'en', 'different'],
  ])('%s (%s) and %s (%s) are %s', (a, localeA, b, localeB, expected) => {
    expect(compareValues(one(a, localeA).value, one(b, localeB).value)).toBe(expected);
    expect(compareValues(one(b, localeB).value, one(a, localeA).value)).toBe(expected);
  });

  test('a range agrees with what it holds and disagrees with the rest', () => {
    expect(compareLiteral(one('5 to 7 days'), one('6 days').value)).toBe('same');
    expect(compareLiteral(one('5 to 7 days'), one('7 days').value)).toBe('same');
    expect(compareLiteral(one('5 to 7 days'), one('8 days').value)).toBe('different');
    expect(compareLiteral(one('5 to 7 days'), one('6 months').value)).toBe('incomparable');
  });
});

describe('hostile text', () => {
  const MEGABYTE = 1_000_000;
  test.each([
    ['letters', 'a'],
    ['digits', '1'],
    ['digits and points', '1.'],
    ['at signs', 'a@'],
    ['hosts', 'a.'],
    ['phone numbers', '+1 '],
    ['zeros and hyphens', '0-'],
    ['number words', 'one hundred and '],
    ['Hebrew prefixes', 'ו'],
    ['ranges', '1 to '],
    ['emphasis', '*'],
    ['blank lines', '\n \n'],
    ['slashes', 'https://'],
    ['Persian joiners', 'بیست و '],
    ['fractions', 'half of a '],
    ['thousands', '1 thousand '],
    ['quotes', `a'`],
    ['lone surrogates', '\ud800'],
    ['Malay tens', 'dua puluh '],
  ])(
    'a megabyte of %s takes at most some seconds of the processor',
    async (_, piece) => {
      const text = piece.repeat(Math.ceil(MEGABYTE / piece.length));
      expect(await leastCpuMs(10_000, () => readLiterals(text, 'ms'))).toBeLessThan(10_000);
    },
    60_000,
  );

  test('twice the text takes about twice as long', async () => {
    const policy = 'Within two weeks, i.e. 14 days, you get $1,000.50 or 15 % by 11 January 2027, 2 pm. ';
    const time = (times: number) => cpuMs(() => readLiterals(policy.repeat(times), 'en'));
    await time(500);
    const [once, double] = [await time(3000), await time(6000)];
    expect(double).toBeLessThan(4 * once + 50);
  }, 60_000);
});
