import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GoldenQuestion } from '../../server/articles/article.ts';
import { readGolden } from '../../server/articles/read-golden.ts';
import { AppError } from '../../server/errors.ts';
import { checkGolden, goldenTargets } from '../../server/snapshots/check-golden.ts';
import type { PublicSnapshot } from '../../server/snapshots/snapshot.ts';
import type { LabelledQuestion } from './labelled-question.ts';

/**
 * Reads the golden questions of a folder's YAML files, sorted by name. Errors: usage-invalid where there are none,
 * publication-refused with what is wrong in the files, or what they expect that the content does not have.
 */
export async function readGoldenFolder(
  folder: string,
  open: PublicSnapshot,
): Promise<readonly GoldenQuestion[]> {
  const names = await yamlIn(folder);
  const golden: GoldenQuestion[] = [];
  const errors: AppError[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const read = readGolden(await readFile(file, 'utf8'), file, open.site);
    errors.push(...read.errors);
    golden.push(...(read.value ?? []));
  }
  checkGolden(golden, goldenTargets(open), errors);
  if (errors.length === 0) return golden;
  throw new AppError('usage-invalid', {
    message: 'The golden questions cannot be asked of this content.',
    found: folder,
    errors,
  });
}

/** A golden question as it is measured, by the article that it expects; its id is locale, file name and line. */
export function labelled({
  question,
  locale,
  context,
  asOf,
  expect,
  file,
  line,
}: GoldenQuestion): LabelledQuestion {
  const targets = expect.status === 'no_answer' ? [] : expect.anyOf;
  const right = new Set(targets.map(({ articleId }) => articleId));
  const isBySection = targets.every(({ section }) => section !== null);
  return {
    id: `${locale} ${basename(file)}:${line}`,
    text: question,
    isAnswerable: expect.status === 'answered',
    isVague: expect.status === 'clarify',
    right,
    grades: new Map([...right].map((id) => [id, 1])),
    sections: new Set(isBySection ? targets.map(({ articleId, section }) => `${articleId}#${section}`) : []),
    context,
    asOf,
  };
}

async function yamlIn(folder: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
    if (names.length > 0) return names.sort();
  } catch (cause) {
    throw noGolden(folder, cause);
  }
  throw noGolden(folder);
}

function noGolden(folder: string, cause?: unknown): AppError {
  return new AppError('usage-invalid', {
    message: 'There are no golden questions there.',
    expected: 'a folder of YAML files in the form of content/golden.yaml',
    found: folder,
    ...(cause === undefined ? {} : { cause }),
  });
}
