import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Personal } from '#kernel';
import { openTestDatabase, type TestDatabase } from '#testing';
import { MemoryKekProvider } from '../kek/memory-kek-provider.js';
import { openKeyStore } from '../key-store.js';
import { sealFor } from '../keys/key-store.fixture.js';
import { migrateKeyStore } from './migrate.js';

let database: TestDatabase;
const role = `greffe_keys_${randomBytes(4).toString('hex')}`;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
});
afterAll(async () => {
  await database.pool.query(`DROP OWNED BY ${role}`);
  await database.pool.query(`DROP ROLE ${role}`);
  await database.drop();
});

describe('the migration of the key store', () => {
  it('is done once, whoever starts at the same time, and again without harm', async () => {
    await Promise.all([
      migrateKeyStore(database.url, { appRole: role }),
      migrateKeyStore(database.pool, { appRole: role }),
      migrateKeyStore(database.url),
    ]);
    await migrateKeyStore(database.url, { appRole: role });
    const { rows } = await database.pool.query('SELECT version FROM ks.migration ORDER BY version');
    expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  it('gives the application role all that a server does', async () => {
    const store = openKeyStore({
      connectionString: database.urlFor(role, 'secret'),
      kek: new MemoryKekProvider(),
    });
    try {
      store.reconciled();
      const item = await sealFor(store, randomUUID(), 'identity', { a: 1 });
      const subjectId = item.envelope.sub;
      const claim = {
        subjectId,
        contactPointId: randomUUID(),
        commandId: randomUUID(),
        kind: 'email' as const,
      };
      const normalised = Personal.of('a@mail.example');
      await store.claims.claim({ ...claim, normalised });
      await store.claims.confirm(claim.commandId);
      await store.claims.withMatchLock([{ kind: 'email', normalised }], () => Promise.resolve());
      await store.claims.releasePoints(claim.subjectId, [claim.contactPointId], []);
      await store.actors.resolve({ issuer: 'i', sub: 's', kind: 'operator' });
      await store.daily.today('x');
      await store.daily.purge(-1);
      const key = await store.serviceKeys.create({ name: 'n', clientId: 'c', scopes: [] });
      await store.serviceKeys.revoke(key.keyId);
      const suppressed = { kind: 'email' as const, normalised };
      const entry = await store.suppressionKeys.forNewEntry(suppressed);
      await store.suppressions.rebuild([{ suppressionId: randomUUID(), enteredOn: '2026-05-01', ...entry }]);
      await store.archive.enter(subjectId, [suppressed], [{ scope: 'evidence', until: '2029-01-01' }]);
      await store.archive.enter(subjectId, [suppressed], [{ scope: 'evidence', until: '2030-01-01' }]);
      await store.archive.find(suppressed);
      await store.archive.releaseScopes(subjectId, ['evidence']);
      await store.rotation.rotate();
      expect((await store.subjects.openAll([item])).every((each) => 'fields' in each)).toBe(true);
      await store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
      async function* none(): AsyncGenerator<never> {
        yield* [];
      }
      await store.subjects.reconcile(none(), none());
      await store.ping();
    } finally {
      await store.shutdown();
    }
  });

  it('gives it no right to take a key row, a fence or an epoch away', async () => {
    const pool = new pg.Pool({ connectionString: database.urlFor(role, 'secret'), max: 1 });
    try {
      for (const table of [
        'subject',
        'subject_key',
        'subject_fence',
        'fenced_fp',
        'kek',
        'actor_map',
        'service_key',
      ]) {
        await expect(pool.query(`DELETE FROM ks.${table}`)).rejects.toThrow('permission denied');
        await expect(pool.query(`TRUNCATE ks.${table}`)).rejects.toThrow('permission denied');
      }
      await expect(pool.query('UPDATE ks.fenced_fp SET fp = fp')).rejects.toThrow('permission denied');
      await expect(pool.query('DELETE FROM ks.migration')).rejects.toThrow('permission denied');
      await expect(pool.query('DROP TABLE ks.kek')).rejects.toThrow('must be owner');
    } finally {
      await pool.end();
    }
  });
});
