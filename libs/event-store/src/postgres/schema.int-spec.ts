import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase } from '#testing';
import { NO_STREAM, aStream, at, events, history, readAll } from '../contract-suite/samples.js';
import { AccessDenied } from '../errors.js';
import { migrateEventStore } from './migrate.js';
import { openPostgresHarness, type PostgresHarness } from './postgres.harness.js';

let harness: PostgresHarness;
beforeAll(async () => {
  harness = await openPostgresHarness();
});
afterAll(async () => {
  await harness.close();
});

const TABLES = ['es.event_index', 'es.payload', 'es.personal_payload', 'es.closed_stream'];

describe('the schema', () => {
  it('is made once, whoever starts at the same time, and again without effect', async () => {
    const db = await openTestDatabase();
    try {
      await Promise.all([migrateEventStore(db.pool), migrateEventStore(db.pool), migrateEventStore(db.pool)]);
      const client = await db.pool.connect();
      await migrateEventStore(client).finally(() => {
        client.release();
      });
      const { rows } = await db.pool.query('SELECT version FROM es.schema_version');
      expect(rows).toEqual([{ version: 2 }]);
    } finally {
      await db.drop();
    }
  });

  it('of a newer program is left alone', async () => {
    const db = await openTestDatabase();
    try {
      await migrateEventStore(db.pool);
      await db.pool.query('UPDATE es.schema_version SET version = 99');
      await expect(migrateEventStore(db.pool)).rejects.toThrow('newer');
    } finally {
      await db.drop();
    }
  });

  it('keeps personal payloads in 64 partitions of their own, and nothing of them elsewhere', async () => {
    const { store, db } = harness;
    const personal = aStream('personal');
    await store.append(personal, NO_STREAM, events(2));
    await store.append(aStream(), NO_STREAM, events(3));
    const count = async (sql: string): Promise<number> =>
      Number((await db.pool.query<{ n: string }>(`SELECT count(*) AS n ${sql}`)).rows[0]?.n);
    expect(await count(`FROM pg_inherits WHERE inhparent = 'es.personal_payload'::regclass`)).toBe(64);
    const joined = 'JOIN es.event_index i USING (position) WHERE i.stream';
    expect(await count(`FROM es.payload ${joined} LIKE 'personal-%'`)).toBe(0);
    expect(
      await count(
        `FROM es.personal_payload p ${joined.replace('USING (position)', 'ON i.position = p.position')} = '${personal}'`,
      ),
    ).toBe(2);
  });
});

describe('rights', () => {
  it.each(TABLES)('no role may update, delete or truncate %s', async (table) => {
    const { db, urls } = harness;
    const change = table.includes('payload') ? 'position = position' : 'stream = stream';
    const statements = [`UPDATE ${table} SET ${change}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`];
    for (const url of [urls.app, urls.eraser]) {
      for (const sql of statements) await expect(run(url, sql)).rejects.toMatchObject({ code: '42501' });
    }
    await harness.store.append(aStream('personal'), NO_STREAM, events(1));
    for (const sql of statements) await expect(db.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('a partition is no way round, for the owner either', async () => {
    const { db, urls } = harness;
    await expect(db.pool.query('TRUNCATE es.personal_payload_07')).rejects.toMatchObject({ code: '42501' });
    for (const sql of ['SELECT * FROM es.personal_payload_07', 'DELETE FROM es.personal_payload_07']) {
      await expect(run(urls.app, sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('the application may not close a stream, the eraser may not append or read payloads', async () => {
    const { store, open, urls } = harness;
    const stream = aStream('personal');
    await store.append(stream, NO_STREAM, events(1));
    await expect(store.close(stream, at(0))).rejects.toThrow(AccessDenied);
    const eraser = open({ connectionString: urls.eraser });
    await expect(eraser.append(stream, at(0), events(1))).rejects.toThrow(AccessDenied);
    await expect(readAll(eraser, stream)).rejects.toThrow(AccessDenied);
    expect(await readAll(store, stream)).toHaveLength(1);
  });

  it('wrong credentials are AccessDenied, for calls and for subscriptions', async () => {
    const { open, urls } = harness;
    const url = new URL(urls.app);
    url.password = 'wrong';
    const stranger = open({ connectionString: url.href });
    await expect(stranger.ping()).rejects.toThrow(AccessDenied);
    await expect(stranger.append(aStream(), NO_STREAM, events(1))).rejects.toThrow(AccessDenied);
    await expect(history(stranger)).rejects.toThrow(AccessDenied);
  });

  it('the owner may remove payloads of closed streams only, and everybody else reads on', async () => {
    const { store, eraser, db } = harness;
    const [gone, kept] = [aStream('personal'), aStream('personal')];
    await store.append(gone, NO_STREAM, events(2));
    await store.append(kept, NO_STREAM, events(2));
    const remove = (stream: string) =>
      db.pool.query('DELETE FROM es.personal_payload WHERE stream = $1', [stream]);
    await expect(remove(gone)).rejects.toMatchObject({ code: '42501' });
    await eraser.close(gone, at(1));
    expect((await remove(gone)).rowCount).toBe(2);
    const delivered = await history(store);
    expect(delivered.filter(({ stream }) => stream === gone)).toEqual([]);
    expect(delivered.filter(({ stream }) => stream === kept)).toHaveLength(2);
    const resumed = await Promise.all(
      delivered.map(async (event) => {
        const anchor = { position: event.position, eventId: event.id };
        return (await history(store, { position: event.position, anchor })).map(({ id }) => id);
      }),
    );
    expect(resumed).toEqual(delivered.map((_, i) => delivered.slice(i + 1).map(({ id }) => id)));
  });

  async function run(url: string, sql: string): Promise<void> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }
});
