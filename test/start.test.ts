import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverMain, startServer, writeWorld } from './support/server-process.ts';
import { worldFiles } from './support/small-world.ts';

const root = join(import.meta.dirname, '..');

describe('starting the server', () => {
  let folder: string;
  let environment: Readonly<Record<string, string>>;
  const article = () => join(folder, 'content/en/orders/cancel-order.md');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-'));
    writeWorld(join(folder, 'content'));
    environment = { CONTENT_DIR: join(folder, 'content'), DATA_DIR: join(folder, 'data') };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('an older Node is told in one sentence what is needed, and nothing else happens', async () => {
    const older = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); import(${JSON.stringify(serverMain)})`;
    const run = startServer(environment, { args: ['-e', older] });
    expect(await run.ended).toBe(1);
    expect(run.said().trim().split('\n')).toEqual([
      expect.stringMatching(/^Concord needs Node 24 or newer and found 20\.20\.2;.*\.$/),
    ]);
  });

  test('publishes, answers, prints the first password once, and ends in order when told to', async () => {
    const first = startServer(environment);
    const [, address] = await first.says(/FAQ +(http:\/\/127\.0\.0\.1:\d+)\//);
    expect(first.said()).toMatch(/shown only this once: {2}name admin {2}password \S{20,}/);
    const ready = await (await fetch(`${address}/readyz`)).json();
    expect(ready).toMatchObject({ status: 'ready', content: 'current' });
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const again = startServer(environment);
    await again.says(/serves release 1 /);
    await again.says(/API +http/);
    expect(again.said()).not.toMatch(/password/);
    appendFileSync(article(), '\nMore words.\n');
    await again.says(/Published release 2 /);
    again.child.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  }, 60_000);

  test('with broken content serves the last good release and says so; with none before, stops', async () => {
    const never = join(folder, 'empty');
    appendFileSync(article(), '\n:::agnet\n');
    const refused = startServer({ ...environment, DATA_DIR: never });
    expect(await refused.ended).toBe(1);
    expect(refused.said()).toMatch(
      /cancel-order\.md:\d+ +directive-unknown[\s\S]+Did you mean `:::agent`[\s\S]+no earlier release to serve/,
    );

    writeFileSync(
      article(),
      worldFiles().find(({ path }) => path === 'en/orders/cancel-order.md')?.bytes ?? '',
    );
    const good = startServer(environment);
    await good.says(/API +http/);
    good.child.kill('SIGTERM');
    expect(await good.ended).toBe(0);

    appendFileSync(article(), '\n:::agnet\n');
    const kept = startServer(environment);
    const [, address] = await kept.says(/FAQ +(http:\/\/127\.0\.0\.1:\d+)\//);
    expect(kept.said()).toMatch(/The last good release \(1, of [^)]+\) is served/);
    expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({ content: 'last-good' });
    kept.child.kill('SIGTERM');
    expect(await kept.ended).toBe(0);
  }, 90_000);

  test('refuses settings, arguments and a database that it cannot use, each with what was expected', async () => {
    const wrong = startServer({ ...environment, PORT: 'many' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.said()).toMatch(
      /PORT is not a valid setting[\s\S]+a whole number from 0 to 65535[\s\S]+many/,
    );
    const called = startServer(environment, { args: [serverMain, '--port'] });
    expect(await called.ended).toBe(2);
    expect(called.said()).toMatch(/takes no arguments, found: --port/);
    cpSync(join(root, 'LICENSE'), join(folder, 'data/concord.sqlite'));
    const damaged = startServer(environment);
    expect(await damaged.ended).toBe(1);
    expect(damaged.said()).toMatch(/concord\.sqlite +database-unusable/);
  }, 60_000);
});
