import { type Analyser, analyserFor, questionKey } from '../../server/search/analyser.ts';
import { normalise } from '../../server/search/normalise.ts';

const english = analyserFor('en');
const hebrew = analyserFor('he');
const persian = analyserFor('fa');
const malay = analyserFor('ms');

function terms(analyser: Analyser, text: string): readonly string[] {
  return analyser.tokens(text).map(({ term }) => term);
}

describe('normalise', () => {
  test.each([
    ['decomposed and composed letters', 'Ru\u0308ckgabe', 'rückgabe'],
    ['accents and plain letters', 'café', 'cafe'],
    ['full-width and plain letters', 'ｒｅｆｕｎｄ', 'refund'],
    ['sharp s, long s and dotted I', 'STRASSE ſtraße İ', 'strasse strasse i'],
    ['a word with an invisible break in it', 're\u200bfu\u00adnd', 'refund'],
    ['a word after a direction override', '\u202edetsuj', 'detsuj'],
    ['niqqud', 'שָׁלוֹם', 'שלום'],
    ['harakat and tatweel', 'كِتَـــاب', 'کتاب'],
    ['Arabic and Persian yeh and kaf', 'كتابي', 'کتابی'],
    ['teh marbuta and heh', 'حديقة', 'حدیقه'],
    ['hamza forms', 'مسؤول أب إسم آب ئ', 'مسوول اب اسم اب ی'],
    ['digits of all scripts', '٣٠ ۳۰ ३० 30', '30 30 30 30'],
    ['typographic and typewriter apostrophes', 'don’t', "don't"],
  ])('makes the same of %s', (_, one, other) => {
    expect(normalise(one)).toBe(normalise(other));
  });

  test('keeps the vowel signs of scripts in which they are letters', () => {
    expect(normalise('ดี')).toBe('ดี');
    expect(normalise('हिन्दी')).toBe('हिन्दी');
  });

  test('takes lone surrogates and ten thousand combining marks without complaint', () => {
    expect(normalise('\ud800a')).toContain('a');
    expect(normalise(`e${'\u0301'.repeat(10_000)}`)).toBe('e');
  });
});

describe('English', () => {
  test.each([
    ['cancelled', 'cancelling'],
    ['refunds', 'refund'],
    ["where's", 'wheres'],
    ["don't", 'dont'],
    ["customer's", 'customers'],
    ['e-mail', 'email'],
    ['T-shirt', 'tshirt'],
  ])('reads %s as %s', (one, other) => {
    expect(terms(english, one)).toEqual(terms(english, other));
  });

  test('takes a hyphenated word of two words as two', () => {
    expect(terms(english, 'check-in')).toEqual(terms(english, 'check in'));
  });

  test('keeps stop words, marked, because a question may consist of them', () => {
    expect(english.tokens('where are you').map(({ stop }) => stop)).toEqual([true, true, true]);
    expect(english.tokens('refund').map(({ stop }) => stop)).toEqual([false]);
  });

  test('keeps amounts and times whole', () => {
    expect(terms(english, 'is $4.95 due at 17:00?')).toEqual(expect.arrayContaining(['4.95', '17:00']));
  });

  test('remembers each word as it was typed', () => {
    expect(english.tokens('“Cancelled”, (twice)!').map(({ word }) => word)).toEqual(['Cancelled', 'twice']);
  });
});

describe('Hebrew', () => {
  test.each([
    ['a prefix', 'להזמנה', 'הזמנה'],
    ['two prefixes', 'שההזמנה', 'הזמנה'],
    ['a final letter', 'תשלומ', 'תשלום'],
    ['gershayim, typographic or typed as quotes', 'ארה״ב', 'ארה"ב'],
    ['an abbreviation without its gershayim', 'ארה"ב', 'ארהב'],
    ['a geresh', "צ'ק", 'צק'],
    ['niqqud', 'הַזְמָנָה', 'הזמנה'],
  ])('reads a word the same with and without %s', (_, one, other) => {
    expect(terms(hebrew, one)).toEqual(terms(hebrew, other));
  });

  test('leaves short words whole, since a letter of them is no prefix', () => {
    expect(terms(hebrew, 'שלט')).toEqual(['שלט']);
  });

  test('parts a prefix from a name in Latin letters', () => {
    expect(terms(hebrew, 'בPayPal ל-Wren')).toEqual(
      expect.arrayContaining([...terms(english, 'PayPal'), ...terms(english, 'Wren')]),
    );
  });
});

describe('Persian', () => {
  test.each([
    ['joined and with ZWNJ', 'می\u200cخواهم', 'میخواهم'],
    ['a plural joined and with ZWNJ', 'کتاب\u200cها', 'کتابها'],
    ['singular and plural', 'سفارش\u200cهای', 'سفارش'],
    ['typed with Arabic letters', 'كتاب', 'کتاب'],
    ['with an ezafe mark', 'هزینهٔ', 'هزینه'],
  ])('reads a word the same %s', (_, one, other) => {
    expect(terms(persian, one)).toEqual(terms(persian, other));
  });

  test('takes a plural ending that is written apart as a stop word beside its word', () => {
    const [book, ending] = persian.tokens('کتاب ها');
    expect(book?.term).toBe(terms(persian, 'کتاب\u200cها')[0]);
    expect(ending?.stop).toBe(true);
  });
});

describe('Malay', () => {
  test.each([
    ['baju-baju', 'baju'],
    ['baju2', 'baju'],
    ['membatalkan', 'batalkan'],
    ['dibatalkan', 'pembatalan'],
    ['memulangkan', 'dipulangkan'],
    ['pesanannya', 'pesanan'],
  ])('reads %s as %s', (one, other) => {
    expect(terms(malay, one)).toEqual(terms(malay, other));
  });
});

describe('other languages and scripts', () => {
  test('cut words where a script has no blanks', () => {
    expect(terms(analyserFor('zh'), '我想取消订单').length).toBeGreaterThan(1);
    expect(terms(analyserFor('th'), 'ยกเลิกคำสั่งซื้อ').length).toBeGreaterThan(1);
  });

  test('leave the words of a language without rules as they stand', () => {
    expect(terms(analyserFor('de'), 'Bestellungen stornieren')).toEqual(['bestellungen', 'stornieren']);
  });

  test('analyse English words in a sentence of another script as English', () => {
    for (const analyser of [hebrew, persian]) {
      expect(terms(analyser, 'refunds')).toEqual(terms(english, 'refund'));
    }
  });
});

describe('an analyser', () => {
  test('says of a text what it says of each of its chunks', () => {
    const text = "Where's my order? My ORDER, my order: e-mail me. הזמנה";
    const apart = english.chunks(text).flatMap((chunk) => english.tokens(chunk));
    expect(apart.map(({ term }) => term)).toEqual(terms(english, text));
  });
});

describe('questionKey', () => {
  test('is the same for a question however it is cased, punctuated and spaced', () => {
    expect(questionKey('  Where’s my ORDER?? ')).toBe(questionKey("where's my order"));
  });

  test('differs where the words differ', () => {
    expect(questionKey('cancel my order')).not.toBe(questionKey('cancel my orders'));
    expect(questionKey('order my cancel')).not.toBe(questionKey('cancel my order'));
  });

  test('is the text itself where a text has no letter and no digit', () => {
    expect(questionKey(' 🎁 ')).toBe('🎁');
  });
});
