import type { RequestHandler } from 'express';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import { readConsoleQuery } from '../agent/console-query.ts';
import { isManager, signedInOf } from '../agent/guard.ts';
import { presentFrame } from '../agent/present-frame.ts';
import type { AgentDoor } from '../ask.ts';
import { presentCalibrations } from './present-calibration.ts';

/** Address of the page about answers. */
export const answersPath = '/manage/answers';

/** Pages for those who answer for the content: managers and admins. They stand behind the console's guard. */
export function manageRoutes(deps: {
  readonly door: AgentDoor;
  readonly views: Views;
  readonly publicUrl: string;
}): readonly Route[] {
  const { door, views, publicUrl } = deps;
  const wordsOf = (locale: string) => views.words(locale);

  const answersPage: RequestHandler = (request, response) => {
    const signedIn = signedInOf(response);
    if (!isManager(signedIn)) {
      throw new AppError('forbidden', {
        message: 'This page is for those who answer for the content.',
        expected: 'manager or admin',
        found: signedIn.account.role,
      });
    }
    const current = door.openBoth();
    const answerer = current.public;
    const query = readConsoleQuery(request.query, answerer, answerer.today(door.now()));
    const by = {
      query,
      answerer,
      publicUrl,
      directionOf: (locale: string) => wordsOf(locale).direction,
      here: (other: { readonly ui: string }) => `${answersPath}?ui=${encodeURIComponent(other.ui)}`,
    };
    const { release, refusals } = current;
    const frame = presentFrame({ signedIn, release, refusals, words: wordsOf }, by);
    response
      .type('html')
      .set('Content-Language', query.ui)
      .send(
        views.render('manage/answers', query.ui, {
          frame,
          maximumRisk: answerer.maximumRisk,
          cards: presentCalibrations(answerer, wordsOf),
        }),
      );
  };

  return [
    {
      method: 'get',
      path: answersPath,
      audience: 'agent',
      format: 'html',
      cache: 'no-store',
      summary:
        'For managers: how sure answers are, by language; coverage against risk, and the thresholds in force.',
      handler: answersPage,
    },
  ];
}
