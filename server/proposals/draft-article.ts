import { stringify } from 'yaml';
import { parseArticle } from '../articles/parse-article.ts';
import type { ContentWish } from './proposal.ts';

/**
 * The file of a new public article with everything filled in, found true on `verified`, or by an error why it cannot be:
 * what parseArticle throws, with the line in the file that was to be.
 */
export function draftArticle(
  wish: Pick<Extract<ContentWish, { kind: 'article' }>, 'title' | 'questions' | 'owner' | 'text'>,
  at: { readonly path: string; readonly verified: string; readonly locales: DraftLocales },
): string {
  const front = stringify(
    {
      title: wish.title.trim(),
      ...(wish.questions.length === 0
        ? {}
        : { questions: wish.questions.map((question) => question.trim()) }),
      audience: 'public',
      owner: wish.owner,
      verified: at.verified,
    },
    { lineWidth: 0 },
  );
  const text = `---\n${front}---\n${wish.text.replace(/\r\n?/g, '\n').trim()}\n`.normalize('NFC');
  parseArticle(at.path, text, at.locales);
  return text;
}

type DraftLocales = Parameters<typeof parseArticle>[2];
