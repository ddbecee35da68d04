import type { Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { PartDifference } from '../../impact/impact.ts';
import type { ArticleChange } from '../../snapshots/release-report.ts';
import { inLocale } from '../in-locale.ts';

/** A changed part of an article as the page of a release shows it. */
export interface DifferenceCard {
  readonly label: string;
  /** Customers whom it is for, in words; empty: all. */
  readonly customers: readonly string[];
  readonly isAgents: boolean;
  readonly words: PartDifference['words'];
}

/** Presents one part; labels of dimensions come from the site as it is today. */
export function presentDifference(
  { what, heading, audience, contexts, words: runs }: PartDifference,
  by: {
    readonly change: Pick<ArticleChange, 'audience'>;
    readonly words: Words;
    readonly site: Site;
    readonly ui: Locale;
  },
): DifferenceCard {
  return {
    label: labelOf(what, heading, by.words),
    customers: contexts.map((context) =>
      Object.entries(context)
        .map(([dimension, value]) => valueInWords(by.site, by.ui, dimension, value))
        .join(', '),
    ),
    isAgents: audience === 'agent',
    words: runs,
  };
}

function labelOf(what: PartDifference['what'], heading: string | null, words: Words): string {
  switch (what) {
    case 'title':
      return words.say('manage.release.partTitle');
    case 'questions':
      return words.say('agent.article.questions');
    case 'effective':
      return words.say('agent.about.effective');
    case 'related':
      return words.say('agent.article.related');
    case 'section':
      return heading ?? words.say('manage.release.partLead');
    case 'note':
      return heading === null ? words.say('agent.notes') : `${words.say('agent.notes')}: ${heading}`;
    case 'offers':
      return words.say('agent.offers');
  }
}

/** A value's label, or the id of one that the site has no more. */
function valueInWords(site: Site, ui: Locale, dimension: string, value: string): string {
  const known = site.dimensions.find(({ id }) => id === dimension)?.values.find(({ id }) => id === value);
  return known === undefined ? value : inLocale(known.label, ui, site);
}
