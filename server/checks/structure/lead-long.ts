import { readArticle } from '../../snapshots/check-content.ts';
import { countWords } from '../count-words.ts';
import type { Check } from '../finding.ts';
import { lineSpan } from '../line-span.ts';

/** Words a minute of calm speech: English is read aloud at 150 to 160, and voices of machines are set to about as much. */
const wordsAMinute = 150;

/** Leads that are too long to be spoken. */
export const leadLong: Check = {
  code: 'lead-long',
  title: 'A lead is longer than a chatbot can say in one breath.',
  severity: 'warning',
  explanation: `The lead is what a chatbot says and what stands first everywhere. Who listens cannot skim: at ${wordsAMinute} words a minute, 60 words take 24 seconds, and nobody remembers the beginning of much more.

It is told where the lead of a public article, with its facts filled in, has more words than \`checks.leadWords\` of site.yaml (60 unless it says otherwise) for any customer on any day. Words are counted as they are spoken: kanak-kanak, can't and 8:00 are one each.

Say yes or no, the number and the condition in the lead; move the rest below a heading.`,
  *run(world) {
    const { checks, articles } = world.content;
    const compiled = new Map(
      world.snapshot?.public.articles.map((article) => [`${article.locale}/${article.id}`, article]),
    );
    for (const article of articles) {
      if (!article.beside) continue;
      const { head } = readArticle(article);
      const lead = compiled.get(`${head.locale}/${head.id}`)?.sections[0];
      const words = Math.max(0, ...(lead?.variants ?? []).map(({ rendering }) => countWords(rendering.text)));
      if (words <= checks.leadWords) continue;
      const seconds = Math.round((words / wordsAMinute) * 60);
      yield {
        place: lineSpan(world, head.path, article.article.body[0]?.line ?? 1),
        message: `The lead of ${head.path} has ${words} words, about ${seconds} seconds of speech.`,
        expected: `at most ${checks.leadWords} words`,
        found: `${words} words`,
        hint: 'Keep the answer itself, and move the rest below a heading.',
        other: null,
        because: [],
      };
    }
  },
};
