import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Personal } from '#kernel';
import { KeyDatabase } from '../database/key-database.js';
import { KeysNotReconciled } from '../errors.js';
import type { KeyStore } from '../key-store.js';
import { openFixture, sealFor, type KeyStoreFixture } from './key-store.fixture.js';
import type { LedgerDeclaration, LedgerErasure } from './reconcile-facts.js';
import { Reconciliation } from './reconciliation.js';
import type { OpenItem } from './sealing.js';

let fixture: KeyStoreFixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

async function* from<T>(facts: readonly T[]): AsyncGenerator<T> {
  for (const fact of facts) yield await Promise.resolve(fact);
}

/** The facts of a ledger in which these keys were declared and these scopes erased. */
async function declarationsOf(store: KeyStore, subjects: readonly string[]): Promise<LedgerDeclaration[]> {
  const states = await Promise.all(subjects.map((subject) => store.subjects.state(subject)));
  return states.flatMap(({ keys }) => keys);
}
const erasureOf = (subjectId: string, erasureId: string = randomUUID()): LedgerErasure => ({
  subjectId,
  scope: 'identity',
  throughGeneration: 'all',
  erasureId,
});

const TABLES = ['subject_key', 'subject_fence', 'fenced_fp', 'contact_claim', 'archive_entry'];

/** Takes a copy of the tables that an erasure changes, and puts it back as a careless restore would. */
async function backup(): Promise<() => Promise<void>> {
  const { pool } = fixture.database;
  for (const table of TABLES) {
    await pool.query(`DROP TABLE IF EXISTS public.${table}`);
    await pool.query(`CREATE TABLE public.${table} AS TABLE ks.${table}`);
  }
  return async () => {
    await pool.query('ALTER TABLE ks.subject_key DISABLE TRIGGER subject_key_fence');
    for (const table of TABLES) {
      await pool.query(`DELETE FROM ks.${table}`);
      await pool.query(`INSERT INTO ks.${table} SELECT * FROM public.${table}`);
    }
    await pool.query('ALTER TABLE ks.subject_key ENABLE TRIGGER subject_key_fence');
  };
}

const claimOf = (subjectId: string) => ({
  subjectId,
  contactPointId: randomUUID(),
  commandId: randomUUID(),
  kind: 'email' as const,
  normalised: Personal.of(`${subjectId}@mail.example`),
});
const canOpen = async (store: KeyStore, item: OpenItem): Promise<boolean> =>
  (await store.subjects.openAll([item])).every((opened) => 'fields' in opened);

describe('reconciliation', () => {
  it('lets a restored key store revive nobody, and serves nothing before (invariant 7)', async () => {
    const { store } = fixture;
    const { pool } = fixture.database;
    const erased = await sealFor(store, randomUUID(), 'identity', { a: 1 });
    const kept = await sealFor(store, randomUUID(), 'identity', { b: 2 });
    const claims = [claimOf(erased.envelope.sub), claimOf(kept.envelope.sub)];
    for (const claim of claims) {
      await store.claims.claim(claim);
      await store.claims.confirm(claim.commandId);
    }
    // One leads to what is still retained of somebody, the other to what the restored store knows no end of yet.
    const until = '2029-01-01';
    await store.archive.enter(kept.envelope.sub, claims, [{ scope: 'evidence', until }]);
    await store.archive.enter(erased.envelope.sub, [claims[0]!], [{ scope: 'identity', until }]);
    const restore = await backup();
    const erasure = erasureOf(erased.envelope.sub);
    const [destroyed] = await store.subjects.destroy({ ...erasure, scopes: ['identity'] });
    await store.claims.releaseSubject(erasure.subjectId);
    await restore();

    const restarted = fixture.another();
    await expect(restarted.subjects.openAll([erased])).rejects.toThrow(KeysNotReconciled);
    await expect(restarted.claims.findLive(claims)).rejects.toThrow(KeysNotReconciled);
    await expect(restarted.archive.find(claims[0]!)).rejects.toThrow(KeysNotReconciled);
    // A key made now could take a generation that the ledger has given away already.
    const wish = { subjectId: randomUUID(), scope: 'identity' };
    await expect(restarted.subjects.prepare(wish)).rejects.toThrow(KeysNotReconciled);
    await expect(restarted.subjects.rotate(wish)).rejects.toThrow(KeysNotReconciled);
    expect((await store.subjects.state(wish.subjectId)).keys).toEqual([]);
    const declarations = await declarationsOf(store, [erased.envelope.sub, kept.envelope.sub]);
    const report = await restarted.subjects.reconcile(
      from([{ ...erasure, keys: destroyed!.keys }]),
      from(declarations),
    );
    expect(report).toEqual({
      erasures: 1,
      reshredded: [
        { kid: erased.envelope.kid, subjectId: erasure.subjectId, scope: 'identity', generation: 1 },
      ],
      claimsReleased: 1,
      archiveReleased: 1,
      destroyedWithoutOrder: [],
      missing: [],
    });
    restarted.reconciled();
    expect(await restarted.subjects.openAll([erased])).toEqual([{ erased: true }]);
    expect(await canOpen(restarted, kept)).toBe(true);
    expect(await restarted.claims.findLive(claims)).toEqual([[], [kept.envelope.sub]]);
    expect(await restarted.archive.find(claims[0]!)).toEqual([{ subjectId: kept.envelope.sub, until }]);
    expect((await pool.query('SELECT scope FROM ks.archive_entry')).rows).toEqual([
      { scope: 'evidence' },
      { scope: 'evidence' },
    ]);
  });

  it('destroys a key again when only the table of keys was restored', async () => {
    const { store } = fixture;
    const item = await sealFor(store, randomUUID(), 'identity', {});
    const erasure = erasureOf(item.envelope.sub);
    const { pool } = fixture.database;
    await pool.query('CREATE TABLE public.subject_key AS TABLE ks.subject_key');
    await store.subjects.destroy({ ...erasure, scopes: ['identity'] });
    await pool.query('ALTER TABLE ks.subject_key DISABLE TRIGGER subject_key_fence');
    await pool.query('DELETE FROM ks.subject_key');
    await pool.query('INSERT INTO ks.subject_key SELECT * FROM public.subject_key');
    const report = await store.subjects.reconcile(from([erasure]), from([]));
    expect(report.reshredded.map(({ kid }) => kid)).toEqual([item.envelope.kid]);
    expect(await store.subjects.openAll([item])).toEqual([{ erased: true }]);
  });

  it('changes nothing in a key store that is in order', async () => {
    const { store } = fixture;
    const items = await Promise.all([1, 2, 3].map((n) => sealFor(store, randomUUID(), 'identity', { n })));
    const erasure = erasureOf(items[0]!.envelope.sub);
    await store.subjects.destroy({ ...erasure, scopes: ['identity'] });
    const declarations = await declarationsOf(
      store,
      items.map(({ envelope }) => envelope.sub),
    );
    for (let run = 0; run < 2; run += 1) {
      expect(await store.subjects.reconcile(from([erasure]), from(declarations))).toEqual({
        erasures: 1,
        reshredded: [],
        claimsReleased: 0,
        archiveReleased: 0,
        destroyedWithoutOrder: [],
        missing: [],
      });
    }
    expect(await canOpen(store, items[1]!)).toBe(true);
  });

  it('finishes an erasure that died between its point of no return and the keys', async () => {
    const { store } = fixture;
    const item = await sealFor(store, randomUUID(), 'identity', {});
    const report = await store.subjects.reconcile(from([erasureOf(item.envelope.sub)]), from([]));
    expect(report.reshredded.map(({ kid }) => kid)).toEqual([item.envelope.kid]);
    expect(await store.subjects.openAll([item])).toEqual([{ erased: true }]);
  });

  it('leaves the younger generation when one value was erased', async () => {
    const { store } = fixture;
    const old = await sealFor(store, randomUUID(), 'identity', { v: 1 });
    const next = await store.subjects.rotate({ subjectId: old.envelope.sub, scope: 'identity' });
    await store.subjects.activate(next.kid, { declaredRevision: 2, createdEventId: randomUUID() });
    const young = await sealFor(store, old.envelope.sub, 'identity', { v: 2 });
    const report = await store.subjects.reconcile(
      from([{ ...erasureOf(old.envelope.sub), throughGeneration: 1 }]),
      from([]),
    );
    expect(report.reshredded.map(({ generation }) => generation)).toEqual([1]);
    expect(await store.subjects.openAll([old])).toEqual([{ erased: true }]);
    expect(await canOpen(store, young)).toBe(true);
  });

  it.each(['declarations', 'erasures'] as const)(
    'fences an erased person whom a restored key store has never heard of, by the keys that %s name',
    async (source) => {
      const { store } = fixture;
      const { envelope, context } = await sealFor(store, randomUUID(), 'identity', {});
      const keys = await declarationsOf(store, [envelope.sub]);
      await fixture.database.pool.query('DELETE FROM ks.subject_key');
      await fixture.database.pool.query('DELETE FROM ks.subject');
      const report = await store.subjects.reconcile(
        from([{ ...erasureOf(envelope.sub), keys: source === 'erasures' ? keys : [] }]),
        from(source === 'declarations' ? keys : []),
      );
      expect(report).toMatchObject({ missing: [], reshredded: [] });
      expect(await store.subjects.openAll([{ envelope, context }])).toEqual([{ erased: true }]);
      await expect(store.subjects.prepare({ subjectId: envelope.sub, scope: 'identity' })).rejects.toThrow(
        'destroyed',
      );
    },
  );

  it('reports the keys of living people that are missing, each time, and never gives their generation again', async () => {
    const { store } = fixture;
    const item = await sealFor(store, randomUUID(), 'identity', {});
    const declarations = await declarationsOf(store, [item.envelope.sub]);
    await fixture.database.pool.query('DELETE FROM ks.subject_key');
    for (let run = 0; run < 2; run += 1) {
      const report = await store.subjects.reconcile(from([]), from(declarations));
      expect(report.missing.map(({ kid }) => kid)).toEqual([item.envelope.kid]);
      expect(await store.subjects.openAll([item])).toEqual([{ unreadable: 'key-lost' }]);
    }
    const successor = await store.subjects.prepare({ subjectId: item.envelope.sub, scope: 'identity' });
    expect(successor.generation).toBe(2);
    const erasure = erasureOf(item.envelope.sub);
    await store.subjects.destroy({ ...erasure, scopes: ['identity'] });
    expect(await store.subjects.openAll([item])).toEqual([{ erased: true }]);
  });

  it('reports keys that were destroyed though nobody ordered it', async () => {
    const { store } = fixture;
    const item = await sealFor(store, randomUUID(), 'identity', {});
    await store.subjects.destroy({
      subjectId: item.envelope.sub,
      scopes: ['identity'],
      erasureId: randomUUID(),
    });
    const report = await store.subjects.reconcile(from([]), from([]));
    expect(report.destroyedWithoutOrder.map(({ kid }) => kid)).toEqual([item.envelope.kid]);
  });

  it('raises no alarm for an erasure that is under way', async () => {
    const { store } = fixture;
    const item = await sealFor(store, randomUUID(), 'identity', {});
    async function* readWhileErasing(): AsyncGenerator<LedgerErasure> {
      await store.subjects.destroy({
        subjectId: item.envelope.sub,
        scopes: ['identity'],
        erasureId: randomUUID(),
      });
      yield* [];
    }
    expect((await store.subjects.reconcile(readWhileErasing(), from([]))).destroyedWithoutOrder).toEqual([]);
  });

  it('copes with more facts than one batch holds', async () => {
    const items = await Promise.all(
      Array.from({ length: 7 }, () => sealFor(fixture.store, randomUUID(), 'identity', {})),
    );
    const people = items.map(({ envelope }) => envelope.sub);
    const declarations = await declarationsOf(fixture.store, people);
    const lost = await sealFor(fixture.store, randomUUID(), 'identity', {});
    const [missing] = await declarationsOf(fixture.store, [lost.envelope.sub]);
    await fixture.database.pool.query('DELETE FROM ks.subject_key WHERE kid = $1', [lost.envelope.kid]);
    const evicted: string[] = [];
    const db = new KeyDatabase(fixture.database.url);
    const vault = { evict: (kids: readonly string[]) => void evicted.push(...kids) };
    const report = await new Reconciliation(db, vault, 2).run(
      from(people.slice(0, 5).map((subjectId) => erasureOf(subjectId))),
      from([...declarations, missing!]),
    );
    await db.close();
    const shredded = items.slice(0, 5).map(({ envelope }) => envelope.kid);
    expect(report).toMatchObject({
      erasures: 5,
      missing: [{ kid: lost.envelope.kid }],
      destroyedWithoutOrder: [],
    });
    expect(report.reshredded.map(({ kid }) => kid)).toEqual(shredded);
    expect(evicted).toEqual(shredded);
    const opened = await fixture.store.subjects.openAll(items);
    expect(opened.map((each) => Object.keys(each)[0])).toEqual([
      ...shredded.map(() => 'erased'),
      'fields',
      'fields',
    ]);
  });
});

/** A ledger beside a key store that is backed up and restored at any moment. */
class RestoreWorld {
  readonly subjects = [randomUUID(), randomUUID(), randomUUID()];
  private store = fixture.store;
  private readonly items: OpenItem[] = [];
  private readonly declarations = new Map<string, LedgerDeclaration>();
  private readonly erasures: LedgerErasure[] = [];
  private alive = new Set<string>();
  private saved: { readonly alive: Set<string>; readonly restore: () => Promise<void> } | undefined;

  async seal(subject: number): Promise<void> {
    const subjectId = this.subjects[subject]!;
    if (this.isErased(subjectId)) return;
    const item = await sealFor(this.store, subjectId, 'identity', { a: 1 });
    this.items.push(item);
    this.alive.add(item.envelope.kid);
    for (const key of await declarationsOf(this.store, [subjectId])) {
      if (!this.declarations.has(key.kid)) this.declarations.set(key.kid, key);
    }
  }

  async erase(subject: number): Promise<void> {
    const erasure = erasureOf(this.subjects[subject]!);
    this.erasures.push(erasure);
    await this.store.subjects.destroy({ ...erasure, scopes: ['identity'] });
  }

  async backup(): Promise<void> {
    this.saved = { alive: new Set(this.alive), restore: await backup() };
  }

  async restore(): Promise<void> {
    if (this.saved === undefined) return;
    await this.saved.restore();
    this.alive = new Set(this.saved.alive);
    this.store = fixture.another();
    await expect(this.store.subjects.openAll(this.items)).rejects.toThrow(KeysNotReconciled);
    await this.store.subjects.reconcile(from(this.erasures), from([...this.declarations.values()]));
    this.store.reconciled();
  }

  async check(): Promise<void> {
    const expected = this.items.map(({ envelope }) => {
      if (this.isErased(envelope.sub)) return 'erased';
      return this.alive.has(envelope.kid) ? 'fields' : 'unreadable';
    });
    const opened = await this.store.subjects.openAll(this.items);
    expect(opened.map((each) => Object.keys(each)[0])).toEqual(expected);
  }

  private isErased(subjectId: string): boolean {
    return this.erasures.some((erasure) => erasure.subjectId === subjectId);
  }
}

describe('any sequence of seals, erasures, backups and restores', () => {
  it('never opens anything of an erased person, and everything else that the backup had (model, invariant 7)', async () => {
    const act = fc.record({
      kind: fc.constantFrom('seal', 'seal', 'erase', 'backup', 'restore'),
      subject: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 16 }), async (acts) => {
        const world = new RestoreWorld();
        await world.seal(0);
        await world.backup();
        for (const { kind, subject } of acts) {
          await world[kind](subject);
          await world.check();
        }
      }),
      { numRuns: 15 },
    );
  });
});
