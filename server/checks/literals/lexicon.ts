import { keyOf } from './tokens.ts';

/** What a word can be in a literal. A word may be several at once (שני is two, and Monday). */
export interface LexiconEntry {
  /** 0 to 19, tens to 90, 100. */
  readonly number?: number;
  /** Multiplies the number before it: thousand, هزار. */
  readonly multiplier?: number;
  readonly unit?: Unit;
  /** With its number inside: שבועיים, seminggu, a fortnight. */
  readonly duration?: { readonly amount: number; readonly unit: Unit };
  /** A half or a quarter. */
  readonly fraction?: number;
  /** ISO 4217 or an open sign, and how many of the word make one of it (100 for cents). */
  readonly currency?: { readonly code: string; readonly parts: number };
  /** 1 to 12. */
  readonly month?: number;
  readonly solarMonth?: number;
  readonly percent?: true;
  /** Turns days and hours into working ones. */
  readonly working?: true;
  /** May stand between a number and its unit, or after the unit, and changes nothing. */
  readonly filler?: true;
  readonly dayPart?: DayPart;
  /** Minutes after midnight: noon, midnight. */
  readonly clock?: number;
  /** Begins a literal together with the word behind it: a week, tengah hari. */
  readonly opens?: true;
  /** Names a time when it stands before a number: ساعت 14, pukul 2. */
  readonly oclock?: true;
}

/** Which of the two hours of its name is meant: at night 1 to 5 are after midnight, at noon 1 to 3 after it. */
export type DayPart = 'morning' | 'noon' | 'afternoon' | 'night';

/** A unit of time, as so many minutes or months. */
export interface Unit {
  readonly of: 'minute' | 'month';
  readonly size: number;
}

const second: Unit = { of: 'minute', size: 1 / 60 };
const minute: Unit = { of: 'minute', size: 1 };
const hour: Unit = { of: 'minute', size: 60 };
/** 24 hours are a day: policies say both of one thing. */
const day: Unit = { of: 'minute', size: 24 * 60 };
const week: Unit = { of: 'minute', size: 7 * 24 * 60 };
const month: Unit = { of: 'month', size: 1 };
const year: Unit = { of: 'month', size: 12 };

/** The lexicon of a locale: Latin words are English, for `ms` and `id` also Malay; Hebrew and Persian go by their letters. */
export function lexiconFor(locale: string): ReadonlyMap<string, LexiconEntry> {
  const base = locale.split('-')[0];
  return base === 'ms' || base === 'id' ? malayLexicon : commonLexicon;
}

type Words = Readonly<Record<string, LexiconEntry>>;

/** `a b c` under one entry. */
function each(words: string, entry: LexiconEntry): Words {
  return Object.fromEntries(words.split(' ').map((word) => [word, entry]));
}

function counted(list: string, first: number, step = 1): readonly Words[] {
  return list.split(' | ').map((forms, index) => each(forms, { number: first + index * step }));
}

const english: readonly Words[] = [
  ...counted(
    'zero | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen',
    0,
  ),
  ...counted('twenty | thirty | forty fourty | fifty | sixty | seventy | eighty | ninety | hundred', 20, 10),
  each('thousand', { multiplier: 1000 }),
  each('million', { multiplier: 1_000_000 }),
  each('half', { fraction: 0.5 }),
  each('a an', { opens: true }),
  each('quarter', { fraction: 0.25 }),
  each('second seconds sec secs', { unit: second }),
  each('minute minutes min mins', { unit: minute }),
  each('hour hours hr hrs h', { unit: hour }),
  each('day days', { unit: day }),
  each('week weeks wk wks', { unit: week }),
  each('month months', { unit: month }),
  each('year years yr yrs', { unit: year }),
  each('fortnight', { duration: { amount: 2, unit: week } }),
  each('business working banking', { working: true }),
  each('calendar full whole consecutive more further additional extra complete clear entire', {
    filler: true,
  }),
  each('dollar dollars buck bucks', { currency: { code: '$', parts: 1 } }),
  each('euro euros', { currency: { code: 'EUR', parts: 1 } }),
  each('pound pounds quid', { currency: { code: 'GBP', parts: 1 } }),
  each('shekel shekels sheqel sheqels nis', { currency: { code: 'ILS', parts: 1 } }),
  each('ringgit ringgits rm', { currency: { code: 'MYR', parts: 1 } }),
  each('rial rials', { currency: { code: 'IRR', parts: 1 } }),
  each('toman tomans', { currency: { code: 'IRR', parts: 0.1 } }),
  each('yen', { currency: { code: 'JPY', parts: 1 } }),
  each('yuan renminbi', { currency: { code: 'CNY', parts: 1 } }),
  each('rupee rupees', { currency: { code: 'INR', parts: 1 } }),
  each('dirham dirhams', { currency: { code: 'AED', parts: 1 } }),
  each('francs', { currency: { code: 'CHF', parts: 1 } }),
  each('cent cents', { currency: { code: '¢', parts: 100 } }),
  each('pence penny', { currency: { code: 'GBP', parts: 100 } }),
  each('percent pct', { percent: true }),
  each('am', { dayPart: 'morning' }),
  each('pm', { dayPart: 'afternoon' }),
  each('noon midday', { clock: 12 * 60 }),
  each('midnight', { clock: 0 }),
  ...months(
    'january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | september sep sept | october oct | november nov | december dec',
  ),
];

const hebrew: readonly Words[] = [
  ...counted(
    'אפס | אחד אחת | שני שתי שניים שתיים שנים שתים | שלוש שלושה שלושת שלשה | ארבע ארבעה ארבעת | חמש חמישה חמשה חמשת חמישת | שש שישה ששה ששת שישת | שבע שבעה שבעת | שמונה שמונת | תשע תשעה תשעת | עשר עשרה עשרת',
    0,
  ),
  ...counted(
    'עשרים | שלושים שלשים | ארבעים | חמישים חמשים | שישים ששים | שבעים | שמונים | תשעים | מאה',
    20,
    10,
  ),
  each('מאתיים', { number: 200 }),
  each('אלף אלפים', { multiplier: 1000 }),
  each('מיליון', { multiplier: 1_000_000 }),
  each('חצי מחצית', { fraction: 0.5 }),
  each('רבע', { fraction: 0.25 }),
  each('שנייה שניה שניות', { unit: second }),
  each('דקה דקות דק', { unit: minute }),
  each('שעה שעות', { unit: hour }),
  each('יום ימים ימי יממה יממות', { unit: day }),
  each('שבוע שבועות', { unit: week }),
  each('חודש חודשים חדשים חודשי', { unit: month }),
  each('שנה שנות', { unit: year }),
  each('שנים', { number: 2, unit: year }),
  each('יומיים', { duration: { amount: 2, unit: day } }),
  each('שעתיים', { duration: { amount: 2, unit: hour } }),
  each('שבועיים', { duration: { amount: 2, unit: week } }),
  each('חודשיים', { duration: { amount: 2, unit: month } }),
  each('שנתיים', { duration: { amount: 2, unit: year } }),
  each('עסקים עבודה', { working: true }),
  each('קלנדריים קלנדרי מלאים מלאות רצופים רצופות', { filler: true }),
  each('דולר דולרים', { currency: { code: '$', parts: 1 } }),
  each('יורו אירו', { currency: { code: 'EUR', parts: 1 } }),
  each('ליש"ט לישט פאונד', { currency: { code: 'GBP', parts: 1 } }),
  each('שקל שקלים ש"ח שח', { currency: { code: 'ILS', parts: 1 } }),
  each('אגורות אגורה', { currency: { code: 'ILS', parts: 100 } }),
  each('סנט סנטים', { currency: { code: '¢', parts: 100 } }),
  each('רינגיט', { currency: { code: 'MYR', parts: 1 } }),
  each('אחוז אחוזים', { percent: true }),
  each('בבוקר לפנה"צ', { dayPart: 'morning' }),
  each('בערב אחה"צ', { dayPart: 'afternoon' }),
  each('בלילה', { dayPart: 'night' }),
  each('בצהריים', { dayPart: 'noon' }),
  each('חצות', { clock: 0 }),
  each('בשעה לשעה מהשעה משעה השעה', { oclock: true }),
  ...months(
    'ינואר | פברואר | מרץ מרס מארס | אפריל | מאי | יוני | יולי | אוגוסט | ספטמבר | אוקטובר | נובמבר | דצמבר',
  ),
];

const persian: readonly Words[] = [
  ...counted(
    'صفر | یک | دو | سه | چهار چار | پنج | شش شیش | هفت | هشت | نه | ده | یازده | دوازده | سیزده | چهارده | پانزده پونزده | شانزده شونزده | هفده هیفده | هجده هیجده هژده | نوزده',
    0,
  ),
  ...counted('بیست | سی | چهل | پنجاه | شصت | هفتاد | هشتاد | نود | صد یکصد', 20, 10),
  each('دویست', { number: 200 }),
  each('سیصد', { number: 300 }),
  each('چهارصد', { number: 400 }),
  each('پانصد', { number: 500 }),
  each('هزار', { multiplier: 1000 }),
  each('میلیون', { multiplier: 1_000_000 }),
  each('نیم', { fraction: 0.5 }),
  each('ربع', { fraction: 0.25 }),
  each('ثانیه', { unit: second }),
  each('دقیقه', { unit: minute }),
  each('ساعت ساعته', { unit: hour, oclock: true }),
  each('روز روزه', { unit: day }),
  each('هفته', { unit: week }),
  each('ماه ماهه', { unit: month }),
  each('سال ساله', { unit: year }),
  each('کاری', { working: true }),
  each('تقویمی کامل تمام شبانه', { filler: true }),
  each('دلار', { currency: { code: '$', parts: 1 } }),
  each('یورو', { currency: { code: 'EUR', parts: 1 } }),
  each('پوند', { currency: { code: 'GBP', parts: 1 } }),
  each('شکل', { currency: { code: 'ILS', parts: 1 } }),
  each('رینگیت', { currency: { code: 'MYR', parts: 1 } }),
  each('ریال', { currency: { code: 'IRR', parts: 1 } }),
  each('تومان تومن', { currency: { code: 'IRR', parts: 0.1 } }),
  each('درهم', { currency: { code: 'AED', parts: 1 } }),
  each('سنت', { currency: { code: '¢', parts: 100 } }),
  each('درصد', { percent: true }),
  each('صبح بامداد', { dayPart: 'morning' }),
  each('بعدازظهر عصر', { dayPart: 'afternoon' }),
  each('شب', { dayPart: 'night' }),
  each('نیمه', { opens: true }),
  each('ظهر', { dayPart: 'noon' }),
  ...months(
    'ژانویه | فوریه | مارس | آوریل | مه | ژوئن | ژوئیه جولای | اوت آگوست | سپتامبر | اکتبر | نوامبر | دسامبر',
  ),
  ...'فروردین | اردیبهشت | خرداد | تیر | مرداد | شهریور | مهر | آبان | آذر | دی | بهمن | اسفند'
    .split(' | ')
    .map((name, index) => each(`${name} ${name}ماه`, { solarMonth: index + 1 })),
];

const malay: readonly Words[] = [
  ...counted(
    'sifar kosong | satu | dua | tiga | empat | lima | enam | tujuh | lapan delapan | sembilan | sepuluh | sebelas',
    0,
  ),
  each('seratus', { number: 100 }),
  each('ribu', { multiplier: 1000 }),
  each('juta', { multiplier: 1_000_000 }),
  each('setengah separuh', { fraction: 0.5 }),
  each('suku', { fraction: 0.25 }),
  each('saat', { unit: second }),
  each('minit', { unit: minute }),
  each('jam', { unit: hour, oclock: true }),
  each('pukul', { oclock: true }),
  each('hari', { unit: day }),
  each('minggu', { unit: week }),
  each('bulan', { unit: month }),
  each('tahun', { unit: year }),
  each('seminit', { duration: { amount: 1, unit: minute } }),
  each('sejam', { duration: { amount: 1, unit: hour } }),
  each('sehari', { duration: { amount: 1, unit: day } }),
  each('seminggu', { duration: { amount: 1, unit: week } }),
  each('sebulan', { duration: { amount: 1, unit: month } }),
  each('setahun', { duration: { amount: 1, unit: year } }),
  each('dwiminggu', { duration: { amount: 2, unit: week } }),
  each('bekerja kerja perniagaan', { working: true }),
  each('kalendar penuh', { filler: true }),
  each('dolar', { currency: { code: '$', parts: 1 } }),
  each('paun', { currency: { code: 'GBP', parts: 1 } }),
  each('syekel', { currency: { code: 'ILS', parts: 1 } }),
  each('sen', { currency: { code: 'MYR', parts: 100 } }),
  each('rupiah', { currency: { code: 'IDR', parts: 1 } }),
  each('peratus persen', { percent: true }),
  each('pagi', { dayPart: 'morning' }),
  each('petang', { dayPart: 'afternoon' }),
  each('malam', { dayPart: 'night' }),
  each('tengah', { opens: true }),
  ...months(
    'januari | februari | mac | april | mei | jun | julai | ogos | september | oktober | november | disember',
  ),
];

function months(list: string): readonly Words[] {
  return list.split(' | ').map((forms, index) => each(forms, { month: index + 1 }));
}

const commonLexicon = lexiconOf([...english, ...hebrew, ...persian]);
const malayLexicon = lexiconOf([...english, ...hebrew, ...persian, ...malay]);

/** A word of several lists has what each says of it; the later one wins where both say the same kind of thing. */
function lexiconOf(lists: readonly Words[]): ReadonlyMap<string, LexiconEntry> {
  const lexicon = new Map<string, LexiconEntry>();
  for (const list of lists) {
    for (const [word, entry] of Object.entries(list)) {
      const key = keyOf(word);
      lexicon.set(key, { ...lexicon.get(key), ...entry });
    }
  }
  return lexicon;
}

/** Currency signs, and signs with letters glued before them. */
export const currencySigns: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: '$',
    '＄': '$',
    '€': 'EUR',
    '£': 'GBP',
    '₪': 'ILS',
    '¥': '¥',
    '₹': 'INR',
    '₽': 'RUB',
    '₺': 'TRY',
    '₩': 'KRW',
    '﷼': 'IRR',
    '฿': 'THB',
    '₫': 'VND',
    '₱': 'PHP',
    '₴': 'UAH',
    '₦': 'NGN',
    '¢': '¢',
    US$: 'USD',
    A$: 'AUD',
    AU$: 'AUD',
    C$: 'CAD',
    CA$: 'CAD',
    NZ$: 'NZD',
    S$: 'SGD',
    HK$: 'HKD',
    R$: 'BRL',
  }),
);

/** ISO 4217 codes, written in capitals, but for those that are English words. */
export const currencyCodes: ReadonlySet<string> = new Set(
  Intl.supportedValuesOf('currency').filter(
    (code) => !['ALL', 'TOP', 'TRY', 'CUP', 'MAD', 'PEN', 'GEL'].includes(code),
  ),
);
