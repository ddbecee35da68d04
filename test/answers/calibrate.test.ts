import { calibrationError } from '../../scripts/evaluation/figures.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { calibrate } from '../../server/answers/calibrate.ts';
import { recalibrated } from '../../server/answers/confidence.ts';
import {
  calibrationIn,
  calibrationOf,
  fitRecalibration,
  type Judged,
  shippedCalibration,
} from '../../server/answers/fit-calibration.ts';
import { agreementIn } from '../../server/snapshots/release-report.ts';
import type { GoldenQuestion, Snapshot } from '../../server/snapshots/snapshot.ts';
import { withCalibration } from '../../server/snapshots/with-calibration.ts';
import { makeArticle, smallWorld, smallYaml, type WorldFiles } from '../support/small-world.ts';

const things = 'jacket scarf boots gloves belt dress wallet umbrella suitcase ring watch lamp'.split(' ');
const acts = [
  ['return', 'send back', 'bring back to a shop'],
  ['repair', 'mend', 'fix a broken part of'],
] as const;

/** Two dozen articles about a dozen things, each with five variants: 96 questions in four folds. */
function manyArticles(): Record<string, string> {
  return Object.fromEntries(
    things.flatMap((thing) =>
      acts.map(([act, second, third]) => [
        `en/returns/${act}-${thing}.md`,
        makeArticle({
          title: `How do I ${act} a ${thing}?`,
          questions: [
            `where can I ${second} my ${thing}`,
            `i want to ${third} the ${thing} from last week`,
            `is it possible to ${act} this ${thing} without a receipt`,
            `${thing} ${second} cost`,
            `who will ${act} a ${thing} for me`,
          ],
          body: `You can ${act} a ${thing} in any shop.`,
        }),
      ]),
    ),
  );
}

function worldWith(more: WorldFiles = {}): Snapshot {
  return smallWorld({ ...manyArticles(), ...more }).snapshot;
}

const snapshot = worldWith();
const golden = (question: string, expect: GoldenQuestion['expect']): GoldenQuestion => ({
  question,
  locale: 'en',
  context: {},
  asOf: null,
  expect,
  why: 'A test.',
  tags: [],
  file: 'golden.yaml',
  line: 1,
});

/** Questions whose probabilities are log-odds that claim `claim` times too much, and are too high by `high`. */
function boastful(count: number, claim: number, high: number, seed: number): readonly Judged[] {
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return Array.from({ length: count }, () => {
    const truth = next() * 6 - 3;
    return { logOdds: truth * claim + high, most: 1, isRight: next() < 1 / (1 + Math.exp(-truth)) };
  });
}

describe('recalibration', () => {
  test('brings probabilities that claim too much nearer to what is right, on questions it never saw', () => {
    const fitted = fitRecalibration(boastful(800, 2, 1, 7));
    const unseen = boastful(2_000, 2, 1, 8);
    const errorOf = (recalibration: { slope: number; offset: number }): number =>
      calibrationError(
        unseen.map(({ logOdds, isRight }) => ({
          confidence: recalibrated(logOdds ?? 0, recalibration),
          isRight,
        })),
      );
    const before = errorOf({ slope: 1, offset: 0 });
    expect(before).toBeGreaterThan(0.1);
    expect(errorOf(fitted)).toBeLessThan(before / 2);
  });

  test('never makes more evidence less likely, even where questions say so', () => {
    const reversed = boastful(300, 1, 0, 3).map(({ isRight, ...rest }) => ({ ...rest, isRight: !isRight }));
    const fitted = fitRecalibration(reversed);
    expect(fitted.slope).toBeGreaterThan(0);
    expect(recalibrated(1, fitted)).toBeGreaterThan(recalibrated(0, fitted));
  });

  test('stays near the shipped model where few questions speak', () => {
    const few = fitRecalibration(boastful(10, 2, 1, 7));
    const many = fitRecalibration(boastful(1_000, 2, 1, 7));
    expect(Math.abs(few.slope - 1)).toBeLessThan(Math.abs(many.slope - 1));
  });
});

describe('thresholds', () => {
  const judged = boastful(300, 1, 0, 5);
  const questions = { leftOut: 240, missing: 60, golden: 0 };

  test('an owner who accepts more risk has more answered, and no more risk than that', () => {
    const [careful, usual, bold] = [0.02, 0.1, 0.3].map((risk) => calibrationOf(judged, questions, risk));
    expect(careful?.answerFrom).toBeGreaterThan(usual?.answerFrom ?? 1);
    expect(usual?.answerFrom).toBeGreaterThan(bold?.answerFrom ?? 1);
    const above = usual?.curve.find(({ threshold }) => threshold >= (usual?.answerFrom ?? 1));
    expect(above?.risk).toBeLessThanOrEqual(0.1);
  });

  test('a question back needs half of what an answer needs', () => {
    expect(calibrationOf(judged, questions, 0.1).clarifyFrom).toBe(0.405);
    expect(calibrationOf(judged, questions, 0.4).clarifyFrom).toBe(0.27);
  });

  test('coverage falls along the curve, from everything', () => {
    const coverages = calibrationOf(judged, questions, 0.1).curve.map(({ coverage }) => coverage);
    expect(coverages[0]).toBe(1);
    expect(coverages).toEqual([...coverages].sort((a, b) => b - a));
  });

  test('too few questions leave the shipped model and its thresholds', () => {
    const few = calibrationOf(judged.slice(0, 20), { leftOut: 16, missing: 4, golden: 0 }, 0.1);
    expect(few).toEqual(shippedCalibration(0.1));
    expect(few).toMatchObject({ slope: 1, offset: 0, questions: { leftOut: 0, missing: 0, golden: 0 } });
    expect(shippedCalibration(0.02).answerFrom).toBeGreaterThan(shippedCalibration(0.1).answerFrom);
  });
});

describe('calibrate', () => {
  test('rests on variants left out in turn, one in five of an article that is taken away', () => {
    const { en, he } = calibrate(snapshot, []);
    expect(en?.questions.leftOut).toBeGreaterThan(60);
    expect(en?.questions.missing).toBeGreaterThan(10);
    expect(en?.questions.missing).toBeLessThan((en?.questions.leftOut ?? 0) / 3);
    expect(he?.questions.leftOut).toBe(0);
    expect(en?.reliability.reduce((sum, { questions }) => sum + questions, 0)).toBe(
      (en?.questions.leftOut ?? 0) + (en?.questions.missing ?? 0),
    );
  });

  test('says how often two variants of an article find the same, where one has two', () => {
    const { en, he } = calibrate(snapshot, []);
    expect(en?.agreement?.pairs).toBeGreaterThan(60);
    expect(en?.agreement?.same).toBeGreaterThan(0);
    expect(en?.agreement?.same).toBeLessThanOrEqual(en?.agreement?.pairs ?? 0);
    expect(he).not.toHaveProperty('agreement');
    const measured = withCalibration(snapshot, calibrate(snapshot, []));
    expect(agreementIn(measured)).toEqual({ en: en?.agreement });
  });

  test('gives the same numbers whatever the order of articles and golden questions', () => {
    const asks = [
      golden('do you sell bicycles', { status: 'no_answer' }),
      golden('my boots', { status: 'no_answer' }),
    ];
    const reversed = {
      ...snapshot,
      public: { ...snapshot.public, articles: [...snapshot.public.articles].reverse() },
    };
    expect(calibrate(reversed, [...asks].reverse())).toEqual(calibrate(snapshot, asks));
  });

  test('golden questions that nothing answers make it less sure', () => {
    const unanswerable = things.map((thing) =>
      golden(`where can I send back my ${thing} tomorrow`, { status: 'no_answer' }),
    );
    const [without, withThem] = [calibrate(snapshot, []).en, calibrate(snapshot, unanswerable).en];
    expect(withThem?.questions.golden).toBe(things.length);
    expect(recalibrated(2, withThem ?? { slope: 1, offset: 9 })).toBeLessThan(
      recalibrated(2, without ?? { slope: 1, offset: -9 }),
    );
  });

  test("agents' text takes no part: not one public byte changes with it", () => {
    const more = worldWith({
      'en/returns/secret.md': makeArticle({
        title: 'Secret goodwill for a jacket',
        questions: ['where can I send back my jacket with goodwill'],
        audience: 'agent',
      }),
    });
    const calibrated = (of: Snapshot): Snapshot => withCalibration(of, calibrate(of, []));
    expect(calibrated(more).public).toEqual(calibrated(snapshot).public);
    expect(calibrated(more).agent.agentId).not.toBe(calibrated(snapshot).agent.agentId);
  });

  test('what the owner accepts in site.yaml moves the threshold', () => {
    const thresholdAt = (risk: number): number | undefined => {
      const site = `${smallYaml['site.yaml']}answers: { maximumRisk: ${risk} }\n`;
      return calibrate(worldWith({ 'site.yaml': site }), []).en?.answerFrom;
    };
    expect(thresholdAt(0.02)).toBeGreaterThan(thresholdAt(0.3) ?? 1);
  });
});

describe('an answerer', () => {
  const ask = (of: Snapshot, question: string) =>
    createAnswerers(of).public.answer({
      question,
      answerId: null,
      locale: 'en',
      context: {},
      asOf: '2026-11-20',
      previous: null,
    });
  const strict = (answerFrom: number): Snapshot =>
    withCalibration(snapshot, { en: { ...shippedCalibration(0.1), answerFrom } });

  test('answers from the threshold that its snapshot holds', () => {
    const question = 'please tell me where I can have my suitcase repaired';
    const { confidence } = ask(snapshot, question);
    expect(confidence).toBeGreaterThan(0.5);
    expect(ask(strict(Math.max(0.5, confidence - 0.01)), question).status).toBe('answered');
    expect(ask(strict(Math.min(0.999, confidence + 0.01)), question).status).not.toBe('answered');
  });

  test('is certain of an exact variant, whatever the calibration', () => {
    const harsh = withCalibration(snapshot, {
      en: { ...shippedCalibration(0.1), slope: 0.1, offset: -5, answerFrom: 0.99 },
    });
    expect(ask(harsh, 'Where can I send back my SUITCASE?')).toMatchObject({
      status: 'answered',
      confidence: 1,
    });
  });

  test('takes a release of before there was a calibration as the shipped model', () => {
    expect(snapshot.public).not.toHaveProperty('calibration');
    expect(calibrationIn(snapshot.public, 'en')).toEqual(shippedCalibration(0.1));
  });
});
