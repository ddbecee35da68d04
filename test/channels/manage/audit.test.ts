import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import request from 'supertest';
import { type AuditAction, auditActions, byServer } from '../../../server/audit/audit-event.ts';
import { actionsOf, auditGroups, presentAuditRow } from '../../../server/channels/manage/present-audit.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const locales = ['en', 'he', 'fa', 'ms'];
const allActions = Object.keys(auditActions) as AuditAction[];

let world: TestApp;
let now: Date;
let admin: { readonly cookie: string; readonly token: string };
beforeEach(async () => {
  now = new Date('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => now });
  admin = await world.signIn('admin');
});
afterEach(() => world.close());

const get = (path: string, cookie = admin.cookie, accept = 'text/html') =>
  request(world.app).get(path).set('cookie', cookie).set('accept', accept);
const write = (action: AuditAction, subject: string | null, more: object = {}) =>
  world.deps.audit.append({ action, by: byServer, subject, before: null, after: null, ...more });
/** Numbers of the rows on a page. */
const rowsOf = (html: string) =>
  [...html.matchAll(/<li class="audit__row" id="row-(\d+)"/g)].map(([, n]) => Number(n));
const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\u2068\u2069]/g, '')
    .replace(/\s+/g, ' ');

describe('/manage/audit', () => {
  test('is for admins alone, and so is its download', async () => {
    for (const role of ['agent', 'editor', 'manager'] as const) {
      const { cookie } = await world.signIn(role);
      for (const path of ['/manage/audit', '/manage/audit/export']) {
        const { status, text } = await get(path, cookie);
        expect([role, path, status]).toEqual([role, path, 403]);
        expect(text).not.toContain('person.added');
      }
    }
    expect((await get('/manage/audit', '')).status).toBe(302);
    const page = await get('/manage/audit');
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(await world.deps.audit.list({ actions: ['audit.exported'] }, { before: null, limit: 9 })).toEqual(
      [],
    );
  });

  test('tells who did what, from where, what it was and what it became', async () => {
    await write('person.changed', 'dana', {
      by: { actor: { kind: 'person', name: 'maya' }, address: '192.0.2.7', requestId: 'r' },
      before: { role: 'agent', teams: ['orders'], email: null, active: true },
      after: { role: 'editor', teams: ['orders', 'returns'], email: null, active: false },
    });
    const { text } = await get('/manage/audit');
    const row = text.slice(text.indexOf('id="row-3"'), text.indexOf('id="row-2"'));
    expect(textOf(row)).toContain('The account of dana was changed maya · from 192.0.2.7');
    expect(textOf(row)).toMatch(/role before agent after editor teams before orders after orders, returns/);
    expect(textOf(row)).toMatch(/active before yes after no/);
    expect(row).not.toContain('email');
    expect(textOf(text)).toContain('Nov 22, 2026');
    const { hash, number } = await world.deps.audit.head();
    expect(row).toContain(`title="${hash}"`);
    expect(text).toContain(`${number}:${hash}`);
  });

  test('what people typed is text on it, in whichever direction it runs', async () => {
    await write('release.published', '7', { after: { note: '<img src=x onerror=alert(1)> {{x}}' } });
    const { text } = await get('/manage/audit');
    expect(text).toContain('&lt;img src&#x3D;x onerror');
    expect(text).not.toContain('<img src=x');
    expect(text).toContain('href="/manage/releases/7?ui&#x3D;en"');
  });

  test('is filtered by kind, person, subject and days of the site', async () => {
    await write('release.published', '1');
    // Half past ten in the evening of the 22nd, and half past midnight of the 23rd, in New York.
    now = new Date('2026-11-23T03:30:00Z');
    await write('release.published', '2');
    now = new Date('2026-11-23T05:30:00Z');
    await write('person.locked', 'dana');
    now = new Date('2026-11-22T12:30:00Z');
    const numbers = async (query: string) => rowsOf((await get(`/manage/audit?${query}`)).text);
    expect(await numbers('')).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers('group=releases')).toEqual([4, 3]);
    expect(await numbers('group=releases&subject=2')).toEqual([4]);
    expect(await numbers('person=dana')).toEqual([5]);
    expect(await numbers('person=%20concord%20')).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers('to=2026-11-22')).toEqual([4, 3, 2, 1]);
    expect(await numbers('from=2026-11-23')).toEqual([5]);
    expect(await numbers('from=2026-11-22&to=2026-11-22&group=sign-ins')).toEqual([2]);
    const { text } = await get('/manage/audit?group=releases&person=maya&from=2026-11-01');
    expect(rowsOf(text)).toEqual([]);
    expect(text).toContain('No row fits.');
    expect(text).toContain('<option value="releases" selected>');
    expect(text).toContain('value="maya"');
    expect(text).toContain('value="2026-11-01"');
  });

  test.each([
    ['group=nonsense', 'sign-ins, people'],
    ['from=yesterday', 'a day, YYYY-MM-DD'],
    ['to=2026-02-31', 'a day, YYYY-MM-DD'],
    ['before=0', 'the number of a row'],
    ['before=1e3', 'the number of a row'],
    ['person=a&person=b', 'one text'],
    ['actor=x', 'ui, group, person'],
  ])('refuses %s and says what was expected', async (query, expected) => {
    const { status, text } = await get(`/manage/audit?${query}`);
    expect(status).toBe(400);
    expect(text).toContain(expected);
  });

  test('is read page by page, whatever is written meanwhile, with the filter', async () => {
    for (let release = 1; release <= 60; release += 1) await write('release.published', String(release));
    const first = (await get('/manage/audit?group=releases')).text;
    expect(rowsOf(first)).toHaveLength(50);
    const older = /href="([^"]+)" rel="next"/
      .exec(first)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=');
    await write('release.published', '61');
    const second = (await get(older ?? '')).text;
    expect(rowsOf(second)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(second).not.toContain('rel="next"');
    expect(second).toContain('Newest rows');
  });

  test('where a row was altered so that it cannot be read, says so and still opens', async () => {
    await sql`drop trigger audit_events_no_update`.execute(world.db);
    await sql`update audit_events set after = 'x' where number = 1`.execute(world.db);
    const { status, text } = await get('/manage/audit');
    expect(status).toBe(200);
    expect(text).toContain('npm run audit:verify tells which');
  });

  test('has words for every action and kind, in four languages', () => {
    expect(auditGroups.flatMap(({ id }) => actionsOf(id)).sort()).toEqual([...allActions].sort());
    for (const locale of locales) {
      const words = world.deps.views.words(locale);
      const said = allActions.flatMap((action) =>
        ['SUBJECT', null].map((subject) => {
          const row = {
            action,
            by: byServer,
            subject,
            before: null,
            after: null,
            number: 1,
            at: '',
            previousHash: '',
            hash: '',
          };
          return { action, subject, what: presentAuditRow(row, words, () => null, 'UTC').what };
        }),
      );
      for (const { action, subject, what } of said) {
        expect({ action, what }).toEqual({ action, what: expect.stringMatching(/\p{L}/u) });
        expect(what).not.toMatch(/[{}]/);
        if (subject === null) expect(what).not.toContain('SUBJECT');
      }
      expect(new Set(said.filter(({ subject }) => subject !== null).map(({ what }) => what)).size).toBe(
        allActions.length,
      );
    }
    const { text } = {
      text: presentAuditRow(
        {
          action: 'of.later' as AuditAction,
          by: byServer,
          subject: 'x',
          before: null,
          after: null,
          number: 1,
          at: '',
          previousHash: '',
          hash: '',
        },
        world.deps.views.words('en'),
        () => null,
        'UTC',
      ).what,
    };
    expect(text).toContain('of.later');
  });

  test('an instant among what was done is told as every other time of the page, in the site’s time zone', () => {
    const row = {
      action: 'person.link-made',
      by: byServer,
      subject: 'dana',
      before: null,
      after: { expiresAt: '2026-11-26T01:16:17.963Z' },
      number: 1,
      at: '',
      previousHash: '',
      hash: '',
    } as const;
    const shown = presentAuditRow(row, world.deps.views.words('en'), () => null, 'America/New_York');
    expect(shown.changes.map(({ after }) => after)).toEqual(['Nov 25, 2026, 8:16 PM']);
  });

  test.each(locales)('opens in %s, in its own direction', async (locale) => {
    const { status, text } = await get(`/manage/audit?ui=${locale}`);
    expect(status).toBe(200);
    expect(text).toContain(`<html lang="${locale}" dir="${['he', 'fa'].includes(locale) ? 'rtl' : 'ltr'}"`);
  });
});

describe('the export of the audit log', () => {
  const download = async (query = '') => {
    const response = await get(`/manage/audit/export${query}`)
      .buffer(true)
      .parse((stream, done) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (part: string) => {
          text += part;
        });
        stream.on('end', () => done(null, text));
      });
    return {
      ...response,
      headers: response.headers,
      status: response.status,
      lines: String(response.body).split('\n').slice(0, -1),
    };
  };

  /** What README tells a stranger to do, with nothing of ours. */
  const canonical = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(canonical).join(',')}]`
      : value !== null && typeof value === 'object'
        ? `{${Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
            .join(',')}}`
        : JSON.stringify(value);

  test('is a file of lines that a stranger can verify, and is audited itself, as its last line', async () => {
    for (let release = 1; release <= 1_005; release += 1)
      await write('release.published', String(release), { after: { note: `שלום\n${release} "\u2028` } });
    const { status, headers, lines } = await download('?ui=en');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="audit-2026-11-22.jsonl"');
    expect(headers['cache-control']).toBe('no-store');
    expect(lines).toHaveLength(1_008);
    let previous = '';
    for (const [at, line] of lines.entries()) {
      const { hash, ...rest } = JSON.parse(line);
      expect(rest.number).toBe(at + 1);
      expect(rest.previousHash).toBe(previous);
      expect(createHash('sha256').update(canonical(rest)).digest('hex')).toBe(hash);
      previous = hash;
    }
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      action: 'audit.exported',
      by: { actor: { kind: 'person', name: 'person1' }, address: expect.any(String) },
      after: {},
    });
  });

  test('holds what the filter of the page says, and the filter is audited', async () => {
    await write('release.published', '1');
    await write('person.locked', 'dana');
    const { lines } = await download('?group=releases&from=2026-11-22&ui=en');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(['release.published']);
    const [exported] = await world.deps.audit.list({}, { before: null, limit: 1 });
    expect(exported?.after).toEqual({ group: 'releases', from: '2026-11-22' });
  });

  test('asks for a fresh proof of who it is, and leaves no row where it is refused', async () => {
    now = new Date(now.getTime() + 16 * 60_000);
    const { status, headers } = await get('/manage/audit/export?group=people');
    expect(status).toBe(302);
    expect(headers.location).toBe(
      `/account/confirm?next=${encodeURIComponent('/manage/audit/export?group=people')}`,
    );
    expect((await get('/manage/audit')).status).toBe(200);
    expect(await world.deps.audit.list({ actions: ['audit.exported'] }, { before: null, limit: 9 })).toEqual(
      [],
    );
  });

  test('refuses a filter that it does not know before anything is written down', async () => {
    expect((await get('/manage/audit/export?group=x')).status).toBe(400);
    expect((await get('/manage/audit/export?before=3')).status).toBe(400);
    expect(await world.deps.audit.list({ actions: ['audit.exported'] }, { before: null, limit: 9 })).toEqual(
      [],
    );
  });
});
