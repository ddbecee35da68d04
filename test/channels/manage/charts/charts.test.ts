import { drawBars } from '../../../../server/channels/manage/charts/bars.ts';
import {
  canvasSizes,
  type Drawing,
  fieldOf,
  writtenTimes,
} from '../../../../server/channels/manage/charts/drawing.ts';
import { drawLines } from '../../../../server/channels/manage/charts/lines.ts';
import { drawStackedColumns } from '../../../../server/channels/manage/charts/stacked-columns.ts';

const wide = { ...canvasSizes.wide, direction: 'ltr' as const };
const turned = { ...wide, direction: 'rtl' as const };
const atValue = String;

/** The rectangles of a path of columns: where they begin and end, across and up. */
function columnsOf(d: string) {
  return [...d.matchAll(/M([\d.-]+) ([\d.-]+)h([\d.-]+)v([\d.-]+)/g)].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
}

/** Every number of a drawing, wherever it stands. */
function numbersOf(drawing: Drawing): readonly number[] {
  return [...JSON.stringify(drawing).matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?|NaN|null|Infinity/g)].map(([one]) =>
    Number(one),
  );
}

describe('stacked columns', () => {
  const drawn = drawStackedColumns(
    {
      times: ['1 Nov', '2 Nov', '3 Nov'],
      series: [
        { style: 1, values: [10, 0, 30] },
        { style: 2, values: [30, 0, 10] },
      ],
      isShare: false,
      atValue,
    },
    wide,
  );

  test('stand on one another and are as high as what they count', () => {
    const [first, second] = (drawn?.shapes ?? []).map(({ d }) => columnsOf(d));
    expect(first).toHaveLength(2);
    expect(second).toHaveLength(2);
    const [low, high] = [first?.[0], second?.[0]];
    expect((high?.height ?? 0) / (low?.height ?? 1)).toBeCloseTo(3, 1);
    expect((high?.y ?? 0) + (high?.height ?? 0)).toBeCloseTo(low?.y ?? 0, 0);
    expect(first?.[1]?.height).toBeCloseTo(3 * (first?.[0]?.height ?? 0), 0);
  });

  test('go from where lines of text begin: from the right in a language that does', () => {
    const mirrored = drawStackedColumns(
      { times: ['a', 'b'], series: [{ style: 1, values: [1, 2] }], isShare: false, atValue },
      turned,
    );
    const plain = drawStackedColumns(
      { times: ['a', 'b'], series: [{ style: 1, values: [1, 2] }], isShare: false, atValue },
      wide,
    );
    const [before, after] = [plain, mirrored].map((one) => columnsOf(one?.shapes[0]?.d ?? ''));
    expect(before?.[0]?.x).toBeLessThan(before?.[1]?.x ?? 0);
    expect(after?.[0]?.x).toBeGreaterThan(after?.[1]?.x ?? 0);
    expect((after?.[0]?.x ?? 0) + (after?.[0]?.width ?? 0)).toBeCloseTo(560 - (before?.[0]?.x ?? 0), 0);
    expect(mirrored?.labels.find(({ text }) => text === '0')?.x).toBeGreaterThan(280);
  });

  test('of shares fill each column that has anything, and leave the others empty', () => {
    const shares = drawStackedColumns(
      {
        times: ['a', 'b'],
        series: [
          { style: 1, values: [1, 0] },
          { style: 2, values: [3, 0] },
        ],
        isShare: true,
        atValue,
      },
      wide,
    );
    const pieces = (shares?.shapes ?? []).flatMap(({ d }) => columnsOf(d));
    expect(pieces).toHaveLength(2);
    const field = fieldOf(wide, [0, 1], { fixed: true });
    expect(pieces.reduce((sum, { height }) => sum + height, 0)).toBeCloseTo(field.bottom - field.top, 0);
    expect(shares?.labels.some(({ text }) => text === '1')).toBe(true);
  });

  test('have whole numbers beside them where they count', () => {
    const few = drawStackedColumns(
      { times: ['a'], series: [{ style: 1, values: [2] }], isShare: false, atValue },
      wide,
    );
    const values = few?.labels.filter(({ anchor }) => anchor === 'end').map(({ text }) => Number(text));
    expect(values).toEqual([0, 1, 2]);
  });

  test.each([
    ['no time', [], [[]]],
    ['no series', ['a'], []],
    ['nothing counted', ['a', 'b'], [[0, 0]]],
  ])('are not drawn of %s', (_, times, values) => {
    const series = values.map((one) => ({ style: 1, values: one }));
    expect(drawStackedColumns({ times, series, isShare: false, atValue }, wide)).toBeNull();
    expect(drawStackedColumns({ times, series, isShare: true, atValue }, wide)).toBeNull();
  });
});

describe('lines', () => {
  test('are broken where nothing was measured, and a point alone is still seen with its interval', () => {
    const drawn = drawLines(
      {
        times: ['a', 'b', 'c', 'd', 'e'],
        series: [
          {
            style: 1,
            points: [{ value: 1 }, { value: 2 }, null, { value: 3, from: 2, to: 4 }, null],
          },
        ],
        domain: null,
        atValue,
      },
      wide,
    );
    const line = drawn?.shapes.find(({ kind }) => kind === 'line')?.d ?? '';
    expect(line.match(/M/g)).toHaveLength(3);
    expect(line).toMatch(/M[\d.]+ [\d.]+V[\d.]+$/);
    expect(drawn?.shapes.find(({ kind }) => kind === 'mark')?.d.match(/z/g)).toHaveLength(3);
  });

  test('lie above the bands of all, which hold them', () => {
    const points = [0.2, 0.3, 0.4].map((value) => ({ value, from: value - 0.1, to: value + 0.1 }));
    const drawn = drawLines(
      {
        times: ['a', 'b', 'c'],
        series: [
          { style: 1, points },
          { style: 2, points },
        ],
        domain: [0, 1],
        atValue,
      },
      wide,
    );
    expect(drawn?.shapes.map(({ kind }) => kind)).toEqual(['band', 'band', 'line', 'mark', 'line', 'mark']);
    const field = fieldOf(wide, [0, 1], { fixed: true });
    expect(field.y(0.3)).toBeGreaterThan(field.y(0.4));
    expect(drawn?.shapes[0]?.d).toContain(`${field.y(0.5)}`);
  });

  test('below zero have their axis at zero', () => {
    const drawn = drawLines(
      {
        times: ['a', 'b'],
        series: [{ style: 1, points: [{ value: -50 }, { value: 50 }] }],
        domain: [-100, 100],
        atValue,
      },
      wide,
    );
    expect(drawn?.axis.y1).toBe(fieldOf(wide, [-100, 100], { fixed: true }).y(0));
  });

  test('are not drawn where nothing was measured', () => {
    const series = [{ style: 1, points: [null, null] }];
    expect(drawLines({ times: ['a', 'b'], series, domain: null, atValue }, wide)).toBeNull();
  });
});

test('every number of a drawing is one, whatever is drawn', () => {
  const hostile: readonly (readonly number[])[] = [[0], [1e-9], [1e15], [0, 5, 0], Array(500).fill(3)];
  for (const values of hostile) {
    const times = values.map(String);
    for (const canvas of [wide, turned, { ...canvasSizes.narrow, direction: 'rtl' as const }]) {
      const drawings = [
        drawStackedColumns({ times, series: [{ style: 1, values }], isShare: false, atValue }, canvas),
        drawStackedColumns({ times, series: [{ style: 1, values }], isShare: true, atValue }, canvas),
        drawLines(
          {
            times,
            series: [{ style: 1, points: values.map((value) => ({ value })) }],
            domain: null,
            atValue,
          },
          canvas,
        ),
      ];
      for (const drawing of drawings)
        expect(drawing === null || numbersOf(drawing).every(Number.isFinite)).toBe(true);
    }
  }
});

test('times below a chart end with the last and never touch', () => {
  const field = { from: 46, to: 550 };
  expect(writtenTimes(0, field)).toEqual([]);
  expect(writtenTimes(6, field)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const count of [8, 30, 90, 131]) {
    const written = writtenTimes(count, field);
    expect(written.at(-1)).toBe(count - 1);
    expect(written.length).toBeLessThanOrEqual(8);
  }
});

describe('bars', () => {
  test('are as long as their values, the longest a hundred, and none that counts vanishes', () => {
    const bars = drawBars(
      [
        [50, 50],
        [25, 0],
        [0.001, 0],
        [0, 0],
      ],
      [1, 5],
      'ltr',
    );
    expect(bars).toEqual([
      [
        { style: 1, x: 0, width: 50 },
        { style: 5, x: 50, width: 50 },
      ],
      [{ style: 1, x: 0, width: 25 }],
      [{ style: 1, x: 0, width: 0.6 }],
      [],
    ]);
  });

  test('begin at the right where text does', () => {
    expect(drawBars([[4], [1]], [1], 'rtl')).toEqual([
      [{ style: 1, x: 0, width: 100 }],
      [{ style: 1, x: 75, width: 25 }],
    ]);
  });

  test('of nothing are none', () => {
    expect(drawBars([], [1], 'ltr')).toEqual([]);
    expect(drawBars([[0]], [1], 'rtl')).toEqual([[]]);
  });
});
