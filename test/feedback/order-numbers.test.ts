import request from 'supertest';
import { byServer } from '../../server/audit/audit-event.ts';
import { makeApp } from '../support/make-app.ts';
import { smallWorld, smallYaml, tryWorld } from '../support/small-world.ts';

const siteWith = (forms: string) => ({
  'site.yaml': `${smallYaml['site.yaml']}privacy: { orderNumbers: [${forms}] }\n`,
});

test('an order number as the site writes it is stored of no question', async () => {
  const world = await makeApp(smallWorld(siteWith('"K####"')).snapshot);
  const { body } = await request(world.app)
    .post('/api/v1/answer')
    .send({ question: 'Can I cancel my order K۱۲۳۴ before it ships?', locale: 'en' });
  expect((body as { receipt: { code: string } }).receipt.code).toMatch(/^.{8}$/);
  const rows = await world.db.selectFrom('served_answers').selectAll().execute();
  expect(rows.map(({ question }) => question)).toEqual(['Can I cancel my order [order] before it ships?']);
  expect(JSON.stringify(rows)).not.toMatch(/K۱۲۳۴|k۱۲۳۴|k1234/);
  await world.close();
});

test('an order number as the site writes it is stored of no note that people write either', async () => {
  const world = await makeApp(smallWorld(siteWith('"K####"')).snapshot);
  const { gaps, flags, verification } = world.deps.loop;
  await world.signIn();
  await request(world.app).post('/api/v1/answer').send({ question: 'Do you sell gift cards?', locale: 'en' });
  await gaps.catchUp();
  const note = 'as in order K1234';
  await gaps.close(1, 'not-worth', note, byServer);
  const about = { articleId: 'orders/cancel-order', section: null, locale: 'en', revision: null };
  await flags.raise(
    { ...about, kind: 'wrong', note, question: note, receipt: null, owner: 'care' },
    { id: 1, by: byServer },
  );
  await flags.end(1, 'declined', note, { id: 1, by: byServer });
  await verification.record({ ...about, revision: 'r', verifiedOn: '2026-11-22', note }, byServer);
  const tables = ['gap_groups', 'flags', 'verifications', 'audit_events'] as const;
  const rows = await Promise.all(tables.map((table) => world.db.selectFrom(table).selectAll().execute()));
  const stored = JSON.stringify(rows);
  expect(stored.split('as in order [order]')).toHaveLength(1 + 6);
  expect(stored).not.toMatch(/k1234/i);
  await world.close();
});

test.each(['"K###"', '"###@@@"', '"(#+)+####"', '"K[0-9]{4}"', '""', '12345', `"${'#'.repeat(41)}"`])(
  'the form %s is refused with its place',
  (form) => {
    const { errors } = tryWorld(siteWith(form));
    const found = new Set(errors.map(({ code, place }) => `${code} ${place?.file}`));
    expect([...found]).toEqual(['value-invalid site.yaml']);
  },
);

test.each(['"####"', '"K######"', '"@@-####/##"', '"NL #### ####.#"'])('the form %s is taken', (form) => {
  expect(tryWorld(siteWith(form)).errors).toEqual([]);
});
