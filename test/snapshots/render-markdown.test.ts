import fc from 'fast-check';
import type { FormattedFact } from '../../server/snapshots/format-fact.ts';
import {
  externalLink,
  lexMarkdown,
  linksOf,
  markdownLimits,
  renderTokens,
} from '../../server/snapshots/render-markdown.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

const facts: Readonly<Record<string, FormattedFact>> = {
  window: { text: '30 days', href: null, raw: '30 days' },
  mail: { text: 'care@small.example', href: 'mailto:care@small.example', raw: 'care@small.example' },
  phone: { text: '+1 800 555 0142', href: 'tel:+18005550142', raw: '+18005550142' },
  odd: { text: 'a *b* _c_ <i> | d', href: null, raw: 'x' },
};

function render(markdown: string) {
  return renderTokens(lexMarkdown(markdown), {
    headingShift: 1,
    internalLink: (href) => (href === '../returns/how.md#long' ? '/en/returns/how#long' : null),
    marker: (kind, id) => (kind === 'fact' ? (facts[id] ?? null) : null),
  });
}

describe('rendering', () => {
  test('makes text, Markdown and HTML of one paragraph', () => {
    expect(render('You have **two** *weeks*\nand `one` day, ~~three~~.')).toEqual({
      text: 'You have two weeks and one day, three.',
      markdown: 'You have **two** *weeks* and `one` day, ~~three~~.',
      html: '<p>You have <strong>two</strong> <em>weeks</em> and <code dir="auto">one</code> day, <del>three</del>.</p>',
    });
  });

  test('keeps lists as lists in all three forms', () => {
    expect(render('1. Open\n   - tight\n   - list\n2. Close\n')).toEqual({
      text: '1. Open\n   - tight\n   - list\n2. Close',
      markdown: '1. Open\n   - tight\n   - list\n2. Close',
      html: '<ol>\n<li>Open\n<ul>\n<li>tight</li>\n<li>list</li>\n</ul></li>\n<li>Close</li>\n</ol>',
    });
    expect(render('3. Later\n\n   And more.\n').html).toBe(
      '<ol start="3">\n<li><p>Later</p>\n<p>And more.</p></li>\n</ol>',
    );
    expect(render('- [x] done\n- [ ] open').text).toBe('- ☑ done\n- ☐ open');
  });

  test('gives tables column headers, alignment without style, and a box that can be scrolled by keyboard', () => {
    const { text, markdown, html } = render('| To | Days |\n|:--|--:|\n| EU | 3 |\n| a\\|b | |');
    expect(text).toBe('To | Days\nEU | 3\na|b | ');
    expect(markdown).toBe('| To | Days |\n| :-- | --: |\n| EU | 3 |\n| a\\|b |  |');
    expect(html).toContain('<div class="table" tabindex="0">');
    expect(html).toContain('<tr><th scope="col">To</th><th scope="col" class="end">Days</th></tr>');
    expect(html).not.toContain('style');
  });

  test('shifts headings to the right, and no further than h6', () => {
    expect(render('## Two\n\n###### Six').html).toBe('<h3>Two</h3>\n<h6>Six</h6>');
  });

  test('keeps quotes, code and rules', () => {
    expect(render('> Said\n>\n> twice\n\n```sh\na < b\n```\n\n***').html).toBe(
      '<blockquote>\n<p>Said</p>\n<p>twice</p>\n</blockquote>\n<pre tabindex="0" dir="auto"><code>a &lt; b\n</code></pre>\n<hr>',
    );
  });

  test('shows raw HTML as the text that it is', () => {
    const { text, html } = render('Before <b onclick="x()">bold</b>\n\n<script>\nalert(1)\n</script>');
    expect(html).toBe(
      '<p>Before &lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt;</p>\n<p>&lt;script&gt; alert(1) &lt;/script&gt;</p>',
    );
    expect(text).toContain('<script> alert(1) </script>');
  });

  test('shows an image as its alternative text and loads nothing', () => {
    expect(render('See ![the *label*](https://evil.example/x.png).').html).toBe('<p>See the label.</p>');
  });

  test('decodes character references once', () => {
    expect(render('Tom &amp; Jerry&rsquo;s &#8364;5, &amp;lt;b&amp;gt; &unknown;').text).toBe(
      'Tom & Jerry’s €5, &lt;b&gt; &unknown;',
    );
  });
});

describe('links', () => {
  test('to other sites carry no opener and no referrer', () => {
    expect(render('[shop](https://small.example/a?b=1&c=2)').html).toBe(
      '<p><a href="https://small.example/a?b=1&amp;c=2" rel="noopener noreferrer">shop</a></p>',
    );
  });

  test('to e-mail and telephone stay, also as bare addresses', () => {
    expect(render('a@b.example or [call](tel:+123)').html).toBe(
      '<p><a href="mailto:a@b.example">a@b.example</a> or <a href="tel:+123">call</a></p>',
    );
    expect(render('https://small.example/x').markdown).toBe('<https://small.example/x>');
  });

  test('to articles lead to their page', () => {
    expect(render('[how](../returns/how.md#long)')).toEqual({
      text: 'how',
      markdown: '[how](/en/returns/how#long)',
      html: '<p><a href="/en/returns/how#long">how</a></p>',
    });
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '&#106;avascript:alert(1)',
    'java&Tab;script:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    '/agent',
    '\\\\evil.example',
    'https:evil.example',
    'http://',
    'unknown.md',
  ])('to %s are only text', (href) => {
    const { html, markdown, text } = render(`[click](${href})`);
    expect(html).toContain('click');
    expect(html).not.toContain('<a');
    expect(markdown).not.toContain('](');
    expect(text).toContain('click');
  });

  test('are normalised, and refuse what browsers would fold', () => {
    expect(externalLink('HTTPS://Small.Example')).toBe('https://small.example/');
    expect(externalLink('https://a.example/(b)')).toBe('https://a.example/%28b%29');
    expect(externalLink('https://a.example/\u200bx')).toBeNull();
    expect(externalLink('https://a.example/ x')).toBeNull();
  });

  test('are found in lists, tables, quotes and emphasis', () => {
    const markdown = '- [a](1.md)\n\n> *[b](2.md)*\n\n| [c](3.md) |\n|---|\n| [d](4.md) |';
    expect(linksOf(lexMarkdown(markdown))).toEqual(['1.md', '2.md', '3.md', '4.md']);
  });
});

describe('markers', () => {
  test('are replaced in text, emphasis, code, tables and headings', () => {
    expect(render('**{{fact:window}}** `{{fact:window}}`').text).toBe('30 days 30 days');
    expect(render('| a |\n|---|\n| {{fact:window}} |').text).toBe('a\n30 days');
    expect(render('```\n{{fact:window}}\n```').text).toBe('30 days');
  });

  test('of addresses become links, and fill addresses', () => {
    expect(render('Write to {{fact:mail}}.').html).toBe(
      '<p>Write to <a href="mailto:care@small.example">care@small.example</a>.</p>',
    );
    expect(render('[Call {{fact:phone}}](tel:{{fact:phone}})')).toMatchObject({
      text: 'Call +1 800 555 0142',
      markdown: '[Call +1 800 555 0142](tel:+18005550142)',
    });
  });

  test('bring text, never Markdown or HTML', () => {
    const rendering = render('It is {{fact:odd}}.');
    expect(rendering.html).toBe('<p>It is a *b* _c_ &lt;i&gt; | d.</p>');
    expect(render(rendering.markdown)).toEqual(rendering);
  });

  test('that stand for nothing stay as they are', () => {
    expect(render('{{fact:none}} {{other}}').text).toBe('{{fact:none}} {{other}}');
  });
});

describe('limits', () => {
  const refusal = (markdown: string): string => {
    try {
      lexMarkdown(markdown);
      return 'parsed';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test.each([
    ['characters', 'word '.repeat(markdownLimits.characters / 5 + 1)],
    ['quotes', `${'>'.repeat(markdownLimits.nesting + 1)} a`],
    ['lists on one line', `${'- '.repeat(markdownLimits.nesting + 1)}a`],
    ['lists below one another', Array.from({ length: 40 }, (_, i) => `${' '.repeat(i * 2)}- a`).join('\n')],
    ['delimiters', '**a'.repeat(markdownLimits.delimiters / 2 + 1)],
    ['columns', '|a'.repeat(markdownLimits.columns + 1)],
  ])('are checked before parsing: %s', async (_, markdown) => {
    const spent = await leastCpuMs(200, () => expect(refusal(markdown)).toBe('markdown-too-deep'));
    expect(spent).toBeLessThan(200);
  });

  test('leave room for real policies', () => {
    const nested = Array.from({ length: 5 }, (_, i) => `${'   '.repeat(i)}1. step`).join('\n');
    const table = `|${' a |'.repeat(20)}\n|${'---|'.repeat(20)}\n${`|${' [b](https://c.example) |'.repeat(20)}\n`.repeat(30)}`;
    for (const markdown of [nested, table, '> > quote in a quote', `${'long text '.repeat(5_000)}`]) {
      expect(refusal(markdown)).toBe('parsed');
    }
  });
});

/** Markdown as people write it: marks around words, blocks with blank lines between. */
const word = fc.constantFrom(
  'order',
  'a_b',
  '2×3',
  'R&D',
  '<b>',
  '[x]',
  'C#',
  '50%',
  'שלום',
  'روز',
  '#1',
  '1.',
  '-',
  '+',
);
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
const inline = fc
  .array(
    fc.oneof(
      words,
      words.map((text) => `**so ${text} so**`),
      words.map((text) => `*so ${text} so*`),
      fc.constantFrom('`a | b`', '{{fact:window}}', '{{fact:mail}}', '{{fact:odd}}', 'x\\\ny'),
      fc.constantFrom(
        '[a *b*](https://c.example/d_e)',
        'https://f.example',
        '![alt](g.png)',
        '&amp;lt;',
        '\\*',
      ),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) => all.join(' '));
const block = fc.oneof(
  inline.map((text) => `Say ${text}`),
  inline.map((text) => `## ${text} end`),
  fc.array(inline, { minLength: 1, maxLength: 3 }).map((all) => all.map((text) => `- so ${text}`).join('\n')),
  fc
    .array(inline, { minLength: 1, maxLength: 3 })
    .map((all) => all.map((text, i) => `${i + 1}. so ${text}\n\n   - inner`).join('\n\n')),
  inline.map((text) => `> so ${text.replaceAll('\n', ' ')}`),
  words.map((text) => `\`\`\`\n${text}\n\`\`\``),
  words.map((text) => `| a | b |\n|---|:-:|\n| ${text} | \`c\` |`),
  fc.constantFrom('---', '<div>\n\nraw\n\n</div>'),
);
const document = fc.array(block, { minLength: 1, maxLength: 5 }).map((all) => all.join('\n\n'));

/** What a reader sees of HTML, words alone. */
function wordsOfHtml(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, '');
}

describe('whatever is written', () => {
  test('the Markdown that comes out says the same when it is rendered again', () => {
    fc.assert(
      fc.property(document, (markdown) => {
        const once = render(markdown);
        const twice = render(once.markdown);
        expect({ text: twice.text, html: twice.html }).toEqual({ text: once.text, html: once.html });
      }),
      { numRuns: 500 },
    );
  });

  test('text and HTML hold the same words in the same order', () => {
    fc.assert(
      fc.property(
        fc.array(
          inline.map((text) => `Say ${text}`),
          { minLength: 1, maxLength: 4 },
        ),
        (paragraphs) => {
          const { text, html } = render(paragraphs.join('\n\n'));
          expect(wordsOfHtml(html)).toBe(text.replace(/\s+/g, ''));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('HTML holds only tags of the allow-list, closed in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(document, fc.string({ unit: fc.constantFrom(...'<>&"\'`*_[]()#-|\n ab!:/.') })),
        (markdown) => {
          expect(unbalanced(render(markdown).html)).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });
});

const allowed =
  /^<\/?(?:p|strong|em|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|div|hr|br|h[2-6]|a)(?: (?:href="(?:https?:|mailto:|tel:|\/en\/)[^"<>]*"|rel="noopener noreferrer"|start="\d+"|tabindex="0"|dir="auto"|scope="col"|class="(?:table|center|end)"))*>$/;

/** The first tag that is not allowed or not closed where it should be; null where all is well. */
function unbalanced(html: string): string | null {
  const open: string[] = [];
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    if (!allowed.test(tag)) return tag;
    const name = /[a-z0-9]+/.exec(tag)?.[0] ?? '';
    if (name === 'hr' || name === 'br') continue;
    if (!tag.startsWith('</')) open.push(name);
    else if (open.pop() !== name) return tag;
  }
  return open.pop() ?? null;
}
