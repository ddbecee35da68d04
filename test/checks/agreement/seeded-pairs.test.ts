import { join } from 'node:path';
import { evaluate } from '../../../scripts/evaluate.ts';
import {
  disagreementsReport,
  measureDisagreements,
  totalOf,
} from '../../../scripts/evaluation/disagreements.ts';

/** The seeded companies: 48 pairs that disagree and 48 that do not, in four languages. */
describe('articles that disagree, on seeded pairs', () => {
  const measured = measureDisagreements(join(import.meta.dirname, '../disagreements'));

  test.each([
    ['tune', 20],
    ['held', 19],
  ])('are found in the half %s, and nothing else is', (half, least) => {
    const { seeded, harmless, found, wrong } = totalOf(measured.filter((one) => one.half === half));
    expect([seeded, harmless]).toEqual([24, 24]);
    expect(found).toBeGreaterThanOrEqual(least);
    expect(wrong).toBe(0);
  });

  test('are reported by company and half, each miss with its texts where they are asked for', () => {
    const report = disagreementsReport(measured, false);
    expect(report).toMatch(/^held +24 +24 +1\.000 +0\.\d{3}$/m);
    expect(report.split('\n')).toHaveLength(13);
    expect(disagreementsReport(measured, true)).toMatch(/^en-hotel missed /m);
  });

  test('are measured by npm run evaluate -- --contradictions', async () => {
    let out = '';
    const terminal = {
      out: (text: string) => {
        out += text;
      },
      err: () => {},
    };
    const setting = { environment: {}, now: () => new Date('2026-11-22') };
    expect(await evaluate(['--contradictions'], setting, terminal)).toBe(0);
    expect(out).toContain(disagreementsReport(measured, false));
    expect(await evaluate(['--verbose'], setting, terminal)).toBe(2);
  }, 300_000);

  test('are said to be missing where an installation has no tests', () => {
    expect(() => measureDisagreements('/no/such/folder')).toThrow('The seeded companies are not there.');
  });
});
