import type { Database } from '../database/open.ts';
import { findModel, modelChoice } from './model.ts';
import { createModelThread } from './model-thread.ts';
import { createRememberingEncoder, type RememberingEncoder } from './remembering-encoder.ts';
import { createVectorStore } from './vector-store.ts';

/**
 * The encoder that a setting names (SEMANTIC_MODEL); null where it is empty. Its files are looked at, its thread is not
 * started yet. `db`: where vectors are remembered; null: nowhere. Errors: semantic-model-unusable.
 */
export async function openEncoder(setting: string, db: Database | null): Promise<RememberingEncoder | null> {
  if (setting === '') return null;
  const choice = modelChoice(setting);
  return createRememberingEncoder({
    model: await findModel(choice),
    thread: createModelThread(choice),
    store: db && createVectorStore(db),
  });
}
