import type { Encoder } from '../semantics/encoder.ts';
import type { Calibration, GoldenQuestion, Locale, Snapshot } from '../snapshots/snapshot.ts';
import { publicShelf } from './answerer.ts';
import { mostFor, shippedLogit } from './confidence.ts';
import { calibrationOf, type Judged, maximumRiskOf } from './fit-calibration.ts';
import { askLeftOut, CANDIDATES, type LabelledSearch, latestDay } from './left-out-questions.ts';
import { agreementOf } from './paraphrase-agreement.ts';
import { createEditions, type Shelf } from './shelf.ts';

/**
 * Measures, for each locale of the site, how sure answers may be: on its own question variants left out in turn, on those
 * of articles taken away, and on the installation's golden questions. Pure: it is a function of the public articles and
 * these questions, whatever their order; agents' text takes no part.
 */
export function calibrate(
  snapshot: Snapshot,
  golden: readonly GoldenQuestion[],
  encoder: Encoder | null = null,
): Readonly<Record<Locale, Calibration>> {
  const shelf = publicShelf(snapshot, encoder);
  const locales = [...shelf.site.locales].sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(locales.map((locale) => [locale, calibrateLocale(shelf, locale, golden)]));
}

function calibrateLocale(shelf: Shelf, locale: Locale, golden: readonly GoldenQuestion[]): Calibration {
  const { searches: leftOut, paraphrases } = askLeftOut(shelf, locale);
  const agreement = agreementOf(paraphrases);
  const goldens = askGolden(
    shelf,
    locale,
    golden.filter((question) => question.locale === locale),
  );
  const count = (wanted: LabelledSearch['kind']): number =>
    leftOut.filter(({ kind }) => kind === wanted).length;
  const calibration = calibrationOf(
    [...leftOut, ...goldens].map(judge),
    { leftOut: count('left-out'), missing: count('missing'), golden: goldens.length },
    maximumRiskOf(shelf.site),
  );
  return agreement.pairs === 0 ? calibration : { ...calibration, agreement };
}

type GoldenSearch = Pick<LabelledSearch, 'candidates' | 'evidence' | 'isRight'>;

/** An answer to a golden question that asks for none, or for a question back, is wrong. */
function askGolden(shelf: Shelf, locale: Locale, golden: readonly GoldenQuestion[]): readonly GoldenSearch[] {
  const editions = createEditions(shelf);
  const day = latestDay(shelf.articles);
  const key = ({ question, asOf }: GoldenQuestion): string => `${asOf ?? day} ${question}`;
  return [...golden]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ question, asOf, expect }) => {
      const { candidates, evidence } = editions
        .on(locale, asOf ?? day)
        .index()
        .search(question, CANDIDATES);
      const [first] = candidates;
      const isRight =
        expect.status === 'answered' &&
        expect.anyOf.some(
          ({ articleId, section }) =>
            articleId === first?.articleId && (section === null || section === first.anchor),
        );
      return { candidates, evidence, isRight };
    });
}

function judge({ candidates, evidence, isRight }: GoldenSearch): Judged {
  if (candidates.length === 0) return { logOdds: 0, most: 0, isRight };
  return {
    logOdds: evidence.exact ? null : shippedLogit(candidates, evidence),
    most: evidence.exact ? 1 : mostFor(candidates),
    isRight,
  };
}
