import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { PostgresEventStore } from '#event-store';
import { NIL_UUID } from '#kernel';
import {
  CommandLog,
  createLedgerDataSource,
  DeciderRunner,
  openingSteps,
  openLedger,
  randomIds,
  StreamWriter,
  systemClock,
} from '#runtime';
import { FileKekProvider, openKeyStore } from '#subject-keys';
import { ledgerCodec } from '../../apps/server/src/catalogue.js';
import { consentDecider } from '../../libs/consent/src/domain/consent.decider.js';
import { benchDatabases, type BenchDatabases } from './bench-server.js';
import { interleaved, line, report, summary } from './rounds.js';

const ROUNDS = 7;
const IN_FLIGHT = 16;
const ACTS = 2000;
const ACTOR = { k: 'service', ref: NIL_UUID } as const;

/** g: a compliance command (log, fold, decide, append, conclude) against an INSERT with an audit row. */
export async function benchInsert(): Promise<void> {
  const databases = await benchDatabases();
  const command = await commandOf(databases);
  const insert = await insertOf(databases);
  const results = await interleaved(ROUNDS, {
    command: () => paced(command.run),
    insert: () => paced(insert.run),
  });
  const [ours, theirs] = [summary(results.command), summary(results.insert)];
  report(
    'g · a compliance command against a plain INSERT and audit row',
    [line('command', ours, 'acts/s'), line('INSERT + audit row', theirs, 'acts/s')],
    `${(theirs.median / ours.median).toFixed(2)}× slower (goal ≤ 2.0×), ${String(IN_FLIGHT)} in flight.`,
  );
  await command.close();
  await insert.close();
  await databases.stop();
}

async function paced(run: () => Promise<void>): Promise<number> {
  let left = ACTS;
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return ACTS / ((performance.now() - begun) / 1000);
}

async function commandOf({ urls, home }: BenchDatabases) {
  const codec = ledgerCodec();
  const dataSource = createLedgerDataSource(urls.databaseUrl);
  for (const step of openingSteps({ databases: urls, dataSource })) await step.run();
  const store = new PostgresEventStore({ connectionString: urls.databaseUrl });
  await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const keyStore = openKeyStore({
    connectionString: urls.keystoreUrl,
    kek: new FileKekProvider(join(home, 'keys')),
  });
  const pool = new pg.Pool({ connectionString: urls.databaseUrl, max: IN_FLIGHT });
  const log = new CommandLog(pool, keyStore, randomIds);
  const runner = new DeciderRunner(new StreamWriter(store, codec));
  const run = async (): Promise<void> => {
    const subjectId = randomUUID();
    const body = { purposeId: 'all', channels: ['email'] };
    const begun = await log.begin({
      client: 'bench',
      route: 'POST withdrawals',
      body,
      idempotencyKey: randomUUID(),
      actor: ACTOR,
    });
    if (begun.kind !== 'run') throw new Error('A new command was answered');
    const { context, attempt } = begun;
    const data = {
      actId: context.commandId,
      subjectId,
      purposeId: 'all',
      channel: 'email',
      occurredAt: context.now,
      source: { kind: 'unsubscribe-link' },
      indicatedBy: 'data-subject',
    } as const;
    const aggregate = { decider: consentDecider, stream: `consent-${subjectId}` };
    await runner.run(aggregate, { type: 'WithdrawConsent', data }, context, { isNo: true });
    await log.finish(attempt, undefined, [subjectId]);
  };
  const close = async (): Promise<void> => {
    await store.shutdown();
    await keyStore.shutdown();
    await pool.end();
    await dataSource.destroy();
  };
  return { run, close };
}

async function insertOf({ urls }: BenchDatabases) {
  const pool = new pg.Pool({ connectionString: urls.ownerDatabaseUrl, max: IN_FLIGHT });
  pool.on('error', () => undefined);
  await pool.query(`CREATE SCHEMA bench;
    CREATE TABLE bench.withdrawal (id uuid PRIMARY KEY, subject_id uuid, purpose text, channel text, at timestamptz);
    CREATE TABLE bench.audit (id bigserial PRIMARY KEY, withdrawal_id uuid, actor uuid, at timestamptz, payload jsonb)`);
  const run = async (): Promise<void> => {
    const id = randomUUID();
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const values = [id, randomUUID(), 'all', 'email'];
      await client.query({
        name: 'w',
        text: 'INSERT INTO bench.withdrawal VALUES ($1, $2, $3, $4, now())',
        values,
      });
      const audit = [id, NIL_UUID, JSON.stringify({ purposeId: 'all', channel: 'email' })];
      await client.query({
        name: 'a',
        text: 'INSERT INTO bench.audit (withdrawal_id, actor, at, payload) VALUES ($1, $2, now(), $3)',
        values: audit,
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
  return { run, close: () => pool.end() };
}
