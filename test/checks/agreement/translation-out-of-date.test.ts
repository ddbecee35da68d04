import type { Article } from '../../../server/articles/article.ts';
import { parseArticle } from '../../../server/articles/parse-article.ts';
import { runChecks } from '../../../server/checks/run-checks.ts';
import { readArticle } from '../../../server/snapshots/check-content.ts';
import { makeArticle, smallWorld, type WorldFiles } from '../../support/small-world.ts';

const path = 'en/orders/a.md';
const body = 'Within {{fact:return-window}}.\n\n## How {#how}\n\nOpen the page.\n\n## Who {#who}\n\nAnybody.';
const now =
  'Within {{fact:cancellation-window}}.\n\n## How {#how}\n\nOpen the page.\n\n## Who may {#who}\n\nMembers.\n\n## When {#when}\n\nAlways.';
const site = { locales: ['en', 'he', 'fa', 'ms'], defaultLocale: 'en' };

const revisionOf = (text: string): string => readArticle(parseArticle(path, text, site)).head.revision;

/** Findings of a translation of `text`, where `kept` is the text of an earlier release. */
function findings(files: WorldFiles, kept: Article | null = null) {
  const world = smallWorld(files);
  return runChecks({
    ...world,
    today: '2026-11-22',
    sourceOf: (id, revision) =>
      kept && readArticle(kept).head.id === id && readArticle(kept).head.revision.startsWith(revision)
        ? kept
        : null,
  }).findings.filter(({ code }) => code === 'translation-out-of-date');
}

describe('a translation that is out of date', () => {
  const before = makeArticle({ title: 'How?', body });
  const translated = (locale: string, source?: string) => ({
    [path]: makeArticle({ title: 'How?', questions: ['how then'], body: now }),
    [`${locale}/orders/a.md`]: makeArticle({
      title: 'X?',
      body,
      ...(source === undefined ? {} : { source }),
    }),
  });

  test.each(['he', 'fa', 'ms'])(
    'in %s names the sections and facts that changed since, where the earlier text is kept',
    (locale) => {
      const kept = parseArticle(path, before, site);
      expect(findings(translated(locale, revisionOf(before).slice(0, 12)), kept)).toEqual([
        expect.objectContaining({
          severity: 'warning',
          place: expect.objectContaining({ file: `${locale}/orders/a.md`, line: 6 }),
          message: `${path} has changed since this translation was made from it: 4 parts, 2 facts.`,
          found: expect.stringContaining(
            'the lead is worded otherwise; “Who may” (#who) is worded otherwise; “When” (#when) is new; the questions changed; ' +
              'fact cancellation-window came; fact return-window went',
          ),
          hint: `Bring it up to date, then: npm run content:check -- --pin ${locale}/orders/a.md`,
        }),
      ]);
    },
  );

  test('names what the two files lack where the earlier text is not kept', () => {
    const [finding] = findings(translated('he', revisionOf(before).slice(0, 12)));
    expect(finding?.found).toMatch(
      /“When” \(#when\) is missing here; fact cancellation-window is missing here; fact return-window is only here$/,
    );
  });

  test('says so where it was never pinned', () => {
    const [finding] = findings(translated('he'));
    expect(finding).toMatchObject({
      message: `This translation does not say from which text of ${path} it was made.`,
      found: expect.stringMatching(/^no source; /),
    });
  });

  test('is not one that names the revision of its source', () => {
    const text = translated('he')[path] ?? '';
    expect(findings(translated('he', revisionOf(text).slice(0, 12)))).toEqual([]);
  });
});
