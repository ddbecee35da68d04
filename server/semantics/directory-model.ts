import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { hashFiles } from './hash-files.ts';
import type { FoundModel, ImportModule, SentenceModel } from './model.ts';

const PACKAGE = '@huggingface/transformers';

/** Part of the model's id: what is done with the files; to be changed with it. */
const WAY = 'directory 1: each text by itself, int8';

/** Files without which a sentence model is none. */
const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** What the weights may be called, the first that is there, and what the package calls their kind. */
const WEIGHTS = [
  { file: 'onnx/model.onnx', dtype: 'fp32' },
  { file: 'onnx/model_quantized.onnx', dtype: 'q8' },
] as const;

/** `concord.json` beside the model, which may say how it is to be used. */
const usage = z.strictObject({
  /** Base locales of the articles that get vectors; without it all. */
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/))
    .min(1)
    .exactOptional(),
  /** How the words' vectors become the text's, as the model was trained. */
  pooling: z.enum(['mean', 'cls']).default('mean'),
  /** Stands before every text; some models want `query: `. */
  prefix: z.string().max(200).default(''),
});

/**
 * A sentence model in a directory: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx or
 * onnx/model_quantized.onnx, and concord.json where it is to be used in another way than by default. Its id covers every
 * file of the directory and the version of the package that reads them. Errors: semantic-model-unusable, with the file or
 * package that is missing or wrong. `versionOf`: of a package; a test gives one of its own.
 */
export async function findDirectoryModel(
  directory: string,
  versionOf: (name: string) => Promise<string> = versionInstalled,
): Promise<FoundModel> {
  if (!(await stat(directory).catch(() => null))?.isDirectory()) {
    throw unusable(directory, {
      expected: 'english, or a directory with an ONNX sentence model',
      found: 'no directory',
    });
  }
  for (const file of NEEDED) {
    if (!(await isFile(join(directory, file)))) {
      throw unusable(join(directory, file), { expected: 'a file of the model', found: 'nothing' });
    }
  }
  await weightsOf(directory);
  const { languages } = await usageOf(directory);
  const version = await versionOf(PACKAGE).catch((cause: unknown) => {
    throw missing(cause);
  });
  return { id: await hashFiles([directory], `${WAY}, ${PACKAGE} ${version}`), languages: languages ?? null };
}

async function versionInstalled(name: string): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  let folder = dirname(resolve(name));
  while (basename(folder) !== basename(name) && folder !== dirname(folder)) folder = dirname(folder);
  const description: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(description).version;
}

/** Loads it into this thread with the package that reads ONNX, which is not one of Concord's own. */
export async function createDirectoryModel(
  directory: string,
  importModule: ImportModule,
): Promise<SentenceModel> {
  const { pooling, prefix } = await usageOf(directory);
  const { dtype } = await weightsOf(directory);
  const module = await importModule(PACKAGE).catch((cause: unknown) => {
    throw missing(cause);
  });
  // Where the package is not installed its types are not either; what it gives is checked below.
  const { env, pipeline } = module as {
    readonly env: Record<string, unknown>;
    pipeline(
      task: string,
      model: string,
      options: object,
    ): Promise<(text: string, options: object) => Promise<unknown>>;
  };
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: '/',
    useFSCache: false,
    useBrowserCache: false,
  });
  const extract = await pipeline('feature-extraction', resolve(directory), {
    dtype,
    device: 'cpu',
    local_files_only: true,
  }).catch((cause: unknown) => {
    throw unusable(directory, {
      expected: 'a model that can be loaded',
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  });
  return {
    encode: async (text) => {
      const output = tensor.safeParse(await extract(prefix + text, { pooling, normalize: true }));
      if (output.success) return Array.from(output.data.data);
      throw unusable(directory, { expected: 'a vector for each text', found: 'something else' });
    },
  };
}

const tensor = z.object({ data: z.instanceof(Float32Array) });

async function weightsOf(directory: string): Promise<(typeof WEIGHTS)[number]> {
  for (const weights of WEIGHTS) if (await isFile(join(directory, weights.file))) return weights;
  throw unusable(directory, { expected: WEIGHTS.map(({ file }) => file).join(' or '), found: 'neither' });
}

async function usageOf(directory: string): Promise<z.infer<typeof usage>> {
  const file = join(directory, 'concord.json');
  if (!(await isFile(file))) return usage.parse({});
  const wrong = (found: string): AppError =>
    unusable(file, { expected: 'a JSON object with languages, pooling (mean, cls) or prefix', found });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
  const parsed = usage.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

function unusable(
  file: string,
  details: { readonly expected: string; readonly found: string; readonly cause?: unknown },
): AppError {
  return new AppError('semantic-model-unusable', { place: { file }, ...details });
}

function missing(cause: unknown): AppError {
  return new AppError('semantic-model-unusable', {
    message: 'The package that reads ONNX models is not installed.',
    expected: `the package ${PACKAGE}`,
    found: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
    hint: `npm install ${PACKAGE}`,
    cause,
  });
}
