import type { PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { calibrate } from '../../server/answers/calibrate.ts';
import { textsToEncode } from '../../server/answers/texts-to-encode.ts';
import { withSemantics } from '../../server/snapshots/with-semantics.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';
import { toyEncoder } from '../support/toy-encoder.ts';

const { snapshot } = smallWorld({
  'en/orders/cancel.md': makeArticle({ title: 'Can I cancel my order?', body: 'Yes, before it ships.' }),
  'he/orders/cancel.md': makeArticle({ title: 'אפשר לבטל הזמנה?', body: 'כן, לפני המשלוח.' }),
  'en/returns/refund.md': makeArticle({ title: 'When does my refund arrive?', body: 'After five days.' }),
  'en/returns/fraud.md': makeArticle({
    title: 'What is a stolen box?',
    audience: 'agent',
    body: 'Ask the desk.',
  }),
});
const meant = withSemantics(snapshot, 'a toy');

function asked(answerer: PublicAnswerer, question: string, locale = 'en') {
  return answerer.answer({ question, answerId: null, locale, context: {}, asOf: '2026-11-22' });
}

describe('answers for which meaning counts', () => {
  test('are given by a server with the model of the snapshot, and by no other', () => {
    const differs = expect.objectContaining({ code: 'semantic-model-differs' });
    expect(() => createAnswerers(meant)).toThrow(differs);
    expect(() => createAnswerers(meant, null, toyEncoder({ id: 'another' }))).toThrow(differs);
    expect(() => createAnswerers(snapshot, null, toyEncoder())).toThrow(differs);
    expect(() => createAnswerers(meant, null, toyEncoder())).not.toThrow();
    expect(() => createAnswerers(snapshot)).not.toThrow();
  });

  test('are the same whichever replica gives them, with a probability and the reason', () => {
    const [one, two] = [toyEncoder(), toyEncoder()].map(
      (encoder) => createAnswerers(meant, null, encoder).public,
    );
    for (const question of ['reimbursed', 'revoke my order', 'cash for the box', 'zzz']) {
      if (one === undefined || two === undefined) throw new Error('no answerers');
      const result = asked(one, question);
      expect(asked(two, question)).toEqual(result);
      expect(result.confidence).toBeGreaterThanOrEqual(0);
      expect(result.confidence).toBeLessThanOrEqual(1);
    }
    const { why } = asked(one as PublicAnswerer, 'reimbursed');
    expect(why[0]).toMatchObject({ feature: 'meaning', words: [] });
  });

  test('leave a site in a language that the model does not know as it is', () => {
    const on = createAnswerers(meant, null, toyEncoder()).public;
    const off = createAnswerers(snapshot).public;
    for (const question of ['לבטל הזמנה', 'אפשר לבטל?', 'ביטול']) {
      const { answer: meantAnswer, fingerprint: _, ...rest } = asked(on, question, 'he');
      const { answer, fingerprint: __, ...others } = asked(off, question, 'he');
      expect(rest).toEqual(others);
      expect(meantAnswer?.text).toBe(answer?.text);
    }
  });

  test('rest on a calibration of their own, the same every time', () => {
    const measured = calibrate(meant, [], toyEncoder());
    expect(calibrate(meant, [], toyEncoder())).toEqual(measured);
    expect(Object.keys(measured)).toEqual(Object.keys(calibrate(snapshot, [])));
  });

  test('need the vectors of public and agent-only articles in the model’s languages', () => {
    const texts = textsToEncode(meant, { languages: ['en'] });
    expect(texts).toEqual(expect.arrayContaining(['Can I cancel my order?', 'What is a stolen box?']));
    expect(texts.join()).not.toContain('הזמנה');
    expect(textsToEncode(meant, { languages: null }).join()).toContain('הזמנה');
  });
});
