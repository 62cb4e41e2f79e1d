import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  NO_STREAM,
  aStream,
  anEvent,
  at,
  events,
  history,
  readAll,
  sleep,
} from '../contract-suite/samples.js';
import { AccessDenied, StreamClosed, Unavailable } from '../errors.js';
import type { PurgeProgress, StreamName } from '../port.js';
import { openPostgresHarness, type PostgresHarness } from './postgres.harness.js';

// What a purge promises is looked for in the files of the server, with canaries: text that compresses to nothing less,
// long enough that PostgreSQL keeps it apart (TOAST), and short enough that it stands in the row.

let harness: PostgresHarness;
beforeAll(async () => {
  harness = await openPostgresHarness();
});
afterAll(() => harness.close());

interface Person {
  readonly stream: StreamName;
  readonly canaries: readonly string[];
}

/** A closed personal stream: one short event and one that is kept apart. */
async function aPerson({ isClosed = true } = {}): Promise<Person> {
  const stream = aStream('personal');
  const [short, long] = [randomBytes(20).toString('hex'), randomBytes(20).toString('hex')];
  const filler = randomBytes(6000).toString('base64');
  const batch = [anEvent({ sealed: short }), anEvent({ sealed: `${long}${filler}` })] as const;
  await harness.store.append(stream, NO_STREAM, batch);
  if (isClosed) await harness.eraser.close(stream, at(1));
  return { stream, canaries: [short, long] };
}

/** Which of these texts stand in any file of this database, after all of memory is on disk. */
async function onDisk(canaries: readonly string[]): Promise<string[]> {
  const { pool } = harness.db;
  await pool.query('CHECKPOINT');
  const { rows } = await pool.query<{ folder: string }>(
    `SELECT current_setting('data_directory') || '/base/' || oid AS folder FROM pg_database WHERE datname = current_database()`,
  );
  const folder = rows[0]!.folder;
  const found = new Set<string>();
  for (const file of await readdir(folder)) {
    const content = await readFile(join(folder, file)).catch(() => Buffer.alloc(0));
    for (const canary of canaries) if (content.includes(canary)) found.add(canary);
  }
  return canaries.filter((canary) => found.has(canary));
}

const remaining = async (closed: readonly StreamName[]): Promise<readonly StreamName[]> => {
  const { nodes } = await harness.eraser.probe({ isClosed: async () => new Set(closed) });
  expect(nodes.map(({ node }) => node)).toEqual(['postgresql']);
  return nodes[0]!.remaining;
};

const notes = async (): Promise<number> =>
  (await harness.db.pool.query('SELECT * FROM es.purge_note')).rowCount ?? 0;

describe('a purge', () => {
  it('leaves nothing of a closed stream in any file, and everything of the others', async () => {
    const [gone, kept] = [await aPerson(), await aPerson({ isClosed: false })];
    const clear = aStream();
    await harness.store.append(clear, NO_STREAM, events(3));
    expect(await onDisk(gone.canaries)).toEqual(gone.canaries);
    expect(await remaining([gone.stream])).toEqual([gone.stream]);
    const seen: PurgeProgress[] = [];
    const report = await harness.eraser.purge({ onProgress: (progress) => seen.push(progress) });
    expect(report).toEqual({ technique: 'physical-delete', nodes: [{ node: 'postgresql', runs: 1 }] });
    expect(seen.at(-1)).toEqual({ node: 'postgresql', done: seen.length, total: seen.length });
    expect(await onDisk(gone.canaries)).toEqual([]);
    expect(await onDisk(kept.canaries)).toEqual(kept.canaries);
    expect(await remaining([gone.stream])).toEqual([]);
    expect(await notes()).toBe(0);
    expect(await readAll(harness.store, kept.stream)).toHaveLength(2);
    const streams = (await history(harness.store)).map(({ stream }) => stream);
    expect(new Set(streams)).toEqual(new Set([kept.stream, clear]));
    await expect(harness.store.append(gone.stream, at(1), events(1))).rejects.toThrow(StreamClosed);
  });

  it('is not the delete of rows alone: that leaves the bytes', async () => {
    const { stream, canaries } = await aPerson();
    await harness.db.pool.query('DELETE FROM es.personal_payload WHERE stream = $1', [stream]);
    expect(await onDisk(canaries)).toEqual(canaries);
    expect(await remaining([stream])).toEqual([]);
  });
});

/** Runs a purge up to where somebody's lock stops it, kills its connection there, and lets the lock go. */
function purgeKilledAt(lock: string): Promise<unknown> {
  return whileOpen(lock, async () => {
    const purging = harness.eraser.purge().catch((error: unknown) => error);
    while (!(await killWaiting()) && (await Promise.race([purging, sleep(5)])) === undefined);
    return purging;
  });
}

/** Works while a transaction of somebody else is open. */
async function whileOpen<T>(
  statements: string,
  work: (end: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const other = await harness.db.pool.connect();
  const end = () => other.query('ROLLBACK');
  try {
    await other.query(`BEGIN; ${statements}`);
    return await work(end);
  } finally {
    await end();
    other.release();
  }
}

/** Ends whoever waits for a lock in this database; whether there was one. */
async function killWaiting(): Promise<boolean> {
  const { rowCount } = await harness.db.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return (rowCount ?? 0) > 0;
}

async function partitionOf(stream: StreamName): Promise<string> {
  const { rows } = await harness.db.pool.query<{ name: string }>(
    'SELECT tableoid::regclass AS name FROM es.personal_payload WHERE stream = $1',
    [stream],
  );
  return rows[0]!.name;
}

describe('a probe', () => {
  it('names each stream once, however many events and streams there are', async () => {
    const long = aStream('personal');
    for (let i = 0; i < 10; i += 1)
      await harness.store.append(long, i === 0 ? NO_STREAM : at(256 * i - 1), events(256));
    const short = [await aPerson(), await aPerson(), await aPerson()].map(({ stream }) => stream);
    await harness.eraser.close(long, at(2559));
    expect([...(await remaining([long, ...short]))].sort()).toEqual([long, ...short].sort());
    await harness.eraser.purge();
    expect(await remaining([long, ...short])).toEqual([]);
  });
});

describe('a purge that was interrupted', () => {
  const places = [
    ['before the partition is noted', () => 'LOCK es.purge_note IN SHARE MODE'],
    ['before the rows go', (partition: string) => `LOCK ${partition} IN SHARE MODE`],
    ['before the files are rewritten', (partition: string) => `LOCK ${partition} IN ACCESS SHARE MODE`],
  ] as const;

  it.each(places)('%s is taken up by the next one', async (_, lockOf) => {
    const { stream, canaries } = await aPerson();
    const interrupted = await purgeKilledAt(lockOf(await partitionOf(stream)));
    expect(interrupted).toBeInstanceOf(Unavailable);
    expect(await onDisk(canaries)).toEqual(canaries);
    expect(await remaining([stream])).toEqual([stream]);
    await harness.eraser.purge();
    expect(await onDisk(canaries)).toEqual([]);
    expect(await remaining([stream])).toEqual([]);
    expect(await notes()).toBe(0);
  });

  it('by its signal leaves the rest to the next one', async () => {
    const people = [await aPerson(), await aPerson(), await aPerson(), await aPerson()];
    const stop = new AbortController();
    const purging = harness.eraser.purge({
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error('the night is over'));
      },
    });
    await expect(purging).rejects.toThrow('the night is over');
    const canaries = people.flatMap((person) => person.canaries);
    const left = await onDisk(canaries);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(canaries.length);
    await harness.eraser.purge();
    expect(await onDisk(canaries)).toEqual([]);
  });
});

async function isThere(stream: StreamName): Promise<boolean> {
  const rows = 'SELECT 1 FROM es.personal_payload WHERE stream = $1';
  return ((await harness.db.pool.query(rows, [stream])).rowCount ?? 0) > 0;
}

describe('a purge among others', () => {
  it('is not done while an older transaction still sees the rows: their bytes would be taken along', async () => {
    const { stream, canaries } = await aPerson();
    const snapshot = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM es.event_index';
    await whileOpen(snapshot, async (end) => {
      let isDone = false;
      const purging = harness.eraser.purge().then(() => (isDone = true));
      while (await isThere(stream)) await sleep(5);
      await sleep(300);
      expect(isDone).toBe(false);
      expect(await remaining([stream])).toEqual([stream]);
      await end();
      await purging;
    });
    expect(await onDisk(canaries)).toEqual([]);
  });

  it('lets a reader of the partition end and goes on by itself', async () => {
    const { stream, canaries } = await aPerson();
    await whileOpen(`LOCK ${await partitionOf(stream)} IN ACCESS SHARE MODE`, async (end) => {
      const purging = harness.eraser.purge();
      // Behind a reader that never ends the purge gives its place in the queue back, so that others write meanwhile.
      await harness.store.append(aStream('personal'), NO_STREAM, events(1));
      await sleep(600);
      await end();
      await purging;
    });
    expect(await onDisk(canaries)).toEqual([]);
  });

  it('waits for another one, and both succeed', async () => {
    const { canaries } = await aPerson();
    const other = harness.open({ ownerConnectionString: harness.db.url });
    await Promise.all([harness.eraser.purge(), other.purge()]);
    expect(await onDisk(canaries)).toEqual([]);
  });

  it('leaves appends, reads and other persons alone', async () => {
    const person = await aPerson({ isClosed: false });
    await aPerson();
    const purging = harness.eraser.purge();
    const streams = Array.from({ length: 20 }, () => aStream('personal'));
    await Promise.all(streams.map((stream) => harness.store.append(stream, NO_STREAM, events(2))));
    await purging;
    for (const stream of [...streams, person.stream])
      expect(await readAll(harness.store, stream)).toHaveLength(2);
  });
});

describe('rights', () => {
  it('only the owner purges: without its connection it is AccessDenied, with another role too', async () => {
    const { open, urls } = harness;
    const { stream, canaries } = await aPerson();
    await expect(open().purge()).rejects.toThrow(AccessDenied);
    for (const role of [urls.app, urls.eraser])
      await expect(open({ ownerConnectionString: role }).purge()).rejects.toThrow(AccessDenied);
    expect(await onDisk(canaries)).toEqual(canaries);
    expect(await remaining([stream])).toEqual([stream]);
  });

  it('the application may probe, since it may read', async () => {
    const { stream } = await aPerson();
    const { nodes } = await harness.store.probe({ isClosed: async () => new Set([stream]) });
    expect(nodes[0]?.remaining).toEqual([stream]);
    await harness.eraser.purge();
  });

  it('a server that is away is Unavailable', async () => {
    const gone = harness.open({ ownerConnectionString: 'postgres://owner:secret@127.0.0.1:1/none' });
    await expect(gone.purge()).rejects.toThrow(Unavailable);
    await expect(gone.probe({ isClosed: async () => new Set() })).rejects.toThrow(Unavailable);
  });
});
