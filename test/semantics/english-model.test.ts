import { findEnglishModel } from '../../server/semantics/english-model.ts';
import { createModelThread } from '../../server/semantics/model-thread.ts';
import { openEncoder } from '../../server/semantics/open-encoder.ts';
import { describeWithEnglishModel } from '../support/english-model.ts';

describeWithEnglishModel('the English model', () => {
  const texts = [
    'They took my money two times',
    'I was charged twice for one order',
    'How do I wash a woollen jumper?',
    'שלום',
    '😀',
    'x'.repeat(600),
  ];

  test('is known by its files, the same each time it is looked at', async () => {
    const model = await findEnglishModel();
    expect(model).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), languages: ['en'] });
    expect(await findEnglishModel()).toEqual(model);
  });

  test('gives the same vectors in every thread, order and company', async () => {
    const [one, other] = [createModelThread({ kind: 'english' }), createModelThread({ kind: 'english' })];
    const vectors = one.encode(texts);
    expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => 512));
    // The packages themselves give other last bits to a text among others than to the same text alone.
    expect(
      [...texts]
        .reverse()
        .map((text) => other.encode([text])[0])
        .reverse(),
    ).toEqual(vectors);
    await Promise.all([one.close(), other.close()]);
  });

  test('says that a paraphrase without a common word is nearer than another subject', async () => {
    const encoder = await openEncoder('english', null);
    const [asked, same, other] = encoder?.ofTexts(texts) ?? [];
    const dot = (a: Int8Array | undefined, b: Int8Array | undefined): number =>
      (a ?? new Int8Array()).reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);
    const near = dot(asked?.bytes, same?.bytes) / ((asked?.norm ?? 0) * (same?.norm ?? 0));
    const far = dot(asked?.bytes, other?.bytes) / ((asked?.norm ?? 0) * (other?.norm ?? 0));
    // .67 and .13.
    expect(near).toBeGreaterThan(far + 0.3);
    await encoder?.close();
  });
});
