import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { providerSettings } from '../server/accounts/provider-settings.ts';
import { allChecks } from '../server/checks/checks.ts';
import { settings } from '../server/config.ts';
import { errorCatalogue } from '../server/errors.ts';
import { keptData } from '../server/feedback/privacy/kept-data.ts';
import type { Route } from '../server/http/route.ts';
import { eventTypes } from '../server/webhooks/event.ts';

const usage = `Usage: npm run readme [-- --check]

Writes README's tables of checks, settings, events, what is kept, errors and addresses from the code. With --check it writes nothing and says whether
they agree. Exit codes: 0 they agree or were written, 1 they differ (--check), 2 called wrongly.
`;

const file = join(import.meta.dirname, '../README.md');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Every setting; the family of a provider's stands behind the list of the providers. */
function settingDocs() {
  const family = Object.entries(providerSettings).map(([name, doc]) => [`OIDC_<NAME>_${name}`, doc] as const);
  return Object.entries(settings).flatMap((entry) =>
    entry[0] === 'OIDC_PROVIDERS' ? [entry, ...family] : [entry],
  );
}

/** README's text with the tables between `<!-- name -->` and `<!-- /name -->` made anew from the code. */
export function withTables(readme: string, routes: readonly Route[]): string {
  const tables = {
    checks: table(
      ['Code', 'Severity', 'What is wrong'],
      allChecks.map(({ code, severity, title }) => [`\`${code}\``, severity, title]),
    ),
    settings: table(
      ['Variable', 'Default', 'Unit', 'Meaning'],
      settingDocs().map(([name, { default: value, unit, description }]) => [
        `\`${name}\``,
        value === '' ? '' : `\`${value}\``,
        unit,
        description,
      ]),
    ),
    events: table(
      ['Type', 'When'],
      Object.entries(eventTypes).map(([type, description]) => [`\`${type}\``, description]),
    ),
    kept: table(
      ['Table', 'What', 'For how long', 'What for'],
      Object.entries(keptData).map(([name, { what, howLong, why }]) => [`\`${name}\``, what, howLong, why]),
    ),
    errors: table(
      ['Code', 'Status', 'Meaning'],
      Object.entries(errorCatalogue).map(([code, { status, title }]) => [
        `\`${code}\``,
        String(status),
        title,
      ]),
    ),
    routes: table(
      ['Method', 'Path', 'For', 'Key', 'Format', 'Cache', 'Limit', 'What'],
      routes.map((route) => [
        route.method.toUpperCase(),
        `\`${route.path}\``,
        route.fresh === true ? `${route.access}, anew` : route.access,
        route.scope ?? '',
        route.format,
        route.cache,
        route.limit,
        route.summary,
      ]),
    ),
  };
  return Object.entries(tables).reduce((text, [name, made]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, rest] = [text.indexOf(open), text.indexOf(close)];
    if (before < 0 || rest < before)
      throw new Error(`README.md has no place for ${name}: expected ${open} ... ${close}`);
    return `${text.slice(0, before + open.length)}\n\n${made}\n\n${text.slice(rest)}`;
  }, readme);
}

/** Every route, from an application that is composed in memory and never listens. */
export async function routesOfApp(): Promise<readonly Route[]> {
  const { allRoutes } = await import('../server/app.ts');
  const { openConcord } = await import('../server/compose.ts');
  const { readConfig } = await import('../server/config.ts');
  const { pino } = await import('pino');
  const config = { ...readConfig({}), dataDir: ':memory:' };
  const concord = await openConcord(config, { now: () => new Date(), log: pino({ level: 'silent' }) });
  const routes = allRoutes(concord.appDeps);
  await concord.close();
  return routes;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const now = readFileSync(file, 'utf8');
  const made = withTables(now, await routesOfApp());
  if (values.check) {
    process.stdout.write(
      now === made ? 'README agrees with the code.\n' : 'README differs from the code: npm run readme\n',
    );
    return now === made ? 0 : 1;
  }
  writeFileSync(file, made);
  return 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
  }
}
