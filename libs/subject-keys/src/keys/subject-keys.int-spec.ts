import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  KeyNotActive,
  KeyUnknown,
  KeysNotReconciled,
  SubjectErased,
  WrongPersonalStream,
} from '../errors.js';
import type { KeyStore } from '../key-store.js';
import { contextIn, declare, openFixture, sealFor, type KeyStoreFixture } from './key-store.fixture.js';
import type { Opened, OpenItem } from './sealing.js';

let fixture: KeyStoreFixture;
let store: KeyStore;
beforeAll(async () => {
  fixture = await openFixture();
  store = fixture.store;
});
afterAll(() => fixture.close());

const subject = (): string => randomUUID();
const plain = (opened: Opened | undefined): unknown =>
  opened !== undefined && 'fields' in opened ? opened.fields.reveal() : opened;
const open = async (from: KeyStore, item: OpenItem): Promise<unknown> =>
  plain((await from.subjects.openAll([item]))[0]);

describe('provisioning', () => {
  it('creates a pending key with a random personal stream, then reuses it', async () => {
    const subjectId = subject();
    const first = await store.subjects.prepare({ subjectId, scope: 'identity' });
    expect(first).toMatchObject({
      status: 'pending',
      state: 'pending',
      generation: 1,
      subjectId,
      scope: 'identity',
    });
    expect(first.stream).toMatch(/^personal-[0-9a-f-]{36}$/);
    expect(first.kid).toMatch(/^k_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(await store.subjects.prepare({ subjectId, scope: 'identity' })).toEqual(first);
    await declare(store, first.kid);
    const again = await store.subjects.prepare({ subjectId, scope: 'identity' });
    expect(again).toEqual({ ...first, status: 'active', state: 'active' });
  });

  it('gives concurrent callers one key', async () => {
    const subjectId = subject();
    const other = fixture.another();
    other.reconciled();
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 ? store : other).subjects.prepare({ subjectId, scope: 'evidence' }),
      ),
    );
    expect(new Set(all.map(({ kid }) => kid)).size).toBe(1);
  });

  it('takes the proposed stream and key id for a new key only', async () => {
    const wish = {
      subjectId: subject(),
      scope: 'suppression',
      stream: `suppression-${subject()}`,
      kid: `k_${subject()}`,
    };
    expect(await store.subjects.prepare(wish)).toMatchObject({ stream: wish.stream, kid: wish.kid });
    const later = await store.subjects.prepare({ ...wish, stream: 'personal-x', kid: 'k_x' });
    expect(later).toMatchObject({ stream: wish.stream, kid: wish.kid });
    await expect(store.subjects.prepare({ ...wish, subjectId: subject() })).rejects.toThrow('in use');
  });

  it('lists keys that were never activated, for the reaper', async () => {
    const { kid } = await store.subjects.prepare({ subjectId: subject(), scope: 'contract' });
    expect((await store.subjects.pending(0)).map((key) => key.kid)).toContain(kid);
    expect((await store.subjects.pending(60_000)).map((key) => key.kid)).not.toContain(kid);
    await declare(store, kid);
    expect((await store.subjects.pending(0)).map((key) => key.kid)).not.toContain(kid);
  });

  it('activates twice without harm, and never what it does not know', async () => {
    const { kid } = await store.subjects.prepare({ subjectId: subject(), scope: 'contract' });
    await declare(store, kid);
    await declare(store, kid);
    await expect(declare(store, 'k_unknown')).rejects.toThrow(SubjectErased);
  });
});

describe('sealing and opening', () => {
  it('seals under the active key and opens in another process', async () => {
    const subjectId = subject();
    const item = await sealFor(store, subjectId, 'identity', { name: 'N' });
    const other = fixture.another();
    other.reconciled();
    expect(await open(other, item)).toEqual({ name: 'N' });
    const context = contextIn(item.context.stream);
    const envelope = await store.subjects.seal({ subjectId, scope: 'identity' }, context, { name: 'M' });
    expect(await open(other, { envelope, context })).toEqual({ name: 'M' });
  });

  it('seals nothing under a pending key, for another stream, or for nobody', async () => {
    const subjectId = subject();
    const { kid, stream } = await store.subjects.prepare({ subjectId, scope: 'identity' });
    await expect(store.subjects.seal({ kid }, contextIn(stream), {})).rejects.toThrow(KeyNotActive);
    await declare(store, kid);
    await expect(store.subjects.seal({ kid }, contextIn('personal-other'), {})).rejects.toThrow(
      WrongPersonalStream,
    );
    await expect(store.subjects.seal({ kid: 'k_x' }, contextIn(stream), {})).rejects.toThrow(KeyUnknown);
    await expect(
      store.subjects.seal({ subjectId, scope: 'marketing' }, contextIn(stream), {}),
    ).rejects.toThrow(KeyUnknown);
  });

  it('serves nothing before the erasures of the ledger are replayed', async () => {
    const item = await sealFor(store, subject(), 'identity', { a: 1 });
    const restarted = fixture.another();
    await expect(restarted.subjects.openAll([item])).rejects.toThrow(KeysNotReconciled);
    await expect(restarted.subjects.seal({ kid: item.envelope.kid }, item.context, { a: 1 })).rejects.toThrow(
      KeysNotReconciled,
    );
    restarted.reconciled();
    expect(await open(restarted, item)).toEqual({ a: 1 });
  });

  it('tells the owner of a personal stream', async () => {
    const item = await sealFor(store, subject(), 'identity', {});
    expect(await store.subjects.ownerOfStream(item.context.stream)).toMatchObject({
      subjectId: item.envelope.sub,
    });
    expect(await store.subjects.ownerOfStream('personal-unknown')).toBeUndefined();
  });

  it('discloses the key of one envelope', async () => {
    const item = await sealFor(store, subject(), 'evidence', { a: 1 });
    const [disclosed] = await store.subjects.discloseAll([item]);
    expect(
      disclosed !== undefined && 'messageKey' in disclosed && disclosed.messageKey.reveal(),
    ).toHaveLength(44);
  });
});

describe('destruction', () => {
  it('makes a scope unreadable at once in every process, and leaves other scopes and people (invariants 5, 11)', async () => {
    const subjectId = subject();
    const other = fixture.another();
    other.reconciled();
    const dead = await sealFor(store, subjectId, 'identity', { a: 1 });
    const kept = await sealFor(store, subjectId, 'evidence', { b: 2 });
    const neighbour = await sealFor(store, subject(), 'identity', { c: 3 });
    const items = [dead, kept, neighbour];
    expect((await other.subjects.openAll(items)).map(plain)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);

    const [destroyed] = await store.subjects.destroy({
      subjectId,
      scopes: ['identity'],
      erasureId: randomUUID(),
    });
    expect(destroyed).toMatchObject({
      scope: 'identity',
      throughGeneration: 1,
      keys: [{ kid: dead.envelope.kid }],
    });

    for (const process of [store, other]) {
      expect((await process.subjects.openAll(items)).map(plain)).toEqual([
        { erased: true },
        { b: 2 },
        { c: 3 },
      ]);
    }
    await expect(store.subjects.prepare({ subjectId, scope: 'identity' })).rejects.toThrow(SubjectErased);
    await expect(store.subjects.rotate({ subjectId, scope: 'identity' })).rejects.toThrow(SubjectErased);
    await expect(store.subjects.seal({ kid: dead.envelope.kid }, dead.context, {})).rejects.toThrow(
      SubjectErased,
    );
    await expect(store.subjects.seal({ subjectId, scope: 'identity' }, dead.context, {})).rejects.toThrow(
      SubjectErased,
    );
  });

  it('answers the same again for the same erasure', async () => {
    const subjectId = subject();
    await sealFor(store, subjectId, 'identity', {});
    const order = { subjectId, scopes: ['identity', 'marketing'], erasureId: randomUUID() };
    const first = await store.subjects.destroy(order);
    expect(await store.subjects.destroy(order)).toEqual(first);
    expect(first[1]).toMatchObject({ scope: 'marketing', throughGeneration: 0, keys: [] });
    const repeated = await store.subjects.destroy({ ...order, erasureId: randomUUID() });
    expect(repeated.map(({ keys }) => keys)).toEqual([[], []]);
  });

  it('closes a scope that never had a key', async () => {
    const subjectId = subject();
    await store.subjects.destroy({ subjectId, scopes: ['contract'], erasureId: randomUUID() });
    await expect(store.subjects.prepare({ subjectId, scope: 'contract' })).rejects.toThrow(SubjectErased);
    expect((await store.subjects.state(subjectId)).fences).toEqual([
      { scope: 'contract', throughGeneration: 0, closed: true },
    ]);
  });

  it('keeps a scope closed when an older generation is destroyed once more', async () => {
    const subjectId = subject();
    await sealFor(store, subjectId, 'identity', {});
    await store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    const late = [{ scope: 'identity', throughGeneration: 1 }];
    await store.subjects.destroy({ subjectId, scopes: late, erasureId: randomUUID() });
    await expect(store.subjects.prepare({ subjectId, scope: 'identity' })).rejects.toThrow(SubjectErased);
  });

  it('kills a key that is still pending, so that it can never be activated', async () => {
    const subjectId = subject();
    const { kid } = await store.subjects.prepare({ subjectId, scope: 'identity' });
    await store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    await expect(declare(store, kid)).rejects.toThrow(SubjectErased);
  });

  it('destroys an older generation and leaves the younger one', async () => {
    const subjectId = subject();
    const old = await sealFor(store, subjectId, 'identity', { value: 'old' });
    const next = await store.subjects.rotate({ subjectId, scope: 'identity' });
    expect(next).toMatchObject({ status: 'pending', generation: 2 });
    expect(await store.subjects.rotate({ subjectId, scope: 'identity' })).toEqual(next);
    await store.subjects.seal({ kid: old.envelope.kid }, contextIn(old.context.stream), {});
    await declare(store, next.kid);
    await expect(store.subjects.seal({ kid: old.envelope.kid }, old.context, {})).rejects.toThrow(
      KeyNotActive,
    );
    expect(await open(store, old)).toEqual({ value: 'old' });

    const survivor = await sealFor(store, subjectId, 'identity', { value: 'kept' });
    expect(survivor.envelope.kid).toBe(next.kid);
    const scopes = [{ scope: 'identity', throughGeneration: 1 }];
    const order = { subjectId, scopes, erasureId: randomUUID() };
    const destroyed = await store.subjects.destroy(order);
    expect(destroyed[0]).toMatchObject({ throughGeneration: 1, keys: [{ kid: old.envelope.kid }] });
    expect(await open(store, old)).toEqual({ erased: true });
    expect(await open(store, survivor)).toEqual({ value: 'kept' });
    expect(await store.subjects.destroy(order)).toEqual(destroyed);
    const third = await store.subjects.rotate({ subjectId, scope: 'identity' });
    expect(third.generation).toBe(3);
  });
});
