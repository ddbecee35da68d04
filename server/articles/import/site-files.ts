import type { ImportedFile, ImportResult } from './assemble-import.ts';
import { yamlText } from './write-article.ts';

/** What a new content directory is told about the company. */
export interface NewSite {
  readonly name: string;
  readonly locales: readonly string[];
  readonly defaultLocale: string;
  /** Team that owns the articles. */
  readonly owner: string;
  /** E-mail address of that team, also the contact for customers. */
  readonly email: string;
  readonly categories: ImportResult['categories'];
}

/**
 * The YAML files that a content directory needs to be published as it is. Words that channels say are there in English,
 * Hebrew, Persian and Malay; other languages get the English ones.
 */
export function siteFiles(site: NewSite): readonly ImportedFile[] {
  const { defaultLocale } = site;
  const phrase = phrases[defaultLocale] ?? englishPhrases;
  const siteYaml = [
    '# Made by the import: check every line, most of all the contact.',
    `name: ${yamlText(site.name)}`,
    `tagline: ${yamlText(phrase.tagline)}`,
    `locales: [${site.locales.join(', ')}]`,
    `defaultLocale: ${defaultLocale}`,
    'timeZone: UTC',
    'contacts:',
    `  ${site.owner}:`,
    `    name: ${yamlText(phrase.contact)}`,
    `    email: ${site.email}`,
    `defaultContact: ${site.owner}`,
    'categories:',
    ...site.categories.flatMap(({ id, title, description }) => [
      `  ${id}:`,
      `    title: ${yamlText(title)}`,
      `    description: ${yamlText(description)}`,
    ]),
    'review: { intervalDays: 365, graceDays: 90 }',
    'phrases:',
    `  whichOne: ${yamlText(phrase.whichOne)}`,
    `  noAnswer: ${yamlText(phrase.noAnswer)}`,
    `  needsConfirmation: ${yamlText(phrase.needsConfirmation)}`,
    '',
  ].join('\n');
  return [
    { path: 'site.yaml', text: siteYaml },
    {
      path: 'teams.yaml',
      text: `# Owners are teams, never persons.\n${site.owner}:\n  name: ${yamlText(phrase.contact)}\n  contact: ${site.email}\n`,
    },
    {
      path: 'facts.yaml',
      text: '# The register of policy values: put every amount, period and date here that several articles state.\n',
    },
    { path: 'offers.yaml', text: '# Goodwill that agents may offer.\n' },
    { path: 'synonyms.yaml', text: '# Words that mean the same, by locale.\n' },
  ];
}

interface SitePhrases {
  readonly tagline: string;
  readonly contact: string;
  readonly whichOne: string;
  readonly noAnswer: string;
  readonly needsConfirmation: string;
}

const englishPhrases: SitePhrases = {
  tagline: 'One policy, one answer',
  contact: 'Support',
  whichOne: 'Which of these is it about?',
  noAnswer: 'We have no approved answer to that. A person can help, and your question goes with you.',
  needsConfirmation:
    'This answer has not been confirmed recently. Please check with us before you rely on it.',
};

const phrases: Readonly<Record<string, SitePhrases>> = {
  en: englishPhrases,
  he: {
    tagline: 'מדיניות אחת, תשובה אחת',
    contact: 'תמיכה',
    whichOne: 'במה מדובר?',
    noAnswer: 'אין לנו תשובה מאושרת לשאלה הזו. נציג יוכל לעזור, והשאלה שלך תעבור אליו.',
    needsConfirmation: 'התשובה הזו לא אושרה לאחרונה. כדאי לבדוק איתנו לפני שמסתמכים עליה.',
  },
  fa: {
    tagline: 'یک سیاست، یک پاسخ',
    contact: 'پشتیبانی',
    whichOne: 'پرسش شما دربارهٔ کدام است؟',
    noAnswer:
      'برای این پرسش پاسخ تأییدشده‌ای نداریم. همکاران ما کمک می‌کنند و پرسش شما همراهتان فرستاده می‌شود.',
    needsConfirmation: 'این پاسخ اخیراً تأیید نشده است. لطفاً پیش از تصمیم‌گیری با ما هماهنگ کنید.',
  },
  ms: {
    tagline: 'Satu dasar, satu jawapan',
    contact: 'Sokongan',
    whichOne: 'Soalan anda tentang yang mana satu?',
    noAnswer:
      'Kami tiada jawapan yang diluluskan untuk soalan itu. Seorang petugas boleh membantu, dan soalan anda dibawa bersama.',
    needsConfirmation:
      'Jawapan ini belum disahkan baru-baru ini. Sila semak dengan kami sebelum bergantung padanya.',
  },
};
