import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDyingPostgres, type DyingPostgres } from '#testing';
import { NO_STREAM, aStream, events, readAll } from '../contract-suite/samples.js';
import { Unavailable } from '../errors.js';
import { PostgresEventStore } from './postgres-event-store.js';

// Goal: a connection that breaks at the very moment at which it is there fails what was asked of it, and not the
// process. Method: a server that lets clients in and dies in one packet; an event that nobody hears would end this run.

const TRIES = 20;

let server: DyingPostgres;
let store: PostgresEventStore;
beforeAll(async () => {
  server = await startDyingPostgres();
  store = new PostgresEventStore({ connectionString: server.url });
});
afterAll(async () => {
  await store.shutdown();
  await server.close();
});

describe('a connection of the event store that is broken when it is there', () => {
  it.each([
    ['an append', () => store.append(aStream(), NO_STREAM, events(1))],
    ['a read', () => readAll(store, `sample-${randomUUID()}`)],
    ['a ping', () => store.ping()],
  ] as const)('fails %s alone', async (_, ask) => {
    const before = server.admitted;
    for (let tries = 0; tries < TRIES; tries += 1) await expect(ask()).rejects.toThrow(Unavailable);
    expect(server.admitted - before).toBeGreaterThanOrEqual(TRIES);
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('keeps a subscription trying until it is ended', async () => {
    const before = server.admitted;
    const end = new AbortController();
    const items: unknown[] = [];
    const following = (async () => {
      for await (const item of store.subscribe({ after: 'start', signal: end.signal })) items.push(item);
    })();
    while (server.admitted - before < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    end.abort();
    await following;
    expect(items).toEqual([]);
  });
});
