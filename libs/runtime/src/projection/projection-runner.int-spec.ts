import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InMemoryEventStore } from '#event-store';
import { AuditCopy } from '../audit/audit-copy.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionRunner } from './projection-runner.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  pointsProjection,
  toyCodec,
  until,
  type ToyDatabase,
} from './toy.harness.js';

let database: ToyDatabase;
let store: InMemoryEventStore;
const ledgerId = randomUUID();

beforeAll(async () => {
  database = await openToyDatabase();
});
afterAll(() => database.drop());

describe('a projection', () => {
  it('follows history and what comes after it', async () => {
    store = await openToyLedger(ledgerId);
    const anna = randomUUID();
    await append(store, `points-${anna}`, points(anna, 3), points(anna, 4));
    const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 50 });
    const runner = new ProjectionRunner({
      feed,
      codec: toyCodec,
      dataSource: database.dataSource,
      projections: [pointsProjection()],
    });
    new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
    feed.start();
    const copy = new AuditCopy(database.pool);
    await until(async () => (await copy.size()) === 3n, 'the audit copy holds history');
    await append(store, `points-${anna}`, points(anna, 5));
    await until(async () => (await copy.size()) === 4n, 'the audit copy holds a new event');
    await until(() => runner.states()[0]?.place?.seen === 4n, 'the projection holds a new event');
    const { rows } = await database.pool.query('SELECT subject_id, points FROM rm_points.balance');
    expect(rows).toEqual([{ subject_id: anna, points: '12' }]);
    await feed.stop();
  });
});
