import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { openConcord } from './compose.ts';
import { readConfig } from './config.ts';
import { AppError, describeError } from './errors.ts';

const usage = `Usage: npm start

Publishes the content, watches it, and serves the FAQ, the agents' console and the answer API.
Settings come from the environment; README lists them all.
Exit codes: 0 stopped, 1 could not start, 2 called wrongly.
`;

/** Milliseconds that open requests get to finish after SIGTERM or SIGINT. */
const drainMs = 8_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs the server until it is told to stop; the composition root of `npm start`. Sets the process's exit code. */
export async function start(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return say(usage);
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

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, base: null });
  const concord = await openConcord(config, { now: () => new Date(), log });

  const outcome = await concord.publishOrKeep({
    publisher: 'npm start',
    changeNote: 'Published at the start',
  });
  if (outcome.kind === 'refused') {
    process.stderr.write(`${outcome.errors.map(describeError).join('\n')}\n\n`);
    if (outcome.release === null) {
      await concord.close();
      throw new AppError('publication-refused', {
        message: 'The content has errors and there is no earlier release to serve.',
        hint: 'mend the files above and start again',
      });
    }
    process.stderr.write(
      `The content has errors, so the last good release (${outcome.release.number}) is served.\n`,
    );
  }

  const admin = await concord.accounts.ensureFirstAdmin();
  const app = buildApp(concord.appDeps);
  const server = app.listen(config.port, config.host);
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject)).catch(
    async (error: NodeJS.ErrnoException) => {
      await concord.close();
      throw new AppError('settings-invalid', {
        message: `The server cannot listen on ${config.host}:${config.port}.`,
        expected: 'a free port and an address of this machine (PORT, HOST)',
        found: error.code === 'EADDRINUSE' ? 'another program listens there' : error.message,
      });
    },
  );
  const stopWatching = config.watch ? concord.watch() : () => {};

  const { port } = server.address() as AddressInfo;
  const address = config.port === 0 ? `http://${config.host}:${port}` : config.publicUrl;
  const { release, public: answerer } = concord.current();
  say(`Concord serves release ${release.number} (snapshot ${answerer.snapshot.slice(0, 12)}).`);
  say(`  FAQ       ${address}/`);
  say(`  Agents    ${address}/agent`);
  say(`  API       ${address}/api/docs`);
  if (admin !== null) {
    say('');
    say(`  First sign-in, shown only this once:  name ${admin.name}  password ${admin.password}`);
  }

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    stopWatching();
    const drained = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), drainMs);
    await drained;
    clearTimeout(late);
    await concord.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
