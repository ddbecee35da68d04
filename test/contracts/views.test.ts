import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readAssets } from '../../server/http/assets.ts';
import { createViews } from '../../server/http/views.ts';

/** The promise: text reaches a page through one door, pages run no code of their own, and nothing comes from elsewhere. */

const root = join(import.meta.dirname, '../..');
const views = join(root, 'views');

interface Finding {
  readonly place: string;
  readonly found: string;
}

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Every match of a pattern, with file and line; comments are blanked first, so that they may speak of anything. */
function findAll(paths: readonly string[], pattern: RegExp, comments: RegExp): Finding[] {
  return paths.flatMap((path) => {
    const text = readFileSync(path, 'utf8').replace(comments, (comment) => comment.replace(/[^\n]/g, ' '));
    return [...text.matchAll(pattern)].map((match) => ({
      place: `${relative(root, path)}:${text.slice(0, match.index).split('\n').length}`,
      found: match[0].trim(),
    }));
  });
}

const templates = filesBelow(views, '.hbs');
const styles = filesBelow(views, '.css');
const scripts = filesBelow(views, '.js');
const inTemplates = (pattern: RegExp) => findAll(templates, pattern, /\{\{!--[\s\S]*?--\}\}/g);
const inStyles = (pattern: RegExp) => findAll(styles, pattern, /\/\*[\s\S]*?\*\//g);
const inScripts = (pattern: RegExp) => findAll(scripts, pattern, /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm);

describe('templates', () => {
  test('print text unescaped in one place only', () => {
    expect(inTemplates(/\{\{\{[^}]*\}\}\}|\{\{&[^}]*\}\}/g)).toEqual([
      { place: expect.stringMatching(/^views\/partials\/answer-body\.hbs:/), found: '{{{html}}}' },
    ]);
  });

  test('hold no script but modules from views/assets, and data that is not run', () => {
    const allowed = [
      /^<script type="module" src="\{\{asset [^}]+\}\}"><\/script>$/,
      /^<script type="application\/ld\+json">\{\{jsonData [\w.@/]+\}\}<\/script>$/,
    ];
    const found = inTemplates(/<script[\s\S]*?<\/script>/g);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((one) => !allowed.some((form) => form.test(one.found)))).toEqual([]);
  });

  test('print JSON in data blocks only', () => {
    const blocks = inTemplates(/<script type="application\/ld\+json">\{\{jsonData/g);
    expect(inTemplates(/\{\{jsonData/g)).toHaveLength(blocks.length);
  });

  test('hold no style of their own and no handler', () => {
    const written = findAll(
      templates,
      /<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:/gi,
      /\{\{[\s\S]*?\}\}/g,
    );
    expect(written).toEqual([]);
  });

  test('quote every attribute that holds something', () => {
    expect(inTemplates(/=\s*\{\{/g)).toEqual([]);
  });

  test('name no other host and open no window that knows its opener', () => {
    expect(inTemplates(/(?:https?:)?\/\/[a-z0-9]|target="_blank"/gi)).toEqual([]);
  });

  test('compile, every one, with every partial they name', () => {
    const known = new Set(
      templates
        .filter((path) => path.includes('/partials/'))
        .map((path) => relative(join(views, 'partials'), path)),
    );
    const named = inTemplates(/\{\{~?#?>\s*([\w-]+)/g).map(({ place, found }) => ({
      place,
      name: found.replace(/^\{\{~?#?>\s*/, ''),
    }));
    const inline = inTemplates(/\{\{~?#\*inline "([\w-]+)"/g).map(({ found }) => found.split('"')[1]);
    const unknown = named.filter(({ name }) => !known.has(`${name}.hbs`) && !inline.includes(name));
    expect(unknown).toEqual([]);
    expect(() => createViews(views, readAssets(join(views, 'assets')))).not.toThrow();
  });
});

describe('style sheets', () => {
  test('use logical properties, so that right-to-left needs no second sheet', () => {
    const physical =
      /(?<=[{;]\s*)(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius)[\w-]*\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)/g;
    expect(inStyles(physical)).toEqual([]);
  });

  test('take fonts of this server alone, and nothing else', () => {
    const taken = inStyles(/url\([^)]*\)|@import/g);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter(({ found }) => !/^url\("[a-z0-9-]+\.woff2"\)$/.test(found))).toEqual([]);
  });

  test('take colours from the tokens, but for veils that let the page shine through', () => {
    const outside = styles.filter((path) => !path.endsWith('/site.css'));
    expect(findAll(outside, /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\((?![^)]*\/)/gi, /\/\*[\s\S]*?\*\//g)).toEqual(
      [],
    );
  });

  test('the same in dark as in light: every colour of the one is in the other', () => {
    const text = readFileSync(join(views, 'assets/site.css'), 'utf8');
    const colours = (block: string) => [...block.matchAll(/(--[\w-]+):\s*#/g)].map(([, name]) => name).sort();
    const light = colours(/:root \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? '');
    const dark = colours(
      /prefers-color-scheme: dark\) \{\s*:root \{([\s\S]*?)\n {2}\}/.exec(text)?.[1] ?? '',
    );
    expect(light.length).toBeGreaterThan(15);
    expect(dark).toEqual(light);
  });
});

describe('browser scripts', () => {
  test('write text, never markup, and run no text; but for one fragment that views/ made', () => {
    const found = inScripts(
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write|eval|new Function|setAttribute\(\s*'(?:on|style))/g,
    );
    // The console's results while typing: a page's part, rendered and escaped on the server like the page itself.
    const allowed = /^views\/assets\/agent\.js:\d+$/;
    expect(found.filter(({ place, found }) => !(allowed.test(place) && found === 'innerHTML'))).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(1);
  });

  test('name no other host', () => {
    expect(inScripts(/(?:https?:)?\/\/[a-z0-9]/gi)).toEqual([]);
  });
});

test('data blocks cannot be left by what is in them', () => {
  const pages = createViews(views, readAssets(join(views, 'assets')));
  const hostile = '</script><script>alert(1)</script><!--\u2028&';
  const frame = { breadcrumbData: { name: hostile }, box: {}, languages: [], breadcrumbs: [] };
  const page = pages.render('faq/category', 'en', { frame, contact: {}, articles: [] });
  const data = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)?.[1] ?? '';
  expect(data).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(data)).toEqual({ name: hostile });
});
