import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { InMemoryEventStore, Unavailable, isCaughtUp, type EventStore, type StoredEvent } from '#event-store';
import { writePath, specCodec } from '../command/write-path.harness.js';
import { systemActor } from './ledger.js';
import { LedgerRefused } from './ledger-refused.js';
import { LEDGER_STREAM, openLedger } from './open-ledger.js';

const clock = { now: () => '2026-03-01T09:00:00.000Z' };
const ids = { uuid: () => randomUUID() };
const open = (store: EventStore) => openLedger({ store, codec: specCodec, clock, ids });

async function everything(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const end = new AbortController();
  for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    events.push(item);
  }
  end.abort();
  return events;
}

describe('opening a ledger', () => {
  it('an empty store becomes one: its first event says which', async () => {
    const store = new InMemoryEventStore();
    const identity = await open(store);
    const [opened, ...more] = await writePath(store).reader.history(LEDGER_STREAM);
    expect(more).toEqual([]);
    expect(opened).toMatchObject({
      type: 'LedgerOpened',
      data: {
        ledgerId: identity.ledgerId,
        openedAt: clock.now(),
        formats: { event: 1, entry: 1, envelope: 1 },
      },
      metadata: { actor: systemActor, sub: [], ts: clock.now() },
    });
    expect(identity.generation).toBe(identity.ledgerId);
  });

  it('a later start finds the same one and writes nothing', async () => {
    const store = new InMemoryEventStore();
    const first = await open(store);
    expect(await open(store)).toEqual(first);
    expect(await everything(store)).toHaveLength(1);
  });

  it('of many first starts one wins and all agree', async () => {
    const store = new InMemoryEventStore();
    const identities = await Promise.all(Array.from({ length: 10 }, () => open(store)));
    expect(new Set(identities.map(({ ledgerId }) => ledgerId)).size).toBe(1);
    expect(await everything(store)).toHaveLength(1);
  });

  it('a store that began with something else is left alone', async () => {
    const store = new InMemoryEventStore();
    const foreign = { id: randomUUID(), type: 'OrderPlaced', data: {}, metadata: {} };
    await store.append(`order-${randomUUID()}`, { kind: 'noStream' }, [foreign]);
    await expect(open(store)).rejects.toThrow(LedgerRefused);
    expect(await everything(store)).toHaveLength(1);
  });

  it('somebody who writes between the look and the opening is noticed', async () => {
    const store = new InMemoryEventStore();
    const late = Object.assign(Object.create(store) as EventStore, {
      ping: async () => undefined,
      subscribe: store.subscribe.bind(store),
      append: async (...call: Parameters<EventStore['append']>) => {
        const foreign = { id: randomUUID(), type: 'OrderPlaced', data: {}, metadata: {} };
        await store.append(`order-${randomUUID()}`, { kind: 'noStream' }, [foreign]);
        return store.append(...call);
      },
    });
    await expect(open(late)).rejects.toThrow(LedgerRefused);
  });

  it('an unknown outcome is offered again; a store that stays silent is not waited for for ever', async () => {
    const store = new InMemoryEventStore();
    store.failNextAppend(new Unavailable('unknown'));
    store.failNextAppend(new Unavailable('unknown'));
    await open(store);
    expect(await everything(store)).toHaveLength(1);
    const away = new InMemoryEventStore();
    away.failNextAppend(new Unavailable('notWritten'));
    await expect(open(away)).rejects.toThrow(Unavailable);
  });
});
