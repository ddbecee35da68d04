import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import { anchorAudit } from './audit/anchor-audit.ts';
import { noteSettings } from './audit/note-settings.ts';
import { type Concord, openConcord } from './compose.ts';
import { type Config, readConfig, settingsThatDiffer } from './config.ts';
import { AppError, describeError } from './errors.ts';
import { createListener, listenerLimits } from './http/listener.ts';
import { createLog } from './http/log.ts';
import type { Publication } from './snapshots/publish.ts';
import type { Release, Snapshot } from './snapshots/snapshot.ts';

const usage = `Usage: npm start

Publishes the content, watches it, and serves the FAQ, the agents' console and the answer API.
Settings come from the environment; README lists them all.
Exit codes: 0 stopped, 1 could not start, 2 called wrongly.
`;

/** Milliseconds after SIGTERM or SIGINT in which clients that keep a connection are told to close it. */
const graceMs = 500;

/** Milliseconds that open requests get to finish after that: with the rest of the end it stays below ten seconds. */
const drainMs = 7_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs the server until it is told to stop; the composition root of `npm start`. Sets the process's exit code. */
export async function start(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return print(usage);
  if (args.length > 0) {
    process.stderr.write(`npm start takes no arguments, found: ${args.join(' ')}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  try {
    await serve();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `${error instanceof AppError ? describeError(error) : String((error as Error).stack ?? error)}\n`,
    );
  }
}

/** Errors of the content, in the order found, and how many. */
function complain(errors: readonly AppError[]): void {
  process.stderr.write(`${errors.map(describeError).join('\n')}\n\n`);
  process.stderr.write(
    `The content is refused: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}.\n`,
  );
}

/** Says what publications by the watcher came to; the same refusal twice in a row is said once. */
function teller(saidAtStart: readonly AppError[], heldAtStart: boolean): (publication: Publication) => void {
  const textOf = (errors: readonly AppError[]): string => errors.map(describeError).join('\n');
  let said = textOf(saidAtStart);
  let saidHeld = heldAtStart;
  return (publication) => {
    const now = textOf(publication.errors);
    if (publication.status === 'refused' && now !== said) {
      complain(publication.errors);
      process.stderr.write('What was served before is still served.\n');
    }
    if (publication.status === 'published') printPublished(publication);
    if (publication.status === 'held' && !saidHeld) printHeld(publication.release);
    saidHeld = publication.status === 'held';
    if (publication.status === 'unchanged' && said !== '')
      print('The content is whole again and is what is served.');
    said = now;
  };
}

function printHeld({ number }: Release): void {
  print(`The content directory still holds what was rolled back; release ${number} stays.`);
  print('Edit the content, or publish it deliberately with npm run content:publish.');
}

function printPublished({
  release,
  snapshot,
}: {
  readonly release: Release;
  readonly snapshot: Snapshot;
}): void {
  print(`Published release ${release.number} (snapshot ${snapshot.public.id.slice(0, 12)}).`);
}

const atStart = {
  publisher: 'npm start',
  changeNote: 'Published at the start',
  keepGoing: false,
  byItself: true,
} as const;

/**
 * Publishes before anything is served, or serves the last good release and gives the errors why. Errors: what was wrong,
 * where there is no such release.
 */
async function publishAtStart(concord: Concord): Promise<readonly AppError[]> {
  const publication = await concord.publish(atStart).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'publication-failed') return error;
    throw error;
  });
  if (!(publication instanceof AppError) && publication.status !== 'refused') return publication.errors;
  const errors = publication instanceof AppError ? [publication] : publication.errors;
  const release = await concord.serveLastGood(errors);
  if (!(publication instanceof AppError)) complain(errors);
  else if (release !== null) process.stderr.write(`${describeError(publication)}\n`);
  if (release !== null) {
    process.stderr.write(
      `The last good release (${release.number}, of ${release.publishedAt}) is served.\n\n`,
    );
    return errors;
  }
  if (publication instanceof AppError) throw publication;
  throw new AppError('publication-refused', {
    message: 'The content has errors and there is no earlier release to serve.',
    hint: 'mend the files above and start again',
  });
}

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const concord = await openConcord(config, { now: () => new Date(), log });
  try {
    await run(config, log, concord);
  } catch (error) {
    await concord.close();
    throw error;
  }
}

/** Publishes, listens, and leaves the server running. Errors: whatever keeps it from being reached. */
async function run(config: Config, log: Logger, concord: Concord): Promise<void> {
  const { audit } = concord.appDeps;
  await noteSettings(audit, settingsThatDiffer(process.env));
  const resumed = await concord.resume();
  const refused = resumed === null ? await publishAtStart(concord) : [];

  const admin = await concord.accounts.ensureFirstAdmin();
  const app = buildApp(concord.appDeps);
  const { maxConnections } = config;
  const listener = createListener(app, { ...listenerLimits, maxConnections }, (connections) =>
    log.warn({ connections, maxConnections }, 'connections were closed: there were too many'),
  );
  const server = listener.server.listen(config.port, config.host);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new AppError('settings-invalid', {
        message: `The server cannot listen on ${config.host}:${config.port}.`,
        expected: 'a free port and an address of this machine (PORT, HOST)',
        found: error.code === 'EADDRINUSE' ? 'another program listens there' : error.message,
      });
    },
  );
  const { held, release: first } = concord.current();
  if (held !== null) printHeld(first);
  const tell = teller(refused, held !== null);
  const failed = (err: unknown): void => log.error({ err }, 'the content could not be published');
  // The watcher publishes what it first sees; without it, what was resumed is checked here.
  const stopWatching = config.watch ? concord.watch({ published: tell, failed }) : async () => {};
  if (resumed !== null && !config.watch) concord.publish(atStart).then(tell, failed);
  const stopFollowing = concord.follow(({ number, publisher }) =>
    print(`Serving release ${number}, published by ${publisher}.`),
  );

  // No names and no addresses: these lines go further than the database, and a number leads to the row.
  const stopAnchoring = anchorAudit(audit, {
    told: ({ number, action, hash }) => log.info({ audit: number, action, hash }, 'audited'),
    failed: (err) => log.error({ err }, 'the audit log could not be read'),
  });

  const { port } = server.address() as AddressInfo;
  const address = config.port === 0 ? `http://${config.host}:${port}` : config.publicUrl;
  const { release, public: answerer } = concord.current();
  const firstSignIn =
    admin === null
      ? []
      : ['', `  First sign-in, shown only this once:  name ${admin.name}  password ${admin.password}`];
  // In one piece: whoever reads the first line finds the last.
  print(
    [
      `Concord serves release ${release.number} (snapshot ${answerer.snapshot.slice(0, 12)}).`,
      `  FAQ       ${address}/`,
      `  Agents    ${address}/agent`,
      `  API       ${address}/api/docs`,
      ...firstSignIn,
    ].join('\n'),
  );

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    stopFollowing();
    const unwatched = stopWatching();
    await listener.drain({ graceMs, mostMs: drainMs });
    await stopAnchoring();
    await concord.close();
    await unwatched;
  };
  // Not once: a second signal would else end the process at once, and with it what is still being answered.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
