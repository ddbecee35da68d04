import { AppError } from '../../server/errors.ts';
import { lexMarkdown, renderTokens } from '../../server/snapshots/render-markdown.ts';
import type { Rendering } from '../../server/snapshots/snapshot.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { type HostileCase, hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { makeArticle, tryWorld } from '../support/small-world.ts';

const there = hasHostileCorpora();
const xss = there ? await hostileCases('markdown-xss.json') : [];
const dos = there ? await hostileCases('markdown-dos.json') : [];

const bodyOf = (hostile: HostileCase): string => hostile.bytes.toString('utf8');

/** The renderer alone, on what the parser of articles might have let through. */
function renderAnything(markdown: string): Rendering | 'refused' {
  try {
    return renderTokens(lexMarkdown(markdown), {
      headingShift: 1,
      internalLink: () => null,
      marker: () => null,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'markdown-too-deep') return 'refused';
    throw error;
  }
}

const allowedTag =
  /^<\/?(?:p|strong|em|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|div|hr|br|h[2-6]|a)(?: (?:href="(?:https?:|mailto:|tel:)[^"<>\s]*"|rel="noopener noreferrer"|start="\d+"|tabindex="0"|dir="auto"|scope="col"|class="(?:table|center|end)"))*>$/;

/** Everything between < and > that is not a tag of the allow-list with attributes of the allow-list. */
function dangersIn(html: string): readonly string[] {
  return [...html.matchAll(/<[^>]*>?/g)].map(([tag]) => tag).filter((tag) => !allowedTag.test(tag));
}

/** Without the corpora there is nothing to make tests of. */
if (!there) test.skip('hostile Markdown needs ../shared/hostile', () => {});
else describe('hostile Markdown', hostileMarkdown);

function hostileMarkdown(): void {
  test.each(xss.map((hostile) => [hostile.id, hostile] as const))(
    '%s is harmless and readable',
    (_, hostile) => {
      const rendering = renderAnything(bodyOf(hostile));
      if (rendering === 'refused') throw new Error('no such case is too deep');
      expect(dangersIn(rendering.html)).toEqual([]);
      if (hostile.keep !== undefined) expect(rendering.text).toContain(hostile.keep);
    },
  );

  test.each(xss.map((hostile) => [hostile.id, hostile] as const))(
    '%s is harmless, or refused with its file, as an article, beside it and for agents only',
    (_, hostile) => {
      const path = 'en/orders/hostile.md';
      const body = bodyOf(hostile);
      for (const article of [
        makeArticle({ body }),
        makeArticle({ body: `A lead.\n\n:::agent\n${body}\n:::` }),
        makeArticle({ body, audience: 'agent' }),
      ]) {
        const { snapshot, errors } = tryWorld({ [path]: article });
        for (const error of errors) expect(error.place?.file).toBe(path);
        const html = [
          ...(snapshot?.public.articles ?? []),
          ...(snapshot?.agent.hiddenArticles ?? []),
        ].flatMap(({ sections }) =>
          sections.flatMap(({ variants }) => variants.map((v) => v.rendering.html)),
        );
        const notes = snapshot?.agent.beside.flatMap((beside) =>
          beside.notes.map((n) => n.noteRendering.html),
        );
        expect([...html, ...(notes ?? [])].flatMap(dangersIn)).toEqual([]);
        expect(errors.length + html.length).toBeGreaterThan(0);
      }
    },
  );

  test.each(dos.map((hostile) => [hostile.id, hostile] as const))(
    '%s is rendered within its time or refused by a limit',
    async (_, hostile) => {
      const limit = hostile.maxMs ?? 1_000;
      const path = 'en/orders/hostile.md';
      const spent = await leastCpuMs(limit, () => {
        renderAnything(bodyOf(hostile));
        for (const error of tryWorld({ [path]: makeArticle({ body: bodyOf(hostile) }) }).errors)
          expect(error.place?.file).toBe(path);
      });
      expect(spent).toBeLessThan(limit);
    },
  );

  test('takes at most 2.6 times as long when it is twice as long', async () => {
    const slow: string[] = [];
    for (const hostile of dos) {
      const body = bodyOf(hostile);
      const [once, twice] = [await fastestOf(body), await fastestOf(body + body)];
      if (twice > 100 && twice > once * 2.6) slow.push(`${hostile.id}: ${once} ms, ${twice} ms`);
    }
    expect(slow).toEqual([]);
  });
}

/** Milliseconds of three rounds' least: a limit of none is never reached. */
async function fastestOf(markdown: string): Promise<number> {
  return Math.round(await leastCpuMs(0, () => renderAnything(markdown)));
}
