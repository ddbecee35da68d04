import { createDirectoryModel, findDirectoryModel } from './directory-model.ts';
import { createEnglishModel, findEnglishModel } from './english-model.ts';

/** What SEMANTIC_MODEL names: the English model of the optional packages, or a directory with an ONNX model. */
export type ModelChoice =
  | { readonly kind: 'english' }
  | { readonly kind: 'directory'; readonly path: string };

/** A model as it lies on the disk; nothing of it is loaded yet. */
export interface FoundModel {
  /** SHA-256, hex, of all that its vectors depend on. */
  readonly id: string;
  /** Base locales, or null for all. */
  readonly languages: readonly string[] | null;
}

/** A loaded model. */
export interface SentenceModel {
  /** The vector of one text that is not empty. */
  encode(text: string): Promise<readonly number[]>;
}

/** Loads a package by its name; a test gives one of its own. */
export type ImportModule = (name: string) => Promise<unknown>;

/** What a setting names. */
export function modelChoice(setting: string): ModelChoice {
  return setting === 'english' ? { kind: 'english' } : { kind: 'directory', path: setting };
}

/** Looks at a model's files. Errors: semantic-model-unusable for packages or files that are missing or of another form. */
export function findModel(choice: ModelChoice): Promise<FoundModel> {
  return choice.kind === 'english' ? findEnglishModel() : findDirectoryModel(choice.path);
}

/** Loads a model; never from a network. Errors: semantic-model-unusable. */
export function loadModel(choice: ModelChoice, importModule: ImportModule): Promise<SentenceModel> {
  return choice.kind === 'english'
    ? createEnglishModel(importModule)
    : createDirectoryModel(choice.path, importModule);
}
