import request from 'supertest';
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
