import { createDesk, hiddenShelf } from '../../server/answers/desk.ts';
import { createEditions } from '../../server/answers/shelf.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import { articleText, parseFiles, siteYaml } from './small-content.ts';

const article = (stage: string, front = '') =>
  articleText('Text.\n', `title: About ${stage}${front.length}\njourney: ${stage}\n${front}`);

const journey = `journey:
  wonder:
    title: { en: Wonder, he: תהייה }
    moments:
      first-look: { title: First look, articles: [orders/a] }
      alone: { title: Nobody is there }
  leave: { title: Leave }
`;

/** The journey as agents' pages get it, or what is wrong with the content. */
function journeyOf(files: Readonly<Record<string, string>>) {
  const { content, errors } = parseFiles(files);
  if (content === null) throw new Error(errors.map(({ message }) => message).join());
  const compiled = compileSnapshot(content);
  if (compiled.snapshot === null)
    return compiled.errors.map(
      ({ code, place, found, hint }) => `${code} ${place?.file}:${place?.line ?? ''} ${found} ${hint ?? ''}`,
    );
  const { snapshot } = compiled;
  const shelf = hiddenShelf(snapshot);
  return createDesk(snapshot, shelf, createEditions(shelf, null, 1)).journey;
}

describe('the journey', () => {
  test('has the stages of site.yaml with their moments; an article for agents covers nothing', () => {
    const files = {
      'site.yaml': `${siteYaml}${journey.replace('[orders/a]', '[orders/a, orders/inside]')}`,
      'en/orders/a.md': article('wonder'),
      'en/orders/b.md': article('leave'),
      'en/orders/inside.md': article('wonder', 'audience: agent\n'),
    };
    expect(journeyOf(files)).toEqual([
      {
        stageId: 'wonder',
        title: { en: 'Wonder', he: 'תהייה' },
        articleIds: ['orders/a'],
        moments: [
          { momentId: 'first-look', title: { en: 'First look' }, articleIds: ['orders/a'] },
          { momentId: 'alone', title: { en: 'Nobody is there' }, articleIds: [] },
        ],
      },
      { stageId: 'leave', title: { en: 'Leave' }, articleIds: ['orders/b'], moments: [] },
    ]);
  });

  test("is Concord's own eight stages where site.yaml names none", () => {
    const stages = journeyOf({ 'en/orders/a.md': article('renew') });
    expect(stages).toMatchObject(
      ['discover', 'buy', 'wait', 'receive', 'use', 'return', 'renew', 'leave'].map((stageId) => ({
        stageId,
        title: null,
        articleIds: stageId === 'renew' ? ['orders/a'] : [],
        moments: [],
      })),
    );
  });

  test('a stage that there is not is refused with its line and what was meant', () => {
    expect(journeyOf({ 'en/orders/a.md': article('retrun') })).toEqual([
      expect.stringMatching(/^value-invalid en\/orders\/a\.md:[2-9] retrun Did you mean `return`\?$/),
    ]);
    expect(journeyOf({ 'site.yaml': `${siteYaml}${journey}`, 'en/orders/a.md': article('return') })).toEqual([
      expect.stringMatching(/^value-invalid en\/orders\/a\.md:\d+ return /),
    ]);
  });

  test('a moment that names an article that is not there is refused', () => {
    const wanted = journey.replace('[orders/a]', '[orders/a, orders/inside]');
    const files = { 'site.yaml': `${siteYaml}${wanted}`, 'en/orders/a.md': article('wonder') };
    expect(journeyOf(files)).toEqual([expect.stringMatching(/^link-broken site\.yaml: orders\/inside /)]);
  });

  test('what is not of the expected form is refused by its line', () => {
    const { errors } = parseFiles({
      'site.yaml': `${siteYaml}journey:\n  buy: { title: Buy, moment: {} }\n`,
      'en/orders/a.md': articleText('Text.\n'),
    });
    expect(errors.map(({ code, place, found }) => `${code} ${place?.file}:${place?.line} ${found}`)).toEqual([
      'key-unknown site.yaml:18 moment',
    ]);
  });
});
