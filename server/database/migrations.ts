import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Refuses change and early removal of rows in the database itself, so that no code path can rewrite history. */
async function appendOnly(db: Kysely<never>, table: string, mayDelete = '1 = 0'): Promise<void> {
  await sql`${sql.raw(`create trigger ${table}_no_update before update on ${table} begin select raise(abort, '${table} is append-only'); end`)}`.execute(
    db,
  );
  await sql`${sql.raw(`create trigger ${table}_no_delete before delete on ${table} when not (${mayDelete}) begin select raise(abort, '${table} is append-only'); end`)}`.execute(
    db,
  );
}

/** Numbered, append-only: a migration that has been released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_initial': {
    async up(db: Kysely<never>) {
      await db.schema
        .createTable('snapshots')
        .addColumn('public_id', 'text', (c) => c.notNull())
        .addColumn('agent_id', 'text', (c) => c.notNull())
        .addColumn('body', 'blob', (c) => c.notNull())
        .addPrimaryKeyConstraint('snapshots_key', ['public_id', 'agent_id'])
        .execute();
      await db.schema
        .createTable('releases')
        .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('public_id', 'text', (c) => c.notNull())
        .addColumn('agent_id', 'text', (c) => c.notNull())
        .addColumn('published_at', 'text', (c) => c.notNull())
        .addColumn('publisher', 'text', (c) => c.notNull())
        .addColumn('change_note', 'text', (c) => c.notNull())
        .addColumn('kept', 'text', (c) => c.notNull())
        .addForeignKeyConstraint('releases_snapshot', ['public_id', 'agent_id'], 'snapshots', [
          'public_id',
          'agent_id',
        ])
        .execute();
      await db.schema
        .createTable('sources')
        .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
        .addColumn('bytes', 'blob', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('release_files')
        .addColumn('release', 'integer', (c) => c.notNull().references('releases.number'))
        .addColumn('path', 'text', (c) => c.notNull())
        .addColumn('hash', 'text', (c) => c.notNull().references('sources.hash'))
        .addPrimaryKeyConstraint('release_files_key', ['release', 'path'])
        .execute();
      await db.schema
        .createTable('served_answers')
        .addColumn('code', 'text', (c) => c.primaryKey().notNull())
        .addColumn('served_at', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('conversation_id', 'text')
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('question', 'text')
        .addColumn('answer_id', 'text')
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('result', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('served_answers_expiry')
        .on('served_answers')
        .column('expires_at')
        .execute();
      await db.schema
        .createIndex('served_answers_conversation')
        .on('served_answers')
        .columns(['conversation_id', 'served_at'])
        .execute();
      await db.schema
        .createTable('users')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('name', 'text', (c) => c.notNull().unique())
        .addColumn('role', 'text', (c) =>
          c.notNull().check(sql`role in ('agent', 'editor', 'manager', 'admin')`),
        )
        .addColumn('password', 'text', (c) => c.notNull())
        .addColumn('created_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('sessions')
        .addColumn('secret_hash', 'text', (c) => c.primaryKey().notNull())
        .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('used_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('sign_in_failures')
        .addColumn('subject', 'text', (c) => c.primaryKey().notNull())
        .addColumn('failures', 'integer', (c) => c.notNull())
        .addColumn('locked_until', 'text')
        .addColumn('updated_at', 'text', (c) => c.notNull())
        .execute();
      await appendOnly(db, 'snapshots');
      await appendOnly(db, 'releases');
      await appendOnly(db, 'sources');
      await appendOnly(db, 'release_files');
      await appendOnly(db, 'served_answers', "old.expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
    },
  },
  '0002_text_vectors': {
    async up(db: Kysely<never>) {
      await db.schema
        .createTable('text_vectors')
        .addColumn('model', 'text', (c) => c.notNull())
        .addColumn('hash', 'text', (c) => c.notNull())
        .addColumn('bytes', 'blob', (c) => c.notNull())
        .addPrimaryKeyConstraint('text_vectors_key', ['model', 'hash'])
        .execute();
    },
  },
  '0003_consistency': {
    async up(db: Kysely<never>) {
      await db.schema
        .createTable('release_reports')
        .addColumn('release', 'integer', (c) => c.primaryKey().references('releases.number'))
        .addColumn('report', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('change_readings')
        .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
        .addColumn('release', 'integer', (c) => c.notNull().references('releases.number'))
        .addColumn('read_at', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('change_readings_key', ['user_id', 'release'])
        .execute();
      await db.schema
        .createTable('parity_runs')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('run_at', 'text', (c) => c.notNull())
        .addColumn('person', 'text', (c) => c.notNull())
        .addColumn('release', 'integer', (c) => c.notNull().references('releases.number'))
        .addColumn('report', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('releases_time')
        .on('releases')
        .columns(['published_at', 'number'])
        .execute();
      await db.schema
        .createIndex('served_answers_time')
        .on('served_answers')
        .columns(['served_at', 'channel'])
        .execute();
      await appendOnly(db, 'release_reports');
      await appendOnly(db, 'parity_runs');
    },
  },
  '0004_served_to': {
    async up(db: Kysely<never>) {
      await db.schema
        .alterTable('served_answers')
        .addColumn('audience', 'text', (c) => c.notNull().defaultTo('public'))
        .execute();
    },
  },
  '0005_people_keys_audit': {
    async up(db: Kysely<never>) {
      for (const column of ['full_name', 'email', 'provider', 'disabled_at', 'signed_in_at'])
        await db.schema.alterTable('users').addColumn(column, 'text').execute();
      await db.schema
        .alterTable('users')
        .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
        .execute();
      await db.schema
        .alterTable('users')
        .addColumn('teams', 'text', (c) => c.notNull().defaultTo('[]'))
        .execute();
      for (const column of ['proven_at', 'address', 'browser', 'provider', 'provider_token'])
        await db.schema.alterTable('sessions').addColumn(column, 'text').execute();
      await db.schema
        .createTable('account_links')
        .addColumn('secret_hash', 'text', (c) => c.primaryKey().notNull())
        .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
        .addColumn('purpose', 'text', (c) =>
          c.notNull().check(sql`purpose in ('invitation', 'new-password')`),
        )
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('created_by', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('known_clients')
        .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
        .addColumn('client', 'text', (c) => c.notNull())
        .addColumn('seen_at', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('known_clients_key', ['user_id', 'client'])
        .execute();
      await db.schema
        .createTable('editing_rights')
        .addColumn('team', 'text', (c) => c.notNull())
        .addColumn('category', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('editing_rights_key', ['team', 'category'])
        .execute();
      await db.schema
        .createTable('identities')
        .addColumn('issuer', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('user_id', 'integer', (c) => c.notNull().references('users.id').onDelete('cascade'))
        .addColumn('email', 'text')
        .addColumn('linked_at', 'text', (c) => c.notNull())
        .addColumn('used_at', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('identities_key', ['issuer', 'subject'])
        .execute();
      await db.schema
        .createTable('provider_requests')
        .addColumn('state_hash', 'text', (c) => c.primaryKey().notNull())
        .addColumn('browser_hash', 'text', (c) => c.notNull())
        .addColumn('client', 'text', (c) => c.notNull())
        .addColumn('provider', 'text', (c) => c.notNull())
        .addColumn('nonce', 'text', (c) => c.notNull())
        .addColumn('code_verifier', 'text', (c) => c.notNull())
        .addColumn('next', 'text', (c) => c.notNull())
        .addColumn('user_id', 'integer', (c) => c.references('users.id').onDelete('cascade'))
        .addColumn('created_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('api_keys')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('prefix', 'text', (c) => c.notNull().unique())
        .addColumn('secret_hash', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('scope', 'text', (c) =>
          c.notNull().check(sql`scope in ('public-answers', 'agent-answers')`),
        )
        .addColumn('per_minute', 'integer', (c) => c.notNull())
        .addColumn('per_day', 'integer')
        .addColumn('origins', 'text', (c) => c.notNull().defaultTo('[]'))
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('created_by', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'text')
        .addColumn('revoked_at', 'text')
        .addColumn('revoked_by', 'text')
        .addColumn('last_used_at', 'text')
        .execute();
      await db.schema
        .createTable('request_counts')
        .addColumn('subject', 'text', (c) => c.primaryKey().notNull())
        .addColumn('hits', 'integer', (c) => c.notNull())
        .addColumn('resets_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('audit_events')
        .addColumn('number', 'integer', (c) => c.primaryKey().notNull())
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('action', 'text', (c) => c.notNull())
        .addColumn('actor_kind', 'text', (c) => c.notNull())
        .addColumn('actor', 'text', (c) => c.notNull())
        .addColumn('subject', 'text')
        .addColumn('address', 'text')
        .addColumn('request_id', 'text')
        .addColumn('before', 'text')
        .addColumn('after', 'text')
        .addColumn('previous_hash', 'text', (c) => c.notNull())
        .addColumn('hash', 'text', (c) => c.notNull().unique())
        .execute();
      await db.schema.createIndex('audit_events_time').on('audit_events').column('at').execute();
      // Everybody's page shows their last sign-ins; of somebody with few, that would be a walk over the whole log.
      await db.schema
        .createIndex('audit_events_subject')
        .on('audit_events')
        .columns(['subject', 'number'])
        .execute();
      await db.schema
        .createTable('audit_head')
        .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
        .addColumn('number', 'integer', (c) => c.notNull())
        .addColumn('hash', 'text', (c) => c.notNull())
        .execute();
      await sql`insert into audit_head (id, number, hash) values (1, 0, '')`.execute(db);
      await appendOnly(db, 'audit_events');
    },
  },
  '0006_loop': {
    async up(db: Kysely<never>) {
      // The served answers get numbers by which readers go on where they stopped; what is said is stored once, however
      // often; and an erasure may delete rows before their time.
      await sql`drop trigger served_answers_no_update`.execute(db);
      await sql`drop trigger served_answers_no_delete`.execute(db);
      await db.schema
        .createTable('said_results')
        .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
        .addColumn('said', 'text', (c) => c.notNull())
        .execute();
      await sql`alter table served_answers rename to served_answers_before`.execute(db);
      for (const index of ['expiry', 'conversation', 'time'])
        await sql`drop index ${sql.raw(`served_answers_${index}`)}`.execute(db);
      await db.schema
        .createTable('served_answers')
        .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('code', 'text', (c) => c.notNull().unique())
        .addColumn('served_at', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('conversation_id', 'text')
        .addColumn('customer_key', 'text')
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('question', 'text')
        .addColumn('answer_id', 'text')
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('confidence', 'real')
        .addColumn('fingerprint', 'text', (c) => c.notNull())
        .addColumn('result', 'text', (c) => c.notNull())
        .addColumn('said', 'text', (c) => c.references('said_results.hash'))
        .addColumn('audience', 'text', (c) => c.notNull())
        .execute();
      const kept =
        'code, served_at, expires_at, channel, conversation_id, locale, question, answer_id, status, fingerprint, result, audience';
      await sql`insert into served_answers (${sql.raw(kept)}) select ${sql.raw(kept)} from served_answers_before order by served_at, code`.execute(
        db,
      );
      await sql`drop table served_answers_before`.execute(db);
      for (const [name, columns] of [
        ['expiry', ['expires_at']],
        ['conversation', ['conversation_id', 'number']],
        ['customer', ['customer_key', 'number']],
        ['time', ['served_at', 'channel']],
        ['said', ['said']],
      ] as const)
        await db.schema
          .createIndex(`served_answers_${name}`)
          .on('served_answers')
          .columns([...columns])
          .execute();
      // The newest questions of one section are read in their order, however many others there are.
      await sql`create index served_answers_answer on served_answers (answer_id, locale, number) where question is not null`.execute(
        db,
      );
      await db.schema
        .createTable('erasing')
        .addColumn('conversation_id', 'text')
        .addColumn('customer_key', 'text')
        .execute();
      await appendOnly(
        db,
        'served_answers',
        `old.expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now') or exists (select 1 from erasing e where e.conversation_id = old.conversation_id or e.customer_key = old.customer_key)`,
      );
      await db.schema
        .createTable('walk_positions')
        .addColumn('reader', 'text', (c) => c.primaryKey().notNull())
        .addColumn('number', 'integer', (c) => c.notNull())
        .execute();
      // Counts say nothing of anybody and stay when the answers expire.
      await db.schema
        .createTable('asks_by_day')
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('category', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('asks', 'integer', (c) => c.notNull())
        .addColumn('questions', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('asks_by_day_key', ['day', 'channel', 'locale', 'category', 'status'])
        .modifyEnd(sql`without rowid`)
        .execute();
      await db.schema
        .createTable('article_asks')
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('article_id', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('asks', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('article_asks_key', ['day', 'article_id', 'locale', 'channel'])
        .modifyEnd(sql`without rowid`)
        .execute();
      await db.schema
        .createIndex('article_asks_article')
        .on('article_asks')
        .columns(['article_id', 'day', 'locale', 'asks'])
        .execute();
      await db.schema
        .createTable('visits_by_day')
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('ended', 'text', (c) => c.notNull())
        .addColumn('visits', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('visits_by_day_key', ['day', 'channel', 'locale', 'ended'])
        .modifyEnd(sql`without rowid`)
        .execute();
      await db.schema
        .createTable('ratings')
        .addColumn('receipt', 'text', (c) =>
          c.primaryKey().notNull().references('served_answers.code').onDelete('cascade'),
        )
        .addColumn('given_at', 'text', (c) => c.notNull())
        .addColumn('changed_at', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('article_id', 'text')
        .addColumn('helpful', 'integer', (c) => c.notNull().check(sql`helpful in (0, 1)`))
        .addColumn('reasons', 'text', (c) => c.notNull().defaultTo('[]'))
        .addColumn('sentence', 'text')
        .execute();
      // Holds all that is counted, so that counting 100,000 of them reads no row.
      await db.schema
        .createIndex('ratings_time')
        .on('ratings')
        .columns(['given_at', 'channel', 'locale', 'article_id', 'helpful'])
        .execute();
      await db.schema
        .createIndex('ratings_helpful')
        .on('ratings')
        .columns(['helpful', 'given_at', 'receipt'])
        .execute();
      // In the order in which they are grouped: grouping 112,000 by article and channel took 90 ms by time, and takes 13 so.
      await db.schema
        .createIndex('ratings_article')
        .on('ratings')
        .columns(['article_id', 'locale', 'channel', 'given_at', 'helpful'])
        .execute();
      await db.schema
        .createTable('handovers')
        .addColumn('receipt', 'text', (c) =>
          c.primaryKey().notNull().references('served_answers.code').onDelete('cascade'),
        )
        .addColumn('conversation_id', 'text')
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('contact', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('handovers_conversation')
        .on('handovers')
        .columns(['conversation_id', 'at'])
        .execute();
      await db.schema
        .createTable('survey_answers')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('given_at', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'text', (c) => c.notNull())
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('conversation_id', 'text', (c) => c.notNull().unique())
        .addColumn('score', 'integer', (c) => c.notNull().check(sql`score between 0 and 10`))
        .addColumn('sentence', 'text')
        .execute();
      await db.schema
        .createIndex('survey_answers_time')
        .on('survey_answers')
        .columns(['given_at', 'channel', 'locale', 'score'])
        .execute();
      await db.schema
        .createIndex('survey_answers_expiry')
        .on('survey_answers')
        .columns(['expires_at'])
        .execute();
      await db.schema
        .createTable('flags')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('raised_at', 'text', (c) => c.notNull())
        .addColumn('raised_by', 'integer', (c) => c.references('users.id').onDelete('set null'))
        .addColumn('kind', 'text', (c) =>
          c.notNull().check(sql`kind in ('wrong', 'outdated', 'unclear', 'missing')`),
        )
        .addColumn('note', 'text', (c) => c.notNull())
        .addColumn('article_id', 'text')
        .addColumn('section', 'text')
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('revision', 'text')
        .addColumn('question', 'text')
        .addColumn('receipt', 'text')
        .addColumn('owner', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) =>
          c.notNull().check(sql`status in ('open', 'resolved', 'declined')`),
        )
        .addColumn('ended_at', 'text')
        .addColumn('ended_by', 'text')
        .addColumn('outcome', 'text')
        .addColumn('told_at', 'text')
        .execute();
      await db.schema.createIndex('flags_article').on('flags').columns(['article_id', 'status']).execute();
      await db.schema.createIndex('flags_status').on('flags').columns(['status', 'raised_at']).execute();
      await db.schema.createIndex('flags_person').on('flags').columns(['raised_by', 'status']).execute();
      await db.schema
        .createTable('offers_made')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('made_at', 'text', (c) => c.notNull())
        .addColumn('made_by', 'text', (c) => c.notNull())
        .addColumn('offer', 'text', (c) => c.notNull())
        .addColumn('amount', 'real')
        .addColumn('currency', 'text')
        .addColumn('reason', 'text', (c) => c.notNull())
        .addColumn('note', 'text')
        .addColumn('receipt', 'text')
        .addColumn('conversation_id', 'text')
        .addColumn('customer_key', 'text')
        .addColumn('order_key', 'text')
        .addColumn('bounds', 'text', (c) => c.notNull().check(sql`bounds in ('within', 'beyond')`))
        .addColumn('status', 'text', (c) =>
          c.notNull().check(sql`status in ('made', 'asked', 'approved', 'refused', 'withdrawn')`),
        )
        .addColumn('approver', 'text')
        .addColumn('decided_at', 'text')
        .addColumn('decided_by', 'text')
        .addColumn('decision_note', 'text')
        .addColumn('form', 'text', (c) => c.unique())
        .addColumn('told_at', 'text')
        .execute();
      await db.schema.createIndex('offers_made_time').on('offers_made').columns(['made_at']).execute();
      for (const column of ['conversation_id', 'customer_key', 'order_key'])
        await db.schema
          .createIndex(`offers_made_${column}`)
          .on('offers_made')
          .columns([column, 'offer'])
          .execute();
      await db.schema
        .createIndex('offers_made_person')
        .on('offers_made')
        .columns(['made_by', 'status'])
        .execute();
      await db.schema
        .createTable('verifications')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('verified_at', 'text', (c) => c.notNull())
        .addColumn('verified_by', 'text', (c) => c.notNull())
        .addColumn('article_id', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('revision', 'text', (c) => c.notNull())
        .addColumn('verified_on', 'text', (c) => c.notNull())
        .addColumn('note', 'text')
        .execute();
      await db.schema
        .createIndex('verifications_article')
        .on('verifications')
        .columns(['article_id', 'locale', 'id'])
        .execute();
      await appendOnly(db, 'verifications');
      await db.schema
        .createTable('verification_notices')
        .addColumn('article_id', 'text', (c) => c.notNull())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('verified_on', 'text', (c) => c.notNull())
        .addColumn('stage', 'text', (c) => c.notNull().check(sql`stage in ('notice', 'overdue', 'fallback')`))
        .addColumn('told_at', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('verification_notices_key', ['article_id', 'locale', 'verified_on', 'stage'])
        .execute();
      await db.schema
        .createTable('proposals')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('made_at', 'text', (c) => c.notNull())
        .addColumn('made_by', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('reason', 'text', (c) => c.notNull())
        .addColumn('wish', 'text', (c) => c.notNull())
        .addColumn('files', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) =>
          c.notNull().check(sql`status in ('open', 'published', 'withdrawn')`),
        )
        .addColumn('ended_at', 'text')
        .addColumn('ended_by', 'text')
        .addColumn('release', 'integer')
        .execute();
      await db.schema
        .createIndex('proposals_status')
        .on('proposals')
        .columns(['status', 'made_at'])
        .execute();
      await db.schema
        .createTable('gap_groups')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'closed')`))
        .addColumn('outcome', 'text', (c) =>
          c.check(sql`outcome in ('answered', 'out-of-scope', 'not-worth', 'merged')`),
        )
        .addColumn('merged_into', 'integer')
        .addColumn('closed_at', 'text')
        .addColumn('closed_by', 'text')
        .addColumn('note', 'text')
        .addColumn('leader', 'integer')
        .addColumn('first_at', 'text')
        .addColumn('last_at', 'text')
        .addColumn('asks', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('people', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('questions', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('unanswered', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('abandoned', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('unsure', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('unhelpful', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('recent', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('earlier', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('weeks', 'text', (c) => c.notNull().defaultTo('[]'))
        .addColumn('counted_on', 'text')
        .addColumn('nearest', 'text')
        .addColumn('nearest_article', 'text')
        .addColumn('nearest_owner', 'text')
        .addColumn('nearest_category', 'text')
        .addColumn('answered_now', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('looked_at', 'text')
        .execute();
      await db.schema.createIndex('gap_groups_state').on('gap_groups').columns(['state', 'asks']).execute();
      await db.schema.createIndex('gap_groups_counted').on('gap_groups').columns(['counted_on']).execute();
      await db.schema
        .createIndex('gap_groups_looked')
        .on('gap_groups')
        .columns(['state', 'looked_at'])
        .execute();
      await db.schema
        .createTable('gap_questions')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('shown', 'text', (c) => c.notNull())
        .addColumn('group_id', 'integer', (c) => c.references('gap_groups.id').onDelete('set null'))
        .addColumn('leads', 'integer', (c) => c.notNull().defaultTo(0))
        .addUniqueConstraint('gap_questions_key', ['locale', 'key'])
        .execute();
      await db.schema
        .createIndex('gap_questions_group')
        .on('gap_questions')
        .columns(['group_id', 'leads'])
        .execute();
      await db.schema
        .createTable('gap_asks')
        .addColumn('receipt', 'text', (c) =>
          c.primaryKey().notNull().references('served_answers.code').onDelete('cascade'),
        )
        .addColumn('question_id', 'integer', (c) => c.notNull().references('gap_questions.id'))
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('reason', 'text', (c) =>
          c.notNull().check(sql`reason in ('unanswered', 'abandoned', 'unsure', 'unhelpful')`),
        )
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('asker', 'text', (c) => c.notNull())
        .execute();
      // Holds all that is counted and listed: the asks of a gap may be ten thousand, strewn over the table.
      await db.schema
        .createIndex('gap_asks_question')
        .on('gap_asks')
        .columns(['question_id', 'at', 'receipt', 'reason', 'day', 'asker'])
        .execute();
      // A question goes with the last answer to it, whoever deletes that: retention or an erasure.
      await sql`create trigger gap_asks_gone after delete on gap_asks begin
        update gap_groups set counted_on = null where id = (select group_id from gap_questions where id = old.question_id);
        delete from gap_questions where id = old.question_id and not exists (select 1 from gap_asks where question_id = old.question_id);
      end`.execute(db);
      await db.schema
        .createTable('gap_clarified')
        .addColumn('receipt', 'text', (c) =>
          c.primaryKey().notNull().references('served_answers.code').onDelete('cascade'),
        )
        .addColumn('until', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('gap_clarified_until').on('gap_clarified').columns(['until']).execute();
      await db.schema
        .createTable('gap_phrasings')
        .addColumn('receipt', 'text', (c) =>
          c.primaryKey().notNull().references('served_answers.code').onDelete('cascade'),
        )
        .addColumn('locale', 'text', (c) => c.notNull())
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('shown', 'text', (c) => c.notNull())
        .addColumn('article_id', 'text', (c) => c.notNull())
        .addColumn('ended', 'text', (c) => c.notNull().check(sql`ended in ('helpful', 'chosen')`))
        .addColumn('asker', 'text', (c) => c.notNull())
        .addColumn('at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('gap_phrasings_key')
        .on('gap_phrasings')
        .columns(['locale', 'key', 'article_id', 'asker'])
        .execute();
      await db.schema.createIndex('ratings_changed').on('ratings').columns(['changed_at']).execute();
      await db.schema
        .createTable('events')
        .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('id', 'text', (c) => c.notNull().unique())
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('data', 'text', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('events_time').on('events').columns(['at']).execute();
      await db.schema
        .createTable('webhook_endpoints')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('url', 'text', (c) => c.notNull())
        .addColumn('types', 'text', (c) => c.notNull())
        .addColumn('secret', 'text', (c) => c.notNull())
        .addColumn('former_secret', 'text')
        .addColumn('former_until', 'text')
        .addColumn('made_at', 'text', (c) => c.notNull())
        .addColumn('made_by', 'text', (c) => c.notNull())
        .addColumn('failing_since', 'text')
        .addColumn('disabled_at', 'text')
        .addColumn('disabled_because', 'text', (c) =>
          c.check(sql`disabled_because in ('person', 'gone', 'failing')`),
        )
        .execute();
      await db.schema
        .createTable('webhook_deliveries')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('event', 'text', (c) => c.notNull().references('events.id').onDelete('cascade'))
        .addColumn('endpoint', 'integer', (c) =>
          c.notNull().references('webhook_endpoints.id').onDelete('cascade'),
        )
        .addColumn('state', 'text', (c) =>
          c.notNull().check(sql`state in ('waiting', 'delivered', 'given-up')`),
        )
        .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('due_at', 'text', (c) => c.notNull())
        .addColumn('tried_at', 'text')
        .addColumn('status', 'integer')
        .addColumn('duration', 'integer')
        .addColumn('problem', 'text')
        .addUniqueConstraint('webhook_deliveries_once', ['event', 'endpoint'])
        .execute();
      await db.schema
        .createIndex('webhook_deliveries_due')
        .on('webhook_deliveries')
        .columns(['endpoint', 'state', 'due_at'])
        .execute();
      await db.schema
        .createIndex('webhook_deliveries_endpoint')
        .on('webhook_deliveries')
        .columns(['endpoint', 'id'])
        .execute();
    },
  },
};
