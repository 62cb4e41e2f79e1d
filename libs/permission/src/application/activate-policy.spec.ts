import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createCodec, InMemoryEventStore, type EventStore } from '#event-store';
import { LedgerReader, systemActor, type AuditCopy } from '#runtime';
import { permissionEvents, POLICY_STREAM } from '../contract.js';
import { fr20261121 } from '../domain/policy/fr-2026-11-21/policy.js';
import { fingerprintOf, publishedPolicies, type PublishedPolicy } from '../domain/policy/published.js';
import { activatePolicy } from './activate-policy.js';
import { PolicyActivations } from './policy-activations.js';

// Goal: since when a version of the policy is in force stands in the ledger once, whoever starts and however many at
// once; the version to answer by is what the ledger knew at the instant that is asked about. Method: programs with one
// version and with two over one store; the audit copy told by revision.

const clock = { now: () => '2026-03-01T09:00:00.000Z' };
const later = { now: () => '2027-01-04T09:00:00.000Z' };
const ids = { uuid: () => randomUUID() };
const codec = createCodec({ definitions: permissionEvents.definitions, upcasters: [] });
const next = { ...fr20261121, version: 'fr-2027-01-01' };
// However many there are: two programs, one version apart.
const older = publishedPolicies.slice(0, 1);
const newer = [...older, { policy: next, sha256: fingerprintOf(next) }];
const [current] = publishedPolicies;

const start = (store: EventStore, published: readonly PublishedPolicy[], at = clock) =>
  activatePolicy({ store, codec, clock: at, ids }, published);
const record = (store: EventStore) => new LedgerReader(store, codec).history(POLICY_STREAM);
const versionsIn = async (store: EventStore) =>
  (await record(store)).map(({ data }) => (data as { version: string }).version);

/** The copy as it was when the stream ended at a revision. */
const copyUpTo = (revisions: Readonly<Record<string, bigint>>) =>
  ({
    revisionsAt: (_: unknown, index: bigint) => {
      const revision = revisions[String(index)];
      return Promise.resolve(revision === undefined ? new Map() : new Map([[POLICY_STREAM, revision]]));
    },
  }) as unknown as AuditCopy;

describe('a start', () => {
  it('puts the newest version on record, with its hash, in the name of the ledger', async () => {
    const store = new InMemoryEventStore();
    await start(store, older);
    const [event, ...more] = await record(store);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'PolicyActivated',
      data: { version: current!.policy.version, sha256: current!.sha256, occurredAt: clock.now() },
      metadata: { actor: systemActor, sub: [] },
    });
  });

  it('of many at once, and of any later one, writes it once', async () => {
    const store = new InMemoryEventStore();
    await Promise.all(Array.from({ length: 10 }, () => start(store, older)));
    await start(store, older, later);
    expect(await versionsIn(store)).toEqual([current!.policy.version]);
  });

  it('of a newer program adds its version, and an older one beside it adds nothing', async () => {
    const store = new InMemoryEventStore();
    await start(store, older);
    await Promise.all([start(store, newer, later), start(store, older, later), start(store, newer, later)]);
    await start(store, older, later);
    expect(await versionsIn(store)).toEqual([current!.policy.version, next.version]);
  });

  it('leaves a stream alone that only a newer program can read', async () => {
    const store = new InMemoryEventStore();
    const foreign = { id: randomUUID(), type: 'PolicySuspended', data: {}, metadata: {} };
    await store.append(POLICY_STREAM, { kind: 'noStream' }, [foreign]);
    await start(store, older);
    const left = [];
    for await (const { type } of store.read(POLICY_STREAM)) left.push(type);
    expect(left).toEqual(['PolicySuspended']);
  });
});

describe('the version to answer by', () => {
  const activations = (store: EventStore, published: readonly PublishedPolicy[]) =>
    new PolicyActivations(store, codec, copyUpTo({ 5: 0n, 9: 1n }), published);

  it('is what was in force by what was known then', async () => {
    const store = new InMemoryEventStore();
    await start(store, older);
    await start(store, newer, later);
    const policies = activations(store, newer);
    const told = async (index: bigint | undefined) => {
      const { policy, activatedAt } = await policies.knownAt(index);
      return [policy.version, activatedAt];
    };
    expect(await told(undefined)).toEqual([current!.policy.version, undefined]);
    expect(await told(3n)).toEqual([current!.policy.version, undefined]);
    expect(await told(5n)).toEqual([current!.policy.version, clock.now()]);
    expect(await told(9n)).toEqual([next.version, later.now()]);
    expect((await policies.now()).policy.version).toBe(next.version);
  });

  it('changes in a running program as soon as its newest is on record', async () => {
    const store = new InMemoryEventStore();
    await start(store, older);
    const policies = activations(store, newer);
    expect((await policies.now()).policy.version).toBe(current!.policy.version);
    await start(store, newer, later);
    expect((await policies.now()).policy.version).toBe(next.version);
  });

  it('is what an older program holds, beside a newer one', async () => {
    const store = new InMemoryEventStore();
    await start(store, older);
    await start(store, newer, later);
    const policies = activations(store, older);
    expect((await policies.now()).policy.version).toBe(current!.policy.version);
    expect((await policies.knownAt(9n)).activatedAt).toBe(clock.now());
  });
});
