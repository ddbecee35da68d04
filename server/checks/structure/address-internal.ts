import { readArticle } from '../../snapshots/check-content.ts';
import { articleQuestions, articleTexts } from '../article-texts.ts';
import type { Check, CheckWorld, Finding, Span } from '../finding.ts';
import { lineSpan, textSpan } from '../line-span.ts';
import { entryLine } from '../register-span.ts';

/** Addresses inside the company, in text that customers read. */
export const addressInternal: Check = {
  code: 'address-internal',
  title: 'Public text holds an address inside the company.',
  severity: 'error',
  explanation: `An address that a customer cannot open, or must not write to, helps nobody and tells outsiders where the inside is. It is an error: nothing is published with it.

It is told where a public article's title, question or text holds the contact of a team (unless it is a contact of site.yaml or the value of a fact as well), the id of an agent-only article (category/slug, if the slug has a hyphen), a host that only a private network knows (ending in .internal, .intranet, .corp, .lan or .local, a name without a dot after http://, localhost, a private IPv4 address), or a path of the consoles, /agent or /manage, that does not belong to another site's address.

Take it out, or move it into :::agent. Where the address is public after all, give it to a contact of site.yaml or to a fact, or accept the finding with the reason.`,
  *run(world) {
    const known = knownAddresses(world);
    for (const article of world.content.articles) {
      if (!article.beside) continue;
      for (const { text, place } of articleQuestions(article, world)) {
        for (const address of addressesIn(text, known)) yield internal(place, address);
      }
      for (const { audience, file, line, markdown } of articleTexts(article)) {
        if (audience !== 'public') continue;
        for (const address of addressesIn(markdown, known)) {
          yield internal(textSpan(file, line, markdown, address.index, address.text.length), address);
        }
      }
    }
  },
};

interface Address {
  readonly text: string;
  readonly index: number;
  readonly what: string;
  readonly other: Span | null;
}

type Known = ReadonlyMap<string, { readonly what: string; readonly place: Span }>;

/** Teams' contacts and ids of agent-only articles, by their text in lower case. */
function knownAddresses(world: CheckWorld): Known {
  const { site, facts, teams, articles } = world.content;
  const open = new Set<string>();
  for (const { email, url } of site.contacts) {
    for (const address of [email, url]) if (address !== null) open.add(address.toLowerCase());
  }
  for (const { values } of facts) {
    for (const { content } of values) if ('value' in content) open.add(content.value.toLowerCase());
  }
  const known = new Map<string, { what: string; place: Span }>();
  for (const { id, contact } of teams) {
    if (open.has(contact.toLowerCase())) continue;
    const place = lineSpan(world, 'teams.yaml', entryLine(world, 'teams.yaml', id));
    known.set(contact.toLowerCase(), { what: `the contact of the team ${id}`, place });
  }
  for (const article of articles) {
    const { head, audience } = readArticle(article);
    if (audience === 'public' || !head.slug.includes('-')) continue;
    const place = lineSpan(world, head.path, head.lines.title ?? 1);
    known.set(head.id, { what: 'the id of an article for agents only', place });
  }
  return known;
}

/** A character that an address holds somewhere, and prose hardly ever inside a word. */
const inAddress = /[/@]|\.(?=[\p{L}\p{N}])/gu;

/** What an address does not hold: where it begins and ends. */
const outsideAddress = /[\s()<>[\]{}"'`|*]/;

function addressesIn(text: string, known: Known): readonly Address[] {
  const addresses: Address[] = [];
  let end = 0;
  for (const { index } of text.matchAll(inAddress)) {
    if (index < end) continue;
    let start = index;
    while (start > end && !outsideAddress.test(text.charAt(start - 1))) start -= 1;
    end = index;
    while (end < text.length && !outsideAddress.test(text.charAt(end))) end += 1;
    const address = text.slice(start, end).replace(/[.,;:!?…]+$/, '');
    const found = known.get(address.toLowerCase().replace(/^mailto:/, ''));
    const what = found?.what ?? privateAddress(address);
    if (what !== null) addresses.push({ text: address, index: start, what, other: found?.place ?? null });
  }
  return addresses;
}

function privateAddress(address: string): string | null {
  if (/^\/(?:agent|manage)(?:[/?#]|$)/.test(address)) return 'a path of the consoles';
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([a-z0-9.-]+)(?::\d+)?(?:[/?#]|$)/i.exec(
    address,
  )?.[1];
  if (host === undefined) return null;
  if (/\.(?:internal|intranet|corp|lan|local)$/i.test(host)) return 'a host of a private network';
  if (!/^https?:\/\//i.test(address)) return null;
  const isPrivate =
    !host.includes('.') || /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)[\d.]+$/.test(host);
  return isPrivate ? 'a host of a private network' : null;
}

function internal(place: Span, { text, what, other }: Address): Omit<Finding, 'code'> {
  return {
    place,
    message: `Public text holds ${what}.`,
    expected: 'addresses that customers may use',
    found: text,
    hint: 'Take it out, or move it into :::agent.',
    other: other && { place: other, says: what },
    because: [],
  };
}
