import { AppError } from '../../server/errors.ts';
import { macroLimits } from '../../server/macros/macro.ts';
import { plainText } from '../../server/macros/plain-text.ts';
import { readMacros } from '../../server/macros/read-macros.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

const read = (text: string, name = 'macros.csv') => readMacros({ name, bytes: Buffer.from(text) });

function refusal(text: string | Buffer, name = 'macros.csv'): AppError {
  try {
    readMacros({ name, bytes: Buffer.from(text) });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('a table of macros', () => {
  test('has its columns in any order and under the names that help desks use', () => {
    const { macros, form } = read('Name,Comment,Macro ID\nReturns,You can return it.,7\n');
    expect(form).toBe('csv');
    expect(macros).toEqual([{ id: '7', title: 'Returns', text: 'You can return it.', locale: null, at: 2 }]);
  });

  test('keeps the line on which each macro begins, over line ends in cells', () => {
    const { macros } = read('id,title,body\n1,One,"first\nsecond\n\nthird"\n2,Two,text\n');
    expect(macros.map(({ id, at }) => [id, at])).toEqual([
      ['1', 2],
      ['2', 6],
    ]);
    expect(macros[0]?.text).toBe('first\nsecond\n\nthird');
  });

  test('is parted by semicolons or tabs as well, and may be UTF-16 as spreadsheets save it', () => {
    expect(
      read('id;title;body\n1;A;Hello; world\n'.replace('Hello; world', '"Hello; world"')).macros,
    ).toHaveLength(1);
    expect(read('id\ttitle\tbody\n1\tA\tHello, world\n').macros[0]?.text).toBe('Hello, world');
    const wide = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('id,title,body\n1,ש,שלום\n', 'utf16le'),
    ]);
    expect(readMacros({ name: 'x.csv', bytes: wide }).macros[0]?.text).toBe('שלום');
  });

  test('skips what says nothing to a customer, and what is switched off', () => {
    const { macros, skipped } = read(
      'id,title,body,active\n1,Close,,true\n2,Old,Gone,false\n3,New,Here,true\n',
    );
    expect(macros.map(({ id }) => id)).toEqual(['3']);
    expect(skipped.map(({ id, why }) => [id, why])).toEqual([
      ['1', 'no-text'],
      ['2', 'inactive'],
    ]);
  });

  test.each([
    ['a missing column', 'id,title\n1,A\n', 1, /header with id, title and body/, /id, title/],
    ['an id twice', 'id,title,body\n1,A,x\n1,B,y\n', 3, /each id once/, /1 again; first on line 2/],
    ['no id', 'id,title,body\n,A,x\n', 2, /an id and a title/, /no id/],
    ['a cell too many', 'id,title,body\n1,A,x,y\n', 2, /3 cells/, /4 cells/],
    ['an open quote', 'id,title,body\n1,A,"x\n', 2, /quotes/, /[Qq]uote/],
    ['a header alone', 'id,title,body\n', 1, /rows below the header/, /none/],
    ['nothing', ' \n', 1, /table of macros/, /an empty file/],
  ])('is refused with its line: %s', (_, text, line, expected, found) => {
    const error = refusal(text);
    expect(error.code).toBe('macros-invalid');
    expect(error.place).toEqual({ file: 'macros.csv', line });
    expect(error.expected).toMatch(expected);
    expect(error.found).toMatch(found);
  });

  test('a misspelled column is recognised in the hint', () => {
    expect(refusal('id,titel,body\n1,A,x\n').hint).toBe('Is `titel` the title?');
  });

  test('binary files, files that are too large and texts that are too long are refused', () => {
    expect(refusal(Buffer.from([1, 0, 2])).found).toBe('a binary file');
    expect(refusal(Buffer.alloc(macroLimits.bytes + 1, 97)).found).toBe(`${macroLimits.bytes + 1} bytes`);
    expect(refusal(`id,title,body\n1,A,${'x'.repeat(macroLimits.textLength + 1)}\n`).expected).toMatch(
      /at most 20000 characters/,
    );
  });
});

describe('the JSON of macros', () => {
  const json = (value: unknown) => read(JSON.stringify(value), 'macros.json');

  test('of Zendesk gives the text of its comment, plain before HTML', () => {
    const { macros, skipped, form } = json({
      macros: [
        {
          id: 25,
          title: 'Returns::Window',
          active: true,
          actions: [
            { field: 'status', value: 'solved' },
            { field: 'comment_value_html', value: '<p>no</p>' },
            {
              field: 'comment_value',
              value: ['channel:all', 'Hi {{ticket.requester.first_name}}, 30 days.'],
            },
          ],
        },
        {
          id: 26,
          title: 'HTML',
          actions: [{ field: 'comment_value_html', value: '<p>One&nbsp;&amp; two</p><p>three</p>' }],
        },
        { id: 27, title: 'Close', actions: [{ field: 'status', value: 'closed' }] },
        { id: 28, title: 'Off', active: false, actions: [{ field: 'comment_value', value: 'x' }] },
      ],
      count: 4,
      next_page: null,
    });
    expect(form).toBe('json');
    expect(macros.map(({ id, text, at }) => [id, text, at])).toEqual([
      ['25', 'Hi …, 30 days.', 1],
      ['26', 'One & two\n\nthree', 2],
    ]);
    expect(skipped.map(({ id, why }) => [id, why])).toEqual([
      ['27', 'no-text'],
      ['28', 'inactive'],
    ]);
  });

  test('may be a plain list with body', () => {
    expect(json([{ id: 'a', title: 'A', body: 'Hello', locale: 'he' }]).macros[0]).toMatchObject({
      text: 'Hello',
      locale: 'he',
    });
  });

  test.each([
    ['broken JSON', '{"macros": [\n{"id": 1,,}\n]}', /JSON/, /./],
    ['another object', '{"tickets": []}', /list of macros/, /an object with tickets/],
    ['no macro', '[]', /at least one/, /none/],
    ['a missing title', '[{"id": 1}]', /title: a text/, /nothing/],
    ['an id twice', '[{"id":1,"title":"a"},{"id":1,"title":"b"}]', /each id once/, /first as macro 1/],
    ['a strange action', '[{"id":1,"title":"a","actions":{}}]', /actions: a list/, /\{\}/],
  ])('is refused: %s', (_, text, expected, found) => {
    const error = refusal(text, 'macros.json');
    expect(error.code).toBe('macros-invalid');
    expect(error.expected).toMatch(expected);
    expect(error.found).toMatch(found);
  });

  test('broken JSON is told with its line', () => {
    expect(refusal('{"macros": [\n{"id": 1,,}\n]}', 'macros.json').place?.line).toBe(2);
  });
});

describe('the plain text of a macro', () => {
  test('has no tags, marks or placeholders', () => {
    expect(
      plainText(
        '<div>Hello {{name}},<br>see <a href="https://x.example">our page</a>.<script>bad()</script></div>',
      ),
    ).toBe('Hello …,\nsee our page.');
    expect(plainText('## Title\n\n- **bold** `code`\n{% if x %}a{% endif %}')).toBe('Title\n\nbold code\na');
  });

  test('takes linear time for hostile text', async () => {
    const spent = await leastCpuMs(3_000, () => {
      for (const part of ['{{', '{%', '[', '<a ', '**', '&#', '[[']) plainText(part.repeat(10_000));
    });
    expect(spent).toBeLessThan(3_000);
  });
});
