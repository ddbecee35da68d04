import { escapeXml } from '../../../server/channels/faq/feeds.ts';
import { dayBefore, languageName } from '../../../server/channels/faq/present-answer.ts';
import { isTooLong } from '../../../server/channels/faq/read-query.ts';
import { showPhone } from '../../../server/channels/faq/show-phone.ts';
import { formatFact } from '../../../server/snapshots/format-fact.ts';

describe('small rules of the FAQ', () => {
  test.each([
    ['2027-01-11', '2027-01-10'],
    ['2027-01-01', '2026-12-31'],
    ['2028-03-01', '2028-02-29'],
  ])('the last day before %s is %s', (day, last) => {
    expect(dayBefore(day)).toBe(last);
  });

  test.each([
    '+18005550142',
    '+972501234567',
    '+442079460000',
    '+60312345678',
    '+4930123456',
    '+35312345678',
  ])('%s is written on the contact page as in approved texts', (value) => {
    const { text } = formatFact({ type: 'phone', value }, 'en', 'en');
    expect(showPhone(value)).toBe(text.replaceAll(/[\u2066-\u2069\u200e\u200f\ufeff]/g, ''));
  });

  test('languages are called by their names in the reader’s language', () => {
    expect(languageName('en', 'he')).toBe('אנגלית');
    expect(languageName('he', 'ms')).toBe('Ibrani');
  });

  test('a question is counted in characters, not in halves of them', () => {
    expect(isTooLong('😀'.repeat(2000))).toBe(false);
    expect(isTooLong('😀'.repeat(2001))).toBe(true);
  });

  test('XML holds neither markup of others nor characters that it may not', () => {
    expect(escapeXml('<a href="x">\u0007&\'')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;');
  });
});
