import type { Clarification, ClarificationOption, Locale, Site } from './answer.ts';
import { localText } from './local-text.ts';
import { clarificationId } from './previous.ts';

/** Asks for one dimension, in the owner's words, before the section can be given. */
export function askForDimension(
  site: Site,
  dimension: string,
  locale: Locale,
  answerId: string,
): Clarification {
  const found = site.dimensions.find(({ id }) => id === dimension);
  return withId({
    prompt: found === undefined ? dimension : localText(found.question, locale, site),
    dimension,
    options: dimensionOptions(site, dimension, locale),
    answerId,
  });
}

/** The values of a dimension, in site.yaml's order. */
export function dimensionOptions(
  site: Site,
  dimension: string,
  locale: Locale,
): readonly ClarificationOption[] {
  const values = site.dimensions.find(({ id }) => id === dimension)?.values ?? [];
  return values.map(({ id, label }) => ({ value: id, label: localText(label, locale, site) }));
}

/** Asks which of two or three close candidates is meant. */
export function askWhichOne(
  site: Site,
  locale: Locale,
  candidates: readonly { readonly answerId: string; readonly title: string }[],
): Clarification {
  return withId({
    prompt: localText(site.phrases.whichOne, locale, site),
    dimension: null,
    options: candidates.map(({ answerId, title }) => ({ value: answerId, label: title })),
    answerId: null,
  });
}

function withId(clarification: Omit<Clarification, 'id'>): Clarification {
  return { id: clarificationId(clarification), ...clarification };
}
