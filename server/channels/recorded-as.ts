import type { Request } from 'express';
import type { ChannelName } from './ask.ts';

/** Header with which a program says that it checks a channel and is no customer; its value says what for. */
const probeHeader = 'x-concord-probe';

/**
 * Under which channel an answer is recorded: a program that checks a channel is answered like everybody else, and its
 * questions are kept apart from those of customers, as `probe`.
 */
export function recordedAs(request: Request, channel: ChannelName): ChannelName {
  return request.get(probeHeader) === undefined ? channel : 'probe';
}
