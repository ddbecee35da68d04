import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const server = join(import.meta.dirname, '../../server');

/** Who may import whom: DESIGN's table. A stage may always import itself, node: modules, errors.ts, did-you-mean.ts and csv.ts. */
const stages: Readonly<
  Record<string, { readonly stages: readonly string[]; readonly packages: readonly string[] }>
> = {
  articles: { stages: [], packages: ['zod', 'yaml', 'marked', 'csv-parse/sync'] },
  snapshots: { stages: ['articles', 'audit', 'database'], packages: ['kysely', 'marked'] },
  search: {
    stages: ['snapshots/snapshot.ts', 'semantics/encoder.ts'],
    packages: ['stemmer'],
  },
  semantics: { stages: ['database'], packages: ['zod'] },
  checks: { stages: ['articles', 'snapshots', 'search', 'answers'], packages: ['marked'] },
  impact: {
    stages: ['articles', 'snapshots', 'search', 'answers', 'feedback', 'semantics/encoder.ts'],
    packages: [],
  },
  macros: {
    stages: ['articles', 'snapshots', 'search', 'answers', 'checks', 'impact'],
    packages: ['csv-parse/sync', 'zod'],
  },
  publication: {
    stages: [
      'articles',
      'snapshots',
      'answers',
      'checks',
      'impact',
      'macros',
      'feedback',
      'audit/audit-event.ts',
      'semantics',
      'database',
      'search/analyser.ts',
      'in-slices.ts',
      'webhooks',
    ],
    packages: ['zod'],
  },
  answers: {
    stages: ['search', 'semantics/encoder.ts', 'snapshots/snapshot.ts', 'snapshots/canonical-json.ts'],
    packages: [],
  },
  channels: {
    stages: [
      'answers/answer.ts',
      'checks/finding.ts',
      'impact/fact-desk.ts',
      'impact/impact.ts',
      'snapshots/release-report.ts',
      'macros/checked-macro.ts',
      'macros/macro-desk.ts',
      'macros/macros-as-csv.ts',
      'feedback',
      'proposals',
      'webhooks',
      'accounts',
      'audit',
      'http',
      'config.ts',
    ],
    packages: ['express', 'zod', 'multer', 'd3-array', 'd3-scale', 'd3-shape'],
  },
  feedback: {
    stages: [
      'answers/answer.ts',
      'answers/calendar.ts',
      'answers/review-days.ts',
      'audit',
      'channels/ask.ts',
      'database',
      'in-slices.ts',
      'search/analyser.ts',
      'webhooks',
    ],
    packages: ['kysely'],
  },
  proposals: {
    stages: ['articles', 'audit', 'channels/previews.ts', 'database', 'snapshots/snapshot.ts'],
    packages: ['kysely', 'yaml', 'zod'],
  },
  webhooks: { stages: ['audit', 'database', 'config.ts'], packages: ['kysely', 'zod'] },
  accounts: {
    stages: ['audit', 'database', 'config.ts'],
    packages: ['kysely', 'zod', 'openid-client', 'pino'],
  },
  audit: { stages: ['database', 'snapshots/canonical-json.ts'], packages: ['kysely', 'zod'] },
  database: { stages: [], packages: ['kysely', 'kysely/migration', 'better-sqlite3'] },
  http: {
    stages: [
      'channels/ask.ts',
      'config.ts',
      'accounts/client-of.ts',
      'accounts/key-scopes.ts',
      'accounts/request-counts.ts',
      'accounts/roles.ts',
    ],
    packages: ['express', 'express-rate-limit', 'helmet', 'handlebars', 'pino'],
  },
};

/** From articles/ to answers/, in checks/, impact/ and macros/ nothing reads the clock, chance, the environment or files, but the loaders named here. */
const ambient =
  /\bDate\.now\b|new Date\(\)|Math\.random|process\.(env|cwd|hrtime)|from 'node:(fs|fs\/promises|os|child_process|net|http|https)'|performance\.now/;
const loaders: readonly string[] = ['articles/read-content.ts', 'snapshots/watch.ts'];

interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?<=^|[\s}*])(?:from|import)\s*\(?\s*'([^'\s,]+)'/gm)].map((match) => ({
    file: relative(server, path),
    line: text.slice(0, match.index).split('\n').length,
    specifier: match[1] ?? '',
  }));
}

function offence({ file, specifier }: Import): string | null {
  const stage = file.split('/')[0] ?? '';
  const rule = stages[stage];
  if (!rule || specifier.startsWith('node:')) return null;
  if (!specifier.startsWith('.')) {
    return rule.packages.includes(specifier) ? null : `${stage} may not use the package ${specifier}`;
  }
  const target = relative(server, join(server, dirname(file), specifier));
  if (['errors.ts', 'did-you-mean.ts', 'csv.ts'].includes(target) || target.startsWith(`${stage}/`))
    return null;
  const allowed = rule.stages.some((one) => target === one || target.startsWith(`${one}/`));
  return allowed ? null : `${stage} may not import ${target}`;
}

describe('layers', () => {
  const files = filesBelow(server);

  test('every folder of server/ has a rule', () => {
    const folders = readdirSync(server, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).sort()).toEqual(Object.keys(stages).sort());
  });

  test('no stage imports what comes after it', () => {
    const offences = files.flatMap(importsOf).flatMap((one) => {
      const found = offence(one);
      return found === null ? [] : [`${one.file}:${one.line}: ${found}`];
    });
    expect(offences).toEqual([]);
  });

  test('an import against the rules is found', () => {
    expect(offence({ file: 'search/x.ts', line: 1, specifier: '../articles/article.ts' })).toMatch(
      /may not import/,
    );
    expect(offence({ file: 'channels/faq/x.ts', line: 1, specifier: '../../search/build-index.ts' })).toMatch(
      /may not/,
    );
    expect(offence({ file: 'channels/api/x.ts', line: 1, specifier: 'minisearch' })).toMatch(/may not use/);
  });

  test('articles, snapshots, search and answers read no clock, chance, environment or file but through the loaders', () => {
    const pure = files.filter((path) =>
      /^(articles|snapshots|search|answers|checks|impact|macros)\//.test(relative(server, path)),
    );
    const offenders = pure
      .filter((path) => !loaders.includes(relative(server, path)))
      .filter((path) => ambient.test(readFileSync(path, 'utf8')))
      .map((path) => relative(server, path));
    expect(offenders).toEqual([]);
  });

  test('only ask.ts, replays and the answers stage call an answerer by question', () => {
    const callers = files
      .filter((path) => /\.answer\(/.test(readFileSync(path, 'utf8')))
      .map((path) => relative(server, path))
      .filter((path) => !path.startsWith('answers/'));
    expect(callers).toEqual(['channels/ask.ts', 'impact/replay.ts']);
  });
});
