import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { InMemoryEventStore, NewEvent, StoredEvent } from '#event-store';
import { canonicalJson, sha256, type Instant } from '#kernel';
import { LedgerFeed } from '../projection/ledger-feed.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  toyEvent,
  until,
  type ToyDatabase,
} from '../projection/toy.harness.js';
import { AuditCopy } from './audit-copy.js';
import { AuditWriter } from './audit-writer.js';
import { entryOf } from './entry.js';

// Goal: the audit copy is the ledger itself, once, dense and in order, whatever is written to the store; what was
// known at an instant is what a verifier computes from the entries alone. Method: random histories, two writers at
// once, events that no ledger would write, and roles that try to change rows.

const ledgerId = randomUUID();
let database: ToyDatabase;
let copy: AuditCopy;
let store: InMemoryEventStore;
const feeds: LedgerFeed[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  copy = new AuditCopy(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  store = await openToyLedger(ledgerId);
});
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
  await database.pool.query(
    `ALTER TABLE audit.entry DISABLE TRIGGER USER; TRUNCATE audit.entry, audit.checkpoint;
     ALTER TABLE audit.entry ENABLE TRIGGER USER`,
  );
});

function start(source = store, id = ledgerId): LedgerFeed {
  const feed = new LedgerFeed({ store: source, pool: database.pool, tickMs: 10, maxBackOffMs: 20 });
  new AuditWriter(feed, { identity: () => ({ ledgerId: id, generation: id }) });
  feed.start();
  feeds.push(feed);
  return feed;
}

async function allEvents(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const control = new AbortController();
  for await (const item of store.subscribe({ after: 'start', signal: control.signal })) {
    if ('kind' in item) break;
    events.push(item);
  }
  return events;
}

async function copied(): Promise<void> {
  const { length } = await allEvents();
  await until(async () => (await copy.size()) === BigInt(length), 'everything is copied');
}

const instant = (minute: number): Instant => new Date(Date.UTC(2026, 10, 21, 18, minute)).toISOString();

describe('the audit copy', () => {
  it('holds every event once, in the order of the store, with two writers that take turns', async () => {
    const people = Array.from({ length: 4 }, () => randomUUID());
    const first = start();
    start();
    for (let i = 0; i < 80; i += 1) {
      const person = people[i % 4]!;
      await append(store, `points-${person}`, points(person, i));
      if (i === 40) await first.stop();
    }
    await copied();
    const events = await allEvents();
    const entries = await copy.entries(0n, 1_000);
    expect(entries.map(({ idx }) => idx)).toEqual(events.map((_, i) => BigInt(i)));
    expect(entries.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id));
    for (const [i, event] of events.entries()) {
      const { entry, leafHash } = entryOf(ledgerId, event);
      expect(entries[i]).toMatchObject({ entry, stream: event.stream, revision: event.revision });
      expect(entries[i]?.leafHash).toEqual(leafHash);
    }
    expect(await copy.entryOfEvent(events[7]!.id)).toEqual(entries[7]);
    expect(await copy.entryOfEvent(randomUUID())).toBeUndefined();
  });

  it('goes on from its own checkpoint after a restart', async () => {
    const anna = randomUUID();
    const first = start();
    await append(store, `points-${anna}`, points(anna, 1, instant(9)));
    await copied();
    await first.stop();
    await append(store, `points-${anna}`, points(anna, 2, instant(3)));
    start();
    await copied();
    expect((await copy.entries(0n, 10)).map(({ idx }) => idx)).toEqual([0n, 1n, 2n]);
    // The clock of the later event was behind: it was known only when the earlier one was.
    expect([await copy.indexAt(instant(5)), await copy.indexAt(instant(9))]).toEqual([0n, 2n]);
  });

  it('parks nothing: what has no canonical entry enters by the hash of its bytes, with an alarm', async () => {
    const anna = randomUUID();
    const long = toyEvent('RulePublished', { text: 'x'.repeat(40_000) });
    const float = toyEvent('PointsAdded', { note: 'to be replaced' });
    await append(store, `rule-${anna}`, long);
    await append(store, `points-${anna}`, float);
    const strange = withFloats(store);
    const feed = new LedgerFeed({ store: strange, pool: database.pool, tickMs: 10 });
    new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
    feed.start();
    feeds.push(feed);
    await append(store, `points-${anna}`, points(anna, 1));
    await copied();
    const { rows } = await database.pool.query<{ alarm: string; entry: string; leaf_hash: Buffer }>(
      'SELECT alarm, entry, leaf_hash FROM audit.entry ORDER BY idx',
    );
    expect(rows.map(({ alarm }) => alarm)).toEqual([null, 'too-large', 'not-canonical', null]);
    for (const { entry, leaf_hash: leaf } of rows) {
      expect(canonicalJson(JSON.parse(entry))).toBe(entry);
      expect(leaf).toEqual(sha256(Buffer.of(0), entry));
    }
    const bytes = `[{"note":1.5},${canonicalJson(float.metadata)}]`;
    expect(JSON.parse(rows[2]?.entry ?? '')).toEqual({
      ...{ v: 1, led: ledgerId, stream: `points-${anna}`, rev: 0, id: float.id, type: 'PointsAdded' },
      raw: sha256(bytes).toString('base64url'),
    });
  });

  it('refuses a store that begins with another ledger, and its own rows that do not fit its checkpoint', async () => {
    const feed = start(store, randomUUID());
    await until(
      () => feed.states()[0]?.problem?.includes('not the opening of this ledger') === true,
      'it is refused',
    );
    expect(await copy.size()).toBe(0n);
    await feed.stop();
    start();
    await copied();
    await feeds.at(-1)!.stop();
    await database.pool.query('DELETE FROM audit.checkpoint');
    const again = start();
    await until(
      () => again.states()[0]?.problem?.includes('do not belong together') === true,
      'it is noticed',
    );
  });
});

/** The store as another program could have filled it: one event's data holds a float. */
function withFloats(inner: InMemoryEventStore): InMemoryEventStore {
  const subscribe: InMemoryEventStore['subscribe'] = async function* (options) {
    for await (const item of inner.subscribe(options)) {
      const isMarked = !('kind' in item) && canonicalJson(item.data) === '{"note":"to be replaced"}';
      yield isMarked ? { ...item, data: { note: 1.5 } } : item;
    }
  };
  return new Proxy(inner, {
    get: (target, name) => {
      if (name === 'subscribe') return subscribe;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('what was known at an instant', () => {
  it('is the last index up to which no later time stands, and the newest revisions up to it', async () => {
    const people = Array.from({ length: 3 }, () => randomUUID());
    const history = fc.array(fc.record({ who: fc.nat(2), minute: fc.nat(9), hasTime: fc.nat(5) }), {
      maxLength: 15,
    });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        store = await openToyLedger(ledgerId);
        for (const { who, minute, hasTime } of steps) {
          const person = people[who]!;
          const event: NewEvent = points(person, 1, instant(minute));
          await append(store, `points-${person}`, hasTime === 0 ? { ...event, metadata: {} } : event);
        }
        start();
        await copied();
        const events = await allEvents();
        for (let minute = 0; minute <= 10; minute += 1) {
          const idx = await copy.indexAt(instant(minute));
          expect(idx).toBe(indexByHand(events, instant(minute)));
          if (idx === undefined) continue;
          const streams = people.map((person) => `points-${person}`);
          expect(await copy.revisionsAt(streams, idx)).toEqual(revisionsByHand(events, streams, idx));
        }
        expect(await copy.indexAt('2020-01-01T00:00:00.000Z')).toBeUndefined();
        for (const feed of feeds.splice(0)) await feed.stop();
        await database.pool.query(
          `ALTER TABLE audit.entry DISABLE TRIGGER USER; TRUNCATE audit.entry, audit.checkpoint;
           ALTER TABLE audit.entry ENABLE TRIGGER USER`,
        );
      }),
      { numRuns: 15 },
    );
  });
});

/** As a verifier finds it: it reads entries and knows no table. */
function indexByHand(events: readonly StoredEvent[], knownAs: Instant): bigint | undefined {
  let max = '';
  let last: bigint | undefined;
  for (const [i, { metadata }] of events.entries()) {
    const { ts = '' } = metadata as { ts?: Instant };
    if (ts > max) max = ts;
    if (max <= knownAs) last = BigInt(i);
  }
  return last;
}

function revisionsByHand(
  events: readonly StoredEvent[],
  streams: string[],
  idx: bigint,
): Map<string, bigint> {
  const known = events.slice(0, Number(idx) + 1).filter(({ stream }) => streams.includes(stream));
  return new Map(known.map(({ stream, revision }) => [stream, revision]));
}

describe('the rows of the audit copy', () => {
  it('are added by the application and changed by nobody', async () => {
    start();
    await copied();
    await database.pool.query(`CREATE ROLE audit_app LOGIN PASSWORD 'x'`).catch(() => undefined);
    await database.pool.query(
      'GRANT USAGE ON SCHEMA audit TO audit_app; GRANT SELECT, INSERT ON audit.entry TO audit_app',
    );
    const app = new pg.Pool({ connectionString: database.urlFor('audit_app', 'x'), max: 1 });
    const changes = [
      "UPDATE audit.entry SET entry = '{}'",
      'DELETE FROM audit.entry',
      'TRUNCATE audit.entry',
    ];
    for (const pool of [app, database.pool]) {
      for (const change of changes) await expect(pool.query(change)).rejects.toMatchObject({ code: '42501' });
    }
    expect((await app.query('SELECT FROM audit.entry')).rowCount).toBeGreaterThan(0);
    await app.end();
  });
});
