import type { Content } from '../../server/articles/article.ts';
import { parseContent } from '../../server/articles/parse-content.ts';
import { type ContentFile, readContentDirectory } from '../../server/articles/read-content.ts';
import { createFactMatcher } from '../../server/checks/facts/fact-matcher.ts';
import { judgeSentence, type LiteralVerdict } from '../../server/checks/facts/judge-literals.ts';
import { type Sentence, sentencesOf } from '../../server/checks/facts/sentences.ts';
import { linesOf } from '../../server/checks/lines-of.ts';
import { AppError } from '../../server/errors.ts';
import type { Progress } from './progress.ts';
import { readSeededCases, type SeededCase } from './seeded-cases.ts';
import { type SeededFact, seededFacts } from './seeded-facts.ts';

/** The day on which seeded content is read: the figures are the same whenever they are measured. */
export const SEEDED_DAY = '2026-11-22';

/** How the checks of facts did on one half of the seeded set. */
export interface SeededFigures {
  readonly half: SeededCase['half'];
  readonly contradictions: number;
  /** With the fact that is contradicted. */
  readonly found: number;
  /** Harmless and agreeing sentences. */
  readonly harmless: number;
  /** Told as a contradiction where there is none, or of another fact. */
  readonly wrong: number;
  /** Sentences that repeat a fact, and how many of them are told as that. */
  readonly agreeing: number;
  readonly repeated: number;
  /** Told as repeating a fact where nothing does. */
  readonly wrongRepeats: number;
  /** found / (found + wrong) */
  readonly precision: number;
  /** found / contradictions */
  readonly recall: number;
  /** One line for each case that went wrong. */
  readonly misses: readonly string[];
}

/** Measures the seeded set of a folder, each half by itself. */
export async function measureSeededCases(
  folder: string,
  contentDir: string,
  progress: Progress,
): Promise<readonly SeededFigures[]> {
  const cases = await readSeededCases(folder, contentDir);
  const judged = cases.map((one, index) => {
    progress.at('seeded sentences', index, cases.length);
    return {
      ...one,
      verdicts: verdictsOf(one, ({ file, span }) => file === one.file && span(0, 1).line >= one.line),
    };
  });
  return (['tune', 'held'] as const).map((half) =>
    figuresOf(
      half,
      judged.filter((one) => one.half === half),
    ),
  );
}

function figuresOf(
  half: SeededCase['half'],
  judged: readonly (SeededCase & { readonly verdicts: readonly LiteralVerdict[] })[],
): SeededFigures {
  const misses: string[] = [];
  const count = {
    contradictions: 0,
    found: 0,
    harmless: 0,
    wrong: 0,
    agreeing: 0,
    repeated: 0,
    wrongRepeats: 0,
  };
  for (const { kind, company, locale, says, factId, verdicts } of judged) {
    const told = (verdict: LiteralVerdict['verdict']) =>
      verdicts.filter((one) => one.verdict === verdict).map(({ fact }) => fact.id);
    const [contradicted, repeated] = [told('contradicts'), told('repeats')];
    const miss = (what: string) => misses.push(`${what}  ${company} ${locale}  ${factId ?? '-'}  ${says}`);
    const isFound = factId !== null && contradicted.includes(factId);
    if (kind === 'contradiction') {
      count.contradictions += 1;
      if (isFound) count.found += 1;
      else miss(contradicted.length === 0 ? 'missed' : `another fact (${contradicted})`);
    } else count.harmless += 1;
    if (contradicted.length > 0 && !(kind === 'contradiction' && isFound)) {
      count.wrong += 1;
      if (kind !== 'contradiction') miss(`wrongly told (${contradicted})`);
    }
    if (kind === 'agreeing') {
      count.agreeing += 1;
      if (factId !== null && repeated.includes(factId)) count.repeated += 1;
      else miss('repetition missed');
    } else if (repeated.length > 0) {
      count.wrongRepeats += 1;
      miss(`wrongly told as repeated (${repeated})`);
    }
  }
  const { found, wrong, contradictions } = count;
  return {
    half,
    ...count,
    precision: found / Math.max(1, found + wrong),
    recall: found / Math.max(1, contradictions),
    misses,
  };
}

/** How the checks of facts did on a content in which references are written out one at a time. */
export interface WrittenOutFigures {
  readonly locale: string;
  /** References written out with a wrong value, how many of these were found, and how many told of another fact. */
  readonly wrong: number;
  readonly found: number;
  readonly otherFact: number;
  /** References written out with a right value, how many were told as that, and how many as contradictions. */
  readonly right: number;
  readonly repeated: number;
  readonly falselyContradicted: number;
}

/** What stands in a content as it is, and what is found where its references to facts are written out, one at a time. */
export interface ContentFigures {
  readonly untouched: readonly LiteralVerdict[];
  readonly byLocale: readonly WrittenOutFigures[];
  readonly misses: readonly string[];
}

/** Measures a content directory. `every`: one reference in so many. Errors: those of the content, as content-missing. */
export async function measureWrittenOut(
  directory: string,
  every: number,
  progress: Progress,
): Promise<ContentFigures> {
  const { files } = await readContentDirectory(directory);
  const { content, errors } = parseContent(files);
  const [first] = errors;
  if (first) throw first;
  if (!content)
    throw new AppError('content-missing', { place: { file: '.' }, expected: 'content', found: 'none' });
  const sentences = sentencesOf({ content, linesOf: linesOf(files) });
  const seeded = [...seededPairs(content, files, sentences, every)];
  const misses: string[] = [];
  const judged = seeded.map((one, index) => {
    progress.at('references written out', index, seeded.length);
    const verdicts = verdictsOf(one, ({ file }) => file === one.file).filter(
      ({ literal }) => one.says.includes(literal.text) || literal.text.includes(one.says),
    );
    const outcome = outcomeOf(one, verdicts);
    if (outcome === 'other')
      misses.push(
        `${one.right ? 'right value contradicted' : 'another fact'}  ${one.file}:${one.line}  ${one.fact.id} as ${one.says}: ${verdicts.map(({ fact }) => fact.id)}`,
      );
    return { locale: one.locale, right: one.right, outcome };
  });
  const locales = [...new Set(judged.map(({ locale }) => locale))].sort();
  return {
    untouched: verdictsOf({ content, files }, () => true).filter(
      ({ verdict, sentence }) => verdict === 'contradicts' || sentence.holdsFacts,
    ),
    byLocale: locales.map((locale) => {
      const number = (right: boolean, outcome?: Outcome) =>
        judged.filter(
          (one) => one.locale === locale && one.right === right && (outcome ?? one.outcome) === one.outcome,
        ).length;
      return {
        locale,
        wrong: number(false),
        found: number(false, 'told'),
        otherFact: number(false, 'other'),
        right: number(true),
        repeated: number(true, 'told'),
        falselyContradicted: number(true, 'other'),
      };
    }),
    misses,
  };
}

type Outcome = 'told' | 'other' | 'silent';

function outcomeOf({ right, fact }: SeededFact, verdicts: readonly LiteralVerdict[]): Outcome {
  const contradicted = verdicts.filter(({ verdict }) => verdict === 'contradicts');
  if (right) {
    if (contradicted.length > 0) return 'other';
    return verdicts.some((one) => one.fact.id === fact.id) ? 'told' : 'silent';
  }
  if (contradicted.some((one) => one.fact.id === fact.id)) return 'told';
  return verdicts.length > 0 ? 'other' : 'silent';
}

/** Right and wrong stand behind each other, so one reference in so many is two in a row. */
function* seededPairs(
  content: Content,
  files: readonly ContentFile[],
  sentences: readonly Sentence[],
  every: number,
): Generator<SeededFact> {
  let index = 0;
  for (const one of seededFacts(content, files, sentences, SEEDED_DAY)) {
    if (Math.floor(index / 2) % every === 0) yield one;
    index += 1;
  }
}

function verdictsOf(
  { content, files }: { readonly content: Content; readonly files: readonly ContentFile[] },
  isOwn: (sentence: Sentence) => boolean,
): readonly LiteralVerdict[] {
  const sentences = sentencesOf({ content, linesOf: linesOf(files) });
  const matcher = createFactMatcher(content, sentences, SEEDED_DAY);
  return sentences.filter(isOwn).flatMap((sentence) => judgeSentence(sentence, matcher));
}
