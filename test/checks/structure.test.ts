import { allChecks } from '../../server/checks/checks.ts';
import { makeArticle, smallArticles, smallYaml, type WorldFiles } from '../support/small-world.ts';
import { checkWorld, found } from './check-world.ts';

const one = 'en/orders/one.md';
const article = (body: string) => ({ [one]: makeArticle({ body }) });
const register = (file: string, more: string): WorldFiles => ({
  [file]: `${smallYaml[file]?.trim()}\n${more}\n`,
});
const fact = (id: string, rest: string) =>
  `${id}:\n  { type: count, description: Of ${id}, owner: care, source: Terms, ${rest} }`;
const facts = (...entries: string[]): WorldFiles => ({ 'facts.yaml': `${entries.join('\n')}\n` });

describe('every check', () => {
  test.each(allChecks.map((check) => [check.code, check] as const))(
    '%s has a code, a title and an explanation',
    (code, check) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
      expect(check.title).toMatch(/^[A-Z].*\.$/);
      expect(check.explanation.split('\n\n').length).toBeGreaterThanOrEqual(3);
      expect(check.explanation).not.toContain('undefined');
    },
  );

  test('has a code of its own', () => {
    expect(new Set(allChecks.map(({ code }) => code)).size).toBe(allChecks.length);
  });

  test('finds the same in the same content', () => {
    expect(checkWorld(smallArticles())).toEqual(checkWorld(smallArticles()));
  });
});

describe('registers', () => {
  test('fact-unused: a fact that stands in no text, neither a note nor a translation', () => {
    const files = {
      ...article('Up to {{fact:in-text}}.\n\n:::agent\nNo more than {{fact:in-note}}.\n:::'),
      'he/orders/one.md': makeArticle({ title: 'איך?', body: 'עד {{fact:in-hebrew}}.' }),
      ...facts(...['in-hebrew', 'in-note', 'in-text', 'nowhere'].map((id) => fact(id, 'value: 3'))),
    };
    expect(found('fact-unused', files)).toEqual(['facts.yaml:7:1 none']);
  });

  test('offer-unused: an offer that no article lists and no note mentions', () => {
    const offer = (id: string) =>
      `${id}: { label: L, description: D, frequency: { times: 1, per: order }, approver: lead, owner: care }`;
    const files = {
      [one]: makeArticle({ offers: ['listed'], body: 'Yes.\n\n:::agent\nOffer {{offer:in-note}}.\n:::' }),
      'offers.yaml': ['in-note', 'listed', 'never-made'].map(offer).join('\n'),
    };
    expect(found('offer-unused', files)).toEqual(['offers.yaml:3:1 none']);
  });

  test('placeholder-text: what stands for words that nobody has written', () => {
    const files = {
      ...article('It takes TODO days.\n\n`TODO` in code is code.\n\n:::agent\nLorem ipsum.\n:::'),
      ...facts(
        'one: { type: count, description: Pieces, owner: care, source: "?", value: 3 }',
        'two:\n  type: count\n  description: tbd\n  owner: care\n  source: Unknown\n  value: 4',
        'three: { type: count, description: "To do list, items at most", owner: care, source: Terms 3, value: 4 }',
      ),
      'teams.yaml': `${smallYaml['teams.yaml']}later: { name: "-", contact: todo@small.example }\n`,
      'offers.yaml': smallYaml['offers.yaml']?.replace('Free-shipping code for the next order', 'n/a') ?? '',
    };
    expect(found('placeholder-text', files)).toEqual([
      `${one}:7:10 TODO`,
      `${one}:12:1 Lorem ipsum`,
      'facts.yaml:1:63 ?',
      'facts.yaml:4:16 tbd',
      'facts.yaml:6:11 Unknown',
      'offers.yaml:3:10 n/a',
      'teams.yaml:5:16 -',
      'teams.yaml:5:30 todo@small.example',
    ]);
  });

  test('fact-twin: two facts that say the same, but not two of one value that are described otherwise', () => {
    const files = {
      ...article('{{fact:order-limit}} {{fact:limit-of-order}} {{fact:gift-cards}}'),
      ...facts(
        'gift-cards: { type: count, description: Gift cards in one payment, owner: care, source: T, value: 20 }',
        'order-limit: { type: count, description: The most pieces one order can hold, owner: care, source: T, value: 20 }',
        'limit-of-order: { type: count, description: The most pieces an order can hold, owner: care, source: T, value: 20 }',
        'other-limit: { type: count, description: The most pieces one order can hold, owner: care, source: T, value: 21 }',
      ),
    };
    const [twin, ...more] = checkWorld(files).findings.filter(({ code }) => code === 'fact-twin');
    expect(more).toEqual([]);
    expect(twin).toMatchObject({ place: { line: 2 }, other: { place: { line: 3 } }, severity: 'note' });
    expect(twin?.because).toContain('pieces');
  });
});

describe('dates of facts', () => {
  const dated = (values: string) =>
    `one:\n  type: count\n  description: One\n  owner: care\n  source: Terms\n  values:\n${values}`;

  test('fact-gap: days between two values on which a fact has none, with both values', () => {
    const files = facts(
      dated(
        '    - { value: 1, to: 2026-01-01 }\n    - { value: 2, from: 2026-02-01, to: 2027-01-01 }\n    - { value: 3, from: 2027-01-01 }',
      ),
    );
    const { findings } = checkWorld({ ...article('Yes.'), ...files });
    expect(findings.filter(({ code }) => code === 'fact-gap')).toMatchObject([
      {
        place: { file: 'facts.yaml', line: 8 },
        message: 'one has no value from 2026-01-01 until 2026-02-01.',
        found: 'none for everybody',
        other: { place: { line: 7 } },
      },
    ]);
  });

  test('fact-gap: names the customers who have none, and nobody else', () => {
    const values = [
      '    - { value: 1, when: { region: EU }, to: 2026-01-01 }',
      '    - { value: 2, when: { region: EU }, from: 2026-02-01 }',
      '    - { value: 5, when: { region: UK } }',
    ];
    expect(found('fact-gap', { ...article('Yes.'), ...facts(dated(values.join('\n'))) })).toEqual([
      'facts.yaml:8:5 none for region EU',
    ]);
  });

  test('fact-gap: neither what comes before the first value, nor after the last, nor a base value is one', () => {
    const files = facts(
      dated(
        '    - value: 9\n    - { value: 1, from: 2026-01-01, to: 2026-02-01 }\n    - { value: 2, from: 2026-03-01, to: 2026-04-01 }',
      ),
    );
    expect(found('fact-gap', { ...article('Yes.'), ...files })).toEqual([]);
  });

  test('fact-value-unreachable: a value that a more specific one always beats, with that one', () => {
    const values = ['    - value: 9', '    - { value: 1, when: { region: [US, EU, UK] } }'];
    const { findings } = checkWorld({ ...article('{{fact:one}}'), ...facts(dated(values.join('\n'))) });
    expect(findings.filter(({ code }) => code === 'fact-value-unreachable')).toMatchObject([
      { place: { line: 7 }, other: { place: { line: 8 } } },
    ]);
    const part = ['    - value: 9', '    - { value: 1, when: { region: [US, EU] } }'];
    expect(
      found('fact-value-unreachable', { ...article('{{fact:one}}'), ...facts(dated(part.join('\n'))) }),
    ).toEqual([]);
  });

  test('fact-value-unreachable: a value for days on which no article names the fact, but not one that has held', () => {
    const files = {
      [one]: makeArticle({ effective: { from: '2026-06-01' }, body: '{{fact:one}}' }),
      ...facts(
        dated(
          '    - { value: 1, to: 2026-01-01 }\n    - { value: 2, from: 2026-01-01, to: 2026-07-01 }\n    - { value: 3, from: 2026-07-01 }',
        ),
      ),
    };
    expect(found('fact-value-unreachable', files)).toEqual([
      'facts.yaml:7:5 none: every article that names the fact begins later or has ended',
    ]);
  });
});

describe('dates of articles', () => {
  test('article-ended: an article that is over, from the first day on, unless another supersedes it', () => {
    const ended = { [one]: makeArticle({ effective: { to: '2026-11-22' } }) };
    expect(found('article-ended', ended, '2026-11-21')).toEqual([]);
    expect(found('article-ended', ended, '2026-11-22')).toEqual([
      `${one}:7:3 ended on 2026-11-22; it is 2026-11-22`,
    ]);
    const next = makeArticle({ title: 'Two?', supersedes: 'orders/one', effective: { from: '2026-11-22' } });
    expect(found('article-ended', { ...ended, 'en/orders/two.md': next })).toEqual([]);
  });

  test('verification-overdue: from the first day after the interval on, with how many days, in force alone', () => {
    const files = { [one]: makeArticle({ verified: '2026-01-01' }) };
    expect(found('verification-overdue', files, '2026-06-30')).toEqual([]);
    const told = (today: string) =>
      checkWorld(files, { today })
        .findings.filter(({ code }) => code === 'verification-overdue')
        .map(({ message }) => message);
    expect(told('2026-07-01')).toEqual([
      'The verification of orders/one is 1 day overdue; after 30 its answers need confirmation.',
    ]);
    expect(told('2026-07-31')).toEqual([
      'The verification of orders/one is 31 days overdue: customers get no answer from it but that it needs confirmation.',
    ]);
    const often = { [one]: makeArticle({ verified: '2026-01-01', review: { intervalDays: 30 } }) };
    expect(found('verification-overdue', often, '2026-02-01')).toEqual([
      `${one}:5:1 last on 2026-01-01, due on 2026-01-31`,
    ]);
    const later = { [one]: makeArticle({ verified: '2026-01-01', effective: { from: '2027-01-01' } }) };
    expect(found('verification-overdue', later, '2026-11-22')).toEqual([]);
  });

  test('verification-future: a day after tomorrow', () => {
    const files = (verified: string) => ({ [one]: makeArticle({ verified }) });
    expect(found('verification-future', files('2026-11-23'))).toEqual([]);
    expect(found('verification-future', files('2026-11-24'))).toEqual([`${one}:5:1 2026-11-24`]);
  });
});

describe('links', () => {
  test('link-insecure: an http address, wherever it stands but in code', () => {
    const body =
      'See [our shop](http://shop.example/a) or http://b.example.\n\nNot `http://c.example` or https://d.example.\n\n:::agent\n<http://e.example>\n:::';
    expect(found('link-insecure', article(body))).toEqual([
      `${one}:7:16 http://shop.example/a`,
      `${one}:7:42 http://b.example`,
      `${one}:12:2 http://e.example`,
    ]);
  });

  test('link-self: a link to its own page, but not to its own section or another language’s page', () => {
    const body =
      'See [this](one.md), [that](../orders/one.md), [how](#how), [here](one.md#how) and [two](two.md).\n\n## How\n\nSo.';
    const files = {
      ...article(body),
      'en/orders/two.md': makeArticle({ title: 'Two?', body: 'See [one](one.md).' }),
    };
    expect(found('link-self', files)).toEqual([`${one}:7:5 one.md`, `${one}:7:21 ../orders/one.md`]);
  });

  test.each([
    [
      'en',
      'Read it [here](two.md), [click here!](two.md) or [how to return](two.md).',
      ['here', 'click here!'],
    ],
    ['he', 'הפרטים [כאן](two.md) או [לחצו כאן](two.md); ראו [איך מחזירים](two.md).', ['כאן', 'לחצו כאן']],
    ['fa', 'برای جزئیات [اینجا کلیک کنید](two.md) یا [روش مرجوعی](two.md).', ['اینجا کلیک کنید']],
    [
      'ms',
      'Butiran di [sini](two.md), [klik di sini](two.md) atau [cara memulangkan](two.md).',
      ['sini', 'klik di sini'],
    ],
  ])('link-vague: words that do not say where a link leads, in %s', (locale, body, vague) => {
    const files = {
      ...article('Yes.'),
      'en/orders/two.md': makeArticle({ title: 'Two?' }),
      ...(locale === 'en'
        ? article(body)
        : { [`${locale}/orders/one.md`]: makeArticle({ title: 'X?', body }) }),
    };
    expect(found('link-vague', files).map((line) => line.replace(/^\S+ /, ''))).toEqual(vague);
  });

  test('article-unlinked: an article that no other one leads to', () => {
    const files = {
      ...register('site.yaml', 'mostAsked: [orders/asked]'),
      'en/orders/asked.md': makeArticle({ title: 'Asked?', related: ['orders/related'] }),
      'en/orders/related.md': makeArticle({ title: 'Related?', body: 'See [that](linked.md#lead).' }),
      'en/orders/linked.md': makeArticle({ title: 'Linked?', body: 'See [mine](#more).\n\n## More\n\nYes.' }),
      'en/orders/lonely.md': makeArticle({ title: 'Lonely?', body: 'See [me](lonely.md).' }),
      'he/orders/lonely.md': makeArticle({ title: 'לבד?' }),
      'en/orders/secret.md': makeArticle({ title: 'Secret?', audience: 'agent' }),
    };
    expect(found('article-unlinked', files)).toEqual(['en/orders/lonely.md:2:1 none']);
  });
});

describe('public text', () => {
  test('vocabulary-agents: names of offers and of articles for agents only', () => {
    const files = {
      ...smallArticles(),
      [one]: makeArticle({
        title: 'One?',
        questions: ['can i get a free shipping code for the next order'],
        body: 'Ask for free-shipping-code, not for a free shipping code.\n\nWhat do I do when a payment card looks stolen?\n\n:::agent\nOffer {{offer:free-shipping-code}}, the free-shipping code for the next order.\n:::',
      }),
    };
    expect(found('vocabulary-agents', files)).toEqual([
      `${one}:7:5 free shipping code for the next order`,
      `${one}:9:9 free-shipping-code`,
      `${one}:11:1 What do I do when a payment card looks stolen`,
    ]);
  });

  test('vocabulary-agents: not in articles for agents, and not what is part of a longer word', () => {
    const files = {
      ...smallArticles(),
      [one]: makeArticle({ title: 'One?', audience: 'agent', body: 'Give the free-shipping-code.' }),
      'en/orders/two.md': makeArticle({ title: 'Two?', body: 'The free-shipping-codes of last year.' }),
    };
    expect(found('vocabulary-agents', files)).toEqual([]);
  });

  test('address-internal: contacts of teams, ids of agents’ articles, hosts of a private network, paths of the consoles', () => {
    const body = [
      'Write to leads@small.example or care@small.example.',
      'See orders/stolen-card, https://wiki/stolen and refunds.shop.internal.',
      'Open [the desk](https://10.0.0.7/desk), /agent/articles or `/manage`.',
      'Not small.example/agent, 10.0.0.7, and/or, 24/7, shop.local.example, https://small.example.',
    ].join('\n\n');
    const files = {
      ...smallArticles(),
      [one]: makeArticle({ title: 'One?', body: `${body}\n\n:::agent\nleads@small.example\n:::` }),
    };
    expect(found('address-internal', files)).toEqual([
      `${one}:7:10 leads@small.example`,
      `${one}:9:5 orders/stolen-card`,
      `${one}:9:25 https://wiki/stolen`,
      `${one}:9:49 refunds.shop.internal`,
      `${one}:11:17 https://10.0.0.7/desk`,
      `${one}:11:41 /agent/articles`,
      `${one}:11:61 /manage`,
    ]);
  });

  test('lead-long: the longest a customer may get, with facts filled in, against the limit of site.yaml', () => {
    const files = (words: number) => ({
      ...register('site.yaml', `checks: { leadWords: ${words} }`),
      ...article(
        'You have {{fact:return-window}} for it.\n\n:::when region=EU\nIn the EU it is free.\n:::\n\n## More\n\nAnd more and more.',
      ),
    });
    expect(found('lead-long', files(12))).toEqual([]);
    expect(found('lead-long', files(11))).toEqual([`${one}:7:1 12 words`]);
    expect(found('lead-long', article('word '.repeat(60)))).toEqual([]);
    expect(found('lead-long', article('word '.repeat(61)))).toEqual([`${one}:7:1 61 words`]);
  });

  test('reading-hard: long sentences of long words, and no short or simple text', () => {
    const simple = 'You can send it back. We pay for the label. Put the item in its box. '.repeat(8);
    const hard =
      'Notwithstanding the aforementioned stipulations, consumers requesting cancellation of their subscription agreements must additionally communicate their irrevocable determination in written correspondence, accompanied by comprehensive documentation regarding identification. '.repeat(
        5,
      );
    expect(found('reading-hard', article(simple))).toEqual([]);
    expect(found('reading-hard', article(hard))[0]).toMatch(`${one}:7:1 grade `);
    const hebrew = `${'מילה '.repeat(30)}. `.repeat(4);
    const translated = {
      ...article('Yes.'),
      'he/orders/one.md': makeArticle({ title: 'איך?', body: hebrew }),
    };
    expect(found('reading-hard', translated)).toEqual(['he/orders/one.md:7:1 30 words a sentence']);
  });

  test('variants-missing: a public article that lists no question', () => {
    const files = {
      [one]: makeArticle(),
      'en/orders/two.md': makeArticle({ title: 'Two?', questions: ['and two'] }),
      'en/orders/three.md': makeArticle({ title: 'Three?', audience: 'agent' }),
    };
    expect(found('variants-missing', files)).toEqual([`${one}:2:1 the title alone`]);
  });
});
