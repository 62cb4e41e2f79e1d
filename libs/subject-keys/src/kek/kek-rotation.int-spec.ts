import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contextIn, openFixture, sealFor, type KeyStoreFixture } from '../keys/key-store.fixture.js';
import { MemoryKekProvider } from './memory-kek-provider.js';

let fixture: KeyStoreFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
beforeEach(() => {
  fixture.alarms.length = 0;
});
afterAll(() => fixture.close());

const sealSome = (count: number): Promise<Awaited<ReturnType<typeof sealFor>>[]> =>
  Promise.all(
    Array.from({ length: count }, (_, n) => sealFor(fixture.store, randomUUID(), 'identity', { n })),
  );

const wrappedUnder = async (): Promise<string[]> => {
  const { rows } = await fixture.database.pool.query<{ kek_id: string }>(
    `SELECT kek_id FROM ks.subject_key WHERE wrapped_dek IS NOT NULL UNION SELECT kek_id FROM ks.named_key`,
  );
  return rows.map(({ kek_id }) => kek_id);
};

describe('the end of an epoch', () => {
  it('wraps every living key again, destroys the old key, and everything still opens', async () => {
    const { store, database, kek } = fixture;
    const items = await sealSome(5);
    const value = { day: (await store.daily.today('x')).day, hmac: (await store.daily.today('x')).hmac };
    const { rows } = await database.pool.query(
      'SELECT kid, subject_ref, scope, gen, kek_id, wrapped_dek FROM ks.subject_key',
    );
    const { rows: epochs } = await database.pool.query(
      `SELECT kek_id, provider_ref FROM ks.kek WHERE state = 'active'`,
    );

    const report = await store.rotation.rotate();
    expect(report).toMatchObject({
      rewrapped: 6,
      kept: [],
      destroyed: [{ kekId: epochs[0].kek_id, provider: 'memory' }],
    });
    expect(await wrappedUnder()).toEqual([report.kekId]);

    const restarted = fixture.another();
    restarted.reconciled();
    const opened = await restarted.subjects.openAll(items);
    expect(opened.map((each) => 'fields' in each && each.fields.reveal())).toEqual(
      items.map((_, n) => ({ n })),
    );
    expect((await restarted.daily.hmac(value.day, 'x')).equals(value.hmac)).toBe(true);
    // What a thief of the old table has is dead.
    for (const { wrapped_dek } of rows) {
      await expect(kek.unwrap(epochs[0].provider_ref, wrapped_dek, Buffer.alloc(0))).rejects.toThrow(
        'does not exist',
      );
    }
    expect(fixture.alarms).toEqual([]);
  });

  it('keeps its evidence in the list of epochs', async () => {
    const epochs = await fixture.store.rotation.list();
    expect(epochs.filter(({ state }) => state === 'active')).toHaveLength(1);
    const ended = epochs.filter(({ state }) => state === 'destroyed');
    expect(ended.length).toBeGreaterThan(0);
    for (const { evidence, destroyedAt } of ended) {
      expect(evidence).toMatchObject({ provider: 'memory', method: 'forgotten by the process' });
      expect(destroyedAt).toBeDefined();
    }
  });

  it('loses no key that is provisioned, sealed or destroyed while two processes rotate', async () => {
    const { store } = fixture;
    const other = fixture.another();
    other.reconciled();
    const before = await sealSome(20);
    const doomed = before.slice(0, 5);
    const [, , during] = await Promise.all([
      store.rotation.rotate(),
      other.rotation.rotate(),
      Promise.all(
        Array.from({ length: 30 }, (_, n) => sealFor(n % 2 ? store : other, randomUUID(), 'identity', { n })),
      ),
      ...doomed.map(({ envelope }) =>
        other.subjects.destroy({ subjectId: envelope.sub, scopes: ['identity'], erasureId: randomUUID() }),
      ),
    ]);
    await store.rotation.finish();
    expect(await wrappedUnder()).toHaveLength(1);
    const restarted = fixture.another();
    restarted.reconciled();
    const living = await restarted.subjects.openAll([...before.slice(5), ...during]);
    expect(living.filter((each) => !('fields' in each))).toEqual([]);
    expect(await restarted.subjects.openAll(doomed)).toEqual(doomed.map(() => ({ erased: true })));
    expect(fixture.alarms).toEqual([]);
  });

  it('is taken up again when it was interrupted after the new epoch began', async () => {
    const { store, database } = fixture;
    const items = await sealSome(2);
    await database.pool.query(`UPDATE ks.kek SET state = 'retiring' WHERE state = 'active'`);
    const another = fixture.another();
    another.reconciled();
    await sealFor(another, randomUUID(), 'identity', {});
    const report = await another.rotation.finish();
    expect(report.destroyed).toHaveLength(1);
    expect(await wrappedUnder()).toEqual([report.kekId]);
    expect((await store.subjects.openAll(items)).every((each) => 'fields' in each)).toBe(true);
  });

  it('destroys no epoch while a key of it could not be wrapped again', async () => {
    const { store, database } = fixture;
    const [item] = await sealSome(1);
    const kid = item?.envelope.kid;
    const { rows } = await database.pool.query('SELECT wrapped_dek FROM ks.subject_key WHERE kid = $1', [
      kid,
    ]);
    await database.pool.query(`UPDATE ks.subject_key SET wrapped_dek = '\\x00' WHERE kid = $1`, [kid]);
    const report = await store.rotation.rotate();
    expect(report.destroyed).toEqual([]);
    expect(report.kept).toEqual([{ kekId: expect.any(String), damaged: [kid] }]);
    expect(fixture.alarms).toEqual([{ kind: 'key-damaged', kid }]);
    await database.pool.query('UPDATE ks.subject_key SET wrapped_dek = $2 WHERE kid = $1', [
      kid,
      rows[0].wrapped_dek,
    ]);
    expect((await store.rotation.finish()).destroyed).toHaveLength(1);
  });

  it('moves all keys to another provider', async () => {
    class OtherProvider extends MemoryKekProvider {
      override readonly name = 'other';
    }
    const items = await sealSome(3);
    const moved = fixture.another({ kek: new OtherProvider(), formerKeks: [fixture.kek] });
    moved.reconciled();
    const report = await moved.rotation.rotate();
    expect(report.destroyed).toMatchObject([{ provider: 'memory' }]);
    expect((await moved.subjects.openAll(items)).every((each) => 'fields' in each)).toBe(true);
    const context = contextIn(items[0]!.context.stream);
    await moved.subjects.seal({ kid: items[0]!.envelope.kid }, context, {});
  });
});
