import { z } from 'zod';
import { articleIdPattern, slugForm, slugPattern } from './names.ts';

/**
 * One line of text of `least` to `most` characters, trimmed. Characters that cannot be seen, break lines or reorder text
 * are refused, but for those that scripts need: joiners and direction marks.
 */
export function oneLine(least: number, most: number) {
  const form = `text on one line, ${least} to ${most} characters`;
  return z
    .string({ error: `${form} (in quotes where it looks like a number or a date)` })
    .transform((text) => text.trim())
    .refine((text) => [...text].length >= least && [...text].length <= most, { error: form })
    .refine((text) => !unseen.test(text), { error: `${form}, without characters that cannot be seen` })
    .refine((text) => !text.includes('{{'), {
      error: `${form}, without {{ }}: only an article's text may hold facts`,
    });
}

/** A slug: id of a fact, offer, team or category. */
export const slug = z
  .string({ error: slugForm })
  .regex(slugPattern, { error: slugForm })
  .max(80, { error: slugForm });

/** `category/slug`. */
export const articleId = z
  .string({ error: 'an article id: category/slug' })
  .regex(articleIdPattern, { error: 'an article id: category/slug' });

/** An id that customers' context uses: `US`, `plus`. */
export const dimensionValue = z
  .string({ error: 'a word of letters a-z, A-Z, digits and hyphens (in quotes where it is a number)' })
  .regex(/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/, { error: 'a word of letters a-z, A-Z, digits and hyphens' })
  .max(80);

/** `YYYY-MM-DD`, a day of the calendar from 1900 to 2999. */
export const calendarDate = z
  .string({ error: 'a date like 2026-11-02' })
  .refine(isCalendarDate, { error: 'a date like 2026-11-02' });

/** Whether a text is `YYYY-MM-DD` and that day exists. */
export function isCalendarDate(text: string): boolean {
  const parts = /^(19\d\d|2\d\d\d)-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}

/** An e-mail address of the plain kind. */
export const email = z
  .string({ error: 'an e-mail address' })
  .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/, { error: 'an e-mail address' })
  .max(254);

/** A telephone number in E.164. */
export const phone = z
  .string({ error: 'a phone number in quotes, like "+18005550142"' })
  .regex(/^\+[1-9]\d{6,14}$/, { error: 'a phone number in quotes, like "+18005550142"' });

/** An https address without user, password or blanks. */
export const httpsUrl = z
  .string({ error: 'an https address' })
  .refine(isHttpsUrl, { error: 'an https address' });

function isHttpsUrl(text: string): boolean {
  if (!/^https:\/\/[^\s<>"\\]{1,2000}$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** A register without entries: an empty file, or one with comments only. */
export const emptyFile = z.null().transform((): Record<string, never> => ({}));

/** A list that may also be written as one value. */
export const oneOrMany = <T>(item: z.ZodType<T>, error: string) =>
  z.union([z.array(item, { error }).min(1, { error }), item.transform((value) => [value])], { error });

/** Characters that no title, question or label needs: controls, invisible spaces, overrides of direction, tag characters. */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
