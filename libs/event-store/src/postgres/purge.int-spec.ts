import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NO_STREAM, aStream, anEvent, at, events, history, readAll } from '../contract-suite/samples.js';
import { StreamClosed } from '../errors.js';
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
