import { serveModel } from '../../server/semantics/serve-model.ts';

/** A worker thread with a model that counts a text's letters, and fails at the text `fail`. */
serveModel(async (choice) => {
  if (choice.kind === 'directory' && choice.path === 'broken') throw new Error('no model in here');
  return {
    encode: async (text) => {
      if (text === 'fail') throw new Error('it does not like this text');
      const counts = new Array<number>(26).fill(0);
      for (const letter of text.toLowerCase()) {
        const at = letter.charCodeAt(0) - 97;
        if (at >= 0 && at < 26) counts[at] = (counts[at] ?? 0) + 1;
      }
      return counts;
    },
  };
});
