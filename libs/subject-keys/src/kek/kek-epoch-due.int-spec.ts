import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyStore } from '../key-store.js';
import type { KekProvider } from './kek-provider.js';
import { openFixture, sealFor, type KeyStoreFixture } from '../keys/key-store.fixture.js';

// Goal: a key-encryption key serves fourteen days and not one more, whatever processes come and go, and however many
// ask. Method: a clock that the spec moves, read by every process on one key store.

const DAY_MS = 86_400_000;
const BEGINNING = Date.parse('2026-11-01T00:00:00.000Z');

let fixture: KeyStoreFixture;
let atMs: number;
beforeEach(async () => {
  fixture = await openFixture();
  atMs = BEGINNING;
});
afterEach(() => fixture.close());

/** A process that has just started. */
function startProcess(kek: KekProvider = fixture.kek): KeyStore {
  const store = fixture.another({ kek, clock: { now: () => new Date(atMs).toISOString() } });
  store.reconciled();
  return store;
}
const statesOf = async (store: KeyStore): Promise<string[]> =>
  (await store.rotation.list()).map(({ state }) => state);

describe('an epoch of the key-encryption keys', () => {
  it('does not begin before there is something to wrap', async () => {
    expect(await startProcess().rotation.rotateIfDue()).toBeUndefined();
    expect(await statesOf(startProcess())).toEqual([]);
  });

  it('ends after fourteen days, counted by the epoch and not by a process', async () => {
    const sealed = await sealFor(startProcess(), randomUUID(), 'identity', { a: 1 });
    for (atMs = BEGINNING; atMs < BEGINNING + 14 * DAY_MS; atMs += DAY_MS) {
      // Started anew each day: nobody's uptime ever reaches fourteen days.
      expect(await startProcess().rotation.rotateIfDue()).toBeUndefined();
    }
    atMs = BEGINNING + 14 * DAY_MS - 1;
    expect(await startProcess().rotation.rotateIfDue()).toBeUndefined();
    atMs += 1;
    const process = startProcess();
    const report = await process.rotation.rotateIfDue();
    expect(report).toMatchObject({ rewrapped: 1, kept: [], destroyed: [{ provider: 'memory' }] });
    expect(await statesOf(process)).toEqual(['destroyed', 'active']);
    expect((await process.subjects.openAll([sealed])).every((each) => 'fields' in each)).toBe(true);
    expect(await process.rotation.rotateIfDue()).toBeUndefined();
    atMs += 14 * DAY_MS - 1;
    expect(await process.rotation.rotateIfDue()).toBeUndefined();
    atMs += 1;
    expect(await process.rotation.rotateIfDue()).toBeDefined();
    expect(await statesOf(process)).toEqual(['destroyed', 'destroyed', 'active']);
  });

  it('is followed by one epoch though several processes find it due, and told of by one of them', async () => {
    await sealFor(startProcess(), randomUUID(), 'identity', { a: 1 });
    atMs += 15 * DAY_MS;
    const processes = [1, 2, 3, 4].map(() => startProcess());
    const reports = await Promise.all(processes.map(({ rotation }) => rotation.rotateIfDue()));
    expect(await statesOf(processes[0]!)).toEqual(['destroyed', 'active']);
    expect(reports.flatMap((report) => report?.destroyed ?? [])).toHaveLength(1);
    expect(fixture.kek.size).toBe(1);
    expect(fixture.alarms).toEqual([]);
  });

  it('is not followed by a second one when a process is late', async () => {
    await sealFor(startProcess(), randomUUID(), 'identity', { a: 1 });
    atMs += 15 * DAY_MS;
    // It has seen that the epoch is due, and stays with the holder of the keys while another process rotates.
    const late = Object.assign(Object.create(fixture.kek) as KekProvider, {
      createEpochKey: async () => {
        expect(await startProcess().rotation.rotateIfDue()).toBeDefined();
        return fixture.kek.createEpochKey();
      },
    });
    const process = startProcess(late);
    expect(await process.rotation.rotateIfDue()).toBeUndefined();
    expect(await statesOf(process)).toEqual(['destroyed', 'active']);
    expect(fixture.kek.size).toBe(1);
  });

  it('is ended by whoever asks next when its rotation was interrupted', async () => {
    await sealFor(startProcess(), randomUUID(), 'identity', { a: 1 });
    await fixture.database.pool.query(`UPDATE ks.kek SET state = 'retiring'`);
    await sealFor(startProcess(), randomUUID(), 'identity', { b: 2 });
    expect(await startProcess().rotation.rotateIfDue()).toMatchObject({ rewrapped: 1, kept: [] });
    expect(await statesOf(startProcess())).toEqual(['destroyed', 'active']);
  });

  it('lasts by the clock of the key store where the process brings none', async () => {
    const store = fixture.another();
    store.reconciled();
    await sealFor(store, randomUUID(), 'identity', { a: 1 });
    expect(await store.rotation.rotateIfDue()).toBeUndefined();
    await fixture.database.pool.query(
      `UPDATE ks.kek SET activated_at = activated_at - make_interval(days => 14)`,
    );
    expect(await store.rotation.rotateIfDue()).toMatchObject({ rewrapped: 1 });
  });
});
