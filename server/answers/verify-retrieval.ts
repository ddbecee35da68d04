import { AppError } from '../errors.ts';
import { questionKey } from '../search/analyser.ts';
import { unknownToThesaurus } from '../search/thesaurus.ts';
import type { CompiledArticle, Snapshot } from '../snapshots/snapshot.ts';
import { publicShelf } from './answerer.ts';
import { hiddenShelf } from './desk.ts';
import { findSections } from './find-sections.ts';
import { createOutOfScope } from './out-of-scope.ts';
import { createEditions, type Shelf } from './shelf.ts';
import { createSmallTalk } from './small-talk.ts';
import { createAlarm } from './urgent.ts';

/**
 * Every title and every question variant must find its own article first, in each locale in which it is written, on each
 * day on which it holds. An exact question outweighs all other evidence, so that only one that another article claims too
 * can fail; those are asked through the real index and ranking, on each day from which both hold. (That all others do find
 * theirs is a contract over the sample company, test/contracts/sample-company.test.ts; asking them in each publication took
 * 0.6 s of the sample's 1.2 s, and most of the time of 1,000 articles.)
 * Gives one self-retrieval error for each that does not, naming both files; public articles and agents' ones apart. So does
 * each public one that site.yaml's urgent words or courtesies, or out-of-scope.yaml, would answer instead. And a
 * value-invalid error for each word that synonyms.yaml does without and the shipped thesaurus does not have.
 */
export function verifyRetrieval(snapshot: Snapshot): readonly AppError[] {
  return [
    ...verifyThesaurus(snapshot),
    ...verifyQuestions(publicShelf(snapshot)),
    ...[publicShelf(snapshot), hiddenShelf(snapshot)].flatMap(verifyShelf),
  ];
}

/** A word that the site does without must stand in the shipped thesaurus, else it is a slip that would change nothing. */
function verifyThesaurus({ public: open }: Snapshot): readonly AppError[] {
  return Object.entries(open.thesaurusOff ?? {}).flatMap(([locale, off]) =>
    unknownToThesaurus(locale, off).map(
      (word) =>
        new AppError('value-invalid', {
          message: `The thesaurus of ${locale} has no group with “${word}”.`,
          place: { file: 'synonyms.yaml' },
          expected: 'a word of the shipped thesaurus below thesaurus, without',
          found: word,
        }),
    ),
  );
}

/** A public title or variant that site.yaml's urgent words or courtesies, or out-of-scope.yaml, answer instead would never reach its article. */
function verifyQuestions(shelf: Shelf): readonly AppError[] {
  const alarmIn = createAlarm(shelf.site);
  const courtesyFor = createSmallTalk(shelf.site);
  const declineFor = createOutOfScope(shelf.site, shelf.outOfScope);
  return shelf.articles.flatMap((article) =>
    textsOf(article).flatMap(({ text, what }) => {
      const before =
        alarmIn(text) !== null
          ? 'urgent in site.yaml'
          : courtesyFor(text) !== null
            ? 'courtesies in site.yaml'
            : declineFor(text, article.locale) === null
              ? null
              : 'out-of-scope.yaml';
      if (before === null) return [];
      return [
        new AppError('self-retrieval', {
          message: `The ${what} “${text}” of ${fileOf(article.locale, article.id)} never reaches its article.`,
          place: { file: fileOf(article.locale, article.id) },
          expected: `a question without the words of ${before}`,
          found: text,
          hint: `Word it differently, or take the words out of ${before.split(' ')[0]}.`,
        }),
      ];
    }),
  );
}

function verifyShelf(shelf: Shelf): readonly AppError[] {
  const editions = createEditions(shelf);
  const firstDays = [...new Set(shelf.articles.map(firstDayOf))].sort((a, b) => (a < b ? -1 : 1));
  const locales = [...new Set(shelf.articles.map(({ locale }) => locale))].sort((a, b) => (a < b ? -1 : 1));
  return locales.flatMap((locale) =>
    firstDays.flatMap((asOf) => {
      const own = [...editions.on(locale, asOf).articles.values()].filter(
        (article) => article.locale === locale,
      );
      const texts = own.flatMap(textsOf);
      const claims = Map.groupBy(texts, ({ text }) => questionKey(text));
      return texts
        .filter(
          ({ text }) => new Set(claims.get(questionKey(text))?.map((claim) => claim.article.id)).size > 1,
        )
        .flatMap(({ article, text, what }) => {
          const [first] = findSections(shelf, editions, {
            question: text,
            locale,
            asOf,
            limit: 1,
          }).candidates;
          return first?.articleId === article.id ? [] : [notFound(article, text, what, first)];
        });
    }),
  );
}

interface Text {
  readonly article: CompiledArticle;
  readonly text: string;
  /** What it is to its owner: `title`, `question 2`. */
  readonly what: string;
}

function textsOf(article: CompiledArticle): readonly Text[] {
  return [article.title, ...article.questions].map((text, at) => ({
    article,
    text,
    what: at === 0 ? 'title' : `question ${at}`,
  }));
}

function firstDayOf(article: CompiledArticle): string {
  return article.effective.from ?? FIRST_DAY;
}

/** Articles without a first day have been in force since before any other. */
const FIRST_DAY = '0001-01-01';

function notFound(
  article: CompiledArticle,
  text: string,
  what: string,
  first: { readonly articleId: string; readonly locale: string } | undefined,
): AppError {
  return new AppError('self-retrieval', {
    message: `The ${what} “${text}” of ${fileOf(article.locale, article.id)} does not find its own article first.`,
    place: { file: fileOf(article.locale, article.id) },
    expected: article.id,
    found: first === undefined ? 'nothing' : `${first.articleId} (${fileOf(first.locale, first.articleId)})`,
    hint: 'Word it differently, or move it to the other article.',
  });
}

function fileOf(locale: string, articleId: string): string {
  return `${locale}/${articleId}.md`;
}
