import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal } from '#kernel';
import { KeyStoreUnavailable } from '../errors.js';
import { KekUnavailable } from '../kek/kek-provider.js';
import { MemoryKekProvider } from '../kek/memory-kek-provider.js';
import { openKeyStore, type KeyStore } from '../key-store.js';
import { openFixture, sealFor, type KeyStoreFixture } from '../keys/key-store.fixture.js';
import { KeyDatabase } from './key-database.js';

let fixture: KeyStoreFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** Every way to ask the key store something. */
const questions: readonly ((store: KeyStore) => Promise<unknown>)[] = [
  (store) => store.ping(),
  (store) => store.subjects.prepare({ subjectId: randomUUID(), scope: 'identity' }),
  (store) => store.subjects.state(randomUUID()),
  (store) => store.subjects.openAll([]),
  (store) =>
    store.subjects.destroy({ subjectId: randomUUID(), scopes: ['identity'], erasureId: randomUUID() }),
  (store) => store.claims.findLive([{ kind: 'email', normalised: Personal.of('a@mail.example') }]),
  (store) =>
    store.claims.withMatchLock([{ kind: 'email', normalised: Personal.of('a') }], () => Promise.resolve()),
  (store) => store.actors.resolve({ issuer: 'i', sub: 's', kind: 'operator' }),
  (store) => store.daily.today('x'),
  (store) => store.serviceKeys.verify(`grf_${'A'.repeat(43)}`),
  (store) => store.suppressions.count(),
  (store) => store.rotation.rotate(),
];

async function expectUnavailable(connectionString: string): Promise<void> {
  const store = openKeyStore({ connectionString, kek: new MemoryKekProvider() });
  store.reconciled();
  try {
    const outcomes = await Promise.allSettled(questions.map((ask) => ask(store)));
    for (const each of outcomes) {
      expect(each.status).toBe('rejected');
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(KeyStoreUnavailable);
    }
  } finally {
    await store.shutdown();
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

describe('a key store that is not there', () => {
  it('opens without an error and says so at each question', async () => {
    const closed = createServer();
    const port = await listen(closed);
    await new Promise((done) => closed.close(done));
    await expectUnavailable(`postgres://x:y@127.0.0.1:${port}/keys`);
  });

  it('is given up when it accepts and never answers', async () => {
    const sockets: { destroy(): void }[] = [];
    const blackHole = createServer((socket) => sockets.push(socket));
    const port = await listen(blackHole);
    await expectUnavailable(`postgres://x:y@127.0.0.1:${port}/keys`);
    sockets.forEach((socket) => {
      socket.destroy();
    });
    await new Promise((done) => blackHole.close(done));
  });

  it('is given up when somebody else holds the row, and works again afterwards', async () => {
    const subjectId = randomUUID();
    await fixture.store.subjects.prepare({ subjectId, scope: 'identity' });
    const holder = await fixture.database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM ks.subject WHERE ref = $1 FOR UPDATE', [subjectId]);
    const order = { subjectId, scopes: ['identity'], erasureId: randomUUID() };
    await expect(fixture.store.subjects.destroy(order)).rejects.toThrow(KeyStoreUnavailable);
    await holder.query('ROLLBACK');
    holder.release();
    expect((await fixture.store.subjects.destroy(order))[0]?.keys).toHaveLength(1);
  });

  it('is asked anew after its connections were cut', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', {});
    await fixture.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'greffe-keys' AND datname = current_database()`,
    );
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const outcome = await fixture.store.subjects.openAll([item]).catch((error: unknown) => error);
      if (Array.isArray(outcome)) return;
      expect(outcome).toBeInstanceOf(KeyStoreUnavailable);
    }
    throw new Error('never came back');
  });

  it('says the same when the holder of the key-encryption keys is away', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', {});
    class AwayProvider extends MemoryKekProvider {
      override unwrap(): Promise<Buffer> {
        return Promise.reject(new KekUnavailable('away'));
      }
    }
    const store = fixture.another({ kek: new AwayProvider() });
    store.reconciled();
    await expect(store.subjects.openAll([item])).rejects.toThrow(KeyStoreUnavailable);
  });
});

describe('a transaction', () => {
  it('is tried again after a dead-lock, and leaves nothing of a failed attempt', async () => {
    const db = new KeyDatabase(fixture.database.url);
    try {
      await db.query('CREATE TABLE public.pair (id integer PRIMARY KEY, n integer NOT NULL DEFAULT 0)');
      await db.query('INSERT INTO public.pair (id) VALUES (1), (2)');
      const both = (first: number, second: number) =>
        db.transaction(async (tx) => {
          await tx.query('UPDATE public.pair SET n = n + 1 WHERE id = $1', [first]);
          await tx.query('SELECT pg_sleep(0.05)');
          await tx.query('UPDATE public.pair SET n = n + 1 WHERE id = $1', [second]);
        });
      await Promise.all([both(1, 2), both(2, 1)]);
      await expect(
        db.transaction(async (tx) => {
          await tx.query('UPDATE public.pair SET n = 99');
          throw new RangeError('mine');
        }),
      ).rejects.toThrow('mine');
      expect(await db.query('SELECT n FROM public.pair')).toEqual([{ n: 2 }, { n: 2 }]);
    } finally {
      await db.close();
    }
  });
});
