import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { AppError } from '../errors.ts';
import type { Assets } from './assets.ts';
import { readWords, type Words } from './words.ts';

/** Renders Handlebars pages that were compiled when the server started; content is data, never a template. */
export interface Views {
  /**
   * HTML of `views/<name>.hbs` (`faq/home`, `agent/console`). The template sees `page` (the model), `words` (locale,
   * direction, ownName) and the helpers; never request data as options. Throws for an unknown page.
   */
  render(name: string, locale: string, model: Readonly<Record<string, unknown>>): string;
  /** The interface's words; a locale without a file gets the default's, `en`. */
  words(locale: string): Words;
}

type HelperOptions = Handlebars.HelperOptions & { data: { root: { locale: string } } };

function collect(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return collect(root, path);
    return entry.name.endsWith('.hbs') ? [path] : [];
  });
}

/** JSON in which nothing can end a script element or begin another: what HTML would read is written as \u escapes. */
function jsonData(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value ?? null).replace(/[<>&\u2028\u2029]/g, escaped);
}

/**
 * Compiles every template below `directory`; those in `partials/` are partials by file name. Helpers:
 * `{{t "key" name=value}}` words; `{{date day}}`, `{{dateTime instant timeZone}}`, `{{number n}}`, `{{percent share}}`;
 * `{{asset "site.css"}}` hashed address of a file in views/assets; `{{json value}}` is not there on purpose;
 * `{{jsonData value}}` JSON without any of `<`, `>` and `&`, only inside `<script type="application/ld+json">`;
 * `{{#if (eq a b)}}`, `(and a b)`, `(or a b)`, `(not a)`; `{{encode text}}` for one query value;
 * `(isolate name)` for a name in a sentence, which it shall not turn where it is written in the other direction.
 */
export function createViews(directory: string, assets: Assets): Views {
  const engine = Handlebars.create();
  const allWords = readWords(join(directory, 'words'));
  const wordsOf = (locale: string): Words => {
    const words = allWords.get(locale) ?? allWords.get('en');
    if (!words) throw new AppError('internal', { message: 'views/words/en.json is missing.' });
    return words;
  };
  const here = (options: HelperOptions): Words => wordsOf(options.data.root.locale);

  engine.registerHelper({
    t: (key: string, options: HelperOptions) => here(options).say(key, options.hash),
    date: (day: string | null, options: HelperOptions) => (day ? here(options).date(day) : ''),
    dateTime: (instant: string, zone: string, options: HelperOptions) =>
      here(options).dateTime(instant, zone),
    number: (value: number, options: HelperOptions) => here(options).number(value),
    percent: (value: number, options: HelperOptions) => here(options).percent(value),
    asset: (name: string) => assets.url(name),
    jsonData: (value: unknown) => new Handlebars.SafeString(jsonData(value)),
    encode: (text: unknown) => encodeURIComponent(String(text ?? '')),
    isolate: (text: unknown, options: HelperOptions) => {
      const name = String(text ?? '');
      const staysPut = here(options).direction === 'ltr' && /^[\x20-\x7e]*$/.test(name);
      return staysPut ? name : `\u2068${name}\u2069`;
    },
    eq: (a: unknown, b: unknown) => a === b,
    and: (a: unknown, b: unknown) => Boolean(a) && Boolean(b),
    or: (a: unknown, b: unknown) => Boolean(a) || Boolean(b),
    not: (a: unknown) => !a,
  });

  const pages = new Map<string, Handlebars.TemplateDelegate>();
  for (const path of collect(directory, '')) {
    const source = readFileSync(join(directory, path), 'utf8');
    const name = path.slice(0, -'.hbs'.length);
    const options = { strict: false, preventIndent: true, knownHelpersOnly: false } as const;
    if (name.startsWith('partials/'))
      engine.registerPartial(name.slice('partials/'.length), engine.compile(source, options));
    else pages.set(name, engine.compile(source, options));
  }

  return Object.freeze({
    render(name: string, locale: string, model: Readonly<Record<string, unknown>>) {
      const page = pages.get(name);
      if (!page) throw new AppError('internal', { message: `There is no view ${name}.` });
      const words = wordsOf(locale);
      return page(
        {
          page: model,
          locale,
          words: { locale: words.locale, direction: words.direction, ownName: words.ownName },
        },
        { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false },
      );
    },
    words: wordsOf,
  });
}
