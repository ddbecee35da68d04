import type { BrowseAsk, Locale, PublicAnswerer } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import type { PublicChange } from '../releases.ts';
import { escapeXml } from './feeds.ts';

/** Most entries: readers ask again long before so many articles have changed. */
const mostEntries = 50;

interface Entry {
  readonly url: string;
  readonly revision: string;
  readonly locale: Locale;
  readonly title: string;
  readonly updated: string;
  readonly lead: string;
}

/**
 * The articles that became new or other for the public, as an Atom feed (RFC 4287), the last first, as they are today in
 * one locale, with those that stand in from the default locale. What is not public today is not in it, and it changes with
 * nothing else: notes, people and release numbers are not known here.
 */
export function changesFeed(feed: {
  readonly answerer: PublicAnswerer;
  /** The newest first. */
  readonly changes: readonly PublicChange[];
  readonly locale: Locale;
  readonly asOf: BrowseAsk['asOf'];
  readonly publicUrl: string;
  readonly words: Words;
}): string {
  const { answerer, locale, asOf, publicUrl, words } = feed;
  const { site } = answerer;
  const name = inLocale(site.name, locale, site);
  const home = `${publicUrl}/${locale}`;
  const self = `${home}/changes.atom`;
  const entries = entriesOf(feed);
  const updated = entries[0]?.updated ?? lastVerified(answerer, asOf);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeXml(locale)}">`,
    `<id>${escapeXml(self)}</id>`,
    `<title>${escapeXml(words.say('faq.feed.title', { name }))}</title>`,
    `<updated>${escapeXml(updated)}</updated>`,
    `<author><name>${escapeXml(name)}</name></author>`,
    `<link rel="self" type="application/atom+xml" href="${escapeXml(self)}"/>`,
    `<link rel="alternate" type="text/html" href="${escapeXml(home)}"/>`,
    ...entries.map((entry) =>
      [
        `<entry xml:lang="${escapeXml(entry.locale)}">`,
        `<id>${escapeXml(`${publicUrl}${entry.url}#revision-${entry.revision}`)}</id>`,
        `<title>${escapeXml(entry.title)}</title>`,
        `<updated>${escapeXml(entry.updated)}</updated>`,
        `<link rel="alternate" type="text/html" href="${escapeXml(publicUrl + entry.url)}"/>`,
        `<summary type="text">${escapeXml(entry.lead)}</summary>`,
        '</entry>',
      ].join('\n'),
    ),
    '</feed>',
    '',
  ].join('\n');
}

function entriesOf(feed: Parameters<typeof changesFeed>[0]): readonly Entry[] {
  const { answerer, changes, locale, asOf, words } = feed;
  const entries: Entry[] = [];
  for (const { articleId, locale: changedIn, publishedAt } of changes) {
    if (entries.length === mostEntries) break;
    if (changedIn !== locale && changedIn !== answerer.site.defaultLocale) continue;
    const found = answerer.article(articleId, { locale, context: {}, asOf });
    // Where the locale has a text of its own, the original's changes are not seen in it.
    if (found.kind !== 'article' || found.article.locale !== changedIn) continue;
    const { url, revision, title, sections } = found.article;
    entries.push({
      url,
      revision,
      locale: changedIn,
      title,
      updated: publishedAt,
      lead: sections[0]?.result?.answer?.text ?? words.say('faq.rows.depends'),
    });
  }
  return entries;
}

/** Where nothing has changed yet, the day on which somebody last confirmed an article. */
function lastVerified(answerer: PublicAnswerer, asOf: BrowseAsk['asOf']): string {
  const days = answerer.inventory(asOf).map(({ verified }) => verified);
  return `${days.sort().at(-1) ?? '1970-01-01'}T00:00:00Z`;
}
