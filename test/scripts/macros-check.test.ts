import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { macrosCheck } from '../../scripts/macros-check.ts';

const contentDir = join(import.meta.dirname, '../../content');

describe('macros:check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-macros-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...args: readonly string[]) {
    let [out, err] = ['', ''];
    const code = await macrosCheck(
      args,
      { CONTENT_DIR: contentDir },
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
      () => new Date('2026-11-22T12:00:00Z'),
    );
    return { code, out, err };
  }
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const outdated = file(
    'old.csv',
    'id,title,body\n7,Refund,We send your refund within 9 days after your return has reached our returns desk.\n8,Refund ok,We send your refund within 5 days after your return has reached our returns desk.\n',
  );

  test('tells what is outdated, which fact has which value now, and the text to use', async () => {
    const { code, out, err } = await run(outdated);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('old.csv:2  outdated  7 “Refund”');
    expect(out).toContain('says 9 days');
    expect(out).toContain('now {{fact:refund-processing}}: 5 days');
    expect(out).toContain('en/refunds/when-refund-arrives#lead');
    expect(out).toContain('use instead: We send your refund within 5 days');
    expect(out).toContain('2 macros: 0 contradicting, 1 outdated, 0 unknown, 1 aligned.');
    expect(out).not.toContain('Refund ok');
  });

  test('exits with 0 where nothing is wrong, and lists what is in order when asked', async () => {
    const path = file(
      'fine.json',
      '[{"id":1,"title":"Refund","body":"We send your refund within 5 days after your return has reached our returns desk."}]',
    );
    expect((await run(path)).code).toBe(0);
    expect((await run(path, '--all')).out).toContain('fine.json, macro 1  aligned  1 “Refund”');
  });

  test('says it as JSON and as a table', async () => {
    const json = JSON.parse((await run(outdated, '--format', 'json')).out) as {
      readonly counts: unknown;
      readonly macros: readonly {
        readonly id: string;
        readonly problems: readonly { readonly factId: string }[];
      }[];
    };
    expect(json.counts).toEqual({ contradicting: 0, outdated: 1, unknown: 0, aligned: 1 });
    expect(json.macros[0]?.problems[0]?.factId).toBe('refund-processing');
    expect((await run(outdated, '--format', 'csv')).out).toMatch(/^id,title,verdict.*\r\n7,Refund,outdated,/);
  });

  test('another day has other values', async () => {
    const path = file(
      'window.csv',
      'id,title,body\n1,Returns,"For anything you order today you have 30 days, counted from the day the parcel is delivered."\n',
    );
    expect((await run(path)).code).toBe(1);
    expect((await run(path, '--today', '2027-03-01')).code).toBe(0);
  });

  test.each([
    ['no file', [], 2, /Which file/],
    ['two files', ['a', 'b'], 2, /Unexpected: b/],
    ['another format', [outdated, '--format', 'xml'], 2, /text, json or csv, not xml/],
    ['no date', [outdated, '--today', 'tomorrow'], 2, /YYYY-MM-DD, not tomorrow/],
    ['an unknown option', [outdated, '--verbose'], 2, /--verbose/],
    ['a locale that the site does not have', [outdated, '--locale', 'fr'], 2, /fr/],
    ['a file that is not there', ['/nowhere.csv'], 1, /ENOENT/],
    ['content that is not there', [outdated, '--dir', '/nowhere'], 1, /nothing can be held against it/],
  ])('is refused with its reason: %s', async (_, args, code, message) => {
    const ran = await run(...args);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(message);
    expect(ran.out).toBe('');
  });
});
