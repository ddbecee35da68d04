import fc from 'fast-check';
import { partBody } from '../../server/articles/part-body.ts';
import { describeError } from '../../server/errors.ts';

const part = (text: string, offers = false) =>
  partBody(text, { file: 'en/orders/a.md', firstLine: 10, offers });
const found = (text: string, offers = false) =>
  part(text, offers).errors.map(({ code, place }) => `${code}:${place?.line}`);

describe('parting a body', () => {
  test('public text, conditions and notes come apart in order, each with its first line', () => {
    const { body, notes, errors } = part(
      'Lead.\n\n:::when plan=plus region=UK,EU\n\nOnly there.\n:::\n\n## How\n\n:::agent\nBe kind.\n:::\n\nSteps.\n',
    );
    expect(errors).toEqual([]);
    expect(body).toEqual([
      { kind: 'public', when: null, markdown: 'Lead.', line: 10 },
      { kind: 'public', when: { plan: ['plus'], region: ['EU', 'UK'] }, markdown: 'Only there.', line: 14 },
      { kind: 'public', when: null, markdown: '## How', line: 17 },
      { kind: 'public', when: null, markdown: 'Steps.', line: 23 },
    ]);
    expect(notes).toEqual([{ note: 'Be kind.', noteLine: 20, after: 3 }]);
  });

  test('indented code keeps its indentation at the start of a block', () => {
    expect(part('\n\n    code\n    more\n').body).toEqual([
      { kind: 'public', when: null, markdown: '    code\n    more', line: 12 },
    ]);
  });

  test.each([
    ['a misspelled directive', ':::agnet\nx\n:::', 'directive-unknown:10', 'Did you mean `:::agent`?'],
    ['another case', ':::Agent\nx\n:::', 'directive-unknown:10', 'Did you mean `:::agent`?'],
    ['a directive of another program', ':::note\nx\n:::', 'directive-unknown:10', undefined],
    ['a blank inside', '::: agent\nx\n:::', 'directive-disguised:10', 'Text that'],
    ['two colons', '::agent\nx\n::', 'directive-disguised:10', 'Text that'],
    ['four colons', '::::agent\nx\n::::', 'directive-disguised:10', 'Text that'],
    ['semicolons', ';;;agent', 'directive-disguised:10', 'Text that'],
    ['blanks between the colons', ': : : agent', 'directive-disguised:10', 'Text that'],
    ['a ratio sign', '∶∶∶agent', 'directive-disguised:10', 'Text that'],
    ['a proportion sign', '∷:agent', 'directive-disguised:10', 'Text that'],
    ['Hebrew punctuation', '׃׃׃agent', 'directive-disguised:10', 'Text that'],
    ['entities', '&colon;&#58;&#x3a;agent', 'directive-disguised:10', 'Text that'],
    ['entities of entities', '&amp;colon;::agent', 'directive-disguised:10', 'Text that'],
    ['backslashes', '\\:\\:\\:agent', 'directive-disguised:10', 'Text that'],
    ['percent escapes', '%3A%3a:agent', 'directive-disguised:10', 'Text that'],
    ['a soft hyphen between colons', ':\u00ad::agent', 'directive-disguised:10', 'Text that'],
    ['a word joiner between colons', ':\u2060:\u200d:agent', 'directive-disguised:10', 'Text that'],
    ['a quotation', '> :::agent', 'directive-disguised:10', 'Text that'],
    ['a list', '1. :::agent', 'directive-disguised:10', 'Text that'],
    ['a table', '| :::agent |', 'directive-disguised:10', 'Text that'],
    ['a heading', '## :::agent', 'directive-disguised:10', 'Text that'],
    ['emphasis', '**:::agent**', 'directive-disguised:10', 'Text that'],
    ['a comment of HTML', '<!-- :::agent -->', 'directive-disguised:10', 'Text that'],
    ['one colon before the word', ':agent', 'directive-disguised:10', 'Text that'],
    ['a Cyrillic word after two colons', '::аgent', 'directive-disguised:10', 'Text that'],
  ])('%s is refused with its line', (_, text, expected, hint) => {
    const { errors } = part(text);
    expect(`${errors[0]?.code}:${errors[0]?.place?.line}`).toBe(expected);
    if (hint === undefined) expect(errors[0]?.hint).toBeUndefined();
    else expect(errors[0]?.hint).toMatch(hint);
    expect(errors[0]?.expected).toMatch(':::agent');
  });

  test.each([
    'Call us at 9:00, 10:00 or 11:00.',
    'std::vector is a type, ::1 in the middle an address.',
    '| a | b |\n|:--|:-:|\n| 1 | 2 |',
    'Term\n: its meaning',
    ':+1: thank you',
    'שעות: 8:00 עד 20:00',
    'Agent: a person who helps you. When: today.',
    'ساعت: ۸:۰۰',
    'a: b: c',
    '&amp; and &lt; stay as they are',
    'C:\\Users\\agent',
  ])('honest text is left alone: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test.each([
    ['nested', ':::when region=EU\nx\n\n:::agent\ny\n:::', ['directive-nested:13']],
    ['never closed', 'x\n\n:::agent\ny', ['directive-unclosed:12']],
    ['closed twice', ':::agent\ny\n:::\n\n:::', ['directive-stray-close:14']],
    ['touching the text before', 'x\n:::agent\ny\n:::', ['directive-disguised:11']],
    ['touching the text after', ':::agent\ny\n:::\nx', ['directive-disguised:12']],
    ['in code', '```\n:::agent\n```', ['directive-disguised:11', 'directive-unclosed:11']],
    ['closed in code', ':::agent\n```\n:::', ['directive-disguised:12']],
  ])('a directive %s is refused', (_, text, errors) => {
    expect(found(text)).toEqual(errors);
  });

  test('blocks may follow one another without a blank line', () => {
    expect(found(':::agent\nx\n:::\n:::when plan=plus\ny\n:::')).toEqual([]);
  });

  test.each([
    ['none', ':::when', 'no condition'],
    ['blanks around =', ':::when region = EU', 'region'],
    ['a blank after a comma', ':::when region=EU, UK', 'region=EU,'],
    ['no value', ':::when region=', 'region='],
    ['a dimension twice', ':::when region=EU region=UK', 'region twice'],
    ['a value twice', ':::when region=EU,EU', 'region=EU,EU'],
  ])('a condition with %s is refused', (_, line, what) => {
    const { errors } = part(`${line}\nx\n:::`);
    expect(errors.map(({ code }) => code)).toEqual(['condition-invalid']);
    expect(errors[0]?.found).toBe(what);
  });

  test.each([
    ['an unknown marker', 'Up to {{agent.limit}}.', 'marker-unknown:10'],
    ['blanks in a marker', 'Up to {{ fact:limit }}.', 'marker-unknown:10'],
    ['a helper', '{{#if x}}', 'marker-unknown:10'],
    ['three braces', '{{{fact:limit}}}', 'marker-unknown:10'],
    ['a marker that never ends', 'Up to {{fact:limit', 'marker-unknown:10'],
    ['full-width braces', 'Up to ｛｛fact:limit｝｝', 'marker-unknown:10'],
    ['an offer in public text', 'Take {{offer:code}}.', 'offer-public:10'],
    ['an HTML comment', 'x <!-- note', 'markdown-invalid:10'],
    ['a link definition', '[a]: https://x.example', 'markdown-invalid:10'],
    ['a link definition whose label goes on', '[a\nb]: https://x.example', 'markdown-invalid:10'],
    ['the comment idiom', '[//]: # (secret)', 'markdown-invalid:10'],
    ['a quoted definition', '> - [a]: /x', 'markdown-invalid:10'],
    ['a first-level heading', '# Title', 'markdown-invalid:10'],
    ['an underlined first-level heading', 'Title\n===', 'markdown-invalid:11'],
    ['a merge conflict', '<<<<<<< HEAD', 'markdown-invalid:10'],
  ])('%s is refused', (_, text, expected) => {
    expect(found(text)[0]).toBe(expected);
  });

  test('a heading inside :::when is refused, written either way', () => {
    expect(found(':::when plan=plus\n## How\n:::')).toEqual(['markdown-invalid:11']);
    expect(found(':::when plan=plus\nHow\n---\n:::')).toEqual(['markdown-invalid:12']);
    expect(found(':::when plan=plus\nx\n\n---\n:::')).toEqual([]);
  });

  test('agents’ text may hold comments, headings, definitions and offers', () => {
    expect(found(':::agent\n# A\n\n<!-- b -->\n[c]: /d\n{{offer:code}} for {{fact:limit}}\n:::')).toEqual([]);
    expect(found('{{offer:code}}', true)).toEqual([]);
  });

  test('code examples show comments and headings as they are', () => {
    expect(found('```\n# a\n<!-- b -->\n[c]: /d\n```\n\nWrite `<!-- -->` so.')).toEqual([]);
  });

  test('every mistake of a body is reported in one go', () => {
    expect(found('# A\n\n{{x}}\n\n:::agnet\ny\n:::\n\n<!-- z -->')).toEqual([
      'markdown-invalid:10',
      'marker-unknown:12',
      'directive-unknown:14',
      'markdown-invalid:18',
    ]);
  });
});

/** Lines of text, some of which look like Markdown or directives. */
const line = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    '',
    '```',
    '~~~',
    '> quote',
    '- item',
    '## Heading',
    '| a | b |',
    ':::',
    ':::agent',
    ':::when a=b',
    '   ',
    '\t:::',
    '-->',
  ),
);
const secret = 'qzsecretzq';
/** What may stand inside a note: a line that closes it would put what follows outside by its owner's own hand. */
const lineInside = line.filter((text) => text.trim() !== ':::');

describe('properties of parting', () => {
  test('whatever stands around a note, its text is in no public block', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.array(lineInside, { maxLength: 5 }),
        fc.array(line, { maxLength: 8 }),
        (before, inside, after) => {
          const text = [...before, '', ':::agent', ...inside, secret, ...inside, ':::', '', ...after].join(
            '\n',
          );
          const { body, notes, errors } = part(text);
          if (errors.length > 0) return;
          expect(JSON.stringify(body)).not.toContain(secret);
          expect(JSON.stringify(notes)).toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('one edit inside an opening directive never makes its text public', () => {
    const edit = fc.record({
      at: fc.nat({ max: 7 }),
      kind: fc.constantFrom('insert', 'replace', 'delete'),
      character: fc.oneof(
        fc.constantFrom('\u200b', '\u00ad', '\u202f', ' ', ':', '：', 'а', 'A', '&', '\\'),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(edit, ({ at, kind, character }) => {
        const opening = ':::agent';
        const changed =
          opening.slice(0, at) +
          (kind === 'delete' ? '' : character) +
          opening.slice(kind === 'insert' ? at : at + 1);
        if (changed.includes('\n')) return;
        const { body, errors } = part(`Public.\n\n${changed}\n${secret}\n:::\n\nEnd.`);
        expect(errors.length > 0 || !JSON.stringify(body).includes(secret)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('notes change neither the public text nor its order', () => {
    const paragraph = fc
      .stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,3}$/)
      .filter((text) => !text.startsWith('agent'));
    fc.assert(
      fc.property(
        fc.array(paragraph, { minLength: 1, maxLength: 6 }),
        fc.nat({ max: 6 }),
        (paragraphs, at) => {
          const note = ':::agent\nnote\n:::';
          const plain = part(paragraphs.join('\n\n'));
          const noted = part([...paragraphs.slice(0, at), note, ...paragraphs.slice(at)].join('\n\n'));
          expect(noted.body.map(({ markdown }) => markdown).join('\n\n')).toBe(
            plain.body.map(({ markdown }) => markdown).join('\n\n'),
          );
        },
      ),
    );
  });

  test('every error can be shown: it has a file, a line within the text, what was expected and what was found', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        for (const error of part(lines.join('\n')).errors) {
          expect(error.place?.line).toBeGreaterThanOrEqual(10);
          expect(error.place?.line).toBeLessThan(10 + lines.length);
          expect(describeError(error)).toMatch(/expected: .+\n +found: +.+/s);
        }
      }),
    );
  });
});
