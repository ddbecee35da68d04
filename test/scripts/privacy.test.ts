import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privacy } from '../../scripts/privacy.ts';
import { openDatabase } from '../../server/database/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-privacy-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const said = { out: '', err: '' };
  const terminal = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
  };
  const code = await privacy(args, { DATA_DIR: folder }, terminal as Parameters<typeof privacy>[2]);
  return { code, ...said };
}

test('what is stored is printed as JSON, and erased only with --yes', async () => {
  const db = await openDatabase(folder);
  const survey = { given_at: '2026-11-22T12:00:00.000Z', expires_at: '2027-11-22T12:00:00.000Z', score: 9 };
  await db
    .insertInto('survey_answers')
    .values({ ...survey, channel: 'chat', locale: 'en', conversation_id: 'conv-1', sentence: 'fine' })
    .execute();
  const printed = await run('export', '--conversation', 'conv-1');
  expect(printed.code).toBe(0);
  expect(JSON.parse(printed.out)).toMatchObject({
    key: 'conv-1',
    tables: { survey_answers: [{ score: 9 }] },
  });
  expect((await run('erase', '--conversation', 'conv-1')).code).toBe(2);
  expect(await db.selectFrom('survey_answers').selectAll().execute()).toHaveLength(1);
  expect(await run('erase', '--conversation', 'conv-1', '--yes')).toMatchObject({
    code: 0,
    out: 'Erased: 1 of survey_answers.\n',
  });
  expect(await db.selectFrom('survey_answers').selectAll().execute()).toEqual([]);
  expect(await run('erase', '--conversation', 'conv-1', '--yes', '--rewrite')).toMatchObject({
    code: 0,
    out: 'There was nothing to erase.\n',
  });
  const by = await db.selectFrom('audit_events').select('actor').execute();
  expect(by).toEqual([{ actor: 'privacy' }, { actor: 'privacy' }, { actor: 'privacy' }]);
  await db.destroy();
});

test('what is called wrongly, or names nobody, is refused', async () => {
  for (const args of [
    [],
    ['list'],
    ['export'],
    ['export', '--conversation', 'a', '--customer', 'b'],
    ['export', 'x', '--customer', 'b'],
    ['export', '--customer', 'b', '--rewrite'],
  ])
    expect((await run(...args)).code).toBe(2);
  expect(await run('export', '--customer', '')).toMatchObject({ code: 1 });
  expect((await run('--help')).out).toContain('Usage:');
});
