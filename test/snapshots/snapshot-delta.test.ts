import fc from 'fast-check';
import type { CompiledArticle, Snapshot } from '../../server/snapshots/snapshot.ts';
import { applyDelta, deltaTo, idsOf } from '../../server/snapshots/snapshot-delta.ts';
import { makeArticle, smallArticles, smallWorld } from '../support/small-world.ts';

const returns = 'en/returns/return-window.md';
const noPause = async (): Promise<void> => {};

/** What a server that has `before` gets to have when `after` is published. */
const follow = (before: Snapshot, after: Snapshot): Promise<Snapshot> =>
  applyDelta(before, deltaTo(after, deltaTo(before, null).manifest).delta, noPause);

const articleOf = (snapshot: Snapshot, id: string): CompiledArticle | undefined =>
  snapshot.public.articles.find((article) => article.id === id);

/** A snapshot with made-up articles, one for each text, of about so many characters. */
function withTexts(texts: readonly string[], length = 0): Snapshot {
  const { snapshot } = smallWorld();
  const [model] = snapshot.public.articles;
  if (!model) throw new Error('the small world has no article');
  const articles = texts.map((text) => ({ ...model, id: text, title: text.padEnd(length, '.') }));
  return { ...snapshot, public: { ...snapshot.public, id: texts.join(' '), articles } };
}

describe('a snapshot delta', () => {
  test('from nothing gives the whole snapshot, equal and deep-frozen', async () => {
    const { snapshot } = smallWorld();
    const { delta } = deltaTo(snapshot, null);
    const made = await applyDelta(null, delta, noPause);
    expect(made).toEqual(snapshot);
    expect(Object.isFrozen(made.public.articles)).toBe(true);
    expect(Object.isFrozen(made.public.articles[0]?.sections[0]?.variants)).toBe(true);
    expect(Object.isFrozen(made.agent)).toBe(true);
  });

  test('carries only what changed; all else is the very objects of before', async () => {
    const before = smallWorld().snapshot;
    const changed = { ...smallArticles(), [returns]: makeArticle({ title: 'How long?', body: 'A month.' }) };
    const after = smallWorld({
      ...changed,
      'en/orders/cancel-order.md': smallArticles()['en/orders/cancel-order.md'] ?? null,
    }).snapshot;
    const { delta } = deltaTo(after, deltaTo(before, null).manifest);
    const sent = delta.chunks.map((chunk) => new TextDecoder().decode(chunk)).join();
    expect(sent).toContain('A month.');
    expect(sent).not.toContain('Open your order');
    const made = await follow(before, after);
    expect(made).toEqual(after);
    expect(articleOf(made, 'orders/cancel-order')).toBe(articleOf(before, 'orders/cancel-order'));
    expect(articleOf(made, 'returns/return-window')).not.toBe(articleOf(before, 'returns/return-window'));
    expect(made.public.site).toBe(before.public.site);
    expect(made.public.synonyms).toBe(before.public.synonyms);
    expect(made.agent.hiddenArticles[0]).toBe(before.agent.hiddenArticles[0]);
  });

  test('leads from any articles to any others, in their order', async () => {
    const texts = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, texts, async (one, other) => {
        const [before, after] = [withTexts(one), withTexts(other)];
        const made = await follow(before, after);
        expect(made.public.articles.map(({ id }) => id)).toEqual(other);
        expect(idsOf(made)).toEqual(idsOf(after));
        for (const text of one.filter((each) => other.includes(each)))
          expect(articleOf(made, text)).toBe(articleOf(before, text));
      }),
    );
  });

  test('is read in pieces with a pause after each, none larger than a few milliseconds of work', async () => {
    const { delta } = deltaTo(withTexts([...'abcdefgh'], 100_000), null);
    let pauses = 0;
    await applyDelta(null, delta, async () => {
      pauses += 1;
    });
    expect(delta.chunks.every(({ length }) => length <= 270_000)).toBe(true);
    expect(pauses).toBe(delta.chunks.length);
    expect(pauses).toBeGreaterThanOrEqual(4);
  });

  test('is refused as a whole where it does not fit', async () => {
    const [before, after] = [withTexts(['a']), withTexts(['a', 'b'])];
    const { delta } = deltaTo(after, deltaTo(before, null).manifest);
    const failed = expect.objectContaining({ code: 'publication-failed' });
    await expect(applyDelta(null, delta, noPause)).rejects.toEqual(failed);
    await expect(applyDelta(after, delta, noPause)).rejects.toEqual(failed);
    await expect(applyDelta(before, { ...delta, chunks: [] }, noPause)).rejects.toEqual(failed);
    const [chunk = new Uint8Array()] = delta.chunks;
    const broken = { ...delta, chunks: [chunk.slice(0, -9)] };
    await expect(applyDelta(before, broken, noPause)).rejects.toEqual(failed);
    const more = { ...delta, chunks: [chunk, chunk] };
    await expect(applyDelta(before, more, noPause)).rejects.toEqual(failed);
  });
});
