import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createDirectoryModel, findDirectoryModel } from '../../server/semantics/directory-model.ts';

let folder: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const find = () => findDirectoryModel(folder, async () => '4.0.0');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-model-'));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) write(file, '{}');
  write('onnx/model_quantized.onnx', 'weights');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for the package that reads ONNX models: what it is told is kept, and a text's vector is its length. */
function standIn() {
  const env: Record<string, unknown> = { allowRemoteModels: true };
  const calls: unknown[] = [];
  return {
    env,
    calls,
    import: async (name: string) => ({
      env,
      pipeline: async (...loaded: unknown[]) => {
        calls.push([name, ...loaded]);
        return async (...asked: unknown[]) => {
          calls.push(asked);
          return { data: Float32Array.of(String(asked[0]).length, 1), dims: [1, 2] };
        };
      },
    }),
  };
}

describe('a model in a directory', () => {
  test('is known by every file and by the package that reads it', async () => {
    const before = await find();
    expect(before).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/), languages: null });
    expect(await find()).toEqual(before);
    expect((await findDirectoryModel(folder, async () => '4.0.1')).id).not.toBe(before.id);
    write('onnx/model_quantized.onnx', 'other weights');
    expect((await find()).id).not.toBe(before.id);
  });

  test('is read from its files alone: nothing is fetched, nothing is kept elsewhere', async () => {
    const { env, calls, import: importModule } = standIn();
    const model = await createDirectoryModel(folder, importModule);
    expect(await model.encode('hello')).toEqual([5, 1]);
    expect(env).toMatchObject({ allowRemoteModels: false, allowLocalModels: true, useFSCache: false });
    expect(calls).toEqual([
      [
        '@huggingface/transformers',
        'feature-extraction',
        folder,
        { dtype: 'q8', device: 'cpu', local_files_only: true },
      ],
      ['hello', { pooling: 'mean', normalize: true }],
    ]);
  });

  test('is used as its concord.json says', async () => {
    write('concord.json', JSON.stringify({ languages: ['en', 'he'], pooling: 'cls', prefix: 'query: ' }));
    write('onnx/model.onnx', 'all of the weights');
    expect((await find()).languages).toEqual(['en', 'he']);
    const { calls, import: importModule } = standIn();
    const model = await createDirectoryModel(folder, importModule);
    await model.encode('hello');
    expect(calls).toMatchObject([
      [{}, {}, {}, { dtype: 'fp32' }].map((each, at) => (at === 3 ? each : expect.anything())),
      ['query: hello', { pooling: 'cls' }],
    ]);
  });

  test.each([
    ['no directory', () => rmSync(folder, { recursive: true }), '', 'no directory'],
    ['no tokenizer', () => rmSync(join(folder, 'tokenizer.json')), 'tokenizer.json', 'nothing'],
    ['no weights', () => rmSync(join(folder, 'onnx'), { recursive: true }), '', 'neither'],
    ['a concord.json that is no JSON', () => write('concord.json', '{'), 'concord.json', 'JSON'],
    ['an unknown key', () => write('concord.json', '{"pool":"mean"}'), 'concord.json', 'pool'],
    ['an unknown pooling', () => write('concord.json', '{"pooling":"max"}'), 'concord.json', 'pooling'],
  ])('with %s is refused, and why', async (_, spoil, file, found) => {
    spoil();
    await expect(find()).rejects.toMatchObject({
      code: 'semantic-model-unusable',
      place: { file: join(folder, file) },
      found: expect.stringContaining(found),
    });
  });

  test('without the package that reads it is refused with what to install', async () => {
    await expect(
      createDirectoryModel(folder, async () => {
        throw new Error("Cannot find package '@huggingface/transformers'");
      }),
    ).rejects.toMatchObject({
      code: 'semantic-model-unusable',
      hint: 'npm install @huggingface/transformers',
    });
  });

  test('that gives no vectors is refused', async () => {
    const importModule = async () => ({ env: {}, pipeline: async () => async () => ({ logits: [] }) });
    const model = await createDirectoryModel(folder, importModule);
    await expect(model.encode('hello')).rejects.toMatchObject({ found: 'something else' });
  });
});
