import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from '../../scripts/readme.ts';
import { allRoutes } from '../../server/app.ts';
import { settings } from '../../server/config.ts';
import { makeApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** README is true: what it lists is what the code has, both ways. */
describe('README', () => {
  test('has the checks, settings, errors and addresses of the code (npm run readme writes them)', async () => {
    const world = await makeApp(smallWorld().snapshot);
    const made = withTables(readme, allRoutes(world.deps));
    await world.close();
    expect(readme).toBe(made);
  });

  test('a table that lacks a row is told', () => {
    const without = readme.replace(/^\| `PORT`.*\n/m, '');
    expect(without).not.toBe(readme);
    expect(withTables(without, [])).not.toBe(without);
  });

  test('lists every command of package.json, and no other', () => {
    const section = readme.slice(readme.indexOf('\n## Commands'), readme.indexOf('\n## Settings'));
    const listed = [...section.matchAll(/^\| `npm (?:run )?([a-z:-]+)/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(
      Object.keys(scripts)
        .filter((name) => !['format', 'lint', 'types'].includes(name))
        .sort(),
    );
  });

  test('names no file or folder of the repository that is not there', () => {
    const named = [...readme.matchAll(/`((?:server|scripts|test|views|content)\/[A-Za-z0-9_./-]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('every environment variable that the code reads is a setting', () => {
    const files = readdirSync(join(root, 'server'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const read = files.flatMap((name) =>
      [...readFileSync(join(root, 'server', name), 'utf8').matchAll(/process\.env\.([A-Z_]+)/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(read.filter((name) => !(name in settings))).toEqual([]);
  });
});
