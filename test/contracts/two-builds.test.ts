import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAnswerers, publicShelf } from '../../server/answers/answerer.ts';
import { hiddenShelf } from '../../server/answers/desk.ts';
import { createEditions, type Shelf } from '../../server/answers/shelf.ts';
import type { GoldenQuestion } from '../../server/articles/article.ts';
import { readGolden } from '../../server/articles/read-golden.ts';
import { stateOf } from '../../server/search/create-index.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { canary, canaryFiles, unknown } from '../support/canary-world.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { smallWorld } from '../support/small-world.ts';
import { withoutAgentsText } from '../support/without-agents-text.ts';

const minutes = 60_000;
const asOf = '2026-11-22';
const locales = ['en', 'he', 'fa', 'ms'];

/** The sample company as it is, and built of the same files without anything that is for agents alone. */
describe('the public side with agents’ text and without it', () => {
  let whole: Snapshot;
  let without: Snapshot;
  let questions: readonly GoldenQuestion[];

  beforeAll(async () => {
    const files = await sampleFiles();
    const texts = new Map(files.map(({ path, bytes }) => [path, bytes.toString('utf8')]));
    const left = Object.entries(withoutAgentsText(texts)).filter(([path]) => path !== 'golden.yaml');
    const compiled = compileFiles(files);
    whole = compiled.snapshot;
    without = compileFiles(left.map(([path, text]) => ({ path, bytes: Buffer.from(text, 'utf8') }))).snapshot;
    const folder = join(import.meta.dirname, '../golden');
    const held = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    questions = [
      ...compiled.content.golden,
      ...held.flatMap(
        (name) => readGolden(readFileSync(join(folder, name), 'utf8'), name, whole.public.site).value ?? [],
      ),
    ];
  }, minutes);

  test('is one snapshot, whose agents’ side is large in one and empty in the other', () => {
    expect(without.public.id).toBe(whole.public.id);
    expect(whole.agent.hiddenArticles.length).toBeGreaterThan(5);
    expect(whole.agent.beside.flatMap(({ notes }) => notes).length).toBeGreaterThan(20);
    expect([...without.agent.hiddenArticles, ...without.agent.beside.flatMap(({ notes }) => notes)]).toEqual(
      [],
    );
  });

  test(
    'answers and ranks every labelled question the same, with the same scores',
    () => {
      const [one, other] = [createAnswerers(whole).public, createAnswerers(without).public];
      const differing = questions.filter(({ question, locale, context }) => {
        const ask = { question, locale, context, asOf };
        const told = (side: typeof one): string =>
          JSON.stringify([side.search({ ...ask, limit: 20 }), side.answer({ ...ask, answerId: null })]);
        return told(one) !== told(other);
      });
      expect(questions.length).toBeGreaterThan(200);
      expect(differing.map(({ question }) => question)).toEqual([]);
    },
    minutes,
  );

  test('has an index that holds no word of agents’ text that no public text has', () => {
    const words = (shelf: Shelf): ReadonlySet<string> => {
      const editions = createEditions(shelf);
      return new Set(locales.flatMap((locale) => wordsIn(stateOf(editions.on(locale, asOf).index()))));
    };
    const [open, alone] = [words(publicShelf(whole)), words(publicShelf(without))];
    const own = [...words(hiddenShelf(whole))].filter((word) => !alone.has(word));
    expect(open.size).toBeGreaterThan(1_000);
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((word) => open.has(word))).toEqual([]);
  });
});

describe('a word that only agents’ text has', () => {
  const { snapshot } = smallWorld(canaryFiles());

  test('is in no index of the public, in no form of it, and in that of agents', () => {
    const textOf = (shelf: Shelf): string => {
      const editions = createEditions(shelf);
      return locales.flatMap((locale) => wordsIn(stateOf(editions.on(locale, asOf).index()))).join('\n');
    };
    expect(textOf(publicShelf(snapshot))).not.toContain(canary);
    expect(textOf(publicShelf(snapshot))).toContain('cancel');
    expect(textOf(hiddenShelf(snapshot))).toContain(canary);
    expect(JSON.stringify(snapshot.public)).not.toContain(canary);
  });

  test(
    'takes as long as a word that nobody knows',
    async () => {
      const { public: answerer } = createAnswerers(snapshot);
      const ask = { locale: 'en', context: {}, asOf };
      const asking = (word: string) => () => {
        for (let round = 0; round < 4; round += 1) {
          const question = `${word}${round} refund`;
          answerer.answer({ ...ask, question, answerId: null });
          answerer.search({ ...ask, question, limit: 20 });
          answerer.suggest(question, ask, 8);
        }
      };
      const [known, other] = [asking(`${canary}body`), asking(`${unknown}body`)];
      // A difference in the work would be there every time; one that other work on the machine makes is not.
      const found: number[] = [];
      for (let round = 0; round < 3 && !found.some((z) => z <= 5); round += 1)
        found.push(Math.abs(await rankSum(known, other)));
      expect(Math.min(...found)).toBeLessThanOrEqual(5);
    },
    minutes,
  );

  test('would be told by the time it takes, if it took a third longer', async () => {
    const work = (rounds: number) => () => {
      let sum = 0;
      for (let at = 0; at < rounds; at += 1) sum += Math.sqrt(at);
      return sum;
    };
    expect(Math.abs(await rankSum(work(60_000), work(80_000)))).toBeGreaterThan(5);
  });
});

/** The z of the rank-sum test over 60 pairs of processor times, each measured in turn, every second pair the other way round. */
async function rankSum(one: () => unknown, other: () => unknown): Promise<number> {
  const pairs = 60;
  const times: { readonly ms: number; readonly isOne: boolean }[] = [];
  for (let pair = 0; pair < pairs; pair += 1)
    for (const isOne of pair % 2 === 0 ? [true, false] : [false, true])
      times.push({ isOne, ms: await cpuMs(isOne ? one : other) });
  const ranked = times.sort((a, b) => a.ms - b.ms);
  const sum = ranked.reduce((total, { isOne }, at) => total + (isOne ? at + 1 : 0), 0);
  const mean = (pairs * (2 * pairs + 1)) / 2;
  return (sum - mean) / Math.sqrt((pairs * pairs * (2 * pairs + 1)) / 12);
}

/** Every text anywhere in a value: of objects, lists, maps and sets, keys too. */
function wordsIn(value: unknown): readonly string[] {
  const seen = new Set<unknown>();
  const found = new Set<string>();
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === 'string') found.add(one);
    if (typeof one !== 'object' || one === null || seen.has(one) || ArrayBuffer.isView(one)) continue;
    seen.add(one);
    if (one instanceof Map) rest.push(...one.keys(), ...one.values());
    else if (one instanceof Set) rest.push(...one);
    else for (const [key, inner] of Object.entries(one)) rest.push(key, inner);
  }
  return [...found];
}
