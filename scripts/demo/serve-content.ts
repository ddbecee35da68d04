import { pino } from 'pino';
import { byCommand } from '../../server/audit/audit-event.ts';
import { type Concord, openConcord } from '../../server/compose.ts';
import type { Config } from '../../server/config.ts';
import { AppError } from '../../server/errors.ts';

/** Does something with what DATA_DIR serves, published first where nothing is. Errors: the first one of content that is refused. */
export async function withContent<T>(config: Config, work: (concord: Concord) => Promise<T>): Promise<T> {
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
    return await work(concord);
  } finally {
    await concord.close();
  }
}
