import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentPreview } from '../../scripts/content-preview.ts';
import { contentPublish } from '../../scripts/content-publish.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { openDatabase } from '../../server/database/open.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { makeArticle, smallArticles, smallWorld, smallYaml, worldFiles } from '../support/small-world.ts';

const returns = 'en/returns/return-window.md';
const fees = 'en/orders/shipping-fee.md';
const golden = `- question: how long can I return an item
  locale: en
  expect: returns/return-window
  why: The window is what it is about.
`;
const articles = {
  ...smallArticles(),
  [fees]: makeArticle({ title: 'What does shipping cost?', body: 'Shipping is {{fact:shipping-fee}}.' }),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-preview-'));
  for (const { path, bytes } of worldFiles({ ...articles, 'golden.yaml': golden })) write(path, bytes);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
  writeFileSync(join(folder, 'content', path), text);
}

const dataDir = () => join(folder, 'data');

/** Runs a real command over the folder. */
async function run(command: typeof contentPreview, args: readonly string[], hasColour = false) {
  const said = { out: '', err: '' };
  const environment = { CONTENT_DIR: join(folder, 'content'), DATA_DIR: dataDir() };
  const code = await command(args, environment, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    hasColour,
  });
  return { code, ...said };
}
const publish = () => run(contentPublish, []);
const preview = (...args: readonly string[]) => run(contentPreview, args);

/** Somebody asks what shipping costs from the EU, three times. */
async function record(question: string, context: Readonly<Record<string, string>>, times: number) {
  const answerer = createAnswerers(smallWorld(articles).snapshot).public;
  const db = await openDatabase(dataDir());
  const recorder = createRecorder(db, { retentionDays: 30, now: () => new Date(), random: randomBytes });
  const ask = { question, answerId: null, locale: 'en', context, asOf: '2026-11-22' };
  for (let at = 0; at < times; at += 1) {
    await recorder.record({
      audience: 'public',
      channel: 'chat',
      conversationId: null,
      ask,
      result: answerer.answer(ask),
    });
  }
  await db.destroy();
}

describe('content:preview', () => {
  test('shows word by word what customers would read, why, and how often it was asked', async () => {
    await publish();
    await record('what does shipping cost', { region: 'EU', plan: 'standard' }, 3);
    write('facts.yaml', (smallYaml['facts.yaml'] ?? '').replace('6 EUR', '7 EUR'));
    const { code, out } = await preview('--today', '2026-11-22');
    expect(code).toBe(0);
    expect(out).toContain('The content beside release 1');
    expect(out).toMatch(/reworded +1 {2}asked 3 times/);
    expect(out).toMatch(/Shipping is [^\n]*\[-.*6.*-\]\{\+.*7.*\+\}/);
    expect(out).toMatch(/because of\n {4}shipping-fee: €6\.00 -> €7\.00/);
    expect(out).toContain('plan=standard, region=EU');
  });

  test('exits with 1 where a golden question breaks, and says which', async () => {
    await publish();
    write(returns, makeArticle({ title: 'Which shops?', body: 'All.\n\n## Returns to a shop\n\nBring it.' }));
    write('en/returns/window.md', makeArticle({ title: 'How long can I return an item?', body: 'A month.' }));
    const { code, out } = await preview('--days', '0', '--limit', '1');
    expect(code).toBe(1);
    expect(out).toMatch(/Golden questions that break:\ngolden\.yaml:1 {2}how long can I return an item/);
    expect(out).toMatch(/and \d+ more/);
  });

  test('--on says what a day changes by itself: facts, articles that begin and end, golden questions that break', async () => {
    await publish();
    write('facts.yaml', (smallYaml['facts.yaml'] ?? '').replace('6 EUR', '7 EUR'));
    write(
      'en/orders/winter.md',
      makeArticle({
        title: 'When is the winter sale?',
        effective: { from: '2026-11-10', to: '2027-01-11' },
        body: 'It is on now.',
      }),
    );
    write(
      'golden.yaml',
      `${golden}- question: When is the winter sale?
  locale: en
  expect: orders/winter
  why: Its title.
`,
    );
    const { code, out } = await preview('--on', '2027-01-11');
    expect(code).toBe(1);
    expect(out).toMatch(/^The content on 2027-01-11 beside itself on 2027-01-10, with the real questions/);
    expect(out).toMatch(/Golden questions that break:\ngolden\.yaml:\d+ {2}When is the winter sale\?/);
    expect(out).toMatch(
      /lost: When is the winter sale\?\n {2}golden, en, 2027-01-11; orders\/winter#lead -> /,
    );
    // What differs from the release, and not between the days, is no change of the day.
    expect(out).not.toContain('shipping-fee');

    const quiet = await preview('--on', '2026-12-03', '--format', 'json');
    expect(quiet.code).toBe(0);
    expect(JSON.parse(quiet.out)).toMatchObject({ asOf: '2026-12-03', dayBefore: '2026-12-02', changes: [] });
    expect((await preview('--on', '2027-02-29')).err).toMatch(
      /^--on is a day like 2027-01-11, found: 2027-02-29/,
    );
    expect((await preview('--on', '2027-01-11', '--today', '2027-01-11')).code).toBe(2);
  });

  test('shows a change below a heading to which no question leads', async () => {
    const below = (days: string) =>
      makeArticle({ title: 'What does shipping cost?', body: `Little.\n\n## Wrapping\n\nIt takes ${days}.` });
    write(fees, below('five days'));
    await publish();
    write(fees, below('nine days'));
    const { out } = await preview();
    expect(out).toMatch(/reworded: Wrapping\n {2}section, en, .*; orders\/shipping-fee#wrapping\n/);
    expect(out).toMatch(/It takes \[-five-\]\{\+nine\+\} days/);

    write(fees, makeArticle({ title: 'What does shipping cost?', body: 'Little.' }));
    expect((await preview()).out).toMatch(/lost: Wrapping\n {2}section/);
  });

  test('marks what goes and comes with colours on a terminal', async () => {
    await publish();
    write(fees, makeArticle({ title: 'What does shipping cost?', body: 'Shipping is free.' }));
    const { out } = await run(contentPreview, [], true);
    expect(out).toContain('\u001b[32m');
    expect(out).not.toContain('{+');
  });

  test('is JSON for machines, with the same figures', async () => {
    await publish();
    write(
      returns,
      makeArticle({
        title: 'How long can I return an item?',
        body: 'A month.\n\n## Returns to a shop\n\nBring it.',
      }),
    );
    const { out } = await preview('--format', 'json', '--all');
    const json = JSON.parse(out);
    expect(Object.keys(json)).toEqual([
      'version',
      'release',
      'same',
      'asOf',
      'dayBefore',
      'days',
      'counts',
      'broken',
      'unmet',
      'changes',
      'more',
    ]);
    expect(json).toMatchObject({ version: 1, release: { number: 1 }, same: false, days: 30, more: 0 });
    expect(json.changes).toHaveLength(
      Object.values(json.counts as Record<string, { asks: number }>).reduce((sum, { asks }) => sum + asks, 0),
    );
    expect(json.changes.find((one: { fate: string }) => one.fate === 'reworded')).toMatchObject({
      origin: 'golden',
      before: { status: 'answered', answerId: 'returns/return-window#lead' },
    });
  });

  test('says that everything is gained where nothing was published, and makes no database', async () => {
    const { code, out } = await preview();
    expect(code).toBe(0);
    expect(out).toContain('Nothing has been published yet');
    expect(out).toMatch(/gained +[1-9]/);
    expect(existsSync(dataDir())).toBe(false);
  });

  test('tells the errors of the content with their places and exits with 1', async () => {
    await publish();
    write(fees, makeArticle({ title: 'What does shipping cost?', body: 'It is {{fact:nothing}}.' }));
    const { code, out } = await preview();
    expect(code).toBe(1);
    expect(out).toMatch(/en\/orders\/shipping-fee\.md:\d+.*fact-unknown/);
    const { errors } = JSON.parse((await preview('--format', 'json')).out);
    expect(errors).toEqual([expect.objectContaining({ code: 'fact-unknown', file: fees })]);
  });

  test('changes nothing of what is stored', async () => {
    await publish();
    await record('what does shipping cost', {}, 1);
    write(fees, makeArticle({ title: 'What does shipping cost?', body: 'Nothing.' }));
    const stored = () =>
      readdirSync(dataDir())
        .filter((name) => name === 'concord.sqlite')
        .map((name) =>
          createHash('sha256')
            .update(readFileSync(join(dataDir(), name)))
            .digest('hex'),
        );
    const before = stored();
    await preview();
    await preview('--all', '--format', 'json');
    expect(stored()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  test.each([
    [['--days', 'many']],
    [['--days', '401']],
    [['--limit', '-1']],
    [['--today', 'tomorrow']],
    [['--format', 'xml']],
    [['--what']],
  ])('called with %j says what was expected and exits with 2', async (args) => {
    const { code, err } = await preview(...args);
    expect(code).toBe(2);
    expect(err).toContain('Usage: npm run content:preview');
  });
});
