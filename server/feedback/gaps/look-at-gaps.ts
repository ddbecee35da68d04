import { setTimeout as rest } from 'node:timers/promises';
import type { AnswerResult, Locale, Pointer, PublicAnswerer } from '../../answers/answer.ts';
import { byServer } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import { type Current, peekAt } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import { inSlices } from '../../in-slices.ts';
import type { Nearest } from './gap.ts';
import { sureFrom } from './sure-from.ts';

/** Gaps asked again in one go. */
const batchGroups = 5;

/** Questions of one gap that are asked again, the most asked first: what they come to, the rarer ones do too. */
const mostQuestions = 20;

/** Milliseconds between two batches at least; it rests as long as it worked, so that it takes half of one core at most. */
const restMs = 10;

/** What asks gaps again. */
export interface LookDeps {
  readonly current: () => Current;
  readonly now: () => Date;
  readonly audit: Pick<AuditLog, 'append'>;
  /** Whether to end early. */
  readonly isStopped: () => boolean;
}

/**
 * Asks the open gaps again of what is served, each once a release and day: the nearest article is kept with why it was not
 * chosen, and a gap that a later release than its last ask answers is closed. Of its questions those count that had no sure
 * answer; a question that was told to be unhelpful says nothing here, so a gap of those alone stays.
 */
export async function lookAtGaps(db: Database, deps: LookDeps): Promise<void> {
  const { current, now } = deps;
  for (;;) {
    const began = performance.now();
    const served = current();
    const by = `${served.public.snapshot} ${served.public.today(now())}`;
    const groups = await db
      .selectFrom('gap_groups')
      .select(['id', 'locale', 'last_at', 'leader', 'unanswered', 'abandoned', 'unsure', 'unhelpful'])
      .where('state', '=', 'open')
      .where('counted_on', 'is not', null)
      .where((where) => where.or([where('looked_at', 'is', null), where('looked_at', '<>', by)]))
      .limit(batchGroups)
      .execute();
    for (const group of groups) await lookAt(db, group, { ...deps, served, by });
    if (groups.length < batchGroups || deps.isStopped()) return;
    await rest(Math.max(restMs, performance.now() - began));
  }
}

interface GroupRow {
  readonly id: number;
  readonly locale: Locale;
  readonly last_at: string | null;
  readonly leader: number | null;
  readonly unanswered: number;
  readonly abandoned: number;
  readonly unsure: number;
  readonly unhelpful: number;
}

async function lookAt(
  db: Database,
  group: GroupRow,
  deps: LookDeps & { readonly served: Current; readonly by: string },
): Promise<void> {
  const { served, by, now, audit } = deps;
  const answerer = served.public;
  const questions = await db
    .selectFrom('gap_questions as q')
    .innerJoin('gap_asks as a', 'a.question_id', 'q.id')
    .select(['q.id', 'q.shown', ({ fn }) => fn.countAll<number>().as('asks')])
    .where('q.group_id', '=', group.id)
    .where('a.reason', '<>', 'unhelpful')
    .groupBy('q.id')
    .orderBy('asks', 'desc')
    .orderBy('q.id')
    .limit(mostQuestions)
    .execute();
  const leader = await db
    .selectFrom('gap_questions')
    .select('shown')
    .where('id', '=', group.leader)
    .executeTakeFirst();
  const ask = (question: string): AnswerResult =>
    peekAt(answerer, {
      question,
      answerId: null,
      locale: group.locale,
      context: {},
      asOf: answerer.today(now()),
    });
  const nearest = leader === undefined ? null : nearestOf(ask(leader.shown), group.locale, answerer);
  // Twenty questions keep the event loop for 20 to 100 ms, and somebody may be asking meanwhile.
  const pause = inSlices();
  const ends = new Set<ReturnType<typeof endOf>>();
  for (const { shown } of questions) {
    ends.add(endOf(ask(shown), sureFrom(answerer, group.locale)));
    await pause();
  }
  const [end] = ends;
  const isOver = ends.size === 1 && end !== undefined && end !== 'gap';
  const isOlder = group.last_at !== null && group.last_at < served.release.publishedAt;
  const closes = isOver && isOlder && group.unhelpful < group.unanswered + group.abandoned + group.unsure;
  const closing = {
    state: 'closed',
    outcome: end === 'out-of-scope' ? 'out-of-scope' : 'answered',
    closed_at: now().toISOString(),
    closed_by: null,
  } as const;
  await db.transaction().execute(async (within) => {
    const changed = await within
      .updateTable('gap_groups')
      .set({
        looked_at: by,
        answered_now: isOver ? 1 : 0,
        nearest: nearest === null ? null : JSON.stringify(nearest),
        nearest_article: nearest?.articleId ?? null,
        nearest_category: nearest?.articleId.split('/')[0] ?? null,
        nearest_owner:
          nearest === null ? null : (served.desk.beside(nearest.articleId, group.locale)?.owner.id ?? null),
        ...(closes ? closing : {}),
      })
      .where('id', '=', group.id)
      .where('state', '=', 'open')
      // Something joined or left it meanwhile: it is counted, and looked at again.
      .where('counted_on', 'is not', null)
      .returning('id')
      .execute();
    if (!closes || changed.length === 0) return;
    await audit.append(
      {
        action: 'gap.closed',
        by: byServer,
        subject: String(group.id),
        before: null,
        after: { outcome: closing.outcome, release: served.release.number },
      },
      within,
    );
  });
}

/** What the served release makes of a question. */
function endOf(result: AnswerResult, sure: number): 'answered' | 'out-of-scope' | 'gap' {
  if (result.why[0]?.feature === 'out-of-scope') return 'out-of-scope';
  const asksWhoOnly = result.status === 'clarify' && result.clarification?.dimension !== null;
  const isAnswered = result.status === 'answered' || result.status === 'needs_confirmation' || asksWhoOnly;
  return isAnswered && result.confidence >= sure ? 'answered' : 'gap';
}

/** The article that a result is nearest to; null where there is none. */
export function nearestOf(result: AnswerResult, locale: Locale, answerer: PublicAnswerer): Nearest | null {
  const { answer, alternatives, confidence } = result;
  const others: readonly (Pointer & { readonly confidence: number })[] = alternatives;
  const first =
    answer === null
      ? others[0]
      : { answerId: answer.id, title: answer.title, locale: answer.locale, confidence };
  if (first === undefined) return null;
  const articleId = articleIdOf(first.answerId);
  const next = others.find((other) => articleIdOf(other.answerId) !== articleId);
  const { answerFrom, clarifyFrom } = answerer.calibration(locale);
  return {
    articleId,
    title: first.title,
    locale: first.locale,
    confidence: first.confidence,
    answerFrom,
    clarifyFrom,
    next:
      next === undefined
        ? null
        : { articleId: articleIdOf(next.answerId), title: next.title, confidence: next.confidence },
  };
}

function articleIdOf(answerId: string): string {
  return answerId.split('#')[0] ?? '';
}
