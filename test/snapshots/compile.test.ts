import fc from 'fast-check';
import { parseContent } from '../../server/articles/parse-content.ts';
import { hashOf } from '../../server/snapshots/canonical-json.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import type { CompiledArticle, Section, Snapshot } from '../../server/snapshots/snapshot.ts';
import { type ArticleParts, makeArticle, smallWorld, tryWorld, worldFiles } from '../support/small-world.ts';

const path = 'en/orders/one.md';

/** The only article of a small world, in English. */
function compiled(body: string, parts: ArticleParts = {}): CompiledArticle {
  const { public: open, agent } = smallWorld({ [path]: makeArticle({ ...parts, body }) }).snapshot;
  const article = [...open.articles, ...agent.hiddenArticles][0];
  if (!article) throw new Error('there is one article');
  return article;
}

/** Why a world with this article is refused: code, line, found. */
function refusals(body: string, parts: ArticleParts = {}) {
  return tryWorld({ [path]: makeArticle({ ...parts, body }) }).errors.map(({ code, place, found }) => [
    code,
    `${place?.file}:${place?.line}`,
    found,
  ]);
}

const leadOf = (article: CompiledArticle): Section => article.sections[0] as Section;

/** Variants as `context from..to: text`. */
const variantsOf = (section: Section): readonly string[] =>
  section.variants.map(({ context, period, rendering }) =>
    [
      Object.values(context).join('+'),
      period.from || period.to ? `${period.from ?? ''}..${period.to ?? ''}` : '',
      rendering.text,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );

describe('sections', () => {
  test('begin at headings; the text before the first is the lead', () => {
    const article = compiled('Lead.\n\n## How\n\nSo.\n\n### By phone\n\nCall.\n\n## When\n\nNow.');
    expect(
      article.sections.map(({ anchor, heading, level, parents }) => [anchor, heading, level, parents]),
    ).toEqual([
      ['lead', null, 1, []],
      ['how', 'How', 2, []],
      ['by-phone', 'By phone', 3, ['How']],
      ['when', 'When', 2, []],
    ]);
    expect(article.sections.map((section) => section.variants[0]?.rendering.text)).toEqual([
      'Lead.',
      'So.',
      'Call.',
      'Now.',
    ]);
  });

  test('have their owner’s anchor, else a slug of letters of any script, each once', () => {
    const article = compiled(
      'Lead.\n\n## Shops {#shops}\n\nA.\n\n## Shops\n\nB.\n\n## How long?\n\nC.\n\n## How long?\n\nD.\n\n## כמה זמן\n\nE.\n\n## Lead\n\nF.\n\n## ???\n\nG.',
    );
    expect(article.sections.map(({ anchor }) => anchor)).toEqual([
      'lead',
      'shops',
      'shops-2',
      'how-long',
      'how-long-2',
      'כמה-זמן',
      'lead-2',
      'section',
    ]);
    expect(article.sections[1]?.heading).toBe('Shops');
  });

  test('refuse an anchor that is taken, reserved or malformed, and markers in headings', () => {
    expect(refusals('Lead.\n\n## A {#x}\n\nA.\n\n## B {#x}\n\nB.')).toEqual([
      ['markdown-invalid', `${path}:13`, '{#x}'],
    ]);
    expect(refusals('Lead.\n\n## A {#lead}\n\nA.')).toEqual([['markdown-invalid', `${path}:9`, '{#lead}']]);
    expect(refusals('Lead.\n\n## A {#No-Way}\n\nA.')).toEqual([
      ['markdown-invalid', `${path}:9`, '{#No-Way}'],
    ]);
    expect(refusals('Lead.\n\n## Within {{fact:return-window}}\n\nA.')).toEqual([
      ['marker-unknown', `${path}:9`, '{{fact:return-window}}'],
    ]);
  });

  test('without text of their own are there, and say nothing', () => {
    const article = compiled('## First\n\n### Inner\n\nText.');
    expect(article.sections.map(({ variants }) => variants[0]?.rendering.text)).toEqual(['', '', 'Text.']);
  });

  test('of a translation have the source’s anchors where it names them', () => {
    const { snapshot } = smallWorld({
      'en/orders/one.md': makeArticle({ body: 'Lead.\n\n## How to cancel\n\nSo.' }),
      'he/orders/one.md': makeArticle({
        title: 'איך?',
        body: 'כך.\n\n## איך מבטלים {#how-to-cancel}\n\nכך.',
      }),
    });
    const anchors = snapshot.public.articles.map(({ sections }) => sections.map(({ anchor }) => anchor));
    expect(anchors).toEqual([
      ['lead', 'how-to-cancel'],
      ['lead', 'how-to-cancel'],
    ]);
  });
});

describe('variants', () => {
  test('a text that is the same for everybody and always has one', () => {
    expect(variantsOf(leadOf(compiled('Within {{fact:cancellation-window}}.')))).toEqual([
      'Within 24 hours.',
    ]);
  });

  test('a fact that changes on a date parts the days, half-open', () => {
    const lead = leadOf(compiled('Within {{fact:return-window}}.'));
    expect(lead.dimensions).toEqual([]);
    expect(variantsOf(lead)).toEqual([
      '..2026-11-15 Within 30 days.',
      '2026-11-15..2027-01-11 Within 60 days.',
      '2027-01-11.. Within 30 days.',
    ]);
  });

  test('only the days of the article’s own period are there', () => {
    const during = { effective: { from: '2026-12-01', to: '2027-03-01' } };
    expect(variantsOf(leadOf(compiled('Within {{fact:return-window}}.', during)))).toEqual([
      '2026-12-01..2027-01-11 Within 60 days.',
      '2027-01-11..2027-03-01 Within 30 days.',
    ]);
    const exactly = { effective: { from: '2026-11-15', to: '2027-01-11' } };
    expect(variantsOf(leadOf(compiled('Within {{fact:return-window}}.', exactly)))).toEqual([
      '2026-11-15..2027-01-11 Within 60 days.',
    ]);
  });

  test('a fact that differs by customer makes the section depend on it; the most specific value holds', () => {
    const lead = leadOf(compiled('It costs {{fact:shipping-fee}}.'));
    expect(lead.dimensions).toEqual(['plan', 'region']);
    expect(lead.variants).toHaveLength(6);
    const cost = (plan: string, region: string) =>
      lead.variants.find(({ context }) => context.plan === plan && context.region === region)?.rendering.text;
    expect(cost('standard', 'US')).toBe('It costs $4.95.');
    expect(cost('standard', 'EU')).toBe('It costs €6.00.');
    expect(cost('plus', 'UK')).toBe('It costs $0.00.');
    expect(cost('plus', 'EU')).toBe('It costs €0.00.');
  });

  test('only the section with the :::when depends on it', () => {
    const article = compiled(
      'Lead.\n\n## How\n\nSend it back.\n\n:::when region=EU,UK plan=plus\nFree of charge.\n:::\n\nThen wait.',
    );
    expect(article.sections.map(({ dimensions }) => dimensions)).toEqual([[], ['plan', 'region']]);
    const free = article.sections[1]?.variants.filter(({ rendering }) => rendering.text.includes('Free'));
    expect(free?.map(({ context }) => `${context.plan} ${context.region}`)).toEqual(['plus EU', 'plus UK']);
    expect(free?.[0]?.rendering.text).toBe('Send it back.\n\nFree of charge.\n\nThen wait.');
  });

  test('a dimension that changes nothing is not one', () => {
    const article = compiled(
      'Lead.\n\n## How\n\n:::when region=EU\nThe same.\n:::\n\n:::when region=US,UK\nThe same.\n:::',
    );
    expect(article.sections[1]?.dimensions).toEqual([]);
    expect(variantsOf(article.sections[1] as Section)).toEqual(['The same.']);
  });

  test('a list goes on over a :::when, and over an agents’ note', () => {
    const article = compiled(
      'Lead.\n\n## Steps\n\n1. Open\n\n:::when region=EU\n2. Withdraw\n:::\n\n:::agent\nCheck.\n:::\n\n3. Close',
    );
    expect(variantsOf(article.sections[1] as Section)).toEqual([
      'US 1. Open\n2. Close',
      'EU 1. Open\n2. Withdraw\n3. Close',
      'UK 1. Open\n2. Close',
    ]);
  });

  test('cover every combination and every day exactly once', () => {
    const fact = (values: string) =>
      `f: { type: count, description: d, owner: care, source: s, values: [${values}] }`;
    const day = fc.integer({ min: 0, max: 20 }).map((n) => `2027-01-${String(n + 1).padStart(2, '0')}`);
    const dated = fc
      .tuple(day, day, fc.constantFrom('', 'when: { region: EU }', 'when: { plan: [plus] }'))
      .map(([a, b, when]) => [...[a, b].sort(), when] as [string, string, string])
      .filter(([from, to]) => from < to);
    fc.assert(
      fc.property(fc.array(dated, { maxLength: 4 }), day, (values, probe) => {
        const list = values.map(
          ([from, to, when], i) => `{ value: ${i + 1}, from: ${from}, to: ${to}${when ? `, ${when}` : ''} }`,
        );
        const { snapshot, errors } = tryWorld({
          'facts.yaml': fact(['{ value: 0 }', ...list].join(', ')),
          [path]: makeArticle({
            body: 'It is {{fact:f}}.',
            effective: { from: '2027-01-03', to: '2027-01-18' },
          }),
        });
        if (!snapshot) {
          expect(errors.every(({ code }) => code === 'fact-overlap')).toBe(true);
          return;
        }
        const section = leadOf(snapshot.public.articles[0] as CompiledArticle);
        const contexts = new Map<string, { from: string | null; to: string | null }[]>();
        for (const { context, period } of section.variants) {
          const key = JSON.stringify(context);
          contexts.set(key, [...(contexts.get(key) ?? []), period]);
        }
        const sizes = { region: 3, plan: 2 } as const;
        const expected = section.dimensions.reduce((n, id) => n * sizes[id as keyof typeof sizes], 1);
        expect(contexts.size).toBe(expected);
        for (const periods of contexts.values()) {
          expect(periods[0]?.from).toBe('2027-01-03');
          expect(periods.at(-1)?.to).toBe('2027-01-18');
          for (const [i, { from }] of periods.entries()) if (i > 0) expect(from).toBe(periods[i - 1]?.to);
        }
        // A naive look at the same day: the most specific value that holds.
        const holding = values
          .map(([from, to, when], i) => ({ value: i + 1, from, to, when }))
          .filter(({ from, to, when }) => from <= probe && probe < to && when === '');
        if (probe >= '2027-01-03' && probe < '2027-01-18' && section.dimensions.length === 0) {
          const variant = section.variants.find(
            ({ period }) => (period.from ?? '') <= probe && probe < (period.to ?? '9'),
          );
          expect(variant?.rendering.text).toBe(`It is ${holding.at(-1)?.value ?? 0}.`);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of more combinations than a person could read are refused', () => {
    const many = Array.from({ length: 41 }, (_, i) => `V${i}: { en: V${i} }`).join(', ');
    const site = (
      worldFiles()
        .find((file) => file.path === 'site.yaml')
        ?.bytes.toString() ?? ''
    ).replace('values: { standard:', `values: { ${many}, standard:`);
    const values = Array.from(
      { length: 10 },
      (_, i) => `{ value: ${i}, from: 2027-01-${10 + i}, to: 2027-01-${11 + i} }`,
    );
    const { errors } = tryWorld({
      'site.yaml': site,
      'facts.yaml': `f: { type: count, description: d, owner: care, source: s, values: [{ value: 1 }, ${values}] }`,
      [path]: makeArticle({
        body: 'Lead.\n\n:::when region=EU\n{{fact:f}}\n:::\n\n:::when plan=plus\nPlus.\n:::',
      }),
    });
    expect(errors.map(({ code, found }) => [code, found])).toEqual([
      ['too-many-variants', '1548: 43 of plan × 3 of region × 12 periods'],
    ]);
  });
});

describe('facts', () => {
  const facts = (text: string) => tryWorld({ 'facts.yaml': text, [path]: makeArticle() }).errors;
  const head = 'type: duration, description: d, owner: care, source: s';

  test('that a text needs and nobody has are refused where the text stands', () => {
    expect(refusals('You have {{fact:eu-withdrawal}}.')).toEqual([
      ['fact-unresolved', `${path}:7`, 'none for region US'],
    ]);
    expect(refusals('Lead.\n\n:::when region=EU\nYou have {{fact:eu-withdrawal}}.\n:::')).toEqual([]);
  });

  test('that no text needs may be open for some', () => {
    expect(refusals('Nothing about it.')).toEqual([]);
  });

  test('with two equally specific values for one day and customer are refused', () => {
    const errors = facts(
      `f: { ${head}, values: [{ value: 1 day }, { value: 2 days, from: 2027-01-01 }, { value: 3 days, to: 2027-02-01 }] }`,
    );
    expect(errors.map(({ code, place, expected }) => [code, place?.file, expected])).toEqual([
      ['fact-overlap', 'facts.yaml', 'one value of f for everybody from 2027-01-01'],
    ]);
    expect(facts(`f: { ${head}, values: [{ value: 1 day }, { value: 2 days }] }`)[0]?.code).toBe(
      'fact-overlap',
    );
  });

  test('by different dimensions overlap, until a value says which holds for both', () => {
    const both = `{ value: 1 day, when: { region: EU } }, { value: 2 days, when: { plan: plus } }`;
    expect(facts(`f: { ${head}, values: [${both}] }`)[0]?.expected).toBe(
      'one value of f for region EU, plan plus',
    );
    expect(
      facts(`f: { ${head}, values: [${both}, { value: 3 days, when: { region: EU, plan: plus } }] }`),
    ).toEqual([]);
  });

  test('and conditions name only what site.yaml declares', () => {
    expect(facts(`f: { ${head}, values: [{ value: 1 day, when: { regoin: EU } }] }`)[0]).toMatchObject({
      code: 'condition-invalid',
      found: 'regoin',
      hint: 'Did you mean `region`?',
    });
    expect(refusals('Lead.\n\n:::when region=EX\nText.\n:::')).toEqual([
      ['condition-invalid', `${path}:9`, 'EX'],
    ]);
  });

  test('that do not exist are refused with the nearest that does', () => {
    const { errors } = tryWorld({ [path]: makeArticle({ body: 'A.\n\nB {{fact:return-windw}}.' }) });
    expect(errors[0]).toMatchObject({
      code: 'fact-unknown',
      place: { file: path, line: 9 },
      found: 'return-windw',
      hint: 'Did you mean `return-window`?',
    });
  });

  test.each(['\\{{fact:return-window}}', '&#123;{fact:return-window}}'])(
    'escaped as %s never reach a reader',
    (body) => {
      expect(refusals(`It is ${body}.`).map(([code]) => code)).toContain('marker-unknown');
    },
  );
});

describe('links', () => {
  const others = {
    'en/returns/how.md': makeArticle({
      title: 'How to return?',
      body: 'So.\n\n## Long way {#long}\n\nLong.',
    }),
    'en/orders/secret.md': makeArticle({ title: 'Secret?', audience: 'agent' }),
  };
  const linking = (body: string) => tryWorld({ ...others, [path]: makeArticle({ body }) });
  const html = (body: string) =>
    linking(body).snapshot?.public.articles.find(({ id }) => id === 'orders/one')?.sections[0]?.variants[0]
      ?.rendering.html;

  test('lead to the page in the same language, also where it is not translated', () => {
    expect(html('[a](../returns/how.md) [b](../returns/how.md#long) [c](#lead)')).toBe(
      '<p><a href="/en/returns/how">a</a> <a href="/en/returns/how#long">b</a> <a href="/en/orders/one#lead">c</a></p>',
    );
    const { snapshot } = smallWorld({
      ...others,
      'en/orders/one.md': makeArticle(),
      'he/orders/one.md': makeArticle({ title: 'איך?', body: 'ראו [כאן](../returns/how.md#long).' }),
    });
    const hebrew = snapshot.public.articles.find(({ locale }) => locale === 'he');
    expect(hebrew?.sections[0]?.variants[0]?.rendering.markdown).toBe('ראו [כאן](/he/returns/how#long).');
  });

  test.each([
    ['../returns/hwo.md', 'Did you mean returns/how?'],
    ['../returns/how.md#lnog', 'Did you mean #long?'],
    ['secret.md', undefined],
    ['../../../etc/passwd.md', undefined],
    ['../returns/how', undefined],
    ['/en/returns/how', undefined],
    ['javascript:alert(1)', undefined],
    ['htps://small.example', undefined],
  ])('to %s are refused', (href, hint) => {
    const { errors } = linking(`Lead.\n\nSee [this](${href}).`);
    expect(errors.map(({ code, place }) => [code, place])).toEqual([
      ['link-broken', { file: path, line: 9 }],
    ]);
    expect(errors[0]?.hint).toBe(hint);
  });

  test('to articles for agents only are refused exactly as those to nothing', () => {
    const [secret] = linking('[a](secret.md)').errors;
    const [nothing] = linking('[a](nosuch.md)').errors;
    expect([secret?.expected, secret?.hint]).toEqual([nothing?.expected, nothing?.hint]);
  });

  test('in agents’ text may lead to articles for agents only', () => {
    const { snapshot } = linking(
      'Lead.\n\n:::agent\nSee [it](secret.md) and [that](../returns/how.md).\n:::',
    );
    const beside = snapshot?.agent.beside.find(({ besideId }) => besideId === 'orders/one');
    expect(beside?.notes[0]?.noteRendering.html).toBe(
      '<p>See <a href="/agent/articles/orders/secret?locale=en">it</a> and <a href="/en/returns/how">that</a>.</p>',
    );
  });

  test('to a superseded article name its successor', () => {
    const { errors } = tryWorld({
      ...others,
      'en/returns/new.md': makeArticle({ title: 'New?', supersedes: 'returns/old' }),
      [path]: makeArticle({ body: '[a](../returns/old.md)' }),
    });
    expect(errors[0]?.hint).toBe('It is superseded: link to returns/new.');
  });

  test('of `related` and `mostAsked` are checked', () => {
    expect(refusals('Lead.', { related: ['orders/two'] })).toEqual([
      ['link-broken', `${path}:7`, 'orders/two'],
    ]);
    expect(refusals('Lead.', { related: ['orders/one'] })).toEqual([
      ['link-broken', `${path}:7`, 'orders/one itself'],
    ]);
    const site =
      worldFiles()
        .find((file) => file.path === 'site.yaml')
        ?.bytes.toString() ?? '';
    expect(
      tryWorld({ 'site.yaml': `${site}mostAsked: [orders/tow]\n`, [path]: makeArticle() }).errors[0],
    ).toMatchObject({ code: 'link-broken', place: { file: 'site.yaml' }, found: 'orders/tow' });
  });
});

describe('names', () => {
  test('of teams, offers and owners are checked', () => {
    expect(refusals('Lead.', { owner: 'ordres' })).toEqual([['team-unknown', `${path}:4`, 'ordres']]);
    expect(refusals('Lead.', { offers: ['free-shipping'] })).toEqual([
      ['offer-unknown', `${path}:7`, 'free-shipping'],
    ]);
    const { errors } = tryWorld({
      'teams.yaml': 'care: { name: Care, contact: c@small.example, fallback: nobody }',
      'facts.yaml': '{}',
      'offers.yaml': '{}',
      [path]: makeArticle({ owner: 'care' }),
    });
    expect(errors.map(({ code, place, found }) => [code, place?.file, found])).toEqual([
      ['team-unknown', 'teams.yaml', 'nobody'],
    ]);
  });

  test('of offers stand in agents’ text alone', () => {
    expect(refusals('Take {{offer:free-shipping-code}}.').map(([code]) => code)).toEqual(['offer-public']);
    expect(refusals('Lead.\n\n:::agent\nTake {{offer:free-shiping-code}}.\n:::')).toEqual([
      ['offer-unknown', `${path}:10`, 'free-shiping-code'],
    ]);
  });
});

describe('questions', () => {
  const two = (first: ArticleParts, second: ArticleParts) =>
    tryWorld({
      'en/orders/a.md': makeArticle({ title: 'First?', ...first }),
      'en/returns/b.md': makeArticle({ title: 'Second?', ...second }),
    }).errors.map(({ code, place }) => [code, `${place?.file}:${place?.line}`]);

  test('belong to one article, whatever their case, accents and punctuation; both are named', () => {
    expect(
      two({ questions: ['Where is my café order?'] }, { questions: ['x', 'where is my CAFE  order!!'] }),
    ).toEqual([
      ['question-duplicate', 'en/orders/a.md:7'],
      ['question-duplicate', 'en/returns/b.md:8'],
    ]);
    expect(two({ title: 'Where is it?' }, { questions: ['where is it'] })).toHaveLength(2);
  });

  test('may be asked of agents’ articles too, and of articles that follow one another', () => {
    expect(two({ questions: ['same'] }, { questions: ['same'], audience: 'agent' })).toEqual([]);
    expect(
      two(
        { questions: ['same'], effective: { to: '2027-01-01' } },
        { questions: ['same'], effective: { from: '2027-01-01' } },
      ),
    ).toEqual([]);
  });
});

describe('supersession', () => {
  const world = (files: Readonly<Record<string, ArticleParts>>) =>
    tryWorld(
      Object.fromEntries(
        Object.entries(files).map(([name, parts]) => [
          `en/orders/${name}.md`,
          makeArticle({ title: `About ${name}?`, ...parts }),
        ]),
      ),
    );

  test('redirects the addresses of what is gone, to the end of the chain', () => {
    const { snapshot } = world({
      c: { supersedes: ['orders/b', 'orders/a2'] },
      b: { supersedes: 'orders/a', effective: { to: '2026-01-01' } },
    });
    expect(snapshot).toBeNull();
    const followed = world({
      c: { supersedes: ['orders/b', 'orders/a2'], effective: { from: '2026-01-01' } },
      b: { supersedes: 'orders/a', effective: { to: '2026-01-01' } },
    });
    expect(followed.snapshot?.public.redirects).toEqual({
      'orders/a': 'orders/c',
      'orders/a2': 'orders/c',
      'orders/b': 'orders/c',
    });
  });

  test.each<[string, Record<string, ArticleParts>, string]>([
    ['both are in force', { a: {}, b: { supersedes: 'orders/a' } }, 'both in force without limit'],
    [
      'two supersede one',
      { b: { supersedes: 'orders/a' }, c: { supersedes: 'orders/a' } },
      'supersedes it too',
    ],
    ['it supersedes itself', { b: { supersedes: 'orders/b' } }, 'itself'],
    [
      'they go round in a circle',
      {
        a: { supersedes: 'orders/b', effective: { from: '2027-01-01' } },
        b: { supersedes: 'orders/a', effective: { to: '2027-01-01' } },
      },
      'a circle through',
    ],
    [
      'the old one is for agents only',
      { a: { audience: 'agent' }, b: { supersedes: 'orders/a' } },
      'whose audience is agent',
    ],
  ])('is refused where %s', (_, files, found) => {
    const { errors } = world(files);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error.code).toBe('supersedes-invalid');
      expect(error.place?.line).toBeGreaterThan(1);
    }
    expect(errors[0]?.found).toContain(found);
  });

  test('among articles for agents only is no public redirect', () => {
    const { snapshot } = world({ b: { supersedes: 'orders/a', audience: 'agent' }, c: {} });
    expect(snapshot?.public.redirects).toEqual({});
  });
});

describe('translations', () => {
  const english = makeArticle({ body: 'As it was.' });
  const revision = smallWorld({ [path]: english }).snapshot.public.articles[0]?.revision ?? '';
  const stateOf = (source: string | undefined, body = 'As it was.') =>
    smallWorld({
      [path]: makeArticle({ body }),
      'he/orders/one.md': makeArticle({ title: 'איך?', ...(source === undefined ? {} : { source }) }),
    }).snapshot.public.articles.find(({ locale }) => locale === 'he')?.translation;

  test('are current while their source is what they were made from', () => {
    expect(stateOf(revision)).toBe('current');
    expect(stateOf(revision.slice(0, 12))).toBe('current');
    expect(stateOf(revision.slice(0, 12), 'Now different.')).toBe('out-of-date');
  });

  test('without a pin are out of date, for nobody said what they translate', () => {
    expect(stateOf(undefined)).toBe('out-of-date');
  });

  test('do not go out of date by a new verification or another note', () => {
    const changed = makeArticle({ body: 'As it was.\n\n:::agent\nA note.\n:::', verified: '2026-11-20' });
    const { snapshot } = smallWorld({
      [path]: changed,
      'he/orders/one.md': makeArticle({ title: 'איך?', source: revision.slice(0, 12) }),
    });
    expect(snapshot.public.articles.find(({ locale }) => locale === 'he')?.translation).toBe('current');
  });

  test('of nothing, or for another audience than their source, are refused', () => {
    const orphan = tryWorld({ [path]: english, 'he/orders/two.md': makeArticle({ title: 'איך?' }) });
    expect(orphan.errors.map(({ code, place }) => [code, place?.file])).toEqual([
      ['translation-orphaned', 'he/orders/two.md'],
    ]);
    const opened = tryWorld({
      [path]: makeArticle({ audience: 'agent' }),
      'he/orders/one.md': makeArticle({ title: 'איך?' }),
    });
    expect(opened.errors[0]).toMatchObject({
      code: 'translation-orphaned',
      place: { file: 'he/orders/one.md', line: 3 },
      found: 'audience: public',
    });
  });
});

describe('agents’ text', () => {
  test('stands beside the section in which it was written', () => {
    const { agent } = smallWorld({
      [path]: makeArticle({
        offers: ['free-shipping-code'],
        journey: 'leave',
        body: ':::agent\nFirst.\n:::\n\nLead.\n\n:::agent\nSecond.\n:::\n\n## How {#how}\n\nSo.\n\n:::when region=EU\nEU.\n:::\n\n:::agent\nOffer {{offer:free-shipping-code}}.\n:::',
      }),
    }).snapshot;
    expect(agent.beside).toHaveLength(1);
    expect(agent.beside[0]).toMatchObject({
      besideId: 'orders/one',
      besideLocale: 'en',
      ownerId: 'orders',
      journey: 'leave',
      offerIds: ['free-shipping-code'],
    });
    expect(
      agent.beside[0]?.notes.map(({ noteAnchor, noteRendering }) => [noteAnchor, noteRendering.text]),
    ).toEqual([
      ['lead', 'First.'],
      ['lead', 'Second.'],
      ['how', 'Offer Free-shipping code for the next order.'],
    ]);
  });

  test('says every value of a fact that differs', () => {
    const { agent } = smallWorld({
      [path]: makeArticle({
        body: 'Lead.\n\n:::agent\nUp to {{fact:return-window}}; EU: {{fact:eu-withdrawal}}; call {{fact:care-phone}}.\n:::',
      }),
    }).snapshot;
    expect(agent.beside[0]?.notes[0]?.noteRendering.text).toBe(
      'Up to 30 days (Nov 15, 2026 – Jan 10, 2027: 60 days); EU: European Union: 14 days; call +1 800 555 0142.',
    );
  });

  test('has its offers with their bounds, and its teams', () => {
    const { agent } = smallWorld().snapshot;
    expect(agent.offers).toEqual([
      {
        offerId: 'free-shipping-code',
        label: 'Free-shipping code for the next order',
        description: 'When the price of shipping was the reason to leave',
        cap: '$8.00',
        limit: { amount: 8, currency: 'USD' },
        frequency: { times: 1, per: 'order' },
        approver: 'lead',
      },
    ]);
    expect(agent.teams.map(({ teamId, fallback }) => [teamId, fallback])).toEqual([
      ['care', 'lead'],
      ['lead', null],
      ['orders', 'care'],
    ]);
  });

  test('is in no part of the public snapshot, and an agents’ article is not even named there', () => {
    const canary = 'zqcanary';
    const { snapshot } = smallWorld({
      [path]: makeArticle({ body: `Lead.\n\n:::agent\n${canary} in a note\n:::`, journey: 'leave' }),
      [`en/orders/${canary}.md`]: makeArticle({
        title: `${canary} title`,
        audience: 'agent',
        body: `${canary} body`,
      }),
      'synonyms.yaml': `en:\n  - { words: [${canary}, dispute], audience: agent }\n`,
      'teams.yaml': `orders: { name: ${canary}, contact: ${canary}@small.example }\ncare: { name: C, contact: c@small.example }\nlead: { name: L, contact: l@small.example }`,
    });
    expect(JSON.stringify(snapshot.public)).not.toContain(canary);
    expect(JSON.stringify(snapshot.agent).split(canary).length).toBeGreaterThan(6);
  });

  test('never changes the public snapshot, whatever is written, added or taken away', () => {
    const body = (notes: readonly string[]) =>
      ['Lead.', 'More of it.', '## How {#how}', 'So.', '- a\n- b', 'End.']
        .flatMap((run, i) => [run, ...(notes[i] ? [`:::agent\n${notes[i]}\n:::`] : [])])
        .join('\n\n');
    const publicId = (parts: ArticleParts, notes: readonly string[], offers: string) =>
      smallWorld({
        [path]: makeArticle({ ...parts, body: body(notes) }),
        'offers.yaml': offers,
        ...(notes.length > 3
          ? {
              'en/orders/hidden.md': makeArticle({
                title: 'Hidden?',
                audience: 'agent',
                body: notes.join('\n\n'),
              }),
            }
          : {}),
      }).snapshot.public.id;
    const plain = publicId({}, [], '{}');
    const note = fc.constantFrom('', 'Check first.', '- x\n- y', '> quote', '```\ncode\n```', '## A heading');
    const parts = fc.record(
      { owner: fc.constantFrom('orders', 'care'), journey: fc.constantFrom('buy', 'leave') },
      { requiredKeys: [] },
    );
    const offers = fc.constantFrom(
      '{}',
      'x: { label: X, description: d, frequency: { times: 2, per: year }, approver: lead, owner: care }',
    );
    fc.assert(
      fc.property(parts, fc.array(note, { maxLength: 6 }), offers, (some, notes, register) => {
        expect(publicId(some, notes, register)).toBe(plain);
      }),
      { numRuns: 60 },
    );
  });

  test('changes the agents’ snapshot', () => {
    const agentId = (note: string) =>
      smallWorld({ [path]: makeArticle({ body: `Lead.\n\n:::agent\n${note}\n:::` }) }).snapshot.agent.agentId;
    expect(agentId('One.')).not.toBe(agentId('Two.'));
  });
});

describe('a snapshot', () => {
  const rich = {
    ...Object.fromEntries(
      ['a', 'b', 'c', 'd'].flatMap((name) => [
        [
          `en/orders/${name}.md`,
          makeArticle({
            title: `About ${name}?`,
            body: 'It costs {{fact:shipping-fee}}.\n\n## More\n\nMore.',
          }),
        ],
        [`fa/orders/${name}.md`, makeArticle({ title: `دربارهٔ ${name}` })],
      ]),
    ),
    'en/returns/e.md': makeArticle({ title: 'E?', audience: 'agent' }),
  };

  test('is the same whatever the order in which files are read', () => {
    const files = worldFiles(rich);
    const idsOf = (snapshot: Snapshot | null) => [snapshot?.public.id, snapshot?.agent.agentId];
    const expected = idsOf(smallWorld(rich).snapshot);
    fc.assert(
      fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (shuffled) => {
        const { content } = parseContent(shuffled);
        if (!content) throw new Error('the content is good');
        const order = [...content.articles].sort(() => (shuffled[0] === files[0] ? 1 : -1));
        expect(idsOf(compileSnapshot({ ...content, articles: order }).snapshot)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('is named by the hash of all the rest of it', () => {
    const { public: open, agent } = smallWorld(rich).snapshot;
    const { id, ...rest } = open;
    const { agentId, ...agentRest } = agent;
    expect(id).toBe(hashOf(rest));
    expect(agentId).toBe(hashOf({ publicId: id, ...agentRest }));
  });

  test('is frozen to its depth and sorted by locale, then id', () => {
    const { public: open } = smallWorld(rich).snapshot;
    expect(open.articles.map(({ locale, id }) => `${locale} ${id}`)).toEqual([
      'en orders/a',
      'en orders/b',
      'en orders/c',
      'en orders/d',
      'fa orders/a',
      'fa orders/b',
      'fa orders/c',
      'fa orders/d',
    ]);
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(open)).toBe(true);
  });

  test('is refused with the errors of all files in one run, by file and line', () => {
    const { errors } = tryWorld({
      'en/orders/a.md': makeArticle({ title: 'A?', owner: 'nobody', body: '{{fact:none}} [x](gone.md)' }),
      'en/orders/b.md': 'no front matter',
      'en/orders/c.md': makeArticle({ title: 'C?', related: ['orders/b'], body: 'See [b](b.md).' }),
      'he/orders/d.md': makeArticle({ title: 'D?' }),
    });
    expect(errors.map(({ code, place }) => `${place?.file} ${code}`).sort()).toEqual([
      'en/orders/a.md fact-unknown',
      'en/orders/a.md link-broken',
      'en/orders/a.md team-unknown',
      'en/orders/b.md front-matter-missing',
      'he/orders/d.md translation-orphaned',
    ]);
  });
});
