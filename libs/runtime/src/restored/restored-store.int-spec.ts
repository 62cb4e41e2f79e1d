import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { migrateEventStore, type EventStore, type NewEvent, type StoredEvent } from '#event-store';
import { canonicalJson, sha256Hex, type Json, type Uuid } from '#kernel';
import { AuditCopy } from '../audit/audit-copy.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { migrateLedgerDatabase } from '../ledger/migrate-ledger-database.js';
import { generationOf, LEDGER_STREAM } from '../ledger/open-ledger.js';
import { assertSameLedger } from '../ledger/same-ledger.js';
import { randomIds } from '../nest/system.js';
import { LedgerFeed } from '../projection/ledger-feed.js';
import {
  append,
  openToyDatabase,
  points,
  toyCodec,
  toyEvent,
  toyMetadata,
  until,
  type ToyDatabase,
} from '../projection/toy.harness.js';
import { acceptRestoredStore } from './accept-restored-store.js';
import { UNREACHABLE } from './held-floors.js';
import { eventsOf, histories, openBackedUpStore, type BackedUpStore } from './older-store.harness.js';
import { linesOf, restoredText } from './restored-texts.js';
import { differenceOf, type StoreDifference } from './store-difference.js';

// Goal: whoever puts an older event store back gets on, loses nothing that anybody still holds, and learns exactly what is
// lost; nothing that was a "no" becomes a yes. Method: histories of compliance and personal streams are copied, the
// store is put back to a prefix of them, written to again or not, accepted, and followed on. In memory, and in a server
// that speaks EventStoreDB's protocol: a real one is stopped, and an older copy of its data folder put in its place.

const ledgerId = randomUUID();
const clock = { now: () => '2026-11-22T12:00:00.000Z' };
let database: ToyDatabase;
let feeds: LedgerFeed[] = [];
let ledgers: BackedUpStore[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  const client = await database.pool.connect();
  await migrateEventStore(client);
  client.release();
  await migrateLedgerDatabase(database.url);
});
afterAll(() => database.drop());
afterEach(async () => {
  await stopFollowing();
  for (const ledger of ledgers) await ledger.close();
  ledgers = [];
});

async function clean(): Promise<void> {
  await database.pool.query(
    `SET session_replication_role = replica; DELETE FROM audit.lost_entry; DELETE FROM audit.restoration;
     DELETE FROM audit.entry; DELETE FROM audit.checkpoint; DELETE FROM ops.gate_floor; DELETE FROM ops.checkpoint;
     SET session_replication_role = DEFAULT`,
  );
}

async function stopFollowing(): Promise<void> {
  for (const feed of feeds) await feed.stop();
  feeds = [];
}

const personal = (): NewEvent => ({
  id: randomUUID(),
  type: 'PersonalDataSealed',
  data: {
    about: 'contact-point',
    $pd: [{ v: 1, kid: 'k', ct: Buffer.from(randomUUID()).toString('base64url') }],
  },
  metadata: toyMetadata('ledger.PersonalDataSealed/1', []),
});

const consentOf = (subject: Uuid): string => `consent-${subject}`;
const act = (subject: Uuid, n: number): NewEvent => toyEvent('BellRung', { n }, [subject]);

/** A ledger of its own, with nothing copied from it yet. */
async function openLedger(): Promise<BackedUpStore> {
  await clean();
  const ledger = await openBackedUpStore(ledgerId);
  ledgers.push(ledger);
  return ledger;
}

/** The audit copy follows the store until it stands where the store ends. */
async function follow(store: EventStore): Promise<void> {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 10, maxBackOffMs: 20 });
  feeds.push(feed);
  new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
  feed.start();
  const head = await store.head();
  await until(() => feed.states()[0]?.place?.position === head, 'the audit copy has come to the end');
  await stopFollowing();
}

async function difference(store: EventStore): Promise<StoreDifference> {
  const found = await differenceOf(store, database.pool, ledgerId);
  if (found === undefined) throw new Error('The databases know nothing');
  return found;
}

const accept = (store: EventStore, found: StoreDifference) =>
  acceptRestoredStore({ store, codec: toyCodec, owner: database.pool, clock, ids: randomIds }, found, {
    cause: 'hardware',
    reference: 'incident-7',
  });

const facts = (events: readonly StoredEvent[]): string[] =>
  events
    .filter(({ stream, type }) => !stream.startsWith('personal-') && type !== 'StoreRestored')
    .map(({ stream, revision, id, data, metadata }) =>
      canonicalJson([stream, String(revision), id, data, metadata]),
    )
    .sort();

describe('a store that was put back to an older state', () => {
  it('gets every fact back at its place, tells what is lost, and is followed on', async () => {
    const [anna, bob] = [randomUUID(), randomUUID()];
    const sealed = `personal-${randomUUID()}`;
    const ledger = await openLedger();
    await append(ledger.store(), sealed, personal());
    await append(ledger.store(), consentOf(anna), act(anna, 0));
    await ledger.backUp();
    await append(ledger.store(), sealed, personal(), personal());
    await append(ledger.store(), consentOf(anna), act(anna, 1), act(anna, 2));
    await append(ledger.store(), consentOf(bob), act(bob, 0));
    await follow(ledger.store());
    const before = facts(await eventsOf(ledger.store()));
    await ledger.putBack();
    const older = ledger.store();
    await expect(assertSameLedger(older, database.pool)).rejects.toMatchObject({ reason: 'another-history' });

    const found = await difference(older);
    expect(found).toMatchObject({ missing: 5, lost: 2, lostIndexes: [3, 4], unseen: 0, held: [] });
    expect(found.byCategory).toEqual([
      { category: 'consent', missing: 3, lost: 0 },
      { category: 'personal', missing: 2, lost: 2 },
    ]);
    const lines = linesOf(found, 'fr').join('\n');
    expect(lines).toContain('Il manque au magasin 5 événements');
    expect(lines).toContain(String(found.gap?.to.position));
    expect(restoredText('en', 'how', { lost: found.lost })).toContain('--accept-loss 2 ');

    const told = await accept(older, found);
    expect(told).toMatchObject({
      ...{ generationBefore: ledgerId, gap: { from: 3, to: 7 }, missing: 5, reentered: 3, lost: 2 },
      ...{
        lostByCategory: [{ category: 'personal', events: 2 }],
        lastKnown: { index: 7 },
        cause: 'hardware',
      },
      lostEntriesSha256: sha256Hex('3\n4\n'),
    });
    expect(await generationOf(older, ledgerId)).toBe(told.generationAfter);
    expect(facts(await eventsOf(older))).toEqual(before);

    await assertSameLedger(older, database.pool);
    await append(older, sealed, personal());
    await follow(older);
    const copy = new AuditCopy(database.pool);
    expect(await copy.size()).toBe(10n);
    // Where two sealed values were lost another one stands now, and it is this one that is asked for.
    expect(await copy.revisionsAt([sealed, consentOf(anna)], 100n)).toEqual(
      new Map([
        [sealed, 1n],
        [consentOf(anna), 2n],
      ]),
    );
    const again = await difference(older);
    expect(again).toMatchObject({
      missing: 0,
      lost: 0,
      begun: undefined,
      generations: { known: told.generationAfter },
    });
    await assertSameLedger(older, database.pool);
  });

  it('keeps whoever lost a fact for good at "no": nobody can say what it was', async () => {
    const [anna, bob, carl] = [randomUUID(), randomUUID(), randomUUID()];
    const ledger = await openLedger();
    await append(ledger.store(), consentOf(anna), act(anna, 0));
    await append(ledger.store(), consentOf(carl), act(carl, 0));
    await ledger.backUp();
    await append(ledger.store(), consentOf(anna), act(anna, 1));
    await append(ledger.store(), consentOf(bob), act(bob, 0));
    await follow(ledger.store());
    await ledger.putBack();
    const older = ledger.store();
    // A process went on with the older store: Anna's stream has taken another way.
    await append(older, consentOf(anna), act(anna, 9));
    // And somebody was answered about Carl whose event nobody has any more; about Bob all that was answered is known.
    await database.pool.query(
      `INSERT INTO ops.gate_floor VALUES ($1, 'consent', 1), ($2, 'consent', 0), ($3, 'consent', 1)`,
      [carl, bob, anna],
    );

    const found = await difference(older);
    expect(found).toMatchObject({ missing: 2, lost: 1, unseen: 1 });
    const told = await accept(older, found);
    expect(told).toMatchObject({ reentered: 1, lost: 1, unseen: 1, heldSubjects: 2 });
    expect(told.lostByCategory).toEqual([{ category: 'consent', events: 1 }]);
    const { rows } = await database.pool.query<{ subject_id: string }>(
      'SELECT subject_id FROM ops.gate_floor WHERE revision = $1',
      [UNREACHABLE],
    );
    expect(rows.map((row) => row.subject_id).sort()).toEqual([anna, carl].sort());

    await follow(older);
    expect(await new AuditCopy(database.pool).revisionsAt([consentOf(anna)], 100n)).toEqual(
      new Map([[consentOf(anna), 1n]]),
    );
    expect((await difference(older)).held).toEqual([]);
  });

  it('is taken up where an acceptance was interrupted, and declared once', async () => {
    const anna = randomUUID();
    const ledger = await openLedger();
    await ledger.backUp();
    await append(ledger.store(), consentOf(anna), act(anna, 0), act(anna, 1));
    await follow(ledger.store());
    await ledger.putBack();
    const older = ledger.store();
    const first = await difference(older);
    await database.pool.query('ALTER TABLE ops.rebuild RENAME TO away');
    await expect(accept(older, first)).rejects.toThrow('ops.rebuild');
    await database.pool.query('ALTER TABLE ops.away RENAME TO rebuild');
    await expect(assertSameLedger(older, database.pool)).resolves.toBeUndefined();
    const found = await difference(older);
    await accept(older, found);
    await follow(older);
    const restorations = (await eventsOf(older)).filter(({ type }) => type === 'StoreRestored');
    expect(restorations.map(({ stream }) => stream)).toEqual([LEDGER_STREAM]);
    await assertSameLedger(older, database.pool);
  });

  it('does not take back an entry that was tampered with', async () => {
    const anna = randomUUID();
    const ledger = await openLedger();
    await ledger.backUp();
    await append(ledger.store(), `points-${anna}`, points(anna, 1));
    await follow(ledger.store());
    await ledger.putBack();
    const older = ledger.store();
    await database.pool.query(
      `SET session_replication_role = replica;
       UPDATE audit.entry SET entry = replace(entry, '"points":1', '"points":2');
       SET session_replication_role = DEFAULT`,
    );
    const found = await difference(older);
    await expect(accept(older, found)).rejects.toThrow('does not fit its leaf hash');
    expect((await eventsOf(older)).length).toBe(1);
  });

  it('holds all facts again, whatever was written, wherever it was cut', async () => {
    const people = Array.from({ length: 3 }, () => randomUUID());
    const streams = people.flatMap((person) => [consentOf(person), `personal-${person}`]);
    const history = fc.array(fc.nat(streams.length - 1), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.nat(12), history, async (steps, cut, later) => {
        const ledger = await openLedger();
        const write = async (into: EventStore, step: number): Promise<void> => {
          const stream = streams[step]!;
          await append(
            into,
            stream,
            stream.startsWith('personal-') ? personal() : act(people[step >> 1]!, step),
          );
        };
        for (const step of steps.slice(0, cut)) await write(ledger.store(), step);
        await ledger.backUp();
        for (const step of steps.slice(cut)) await write(ledger.store(), step);
        await follow(ledger.store());
        const before = facts(await eventsOf(ledger.store()));
        await ledger.putBack();
        const older = ledger.store();
        const known = (await eventsOf(older)).length;
        const found = await difference(older);
        expect(found.missing).toBe(steps.length + 1 - known);
        const told = await accept(older, found);
        expect(facts(await eventsOf(older))).toEqual(before);
        for (const step of later) await write(older, step);
        await follow(older);
        const copy = new AuditCopy(database.pool);
        expect(await copy.size()).toBe(BigInt(steps.length + 2 + later.length));
        const ends = new Map<string, bigint>();
        for (const { stream, revision } of await eventsOf(older)) ends.set(stream, revision);
        expect(await copy.revisionsAt([...ends.keys()], 1_000n)).toEqual(ends);
        expect((await difference(older)).missing).toBe(0);
        await ledger.close();
        ledgers = [];
        expect(told.reentered + told.lost).toBe(told.missing);
      }),
      { numRuns: histories },
    );
  });
});

/** What a follower of the audit copy sees of the restoration is a fact like others. */
it('is a fact that the codec knows', async () => {
  const store = (await openLedger()).store();
  await follow(store);
  await accept(store, await difference(store));
  const [, restored] = await eventsOf(store);
  expect(toyCodec.decode(restored!)).toMatchObject({
    type: 'StoreRestored',
    data: { missing: 0 } satisfies Json,
  });
});
