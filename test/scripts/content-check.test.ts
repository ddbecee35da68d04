import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { displayWidth } from '../../scripts/content-check/display-width.ts';
import { contentCheck } from '../../scripts/content-check.ts';
import { contentPublish } from '../../scripts/content-publish.ts';
import type { Terminal } from '../../scripts/terminal.ts';
import { allChecks } from '../../server/checks/checks.ts';
import { makeArticle, smallYaml, type WorldFiles, worldFiles } from '../support/small-world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'concord-check-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Two articles that lead to one another, and registers of which everything is used: nothing to find. */
const clean: WorldFiles = {
  'en/orders/one.md': makeArticle({
    title: 'How do I cancel?',
    questions: ['stop my order'],
    related: ['returns/two'],
    offers: ['free-shipping-code'],
    body: 'Within {{fact:cancellation-window}}.',
  }),
  'en/returns/two.md': makeArticle({
    title: 'Can I send it back?',
    questions: ['return an item'],
    related: ['orders/one'],
    body: 'Yes, it is free of charge.',
  }),
  'facts.yaml':
    'cancellation-window: { type: duration, description: Free cancellation, owner: orders, source: Terms 3, value: 24 hours }\n',
};

const leak = makeArticle({
  title: 'Can I send it back?',
  questions: ['return an item'],
  related: ['orders/one'],
  body: 'Write to leads@small.example.',
});

async function write(files: WorldFiles): Promise<void> {
  for (const { path, bytes } of worldFiles({ ...clean, ...files })) {
    await mkdir(dirname(join(directory, 'content', path)), { recursive: true });
    await writeFile(join(directory, 'content', path), bytes);
  }
}

async function run(
  args: readonly string[],
  { command = contentCheck, ...terminal }: { command?: typeof contentCheck } & Partial<Terminal> = {},
) {
  let out = '';
  let err = '';
  const code = await command(
    args,
    { CONTENT_DIR: join(directory, 'content'), DATA_DIR: join(directory, 'data') },
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      ...terminal,
    },
  );
  return { code, out, err };
}

const check = (...args: string[]) =>
  run([...args, ...(args.includes('--today') ? [] : ['--today', '2026-11-22'])]);
const site = (more: string) => `${smallYaml['site.yaml']?.trim()}\n${more}\n`;

describe('npm run content:check', () => {
  test('finds nothing where nothing is wrong', async () => {
    await write({});
    expect(await check()).toEqual({
      code: 0,
      out: 'No errors: 7 files, 2 public articles in 1 language, 0 articles for agents only.\n',
      err: '',
    });
  });

  test('asks golden questions where it is told to, or where they are errors, since that takes seconds', async () => {
    const golden = '- { question: Can I send it back?, locale: en, expect: orders/one, why: Because. }\n';
    await write({ 'golden.yaml': golden });
    expect((await check()).out).not.toContain('golden-unmet');
    expect((await check('--golden')).out).toContain('golden.yaml:1:1  warning  golden-unmet');
    await write({
      'golden.yaml': golden,
      'site.yaml': site('checks: { severity: { golden-unmet: error } }'),
    });
    expect(await check()).toMatchObject({ code: 1, out: expect.stringContaining('error  golden-unmet') });
  });

  test('shows a finding with its place, its source line, the other place and what to do', async () => {
    await write({ 'en/returns/two.md': leak });
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(
      out,
    ).toBe(`en/returns/two.md:11:10  error  address-internal  Public text holds the contact of the team lead.
    Write to leads@small.example.
             ^^^^^^^^^^^^^^^^^^^
    expected: addresses that customers may use
    found:    leads@small.example
    other:    teams.yaml:4:1  the contact of the team lead
    hint:     Take it out, or move it into :::agent.

1 error in 1 file; 7 files read.
`);
  });

  test('puts carets below what is wide on a terminal, and marks with « » what runs from right to left', async () => {
    await write({
      'en/returns/two.md': leak.replace('Write to ', '返品 (ｱ) e\u0301 👍 '),
      'he/returns/two.md': leak
        .replace('Write to ', 'כתבו אל ')
        .replace('Can I send it back?', 'איך מחזירים?'),
    });
    const { out } = await check();
    const lines = out.split('\n');
    const at = lines.findIndex((line) => line.includes('返品'));
    const before = lines[at]?.split('leads@')[0] ?? '';
    expect(lines[at + 1]).toBe(
      `${' '.repeat(displayWidth(before))}${'^'.repeat('leads@small.example'.length)}`,
    );
    expect(displayWidth('返品 (ｱ) e\u0301 👍 ')).toBe(4 + 1 + 3 + 1 + 1 + 1 + 2 + 1);
    expect(out).toContain('    כתבו אל «leads@small.example».\n    expected:');
  });

  test('shows of a long line what is meant and some words around it', async () => {
    await write({ 'en/returns/two.md': leak.replace('Write to ', 'A long way to go. '.repeat(20)) });
    const { out } = await check();
    const shown = out.split('\n').find((line) => line.includes('leads@small.example.')) ?? '';
    expect(shown.trim()).toMatch(/^….{20,40}leads@small\.example\.$/);
  });

  test('weighs findings as site.yaml says, and --strict takes warnings for errors', async () => {
    await write({
      'en/returns/two.md': leak,
      'site.yaml': site('checks: { severity: { address-internal: warning } }'),
    });
    expect(await check()).toMatchObject({
      code: 0,
      out: expect.stringContaining('\n1 warning in 1 file.\n'),
    });
    expect(await check('--strict')).toMatchObject({ code: 1 });
    await write({ 'site.yaml': site('checks: { severity: { address-internal: note } }') });
    expect(await check('--strict')).toMatchObject({ code: 0 });
  });

  test('counts what is accepted', async () => {
    await write({
      'en/returns/two.md': leak.replace(
        '---\n',
        '---\naccept: [{ check: address-internal, text: leads@small.example, why: Leads answer returns. }]\n',
      ),
    });
    expect(await check()).toEqual({
      code: 0,
      out: 'No errors: 7 files, 2 public articles in 1 language, 0 articles for agents only; 1 accepted.\n',
      err: '',
    });
  });

  test('reads the content on the day that it is told', async () => {
    await write({});
    expect(await check('--today', '2027-11-22')).toMatchObject({
      code: 0,
      out: expect.stringContaining('verification-overdue'),
    });
  });

  test('says which check there is instead of one that site.yaml misspells', async () => {
    await write({ 'site.yaml': site('checks: { severity: { adress-internal: off } }') });
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toContain('value-invalid  There is no check `adress-internal`.');
    expect(out).toContain('hint:     Did you mean `address-internal`?');
  });

  test('colours only where a terminal watches', async () => {
    await write({ 'en/returns/two.md': leak });
    expect((await run([])).out).not.toContain('\u001b');
    expect((await run([], { hasColour: true })).out).toContain('\u001b[1;31merror\u001b[0m');
  });

  test('shows redirects in a circle and orphaned translations', async () => {
    await write({
      'en/orders/one.md': makeArticle({ title: 'One?', supersedes: 'orders/old' }),
      'en/orders/three.md': makeArticle({ title: 'Three?', supersedes: 'orders/gone' }),
      'en/orders/gone.md': makeArticle({ title: 'Gone?', supersedes: 'orders/three' }),
      'he/orders/alone.md': makeArticle({ title: 'לבד?' }),
    });
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toMatch(/orders\/(?:gone|three)\.md:\d+(?::\d+)? {2}error {2}supersedes-invalid/);
    expect(out).toMatch(/^he\/orders\/alone\.md {2}error {2}translation-orphaned/m);
  });
});

describe('npm run content:check -- --explain', () => {
  test('lists every check with its severity and title', async () => {
    const { code, out } = await run(['--explain']);
    expect(code).toBe(0);
    for (const { code: name, severity, title } of allChecks) {
      expect(out).toMatch(new RegExp(`^${name} +${severity} +${title.replace(/[().?*+]/g, '\\$&')}$`, 'm'));
    }
  });

  test('says of one why it matters, how it decides and how it is mended; of an error what it is', async () => {
    const { out } = await run(['--explain', 'lead-long']);
    expect(out).toMatch(/^lead-long \(warning\)\n.*\n\nThe lead is what a chatbot says/);
    expect((await run(['--explain', 'fact-unknown'])).out).toMatch(/^fact-unknown \(error\)\n/);
  });

  test('names the nearest of a code that does not exist', async () => {
    expect(await run(['--explain', 'lead-lon'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean lead-long?'),
    });
  });

  test.each([
    [['--explain', 'a', 'b']],
    [['--format', 'xml']],
    [['--today', 'tomorrow']],
    [['--today', '2026-02-30']],
    [['stray']],
  ])('is called wrongly: %j', async (args) => {
    expect(await run(args)).toMatchObject({ code: 2, out: '' });
  });
});

describe('npm run content:check -- --format json', () => {
  test('gives everything that the text says, and nothing else on the output', async () => {
    await write({
      'en/returns/two.md': leak,
      'en/orders/bad.md': makeArticle({ title: 'B?', body: '{{fact:no}}' }),
    });
    const { code, out, err } = await check('--format', 'json');
    expect([code, err]).toEqual([1, '']);
    const document = JSON.parse(out);
    expect(document).toMatchObject({
      today: '2026-11-22',
      files: 8,
      checked: true,
      counts: { errors: 2, accepted: 0 },
      errors: [
        { code: 'fact-unknown', file: 'en/orders/bad.md', line: 7, column: 8, endColumn: 10, hint: null },
      ],
    });
    expect(document.findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([
      {
        severity: 'error',
        code: 'address-internal',
        message: 'Public text holds the contact of the team lead.',
        file: 'en/returns/two.md',
        line: 11,
        column: 10,
        endColumn: 29,
        excerpt: 'Write to leads@small.example.',
        expected: 'addresses that customers may use',
        found: 'leads@small.example',
        hint: 'Take it out, or move it into :::agent.',
        other: {
          file: 'teams.yaml',
          line: 4,
          column: 1,
          endColumn: 60,
          says: 'the contact of the team lead',
        },
        because: [],
      },
    ]);
  });

  test('says that checks were not run where a file could not be read', async () => {
    await write({ 'en/orders/worse.md': 'nothing', 'en/returns/two.md': leak });
    expect(JSON.parse((await check('--format', 'json')).out)).toMatchObject({
      checked: false,
      counts: { errors: 1 },
      findings: [],
    });
  });
});

describe('npm run content:check -- --format sarif', () => {
  interface SarifRun {
    readonly tool: {
      readonly driver: { readonly name: string; readonly rules: readonly Record<string, unknown>[] };
    };
    readonly columnKind: string;
    readonly results: readonly Record<string, unknown>[];
  }

  test('is a log of SARIF 2.1.0: every check is a rule with help, every problem a result of one', async () => {
    await write({
      'en/returns/two.md': leak,
      'en/orders/bad.md': makeArticle({ title: 'B?', body: '{{fact:no}}' }),
    });
    const { code, out } = await check('--format', 'sarif');
    expect(code).toBe(1);
    const log = JSON.parse(out) as {
      readonly version: string;
      readonly $schema: string;
      readonly runs: readonly SarifRun[];
    };
    expect([log.version, log.runs.length]).toEqual(['2.1.0', 1]);
    expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
    const [{ tool, columnKind, results } = fail()] = log.runs;
    const { rules } = tool.driver;
    expect([tool.driver.name, columnKind]).toEqual(['Concord', 'utf16CodeUnits']);
    expect(rules.map(({ id }) => id)).toEqual([...allChecks.map((one) => one.code), 'fact-unknown']);
    for (const rule of rules) {
      expect(rule).toEqual({
        id: expect.stringMatching(/^[a-z-]+$/),
        shortDescription: { text: expect.stringMatching(/./) },
        help: { text: expect.stringMatching(/./) },
        defaultConfiguration: { level: expect.stringMatching(/^(?:error|warning|note)$/) },
      });
    }
    const uri = (file: string) => (relative(process.cwd(), file).startsWith('..') ? `file://${file}` : file);
    expect(results.filter(({ level }) => level === 'error')).toEqual([
      {
        ruleId: 'fact-unknown',
        ruleIndex: rules.length - 1,
        level: 'error',
        message: { text: expect.stringContaining('Expected: a fact of facts.yaml') },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: uri(join(directory, 'content/en/orders/bad.md')) },
              region: { startLine: 7, startColumn: 8, endColumn: 10 },
            },
          },
        ],
      },
      {
        ruleId: 'address-internal',
        ruleIndex: allChecks.findIndex((one) => one.code === 'address-internal'),
        level: 'error',
        message: { text: expect.stringContaining('Found: leads@small.example.') },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: uri(join(directory, 'content/en/returns/two.md')) },
              region: { startLine: 11, startColumn: 10, endColumn: 29 },
            },
          },
        ],
        relatedLocations: [
          {
            id: 1,
            message: { text: 'the contact of the team lead' },
            physicalLocation: {
              artifactLocation: { uri: uri(join(directory, 'content/teams.yaml')) },
              region: { startLine: 4, startColumn: 1, endColumn: 60 },
            },
          },
        ],
      },
    ]);
  });

  test('suppresses what is accepted, with the reason', async () => {
    await write({
      'en/returns/two.md': leak.replace(
        '---\n',
        '---\naccept: [{ check: address-internal, why: Leads answer. }]\n',
      ),
    });
    const { code, out } = await check('--format', 'sarif');
    const { runs } = JSON.parse(out) as { readonly runs: readonly SarifRun[] };
    expect(code).toBe(0);
    expect(runs[0]?.results).toMatchObject([
      { ruleId: 'address-internal', suppressions: [{ kind: 'inSource', justification: 'Leads answer.' }] },
    ]);
  });
});

describe('a publication', () => {
  const publish = (...args: string[]) => run(args, { command: contentPublish });

  test('is refused by a check that is an error, and what was published stays', async () => {
    await write({});
    await publish();
    await write({ 'en/returns/two.md': leak });
    const { code, out, err } = await publish();
    expect([code, out]).toEqual([1, 'Refused: 1 error. The last good release stays.\n']);
    expect(err).toContain(
      'en/returns/two.md:11:10  check-failed: address-internal: Public text holds the contact of the team lead.',
    );
  });

  test('with --keep-going keeps back the file alone', async () => {
    await write({});
    await publish();
    await write({ 'en/returns/two.md': leak, 'en/orders/new.md': makeArticle({ title: 'What is new?' }) });
    const { code, out } = await publish('--keep-going');
    expect(code).toBe(0);
    expect(out).toContain('en/returns/two.md: refused; its last good content stays\n');
    expect(out).toContain('Release 2 is published: 3 public');
  });

  test('is not refused by a warning, by what is accepted, or by what site.yaml weighs less', async () => {
    await write({
      'en/returns/two.md': leak,
      'en/orders/lonely.md': makeArticle({ title: 'Lonely?', body: 'See http://small.example.' }),
      'site.yaml': site('checks: { severity: { address-internal: warning } }'),
    });
    expect(await publish()).toMatchObject({ code: 0 });
  });

  test('is refused by a severity for a check that does not exist', async () => {
    await write({ 'site.yaml': site('checks: { severity: { nonsense: error } }') });
    expect(await publish()).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no check `nonsense`.'),
    });
  });
});

function fail(): never {
  throw new Error('the log has no run');
}
