import { makeArticle } from '../../support/small-world.ts';
import { checkWorld, found } from '../check-world.ts';

const facts = `
return-window:
  type: duration
  description: How long an unworn item can be sent back
  owner: care
  source: Terms 4
  values:
    - value: 30 days
    - { value: 14 days, when: { region: EU } }
    - { value: 20 days, to: 2026-06-01 }
    - { value: 45 days, from: 2027-01-01 }
shipping-fee:
  { type: money, description: Price of a standard parcel, owner: orders, source: Price list, value: 4.95 USD }
repair-time:
  { type: duration, description: How long the workshop needs for a repair, owner: care, source: Workshop, value: 3 weeks }
`;

const host = {
  'en/returns/return-window.md': makeArticle({
    title: 'How long can I return an item?',
    body: 'An unworn item can be sent back within {{fact:return-window}} after delivery. A standard parcel costs {{fact:shipping-fee}}.',
  }),
};

const CONTRADICTED = 'fact-contradicted';
const WRITTEN_OUT = 'fact-written-out';

function world(body: string, parts: Parameters<typeof makeArticle>[0] = {}) {
  return {
    'facts.yaml': facts,
    'offers.yaml': '',
    ...host,
    'en/orders/notes.md': makeArticle({ title: 'Good to know', body, ...parts }),
  };
}

const NOTES = 'en/orders/notes.md';

describe('a value that contradicts a fact', () => {
  test('is found with both places, both values, the shared words and what to write', () => {
    const { findings } = checkWorld(world('Unworn items can be sent back for ten weeks after delivery.'));
    const finding = findings.find(({ code }) => code === CONTRADICTED);
    expect(finding).toMatchObject({
      severity: 'error',
      place: { file: NOTES, line: 7, column: 35, endColumn: 44 },
      expected: '30 days / 14 days / 45 days',
      found: 'ten weeks',
      hint: 'Write {{fact:return-window}}.',
      other: { place: { file: 'facts.yaml', line: 8 }, says: '30 days / 14 days / 45 days' },
    });
    expect(finding?.because).toEqual(expect.arrayContaining(['sent', 'items', 'delivery']));
  });

  test('is held against the values of its own customers and of the days from today on', () => {
    const says = (days: string) => `Unworn items can be sent back for ${days} after delivery.`;
    const inEurope = (days: string) => `:::when region=EU\n${says(days)}\n:::`;
    expect(found(CONTRADICTED, world(says('30 days')))).toEqual([]);
    expect(found(CONTRADICTED, world(says('45 days')))).toEqual([]);
    expect(found(CONTRADICTED, world(says('14 days')))).toEqual([]);
    expect(found(CONTRADICTED, world(says('20 days')))).toHaveLength(1);
    expect(found(CONTRADICTED, world(says('20 days')), '2026-05-01')).toEqual([]);
    expect(found(CONTRADICTED, world(inEurope('14 days')))).toEqual([]);
    expect(found(CONTRADICTED, world(inEurope('30 days')))).toEqual([`${NOTES}:8:35 30 days`]);
    const until = { effective: { to: '2026-12-31' } };
    expect(found(CONTRADICTED, world(says('45 days'), until))).toEqual([`${NOTES}:9:35 45 days`]);
  });

  test('is not told of a range that holds the value, of working days, or of months', () => {
    const says = (days: string) => `Unworn items can be sent back for ${days} after delivery.`;
    expect(found(CONTRADICTED, world(says('20 to 40 days')))).toEqual([]);
    expect(found(CONTRADICTED, world(says('10 to 12 days')))).toHaveLength(1);
    expect(found(CONTRADICTED, world(says('10 business days')))).toEqual([]);
    expect(found(CONTRADICTED, world(says('two months')))).toEqual([]);
  });

  test('is found in notes for agents, titles, offers and table rows', () => {
    const says = 'Unworn items can be sent back for 50 days after delivery';
    const agents = `This is how it is.\n\n:::agent\n${says}.\n:::`;
    expect(found(CONTRADICTED, world(agents))).toEqual([`${NOTES}:10:35 50 days`]);
    expect(found(CONTRADICTED, world('This is how it is.', { title: says }))).toEqual([
      `${NOTES}:2:42 50 days`,
    ]);
    expect(
      found(
        CONTRADICTED,
        world(`| What | How long |\n|---|---|\n| Sent back unworn items after delivery | 50 days |`),
      ),
    ).toEqual([`${NOTES}:9:43 50 days`]);
    const offer = `late-return:
  label: A late return
  description: ${says}. Use it once.
  frequency: { times: 1, per: order }
  approver: lead
  owner: orders
`;
    expect(found(CONTRADICTED, { ...world('This is how it is.'), 'offers.yaml': offer })).toEqual([
      'offers.yaml:3:50 50 days',
    ]);
  });

  test('is not looked for in customers’ words, examples, stories of past years, code and addresses of links', () => {
    const says = 'Unworn items can be sent back for 50 days after delivery';
    expect(found(CONTRADICTED, world('This is how it is.', { questions: [says] }))).toEqual([]);
    expect(found(CONTRADICTED, world(`For example: ${says}.`))).toEqual([]);
    expect(found(CONTRADICTED, world(`In 1998 it was different: ${says}.`))).toEqual([]);
    expect(found(CONTRADICTED, world('Unworn items can be sent back after delivery, `50 days`.'))).toEqual(
      [],
    );
    expect(
      found(
        CONTRADICTED,
        world('Unworn items can be [sent back after delivery](https://a.example/50-days).'),
      ),
    ).toEqual([]);
  });

  test('is not told where the sentence refers to the fact itself, or speaks of something else', () => {
    const both =
      'Unworn items can be sent back within {{fact:return-window}}, at most 90 days after delivery.';
    expect(found(CONTRADICTED, world(both))).toEqual([]);
    expect(found(CONTRADICTED, world('The workshop dries a coat for 50 hours.'))).toEqual([]);
  });

  test('is found by the fact that stands in its place in a translation', () => {
    const translation = (body: string) => makeArticle({ title: 'כמה זמן אפשר להחזיר?', body });
    const he = (body: string) => ({
      'facts.yaml': facts,
      'offers.yaml': '',
      ...host,
      'he/returns/return-window.md': translation(body),
    });
    const right = 'פריט שלא נלבש אפשר להחזיר תוך 30 ימים.';
    const wrong = 'פריט שלא נלבש אפשר להחזיר תוך תשעים ימים.';
    expect(found(CONTRADICTED, he(right))).toEqual([]);
    expect(found(WRITTEN_OUT, he(right))).toEqual(['he/returns/return-window.md:7:31 30 ימים']);
    const { findings } = checkWorld(he(wrong));
    expect(findings.filter(({ code }) => code === CONTRADICTED)).toMatchObject([
      { found: 'תשעים ימים', because: ['en: {{fact:return-window}}'] },
    ]);
  });

  test('is never an address that another fact holds', () => {
    const addresses = `${facts}
returns-email:
  { type: email, description: Returns desk by mail, owner: care, source: Directory, value: returns@shop.example }
press-email:
  { type: email, description: Newspapers, owner: care, source: Directory, value: press@shop.example }
`;
    const write = (to: string) => ({
      ...world(`The returns desk answers mail, so write to ${to}.`),
      'facts.yaml': addresses,
    });
    expect(found(CONTRADICTED, write('press@shop.example'))).toEqual([]);
    expect(found(CONTRADICTED, write('goods@shop.example'))).toEqual([`${NOTES}:7:44 goods@shop.example`]);
  });

  test('is found by an alias that the owner gave', () => {
    const body = 'The mailing charge: $9 for every box.';
    expect(found(CONTRADICTED, world(body))).toEqual([]);
    const aliases = facts.replace('value: 4.95 USD', 'value: 4.95 USD, aliases: [mailing charge for a box]');
    expect(found(CONTRADICTED, { ...world(body), 'facts.yaml': aliases })).toEqual([`${NOTES}:7:21 $9`]);
  });
});

describe('a value that repeats a fact', () => {
  test('is a warning where the reference could stand', () => {
    const { findings } = checkWorld(world('Unworn items can be sent back for thirty days after delivery.'));
    expect(findings.find(({ code }) => code === WRITTEN_OUT)).toMatchObject({
      severity: 'warning',
      found: 'thirty days',
      expected: '{{fact:return-window}}',
    });
  });

  test('is left alone in a title, which holds no reference', () => {
    const title = 'Unworn items can be sent back for 30 days after delivery';
    expect(found(WRITTEN_OUT, world('This is how it is.', { title }))).toEqual([]);
  });
});
