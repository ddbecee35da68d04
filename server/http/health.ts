import type { Current } from '../channels/ask.ts';
import type { Route } from './route.ts';

/**
 * `/healthz`: the process answers. `/readyz`: it can answer questions, from which public snapshot, and whether newer
 * content was refused (`last-good`) or rolled back (`rolled-back`); says nothing of
 * agents' text; that some content is refused or rolled back it says whoever it was for.
 */
export function healthRoutes(current: () => Current): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      access: 'anyone',
      limit: 'none',
      format: 'json',
      cache: 'no-store',
      summary: 'The process is alive.',
      handler: (_request, response) => void response.json({ status: 'alive' }),
    },
    {
      method: 'get',
      path: '/readyz',
      access: 'anyone',
      limit: 'none',
      format: 'json',
      cache: 'no-store',
      summary:
        'Questions can be answered; `content` is `current`, `last-good` while newer content is refused, or `rolled-back`.',
      handler(_request, response) {
        const { public: answerer, refusals, held } = current();
        response.json({
          status: 'ready',
          content: refusals.length > 0 ? 'last-good' : held === null ? 'current' : 'rolled-back',
          snapshot: answerer.snapshot,
        });
      },
    },
  ];
}
