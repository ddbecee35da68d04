import { posix } from 'node:path';
import { mapParagraphs, outsideCodeSpans, type Report, type SourceLine } from './source-line.ts';

/** An article of the import, as links may mean it. */
export interface LinkTarget {
  /** `category/slug`. */
  readonly id: string;
  readonly title: string;
  /** Anchor of the section that a fragment means; null: the article as a whole; undefined: no such section. */
  readonly anchorOf: (fragment: string) => string | null | undefined;
}

/** Finds the article that an address of the source means, from the file it stands in. */
export type FindTarget = (address: string, from: string) => LinkTarget | null;

export interface LinkSource {
  /** Path of the file in the source. */
  readonly path: string;
  /** Its own article. */
  readonly id: string;
  readonly own: LinkTarget;
  readonly find: FindTarget;
  /** Where addresses that begin with `/` lead, if they are no article: `https://docs.example.com`; null: nowhere. */
  readonly baseUrl: string | null;
}

/** A text whose links all lead somewhere, and the ids of the articles it links to, in order. */
export interface RewrittenLinks {
  readonly lines: readonly SourceLine[];
  readonly linked: readonly string[];
}

/**
 * Points the links of a source to articles and sections of the import; other sites' stay. What leads nowhere leaves its
 * words, images leave their alternative text. Everything that is not kept is reported.
 */
export function rewriteLinks(
  lines: readonly SourceLine[],
  source: LinkSource,
  report: Report,
): RewrittenLinks {
  const linked: string[] = [];
  const rewrite = (words: string, address: string, line: number): string => {
    const target = targetOf(address, source);
    switch (target.kind) {
      case 'outside':
        return `[${words.trim() === '' ? target.address : words}](${target.address})`;
      case 'article': {
        if (target.lost !== null)
          report(line, `the section #${target.lost} of a link`, `a link to ${target.id}`);
        if (target.id !== source.id && !linked.includes(target.id)) linked.push(target.id);
        const text = /^(?:AUTOTITLE|)$/.test(words.trim()) ? target.title : words;
        return `[${text}](${target.href})`;
      }
      case 'nowhere': {
        const text = /^(?:AUTOTITLE|)$/.test(words.trim()) ? wordsOf(address) : words;
        report(line, `a link to ${short(address)}`, text === '' ? 'nothing' : 'its words');
        return text;
      }
      default:
        return target satisfies never;
    }
  };
  const result = mapParagraphs(lines, (text, lineAt) =>
    outsideCodeSpans(text, (part, offset) => {
      const noImages = part.replace(imagePattern, (_, alt: string, address: string, at: number) => {
        const words = alt.replace(/\s+/g, ' ').trim();
        report(
          lineAt(offset + at),
          `an image, ${short(address ?? '')}`,
          words === '' ? 'nothing' : 'its alternative text',
        );
        return words;
      });
      const noWiki = noImages.replace(
        /\[\[([^[\]|]+)(?:\|([^[\]]+))?\]\]/g,
        (_, one: string, other: string | undefined, at: number) =>
          rewrite((other === undefined ? one : one).trim(), (other ?? one).trim(), lineAt(offset + at)),
      );
      return noWiki.replace(linkPattern, (_, words: string, address: string, at: number) =>
        rewrite(words, address.replace(/^<(.*)>$/, '$1').trim(), lineAt(offset + at)),
      );
    }),
  );
  return { lines: result, linked };
}

const destination =
  '\\(\\s*(<[^<>\\n]*>|(?:[^\\s()\\\\]|\\\\.|\\((?:[^\\s()\\\\]|\\\\.)*\\))*)(?:\\s+(?:"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'|\\([^()]*\\)))?(?:\\s+=\\w+)?\\s*\\)(?:\\{[^{}\\n]*\\})?';
const imagePattern = new RegExp(`!\\[((?:[^[\\]\\\\]|\\\\.)*)\\](?:${destination})`, 'g');
const linkPattern = new RegExp(
  `(?<!\\\\)\\[((?:[^[\\]\\\\]|\\\\.|\\[(?:[^[\\]\\\\]|\\\\.)*\\])*)\\]${destination}`,
  'g',
);

type Target =
  | { readonly kind: 'outside'; readonly address: string }
  | {
      readonly kind: 'article';
      readonly id: string;
      readonly title: string;
      readonly href: string;
      readonly lost: string | null;
    }
  | { readonly kind: 'nowhere' };

function targetOf(address: string, source: LinkSource): Target {
  const plain = address.replace(/\\([!-/:-@[-`{-~])/g, '$1').replaceAll('&amp;', '&');
  if (/^(?:https?:\/\/|mailto:|tel:)/i.test(plain)) {
    const encoded = plain
      .replace(/[\s\\<>"`]/g, (character) => encodeURIComponent(character))
      .replaceAll('(', '%28')
      .replaceAll(')', '%29');
    return URL.canParse(encoded) ? { kind: 'outside', address: encoded } : { kind: 'nowhere' };
  }
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(plain)) return { kind: 'outside', address: `mailto:${plain}` };
  if (/^[a-z][a-z0-9+.-]*:/i.test(plain)) return { kind: 'nowhere' };
  if (/^\/\//.test(plain)) return { kind: 'outside', address: `https:${plain}` };

  const [path = '', fragment = ''] = splitAddress(plain);
  const target = path === '' ? source.own : source.find(path, source.path);
  if (!target) {
    return source.baseUrl !== null && path.startsWith('/')
      ? { kind: 'outside', address: `${source.baseUrl.replace(/\/+$/, '')}${plain}` }
      : { kind: 'nowhere' };
  }
  const anchor = fragment === '' ? null : target.anchorOf(decoded(fragment));
  const isOwn = target.id === source.id;
  if (isOwn && (anchor === null || anchor === undefined)) {
    // A link to the page that it stands on helps nobody.
    return anchor === null && path !== ''
      ? { kind: 'article', ...hrefOf(target, source, null), lost: null }
      : { kind: 'nowhere' };
  }
  return {
    kind: 'article',
    ...hrefOf(target, source, anchor ?? null),
    lost: anchor === undefined ? fragment : null,
  };
}

function hrefOf({ id, title }: LinkTarget, source: LinkSource, anchor: string | null) {
  const file = posix.relative(posix.dirname(source.id), `${id}.md`);
  const path = id === source.id && anchor !== null ? '' : file;
  return { id, title, href: anchor === null ? path : `${path}#${anchor}` };
}

function splitAddress(address: string): readonly string[] {
  const [whole = '', fragment = ''] = address.split('#');
  return [whole.split('?')[0] ?? '', fragment];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The last part of an address as words, for links without any. */
function wordsOf(address: string): string {
  const last =
    address
      .replace(/[?#].*$/, '')
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '';
  return decoded(last)
    .replace(/\.\w{1,5}$/, '')
    .replace(/[-_]+/g, ' ')
    .trim();
}

function short(address: string): string {
  return address.length > 80 ? `${address.slice(0, 79)}…` : address || 'nowhere';
}
