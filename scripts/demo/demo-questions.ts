/** A thing that customers of the sample company ask and its articles do not answer, as they phrase it. */
export interface DemoGap {
  /** From which part of the time on they ask it, in [0, 1); 0: all along. */
  readonly from: number;
  /** How much more often than the least asked. */
  readonly weight: number;
  readonly questions: readonly string[];
}

/** Made up for the sample content, by locale; another company's content is filled without them. */
export const demoGaps: Readonly<Record<string, readonly DemoGap[]>> = {
  en: [
    {
      from: 0.55,
      weight: 9,
      questions: [
        'do you have a shop in chicago',
        'is there a store in Chicago where I can try things on',
        'physical shop near chicago?',
        'where are your shops',
        'can i visit one of your shops',
        'any shop in boston',
      ],
    },
    {
      from: 0,
      weight: 7,
      questions: [
        'is there a student discount',
        'student discount?',
        'do students get a discount',
        'how do I prove i am a student for the discount',
      ],
    },
    {
      from: 0.3,
      weight: 6,
      questions: [
        'where are your jackets made',
        'in which country are the clothes sewn',
        'who makes your knitwear, and where is it made',
        'are the clothes made in europe',
      ],
    },
    {
      from: 0,
      weight: 5,
      questions: [
        'can you embroider initials on a shirt',
        'embroidery of initials on the collar?',
        'do you offer monogram embroidery',
      ],
    },
    {
      from: 0.75,
      weight: 8,
      questions: [
        'do you buy back old coats',
        'second hand coats, do you take them back for credit',
        'trade in my old wool coat',
        'is there a trade in for second hand clothes',
      ],
    },
    {
      from: 0,
      weight: 4,
      questions: [
        'wholesale prices for a boutique',
        'we want to stock your brand in our boutique, wholesale contact?',
        'wholesale catalogue',
      ],
    },
    {
      from: 0.1,
      weight: 4,
      questions: ['are you hiring', 'jobs in your warehouse', 'internship in design, whom do i write to'],
    },
    {
      from: 0.2,
      weight: 3,
      questions: ['is the wool mulesing free', 'are your materials vegan', 'do you use real fur or leather'],
    },
    {
      from: 0,
      weight: 3,
      questions: ['do you make clothes for children', 'kids sizes?', 'anything for toddlers'],
    },
    {
      from: 0.4,
      weight: 3,
      questions: ['refer a friend bonus', 'do i get something when a friend signs up'],
    },
  ],
  he: [
    {
      from: 0.5,
      weight: 6,
      questions: ['יש לכם חנות בתל אביב', 'איפה יש חנות שאפשר למדוד בה', 'חנות פיזית בירושלים?'],
    },
    { from: 0, weight: 4, questions: ['יש הנחה לסטודנטים', 'הנחת סטודנט?', 'הנחה לחיילים וסטודנטים'] },
    { from: 0.6, weight: 3, questions: ['איפה מייצרים את המעילים', 'באיזו ארץ תופרים את הבגדים'] },
    { from: 0, weight: 2, questions: ['אתם מגייסים עובדים', 'משרות פנויות במחסן'] },
  ],
  fa: [
    { from: 0.4, weight: 5, questions: ['در تهران فروشگاه دارید', 'آدرس فروشگاه حضوری کجاست'] },
    { from: 0, weight: 4, questions: ['تخفیف دانشجویی دارید', 'برای دانشجوها تخفیف هست؟'] },
    { from: 0.7, weight: 3, questions: ['پالتوها در کدام کشور دوخته می‌شوند', 'لباس‌ها کجا تولید می‌شود'] },
  ],
  ms: [
    {
      from: 0.5,
      weight: 6,
      questions: ['ada kedai di Kuala Lumpur', 'kedai fizikal di Penang?', 'di mana kedai kamu'],
    },
    { from: 0, weight: 4, questions: ['ada diskaun pelajar', 'diskaun untuk pelajar universiti?'] },
    { from: 0.65, weight: 3, questions: ['jaket ini dibuat di negara mana', 'baju dijahit di mana'] },
  ],
};

/** Sentences of customers for whom an answer was none, by locale; made up. */
export const demoSentences: Readonly<Record<string, readonly string[]>> = {
  en: [
    'I still do not know when the money comes.',
    'It says three days, but for my country?',
    'Too long, I only wanted a yes or no.',
    'That is about returns, I asked about an exchange.',
    'The link to my orders did not open.',
    'Does this hold for sale items as well?',
  ],
  he: ['לא הבנתי אם זה כולל מבצעים.', 'שאלתי על החלפה ולא על החזרה.', 'חסר כמה זמן זה לוקח לישראל.'],
  fa: [
    'معلوم نیست برای حراج هم همین است یا نه.',
    'من دربارهٔ تعویض پرسیدم، نه مرجوعی.',
    'زمانش برای کشور من چقدر است؟',
  ],
  ms: [
    'Tidak jelas untuk barang jualan murah.',
    'Saya tanya tentang pertukaran, bukan pemulangan.',
    'Berapa lama untuk Malaysia?',
  ],
};

/** What customers say to why they would recommend the company or not, by whether they would; made up. */
export const demoReasons: Readonly<
  Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>
> = {
  en: {
    yes: [
      'Clear answers, no waiting.',
      'Repairs for life, and somebody answers at once.',
      'The coat and the help were both good.',
    ],
    no: [
      'I was asked the same thing twice.',
      'The refund took longer than promised.',
      'I could not find a shop to try the size.',
    ],
  },
  he: { yes: ['תשובה ברורה ומהירה.', 'שירות נעים.'], no: ['הזיכוי התעכב.', 'לא מצאתי חנות.'] },
  fa: { yes: ['پاسخ روشن و سریع بود.', 'کیفیت خوب بود.'], no: ['بازپرداخت دیر شد.', 'فروشگاه حضوری نبود.'] },
  ms: {
    yes: ['Jawapan jelas dan cepat.', 'Bantuan yang baik.'],
    no: ['Bayaran balik lambat.', 'Tiada kedai berhampiran.'],
  },
};

/** What agents write when they flag an answer; made up. */
export const demoFlagNotes: Readonly<
  Record<'wrong' | 'outdated' | 'unclear' | 'missing', readonly string[]>
> = {
  wrong: [
    'The carrier told me twice this week that it is two days, not three.',
    'This fee was dropped last month.',
  ],
  outdated: ['Customers read last winter in it.', 'The desk has other hours since the first of the month.'],
  unclear: ['Customers ask back whether sale items count.', 'Nobody finds the button that it names.'],
  missing: [
    'People ask about shops every day, and there is nothing.',
    'It does not say what holds for gifts.',
  ],
};
