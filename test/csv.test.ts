import { csvOf } from '../server/csv.ts';

describe('a table as CSV', () => {
  test('quotes what would end a cell or a row', () => {
    expect(csvOf([['a', 'b,c', 'd"e', 'f\ng', null, 1.5]])).toBe('a,"b,c","d""e","f\ng",,1.5\r\n');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\u200e=1', '＝1', '|cmd', '%0A'])(
    'holds no formula: %j',
    (text) => {
      expect(csvOf([[text]])).toMatch(/^"?'/);
    },
  );

  test('leaves numbers and plain text as they are', () => {
    expect(csvOf([['x=1', 'a-b', 'שלום', -3, Number.NaN]])).toBe('x=1,a-b,שלום,-3,\r\n');
  });
});
