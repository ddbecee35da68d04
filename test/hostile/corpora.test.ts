import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasHostileCorpora, hostileFolder } from '../support/hostile-corpus.ts';

const root = join(import.meta.dirname, '../..');
const there = hasHostileCorpora();
const whenThere = there ? test : test.skip;

/** Which tests run a corpus whole, each case of it; they take the cases from the file, so that a new one is run too. */
const runWhole: Readonly<Record<string, readonly string[]>> = {
  'agent-fence.json': ['test/articles/hostile-fence.test.ts', 'test/contracts/no-leak.test.ts'],
  'bytes.json': ['test/articles/hostile-bytes.test.ts'],
  'front-matter.json': ['test/articles/hostile-front-matter.test.ts'],
  'http.json': ['test/hostile/http.test.ts'],
  'markdown-dos.json': ['test/snapshots/hostile-markdown.test.ts'],
  'markdown-xss.json': ['test/snapshots/hostile-markdown.test.ts', 'test/channels/faq/hostile-pages.test.ts'],
  'queries.json': ['test/hostile/questions.test.ts', 'test/answers/hostile-questions.test.ts'],
  'tree.json': ['test/articles/hostile-tree.test.ts'],
  'unicode.json': ['test/hostile/questions.test.ts'],
};

/** Flows are told in words, so each is a test of its own, named by its id, in one of these. */
const flows = ['auth-people', 'auth-routes', 'api-keys'].map((name) => `test/hostile/${name}.test.ts`);

/** Flows that another test shows, and where. */
const shownElsewhere: Readonly<Record<string, { readonly file: string; readonly test: string }>> = {
  'brute-memory': {
    file: 'test/accounts/request-counts.test.ts',
    test: 'of 300,000 addresses take less than 50 MB, and those that are exhausted are kept',
  },
};

/** A fault of the machine is shown by the test named here, as far as it says, or by none, and why. */
const faults: Readonly<
  Record<string, { readonly file: string; readonly test: string } | { readonly why: string }>
> = {
  'kill-write': {
    file: 'test/faults/two-servers.test.ts',
    test: 'both answer, lose nothing of what they acknowledged when both are killed, and serve the same release',
  },
  'kill-migrate': { why: 'a migration is one transaction of SQLite; no test kills a server in one' },
  'kill-reload': {
    why: 'a release is stored in one transaction and served by one reference; no test kills in between',
  },
  'kill-reindex': { why: 'an index is in memory alone: none is written to a file' },
  'half-file': {
    file: 'test/snapshots/watch.test.ts',
    test: 'never reads a file that is still being written',
  },
  'rename-storm': { file: 'test/snapshots/watch.test.ts', test: 'publishes a burst of changes once' },
  'read-only': {
    why: 'nothing is ever written to the content directory; tests run as root, which may write anywhere',
  },
  'content-gone': {
    file: 'test/snapshots/watch.test.ts',
    test: 'goes on after bad content, and after the directory was gone',
  },
  'disk-full': {
    file: 'test/faults/full-disk.test.ts',
    test: 'stops what must be written, and nothing else; nothing acknowledged is lost; it works again once there is room',
  },
  'disk-full-log': { file: 'test/end.test.ts', test: 'that is %s stops no answer, and no end' },
  'db-locked': {
    file: 'test/faults/locked-database.test.ts',
    test: 'for three seconds: every answer is recorded all the same',
  },
  'db-corrupt': {
    file: 'test/faults/damaged-database.test.ts',
    test: 'with a page overwritten, any of them, is refused and left as it is',
  },
  'snapshot-corrupt': {
    why: 'there is no file of an index; damaged rows of a release are a damaged database',
  },
  clock: {
    file: 'test/accounts/request-counts.test.ts',
    test: 'begin anew where the clock was set back past them',
  },
  connections: {
    file: 'test/http/listener.test.ts',
    test: 'closes connections beyond the most, and takes new ones when there is room again',
  },
  'too-many-files': { why: 'MAX_CONNECTIONS stays below the limit of files; no test takes all files away' },
  'memory-cap': { why: 'ten minutes of load are a benchmark, no test' },
  'hostile-load': { why: 'five minutes of load are a benchmark; the inputs are run one by one here' },
  drain: {
    file: 'test/end.test.ts',
    test: 'under load loses no request that was accepted, and ends in order within ten seconds',
  },
  'drain-twice': {
    file: 'test/end.test.ts',
    test: 'during the start ends it at once, and the next start finds everything whole',
  },
  uncaught: {
    file: 'test/contracts/error-shape.test.ts',
    test: 'what is ours shows no stack, message or path, and the next request is answered',
  },
  backup: {
    file: 'test/faults/backup.test.ts',
    test: 'of 20 backups while eight writers write, each is whole and has every answer acknowledged before',
  },
  'restore-drill': { why: 'README names the steps; the backup test opens what it made' },
  'answer-log': {
    file: 'test/feedback/recorder.test.ts',
    test: 'says that it is unavailable when the row cannot be written',
  },
  'two-servers': {
    file: 'test/faults/two-servers.test.ts',
    test: 'both answer, lose nothing of what they acknowledged when both are killed, and serve the same release',
  },
  'upgrade-back': {
    why: 'a newer database is refused by its migrations; no older program is at hand to start',
  },
};

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Ids of the cases of a corpus, in its order. */
const idsOf = (file: string): readonly string[] =>
  (
    JSON.parse(readFileSync(join(hostileFolder, file), 'utf8')) as {
      readonly cases: readonly { readonly id: string }[];
    }
  ).cases.map(({ id }) => id);

describe('hostile corpora', () => {
  whenThere('are all known here', () => {
    const files = readdirSync(hostileFolder).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual([...Object.keys(runWhole), 'auth.json', 'faults.json'].sort());
  });

  test.each(Object.entries(runWhole))('%s is read whole by the tests that run it', (corpus, files) => {
    for (const file of files) expect(read(file)).toContain(`hostileCases('${corpus}'`);
  });

  whenThere('auth.json: every flow is a test of its id', () => {
    const named = flows.filter((file) => existsSync(join(root, file))).map(read);
    const missing = idsOf('auth.json').filter(
      (id) => !(id in shownElsewhere) && !named.some((text) => new RegExp(`['"\`]${id}(: |')`).test(text)),
    );
    expect(missing).toEqual([]);
    for (const { file, test } of Object.values(shownElsewhere)) expect(read(file)).toContain(test);
  });

  whenThere('faults.json: every fault is shown by a test, or is said not to be', () => {
    expect(Object.keys(faults).sort()).toEqual([...idsOf('faults.json')].sort());
    for (const shown of Object.values(faults))
      if ('file' in shown) expect(read(shown.file)).toContain(shown.test);
  });
});
