import { sql } from 'kysely';
import { byCommand } from '../../server/audit/audit-event.ts';
import type { Config } from '../../server/config.ts';
import type { Database } from '../../server/database/open.ts';
import { AppError } from '../../server/errors.ts';
import { type DemoServed, type DemoSize, fillAnswers } from './fill-answers.ts';
import { createDemoFeedback } from './fill-feedback.ts';
import { createDemoWork } from './fill-work.ts';
import { withContent } from './serve-content.ts';

/** What was filled. */
export interface DemoReport {
  readonly answers: number;
  readonly conversations: number;
  readonly ratings: number;
  readonly surveys: number;
  readonly flags: number;
  readonly offers: number;
  readonly seconds: number;
  /** The admin who was made for it; null where there were people before. */
  readonly admin: { readonly name: string; readonly password: string } | null;
}

/** Agents of the demo; none has a password, so nobody signs in as one. */
const demoAgents = [
  { name: 'dana', fullName: 'Dana Levi', teams: ['care'] },
  { name: 'omid', fullName: 'Omid Karimi', teams: ['orders'] },
  { name: 'aisyah', fullName: 'Aisyah Rahman', teams: ['returns'] },
  { name: 'tom', fullName: 'Tom Wells', teams: ['billing'] },
] as const;

/** Kept free of real work: the database holds answers of its own already. */
const occupied =
  'The database holds answers already, and made-up ones are never mixed with those of customers.';

/**
 * Fills the database of DATA_DIR, whose content is published first where it is not, with a made-up time, and counts and
 * groups it as a server would. Errors: invalid-request where answers were served from it before.
 */
export async function fillDemo(config: Config, wish: Omit<DemoSize, 'retentionDays'>): Promise<DemoReport> {
  const began = performance.now();
  return withContent(config, async ({ db, accounts, appDeps, current }) => {
    if ((await countOf(db, 'served_answers')) > 0)
      throw new AppError('invalid-request', {
        message: occupied,
        field: 'DATA_DIR',
        expected: 'a directory of its own for the demo',
        found: config.dataDir,
      });
    const admin = await accounts.ensureFirstAdmin();
    const people = new Set((await accounts.people()).map(({ name }) => name));
    for (const agent of demoAgents)
      if (!people.has(agent.name)) await accounts.invite({ ...agent, role: 'agent' }, byCommand('demo:seed'));
    const agents = (await accounts.people()).filter(({ name }) =>
      demoAgents.some((one) => one.name === name),
    );

    // What a power cut takes is made up again; waiting for the disk was a fifth of the time, 100,000 answers in 112 s.
    await sql`pragma synchronous = OFF`.execute(db);
    const size: DemoSize = { ...wish, retentionDays: config.retentionDays };
    const feedback = createDemoFeedback(size);
    const work = createDemoWork(size, current(), agents);
    const answers = await fillAnswers(
      db,
      current().public,
      size,
      async (one: DemoServed, within: Database) => {
        await feedback(one, within);
        await work(one, within);
      },
    );
    await appDeps.loop.walk.catchUp();
    await appDeps.loop.gaps.catchUp();
    const { conversations } = await db
      .selectFrom('served_answers')
      .select((row) => row.fn.count<number>('conversation_id').distinct().as('conversations'))
      .executeTakeFirstOrThrow();
    return {
      answers,
      conversations,
      ratings: await countOf(db, 'ratings'),
      surveys: await countOf(db, 'survey_answers'),
      flags: await countOf(db, 'flags'),
      offers: await countOf(db, 'offers_made'),
      seconds: (performance.now() - began) / 1000,
      admin,
    };
  });
}

async function countOf(
  db: Database,
  table: 'served_answers' | 'ratings' | 'survey_answers' | 'flags' | 'offers_made',
): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select((row) => row.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}
