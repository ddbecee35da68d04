import type { Calibration, Locale, PublicAnswerer } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';

/** What one locale's own questions say about its answers, as the page of answers shows it. */
export interface CalibrationCard {
  readonly locale: Locale;
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  /** Fewer questions than it takes: the shipped model holds. */
  readonly isShipped: boolean;
  readonly questions: Calibration['questions'] & { readonly all: number };
  readonly answerFrom: number;
  readonly clarifyFrom: number;
  /** Where the threshold stands on the curve; in between two points in proportion. */
  readonly now: { readonly coverage: number; readonly risk: number };
  readonly points: readonly (Calibration['curve'][number] & { readonly isInForce: boolean })[];
  /** Only tenths with questions. */
  readonly bins: readonly (Calibration['reliability'][number] & { readonly to: number })[];
  readonly chart: Chart;
}

/** The curve in the units of its drawing, `width` by `height`, coverage to the right and risk upwards. */
interface Chart {
  readonly width: number;
  readonly height: number;
  readonly line: string;
  readonly limitY: number;
  readonly nowX: number;
  readonly nowY: number;
  readonly ticksX: readonly Tick[];
  readonly ticksY: readonly Tick[];
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

interface Tick {
  readonly at: number;
  readonly label: number;
}

const WIDTH = 480;
const HEIGHT = 260;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 464, 12, 222];

/** One card for each locale of the site, in its order. */
export function presentCalibrations(
  answerer: Pick<PublicAnswerer, 'site' | 'calibration' | 'maximumRisk'>,
  wordsOf: (locale: Locale) => Words,
): readonly CalibrationCard[] {
  return answerer.site.locales.map((locale) => {
    const calibration = answerer.calibration(locale);
    const { questions, answerFrom, clarifyFrom, curve, reliability } = calibration;
    const all = questions.leftOut + questions.missing + questions.golden;
    const now = {
      coverage: between(curve, answerFrom, 'coverage'),
      risk: between(curve, answerFrom, 'risk'),
    };
    const nearest = curve.findLast(({ threshold }) => threshold <= answerFrom)?.threshold;
    return {
      locale,
      name: wordsOf(locale).ownName,
      dir: wordsOf(locale).direction,
      isShipped: all === 0,
      questions: { ...questions, all },
      answerFrom,
      clarifyFrom,
      now,
      points: curve.map((point) => ({ ...point, isInForce: point.threshold === nearest })),
      bins: reliability
        .filter((bin) => bin.questions > 0)
        .map((bin) => ({ ...bin, to: Math.round((bin.from + 0.1) * 10) / 10 })),
      chart: draw(curve, now, answerer.maximumRisk),
    };
  });
}

function draw(curve: Calibration['curve'], now: CalibrationCard['now'], maximumRisk: number): Chart {
  const most = Math.ceil(Math.max(0.1, maximumRisk, ...curve.map(({ risk }) => risk)) * 10) / 10;
  const x = (coverage: number): number => place(LEFT + coverage * (RIGHT - LEFT));
  const y = (risk: number): number => place(BOTTOM - (risk / most) * (BOTTOM - TOP));
  const answered = curve.filter(({ coverage }) => coverage > 0);
  return {
    width: WIDTH,
    height: HEIGHT,
    line: answered.map(({ coverage, risk }) => `${x(coverage)},${y(risk)}`).join(' '),
    limitY: y(maximumRisk),
    nowX: x(now.coverage),
    nowY: y(now.risk),
    ticksX: [0, 0.25, 0.5, 0.75, 1].map((label) => ({ at: x(label), label })),
    ticksY: [0, most / 2, most].map((label) => ({ at: y(label), label })),
    left: LEFT,
    right: RIGHT,
    top: TOP,
    bottom: BOTTOM,
  };
}

/** A curve's value at a threshold between its points. */
function between(curve: Calibration['curve'], threshold: number, value: 'coverage' | 'risk'): number {
  const above = curve.findIndex((point) => point.threshold > threshold);
  const [low, high] = [curve.at(above - 1), curve[above]];
  if (low === undefined) return 0;
  if (high === undefined) return low[value];
  const share = (threshold - low.threshold) / (high.threshold - low.threshold);
  return low[value] + share * (high[value] - low[value]);
}

function place(value: number): number {
  return Math.round(value * 10) / 10;
}
