import type { RatingReason } from '../feedback/ratings/rating.ts';
import type { Words } from '../http/words.ts';

/** Why an answer did not help, in the reader's language. */
export function reasonInWords(reason: RatingReason, words: Words): string {
  switch (reason) {
    case 'did-not-match':
      return words.say('feedback.reason.didNotMatch');
    case 'wrong':
      return words.say('feedback.reason.wrong');
    case 'unclear':
      return words.say('feedback.reason.unclear');
    case 'incomplete':
      return words.say('feedback.reason.incomplete');
  }
}
