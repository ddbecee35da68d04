import { meaningTexts } from '../search/meaning-texts.ts';
import { type Encoder, speaks } from '../semantics/encoder.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';

/** Every text of a snapshot that its indexes ask an encoder about, on whatever day, for whichever audience. */
export function textsToEncode(
  { public: open, agent }: Snapshot,
  encoder: Pick<Encoder, 'languages'>,
): readonly string[] {
  const articles = [...open.articles, ...agent.hiddenArticles];
  return articles.filter(({ locale }) => speaks(encoder, locale)).flatMap(meaningTexts);
}
