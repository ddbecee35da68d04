import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { AppError } from '../errors.ts';
import type { Route } from './route.ts';

/** Content types of the files that may be served; no other file is. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The bundled fonts: Latin, Hebrew and Persian, each from its package (SIL Open Font License). */
const fonts: readonly string[] = [
  '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
  '@fontsource-variable/heebo/files/heebo-hebrew-wght-normal.woff2',
  '@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2',
];

/** Files of views/assets and the bundled fonts, read once into memory and addressed by their content. */
export interface Assets {
  /** `/assets/site.3f2a9c1b.css` for `site.css`; the address changes with the content, so it may be cached for ever. */
  url(name: string): string;
  readonly route: Route;
}

/** Reads the assets; `url("font.woff2")` in a style sheet names a font file and is rewritten to its address. */
export function readAssets(directory: string): Assets {
  const resolve = createRequire(import.meta.url).resolve;
  const byAddress = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const addresses = new Map<string, string>();
  const add = (name: string, bytes: Buffer): void => {
    const extension = extname(name);
    const type = types[extension];
    if (type === undefined) return;
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const address = `${name.slice(0, -extension.length)}.${hash}${extension}`;
    byAddress.set(address, { type, bytes });
    addresses.set(name, `/assets/${address}`);
  };
  const url = (name: string): string => {
    const address = addresses.get(name);
    if (address === undefined) throw new AppError('internal', { message: `There is no asset ${name}.` });
    return address;
  };

  for (const font of fonts) add(font.slice(font.lastIndexOf('/') + 1), readFileSync(resolve(font)));
  const names = readdirSync(directory).sort();
  for (const name of names.filter((name) => !name.endsWith('.css')))
    add(name, readFileSync(join(directory, name)));
  for (const name of names.filter((name) => name.endsWith('.css'))) {
    const text = readFileSync(join(directory, name), 'utf8');
    add(name, Buffer.from(text.replace(/url\("([^"/:]+)"\)/g, (_, file: string) => `url("${url(file)}")`)));
  }

  const route: Route = {
    method: 'get',
    path: '/assets/:name',
    access: 'anyone',
    limit: 'none',
    format: 'asset',
    cache: 'immutable',
    summary: 'Style sheets, scripts and fonts, addressed by content.',
    handler(request, response, next) {
      const asset = byAddress.get(String(request.params.name));
      if (!asset) return next(new AppError('not-found'));
      response.type(asset.type).send(asset.bytes);
    },
  };
  return Object.freeze({ url, route });
}
