import { allChecks } from '../../server/checks/checks.ts';
import { countWords, sentencesOf } from '../../server/checks/count-words.ts';
import { runChecks } from '../../server/checks/run-checks.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { makeArticle, smallYaml, tryWorld } from '../support/small-world.ts';

/** Milliseconds for one check of the largest article there may be: about 20 times what the slowest needs. */
const LONGEST = 3_000;

const size = 60_000;
const texts: readonly (readonly [string, string])[] = [
  ['one word without an end', 'a'.repeat(size)],
  ['brackets that never close', '['.repeat(size)],
  ['links that never end', `${'[a](b '.repeat(size / 6)}`],
  ['addresses in one run', 'http://'.repeat(size / 8)],
  ['dots and slashes', './@'.repeat(size / 3)],
  ['backticks', '` `` '.repeat(size / 5)],
  ['words that begin a title for agents', 'what do i do when '.repeat(size / 18)],
  ['quotes and blanks', `.${'" '.repeat(size / 2)}`],
  ['combining marks', `a${'\u0301'.repeat(size / 2)}`],
  ['numbers without an end', '1,'.repeat(size / 2)],
];

/** A file that somebody made to hurt takes a check no longer than any other of its size. */
describe('hostile text', () => {
  test.each(texts)('%s is checked in time', async (_, text) => {
    const { content, files } = tryWorld({
      'en/orders/one.md': makeArticle({ body: `Yes.\n\n${text}` }),
      'en/orders/two.md': makeArticle({ title: 'What do I do when a card looks stolen?', audience: 'agent' }),
      'offers.yaml': smallYaml['offers.yaml'] ?? '',
    });
    if (!content) throw new Error('this small world cannot be read');
    const slow: string[] = [];
    for (const check of allChecks) {
      const took = await leastCpuMs(LONGEST, () =>
        runChecks({ content, snapshot: null, files, today: '2026-11-22' }, [check]),
      );
      if (took > LONGEST) slow.push(`${check.code}: ${took.toFixed(0)} ms`);
    }
    expect(slow).toEqual([]);
    // Checks of the compiled text: most of these texts do not compile.
    const spent = await leastCpuMs(LONGEST, () => {
      for (const sentence of sentencesOf(text)) countWords(sentence);
    });
    expect(spent).toBeLessThan(LONGEST);
  });
});
