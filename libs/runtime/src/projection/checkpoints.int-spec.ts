import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Position } from '#event-store';
import { StoredCheckpoints } from './checkpoint-reader.js';
import { CheckpointRecord, LostOwnership } from './checkpoints.js';
import { START, type Place } from './place.js';
import { openToyDatabase, type ToyDatabase } from './toy.harness.js';

// Goal: the row that says how far a reader has come moves only for its owner and only from where it stands.

let database: ToyDatabase;
beforeAll(async () => {
  database = await openToyDatabase();
});
afterAll(() => database.drop());

const at = (n: number): Place => ({
  position: String(n).padStart(20, '0') as Position,
  anchor: {
    ...{ position: String(n).padStart(20, '0') as Position, eventId: randomUUID() },
    ...{ stream: 'points-x', revision: 2n },
  },
  ...{ events: BigInt(n), idsXor: randomUUID(), seen: BigInt(n) },
});

describe('a checkpoint', () => {
  it('moves by compare-and-set on both position and owner epoch', async () => {
    const { pool } = database;
    const record = new CheckpointRecord('some');
    expect(await record.create(pool, 3)).toBe(true);
    expect(await record.create(pool, 3)).toBe(false);
    expect(await record.takeOver(pool, 4)).toBeUndefined();
    const first = await record.takeOver(pool, 3);
    expect(first).toEqual({ place: START, version: 3, epoch: 1n });
    const [one, two] = [at(1), at(2)];
    await record.move(pool, 1n, START, one);
    await expect(record.move(pool, 1n, START, two)).rejects.toBeInstanceOf(LostOwnership);
    await expect(record.move(pool, 2n, one, two)).rejects.toBeInstanceOf(LostOwnership);
    const second = await record.takeOver(pool, 3);
    expect(second).toEqual({ place: one, version: 3, epoch: 2n });
    await expect(record.move(pool, 1n, one, two)).rejects.toBeInstanceOf(LostOwnership);
    await expect(record.assertOwner(pool, 1n)).rejects.toBeInstanceOf(LostOwnership);
    await record.move(pool, 2n, one, two);
    expect(await record.read(pool)).toEqual({ place: two, version: 3, epoch: 2n });
  });

  it('is read by many at once, and nobody is told a position older than their question', async () => {
    const record = new CheckpointRecord('read');
    await record.create(database.pool, 1);
    await record.takeOver(database.pool, 1);
    const checkpoints = new StoredCheckpoints(database.pool);
    let place = START;
    for (let i = 1; i <= 20; i += 1) {
      const asked = checkpoints.position('read');
      const next = at(i);
      await record.move(database.pool, 1n, place, next);
      place = next;
      const answers = await Promise.all(Array.from({ length: 5 }, () => checkpoints.position('read')));
      expect(new Set(answers)).toEqual(new Set([place.position]));
      await asked;
    }
    expect(await checkpoints.position('nobody')).toBeUndefined();
    const waiting = checkpoints.waitFor('read', at(21).position!, 120_000);
    await record.move(database.pool, 1n, place, at(22));
    expect(await waiting).toBe(true);
    expect(await checkpoints.waitFor('read', at(23).position!, 20)).toBe(false);
  });
});
