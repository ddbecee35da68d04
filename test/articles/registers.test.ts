import type { Content } from '../../server/articles/article.ts';
import { readSite } from '../../server/articles/read-site.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { articleText, parseFiles, siteYaml, teamsYaml } from './small-content.ts';

const article = { 'en/orders/a.md': articleText('Text.\n') };
const load = (files: Readonly<Record<string, string>>) => parseFiles({ ...article, ...files });
const brief = (files: Readonly<Record<string, string>>) =>
  load(files).errors.map(({ code, place, found }) => `${code} ${place?.file}:${place?.line} ${found}`);

function contentOf(files: Readonly<Record<string, string>>): Content {
  const { content, errors } = load(files);
  expect(errors).toEqual([]);
  if (!content) throw new Error('expected content');
  return content;
}

const fact = (value: string, type = 'text') =>
  `a-fact:\n  type: ${type}\n  description: D\n  owner: care\n  source: S\n  ${value}\n`;

describe('site.yaml', () => {
  test('is read whole: text falls to the default locale, order is kept, contacts are sorted', () => {
    const { site } = contentOf({
      'site.yaml': `${siteYaml.replace('contacts:\n', 'contacts:\n  zeta: { name: Zeta, phone: "+18005550142", url: /contact, hours: Always }\n')}mostAsked: [orders/a]\n`,
    });
    expect(site.name).toEqual({ en: 'Test Shop', he: 'חנות' });
    expect(site.tagline).toEqual({ en: 'Same answer everywhere' });
    expect(site.contacts.map(({ id }) => id)).toEqual(['care', 'zeta']);
    expect(site.contacts[1]).toEqual({
      id: 'zeta',
      name: { en: 'Zeta' },
      email: null,
      phone: '+18005550142',
      url: '/contact',
      hours: { en: 'Always' },
    });
    expect(site.categories.map(({ id, contact }) => [id, contact])).toEqual([
      ['orders', 'care'],
      ['returns', 'care'],
    ]);
    expect(site.dimensions[0]?.values.map(({ id }) => id)).toEqual(['US', 'EU']);
    expect(site.mostAsked).toEqual(['orders/a']);
    expect(site.review).toEqual({ intervalDays: 180, graceDays: 30 });
  });

  test.each([
    ['an unknown key', ['tagline:', 'tagLine:'], 'key-unknown site.yaml:2 tagLine'],
    [
      'a default locale that is not listed',
      ['defaultLocale: en', 'defaultLocale: fr'],
      'value-invalid site.yaml:4 fr',
    ],
    ['a locale that is none', ['[en, he]', '[en, EN_us]'], 'value-invalid site.yaml:3 EN_us'],
    ['a locale that shadows an address', ['[en, he]', '[en, api]'], 'value-invalid site.yaml:3 api'],
    [
      'a time zone that is none',
      ['America/New_York', 'America/New_Yorck'],
      'value-invalid site.yaml:5 America/New_Yorck',
    ],
    ['text in a locale of nobody', ['he: חנות', 'fr: Magasin'], 'value-invalid site.yaml:1 fr'],
    ['text without the default locale', ['en: Test Shop, ', ''], 'value-invalid site.yaml:1 he'],
    [
      'a default contact of nobody',
      ['defaultContact: care', 'defaultContact: cre'],
      'value-invalid site.yaml:8 cre',
    ],
    ['a contact of nobody', ['contact: care }', 'contact: cre }'], 'value-invalid site.yaml:11 cre'],
    [
      'an e-mail that is none',
      ['care@shop.example', 'care at shop'],
      'value-invalid site.yaml:7 care at shop',
    ],
    ['a dimension named date', ['  plan:', '  date:'], 'value-invalid site.yaml:14 date'],
    [
      'a dimension with one value',
      ['standard: Standard, plus: Plus', 'plus: Plus'],
      'value-invalid site.yaml:14 a map',
    ],
    ['a category that shadows a page', ['  returns:', '  search:'], 'value-invalid site.yaml:11 search'],
    ['days as text', ['intervalDays: 180', 'intervalDays: "180"'], 'value-invalid site.yaml:15 180'],
    [
      'a verifier that is none',
      ['graceDays: 30', 'graceDays: 30, verifier: nobody'],
      'value-invalid site.yaml:15 nobody',
    ],
    [
      'an unknown key of review',
      ['graceDays: 30', 'graceDays: 30, noticedays: 7'],
      'key-unknown site.yaml:15 noticedays',
    ],
    [
      'a review of a category that never is due',
      ['description: All about orders', 'description: O, review: { intervalDays: 0 }'],
      'value-invalid site.yaml:10 the number 0 (without quotes)',
    ],
    ['a missing phrase', ['whichOne: Which one?, ', ''], 'value-invalid site.yaml:16 nothing'],
  ])('%s is refused with its line', (_, [from = '', to = ''], expected) => {
    expect(siteYaml).toContain(from);
    const site = siteYaml.replace(from, to);
    expect(brief({ 'site.yaml': site })).toContain(expected);
    expect(load({ 'site.yaml': site }).content).toBeNull();
  });

  test('courtesies, urgent words and words of a value are lists for the default locale or maps of lists by locale', () => {
    const { site } = contentOf({
      'site.yaml': `${siteYaml}
courtesies: [{ words: { he: [תודה], en: [thanks, 🙏] }, reply: { en: Gladly. } }]
urgent: [{ words: [on fire], contact: care, message: Call us. }]
`.replace('values:', 'words: { EU: [Germany] }, values:'),
    });
    expect(site.courtesies).toEqual([
      { words: { en: ['thanks', '🙏'], he: ['תודה'] }, reply: { en: 'Gladly.' } },
    ]);
    expect(site.urgent).toEqual([
      { words: { en: ['on fire'] }, contact: 'care', message: { en: 'Call us.' } },
    ]);
    expect(site.dimensions[0]?.values.map(({ id, words }) => [id, words])).toEqual([
      ['US', undefined],
      ['EU', { en: ['Germany'] }],
    ]);
    expect(contentOf({}).site).not.toHaveProperty('courtesies');
  });

  test.each([
    [
      'urgent words for a contact that is none',
      'urgent: [{ words: [fire], contact: nobody, message: M }]',
      'nobody',
    ],
    ['a courtesy without words', 'courtesies: [{ words: [], reply: R }]', 'a list'],
    ['a courtesy without words in any locale', 'courtesies: [{ words: {}, reply: R }]', 'a map'],
    ['an empty word', 'courtesies: [{ words: [""], reply: R }]', 'an empty text'],
    ['words of a locale of nobody', 'courtesies: [{ words: { fr: [merci] }, reply: R }]', 'fr'],
    ['the same word twice', 'courtesies: [{ words: [Hi, hi], reply: R }]', 'hi'],
    [
      'a word that two courtesies claim',
      'courtesies: [{ words: [hi], reply: R }, { words: [hi], reply: S }]',
      'hi again',
    ],
    ['an urgent word without a letter', 'urgent: [{ words: [🔥], contact: care, message: M }]', '🔥'],
    ['a courtesy without a reply', 'courtesies: [{ words: [hi] }]', 'nothing'],
    ['a reply without the default locale', 'courtesies: [{ words: [hi], reply: { he: היי } }]', 'he'],
    ['a word with a fact', 'courtesies: [{ words: ["{{fact:x}}"], reply: R }]', '{{fact:x}}'],
  ])('%s is refused with its line', (_, line, found) => {
    const lines = siteYaml.trimEnd().split('\n').length + 1;
    const errors = brief({ 'site.yaml': `${siteYaml.trimEnd()}\n${line}\n` });
    expect(errors).toEqual([`value-invalid site.yaml:${lines} ${found}`]);
  });

  test('says how often an answer may be wrong: one in ten unless the owner says otherwise, one in a hundred to one in two', () => {
    const read = (more: string) => readSite(`${siteYaml}${more}`, 'site.yaml');
    expect(read('').value?.site.answers).toEqual({ maximumRisk: 0.1 });
    expect(read('answers: { maximumRisk: 0.02 }\n').value?.site.answers).toEqual({ maximumRisk: 0.02 });
    for (const bad of ['0', '0.6', '5%']) {
      expect(read(`answers: { maximumRisk: ${bad} }\n`).errors).toMatchObject([
        {
          code: 'value-invalid',
          place: { file: 'site.yaml' },
          expected: expect.stringContaining('0.01 to 0.5'),
        },
      ]);
    }
    expect(read('answers: { maximumrisk: 0.1 }\n').errors).toMatchObject([{ code: 'key-unknown' }]);
  });

  test('words of a value that the dimension does not have are refused, and a word that two values claim', () => {
    const site = (words: string) => siteYaml.replace('values:', `words: ${words}, values:`);
    expect(brief({ 'site.yaml': site('{ XX: [nowhere] }') })).toMatchObject([
      expect.stringMatching(/^value-invalid site\.yaml:\d+ XX$/),
    ]);
    expect(brief({ 'site.yaml': site('{ US: [home], EU: [home] }') })).toMatchObject([
      expect.stringMatching(/^value-invalid site\.yaml:\d+ home again$/),
    ]);
  });
});

describe('facts.yaml', () => {
  test.each([
    ['duration', 'value: 30 days', { type: 'duration', amount: 30, unit: 'day' }],
    ['duration', 'value: 1 hour', { type: 'duration', amount: 1, unit: 'hour' }],
    ['money', 'value: 4.95 USD', { type: 'money', amount: 4.95, currency: 'USD' }],
    ['percent', 'value: 15', { type: 'percent', amount: 15 }],
    ['percent', 'value: "12.5"', { type: 'percent', amount: 12.5 }],
    ['count', 'value: 3', { type: 'count', amount: 3 }],
    ['date', 'value: 2026-12-25', { type: 'date', date: '2026-12-25' }],
    ['time', 'value: "17:00"', { type: 'time', time: '17:00' }],
    ['phone', 'value: "+18005550142"', { type: 'phone', value: '+18005550142' }],
    ['email', 'value: a@b.example', { type: 'email', value: 'a@b.example' }],
    ['url', 'value: https://b.example/x?y=1', { type: 'url', value: 'https://b.example/x?y=1' }],
    ['text', 'value: Some words', { type: 'text', text: { en: 'Some words' } }],
    ['text', 'value: { en: Words, he: מילים }', { type: 'text', text: { en: 'Words', he: 'מילים' } }],
  ])('%s as `%s` is read', (type, value, content) => {
    const { facts } = contentOf({ 'facts.yaml': fact(value, type) });
    expect(facts).toEqual([
      {
        id: 'a-fact',
        type,
        description: 'D',
        owner: 'care',
        source: 'S',
        line: 1,
        values: [{ content, when: null, period: { from: null, to: null }, line: 6 }],
      },
    ]);
  });

  test('values by date and customer keep their order and their lines; conditions are sorted', () => {
    const { facts } = contentOf({
      'facts.yaml': fact(
        'values:\n    - value: 30 days\n    - { value: 60 days, from: 2026-11-15, to: 2027-01-11 }\n    - value: 14 days\n      when: { region: [UK, EU], plan: plus }',
        'duration',
      ),
    });
    expect(facts[0]?.values.map(({ when, period, line }) => [when, period.from, period.to, line])).toEqual([
      [null, null, null, 7],
      [null, '2026-11-15', '2027-01-11', 8],
      [{ plan: ['plus'], region: ['EU', 'UK'] }, null, null, 9],
    ]);
    expect(Object.keys(facts[0]?.values[2]?.when ?? {})).toEqual(['plan', 'region']);
  });

  test.each([
    ['duration', 'value: thirty days'],
    ['duration', 'value: 30'],
    ['duration', 'value: 1.5 hours'],
    ['duration', 'value: 3 fortnights'],
    ['money', 'value: $4.95'],
    ['money', 'value: 4.95 UDS'],
    ['money', 'value: 4.955 USD'],
    ['percent', 'value: 15%'],
    ['percent', 'value: -1'],
    ['count', 'value: 2.5'],
    ['date', 'value: 2026-02-30'],
    ['date', 'value: 25/12/2026'],
    ['time', 'value: 5pm'],
    ['time', 'value: "24:00"'],
    ['phone', 'value: +18005550142'],
    ['phone', 'value: 0800 555 0142'],
    ['email', 'value: care'],
    ['url', 'value: http://b.example'],
    ['url', 'value: javascript:alert(1)'],
    ['url', 'value: https://user:pw@b.example'],
    ['text', 'value: 5'],
    ['text', 'value: { he: מילים }'],
    ['text', 'value: { en: Words, fr: Mots }'],
    ['text', 'value: "{{fact:other}}"'],
    ['count', 'value: [1]'],
    ['count', 'values: []'],
    ['count', 'values: [{ value: 1, when: {} }]'],
    ['count', 'values: [{ value: 1, from: 2026-02-01, to: 2026-01-01 }]'],
    ['count', 'value: 1\n  values: [{ value: 1 }]'],
    ['count', '{}'.replace('{}', 'description: again\n  value: 1')],
    ['amount', 'value: 1'],
  ])('%s as `%s` is refused with its line', (type, value) => {
    const { content, errors } = load({ 'facts.yaml': fact(value, type) });
    expect(content).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(['value-invalid', 'yaml-invalid']).toContain(error.code);
      expect(error.place?.file).toBe('facts.yaml');
      expect(error.place?.line).toBeGreaterThanOrEqual(1);
      expect(error.expected).toEqual(expect.any(String));
    }
  });

  test('a fact without owner and with an unknown key is told both', () => {
    const text = 'a-fact: { type: count, description: D, source: S, value: 1, valeu: 2 }\n';
    expect(brief({ 'facts.yaml': text })).toEqual([
      'value-invalid facts.yaml:1 nothing',
      'key-unknown facts.yaml:1 valeu',
    ]);
    expect(load({ 'facts.yaml': text }).errors[1]?.hint).toBe('Did you mean `value`?');
  });

  test('the same fact twice is refused, five thousand facts are read quickly', async () => {
    expect(brief({ 'facts.yaml': fact('value: 1', 'count').repeat(2) })).toEqual([
      'yaml-invalid facts.yaml:7 `a-fact` again; first on line 1',
    ]);
    const many = Array.from({ length: 5000 }, (_, i) =>
      fact('value: 1', 'count').replace('a-fact', `f-${i}`),
    ).join('');
    expect(contentOf({ 'facts.yaml': many }).facts).toHaveLength(5000);
    expect(await leastCpuMs(5000, () => contentOf({ 'facts.yaml': many }))).toBeLessThan(5000);
  });
});

describe('offers.yaml, teams.yaml and synonyms.yaml', () => {
  const offer =
    'code: { label: L, description: D, cap: 8 USD, frequency: { times: 1, per: order }, approver: lead, owner: care }\n';

  test('are read, sorted by id and locale', () => {
    const { offers, teams, synonyms } = contentOf({
      'offers.yaml': `${offer}${offer.replace('code', 'a-code').replace('cap: 8 USD, ', '')}`,
      'teams.yaml': `${teamsYaml}a-team: { name: A, contact: https://a.example/x, fallback: care }\n`,
      'synonyms.yaml':
        'he:\n  - [א, ב]\nen:\n  - [refund, money back]\n  - { words: [chargeback, dispute], audience: agent }\n',
    });
    expect(offers.map(({ id, cap, line }) => [id, cap, line])).toEqual([
      ['a-code', null, 2],
      ['code', { amount: 8, currency: 'USD' }, 1],
    ]);
    expect(teams).toEqual([
      { id: 'a-team', name: 'A', contact: 'https://a.example/x', fallback: 'care' },
      { id: 'care', name: 'Customer care', contact: 'care@shop.example', fallback: null },
    ]);
    expect(synonyms).toEqual([
      { locale: 'en', audience: 'public', words: ['refund', 'money back'] },
      { locale: 'en', audience: 'agent', words: ['chargeback', 'dispute'] },
      { locale: 'he', audience: 'public', words: ['א', 'ב'] },
    ]);
  });

  test('an offer may bring the reasons why it is made, in the languages of the site', () => {
    const withReasons = (reasons: string): string =>
      offer.replace('owner: care', `owner: care, reasons: ${reasons}`);
    const { offers } = contentOf({ 'offers.yaml': withReasons('{ late: Came late, rude: { en: Rude } }') });
    expect(offers[0]?.reasons).toEqual({ late: { en: 'Came late' }, rude: { en: 'Rude' } });
    expect(brief({ 'offers.yaml': withReasons('{ late: { xx: Late } }') })).toEqual([
      'value-invalid offers.yaml:1 xx',
      'value-invalid offers.yaml:1 xx',
    ]);
    expect(brief({ 'offers.yaml': withReasons('{}') })).toHaveLength(1);
  });

  test('synonyms.yaml says what is not used of the shipped thesaurus', () => {
    const offOf = (text: string): unknown => contentOf({ 'synonyms.yaml': text }).thesaurusOff;
    expect(offOf('en:\n  - [a, b]\n')).toEqual({});
    expect(offOf('thesaurus: on\n')).toEqual({});
    expect(offOf('thesaurus: { he: off, en: { without: [parcel, bill, parcel] } }\n')).toEqual({
      en: ['bill', 'parcel'],
      he: 'all',
    });
    const everywhere = offOf('thesaurus: off\n');
    expect(everywhere).toMatchObject({ en: 'all', he: 'all' });
  });

  test('may be empty or, but for teams.yaml, missing', () => {
    const { facts, offers, synonyms } = contentOf({ 'offers.yaml': '', 'facts.yaml': '# none yet\n' });
    expect([facts, offers, synonyms]).toEqual([[], [], []]);
  });

  test.each([
    ['offers.yaml', offer.replace('8 USD', '8'), 'value-invalid offers.yaml:1 the number 8 (without quotes)'],
    ['offers.yaml', offer.replace('per: order', 'per: ordr'), 'value-invalid offers.yaml:1 ordr'],
    [
      'offers.yaml',
      offer.replace('times: 1', 'times: 0'),
      'value-invalid offers.yaml:1 the number 0 (without quotes)',
    ],
    ['offers.yaml', offer.replace('code:', 'Code A:'), 'value-invalid offers.yaml:1 the key Code A'],
    [
      'teams.yaml',
      `${teamsYaml}b: { name: B, contact: b@b.example, fallback: cares }\n`,
      'team-unknown teams.yaml:2 cares',
    ],
    [
      'teams.yaml',
      'care: { name: C, contact: c@c.example, fallback: care }\n',
      'team-unknown teams.yaml:1 care',
    ],
    ['teams.yaml', '', 'value-invalid teams.yaml:1 nothing'],
    ['synonyms.yaml', 'fr:\n  - [a, b]\n', 'value-invalid synonyms.yaml:1 fr'],
    ['synonyms.yaml', 'en:\n  - [alone]\n', 'value-invalid synonyms.yaml:2 a list'],
    ['synonyms.yaml', 'thesaurus: { fr: off }\n', 'value-invalid synonyms.yaml:1 fr'],
    ['synonyms.yaml', 'thesaurus: { en: maybe }\n', 'value-invalid synonyms.yaml:1 a map'],
    ['synonyms.yaml', '- [a, b]\n', 'value-invalid synonyms.yaml:1 a list'],
    [
      'synonyms.yaml',
      'en: [',
      'yaml-invalid synonyms.yaml:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%s with %j is refused', (file, text, expected) => {
    expect(brief({ [file]: text })).toContain(expected);
  });
});
