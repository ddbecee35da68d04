import SqliteDatabase from 'better-sqlite3';
import { openDatabase } from '../../server/database/open.ts';

/** Opens the database of a directory and kills itself just before the statement of a number: `DIRECTORY NUMBER`. */
const [directory = '', number = ''] = process.argv.slice(2);
let statements = 0;
const killedAt =
  <Arguments extends unknown[], Result>(run: (...args: Arguments) => Result) =>
  (...args: Arguments): Result => {
    statements += 1;
    if (statements === Number(number)) process.kill(process.pid, 'SIGKILL');
    return run(...args);
  };
const { prepare, exec } = SqliteDatabase.prototype;
SqliteDatabase.prototype.prepare = function (this: SqliteDatabase.Database, ...args) {
  return killedAt(prepare.bind(this))(...args);
} as typeof prepare;
SqliteDatabase.prototype.exec = function (this: SqliteDatabase.Database, ...args) {
  return killedAt(exec.bind(this))(...args);
} as typeof exec;
await (await openDatabase(directory)).destroy();
