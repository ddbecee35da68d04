/** Replaces personal data as `redact` does, by what is served now. */
export type Redact = (text: string) => string;

/**
 * Replaces personal data in what a customer typed by marks, so that a question can be kept: `[email]`, `[phone]`,
 * `[card]`, `[iban]`, `[order]`, `[id]` (national ids and passports of IL, MY, US and others led in by a word), `[code]`
 * (gift-card-like codes), `[key]` (API keys of Concord), `[number]` (any other number too long to be a size, price, date
 * or count: 7 digits and more). Digits, dashes and letters of any script are read; everything else stays to the letter.
 * In doubt it hides: a lost product code costs less than a kept card number. It cannot know names and street addresses.
 * `orderNumbers`: how this site writes its order numbers (site.yaml's `privacy`); `#` is a digit, `@` a letter, all else
 * itself. Pure, linear, idempotent.
 */
export function redact(text: string, orderNumbers: readonly string[] = []): string {
  const plain = readPlain(text);
  const spans = findPersonal(plain.text, orderNumbers);
  let result = '';
  let kept = 0;
  for (const span of spans) {
    const start = plain.offsets[span.start] ?? text.length;
    const end = plain.ends[span.end - 1] ?? text.length;
    result += `${text.slice(kept, start)}[${span.kind}]`;
    kept = end;
  }
  return result + text.slice(kept);
}

/** Whether a text that was stored holds a mark in the place of something personal. */
export function isRedacted(text: string): boolean {
  return /\[(?:email|phone|card|iban|order|id|code|key|number|redacted)\]/.test(text);
}

type Kind = 'email' | 'phone' | 'card' | 'iban' | 'order' | 'id' | 'code' | 'key' | 'number';

/** What a rule found, as indexes of the plain text; `keep` protects an ordinary number from the later rules. */
interface Span {
  readonly kind: Kind | 'keep';
  readonly start: number;
  readonly end: number;
}

interface Mark extends Span {
  readonly kind: Kind;
}

/** The text with ASCII digits, dashes, blanks and signs; invisible characters and accents left out. */
interface Plain {
  readonly text: string;
  /** For each UTF-16 unit of `text`: where its character begins and ends in the original. */
  readonly offsets: readonly number[];
  readonly ends: readonly number[];
}

const digit = /^\p{Nd}$/u;
const dash = /^[\p{Pd}\u2212]$/u;
const invisible = /^[\p{Cf}\p{Mn}\p{Me}]$/u;
/** Stands in the plain text for something already decided; no rule matches it. */
const settled = '\uE000';

const likeLatin: Readonly<Record<string, string>> = {
  '٫': '.',
  '٬': ',',
  '،': ',',
  '﹫': '@',
  ي: 'ی',
  ى: 'ی',
  ك: 'ک',
  '״': '"',
  '׳': "'",
  '”': '"',
  '“': '"',
  '’': "'",
  '∕': '/',
  '⁄': '/',
};

/** The value of a decimal digit of any script, in ASCII: they stand in runs of ten from zero, so it is the place in the run. */
export function digitValue(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  let value = 0;
  while (digit.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value % 10);
}

function plainOf(character: string): string {
  if (character < '\u0080') return character < ' ' ? ' ' : character;
  if (dash.test(character)) return '-';
  if (invisible.test(character)) return '';
  if (digit.test(character)) return digitValue(character);
  const composed = likeLatin[character] ?? character.normalize('NFKC');
  return [...composed].map((one) => (/^\s$/u.test(one) ? ' ' : (likeLatin[one] ?? one))).join('');
}

function readPlain(text: string): Plain {
  const offsets: number[] = [];
  const ends: number[] = [];
  const parts: string[] = [];
  let at = 0;
  for (const character of text) {
    const part = plainOf(character);
    for (let unit = 0; unit < part.length; unit += 1) {
      offsets.push(at);
      ends.push(at + character.length);
    }
    parts.push(part);
    at += character.length;
  }
  return { text: parts.join(''), offsets, ends };
}

/** Rules in order; what one has decided, the next do not see. */
function findPersonal(plain: string, orderNumbers: readonly string[]): readonly Mark[] {
  const found: Span[] = [];
  let open = plain;
  for (const rule of [...orderNumbers.map(ruleOf), ...rules]) {
    const spans = rule(open);
    found.push(...spans);
    open = cover(open, spans);
  }
  return found.filter((span): span is Mark => span.kind !== 'keep').sort((a, b) => a.start - b.start);
}

function cover(text: string, spans: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += text.slice(at, span.start) + settled.repeat(span.end - span.start);
    at = span.end;
  }
  return result + text.slice(at);
}

type Rule = (open: string) => readonly Span[];

/** Spans of a pattern, or of its group `what`; a `kind` of null leaves the match for later rules. */
function byPattern(pattern: RegExp, kind: (found: string) => Kind | 'keep' | null): Rule {
  return (open) => {
    const spans: Span[] = [];
    for (const match of open.matchAll(pattern)) {
      const what = match.groups?.what ?? match[0];
      const start = match.index + (match.groups?.what === undefined ? 0 : match[0].lastIndexOf(what));
      const decided = kind(what);
      if (decided !== null) spans.push({ kind: decided, start, end: start + what.length });
    }
    return spans;
  };
}

const before = '(?<![\\p{L}\\p{N}_])';
const after = '(?![\\p{L}\\p{N}_])';

/** Small words between a leading word ("order", "טלפון") and its number. */
const between = [
  'number',
  'numbers',
  'no',
  'nr',
  'num',
  'id',
  'code',
  'is',
  'was',
  'my',
  'the',
  'me',
  'at',
  'on',
  'its',
  'for',
  'this',
  'ref',
  'reference',
  'מספר',
  "מס'",
  'מס',
  'שלי',
  'הוא',
  'היא',
  'זה',
  'שמספרה',
  'שמספרו',
  'לי',
  'אל',
  'ל',
  'شماره',
  'شماره‌ی',
  'شمارهٔ',
  'من',
  'ام',
  'است',
  'کد',
  'با',
  'به',
  'این',
  'ی',
  'خود',
  'nombor',
  'nomor',
  'no',
  'saya',
  'ialah',
  'adalah',
  'di',
  'dengan',
  'ini',
  'aku',
  'ku',
  'bernombor',
  'kat',
].map((word) => word.replace(/\u200C/gu, ''));
const gap = `(?:\\s*(?:${[...new Set(between)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|')})(?![\\p{L}\\p{N}])[.:]?){0,4}\\s*[:=#.,-]{0,2}\\s*`;

/** A number whose leading word says what it is; Hebrew one-letter prefixes and the Persian suffixes may be joined on. */
function led(words: readonly string[], number: string): RegExp {
  const stems = words.join('|');
  return new RegExp(
    `${before}[והבלמשכ]{0,3}(?:${stems})(?:ها|های|م|ام|ش|ت|ی|תי|ת|nya|ku|s)?(?![\\p{L}\\p{N}])[.:]?${gap}(?<what>${number})${after}`,
    'giu',
  );
}

const digitsOf = (text: string): string => text.replace(/\D/gu, '');
const hasDigits = (least: number, most: number, kind: Kind) => (found: string) => {
  const count = digitsOf(found).length;
  return count >= least && count <= most ? kind : null;
};

const ibanForm = new RegExp(
  `${before}[a-z]{2}\\d{2}(?:[ -]?[a-z\\d]{4}){2,7}(?:[ -]?[a-z\\d]{1,3})?${after}`,
  'giu',
);

/** What has the form and the check sum; the words that follow may have the form of a group too. */
function ibans(open: string): readonly Span[] {
  const spans: Span[] = [];
  const form = new RegExp(ibanForm);
  for (let match = form.exec(open); match !== null; match = form.exec(open)) {
    const [found] = match;
    const ends = [...found.matchAll(/(?=[ -])|$/gu)].map(({ index }) => index).reverse();
    const end = ends.find((one) => isIban(found.slice(0, one)));
    if (end !== undefined) spans.push({ kind: 'iban', start: match.index, end: match.index + end });
    form.lastIndex = match.index + (end ?? 4);
  }
  return spans;
}

const currency =
  'usd|eur|gbp|ils|nis|myr|irr|irt|us\\$|dollars?|euros?|pounds?|shekels?|ringgit|sen|cents?|bucks|tomans?|rials?|toman|rial|ש"ח|שח|שקלים|שקל|דולר(?:ים)?|יורו|אירו|تومان|تومن|ریال|دلار|یورو|پوند|شکل|ringit';
const amount = "(?:[1-9]\\d{0,2}(?:[,.' ]\\d{3})+(?:[.,]\\d{1,2})?|(?:0|[1-9]\\d{0,9})(?:[.,]\\d{1,2})?)";

/** One alternative for one character each, none repeated: nothing that a form says can take long to match. */
function ruleOf(form: string): Rule {
  const pattern = [...form]
    .map((one) =>
      one === '#' ? '\\d' : one === '@' ? '\\p{L}' : one.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'),
    )
    .join('');
  return byPattern(new RegExp(`${before}${pattern}${after}`, 'giu'), () => 'order');
}

const rules: readonly Rule[] = [
  byPattern(/ck_[a-z2-9]{10}_[A-Za-z0-9_-]{20,}/gu, () => 'key'),
  // E-mail: any letters; a blank beside the @ only where a dotted domain follows.
  byPattern(
    /[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63} ?@ ?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}[\p{L}][\p{L}\p{N}-]{1,61}/gu,
    () => 'email',
  ),
  // IBAN: country, check digits, 11 to 30 letters and digits, in groups or not; check sum, or the word before it.
  ibans,
  byPattern(led(['iban', 'איבן', 'شبا'], '(?:[a-z]{2})?(?:[ -]?\\d){12,30}'), () => 'iban'),
  // Amounts of money stay, whatever their length.
  byPattern(
    new RegExp(
      `(?:[$€£₪]|${before}(?:rm|${currency}))\\s?${amount}(?![\\d-])|(?<![\\d+.,-])${amount}\\s?(?:[€₪]|(?:${currency})${after}|(?:[$£]|rm${after})(?!\\s?\\d))`,
      'giu',
    ),
    () => 'keep',
  ),
  // Dates, times, grouped thousands, shares: ordinary.
  byPattern(
    /(?<![\d./-])(?:(?:19|20|13|14)\d{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20|13|14|57)?\d{2}))(?![\d]|[-/.]\d)/gu,
    () => 'keep',
  ),
  byPattern(/(?<![\d-])(?:19|20|13|14)\d{2}[-/](?:19|20|13|14)?\d{2}(?![\d/-])/gu, () => 'keep'),
  byPattern(/(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])/gu, () => 'keep'),
  byPattern(
    /(?<![\d+.,-])[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,-])|(?<![\d+.,-])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.-])/gu,
    () => 'keep',
  ),
  byPattern(/(?<![\d+.,-])\d{1,5}(?:[.,]\d{1,3})? ?(?:%|٪|percent|אחוז|درصد|peratus)/giu, () => 'keep'),
  // Order numbers: by sign (#MW-123456, MW-123456, #12345) and by word.
  byPattern(
    new RegExp(`(?<![\\p{L}\\p{N}&])#\\s?(?:[a-z]{1,5}-?)?\\d{4,}(?:-\\d+)*${after}`, 'giu'),
    () => 'order',
  ),
  byPattern(new RegExp(`${before}[a-z]{2,4}-\\d{5,}(?:-\\d+)*${after}`, 'giu'), () => 'order'),
  byPattern(
    led(
      [
        'order',
        'orders',
        'purchase',
        'invoice',
        'receipt',
        'הזמנה',
        'הזמנת',
        'הזמנתי',
        'הזמנות',
        'חשבונית',
        'קבלה',
        'سفارش',
        'سفارشم',
        'سفارشات',
        'خرید',
        'فاکتور',
        'pesanan',
        'order',
        'tempahan',
        'invois',
      ],
      '(?:[a-z]{1,5}-?)?\\d(?:-?\\d){5,}',
    ),
    hasDigits(6, 30, 'order'),
  ),
  byPattern(
    new RegExp(
      `${before}(?<what>\\d{6,})${after}(?=(?:\\s+(?:is|was|are|the|my|number|no|of|זה|הוא|מספר|شماره|ialah|adalah|nombor|no\\.?)){0,4}\\s+ה?(?:order|הזמנה|ההזמנה|הזמנתי|سفارش|سفارشم|pesanan)${after})`,
      'giu',
    ),
    () => 'order',
  ),
  // National ids, passports and card security codes by word.
  byPattern(
    led(
      [
        'ssn',
        'social security',
        'itin',
        'national id',
        'identity card',
        'id card',
        'id number',
        'nric',
        'mykad',
        'my ?kad',
        'ic',
        'kad pengenalan',
        'no\\.? ?kp',
        'k/p',
        'passport',
        'pasport',
        'tax id',
        'ת"ז',
        'ת\\.ז',
        'תז',
        'תעודת זהות',
        'תעודת הזהות',
        'מספר זהות',
        'דרכון',
        'کد ملی',
        'کدملی',
        'شماره ملی',
        'شناسنامه',
        'گذرنامه',
        'پاسپورت',
      ],
      '[a-z]{0,2}\\d(?:[ -]?\\d){4,13}',
    ),
    hasDigits(5, 14, 'id'),
  ),
  byPattern(led(['cvv2?', 'cvc2?', 'security code', 'pin'], '\\d{3,6}'), () => 'card'),
  // Phone numbers by word, also short ones.
  byPattern(
    led(
      [
        'phone',
        'my number',
        'telephone',
        'tel',
        'mobile',
        'cell',
        'cellphone',
        'call me',
        'call',
        'text me',
        'whats ?app',
        'fax',
        'טלפון',
        'המספר שלי',
        'טל',
        "טל'",
        'נייד',
        'הנייד',
        'פלאפון',
        'סלולרי',
        'וואטסאפ',
        'ווטסאפ',
        'תתקשרו',
        'התקשרו',
        'تلفن',
        'شماره من',
        'تلفنم',
        'موبایل',
        'موبایلم',
        'همراه',
        'تماس',
        'واتساپ',
        'واتس ?اپ',
        'زنگ',
        'telefon',
        'nombor saya',
        'tel',
        'hp',
        'h/p',
        'bimbit',
        'hubungi',
        'talian',
        'wasap',
      ],
      '[+(]{0,2}\\d(?:[ ().-]{0,2}\\d){5,15}',
    ),
    hasDigits(6, 16, 'phone'),
  ),
  // Gift-card-like codes: three groups of four and more, letters and digits.
  byPattern(new RegExp(`${before}(?:[a-z\\d]{4}-){2,}[a-z\\d]{4}${after}`, 'giu'), (found) =>
    /\d/u.test(found) && /\p{L}/iu.test(found) ? 'code' : null,
  ),
  // What is left: runs of digits with single separators, read by their shape.
  readRuns,
  // Tracking numbers and the like: letters and digits in one word.
  byPattern(new RegExp(`${before}(?=[a-z\\d]*\\d)[a-z\\d]{9,40}${after}`, 'giu'), (found) =>
    digitsOf(found).length >= 6 ? 'number' : null,
  ),
  byPattern(/\d{7,}/gu, (found) => (isCompactDate(found) ? 'keep' : 'number')),
];

/** One group of digits with the separator before it. */
interface Group {
  readonly digits: string;
  readonly separator: string;
  readonly start: number;
  readonly end: number;
}

/** Longest reading first, from left to right; a group that begins nothing personal stays. */
function readRuns(open: string): readonly Span[] {
  const spans: Span[] = [];
  for (const run of open.matchAll(
    /(?<![\p{L}\p{N}_])[+(]{0,2}\d+(?:(?:\) ?|[ ./-] ?| ?\()\d+)*(?![\p{L}\p{N}_])/gu,
  )) {
    const groups = groupsOf(run[0], run.index);
    let first = 0;
    while (first < groups.length) {
      const reading = longestReading(groups, first);
      if (reading) spans.push(reading.span);
      first = reading ? reading.next : first + 1;
    }
  }
  return spans;
}

function groupsOf(run: string, at: number): readonly Group[] {
  const groups: Group[] = [];
  for (const match of run.matchAll(/(?<separator>\D*)(?<digits>\d+)/gu)) {
    const separator = match.groups?.separator ?? '';
    const digits = match.groups?.digits ?? '';
    const opening = /[+(]*$/u.exec(separator)?.[0].length ?? 0;
    const end = at + match.index + match[0].length;
    groups.push({ digits, separator, start: end - digits.length - opening, end });
  }
  return groups;
}

/** Groups that one number may be written in, and fewest digits that make one. */
const mostGroups = 8;
const leastDigits = 7;

function longestReading(
  groups: readonly Group[],
  first: number,
): { readonly span: Mark; readonly next: number } | null {
  const start = groups[first];
  if (!start) return null;
  for (const read of [kindOf, longNumber])
    for (let last = Math.min(groups.length, first + mostGroups) - 1; last >= first; last -= 1) {
      const taken = groups.slice(first, last + 1);
      if (taken.reduce((digits, group) => digits + group.digits.length, 0) < leastDigits) break;
      const kind = read(taken);
      const end = groups[last]?.end ?? start.end;
      if (kind !== null) return { span: { kind, start: start.start, end }, next: last + 1 };
    }
  return null;
}

function kindOf(groups: readonly Group[]): Kind | null {
  const digits = groups.map((group) => group.digits).join('');
  const sizes = groups.map((group) => group.digits.length);
  const shape = sizes.join('-');
  const single = groups.length === 1;
  const plus = groups[0]?.separator.includes('+') ?? false;
  const { length } = digits;

  if (areYears(groups)) return null;
  if (plus && length >= 8 && length <= 15) return 'phone';
  if (/^00[1-9]/u.test(digits) && length >= 10 && length <= 17 && !/^[12]-/u.test(shape)) return 'phone';
  if (length >= 13 && length <= 19 && passesLuhn(digits) && isCardShape(sizes)) return 'card';
  if (shape === '4-4-4-4' || shape === '4-6-5') return 'card';
  if (shape === '6-2-4' || (single && length === 12 && startsWithDate(digits))) return 'id';
  if (shape === '3-2-4') return 'id';
  if ((shape === '8-1' || shape === '7-1') && passesIsraeliCheck(digits)) return 'id';
  if (single && length === 9) return digits.startsWith('0') && !passesIsraeliCheck(digits) ? 'phone' : 'id';
  return isNationalPhone(digits, sizes) ? 'phone' : null;
}

/** What no better reading fits: too long to be ordinary. */
function longNumber(groups: readonly Group[]): Kind | null {
  const digits = groups.map((group) => group.digits).join('');
  if (areYears(groups) || isCompactDate(digits)) return null;
  if (groups.length === 1) return digits.length >= 7 ? 'number' : null;
  const wide = groups.slice(0, -1).every((group) => group.digits.length >= 4);
  return wide && digits.length >= 12 ? 'number' : null;
}

/** A card is written in one piece or in groups of three and more (the last may be shorter). */
function isCardShape(sizes: readonly number[]): boolean {
  return sizes.slice(0, -1).every((size) => size >= 3);
}

function areYears(groups: readonly Group[]): boolean {
  return groups.every((group) => /^(?:19|20|13|14)\d{2}$/u.test(group.digits));
}

/** With a trunk zero (IL, UK, MY, IR, EU), North American, or with a country code but no plus. */
function isNationalPhone(digits: string, sizes: readonly number[]): boolean {
  const { length } = digits;
  const shape = sizes.join('-');
  const grouped = sizes.length > 1;
  const wide = sizes.every((size) => size >= 2) && sizes.some((size) => size >= 3);
  if (/^0[1-9]/u.test(digits) && length >= 9 && length <= 11)
    return !grouped || (wide && (sizes[0] ?? 0) <= 5) || shape === '2-2-2-2-2';
  if (/^[2-9]\d{2}[2-9]\d{6}$/u.test(digits)) return !grouped || shape === '3-3-4' || shape === '3-7';
  if (/^1[2-9]\d{9}$/u.test(digits))
    return !grouped || shape === '1-3-3-4' || shape === '4-3-4' || shape === '1-3-7';
  if (/^1[5-9]\d{8}$/u.test(digits)) return grouped && /^(?:1-3-3-3|4-3-3|1-3-6|4-6|1-3-2-2-2)$/u.test(shape);
  if (/^(?:972|98|60|44)[1-9]/u.test(digits) && length >= 10 && length <= 13)
    return !grouped || /^(?:972|98|60|44)$/u.test(digits.slice(0, sizes[0] ?? 0)) || wide;
  return false;
}

/** 20261231, 31122026, and the Persian calendar's 14051010. */
function isCompactDate(digits: string): boolean {
  return (
    /^(?:19|20|13|14)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/u.test(digits) ||
    /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d{2}$/u.test(digits)
  );
}

/** YYMMDD, as a Malaysian identity card begins. */
function startsWithDate(digits: string): boolean {
  return /^\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/u.test(digits);
}

/** ISO/IEC 7812 check digit. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const value = Number(digits[digits.length - 1 - place]);
    const weighed = place % 2 === 0 ? value : value * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** The check digit of an Israeli identity number, leading zeros left out or not. */
function passesIsraeliCheck(digits: string): boolean {
  return passesLuhn(digits.padStart(9, '0'));
}

/** ISO 13616: 15 to 34 characters whose number is 1 modulo 97. */
function isIban(found: string): boolean {
  const compact = found.replace(/[ -]/gu, '').toUpperCase();
  if (compact.length < 15 || compact.length > 34) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4))
    for (const figure of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(figure)) % 97;
  return rest === 1;
}
