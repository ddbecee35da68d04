import { didYouMean } from '../did-you-mean.ts';
import { AppError } from '../errors.ts';
import type { Context, Locale, Site } from './answer.ts';

/** The context, sorted by dimension; refuses (invalid-request) dimensions and values that site.yaml does not declare. */
export function checkContext(site: Site, context: Readonly<Record<string, string>>): Context {
  const errors: AppError[] = [];
  const checked: [string, string][] = [];
  for (const id of Object.keys(context).sort()) {
    const dimension = site.dimensions.find((each) => each.id === id);
    const value = context[id];
    if (dimension === undefined) {
      errors.push(
        new AppError('invalid-request', {
          message: 'The context names a dimension that this site does not have.',
          field: `context.${id}`,
          expected: `one of ${list(site.dimensions.map((each) => each.id))}`,
          found: id,
          ...hint(id, site.dimensions),
        }),
      );
    } else if (value === undefined || !dimension.values.some((each) => each.id === value)) {
      errors.push(
        new AppError('invalid-request', {
          message: `The context has a value that ${id} cannot have.`,
          field: `context.${id}`,
          expected: `one of ${list(dimension.values.map((each) => each.id))}`,
          found: String(value),
          ...hint(String(value), dimension.values),
        }),
      );
    } else checked.push([id, value]);
  }
  const [first] = errors;
  if (errors.length === 1 && first !== undefined) throw first;
  if (errors.length > 1) throw new AppError('invalid-request', { errors });
  return Object.freeze(Object.fromEntries(checked));
}

/** The locale asked for, or the default one; refuses (invalid-request) one that site.yaml does not list. */
export function checkLocale(site: Site, locale: string | null): Locale {
  if (locale === null) return site.defaultLocale;
  if (site.locales.includes(locale)) return locale;
  throw new AppError('invalid-request', {
    message: 'This site has no such language.',
    field: 'locale',
    expected: `one of ${list(site.locales)}`,
    found: locale,
  });
}

function hint(word: string, known: readonly { readonly id: string }[]): { readonly hint?: string } {
  const meant = didYouMean(
    word,
    known.map(({ id }) => id),
  );
  return meant === null ? {} : { hint: `did you mean ${meant}?` };
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '(none)' : names.join(', ');
}
