import type { Check } from '../../server/checks/finding.ts';
import { checkErrors } from '../../server/checks/run-checks.ts';
import { makeArticle, smallWorld, smallYaml, tryWorld, type WorldFiles } from '../support/small-world.ts';
import { checkWorld } from './check-world.ts';

/** Finds the word "never" wherever it stands in a file. */
const wordSaid: Check = {
  code: 'word-said',
  title: 'A file says never.',
  severity: 'warning',
  explanation: 'A test says so.',
  *run({ content, linesOf }) {
    const files = ['site.yaml', 'facts.yaml', 'offers.yaml', 'teams.yaml'];
    for (const { article } of content.articles) {
      files.push(article.audience === 'public' ? article.head.path : article.hidden.path);
    }
    for (const file of files) {
      for (const [index, line] of linesOf(file).entries()) {
        for (const { 0: word, index: at } of line.matchAll(/never/g)) {
          yield {
            place: { file, line: index + 1, column: at + 1, endColumn: at + 1 + word.length },
            message: 'This says never.',
            expected: 'sometimes',
            found: word,
            hint: null,
            other: null,
            because: [],
          };
        }
      }
    }
  },
};

const article = 'en/orders/one.md';
const run = (files: WorldFiles) => checkWorld(files, { checks: [wordSaid] });
const places = (files: WorldFiles) =>
  run(files).findings.map(({ code, place }) => `${code} ${place.file}:${place.line}:${place.column}`);
const withFront = (front: string, body: string) =>
  `${makeArticle({ body }).replace('---\n', `---\n${front}`)}`;
const site = (more: string): WorldFiles => ({ 'site.yaml': `${smallYaml['site.yaml']?.trim()}\n${more}\n` });

describe('checks', () => {
  test('are sorted by file, line and column, with the source line', () => {
    const { findings } = run({
      'en/orders/two.md': makeArticle({ title: 'Two?', body: 'It never never ends.' }),
      [article]: makeArticle({ body: 'First.\n\nIt never ends.' }),
    });
    expect(findings.map(({ place, excerpt }) => [place.file, place.line, place.column, excerpt])).toEqual([
      [article, 9, 4, 'It never ends.'],
      ['en/orders/two.md', 7, 4, 'It never never ends.'],
      ['en/orders/two.md', 7, 10, 'It never never ends.'],
    ]);
    expect(findings[0]).toMatchObject({ code: 'word-said', severity: 'warning' });
  });

  test.each(['note', 'warning', 'error'])('weigh what site.yaml says: %s', (severity) => {
    const files = {
      [article]: makeArticle({ body: 'Never never.' }),
      ...site(`checks: { severity: { word-said: ${severity} } }`),
    };
    expect(run(files).findings).toMatchObject([{ place: { file: article }, severity }]);
  });

  test('are silent where site.yaml switches them off', () => {
    const files = {
      [article]: makeArticle({ body: 'It never ends.' }),
      ...site('checks: { severity: { word-said: off } }'),
    };
    expect(run(files)).toEqual({ findings: [], accepted: [], errors: [] });
  });

  test('refuse a publication with an error alone, with place and what was expected', () => {
    const files = { [article]: makeArticle({ body: 'It never ends.' }) };
    expect(checkErrors(run(files))).toEqual([]);
    expect(
      checkErrors(run({ ...files, ...site('checks: { severity: { word-said: error } }') })),
    ).toMatchObject([
      {
        code: 'check-failed',
        message: 'word-said: This says never.',
        place: { file: article, line: 7, column: 4 },
        expected: 'sometimes',
        found: 'never',
      },
    ]);
  });

  test('that do not exist are errors with their line, and the nearest that does', () => {
    const { errors } = run({
      ...site(
        'checks:\n  severity: { word-sad: off }\n  accept:\n    - { check: nothing, file: a.md, why: Because. }',
      ),
      [article]: withFront('accept: [{ check: word-sayd, why: So. }]\n', 'Yes.'),
    });
    const lines = (smallYaml['site.yaml'] ?? '').trim().split('\n').length;
    expect(errors).toMatchObject([
      {
        code: 'value-invalid',
        place: { file: 'site.yaml', line: lines + 2 },
        hint: 'Did you mean `word-said`?',
      },
      { code: 'value-invalid', place: { file: article, line: 2 }, found: 'word-sayd' },
      { code: 'value-invalid', place: { file: 'site.yaml', line: lines + 4 }, found: 'nothing' },
    ]);
  });

  test('take no severity but off, note, warning and error', () => {
    const { errors } = tryWorld(site('checks: { severity: { word-said: warn } }'));
    expect(errors).toMatchObject([
      {
        code: 'value-invalid',
        place: { file: 'site.yaml' },
        expected: 'off, note, warning, error',
        found: 'warn',
      },
    ]);
  });
});

describe('a finding is accepted with its reason', () => {
  test('in an article: every one of a check, or those that mark the given words', () => {
    const all = run({
      [article]: withFront('accept: [{ check: word-said, why: A law says so. }]\n', 'It never never ends.'),
    });
    expect(all.findings).toEqual([]);
    expect(all.accepted.map(({ why, place }) => [why, place.column])).toEqual([
      ['A law says so.', 4],
      ['A law says so.', 10],
    ]);
    const some = withFront(
      'accept: [{ check: word-said, text: never ends, why: A law says so. }]\n',
      'It never never ends.',
    );
    expect(places({ [article]: some })).toEqual([`word-said ${article}:8:4`]);
  });

  test('of a fact or an offer, on its own lines', () => {
    const fact = (accept: string) =>
      `one:\n  type: text\n  description: It never ends\n  owner: care\n  source: Law\n  value: { en: Always }\n${accept}two: { type: text, description: Nor does it never, owner: care, source: Law, value: { en: So } }\n`;
    expect(places({ 'facts.yaml': fact(''), 'en/orders/one.md': makeArticle() })).toEqual([
      'word-said facts.yaml:3:19',
      'word-said facts.yaml:7:45',
    ]);
    expect(
      places({
        'facts.yaml': fact('  accept: [{ check: word-said, why: Its words. }]\n'),
        'en/orders/one.md': makeArticle(),
      }),
    ).toEqual(['word-said facts.yaml:8:45']);
    const offers = smallYaml['offers.yaml']?.replace('was the reason', 'was never the reason').trim();
    const accept = '\n  accept: [{ check: word-said, text: was never, why: Known. }]\n';
    const rest = { 'en/orders/one.md': makeArticle() };
    expect(places({ 'offers.yaml': `${offers}\n`, ...rest })).toEqual(['word-said offers.yaml:3:47']);
    expect(places({ 'offers.yaml': `${offers}${accept}`, ...rest })).toEqual([]);
  });

  test('in site.yaml, for any file', () => {
    const accept = 'checks: { accept: [{ check: word-said, file: teams.yaml, why: Its name. }] }';
    const teams = `${smallYaml['teams.yaml']}late: { name: The never team, contact: late@small.example }\n`;
    const { findings, accepted } = run({ 'teams.yaml': teams, [article]: makeArticle(), ...site(accept) });
    expect(findings).toMatchObject([]);
    expect(accepted).toMatchObject([{ place: { file: 'teams.yaml' }, why: 'Its name.' }]);
  });

  test('and is told where there is nothing to accept', () => {
    const files = {
      [article]: withFront('accept: [{ check: word-said, text: nowhere, why: So. }]\n', 'Yes.'),
      ...site('checks: { accept: [{ check: word-said, file: en/orders/gone.md, why: So. }] }'),
    };
    const lines = (smallYaml['site.yaml'] ?? '').trim().split('\n').length;
    expect(run(files).findings).toMatchObject([
      { code: 'acceptance-unused', severity: 'warning', place: { file: article, line: 2 } },
      { code: 'acceptance-unused', place: { file: 'site.yaml', line: lines + 1 } },
    ]);
    const off = site(
      'checks: { severity: { word-said: off }, accept: [{ check: word-said, file: x.md, why: So. }] }',
    );
    expect(run({ [article]: makeArticle(), ...off }).findings).toEqual([]);
  });

  test('only with a reason', () => {
    const { errors } = tryWorld({ [article]: withFront('accept: [{ check: word-said }]\n', 'Yes.') });
    expect(errors).toMatchObject([{ code: 'value-invalid', place: { file: article, line: 2 } }]);
  });

  test('without another revision or snapshot', () => {
    const before = smallWorld({ [article]: makeArticle({ body: 'It never ends.' }) });
    const after = smallWorld({
      [article]: withFront('accept: [{ check: word-said, why: So. }]\n', 'It never ends.'),
      ...site('checks: { severity: { other: note }, leadWords: 40 }'),
    });
    expect(after.snapshot.public.id).toBe(before.snapshot.public.id);
    expect(after.snapshot.agent.agentId).toBe(before.snapshot.agent.agentId);
    expect(JSON.stringify(after.snapshot)).not.toContain('word-said');
  });
});
