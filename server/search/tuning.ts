import type { Locale } from '../snapshots/snapshot.ts';

/**
 * The constants of ranking. Unless said otherwise their evidence is ../shared/eval/README.md, "best lexical found", and
 * `npm run evaluate -- --sets ../shared/eval`.
 */
export interface Tuning {
  /** BM25: how soon repeated words stop counting, and how much long texts are held back, in [0, 1]. */
  readonly k: number;
  readonly b: number;
  /** Weight of the field `head` (title and questions) beside `all` (everything), whose weight is 1. */
  readonly head: number;
  /** How often a word of the title, of a heading counts in `all`. */
  readonly titleTimes: number;
  readonly headingTimes: number;
  /** Weight of a stop word; dropping them costs 6 points where the question is stop words. */
  readonly stop: number;
  /** Weight of a word that is one typo away, before its length counts. */
  readonly fuzzy: number;
  /** How much of such a word counts as matched when confidence is asked for: its typo is a guess. */
  readonly guess: number;
  /** Letters from which a word that the index does not know may have a typo; and share of its letters that may differ. */
  readonly fuzzyFrom: number;
  readonly fuzzyShare: number;
  /** Weight of a word that an owner's synonym stands for. */
  readonly synonym: number;
  /** The same of the thesaurus that ships with Concord, which knows less of the site than its owner. */
  readonly thesaurus: number;
  /** Weight of two known words found inside one unknown, or of one known word made of two typed ones. */
  readonly compound: number;
  /** Weight of character n-grams beside words, each as a share of what a typical article with all of them has. */
  readonly ngram: number;
  /** Weight of how near the question as a whole is to one title or variant, and the nearness from which it counts. */
  readonly nearest: number;
  readonly nearFrom: number;
  /** Weight of nearness in meaning beside the best score by words, where an encoder is there. */
  readonly meaning: number;
  /** The nearness in meaning from which an article that no word of the question finds is a candidate. */
  readonly meaningAlone: number;
  /** How much a sentence's nearness in meaning counts beside that of a title or variant, which is a question as customers ask. */
  readonly meaningOfSentence: number;
  /** Factor of an article that stands in for a missing translation, so that it loses near ties. */
  readonly fallback: number;
  /** Weight of the best section's score beside the article's, each as such a share. */
  readonly section: number;
  /** How often a word of the title counts in each section, and one of the variants in the lead. */
  readonly sectionTitle: number;
  readonly leadQuestions: number;
  /** BM25's `b` for sections, and the weight of a stop word in them. */
  readonly sectionLength: number;
  readonly sectionStop: number;
  /** How much more the lead's score counts when the section that answers is chosen: it is what its owner wrote as the answer. */
  readonly lead: number;
}

/**
 * Beside the notes' recipe. Figures: mean Success@1 of the six English sets / of heq and persianqa; then, "own", every
 * variant of the sample content's English articles left out in turn (402 questions, near-duplicate articles with bodies).
 * `head` 0.8 for the notes' 0.4: .829 to .829, own .669 to .689, since real articles have bodies and those sets mostly none.
 * `headingTimes` 3 for 1: own .662 to .672. `ngram` 0.3 for 0: .826 to .829 and own .652 to .669.
 * `nearest` 0.5 from 0.4: .829 to .836, own .689 to .699; 0.8: .835, own .704; from 0.3: .837, own .692. A variant with a few
 * words more ("... in Malaysia", "hi there, ...") finds its article for .98 and more instead of .94 and more.
 * `fuzzy` 0.8 from 4 letters for MiniSearch's 0.45 from 5: .829 to .830, loss under one typo a question .032 to .018.
 * Shares of what is typical, for shares of the best found: .840 to .841, heq and persianqa .956 to .958, own .716 to .719, in
 * Hebrew .928 to .920, Persian .725 to .720, Malay .658 to .664; a question's best can then be told without scoring all.
 * `section` 0.5 for 0: 70 questions on 57 real policies (test/contracts/real-policies.test.ts) find their article for .70 instead
 * of .63 and their section for .53 instead of .36, own .672 to .679, the sets .836 to .835 and .954 to .956 (0.3: own .672;
 * 0.7: .71, .54, own .679). `leadQuestions` 2 for 1: own .657 to .679. `lead` 1.2: the lead is chosen for .81 of own; 1 for .57.
 * `meaning` 2 for 0 (the English model): the English sets .843 to .861, among the first three .933 to .947, own English .741 to
 * .799, .918 to .940; 1: sets .852; 1.5: .860; 2.2: .862, own .796; 2.5 and 3: .861, .859. `meaningOfSentence` 0.85 for
 * 1: own among the first three .925 to .938, else as good; 0.7 costs own half a point. `meaningAlone` 0.5: no
 * figure changes from 0 to 0.6, and "asdfgh qwerty" (.46) finds nothing any more.
 */
const LATIN: Tuning = {
  k: 1.5,
  b: 0.7,
  head: 0.8,
  titleTimes: 3,
  headingTimes: 3,
  stop: 0.4,
  fuzzy: 0.8,
  guess: 0.5,
  fuzzyFrom: 4,
  fuzzyShare: 0.25,
  synonym: 0.8,
  thesaurus: 0.7,
  compound: 0.8,
  ngram: 0.3,
  nearest: 0.5,
  nearFrom: 0.4,
  meaning: 2,
  meaningOfSentence: 0.85,
  meaningAlone: 0.5,
  fallback: 0.97,
  section: 0.5,
  sectionTitle: 1.5,
  leadQuestions: 2,
  sectionLength: 0.75,
  sectionStop: 0.2,
  lead: 1.2,
};

/**
 * Hebrew and Persian write prefixes, suffixes and vowels in so many ways that n-grams carry more there: `ngram` 0.8 for 0:
 * .925 to .952. `head` 0.6: .950 (0.4 .952, 0.8 .948, encyclopedia paragraphs whose titles say little; articles' do).
 */
const RICH: Tuning = { ...LATIN, head: 0.6, ngram: 0.8 };

/** The constants for a locale's index. */
export function tuningFor(locale: Locale): Tuning {
  const base = locale.split('-')[0] ?? locale;
  return ['he', 'fa', 'ar', 'ur', 'ckb', 'yi'].includes(base) ? RICH : LATIN;
}
