import type { AnswerResult, PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';
import { makeArticle, smallWorld, smallYaml } from '../support/small-world.ts';

const day = '2026-11-22';

describe('small talk and urgent words of the sample company', () => {
  let answerer: PublicAnswerer;
  const ask = (question: string, locale = 'en'): AnswerResult =>
    answerer.answer({ question, answerId: null, locale, context: {}, asOf: day });

  beforeAll(async () => {
    answerer = createAnswerers(compileFiles(await sampleFiles()).snapshot).public;
  });

  const reply = (courtesy: number, locale: string) => answerer.site.courtesies?.[courtesy]?.reply[locale];

  test.each<readonly [question: string, locale: string, courtesy: number, reason: string]>([
    ['hello', 'en', 0, 'the plainest greeting'],
    ['Heyyyy!!!', 'en', 0, 'letters repeated for emphasis'],
    ['hi there 👋', 'en', 0, 'an emoji says nothing more'],
    ['hello, good morning', 'en', 0, 'two greetings are still no question'],
    ['Thanks!', 'en', 1, 'thanks'],
    ['thx!!', 'en', 1, 'shortened'],
    ['thank you sooo much', 'en', 1, 'emphasis inside a phrase'],
    ['ok, thanks', 'en', 1, 'the last courtesy is the one to answer'],
    ['🙏🙏', 'en', 1, 'emoji alone, listed by the owner'],
    ['ok thanks bye', 'en', 2, 'a goodbye ends it'],
    ["that's all, thank you", 'en', 1, 'the last courtesy is thanks'],
    ['hi, are you a bot?', 'en', 3, 'a greeting before another courtesy'],
    ['👍🏽', 'en', 4, 'the colour of the hand does not matter'],
    ['תודה רבה!', 'he', 1, 'Hebrew thanks'],
    ['הייי', 'he', 0, 'Hebrew greeting, drawn out'],
    ['אתה בוט?', 'he', 3, 'Hebrew: are you a bot'],
    ['تודه', 'fa', -1, 'letters of two scripts are no word'],
    ['مرسی', 'fa', 1, 'Persian thanks, borrowed from French'],
    ['سلام، خسته نباشید', 'fa', 0, 'the usual Persian greeting'],
    ['خیلی ممنون 🌹', 'fa', 1, 'a flower is no question'],
    ['terima kasih banyak2', 'ms', -1, 'a spelling that the owner has not listed is not guessed'],
    ['tq', 'ms', 1, 'Malay shorthand'],
    ['salam', 'ms', 0, 'Malay greeting'],
    ['thanks', 'he', 1, 'English on the Hebrew site gets the Hebrew reply'],
  ])('%s (%s) is answered by courtesy %i: %s', (question, locale, courtesy) => {
    const result = ask(question, locale);
    if (courtesy === -1) return expect(result.status).not.toBe('courtesy');
    expect(result).toMatchObject({
      status: 'courtesy',
      reply: reply(courtesy, locale),
      answer: null,
      clarification: null,
      escalation: null,
      alternatives: [],
      why: [],
    });
    expect(result.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['hi, where is my order', 'a greeting before a question'],
    ['thanks but my refund is still not here', 'thanks before a complaint'],
    ['hello how do I return something', 'a greeting before a question'],
    ['ok and what about returns', 'ok before a question'],
    ['what are your good morning hours', 'courtesy words inside a question'],
    ['תודה, איך מחזירים?', 'Hebrew thanks before a question'],
    ['سلام سفارشم کجاست', 'Persian greeting before a question'],
    ['hai, macam mana nak pulangkan barang', 'Malay greeting before a question'],
  ])('%s is a question: %s', (question) => {
    expect(ask(question, /\p{Script=Hebrew}/u.test(question) ? 'he' : 'en').status).not.toBe('courtesy');
  });

  test('two courtesies have two fingerprints, and one has one', () => {
    expect(ask('hello').fingerprint).toBe(ask('hi there').fingerprint);
    expect(ask('hello').fingerprint).not.toBe(ask('bye').fingerprint);
    expect(ask('hello').fingerprint).not.toBe(ask('hello', 'he').fingerprint);
  });

  test.each([
    ['I got an allergic reaction from the jumper', 'en', ['allergic', 'reaction']],
    ['help!! the sweater caught fire while I was wearing it', 'en', ['caught', 'fire']],
    ['my account is being hacked and they order things', 'en', ['being', 'hacked']],
    ['the driver threatened me at the door', 'en', ['driver', 'threatened', 'me']],
    ['I want to die', 'en', ['want', 'to', 'die']],
    ['יש לי תגובה אלרגית מהחולצה', 'he', ['תגובה', 'אלרגית']],
    ['بعد از پوشیدن لباس واکنش آلرژیک داشتم', 'fa', ['واکنش', 'آلرژیک']],
    ['anak saya tertelan butang baju', 'ms', ['tertelan', 'butang']],
    ['allergic reaction to the dye', 'he', ['allergic', 'reaction']],
  ] as const)('%s (%s) goes straight to a person', (question, locale, words) => {
    const result = ask(question, locale);
    expect(result).toMatchObject({
      status: 'no_answer',
      answer: null,
      escalation: { contact: 'care', phone: '+18005550142' },
      why: [{ feature: 'urgent', words, share: 1 }],
      alternatives: [],
    });
    expect(result.escalation?.message).not.toBe(answerer.site.phrases.noAnswer[locale]);
  });

  test.each([
    ['is this fabric good for people with allergies', 'no reaction is told of'],
    ['my boss got fired, can I return the gift', 'fired is no fire'],
    ['this deal is killing it, how long does it last', 'a figure of speech'],
    ['somebody hacked my account', 'an article answers it'],
    ['I burned the toast', 'no skin'],
  ])('%s is not urgent: %s', (question) => {
    expect(ask(question).why.some(({ feature }) => feature === 'urgent')).toBe(false);
  });
});

describe('courtesies and urgent words of a site', () => {
  const withSite = (more: string) =>
    smallWorld({
      'site.yaml': `${smallYaml['site.yaml']}${more}`,
      'en/orders/bot.md': makeArticle({ title: 'Who answers me?', questions: ['are you a bot'] }),
    }).snapshot;

  test('a title or variant that they would answer instead is refused, naming file, words and way out', () => {
    const courtesy = withSite('courtesies: [{ words: [are you a bot], reply: I am. }]\n');
    const urgent = withSite('urgent: [{ words: [a bot], contact: care, message: Call us. }]\n');
    for (const [snapshot, key] of [
      [courtesy, 'courtesies'],
      [urgent, 'urgent'],
    ] as const) {
      expect(verifyRetrieval(snapshot)).toMatchObject([
        {
          code: 'self-retrieval',
          place: { file: 'en/orders/bot.md' },
          expected: `a question without the words of ${key} in site.yaml`,
          found: 'are you a bot',
        },
      ]);
    }
  });

  test('a site without them has no small talk and no urgent words', () => {
    const { public: answerer } = createAnswerers(withSite(''));
    const { status } = answerer.answer({
      question: 'hello',
      answerId: null,
      locale: 'en',
      context: {},
      asOf: day,
    });
    expect(status).toBe('no_answer');
  });
});
