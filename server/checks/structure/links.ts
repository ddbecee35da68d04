import { readArticle } from '../../snapshots/check-content.ts';
import { articleLinks } from '../article-links.ts';
import { articleTexts, withoutCode } from '../article-texts.ts';
import type { Check } from '../finding.ts';
import { textSpan } from '../line-span.ts';

/** Addresses that anybody between a customer and the page can read and change. */
export const linkInsecure: Check = {
  code: 'link-insecure',
  title: 'An address begins with http:// and not https://.',
  severity: 'warning',
  explanation: `What a customer reads and types at an http address can be read and changed on the way, and browsers warn of it. A policy that sends customers there teaches them to pass over the warning.

It is told of every http:// in an article or note, but inside code.

Write https://; where the page cannot do that, leave the link out.`,
  *run({ content }) {
    for (const article of content.articles) {
      for (const { file, line, markdown } of articleTexts(article)) {
        if (!/http:/i.test(markdown)) continue;
        for (const { 0: address, index } of withoutCode(markdown).matchAll(
          /\bhttp:\/\/[^\s()<>[\]"']*[^\s()<>[\]"'.,;:!?…]/gi,
        )) {
          yield {
            place: textSpan(file, line, markdown, index, address.length),
            message: 'This address is not encrypted.',
            expected: `https${address.slice('http'.length)}`,
            found: address,
            hint: null,
            other: null,
            because: [],
          };
        }
      }
    }
  },
};

/** Links of an article to the page that they stand on. */
export const linkSelf: Check = {
  code: 'link-self',
  title: 'An article links to itself.',
  severity: 'warning',
  explanation: `A link promises more than is here. One that leads to the page it stands on sends the reader in a circle; mostly another article was meant.

It is told of links to the article's own file. A link to one of its sections (#how-to-cancel) is fine.

Link to the article that says more, or to the section.`,
  *run({ content }) {
    for (const article of content.articles) {
      const { id } = readArticle(article).head;
      for (const { articleId, anchor, href, place } of articleLinks(article)) {
        if (articleId !== id || anchor !== null) continue;
        yield {
          place,
          message: `${id} links to itself.`,
          expected: 'another article, or a section of this one',
          found: href,
          hint: null,
          other: null,
          because: [],
        };
      }
    }
  },
};

/** Links whose words do not say where they lead. */
export const linkVague: Check = {
  code: 'link-vague',
  title: 'A link says "here" and not what is there.',
  severity: 'warning',
  explanation: `A chatbot speaks the words of a link without the link, and screen readers list links without the text around them: "here", "click here" and "read more" are then all there is (WCAG 2.2, 2.4.4 and 2.4.9).

It is told of links whose words are nothing but such a phrase, in English, Hebrew, Persian or Malay, whatever language the article is in.

Let the link's words name what it leads to: "see how to start a return".`,
  *run({ content }) {
    for (const article of content.articles) {
      for (const { text, place } of articleLinks(article)) {
        const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}\u200c]+/gu) ?? [];
        if (!vague.has(words.join(' '))) continue;
        yield {
          place,
          message: `These words do not say where the link leads: ${text}`,
          expected: 'words that name what the link leads to',
          found: text,
          hint: null,
          other: null,
          because: [],
        };
      }
    }
  },
};

const vague: ReadonlySet<string> = new Set([
  ...[
    '',
    'here',
    'click here',
    'tap here',
    'press here',
    'see here',
    'this',
    'this link',
    'this page',
    'link',
  ],
  ...['read more', 'learn more', 'more', 'more info', 'more information', 'find out more', 'details'],
  ...[
    'כאן',
    'פה',
    'לחצו כאן',
    'לחץ כאן',
    'לחצי כאן',
    'הקליקו כאן',
    'בקישור',
    'קישור',
    'בקישור הזה',
    'קישור זה',
  ],
  ...['קראו עוד', 'למידע נוסף', 'לפרטים נוספים', 'עוד', 'לפרטים'],
  ...['اینجا', 'این‌جا', 'اینجا کلیک کنید', 'این‌جا کلیک کنید', 'کلیک کنید', 'این لینک', 'لینک', 'این صفحه'],
  ...['بیشتر', 'بیشتر بخوانید', 'اطلاعات بیشتر', 'ادامه مطلب', 'جزئیات'],
  ...['sini', 'di sini', 'klik sini', 'klik di sini', 'tekan sini', 'tekan di sini', 'pautan ini', 'pautan'],
  ...['halaman ini', 'baca lagi', 'lagi', 'maklumat lanjut', 'ketahui lebih lanjut', 'butiran'],
]);
