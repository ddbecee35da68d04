/** What the words of a short follow-up do in a conversation, in one language. */
export interface FollowUpWords {
  /** Say nothing of their own there, beside the language's stop words: `and`, `what about`, `I live in`. */
  readonly function: readonly string[];
  /** Words that only ask: `why`, `what`. */
  readonly interrogative: readonly string[];
  /** Ask for a side of what was talked about and name nothing else: `long`, `cost`, `late`. */
  readonly asking: readonly string[];
  readonly negation: readonly string[];
  /** Words by which an option is chosen: how it is spoken of, its place from the first on, the last one. */
  readonly option: readonly string[];
  readonly places: readonly (readonly string[])[];
  readonly last: readonly string[];
  readonly yes: readonly string[];
  readonly no: readonly string[];
  /** Words that ask for the same side of something, for finding the section that tells it. */
  readonly sides: readonly (readonly string[])[];
}

const words = (text: string): readonly string[] => text.split(' ');

/** Small lists, each word known to be said so in a chat; a language without one uses numbers and the owner's labels alone. */
export const followUpWords: Readonly<Record<string, FollowUpWords>> = {
  en: {
    function: words(
      'a an the and or but if of in on at to for from by with as is are was be been can could will should may have has had i you ' +
        'we they he she your my our their about regarding concerning instead then else also too though although actually well so ok okay pls plz yes yeah yep ' +
        'case situation live living lived based located staying am im ive customer customers person people someone somebody ' +
        'anyone country same now know tell say said ask asking question wonder wondering sure exactly really want need like ' +
        'would apply applies thing things one ones get got do does if when it its that this there here me us guys mean meant happens',
    ),
    interrogative: words('what which who whom whose when where why how'),
    asking: words(
      'long take takes taking took much many cost costs price prices expensive cheap cheaper fee fees pay pays paid paying ' +
        'free charge charged day days week weeks hour hours time times late later longer soon quickly fast faster early ' +
        'earlier work works start begin end ends happen happens next find see step steps ' +
        'reason reasons possible allowed limit maximum minimum rule rules exception exceptions example condition conditions ' +
        'more details detail information info explain far often still enough exact deadline until already yet reach count counts',
    ),
    negation: words(
      'not no never without dont doesnt didnt isnt arent wasnt cant cannot wont nor neither except none',
    ),
    option: words(
      'option number no answer choice choose pick take select want mean meant i would like ill id please the it is its my this that',
    ),
    places: [
      words('first 1st one'),
      words('second 2nd two'),
      words('third 3rd three'),
      words('fourth 4th four'),
      words('fifth 5th five'),
      words('sixth 6th six'),
    ],
    last: words('last bottom'),
    yes: words('yes yeah yep yup yea ya sure'),
    no: words('no nope nah'),
    sides: [
      ['how long', 'when', 'days', 'time', 'takes'],
      ['how much', 'cost', 'price', 'fee', 'who pays', 'expensive'],
      ['why', 'reason', 'reasons'],
      ['where', 'find', 'drop off', 'collecting'],
      ['how do i', 'how does it work', 'how to', 'step by step', 'steps'],
      ['late', 'longer', 'too late', 'deadline'],
      ['damaged', 'broken', 'faulty', 'fault'],
    ],
  },
  he: {
    function: words(
      'לגבי בקשר ל אז גם עוד אבל ואם אם אני גר גרה גרים מתגורר מתגוררת נמצא נמצאת נמצאים לקוח לקוחה לקוחות מישהו אנשים ' +
        'מדינה מקרה אותו אותה זה זאת הדבר כן טוב אוקיי שאלה רציתי לדעת תגידו תגיד לי בשביל עבור מי שגר בעצם בכלל עכשיו',
    ),
    interrogative: words('מה מי מתי איפה היכן לאן למה מדוע איך כמה איזה איזו'),
    asking: words(
      'זמן לוקח לוקחת ייקח יקח עולה עולים יעלה מחיר עלות יקר זול משלם משלמת משלמים לשלם חינם יום ימים שבוע שבועות שעות שעה ' +
        'עובד עובדת מתחיל מתחילים נגמר קורה יקרה הלאה צעד צעדים שלבים סיבה סיבות אפשר מותר מקסימום ' +
        'מינימום כלל כללים תנאים חריגים פרטים עוד מוקדם מאוחר יותר מהר בדיוק מוצאים רואים עדיין',
    ),
    negation: words('לא אין בלי ללא אינני אינו אינה איני מבלי'),
    option: words('אפשרות האפשרות מספר תשובה בחירה בוחר בוחרת לבחור רוצה את ה זו זאת זה בבקשה'),
    places: [
      words('הראשון הראשונה ראשון ראשונה אחת'),
      words('השני השנייה השניה שני שנייה שניה שתיים'),
      words('השלישי השלישית שלישי שלישית שלוש'),
      words('הרביעי הרביעית רביעי רביעית ארבע'),
      words('החמישי החמישית חמישי חמישית חמש'),
    ],
    last: words('האחרון האחרונה אחרון אחרונה'),
    yes: words('כן בטח'),
    no: words('לא'),
    sides: [
      ['כמה זמן', 'מתי', 'ימים', 'זמן'],
      ['כמה עולה', 'כמה זה עולה', 'מחיר', 'עלות', 'דמי', 'מי משלם'],
      ['למה', 'מדוע', 'סיבה', 'סיבות'],
      ['איפה', 'היכן', 'לאן'],
      ['איך', 'איך עושים', 'שלב אחר שלב', 'צעד אחר צעד'],
      ['מאוחר', 'מתעכב', 'עיכוב', 'איחור'],
    ],
  },
  fa: {
    function: words(
      'طور درباره مورد برای هم پس حالا اگر اگه و من ساکن هستم زندگی میکنم میکنیم داخل توی تو اونجا اینجا آنجا مشتری ' +
        'مشتریان کسی افراد کشور همین همان آن این بله آره خب خوب سوال میخواستم میخواهم بدانم بدونم لطفا یعنی الان باشم باشد باشه',
    ),
    interrogative: words('چی چه کی کجا چرا چگونه چطور چقدر کدام'),
    asking: words(
      'طول میکشد میکشه زمان مدت چند روز هفته ساعت هزینه قیمت گران ارزان پرداخت بپردازم میپردازد میدهد میده ' +
        'رایگان مجانی شروع پایان تمام میشود میشه اتفاق میافتد بعدی بعد مرحله مراحل دلیل علت ممکن مجاز حداکثر حداقل قانون شرایط ' +
        'استثنا جزئیات بیشتر زود زودتر دیر دیرتر سریع دقیقا پیدا کنم ببینم هنوز',
    ),
    negation: words('نه نیست نیستم ندارم ندارد بدون نمیخواهم هرگز نیستیم بجز'),
    option: words('گزینه شماره جواب پاسخ انتخاب همان آن را رو میخواهم لطفا مورد'),
    places: [
      words('اول اولی اولین یک یکم نخست'),
      words('دوم دومی دومین دو'),
      words('سوم سومی سومین سه'),
      words('چهارم چهارمی چهارمین چهار'),
      words('پنجم پنجمی پنجمین پنج'),
    ],
    last: words('آخر آخری آخرین'),
    yes: words('بله آره بلی اره'),
    no: words('نه خیر نخیر'),
    sides: [
      ['چقدر طول می‌کشد', 'چقدر طول میکشه', 'کی', 'چند روز', 'زمان', 'مدت'],
      ['چقدر هزینه', 'هزینه', 'قیمت', 'کارمزد', 'هزینه‌اش با کیست'],
      ['چرا', 'دلیل', 'دلایل', 'علت'],
      ['کجا', 'محل'],
      ['چطور', 'چگونه', 'مرحله به مرحله', 'قدم به قدم'],
      ['دیر', 'بیشتر طول کشید', 'تأخیر'],
    ],
  },
  ms: {
    function: words(
      'pula tentang mengenai pasal kalau jika dan lagi juga so habis saya tinggal duduk berada menetap di ' +
        'dari pelanggan orang seseorang negara kes ini itu tu ni ya ye okey soalan nak tahu beritahu untuk bagi dekat kat kalau2 ' +
        'la eh pun je sekarang',
    ),
    interrogative: words('apa siapa bila mana kenapa mengapa macam bagaimana berapa'),
    asking: words(
      'lama masa ambil makan berapa kos harga bayaran bayar dibayar mahal murah percuma caj yuran hari minggu jam ' +
        'mula bermula tamat habis jadi berlaku terjadi seterusnya langkah sebab boleh dibenarkan ' +
        'maksimum minimum had syarat peraturan pengecualian butiran lanjut awal lewat lambat cepat lagi masih tepat cari lihat lebih',
    ),
    negation: words('tidak tak bukan tanpa tiada jangan belum kecuali takde tiak'),
    option: words('pilihan nombor no jawapan pilih yang itu ini mahu nak saya tolong'),
    places: [
      words('pertama satu kesatu'),
      words('kedua dua'),
      words('ketiga tiga'),
      words('keempat empat'),
      words('kelima lima'),
    ],
    last: words('terakhir akhir'),
    yes: words('ya ye yup'),
    no: words('tidak tak bukan'),
    sides: [
      ['berapa lama', 'bila', 'tempoh', 'masa', 'hari'],
      ['berapa kos', 'berapa harga', 'kos', 'harga', 'yuran', 'caj', 'siapa bayar'],
      ['kenapa', 'mengapa', 'sebab'],
      ['di mana', 'tempat'],
      ['macam mana', 'bagaimana', 'cara', 'langkah demi langkah'],
      ['lewat', 'lambat', 'lebih lama'],
    ],
  },
};
