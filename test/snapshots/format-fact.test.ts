import type { FactContent } from '../../server/articles/article.ts';
import { formatFact, formatMoney, formatPeriod } from '../../server/snapshots/format-fact.ts';

const textIn = (content: FactContent, locale: string): string => formatFact(content, locale, 'en').text;
const inAll = (content: FactContent) => ['en', 'he', 'fa', 'ms'].map((locale) => textIn(content, locale));
const isolated = (text: string) => `\u2066${text}\u2069`;

describe('a fact', () => {
  test.each<[FactContent, string[]]>([
    [{ type: 'duration', amount: 30, unit: 'day' }, ['30 days', '30 ימים', '۳۰ روز', '30 hari']],
    [{ type: 'duration', amount: 1, unit: 'day' }, ['1 day', '1 יום', '۱ روز', '1 hari']],
    [{ type: 'duration', amount: 2, unit: 'week' }, ['2 weeks', 'שבועיים', '۲ هفته', '2 minggu']],
    [{ type: 'duration', amount: 24, unit: 'hour' }, ['24 hours', '24 שעות', '۲۴ ساعت', '24 jam']],
    [{ type: 'duration', amount: 1, unit: 'year' }, ['1 year', '1 שנה', '۱ سال', '1 tahun']],
    [{ type: 'percent', amount: 12.5 }, ['12.5%', '12.5%', '۱۲٫۵٪', '12.5%']],
    [{ type: 'count', amount: 1200 }, ['1,200', '1,200', '۱٬۲۰۰', '1,200']],
    [
      { type: 'date', date: '2027-01-01' },
      ['January 1, 2027', '1 בינואר 2027', '۱۱ دی ۱۴۰۵', '1 Januari 2027'],
    ],
    [{ type: 'time', time: '17:00' }, ['5:00 PM', '17:00', '۱۷:۰۰', '5:00 PTG']],
    [{ type: 'time', time: '00:30' }, ['12:30 AM', '0:30', '۰:۳۰', '12:30 PG']],
  ])('%j is written as every locale writes it', (content, expected) => {
    expect(inAll(content)).toEqual(expected);
  });

  test('of money keeps the marks by which its locale orders amount and sign', () => {
    const fee: FactContent = { type: 'money', amount: 4.95, currency: 'USD' };
    expect(inAll(fee)).toEqual(['$4.95', '\u200f4.95 \u200f$', '\u200e$۴٫۹۵', 'USD 4.95']);
    expect(formatMoney({ amount: 10, currency: 'USD' }, 'en')).toBe('$10.00');
    expect(formatMoney({ amount: 1500, currency: 'JPY' }, 'en')).toBe('¥1,500');
  });

  test('is a whole day: no time zone of the machine moves a date', () => {
    const before = process.env.TZ;
    try {
      for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/New_York']) {
        process.env.TZ = zone;
        expect(textIn({ type: 'date', date: '2026-03-08' }, 'en')).toBe('March 8, 2026');
        expect(formatPeriod({ from: '2026-11-01', to: '2026-11-02' }, 'en')).toEqual(['Nov 1, 2026']);
      }
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test.each([
    ['+18005550142', '+1 800 555 0142'],
    ['+442079460958', '+44 207 946 0958'],
    ['+97235550142', '+972 355 501 42'],
    ['+60355501420', '+60 355 501 420'],
    ['+4930123', '+49 301 23'],
  ])('phone %s reads %s and can be dialled', (value, text) => {
    expect(formatFact({ type: 'phone', value }, 'en', 'en')).toEqual({
      text,
      href: `tel:${value}`,
      raw: value,
    });
  });

  test('that runs from left to right is isolated in right-to-left text, and only there', () => {
    const phone: FactContent = { type: 'phone', value: '+18005550142' };
    const email: FactContent = { type: 'email', value: 'care@small.example' };
    expect(inAll(phone)).toEqual([
      '+1 800 555 0142',
      isolated('+1 800 555 0142'),
      isolated('+1 800 555 0142'),
      '+1 800 555 0142',
    ]);
    expect(textIn(email, 'ar')).toBe(isolated('care@small.example'));
    expect(formatFact(email, 'he', 'en')).toMatchObject({
      href: 'mailto:care@small.example',
      raw: 'care@small.example',
    });
  });

  test('of text falls back to the default locale', () => {
    const days: FactContent = { type: 'text', text: { en: 'Monday to Friday', he: 'שני עד שישי' } };
    expect(inAll(days)).toEqual(['Monday to Friday', 'שני עד שישי', 'Monday to Friday', 'Monday to Friday']);
  });

  test('holds no no-break space, so that what is copied can be searched', () => {
    const contents: FactContent[] = [
      { type: 'time', time: '17:00' },
      { type: 'money', amount: 1234.5, currency: 'EUR' },
      { type: 'percent', amount: 5 },
    ];
    for (const locale of ['en', 'fr', 'de', 'he', 'fa', 'ms', 'ru', 'sv']) {
      for (const content of contents) expect(textIn(content, locale)).not.toMatch(/[\u00a0\u202f]/);
    }
  });
});

test('a period is written by its first and last day', () => {
  expect(formatPeriod({ from: '2026-11-15', to: '2027-01-11' }, 'en')).toEqual([
    'Nov 15, 2026 – Jan 10, 2027',
  ]);
  expect(formatPeriod({ from: '2026-11-15', to: null }, 'en')).toEqual(['Nov 15, 2026 –']);
  expect(formatPeriod({ from: null, to: '2027-01-11' }, 'en')).toEqual(['– Jan 10, 2027']);
  expect(formatPeriod({ from: null, to: null }, 'en')).toEqual([]);
});
