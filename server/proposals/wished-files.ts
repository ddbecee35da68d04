import type { Site } from '../articles/article.ts';
import { decodeText } from '../articles/decode-text.ts';
import { readArticlePath } from '../articles/parse-article.ts';
import { readSite } from '../articles/read-site.ts';
import { AppError } from '../errors.ts';
import { addOutOfScope } from './add-out-of-scope.ts';
import { checkContentPath, readNow } from './content-place.ts';
import { draftArticle } from './draft-article.ts';
import { addQuestion, setVerified } from './edit-front-matter.ts';
import type { ContentWish, ProposedFile } from './proposal.ts';
import { hashOfFile } from './write-content-files.ts';

/** The file of what is politely not answered. */
const outOfScopeFile = 'out-of-scope.yaml';

/**
 * The files that a wish comes to, made from the content directory as it is now. `today`: the day on which a draft is said to
 * be true. Errors: not-found for an article that has no such file, file-unexpected and file-name for a path that is none,
 * article-duplicate for a draft that is there already, edit-unsure and what the parser refuses.
 */
export async function wishedFiles(
  wish: ContentWish,
  { directory, today }: { readonly directory: string; readonly today: string },
): Promise<readonly ProposedFile[]> {
  const site = await siteNow(directory);
  const path = pathOf(wish);
  checkContentPath(path, site);
  const bytes = await readNow(directory, path);
  const there = (): Buffer => {
    if (bytes !== null) return bytes;
    throw new AppError('not-found', {
      message: 'The content directory has no such file.',
      expected: 'a file of the content',
      found: path,
    });
  };
  return [{ path, madeFrom: hashOfFile(bytes), text: textOf() }];

  function textOf(): string {
    switch (wish.kind) {
      case 'variant':
        return addQuestion(there(), wish.question, path);
      case 'verification':
        return setVerified(there(), wish.on, path);
      case 'edit':
        return wish.text;
      case 'out-of-scope':
        return addOutOfScope(bytes, wish, { file: path, site });
      case 'article': {
        if (bytes !== null)
          throw new AppError('article-duplicate', {
            message: 'There is an article at this address already.',
            place: { file: path },
            expected: 'another name',
            found: path,
          });
        if (!site.categories.some(({ id }) => id === wish.category))
          throw new AppError('category-unknown', {
            place: { file: path },
            expected: `a category of site.yaml: ${site.categories.map(({ id }) => id).join(', ')}`,
            found: wish.category,
          });
        return draftArticle(wish, { path, verified: today, locales: site });
      }
    }
  }
}

/** The locales and categories of the directory's site.yaml. Errors: content-missing, and what is wrong with the file. */
async function siteNow(directory: string): Promise<Site> {
  const bytes = await readNow(directory, 'site.yaml');
  if (bytes === null)
    throw new AppError('content-missing', {
      place: { file: 'site.yaml' },
      expected: 'a file site.yaml',
      found: 'none',
    });
  const { value, errors } = readSite(decodeText(bytes, 'site.yaml'), 'site.yaml');
  if (value !== null) return value.site;
  throw errors[0] ?? new AppError('value-invalid', { place: { file: 'site.yaml' } });
}

function pathOf(wish: ContentWish): string {
  switch (wish.kind) {
    case 'variant':
    case 'verification':
      return `${wish.locale}/${wish.articleId}.md`;
    case 'article':
      return `${wish.locale}/${wish.category}/${wish.slug}.md`;
    case 'out-of-scope':
      return outOfScopeFile;
    case 'edit':
      return wish.path;
  }
}

/** What a wish is about, in a few words: an article's id, a question, a path. */
export function subjectOf(wish: ContentWish): string {
  switch (wish.kind) {
    case 'variant':
    case 'verification':
      return wish.articleId;
    case 'article':
      return `${wish.category}/${wish.slug}`;
    case 'out-of-scope':
      return wish.questions[0] ?? '';
    case 'edit':
      return wish.path.endsWith('.md') ? idOf(wish.path) : wish.path;
  }
}

function idOf(path: string): string {
  const { category, slug } = readArticlePath(path, null);
  return `${category}/${slug}`;
}
