import fc from 'fast-check';
import { redact } from '../../server/feedback/redact.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

/** One sentence a line: what a customer types => what is kept. */
type Cases = readonly (readonly [typed: string, kept: string])[];

const hidden: Readonly<Record<string, Cases>> = {
  'e-mail addresses': [
    ['mail me at dana@example.com please', 'mail me at [email] please'],
    ['Dana.Levi+shop@mail.example.co.il!', '[email]!'],
    ['<dana_levi@example.com>', '<[email]>'],
    ['המייל שלי dana@example.com ולא קיבלתי אישור', 'המייל שלי [email] ולא קיבלתי אישור'],
    ['ایمیل من sara@example.ir است', 'ایمیل من [email] است'],
    ['email: دانا@مثال.ایران', 'email: [email]'],
    ['e-mel saya ali@contoh.com.my, tolong', 'e-mel saya [email], tolong'],
    ['dana @ example.com', '[email]'],
    ['dana＠example．com', '[email]'],
    ['da\u200Bna@exam\u200Bple.com', '[email]'],
    ['two: a@b.co, c@d.co', 'two: [email], [email]'],
  ],
  'API keys': [
    ['use ck_abcdefghjk_tXc7lhyNavS59IPtoLHfYPREy_XSHa3GaKU3FFOfHlY', 'use [key]'],
    ['ck_22ejn9gc7u_--------________00000000000000000000000000aB.', '[key].'],
    ['המפתח ck_abcdefghjk_tXc7lhyNavS59IPtoLHfYPREy_XSHa3GaKU3FFOfHlY!', 'המפתח [key]!'],
  ],
  'phone numbers': [
    ['call +972-50-123-4567 now', 'call [phone] now'],
    ['call 050-1234567 or 03-1234567', 'call [phone] or [phone]'],
    ['0501234567', '[phone]'],
    ['הטלפון שלי 050-123-4567 תתקשרו', 'הטלפון שלי [phone] תתקשרו'],
    ['טל: 03-1234567', 'טל: [phone]'],
    ['(212) 555-0142', '[phone]'],
    ['212.555.0142', '[phone]'],
    ['1-800-555-0142', '[phone]'],
    ['tel: (03) 123-4567', 'tel: [phone]'],
    ['+60 12-345 6789', '[phone]'],
    ['telefon saya 012-345 6789', 'telefon saya [phone]'],
    ['nombor telefon saya ialah 0123456789', 'nombor telefon saya ialah [phone]'],
    ['تماس: ۰۹۱۲ ۳۴۵ ۶۷۸۹', 'تماس: [phone]'],
    ['شماره موبایل من ۰۹۱۲۳۴۵۶۷۸۹ است', 'شماره موبایل من [phone] است'],
    ['٠٩١٢٣٤٥٦٧٨٩', '[phone]'],
    ['०५०१२३४५६७', '[phone]'],
    ['０５０－１２３４５６７', '[phone]'],
    ['050\u200B1234567', '[phone]'],
    ['00972 50 123 4567', '[phone]'],
    ['972501234567', '[phone]'],
    ['phone 555-0142', 'phone [phone]'],
    ['my number is 555-0142', 'my number is [phone]'],
    ['07911 123456', '[phone]'],
    ['06 12 34 56 78', '[phone]'],
  ],
  'card numbers': [
    ['my card 4111 1111 1111 1111 was charged', 'my card [card] was charged'],
    ['4111-1111-1111-1111', '[card]'],
    ['4111111111111111', '[card]'],
    ['3782 822463 10005', '[card]'],
    ['378282246310005', '[card]'],
    ['5555\u00A05555\u00A05555\u00A04444', '[card]'],
    ['כרטיס 4580-1234-5678-9012 חויב פעמיים', 'כרטיס [card] חויב פעמיים'],
    ['کارت ۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱', 'کارت [card]'],
    ['kad saya 4111 1111 1111 1111 ditolak', 'kad saya [card] ditolak'],
    // A mistyped card, whose check digit is wrong, is still a card.
    ['4111 1111 1111 1112', '[card]'],
    ['4 4111111111111111 5', '4 [card] 5'],
    ['cvv 123', 'cvv [card]'],
  ],
  'bank accounts': [
    ['DE89 3704 0044 0532 0130 00', '[iban]'],
    ['refund to GB29NWBK60161331926819 please', 'refund to [iban] please'],
    ['IL62 0108 0000 0009 9999 999', '[iban]'],
    ['שלחו ל-IL620108000000099999999', 'שלחו ל-[iban]'],
    ['شماره شبا IR062960000000100324200001', 'شماره شبا [iban]'],
  ],
  'order numbers': [
    ['my order #MW-123456 is late', 'my order [order] is late'],
    ['MW-123456 is late', '[order] is late'],
    ['where is #123456?', 'where is [order]?'],
    ['order 123456', 'order [order]'],
    ['order number: 1234567', 'order number: [order]'],
    ['123456 is my order', '[order] is my order'],
    ['ההזמנה שלי מספר 123456 לא הגיעה', 'ההזמנה שלי מספר [order] לא הגיעה'],
    ['מה קורה עם הזמנה 987654?', 'מה קורה עם הזמנה [order]?'],
    ['בהזמנה 123456 חסר פריט', 'בהזמנה [order] חסר פריט'],
    ['سفارش من به شماره ۱۲۳۴۵۶ نرسیده', 'سفارش من به شماره [order] نرسیده'],
    ['سفارشم ۱۲۳۴۵۶ نرسید', 'سفارشم [order] نرسید'],
    ['سفارش شماره‌ی ۹۸۷۶۵۴', 'سفارش شماره‌ی [order]'],
    ['pesanan saya nombor 123456 belum sampai', 'pesanan saya nombor [order] belum sampai'],
    ['Pesanan no. 123456', 'Pesanan no. [order]'],
    ['pesanan #MW-998877', 'pesanan [order]'],
  ],
  'national ids': [
    ['SSN 123-45-6789', 'SSN [id]'],
    ['123-45-6789', '[id]'],
    ['ת"ז 123456782', 'ת"ז [id]'],
    ['ת״ז 12345678-2', 'ת״ז [id]'],
    ['תעודת זהות 12345674', 'תעודת זהות [id]'],
    ['123456782', '[id]'],
    ['IC saya 900101-14-5678', 'IC saya [id]'],
    ['900101-14-5678', '[id]'],
    ['900101145678', '[id]'],
    ['no. kp 900101145678', 'no. kp [id]'],
    ['کد ملی ۰۰۱۲۳۴۵۶۷۸', 'کد ملی [id]'],
    ['my passport is K12345678', 'my passport is [id]'],
  ],
  'other long numbers': [
    ['1Z999AA10123456784', '[number]'],
    ['RR123456789CN', '[number]'],
    ['account 12345678', 'account [number]'],
    ['ABCD-1234-EFGH-5678', '[code]'],
  ],
};

const kept: Readonly<Record<string, readonly string[]>> = {
  'sizes and quantities': [
    'I bought 2 shirts in size 38',
    'size 36 38 40 42 44',
    'sizes 104 110 116 122 128',
    'US sizes 00 02 04 06 08',
    'waist 32 length 34, or 34/32, and 90 60 90',
    'chest 100 waist 2100 hip 3333',
    '500 g, 1.5 kg, 180 cm',
    'מידה 42 או 44?',
    'سایز ۳۸ یا ۴۰ دارید؟',
    'saiz 38 atau 40',
    '3 items 100 each 20% off',
  ],
  prices: [
    'it was $1,299.00 and now $999',
    'orders over 50 dollars',
    '100-1500 usd',
    'I paid 4999 for an order of 3 items',
    'מחיר 1200000 ש"ח',
    'שילמתי 249.90 ₪',
    'قیمت ۲۵۰۰۰۰۰ تومان است',
    '۵۰۰۰۰۰۰ ﷼',
    '۲٬۵۰۰٬۰۰۰ ریال',
    'RM1299.90 untuk 2 baju',
    'my order 250000 toman is late',
    'Wren Plus is 49.99 a year, 1,000,000 points',
    'harga RM 1200, diskaun 15%',
  ],
  'dates and times': [
    'between 2026-11-15 and 2027-01-11',
    'on 01/02/2026 at 10:30',
    '01-02-2026 10:30',
    'order 2026-11-15 has not arrived',
    'orders 2024-2025',
    'order placed on 20261231',
    'my order from 2025',
    'from 9 to 17 on 24.12., 10:00-18:00, 24-26.12.2026',
    '2023 2024 2025 2026',
    'הזמנתי ב-31.12 בשעה 23:45',
    'در تاریخ ۱۴۰۵/۱۰/۱۰ سفارش دادم',
    'pada 1/1/2027 jam 8:30',
    '30 days, 24/7, 5-7 days, 2026/27',
  ],
  'ordinary words': [
    'Can I cancel my order before it ships?',
    'I ordered last night, can I still cancel it?',
    'אפשר לבטל הזמנה אחרי המשלוח?',
    'آیا می‌توانم سفارشم را لغو کنم؟',
    'Bolehkah saya membatalkan pesanan saya?',
    '@marlowewren on instagram',
    'order 66, executed; ISO-9001; size #3',
    'card ending 1111',
    'receipt BCDF-2345',
    'receipt BCDF2345',
    'use code SAVE20',
    '',
  ],
};

describe('redaction', () => {
  for (const [what, cases] of Object.entries(hidden))
    describe(`hides ${what}`, () => {
      test.each(cases)('%s', (typed, expected) => expect(redact(typed)).toBe(expected));
    });

  for (const [what, cases] of Object.entries(kept))
    describe(`keeps ${what} to the letter`, () => {
      test.each(cases)('%s', (typed) => expect(redact(typed)).toBe(typed));
    });

  test('what is redacted once is not changed by a second time', () => {
    const all = [
      ...Object.values(hidden)
        .flat()
        .map(([typed]) => typed),
      ...Object.values(kept).flat(),
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
