import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#testing';
import { createLedgerDataSource } from './data-source.js';
import { LedgerGate } from './ledger-gate.js';
import { migrateLedgerDatabase } from './migrate-ledger-database.js';
import { openingSteps } from './opening-steps.js';

let ledger: TestDatabase;
let keys: TestDatabase;
const password = 'only-for-tests';
const roles = { owner: '', app: '', keys: '' };
beforeAll(async () => {
  [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  for (const part of ['owner', 'app', 'keys'] as const) {
    roles[part] = `spec_${part}_${randomBytes(4).toString('hex')}`;
    await ledger.pool.query(`CREATE ROLE ${roles[part]} LOGIN PASSWORD '${password}'`);
  }
  await ledger.pool.query(`ALTER DATABASE ${new URL(ledger.url).pathname.slice(1)} OWNER TO ${roles.owner}`);
  await keys.pool.query(`ALTER DATABASE ${new URL(keys.url).pathname.slice(1)} OWNER TO ${roles.keys}`);
});
afterAll(async () => {
  const names = Object.values(roles);
  for (const database of [ledger, keys]) {
    for (const name of names) await database.pool.query(`DROP OWNED BY ${name} CASCADE`);
  }
  const server = new pg.Client({ connectionString: process.env['GREFFE_TEST_POSTGRES'] });
  await Promise.all([ledger.drop(), keys.drop()]);
  await server.connect();
  for (const name of names) await server.query(`DROP ROLE ${name}`);
  await server.end();
});

const ownerUrl = () => ledger.urlFor(roles.owner, password);
const appUrl = () => ledger.urlFor(roles.app, password);

async function asApp<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: appUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('the tables of the ledger database', () => {
  it('are made once, however many processes start at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => migrateLedgerDatabase(ownerUrl(), { appRole: roles.app })));
    await migrateLedgerDatabase(ownerUrl(), { appRole: roles.app });
    const { rows } = await ledger.pool.query('SELECT name FROM ops.schema_migration ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual([...new Set(rows.map(({ name }) => name))]);
    expect(rows[0]).toEqual({ name: 'CreateCommandLog1732190000000' });
  });

  it("are the owner's: the application has their rows, and read models of its own", async () => {
    await asApp(async (client) => {
      await client.query('SELECT FROM ops.command_log, ops.command_subject, ops.checkpoint, audit.entry');
      await client.query('CREATE SCHEMA rm_spec');
      for (const refused of [
        'DROP TABLE ops.command_log',
        'ALTER TABLE ops.command_log DISABLE TRIGGER ALL',
        'DELETE FROM ops.schema_migration',
        'UPDATE audit.entry SET entry = entry',
        'TRUNCATE ops.command_log',
      ]) {
        await expect(client.query(refused)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });

  it('every table and column of the command log says what it means', async () => {
    const { rows } = await ledger.pool.query(
      `SELECT count(*)::integer AS silent FROM pg_class c WHERE c.relnamespace = 'ops'::regnamespace
          AND c.relname LIKE 'command%' AND c.relkind = 'r' AND obj_description(c.oid) IS NULL`,
    );
    expect(rows[0].silent).toBe(0);
  });

  it('a failing migration leaves nothing behind', async () => {
    class Broken1799999999999 {
      readonly name = 'Broken1799999999999';
      async up(runner: { query(text: string): Promise<unknown> }): Promise<void> {
        await runner.query('CREATE TABLE ops.half ()');
        await runner.query('SELECT FROM ops.nowhere');
      }
      async down(): Promise<void> {}
    }
    await expect(migrateLedgerDatabase(ownerUrl(), { migrations: [Broken1799999999999] })).rejects.toThrow();
    const { rows } = await ledger.pool.query(`SELECT to_regclass('ops.half') AS half`);
    expect(rows[0].half).toBeNull();
  });
});

describe('the steps that open a ledger', () => {
  it('bring everything up to date, each as its owner, and may be repeated', async () => {
    const dataSource = createLedgerDataSource(appUrl());
    const steps = openingSteps({
      databases: {
        databaseUrl: appUrl(),
        ownerDatabaseUrl: ownerUrl(),
        keystoreUrl: keys.urlFor(roles.keys, password),
        ownerKeystoreUrl: keys.urlFor(roles.keys, password),
      },
      dataSource,
      mayClose: true,
    });
    const identity = { ledgerId: 'x', generation: 'x' };
    const gate = new LedgerGate({ steps: [...steps, ...steps], identify: async () => identity });
    await gate.start();
    expect(gate.state()).toEqual({ state: 'open' });
    expect(steps.map(({ name }) => name)).toEqual([
      'event store',
      'ledger database',
      'key store',
      'read models',
    ]);
    await asApp(async (client) => {
      await client.query('SELECT FROM es.event_index');
    });
    await keys.pool.query('SELECT FROM ks.subject_key');
    await dataSource.destroy();
  });

  it('wait for a database that is away, and go on when it is there', async () => {
    let isAway = true;
    const dataSource = createLedgerDataSource(appUrl());
    const away = 'postgres://nobody:x@127.0.0.1:9/none';
    const stepsOf = (url: string) =>
      openingSteps({
        databases: { databaseUrl: url, ownerDatabaseUrl: url, keystoreUrl: away, ownerKeystoreUrl: away },
        dataSource,
      });
    const step = {
      name: 'event store',
      run: async () => {
        const [first] = stepsOf(isAway ? away : ownerUrl());
        isAway = false;
        await first!.run();
      },
    };
    const problems: unknown[] = [];
    const gate = new LedgerGate({
      steps: [step],
      identify: async () => ({ ledgerId: 'x', generation: 'x' }),
      onFailure: (name, error) => void problems.push([name, (error as { code?: string }).code]),
      maxPauseMs: 10,
    });
    await gate.start();
    expect(problems).toEqual([['event store', 'ECONNREFUSED']]);
  });
});
