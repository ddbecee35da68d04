import { createAnswerers } from '../../server/answers/answerer.ts';
import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import {
  makeArticle,
  smallArticles,
  smallWorld,
  smallYaml,
  tryWorld,
  type WorldFiles,
} from '../support/small-world.ts';

const courtesies = `
courtesies:
  - words: { en: [hello, hi, thanks, thank you], he: [שלום, תודה] }
    reply: { en: You are welcome. }
urgent:
  - words: { en: [fire] }
    contact: orders
    message: { en: Call now. }
`;
const listed = `
- questions: { en: [Do you sell shares?, what's your share price], he: [אתם מוכרים מניות] }
  reply: { en: We say nothing of shares., he: על מניות לא נדבר. }
- questions: { en: [are you hiring] }
`;

function world(files: WorldFiles = {}) {
  return smallWorld({
    ...smallArticles(),
    'site.yaml': `${smallYaml['site.yaml']}${courtesies}`,
    'out-of-scope.yaml': listed,
    ...files,
  });
}

function asker(files: WorldFiles = {}) {
  const { public: open } = createAnswerers(world(files).snapshot);
  return (question: string, locale = 'en', previous: string | null = null) =>
    open.answer({ question, answerId: null, locale, context: {}, asOf: '2026-11-22', previous });
}

describe('a question that is out of scope', () => {
  test('is declined in the words of its entry, with whom to turn to', () => {
    expect(asker()('do you sell shares')).toMatchObject({
      status: 'no_answer',
      answer: null,
      alternatives: [],
      why: [{ feature: 'out-of-scope', words: ['Do you sell shares?'], share: 1 }],
      escalation: { message: 'We say nothing of shares.', contact: 'care', email: 'care@small.example' },
    });
  });

  test('is known by its words, however they are written, in any language of the site', () => {
    const ask = asker();
    for (const question of [
      'DO YOU SELL SHARES!!',
      '  do   you sell “shares” ',
      'Dó you séll shares',
      "what's your share price",
      'whats your share price?',
      'hi, do you sell shares? thanks',
      'Hello hello do you sell shares thank you thank you',
    ])
      expect([question, ask(question).escalation?.message]).toEqual([question, 'We say nothing of shares.']);
    expect(ask('אתם מוכרים מניות?').escalation?.message).toBe('We say nothing of shares.');
    expect(ask('שלום, אתם מוכרים מניות?', 'he').escalation?.message).toBe('על מניות לא נדבר.');
  });

  test('is nothing that has other words too', () => {
    const ask = asker();
    for (const question of [
      'do you sell shares of pizza',
      'why do you sell shares',
      'shares',
      'hello thanks',
    ])
      expect([question, ask(question).why.map(({ feature }) => feature)]).toEqual([
        question,
        expect.not.arrayContaining(['out-of-scope']),
      ]);
  });

  test('has words where nobody wrote any: those of site.yaml, else our own in each language', () => {
    const ask = asker();
    const said = ['en', 'he', 'fa', 'ms'].map((locale) => ask('are you hiring', locale).escalation?.message);
    expect(new Set(said).size).toBe(4);
    expect(said[0]).toMatch(/not something we can help with/);
    const site = `${smallYaml['site.yaml']?.trimEnd()}\n  outOfScope: { en: Not ours. }\n${courtesies}`;
    expect(asker({ 'site.yaml': site })('are you hiring').escalation?.message).toBe('Not ours.');
  });

  test('comes behind urgent words and before what was said last', () => {
    const ask = asker({
      'out-of-scope.yaml': '- questions: { en: [can I start a fire, and in Europe] }\n',
    });
    expect(ask('can I start a fire').why).toMatchObject([{ feature: 'urgent' }]);
    expect(ask('and in Europe', 'en', 'returns/return-window#lead').why).toMatchObject([
      { feature: 'out-of-scope' },
    ]);
  });

  test('is explained without candidates', () => {
    const { public: open } = createAnswerers(world().snapshot);
    const ask = { question: 'are you hiring', answerId: null, locale: 'en', context: {}, asOf: '2026-11-22' };
    expect(open.answer({ ...ask, explain: true }).explanation?.candidates).toEqual([]);
  });
});

describe('out-of-scope.yaml', () => {
  const errorsOf = (text: string) =>
    tryWorld({ ...smallArticles(), 'out-of-scope.yaml': text }).errors.map(
      ({ code, place, found }) => `${code} ${place?.file}:${place?.line} ${found ?? ''}`,
    );

  test('changes no snapshot where it is not there, or empty', () => {
    const id = smallWorld().snapshot.public.id;
    expect(smallWorld({ 'out-of-scope.yaml': '# nothing yet\n' }).snapshot.public.id).toBe(id);
    expect('outOfScope' in smallWorld().snapshot.public).toBe(false);
    expect(world().snapshot.public.id).not.toBe(id);
  });

  test('is refused with the line', () => {
    expect(errorsOf('- questions: { en: [x] }\n- question: [y]\n').sort()).toEqual([
      expect.stringMatching(/^key-unknown out-of-scope.yaml:2 question$/),
      expect.stringMatching(/^value-invalid out-of-scope.yaml:2/),
    ]);
    expect(errorsOf('- questions: { fr: [x] }\n')).toEqual(['value-invalid out-of-scope.yaml:1 fr']);
    expect(errorsOf('- questions:\n    en:\n      - x\n      - X\n')).toEqual([
      'value-invalid out-of-scope.yaml:4 X',
    ]);
    expect(errorsOf('- questions: { en: [x] }\n  reply: { he: x }\n')).toEqual([
      'value-invalid out-of-scope.yaml:2 he',
    ]);
    expect(errorsOf('- questions: { en: [] }\n')).toHaveLength(1);
    expect(errorsOf('a: b\n')).toHaveLength(1);
  });

  test('is refused where an article answers one of them', () => {
    expect(errorsOf('# one\n- questions:\n    en: [Cancel order, not shipped yet!]\n')).toEqual([]);
    expect(errorsOf('# one\n- questions:\n    en:\n      - "Cancel order: not shipped yet!"\n')).toEqual([
      'question-duplicate out-of-scope.yaml:4 "Cancel order: not shipped yet!", which en/orders/cancel-order.md has',
    ]);
  });

  test('never comes before a title or variant, whatever stands around it', () => {
    const { snapshot } = world({ 'en/orders/x.md': makeArticle({ title: 'Hello, are you hiring?' }) });
    expect(verifyRetrieval(snapshot)).toMatchObject([
      { code: 'self-retrieval', expected: 'a question without the words of out-of-scope.yaml' },
    ]);
  });
});
