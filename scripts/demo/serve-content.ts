import { pino } from 'pino';
import { byCommand } from '../../server/audit/audit-event.ts';
import type { Current } from '../../server/channels/ask.ts';
import { openConcord } from '../../server/compose.ts';
import type { Config } from '../../server/config.ts';
import { AppError } from '../../server/errors.ts';

/** What DATA_DIR serves, published first where nothing is. Errors: the first one of content that is refused. */
export async function serveContent(config: Config): Promise<Current> {
  const concord = await openConcord(config, {
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    worker: false,
  });
  try {
    if ((await concord.serveLastGood([])) === null) {
      const publication = await concord.publish({
        publisher: 'demo:seed',
        by: byCommand('demo:seed'),
        changeNote: 'Published for the demo',
        keepGoing: false,
      });
      if (publication.status === 'refused')
        throw publication.errors[0] ?? new AppError('internal', { message: 'Refused without a reason.' });
    }
    return concord.current();
  } finally {
    await concord.close();
  }
}
