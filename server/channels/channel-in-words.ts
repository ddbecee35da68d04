import type { Words } from '../http/words.ts';
import type { ChannelName } from './ask.ts';

/** What a channel is called on pages; one that a key names is called what the key says. */
export function channelInWords(channel: ChannelName, words: Words): string {
  switch (channel) {
    case 'faq':
      return words.say('channel.faq');
    case 'chat':
      return words.say('channel.chat');
    case 'api':
      return words.say('channel.api');
    case 'agent':
      return words.say('channel.agent');
    default:
      return channel;
  }
}
