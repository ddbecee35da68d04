import { AppError, type Place } from '../errors.ts';
import { lineOf, type ReadArticle } from './check-content.ts';
import { periodsOverlap } from './resolve-fact.ts';

/** Superseded public article id → the id at the end of its chain, sorted. */
export type Redirects = Readonly<Record<string, string>>;

/**
 * Follows what supersedes what. A superseded article may be gone (its address redirects) or still be there, as long as
 * it ends when its successor begins. Refused (supersedes-invalid): twice superseded, circles, itself, another audience,
 * both in force on one day.
 */
export function followSupersession(
  articles: readonly ReadArticle[],
  errors: AppError[],
): { readonly redirects: Redirects; readonly successor: (articleId: string) => string | null } {
  const successors = new Map<string, Claim>();
  for (const read of articles) {
    for (const [index, id] of read.head.supersedes.entries()) {
      const place = { file: read.head.path, line: lineOf(read.head, `supersedes.${index}`) };
      const known = successors.get(id);
      const problem = problemOf(id, read, articles) ?? rivalry(read, known);
      if (problem) errors.push(new AppError('supersedes-invalid', { ...problem, place }));
      else if (!known) successors.set(id, { read, place });
    }
  }
  const redirects: Record<string, string> = {};
  for (const [id, { read, place }] of [...successors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const chain = chainFrom(id, successors);
    const last = chain.at(-1);
    if (last === undefined) {
      errors.push(
        new AppError('supersedes-invalid', {
          place,
          expected: 'an order in which each article is replaced by a newer one',
          found: `a circle through ${id} and ${read.head.id}`,
        }),
      );
    } else if (read.audience === 'public') redirects[id] = last;
  }
  return { redirects, successor: (id) => chainFrom(id, successors).at(-1) ?? null };
}

interface Claim {
  readonly read: ReadArticle;
  readonly place: Place;
}

interface Problem {
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
}

function problemOf(id: string, by: ReadArticle, articles: readonly ReadArticle[]): Problem | null {
  if (id === by.head.id) return { expected: 'another article', found: `${id} itself` };
  for (const old of articles) {
    if (old.head.id !== id) continue;
    if (old.audience !== by.audience) {
      return {
        expected: `an article for the same audience (${by.audience})`,
        found: `${id}, whose audience is ${old.audience}`,
      };
    }
    if (old.head.locale === by.head.locale && periodsOverlap(old.head.effective, by.head.effective)) {
      return {
        expected: `${old.head.path} to end before ${by.head.id} begins`,
        found: `both in force ${overlapOf(old, by)}`,
        hint: 'Give the old one `effective: { to: ... }`, the new one `effective: { from: ... }`, or remove the old file.',
      };
    }
  }
  return null;
}

function overlapOf(old: ReadArticle, by: ReadArticle): string {
  const froms = [old.head.effective.from, by.head.effective.from].filter((day) => day !== null).sort();
  const from = froms.at(-1);
  return from === undefined ? 'without limit' : `from ${from}`;
}

function rivalry(by: ReadArticle, known: Claim | undefined): Problem | null {
  if (!known || known.read.head.id === by.head.id) return null;
  return {
    expected: 'each article superseded once',
    found: `${known.place.file}:${known.place.line ?? 1} supersedes it too`,
  };
}

/** Successors from nearest to last; empty where they go round in a circle. */
function chainFrom(id: string, successors: ReadonlyMap<string, Claim>): readonly string[] {
  const chain: string[] = [];
  for (let next = successors.get(id); next; next = successors.get(next.read.head.id)) {
    if (chain.includes(next.read.head.id) || next.read.head.id === id) return [];
    chain.push(next.read.head.id);
  }
  return chain;
}
