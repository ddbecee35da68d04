import type { Edition } from '../../server/search/search.ts';
import type { CompiledArticle, Rendering, SafeHtml, Section } from '../../server/snapshots/snapshot.ts';

const always = { from: null, to: null };

export function rendering(text: string): Rendering {
  return { text, markdown: text, html: text as SafeHtml };
}

/** A section that reads the same for everyone on every day. */
export function section(anchor: string, text: string, heading: string | null = null): Section {
  return {
    anchor,
    heading,
    level: heading === null ? 1 : 2,
    parents: [],
    dimensions: [],
    variants: [{ context: {}, period: always, rendering: rendering(text) }],
  };
}

/** A compiled article of which only what a test is about has to be said. */
export function compiled(
  id: string,
  parts: {
    readonly title?: string;
    readonly questions?: readonly string[];
    readonly lead?: string;
    readonly sections?: readonly Section[];
    readonly locale?: string;
  } = {},
): CompiledArticle {
  const { title = id, questions = [], lead = 'That is how it is.', sections = [], locale = 'en' } = parts;
  const [category = '', slug = ''] = id.split('/');
  return {
    id,
    locale,
    category,
    slug,
    title,
    questions,
    effective: always,
    verified: '2026-01-01',
    related: [],
    revision: id,
    translation: null,
    sections: [section('lead', lead), ...sections],
  };
}

export function edition(articles: readonly CompiledArticle[], parts: Partial<Edition> = {}): Edition {
  return { locale: 'en', synonyms: [], thesaurus: [], asOf: '2026-06-01', ...parts, articles };
}
