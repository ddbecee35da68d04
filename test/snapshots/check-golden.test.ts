import { readGolden } from '../../server/articles/read-golden.ts';
import type { AppError } from '../../server/errors.ts';
import { checkGolden, goldenTargets } from '../../server/snapshots/check-golden.ts';
import { compileSnapshot } from '../../server/snapshots/compile.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { articleText, parseFiles } from '../articles/small-content.ts';

const files = {
  'en/orders/cancel.md': articleText('Yes.\n\n## How {#how-to-cancel}\n\nSo.\n', 'supersedes: orders/stop'),
  'en/orders/fraud.md': articleText('Stop it.\n', 'title: Fraud\naudience: agent'),
};
const asking = (expect: string) => `- question: stop it\n  locale: he\n  why: W.\n  expect: ${expect}\n`;

function compiled(golden: string, refused: readonly string[] = []): ReturnType<typeof compileSnapshot> {
  const { content, errors } = parseFiles({ ...files, 'golden.yaml': golden });
  expect(errors).toEqual([]);
  if (!content) throw new Error('expected content');
  return compileSnapshot(content, refused);
}

function snapshotOf(golden: string): Snapshot {
  const { snapshot, errors } = compiled(golden);
  expect(errors).toEqual([]);
  if (!snapshot) throw new Error('expected a snapshot');
  return snapshot;
}

const brief = (errors: readonly AppError[]) =>
  errors.map(
    ({ code, place, found, hint }) => `${code} ${place?.file}:${place?.line} ${found} (${hint ?? ''})`,
  );

describe('golden questions', () => {
  test('may expect public articles and their sections, also where the translation is missing', () => {
    snapshotOf(asking('[orders/cancel, orders/cancel#lead, orders/cancel#how-to-cancel]'));
  });

  test.each([
    [
      'an article that is not there',
      'orders/cancl',
      'link-broken golden.yaml:4 orders/cancl (Did you mean `orders/cancel`?)',
    ],
    ['an article for agents only', 'orders/fraud', 'link-broken golden.yaml:4 orders/fraud ()'],
    [
      'a superseded article',
      'orders/stop',
      'link-broken golden.yaml:4 orders/stop (It is superseded: expect orders/cancel.)',
    ],
    [
      'a section that is not there',
      'orders/cancel#how-to-cancle',
      'link-broken golden.yaml:4 #how-to-cancle (Did you mean #how-to-cancel?)',
    ],
    [
      'an option that is not there',
      '{ clarify: [orders/cancel, orders/x] }',
      'link-broken golden.yaml:4 orders/x ()',
    ],
  ])('that expect %s are refused, in content and in any other folder', (_, expectation, expected) => {
    expect(brief(compiled(asking(expectation)).errors)).toEqual([expected]);

    const { public: open } = snapshotOf('');
    const { value } = readGolden(asking(expectation), 'golden.yaml', open.site);
    const errors: AppError[] = [];
    checkGolden(value ?? [], goldenTargets(open), errors);
    expect(brief(errors)).toEqual([expected]);
  });

  test('that expect an article whose own file was refused are not reported a second time', () => {
    expect(compiled(asking('orders/late'), ['en/orders/late.md']).errors).toEqual([]);
  });

  test('are no part of the snapshot: with and without them it is the same, to the last hash', () => {
    expect(snapshotOf(asking('orders/cancel'))).toEqual(snapshotOf(''));
  });
});
