import { randomBytes } from 'node:crypto';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { createFactDesk } from '../../server/impact/create-fact-desk.ts';
import type { FactDesk, FactFilter, FactsAsked } from '../../server/impact/fact-desk.ts';
import { createReplayDay } from '../../server/publication/replay-day.ts';
import { createReleaseStore, type ReleaseStore } from '../../server/snapshots/release-store.ts';
import { makeArticle, smallWorld, smallYaml, type WorldFiles } from '../support/small-world.ts';

const asked: FactsAsked = { release: 1, asOf: '2026-11-22', today: '2026-11-22', locale: 'en' };
const everything: FactFilter = { words: '', owner: '', category: '', show: '', page: 1 };

const articles: WorldFiles = {
  'en/returns/return-window.md': makeArticle({
    title: 'How long can I return an item?',
    owner: 'care',
    offers: ['free-shipping-code'],
    body: `
Keep the receipt. You can send an item back within {{fact:return-window}} after delivery. Thank you.

:::when region=EU
In the EU you can also withdraw within {{fact:eu-withdrawal}}.
:::

## What it costs

Return shipping costs {{fact:shipping-fee}}.

:::agent
Say {{fact:shipping-fee}} before they ask.
:::
`,
  }),
  'he/returns/return-window.md': makeArticle({
    title: 'עד מתי אפשר להחזיר?',
    owner: 'care',
    source: '00000000',
    body: 'אפשר להחזיר תוך {{fact:return-window}} מהמסירה.',
  }),
  'en/orders/stolen-card.md': makeArticle({
    title: 'A stolen card',
    audience: 'agent',
    body: 'Ring {{fact:care-phone}} at once.',
  }),
  'en/orders/winter.md': makeArticle({
    title: 'What holds in winter?',
    effective: { from: '2026-12-01', to: '2027-03-01' },
  }),
};

let db: Database;
let store: ReleaseStore;
let desk: FactDesk;

beforeEach(async () => {
  db = await openDatabase(':memory:');
  store = createReleaseStore(db);
  desk = createFactDesk(store);
});
afterEach(() => db.destroy());

async function release(files: WorldFiles = {}, publishedAt = '2026-11-22T12:00:00Z', changeNote = '') {
  const world = smallWorld({ ...articles, ...files });
  return store.append({
    ...world,
    publishedAt: new Date(publishedAt),
    publisher: 'a test',
    changeNote,
    kept: [],
  });
}

function withWindow(values: string): WorldFiles {
  const facts = smallYaml['facts.yaml'] ?? '';
  return { 'facts.yaml': facts.replace('    - value: 30 days\n', `    - value: ${values}\n`) };
}

describe('the list of facts', () => {
  test('shows each fact by id with its value now, before and after, as a customer of the language reads it', async () => {
    await release();
    const { rows, found, all } = await desk.list(asked, everything);
    expect([found, all]).toEqual([6, 6]);
    expect(rows.map(({ id }) => id)).toEqual([
      'cancellation-window',
      'care-email',
      'care-phone',
      'eu-withdrawal',
      'return-window',
      'shipping-fee',
    ]);
    expect(rows[4]?.spans).toEqual([
      { from: null, lastDay: '2026-11-14', when: 'before', readings: [{ who: '', text: '30 days' }] },
      { from: '2026-11-15', lastDay: '2027-01-10', when: 'then', readings: [{ who: '', text: '60 days' }] },
      { from: '2027-01-11', lastDay: null, when: 'after', readings: [{ who: '', text: '30 days' }] },
    ]);
    const persian = await desk.list({ ...asked, locale: 'fa' }, everything);
    expect(persian.rows[4]?.spans[1]?.readings).toEqual([{ who: '', text: '۶۰ روز' }]);
  });

  test('names the customers of a value by all that tells them apart, and says where there is none', async () => {
    await release();
    const { rows } = await desk.list(asked, everything);
    expect(rows[5]?.spans[0]?.readings).toEqual([
      { who: 'United States, United Kingdom · Not a member', text: '$4.95' },
      { who: 'United States, United Kingdom · Plus', text: '$0.00' },
      { who: 'European Union · Not a member', text: '€6.00' },
      { who: 'European Union · Plus', text: '€0.00' },
    ]);
    expect(rows[3]?.spans[0]?.readings).toEqual([
      { who: 'United States, United Kingdom', text: null },
      { who: 'European Union', text: '14 days' },
    ]);
  });

  test('tells where a fact is used: languages, sections, notes, articles for agents only; and what nobody uses', async () => {
    await release();
    const { rows } = await desk.list(asked, everything);
    expect(rows[4]?.hosts).toEqual([
      {
        articleId: 'returns/return-window',
        title: 'How long can I return an item?',
        titleLocale: 'en',
        isHidden: false,
        locales: ['en', 'he'],
        places: [{ anchor: 'lead', heading: null, isNote: false }],
      },
    ]);
    expect(rows[5]?.hosts[0]?.places).toEqual([
      { anchor: 'what-it-costs', heading: 'What it costs', isNote: false },
      { anchor: 'what-it-costs', heading: 'What it costs', isNote: true },
    ]);
    expect(rows[2]?.hosts[0]).toMatchObject({ articleId: 'orders/stolen-card', isHidden: true });
    const unused = await desk.list(asked, { ...everything, show: 'unused' });
    expect(unused.rows.map(({ id }) => id)).toEqual(['cancellation-window', 'care-email']);
  });

  test('is filtered by words of name, description, owner, source and value, by owner, by category and by what changes', async () => {
    await release();
    const ids = async (filter: Partial<FactFilter>) =>
      (await desk.list(asked, { ...everything, ...filter })).rows.map(({ id }) => id);
    expect(await ids({ words: 'RETURN window' })).toEqual(['return-window']);
    expect(await ids({ words: '60 days' })).toEqual(['return-window']);
    expect(await ids({ words: '2011/83/EU' })).toEqual(['eu-withdrawal']);
    expect(await ids({ words: 'nothing of the kind' })).toEqual([]);
    expect(await ids({ owner: 'orders' })).toEqual(['cancellation-window', 'shipping-fee']);
    expect(await ids({ category: 'orders' })).toEqual(['care-phone']);
    expect(await ids({ show: 'ahead' })).toEqual(['return-window']);
  });

  test('comes in pages of 100, and a page beyond the last is the last', async () => {
    const facts = Array.from(
      { length: 250 },
      (_, n) =>
        `f-${String(n).padStart(4, '0')}: { type: count, description: A number, owner: care, source: Us, value: ${n} }\n`,
    );
    await release({ 'facts.yaml': `${smallYaml['facts.yaml']}${facts.join('')}` });
    const first = await desk.list(asked, everything);
    expect([first.rows.length, first.page, first.pages, first.found]).toEqual([100, 1, 3, 256]);
    const last = await desk.list(asked, { ...everything, page: 9 });
    expect([last.rows.length, last.page]).toEqual([56, 3]);
  });

  test('lists the days ahead on which facts, articles or words change', async () => {
    await release();
    const { coming } = await desk.list(asked, everything);
    expect(coming).toEqual([
      { day: '2026-12-01', facts: 0, articles: 1, sections: 0 },
      { day: '2027-01-11', facts: 1, articles: 0, sections: 2 },
      { day: '2027-03-01', facts: 0, articles: 1, sections: 0 },
    ]);
  });

  test('of a past day is that of the release that was current when it ended, in the time zone of the site', async () => {
    await release(withWindow('10 days'), '2026-11-10T12:00:00Z');
    // Four in the morning in UTC is still the 11th in New York.
    await release(withWindow('20 days'), '2026-11-12T04:00:00Z');
    await release({}, '2026-11-22T11:00:00Z');
    const on = async (asOf: string) => {
      const { release: of, rows } = await desk.list({ ...asked, release: 3, asOf }, everything);
      return [of.number, rows.find(({ id }) => id === 'return-window')?.spans[0]?.readings[0]?.text];
    };
    expect(await on('2026-11-22')).toEqual([3, '30 days']);
    expect(await on('2026-11-12')).toEqual([2, '20 days']);
    expect(await on('2026-11-11')).toEqual([2, '20 days']);
    expect(await on('2026-11-10')).toEqual([1, '10 days']);
    expect(await on('2020-01-01')).toEqual([1, '10 days']);
  });

  test('of a release that is not there is refused', async () => {
    await expect(desk.list(asked, everything)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe("a fact's own page", () => {
  test('brings the very sentences in which it stands, with the value marked', async () => {
    await release();
    const details = await desk.find(asked, 'return-window', null);
    expect(details?.places.map(({ locale, sentences }) => [locale, sentences])).toEqual([
      [
        'en',
        [
          {
            who: '',
            runs: [
              { text: 'You can send an item back within ', isFact: false },
              { text: '60 days', isFact: true },
              { text: ' after delivery.', isFact: false },
            ],
          },
        ],
      ],
      [
        'he',
        [
          {
            who: '',
            runs: [
              { text: 'אפשר להחזיר תוך ', isFact: false },
              { text: '60 ימים', isFact: true },
              { text: ' מהמסירה.', isFact: false },
            ],
          },
        ],
      ],
    ]);
    expect(details?.offers).toEqual(['Free-shipping code for the next order']);
  });

  test('brings one sentence for each group of customers who read another one, and those of notes', async () => {
    await release();
    const details = await desk.find(asked, 'shipping-fee', null);
    const said = details?.places.map(({ isNote, sentences }) => [
      isNote,
      ...sentences.map(({ who, runs }) => `${who}: ${runs.map(({ text }) => text).join('')}`),
    ]);
    expect(said?.[0]).toHaveLength(5);
    expect(said?.[0]).toContain('European Union · Plus: Return shipping costs €0.00.');
    expect(said?.[1]?.[1]).toContain(': Say $4.95 (European Union: €6.00;');
    const withdrawal = await desk.find(asked, 'eu-withdrawal', null);
    expect(withdrawal?.places[0]?.sentences.map(({ who }) => who)).toEqual(['European Union']);
  });

  test('brings what its next change does to the words of its hosts', async () => {
    await release();
    const { next } = (await desk.find(asked, 'return-window', null)) ?? {};
    expect(next?.day).toBe('2027-01-11');
    expect(next?.sections.map(({ locale, anchor, factIds }) => [locale, anchor, factIds])).toEqual([
      ['en', 'lead', ['return-window']],
      ['en', 'lead', ['return-window']],
      ['he', 'lead', ['return-window']],
    ]);
    expect(next?.sections[0]?.words.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'gone', text: '60' },
      { kind: 'new', text: '30' },
    ]);
    expect((await desk.find(asked, 'care-phone', null))?.next).toBeNull();
  });

  test('tells which releases changed it, and what', async () => {
    await release(withWindow('10 days'), '2026-11-01T12:00:00Z', 'The first');
    await release({ 'en/orders/more.md': makeArticle({ title: 'More?' }) }, '2026-11-02T12:00:00Z');
    await release({ 'facts.yaml': (smallYaml['facts.yaml'] ?? '').replace('Terms 4', 'Terms 5') });
    const { versions, olderThan } = (await desk.find({ ...asked, release: 3 }, 'return-window', null)) ?? {};
    expect(versions).toEqual([
      {
        release: { number: 3, publishedAt: '2026-11-22T12:00:00.000Z' },
        publisher: 'a test',
        changeNote: '',
        kind: 'changed',
        gone: [],
        new: [],
        other: ['source'],
      },
      {
        release: { number: 2, publishedAt: '2026-11-02T12:00:00.000Z' },
        publisher: 'a test',
        changeNote: '',
        kind: 'changed',
        gone: ['10 days'],
        new: ['30 days'],
        other: [],
      },
      expect.objectContaining({ kind: 'added', changeNote: 'The first' }),
    ]);
    expect(olderThan).toBeNull();
  });

  test('looks through 50 releases at once, and further back when asked', async () => {
    for (let n = 1; n <= 60; n += 1) await release(withWindow(n < 5 ? '10 days' : '30 days'));
    const find = (before: number | null) => desk.find({ ...asked, release: 60 }, 'return-window', before);
    const newest = await find(null);
    expect(newest?.versions).toEqual([]);
    expect(newest?.olderThan).toBe(11);
    const older = await find(newest?.olderThan ?? null);
    expect(older?.versions.map(({ release: { number }, kind }) => [number, kind])).toEqual([
      [5, 'changed'],
      [1, 'added'],
    ]);
    expect(older?.olderThan).toBeNull();
  });

  test('is not there for a fact that is not', async () => {
    await release();
    expect(await desk.find(asked, 'no-such-fact', null)).toBeNull();
  });
});

describe('what changes on a day', () => {
  test('names facts, articles that begin or end, and words, and nothing on a quiet day', async () => {
    await release();
    const day = await desk.changesOn(asked, '2027-01-11');
    expect(day.facts).toEqual([
      {
        id: 'return-window',
        description: 'How long an item can be sent back',
        before: [{ who: '', text: '60 days' }],
        after: [{ who: '', text: '30 days' }],
      },
    ]);
    expect(day.sections).toHaveLength(3);
    const winter = await desk.changesOn(asked, '2027-03-01');
    expect(winter.articles.map(({ articleId, kind }) => [articleId, kind])).toEqual([
      ['orders/winter', 'ends'],
    ]);
    const quiet = await desk.changesOn(asked, '2027-02-02');
    expect([quiet.facts, quiet.articles, quiet.sections]).toEqual([[], [], []]);
  });

  test('tells which questions get other words, and which another answer, where they are replayed', async () => {
    const replaying = createFactDesk(store, createReplayDay({ db, encoder: null, done: async () => {} }));
    await release({
      'golden.yaml': `
- question: What holds in winter?
  locale: en
  expect: orders/winter
  why: It is the title
`,
    });
    await askThrice('how long can i return an item?');
    const day = await replaying.changesOn(asked, '2027-01-11');
    const lead = day.sections.find(({ locale, anchor }) => locale === 'en' && anchor === 'lead');
    expect([lead?.questions, lead?.asked]).toEqual([1, 3]);
    expect(day.questions?.changed).toEqual([]);
    const winter = await replaying.changesOn(asked, '2026-12-01');
    expect(winter.questions?.counts.gained.asks).toBe(1);
    expect(winter.questions?.changed[0]).toMatchObject({
      question: 'What holds in winter?',
      fate: 'gained',
      after: { answerId: 'orders/winter#lead' },
    });
    const spring = await replaying.changesOn(asked, '2027-03-01');
    expect(spring.questions?.counts.lost.asks).toBe(1);
  });

  /** Records a question three times, as channels do. */
  async function askThrice(question: string): Promise<void> {
    const { snapshot } = smallWorld(articles);
    const answerer = createAnswerers(snapshot).public;
    const recorder = createRecorder(db, {
      retentionDays: 30,
      now: () => new Date('2026-11-22T12:00:00Z'),
      random: randomBytes,
    });
    const context = { region: 'US' };
    const ask = { question, answerId: null, locale: 'en', context, asOf: asked.asOf };
    for (let n = 0; n < 3; n += 1) {
      await recorder.record({
        audience: 'public',
        channel: 'faq',
        conversationId: null,
        ask,
        result: answerer.answer(ask),
      });
    }
  }
});
