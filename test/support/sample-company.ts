import { join } from 'node:path';
import type { Content } from '../../server/articles/article.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { type ContentFile, readContentDirectory } from '../../server/articles/read-content.ts';
import { type AppError, describeError } from '../../server/errors.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';

const contentFolder = join(import.meta.dirname, '../../content');

/** The files of content/, as the loader reads them. Throws where one cannot be read. */
export async function sampleFiles(): Promise<readonly ContentFile[]> {
  const { files, errors } = await readContentDirectory(contentFolder);
  refuse(errors);
  return files;
}

/** Content and snapshot of files, by the real parser and compiler. Throws with every error where they are refused. */
export function compileFiles(files: readonly ContentFile[]): {
  readonly content: Content;
  readonly snapshot: Snapshot;
} {
  const { content, errors } = parseContent(files);
  refuse(errors);
  if (!content) throw new Error('the content has no site');
  const compiled = compileSnapshot(content);
  refuse(compiled.errors);
  if (!compiled.snapshot) throw new Error('the content gave no snapshot');
  return { content, snapshot: compiled.snapshot };
}

function refuse(errors: readonly AppError[]): void {
  if (errors.length > 0) throw new Error(`The content is refused:\n${errors.map(describeError).join('\n')}`);
}
