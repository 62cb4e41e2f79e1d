import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#testing';
import { connectionBudget, type ProcessShape } from '../ledger/connection-budget.js';
import { migrateLedgerDatabase } from '../ledger/migrate-ledger-database.js';
import { sayAtWork } from '../presence/process-presence.js';
import { SILENT_AFTER_MS } from '../presence/silence.js';
import { examineConnections } from './connections.js';
import { lineOf } from './texts.js';

// Goal: before the server refuses a connection, the doctor has said that there are too few, which limit it is, and how
// far to raise it. Method: processes that say what they may take, on a real server with limits of its own.

const shape: ProcessShape = {
  roles: ['api', 'projector'],
  projectionShards: 4,
  eventStoreUrl: undefined,
};
const budget = connectionBudget(shape);
const one = budget.ledger.total + budget.keys.total;
const role = `counted_${randomBytes(6).toString('hex')}`;

let ledger: TestDatabase;
let keys: TestDatabase;
let urls: { databaseUrl: string; keystoreUrl: string };
let allowed: number;
let reserved: number;

beforeAll(async () => {
  [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await ledger.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`);
  await migrateLedgerDatabase(ledger.url, { appRole: role });
  urls = { databaseUrl: ledger.urlFor(role, 'test'), keystoreUrl: keys.url };
  const { rows } = await ledger.pool.query<{ max: number; reserved: number }>(
    `SELECT current_setting('max_connections')::int AS max,
            current_setting('superuser_reserved_connections')::int AS reserved`,
  );
  reserved = rows[0]!.reserved;
  allowed = rows[0]!.max - reserved;
});
afterAll(async () => {
  await Promise.all([ledger.drop(), keys.drop()]);
});
beforeEach(() => ledger.pool.query('DELETE FROM ops.process_presence'));

async function atWork(processes: number): Promise<void> {
  for (let i = 0; i < processes; i += 1) await sayAtWork(ledger.pool, randomUUID(), budget);
}

const examined = () => examineConnections(urls, shape);

describe('ledger and keys on one server', () => {
  it('share what it allows; nobody at work, one process of this configuration counts', async () => {
    expect(await examined()).toEqual([
      {
        ...{ verdict: 'ok', code: 'connections-enough', about: 'DATABASE_URL, KEYSTORE_URL' },
        ...{ detail: 'max_connections', numbers: [allowed, 0, 0, one, one + reserved] },
      },
    ]);
  });

  it('are too narrow for the processes at work: it says how far max_connections has to be raised, in one line', async () => {
    const processes = Math.floor(allowed / one) + 1;
    await atWork(processes - 1);
    expect((await examined()).map(({ verdict }) => verdict)).toEqual(['ok']);
    await atWork(1);
    const [finding, ...others] = await examined();
    expect(others).toEqual([]);
    const enough = String(processes * one + reserved);
    expect(lineOf(finding!, 'en')).toBe(
      `mend        DATABASE_URL, KEYSTORE_URL: PostgreSQL allows only ${String(allowed)} connections; processes at work: ` +
        `${String(processes)}, which may take ${String(processes * one)}; one configured like this: ${String(one)}. ` +
        `Raise max_connections to ${enough} at least, or lower GREFFE_PROJECTION_SHARDS or the number of processes`,
    );
    expect(lineOf(finding!, 'fr')).toMatch(new RegExp(`^à corriger .*Portez max_connections à ${enough} `));
  });

  it('a process that has fallen silent takes none any more', async () => {
    await atWork(Math.floor(allowed / one) + 1);
    await ledger.pool.query(
      `UPDATE ops.process_presence SET seen_at = seen_at - $1 * interval '1 millisecond'`,
      [SILENT_AFTER_MS + 1000],
    );
    expect((await examined()).map(({ numbers }) => numbers?.[1])).toEqual([0]);
  });
});

describe('a limit of its own', () => {
  const limits = async (alter: string): Promise<string[]> => {
    await ledger.pool.query(alter);
    return (await examined())
      .filter(({ verdict }) => verdict === 'broken')
      .map(({ about, detail, numbers }) => `${about}: ${String(detail)} to ${String(numbers?.[4])}`);
  };
  const needed = String(budget.ledger.total);

  it('of the role', async () => {
    const alter = (limit: number) => `ALTER ROLE ${role} CONNECTION LIMIT ${String(limit)}`;
    const told = [`DATABASE_URL: ALTER ROLE … CONNECTION LIMIT to ${needed}`];
    expect(await limits(alter(budget.ledger.total - 1))).toEqual(told);
    expect(await limits(alter(budget.ledger.total))).toEqual([]);
    expect(await limits(alter(-1))).toEqual([]);
  });

  it('of the database', async () => {
    const name = new URL(ledger.url).pathname.slice(1);
    const alter = (limit: number) => `ALTER DATABASE ${name} CONNECTION LIMIT ${String(limit)}`;
    const told = [`DATABASE_URL: ALTER DATABASE … CONNECTION LIMIT to ${needed}`];
    expect(await limits(alter(budget.ledger.total - 1))).toEqual(told);
    expect(await limits(alter(-1))).toEqual([]);
  });
});

describe('nothing to say', () => {
  it('of a database that is away', async () => {
    const away = 'postgres://nobody:secret@127.0.0.1:1/nowhere';
    expect(await examineConnections({ ...urls, keystoreUrl: away }, shape)).toEqual([]);
  });

  it('of processes, where no server has prepared the database yet', async () => {
    const empty = { databaseUrl: keys.url, keystoreUrl: ledger.url };
    expect((await examineConnections(empty, shape)).map(({ numbers }) => numbers?.[1])).toEqual([0]);
  });
});
