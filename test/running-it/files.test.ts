import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, settings } from '../../server/config.ts';
import { readmeBlock, withReplaced } from './readme-block.ts';

const root = join(import.meta.dirname, '../..');

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    process.stderr.write(`skipped: what ${program} says of README's files: it is not installed\n`);
    return false;
  }
}

/** What README tells an operator to write is what Concord and the system's own programs take. */
describe('the files that README tells an operator to write', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-files-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the settings are settings, and make a secure site behind one proxy', () => {
    const lines = readmeBlock('/etc/concord/env').trim().split('\n');
    const environment = Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
    expect(Object.keys(environment).filter((name) => name !== 'NODE_ENV' && !(name in settings))).toEqual([]);
    expect(readConfig(environment)).toMatchObject({
      host: '127.0.0.1',
      publicUrl: 'https://help.example.com',
      trustedHops: 1,
      dataDir: '/var/lib/concord/data',
    });
  });

  test('the command is a shell script that runs as the service does', () => {
    const script = readmeBlock('/usr/local/bin/concord');
    execFileSync('sh', ['-n'], { input: script });
    expect(script).toMatch(/runuser -u concord [\s\S]*\/etc\/concord\/env[\s\S]*\/opt\/concord\/current/);
  });

  test('the units start files that are there', () => {
    for (const unit of ['concord.service', 'concord-backup.service']) {
      const [, file = ''] =
        /^ExecStart=.* ((?:server|scripts)\/\S+\.ts)/m.exec(readmeBlock(`/etc/systemd/system/${unit}`)) ?? [];
      expect([unit, existsSync(join(root, file))]).toEqual([unit, true]);
    }
  });

  (isInstalled('systemd-analyze') ? test : test.skip)('systemd finds nothing wrong with the units', () => {
    const units = ['concord.service', 'concord-backup.service', 'concord-backup.timer'];
    for (const unit of units) {
      const block = readmeBlock(`/etc/systemd/system/${unit}`);
      const text = unit.endsWith('.service')
        ? withReplaced(block, { '/usr/bin/node': process.execPath, '/opt/concord/current': root })
        : block;
      writeFileSync(join(folder, unit), text);
    }
    const files = units.map((unit) => join(folder, unit));
    // Words go to standard error with exit code 0 where a line is not understood.
    const said = execFileSync('sh', ['-c', 'systemd-analyze verify --man=no "$@" 2>&1', 'sh', ...files], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_LOG_LEVEL: 'warning' },
    });
    expect(said.split('\n').filter((line) => line.includes('concord'))).toEqual([]);
  });

  (isInstalled('rsyslogd') ? test : test.skip)('rsyslog understands what ships the logs', () => {
    const file = join(folder, 'rsyslog.conf');
    writeFileSync(file, readmeBlock('/etc/rsyslog.d/30-concord.conf'));
    const said = execFileSync('sh', ['-c', 'rsyslogd -N1 -f "$1" 2>&1', 'sh', file], { encoding: 'utf8' });
    expect(said).not.toMatch(/error|could not|invalid/i);
  });
});
