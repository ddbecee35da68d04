import { join } from 'node:path';
import { measureSeededCases } from '../../scripts/evaluation/contradictions.ts';

const folder = join(import.meta.dirname, 'contradictions');
const content = join(import.meta.dirname, '../../content');
const silent = { at: () => {}, done: () => {}, end: () => {} };

/** `npm run evaluate -- --contradictions`: precision .986 and .959, recall .820 and .805. */
const floors = { precision: 0.95, recall: 0.8, repeated: 0.8 };

test('of the seeded sentences of both halves contradictions are found and hardly anything else', async () => {
  const halves = await measureSeededCases(folder, content, silent);
  expect(halves.map(({ half }) => half)).toEqual(['tune', 'held']);
  for (const { contradictions, harmless, agreeing, repeated, precision, recall } of halves) {
    expect(contradictions).toBeGreaterThan(60);
    expect(harmless).toBeGreaterThan(60);
    expect(precision).toBeGreaterThanOrEqual(floors.precision);
    expect(recall).toBeGreaterThanOrEqual(floors.recall);
    expect(repeated / agreeing).toBeGreaterThanOrEqual(floors.repeated);
  }
}, 300_000);
