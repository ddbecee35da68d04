import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Express } from 'express';
import { pino } from 'pino';
import type { Role } from '../../server/accounts/accounts.ts';
import { buildApp } from '../../server/app.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { sessionCookie } from '../../server/channels/agent/session-cookie.ts';
import { type Concord, openConcord } from '../../server/compose.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { describeError } from '../../server/errors.ts';
import type { PublishOptions } from '../../server/snapshots/publish.ts';
import { type WorldFiles, worldFiles } from './small-world.ts';

/** A small company in a directory of its own, with a database: its content can be edited and published, release by release. */
export interface ReleasedWorld {
  readonly app: Express;
  readonly concord: Concord;
  readonly config: Config;
  /** The files of the content as they are now, by path. */
  content(): Readonly<Record<string, string>>;
  /** Writes files of the content; null deletes one. */
  edit(files: WorldFiles): void;
  /** Publishes an hour later than the last time and gives the release's number. Throws where it is refused. */
  publish(options?: Partial<PublishOptions>): Promise<number>;
  /** Moves the clock, back where `hours` is less than 0. */
  pass(hours: number): void;
  /** Adds a person now, signs in, and gives the Cookie header's value and the form token. */
  signIn(
    role: Role,
    name?: string,
  ): Promise<{ readonly name: string; readonly cookie: string; readonly token: string }>;
  close(): Promise<void>;
}

/** Opens a world; nothing is published yet. The clock begins on 2026-11-20 at 10:00 UTC. */
export async function releasedWorld(files: WorldFiles = {}): Promise<ReleasedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-released-'));
  const config = {
    ...readConfig({}),
    contentDir: join(folder, 'content'),
    dataDir: join(folder, 'data'),
    rateLimit: 1_000_000,
    keylessRateLimit: 1_000_000,
    accountRateLimit: 1_000_000,
  };
  const edit = (changed: WorldFiles): void => {
    for (const [path, text] of Object.entries(changed)) {
      const file = join(config.contentDir, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
  };
  edit(Object.fromEntries(worldFiles(files).map(({ path, bytes }) => [path, bytes.toString('utf8')])));
  let hour = 0;
  const now = (): Date => new Date(Date.UTC(2026, 10, 20, 10 + hour));
  const concord = await openConcord(config, { now, log: pino({ level: 'silent' }), worker: false });
  let people = 0;
  return {
    app: buildApp(concord.appDeps),
    concord,
    config,
    content: () =>
      Object.fromEntries(
        readdirSync(config.contentDir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
          if (!entry.isFile()) return [];
          const path = join(entry.parentPath, entry.name);
          return [[relative(config.contentDir, path), readFileSync(path, 'utf8')]];
        }),
      ),
    edit,
    async publish(options = {}) {
      hour += 1;
      const publication = await concord.publish({
        publisher: 'maya',
        changeNote: '',
        keepGoing: false,
        ...options,
      });
      if (publication.status === 'refused') throw new Error(publication.errors.map(describeError).join('\n'));
      return publication.release.number;
    },
    pass(hours) {
      hour += hours;
    },
    async signIn(role, name = `person${people + 1}`) {
      people += 1;
      const person = { name, password: concord.accounts.newPassword() };
      await concord.accounts.add({ ...person, role }, byServer);
      const outcome = await concord.accounts.signIn(person, byServer);
      if (outcome.kind !== 'signed-in') throw new Error(`a test's sign-in was ${outcome.kind}`);
      const session = await concord.accounts.sessionOf(outcome.secret);
      return {
        name,
        cookie: `${sessionCookie(config).name}=${outcome.secret}`,
        token: session?.formToken ?? '',
      };
    },
    async close() {
      await concord.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
