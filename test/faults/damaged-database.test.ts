import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp } from '../../server/database/backup.ts';
import { openDatabase } from '../../server/database/open.ts';

/** The main file stays as it is, so that what can be saved can be saved, and a backup is put in its place knowingly. */
describe('a damaged database', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-damaged-'));
    file = join(folder, 'concord.sqlite');
    await (await openDatabase(folder)).destroy();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refused = async (found: RegExp | string): Promise<void> => {
    const before = readFileSync(file);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: 'database-unusable',
      place: { file },
      found: typeof found === 'string' ? found : expect.stringMatching(found),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  };
  const change = (edit: (bytes: Buffer) => Buffer): void => writeFileSync(file, edit(readFileSync(file)));

  test('whose first page is overwritten is refused and left as it is', async () => {
    change((bytes) => bytes.fill(0xa5, 0, 4_096));
    await refused('a file that is not an SQLite database');
  });

  test('whose first page is overwritten behind its name is refused and left as it is', async () => {
    change((bytes) => bytes.fill(0xa5, 20, 4_096));
    await refused(/./);
  });

  test('with a page overwritten, any of them, is refused and left as it is', async () => {
    const whole = readFileSync(file);
    const pages = whole.length / 4_096;
    for (let page = 1; page < pages; page += 1) {
      writeFileSync(file, Buffer.from(whole).fill(0xa5, page * 4_096, (page + 1) * 4_096));
      await refused(/./);
    }
    expect(pages).toBeGreaterThan(20);
  });

  test('that is cut to half, or to nothing, is refused and left as it is: no new one is begun in its place', async () => {
    change((bytes) => bytes.subarray(0, bytes.length / 2));
    await refused(/./);
    change(() => Buffer.alloc(0));
    await refused(/an empty file/);
  });

  test('that is a text is refused and left as it is', async () => {
    change(() => Buffer.from('Not a database.\n'));
    await refused('a file that is not an SQLite database');
  });

  test('that is a backup put beside the -wal of before is refused and left as it is, and opens when that is away', async () => {
    const backup = join(folder, 'backup.sqlite');
    await backUp(folder, backup, async () => null);
    const running = await openDatabase(folder);
    await running
      .insertInto('sources')
      .values({ hash: 'after', bytes: Buffer.alloc(2_000) })
      .execute();
    // As a server that was killed leaves it.
    const wal = readFileSync(`${file}-wal`);
    await running.destroy();
    expect(wal.length).toBeGreaterThan(2_000);
    copyFileSync(backup, file);
    writeFileSync(`${file}-wal`, wal);
    await refused(/remove the files -wal and -shm/);
    rmSync(`${file}-wal`);
    const restored = await openDatabase(folder);
    expect(await restored.selectFrom('sources').selectAll().execute()).toEqual([]);
    await restored.destroy();
  });
});
