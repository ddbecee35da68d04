import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { readContentDirectory } from '../../server/articles/read-content.ts';
import { allChecks } from '../../server/checks/checks.ts';
import { runChecks } from '../../server/checks/run-checks.ts';
import { buildSnapshot } from '../../server/snapshots/publish.ts';
import { median } from './figures.ts';
import { generateArticles } from './generate-articles.ts';
import { type Language, readLanguageModel } from './language-model.ts';
import { writeContent } from './write-content.ts';

/** What checking one content directory costs: milliseconds. */
export interface MeasuredCheck {
  readonly language: Language;
  readonly articles: number;
  /** `npm run content:check` as a process of its own, from its start to its end. */
  readonly command: number;
  /** All checks, of a snapshot that is there. */
  readonly checks: number;
  /** Those that a publication runs: the ones that are errors. */
  readonly publication: number;
  /** By code, the slowest first; checks share what they read, so the first of them pays for it. */
  readonly each: readonly { readonly code: string; readonly ms: number }[];
}

const command = join(import.meta.dirname, '../content-check.ts');
/** As package.json has it: every run but a machine's first finds the modules compiled. */
const cache = join(import.meta.dirname, '../compile-cache.mjs');

/** Facts of the generated register: as many as the sample company has. */
const FACTS = 120;

/**
 * Writes generated articles as content, each with a fact and a value that is written out, and checks them: as the command, and
 * check by check in this process. The content is thrown away afterwards.
 */
export async function measureCheck(
  language: Language,
  count: number,
  { rounds, progress }: { readonly rounds: number; readonly progress: (what: string) => void },
): Promise<MeasuredCheck> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-benchmark-'));
  try {
    progress('writing articles');
    writeCheckedContent(folder, language, count);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`checking, ${round + 1} of ${rounds}`);
      times.push(timeCommand(folder));
    }
    progress('checking, check by check');
    return { language, articles: count, command: median(times), ...(await timeChecks(folder, rounds)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeCheckedContent(folder: string, language: Language, count: number): void {
  const articles = generateArticles(readLanguageModel(language), count);
  writeContent(folder, language, articles);
  const facts = Array.from({ length: FACTS }, (_, at) => {
    const words = articles[at % count]?.title.replace(/[^\p{L}\p{M} ]/gu, '') ?? 'value';
    return `fact-${at}: { type: duration, description: "${words}", owner: care, source: Terms ${at}, value: ${at + 1} days }\n`;
  });
  writeFileSync(join(folder, 'facts.yaml'), facts.join(''));
  for (const [at, { id, sections }] of articles.entries()) {
    const words = sections[1]?.text.split(/[.!?]/)[0] ?? '';
    appendFileSync(
      join(folder, language, 'all', `${id.split('/')[1] ?? ''}.md`),
      `\n## Terms\n\n${words} {{fact:fact-${at % FACTS}}}. ${words} ${(at % 90) + 2} days, 10:${10 + (at % 50)}, ${(at % 70) + 5}%.\n`,
    );
  }
}

function timeCommand(folder: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      `--import=${pathToFileURL(cache)}`,
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      command,
      '--dir',
      folder,
      '--today',
      '2026-02-01',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (status !== 0 && status !== 1) throw new Error(`content:check failed:\n${stderr.slice(0, 2_000)}`);
  return performance.now() - begun;
}

async function timeChecks(
  folder: string,
  rounds: number,
): Promise<Pick<MeasuredCheck, 'checks' | 'publication' | 'each'>> {
  const { files } = await readContentDirectory(folder);
  const today = '2026-02-01';
  const time = (run: () => void): number => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  };
  // Each run has a world of its own, so that nothing is remembered from the one before.
  const world = () => {
    const { content, snapshot } = buildSnapshot(files, () => []);
    if (!content || !snapshot) throw new Error('The generated content is refused.');
    return { content, snapshot, files, today };
  };
  const runs = (run: (input: ReturnType<typeof world>) => void): number =>
    median(
      Array.from({ length: rounds }, () => {
        const input = world();
        return time(() => run(input));
      }),
    );
  const each = allChecks.map((check) => ({
    code: check.code,
    ms: runs((input) => void runChecks(input, [check])),
  }));
  return {
    checks: runs((input) => void runChecks(input)),
    publication: runs((input) => void runChecks(input, allChecks, 'error')),
    each: each.sort((a, b) => b.ms - a.ms),
  };
}
