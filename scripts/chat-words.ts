/** What the reference bot says of its own; everything about policies comes from the API. */
export interface ChatWords {
  readonly greeting: string;
  readonly source: string;
  readonly verified: (date: string) => string;
  readonly fingerprint: string;
  readonly receipt: string;
  readonly choose: string;
  readonly next: string;
  readonly untranslated: string;
  readonly handOver: (code: string) => string;
  readonly hours: string;
  readonly forgotten: string;
  readonly goodbye: string;
  readonly help: string;
  /** Said under an answer. */
  readonly helpful: string;
  /** Commands by which a customer says that an answer helped or did not, beside /yes and /no. */
  readonly yes: string;
  readonly no: string;
  readonly thanks: string;
  readonly nothingToRate: string;
  /** Under the relationship question, and under the one that follows it. */
  readonly score: string;
  readonly why: string;
}

const english: ChatWords = {
  greeting: 'Hello. What would you like to know? (/help for help, /quit to leave)',
  source: 'Source',
  verified: (date) => `Verified on ${date}`,
  fingerprint: 'Fingerprint',
  receipt: 'Receipt',
  choose: 'Type a number.',
  next: 'You may want to know next (type a number):',
  untranslated: 'This has not been translated yet, so here is the original:',
  handOver: (code) =>
    `Give them the code ${code}. They will see what was said here, so you need not repeat it.`,
  hours: 'Hours',
  forgotten: 'Forgotten.',
  goodbye: 'Goodbye.',
  help: 'Type your question. A number chooses from the last list. /forget forgets what I know of you, /quit leaves.',
  helpful: 'Was this helpful? /yes or /no',
  yes: '/yes',
  no: '/no',
  thanks: 'Thank you.',
  nothingToRate: 'There is no answer to rate yet.',
  score: 'Type a number from 0 (not at all likely) to 10 (extremely likely), or go on.',
  why: 'Type a sentence, or an empty line.',
};

/** The bot's words by language; a language that is not here is spoken to in English. */
const wordsByLocale: Readonly<Record<string, ChatWords>> = {
  en: english,
  he: {
    greeting: 'שלום. במה אפשר לעזור? (‎/help‎ לעזרה, ‎/quit‎ ליציאה)',
    source: 'מקור',
    verified: (date) => `אומת ב־${date}`,
    fingerprint: 'טביעת אצבע',
    receipt: 'קוד אישור',
    choose: 'אפשר להקליד מספר.',
    next: 'אולי יעניין אותך גם (אפשר להקליד מספר):',
    untranslated: 'הטקסט הזה עוד לא תורגם, ולכן הנה המקור:',
    handOver: (code) => `כדאי למסור את הקוד ${code}. כך יראו מה נאמר כאן, ולא צריך לחזור על הדברים.`,
    hours: 'שעות פעילות',
    forgotten: 'נמחק.',
    goodbye: 'להתראות.',
    help: 'אפשר לכתוב שאלה. מספר בוחר מהרשימה האחרונה. ‎/forget‎ שוכח מה שידוע לי, ‎/quit‎ יוצא.',
    helpful: 'זה עזר? ‎/כן‎ או ‎/לא‎',
    yes: '/כן',
    no: '/לא',
    thanks: 'תודה.',
    nothingToRate: 'עוד אין תשובה לדרג.',
    score: 'אפשר להקליד מספר מ־0 (אין סיכוי) עד 10 (סיכוי גבוה מאוד), או להמשיך.',
    why: 'אפשר לכתוב משפט, או שורה ריקה.',
  },
  fa: {
    greeting: 'سلام. چه کمکی از من برمی‌آید؟ (‎/help‎ برای راهنما، ‎/quit‎ برای خروج)',
    source: 'منبع',
    verified: (date) => `تأییدشده در ${date}`,
    fingerprint: 'اثر انگشت',
    receipt: 'کد رسید',
    choose: 'یک شماره بنویسید.',
    next: 'شاید این‌ها هم به کارتان بیاید (شماره بنویسید):',
    untranslated: 'این متن هنوز ترجمه نشده است و اصل آن این است:',
    handOver: (code) => `کد ${code} را به آن‌ها بدهید. آنچه اینجا گفته شد را می‌بینند و لازم نیست تکرار کنید.`,
    hours: 'ساعت کاری',
    forgotten: 'فراموش شد.',
    goodbye: 'خدانگهدار.',
    help: 'پرسش خود را بنویسید. شماره از فهرست آخر انتخاب می‌کند. ‎/forget‎ آنچه از شما می‌دانم را فراموش می‌کند و ‎/quit‎ خارج می‌شود.',
    helpful: 'این به کارتان آمد؟ ‎/بله‎ یا ‎/خیر‎',
    yes: '/بله',
    no: '/خیر',
    thanks: 'سپاسگزارم.',
    nothingToRate: 'هنوز پاسخی برای ارزیابی نیست.',
    score: 'عددی از ۰ (به هیچ وجه) تا ۱۰ (به احتمال بسیار زیاد) بنویسید، یا ادامه دهید.',
    why: 'یک جمله بنویسید، یا خط خالی بگذارید.',
  },
  ms: {
    greeting: 'Helo. Apa yang anda ingin tahu? (/help untuk bantuan, /quit untuk keluar)',
    source: 'Sumber',
    verified: (date) => `Disahkan pada ${date}`,
    fingerprint: 'Cap jari',
    receipt: 'Kod resit',
    choose: 'Taip satu nombor.',
    next: 'Mungkin anda juga ingin tahu (taip satu nombor):',
    untranslated: 'Teks ini belum diterjemahkan, jadi ini yang asal:',
    handOver: (code) =>
      `Berikan kod ${code}. Mereka akan melihat apa yang dikatakan di sini, jadi anda tidak perlu mengulanginya.`,
    hours: 'Waktu operasi',
    forgotten: 'Sudah dilupakan.',
    goodbye: 'Selamat tinggal.',
    help: 'Taip soalan anda. Nombor memilih daripada senarai terakhir. /forget melupakan apa yang saya tahu, /quit keluar.',
    helpful: 'Adakah ini membantu? /ya atau /tidak',
    yes: '/ya',
    no: '/tidak',
    thanks: 'Terima kasih.',
    nothingToRate: 'Belum ada jawapan untuk dinilai.',
    score: 'Taip nombor dari 0 (tidak mungkin sama sekali) hingga 10 (sangat mungkin), atau teruskan.',
    why: 'Taip satu ayat, atau biarkan baris kosong.',
  },
};

/** The words for a locale, by its language. */
export function chatWords(locale: string): ChatWords {
  return wordsByLocale[locale] ?? wordsByLocale[locale.split('-')[0] ?? ''] ?? english;
}
