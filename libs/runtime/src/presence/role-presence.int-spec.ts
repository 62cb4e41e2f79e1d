import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#testing';
import type { Role } from '../config/index.js';
import { examineRoles } from '../doctor/roles.js';
import { lineOf } from '../doctor/texts.js';
import { connectionBudget } from '../ledger/connection-budget.js';
import { migrateLedgerDatabase } from '../ledger/migrate-ledger-database.js';
import { processesAtWork } from './process-presence.js';
import { missingRoles, presenceOf } from './role-presence.js';
import { SILENT_AFTER_MS } from './silence.js';

// Goal: that nobody plays a part without which something stands still is said, with since when, and never of a part that
// some process plays.

const signal = new AbortController().signal;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateLedgerDatabase(database.url);
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('DELETE FROM ops.role_presence; DELETE FROM ops.process_presence'));

const process = randomUUID();

function says(...roles: Role[]): Promise<number> {
  const budget = connectionBudget({ roles, projectionShards: 1, eventStoreUrl: undefined });
  return presenceOf(database.pool, { process, roles, budget }).run(signal);
}

async function silentFor(role: string, ms: number): Promise<string> {
  const { rows } = await database.pool.query<{ seen_at: Date }>(
    `UPDATE ops.role_presence SET seen_at = clock_timestamp() - $2 * interval '1 millisecond' WHERE role = $1
     RETURNING seen_at`,
    [role, ms],
  );
  return rows[0]!.seen_at.toISOString();
}

describe('a role', () => {
  it('is missing while no process has ever played it', async () => {
    await says('api');
    expect(await missingRoles(database.pool)).toEqual([
      { role: 'projector', since: undefined },
      { role: 'eraser', since: undefined },
    ]);
    await says('projector', 'eraser');
    expect(await missingRoles(database.pool)).toEqual([]);
  });

  it('is missing from when it was last played, after a silence in which another would have taken over', async () => {
    await says('projector', 'eraser');
    await silentFor('eraser', SILENT_AFTER_MS / 2);
    expect(await missingRoles(database.pool)).toEqual([]);
    const since = await silentFor('eraser', 10 * SILENT_AFTER_MS);
    expect(await missingRoles(database.pool)).toEqual([{ role: 'eraser', since }]);
    await says('eraser');
    expect(await missingRoles(database.pool)).toEqual([]);
  });
});

describe('a process', () => {
  const rows = async () =>
    (await database.pool.query('SELECT process FROM ops.process_presence')).rows.map(({ process: id }) => id);

  it('counts once, with the connections that it may take, for as long as it is heard', async () => {
    await says('api', 'projector');
    await says('api', 'projector');
    const { ledger, keys } = connectionBudget({
      ...{ roles: ['api', 'projector'], projectionShards: 1, eventStoreUrl: undefined },
    });
    expect(await processesAtWork(database.pool)).toEqual({
      ...{ processes: 1, ledgerConnections: ledger.total, keyConnections: keys.total },
    });
    await database.pool.query(
      `UPDATE ops.process_presence SET seen_at = seen_at - $1 * interval '1 millisecond'`,
      [SILENT_AFTER_MS],
    );
    expect((await processesAtWork(database.pool)).processes).toBe(0);
    await says('api', 'projector');
    expect((await processesAtWork(database.pool)).processes).toBe(1);
  });

  it('leaves no row for ever', async () => {
    const gone = randomUUID();
    await database.pool.query(
      `INSERT INTO ops.process_presence VALUES ($1, 1, 1, clock_timestamp() - interval '25 hours')`,
      [gone],
    );
    await says('api');
    expect(await rows()).toEqual([process]);
  });
});

describe('the doctor', () => {
  it('names it, and says what stands still, in both languages', async () => {
    await says('projector');
    const [projector, eraser] = await examineRoles(database.url);
    expect([projector?.verdict, eraser?.verdict]).toEqual(['ok', 'attention']);
    expect(lineOf(eraser!, 'en')).toContain('no erasure is carried out');
    expect(lineOf(eraser!, 'fr')).toContain('aucun effacement n’est exécuté');
    const since = await silentFor('projector', 10 * SILENT_AFTER_MS);
    const [missing] = await examineRoles(database.url);
    expect(lineOf(missing!, 'fr')).toMatch(new RegExp(`projector.*${since}.*modèles de lecture`));
  });

  it('says nothing of a ledger that was never started', async () => {
    const empty = await openTestDatabase();
    expect(await examineRoles(empty.url)).toEqual([]);
    await empty.drop();
  });
});
