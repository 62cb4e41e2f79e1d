import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Position } from '../port.js';
import {
  Follower,
  NO_STREAM,
  aStream,
  anEvent,
  at,
  checkpointAt,
  events,
  history,
  readAll,
  sleep,
} from '../contract-suite/samples.js';
import { AnotherHistory, ConcurrencyConflict, Unavailable } from '../errors.js';
import { openPostgresHarness, type PostgresHarness } from './postgres.harness.js';
import { PostgresEventStore } from './postgres-event-store.js';

// Goal: what only PostgreSQL can do to us. Method: the real server, and the superuser who troubles it.

let harness: PostgresHarness;
beforeEach(async () => {
  harness = await openPostgresHarness();
});
afterEach(async () => {
  await harness.close();
});

const sql = (text: string, values: unknown[] = []) => harness.db.pool.query(text, values);
const terminateAll = () =>
  sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'contract'`);

describe('a retry whose events are there already', () => {
  it('is never told that nothing was written because they could not be compared', async () => {
    const { store } = harness;
    const [stream, batch] = [aStream(), events(2)];
    await store.append(stream, NO_STREAM, batch);
    store.read = async function* () {
      yield* await Promise.reject<never[]>(new Unavailable('notWritten'));
    };
    const retried = store.append(stream, NO_STREAM, batch, { mayBeRetry: true });
    await expect(retried).rejects.toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  });
});

describe('group commit', () => {
  it('lets appends that wait together share transactions', async () => {
    const { store } = harness;
    await store.append(aStream(), NO_STREAM, events(1));
    await Promise.all(Array.from({ length: 60 }, () => store.append(aStream(), NO_STREAM, events(2))));
    const { rows } = await sql(
      'SELECT count(DISTINCT xmin::text) AS groups, count(*) AS events FROM es.event_index',
    );
    expect(rows).toEqual([{ groups: '2', events: '121' }]);
  });

  it('keeps to its limit of events, and to one append per stream', async () => {
    const store = harness.open({ groupEvents: 10 });
    const stream = aStream();
    const calls = Array.from({ length: 12 }, () => store.append(aStream(), NO_STREAM, events(4)));
    const same = Array.from({ length: 5 }, (_, i) =>
      store.append(stream, i === 0 ? NO_STREAM : at(i - 1), events(1)),
    );
    await Promise.all([...calls, ...same]);
    const { rows } = await sql(
      'SELECT count(*) AS n, count(DISTINCT stream) AS s FROM es.event_index GROUP BY xmin::text',
    );
    const sizes = (rows as { n: string; s: string }[]).map(({ n }) => Number(n));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect((await readAll(store, stream)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  it('gives dense positions, whatever failed in between', async () => {
    const { store } = harness;
    await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        store.append(aStream(), i % 3 === 0 ? at(5) : NO_STREAM, events(2)),
      ),
    );
    const { rows } = await sql(
      'SELECT max(position) = count(*) AND min(position) = 1 AS dense FROM es.event_index',
    );
    expect(rows).toEqual([{ dense: true }]);
  });

  it('an event that the server refuses fails alone', async () => {
    await sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF NEW.type = 'PoisonTaken' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$`);
    await sql('CREATE TRIGGER refuse BEFORE INSERT ON es.event_index FOR EACH ROW EXECUTE FUNCTION refuse()');
    const { store } = harness;
    const poison = { ...anEvent(), type: 'PoisonTaken' };
    const outcomes = await Promise.allSettled([
      store.append(aStream(), NO_STREAM, events(2)),
      store.append(aStream(), NO_STREAM, [anEvent(), poison]),
      store.append(aStream(), NO_STREAM, events(2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await history(store)).toHaveLength(4);
  });

  it('an append that waited too long was not written, and is never written later', async () => {
    const store = harness.open({ timeoutMs: 4_000 });
    await store.ping();
    await store.append(aStream(), NO_STREAM, events(1));
    const holder = await harness.db.pool.connect();
    await holder.query('BEGIN');
    const lock = /pg_advisory_xact_lock\((\d+)\)/.exec(await sourceOf('append_group'))?.[1];
    await holder.query(`SELECT pg_advisory_xact_lock(${String(lock)})`);
    const stream = aStream();
    const waiting = [
      store.append(stream, NO_STREAM, events(1)),
      sleep(20).then(() => store.append(stream, NO_STREAM, events(1), { timeoutMs: 50 })),
    ];
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: new Unavailable('notWritten') });
      expect(outcome).toMatchObject({ reason: { outcome: 'notWritten' } });
    }
    await holder.query('ROLLBACK');
    holder.release();
    await store.append(aStream(), NO_STREAM, events(1));
    expect(await readAll(store, stream)).toEqual([]);
  });

  async function sourceOf(name: string): Promise<string> {
    const { rows } = await sql('SELECT prosrc FROM pg_proc WHERE proname = $1', [name]);
    return (rows as { prosrc: string }[])[0]?.prosrc ?? '';
  }
});

describe('a server in trouble', () => {
  it('may end every connection at any time: nothing acknowledged is lost, nothing is doubled', async () => {
    const { store } = harness;
    const follower = new Follower(store);
    const written: string[] = [];
    let isWriting = true;
    const writing = Array.from({ length: 6 }, async () => {
      const stream = aStream();
      for (let i = 0; i < 30; i += 1) {
        const batch = events(1);
        await untilKnown(() =>
          store.append(stream, i === 0 ? NO_STREAM : at(i - 1), batch, { mayBeRetry: true }),
        );
        written.push(batch[0].id);
      }
    });
    const terminating = (async () => {
      for (let seen = 0; isWriting; seen = written.length) {
        while (isWriting && written.length < seen + 6) await sleep(2);
        await terminateAll();
      }
    })();
    await Promise.all(writing).finally(() => (isWriting = false));
    await terminating;
    await follower.until((delivered) => delivered.length >= written.length);
    const delivered = (await follower.end()).map(({ id }) => id);
    expect([...delivered].sort()).toEqual([...written].sort());
  });

  it('that takes no more connections, or is read-only, or not migrated, is Unavailable and nothing was written', async () => {
    const role = new URL(harness.urls.app).username;
    const name = new URL(harness.urls.app).pathname.slice(1);
    const troubles = [
      [`ALTER ROLE ${role} CONNECTION LIMIT 0`, `ALTER ROLE ${role} CONNECTION LIMIT -1`],
      [`ALTER DATABASE ${name} SET default_transaction_read_only = on`, `ALTER DATABASE ${name} RESET ALL`],
      ['ALTER SCHEMA es RENAME TO elsewhere', 'ALTER SCHEMA elsewhere RENAME TO es'],
    ] as const;
    for (const [trouble, remedy] of troubles) {
      await sql(trouble);
      const store = harness.open();
      const outcome = await store.append(aStream(), NO_STREAM, events(1)).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(Unavailable);
      expect(outcome).toMatchObject({ outcome: 'notWritten' });
      // The database's setting also holds for the superuser's new connections; the remedy must be allowed to write.
      await sql(`SET default_transaction_read_only = off; ${remedy}`);
      await untilKnown(() => store.append(aStream(), NO_STREAM, events(1)));
    }
  });

  it('that is gone for good does not keep a process from its end', async () => {
    const store = new PostgresEventStore({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' });
    const stop = new AbortController();
    const subscription = store.subscribe({ after: 'start', signal: stop.signal })[Symbol.asyncIterator]();
    const first = subscription.next();
    await expect(store.ping()).rejects.toThrow(Unavailable);
    await store.shutdown();
    expect(await first).toEqual({ done: true, value: undefined });
  });
});

describe('subscriptions', () => {
  it('are woken by the server, not only by their timer', async () => {
    const store = harness.open({ pollIntervalMs: 3_600_000 });
    const follower = new Follower(store);
    await follower.until((_, items) => items.length === 1);
    for (let i = 1; i <= 3; i += 1) {
      await harness.store.append(aStream(), NO_STREAM, events(1));
      await follower.until((delivered) => delivered.length === i);
    }
    await follower.end();
  });

  it('look by their timer when nobody wakes them', async () => {
    const store = harness.open({ pollIntervalMs: 20 });
    const follower = new Follower(store);
    await follower.until((_, items) => items.length === 1);
    await sql(
      `WITH i AS (INSERT INTO es.event_index VALUES (1, $1, $2, 0, 'SampleRecorded', 4, now()) RETURNING position)
               INSERT INTO es.payload SELECT position, '{}', '{}' FROM i`,
      [randomUUID(), aStream()],
    );
    await follower.until((delivered) => delivered.length === 1);
    await follower.end();
  });

  it('tell of the failures that they survive', async () => {
    const troubles: Error[] = [];
    const store = harness.open({ onTrouble: (error) => troubles.push(error), pollIntervalMs: 20 });
    const follower = new Follower(store);
    await follower.until((_, items) => items.length === 1);
    await sql('ALTER SCHEMA es RENAME TO elsewhere');
    while (troubles.length === 0) await sleep(5);
    await sql('ALTER SCHEMA elsewhere RENAME TO es');
    await harness.store.append(aStream(), NO_STREAM, events(1));
    await follower.until((delivered) => delivered.length === 1);
    await follower.end();
    expect(troubles[0]).toBeInstanceOf(Unavailable);
  });

  it('refuse a place beyond the end: the store was restored to an earlier day', async () => {
    const { store } = harness;
    await store.append(aStream(), NO_STREAM, events(2));
    const [first, second] = await history(store);
    if (first === undefined || second === undefined) throw new Error('nothing delivered');
    const beyond = { ...checkpointAt(second, first), position: '00000000000000000003' as Position };
    await expect(history(store, beyond)).rejects.toThrow(AnotherHistory);
    await expect(history(store, checkpointAt(first, second))).rejects.toThrow(AnotherHistory);
  });

  it('notice another history after an outage', async () => {
    const { store } = harness;
    await store.append(aStream(), NO_STREAM, events(3));
    const follower = new Follower(store);
    await follower.until((_, items) => items.length === 4);
    await sql('ALTER SCHEMA es RENAME TO elsewhere');
    await sql(`ALTER TABLE elsewhere.event_index DISABLE TRIGGER ALL; ALTER TABLE elsewhere.payload DISABLE TRIGGER ALL;
               TRUNCATE elsewhere.event_index, elsewhere.payload`);
    await terminateAll();
    await sleep(100);
    await sql('ALTER SCHEMA elsewhere RENAME TO es');
    await expect(follower.until((delivered) => delivered.length > 3)).rejects.toThrow(AnotherHistory);
  });
});

async function untilKnown(append: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await append();
      return;
    } catch (error) {
      if (error instanceof ConcurrencyConflict || !(error instanceof Unavailable)) throw error;
      await sleep(5);
    }
  }
}
