import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { categoryOf, InMemoryEventStore, type LedgerEvent, type StoredEvent } from '#event-store';
import { PastMoments, Problem } from '#http';
import type { Uuid } from '#kernel';
import {
  AuditCopy,
  AuditWriter,
  gateCategories,
  LedgerFeed,
  ledgerMigrations,
  openLedger,
  ProjectionRunner,
  randomIds,
  StoredCheckpoints,
  StreamEnds,
} from '#runtime';
import { openTestDatabase, type TestDatabase } from '#testing';
import { anyHistory } from '../any-history.fixture.js';
import { consentGiven, saidNo } from '../consent-facts.fixture.js';
import { appendFacts, day, fixtureCodec, type Fact } from '../contacts.fixture.js';
import { registered } from '../subject-facts.fixture.js';
import type { ContactFacts } from '../domain/contact-facts.js';
import type { DecidingFacts } from '../domain/deciding-facts.js';
import { contactState, type ContactState } from '../domain/contact-state.js';
import { effectiveAt } from '../domain/effective-at.js';
import { contactFactsOf } from '../read-model/contact-rows.js';
import { contactStateEntities } from '../read-model/contact-state.entity.js';
import { contactStateProjection } from '../read-model/contact-state.projection.js';
import { ContactStateQuery } from '../read-model/contact-state.query.js';
import { StandingQuery } from '../read-model/standing.query.js';
import { ContactStates, MAX_STANDING, type StandingContact } from './contact-states.js';
import { replayRows } from './row-store.js';
import { CatchUpAtStart } from './catch-up-at-start.js';
import { streamsOfSubject, SubjectHistory } from './subject-history.js';

// Goal: the state of today, read from the tables, and the state of any past day, folded from the streams, cannot
// disagree. Method: random histories in a store; projector and audit copy on a real PostgreSQL; compare with a fold
// written the slow way.

let database: TestDatabase;
let dataSource: DataSource;
let store: InMemoryEventStore;
let feed: LedgerFeed;
let copy: AuditCopy;
let states: ContactStates;
let moments: PastMoments;
const clock = { now: () => day(400) };

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: contactStateEntities,
    migrations: ledgerMigrations,
  }).initialize();
  await dataSource.runMigrations();
  store = new InMemoryEventStore();
  const ledger = await openLedger({
    store,
    codec: fixtureCodec,
    clock: { now: () => day(0) },
    ids: randomIds,
  });
  feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20 });
  new AuditWriter(feed, { identity: () => ledger });
  const projections = [contactStateProjection];
  new ProjectionRunner({ feed, codec: fixtureCodec, dataSource, projections });
  feed.start();
  copy = new AuditCopy(database.pool);
  const checkpoints = new StoredCheckpoints(database.pool);
  states = startedAnew();
  moments = new PastMoments(copy, database.pool, store, checkpoints);
  await caughtUp();
});
afterAll(async () => {
  await feed.stop();
  await dataSource.destroy();
  await database.drop();
});

/** As a process that has just been started has them. */
function startedAnew(): ContactStates {
  return new ContactStates(
    new ContactStateQuery(database.pool),
    new SubjectHistory(store, fixtureCodec),
    copy,
    clock,
    new StandingQuery(database.pool, new StreamEnds(store)),
    new CatchUpAtStart(store),
  );
}

async function caughtUp(): Promise<void> {
  const head = await store.head();
  const checkpoints = new StoredCheckpoints(database.pool);
  for (const follower of ['audit', 'contact-state']) {
    if (head !== undefined && !(await checkpoints.waitFor(follower, head, 120_000)))
      throw new Error(`${follower} does not catch up`);
  }
}

async function everything(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const control = new AbortController();
  for await (const item of store.subscribe({ after: 'start', signal: control.signal })) {
    if (!('stream' in item)) break;
    events.push(item);
  }
  control.abort();
  return events;
}

/** Nothing is projected until it is released: the row by which the projector owns its place is locked. */
async function holdTheProjector(): Promise<{ release(): Promise<void> }> {
  const client = await database.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM ops.checkpoint WHERE projection = $1 FOR UPDATE', ['contact-state']);
  return {
    release: async () => {
      await client.query('ROLLBACK');
      client.release();
    },
  };
}

/** Every act is answered, so the floors of its streams are up; gives the floors of a person as the rows tell them. */
async function answer(facts: readonly Fact[]): Promise<(id: Uuid) => object> {
  const ends = new Map<string, number>();
  for (const { stream } of facts) ends.set(stream, (ends.get(stream) ?? -1) + 1);
  for (const [stream, revision] of ends) await raise(stream, revision);
  const endOf = (stream: string) => ends.get(stream) ?? null;
  return (id) => {
    const told = Object.fromEntries(
      streamsOfSubject(id).map((stream) => [categoryOf(stream), endOf(stream)]),
    );
    return Object.values(told).some((end) => end !== null) ? told : {};
  };
}

async function raise(stream: string, revision: number): Promise<void> {
  const category = categoryOf(stream);
  await database.pool.query(
    `INSERT INTO ops.gate_floor VALUES ($1, $2, $3)
     ON CONFLICT (subject_id, category) DO UPDATE SET revision = excluded.revision`,
    [stream.slice(category.length + 1), category, revision],
  );
}

function expectStanding(one: StandingContact | undefined, subjectId: Uuid, expected: ContactFacts): void {
  expect([one?.subjectId, one?.isParked]).toEqual([subjectId, false]);
  expect(one && whatDecides(one.facts)).toEqual(whatDecides(expected));
}

/** The facts that decide, member by member, as rows come in no order of their own. */
function whatDecides(facts: DecidingFacts): object {
  const { subject, contactPoints, consents, nos, restrictions, relationships, solicitations, informed } =
    facts;
  const told = {
    subject: subject && [only(subject, 'audience collection registeredAt isErased revisions')],
    contactPoints: contactPoints.map((one) => only(one, 'contactPointId kind use timeZone state')),
    consents: consents.map((one) => ({
      ...only(one, 'eventId revision consentId purposeId channel controllerId contactPointIds givenAt'),
      ...only(one, 'validUntil grade goodsNature namedRecipientIds acceptedSlots age hasParentalConsent'),
      ...only(one, 'notice'),
      endings: one.endings.map((ending) => only(ending, 'state at eventId revision')),
    })),
    nos: nos.map((one) => only(one, 'eventId revision kind purposeId channel controllerId at')),
    restrictions: restrictions.map((one) => only(one, 'eventId revision purposeIds state')),
    relationships: relationships.map((one) => ({
      ...only(one, 'eventId revision controllerId kind productCategories contractId at'),
      collection:
        one.contactCollection && only(one.contactCollection, 'direct contactPointIds objectionOffered'),
    })),
    solicitations: solicitations.map((one) => ({
      ...only(one, 'eventId revision attemptId controllerId channel state outcome at expiresAt'),
    })),
    informed: informed.map((one) => only(one, 'controllerId article at eventId revision')),
  };
  return Object.fromEntries(
    Object.entries(told).map(([name, list]) => [name, list?.map((item) => JSON.stringify(item)).sort()]),
  );
}

/** Some members of a fact, which are all there. */
function only(fact: object, members: string): object {
  const told = members
    .split(' ')
    .map((member) => [member, (fact as Readonly<Record<string, unknown>>)[member]] as const);
  expect(told.filter(([, value]) => value === undefined)).toEqual([]);
  return Object.fromEntries(told);
}

/** The slow way: the whole log as of an index, through the projection. */
function expectedFacts(log: readonly LedgerEvent[], subjectId: Uuid, at: string): ContactFacts {
  const told = log.filter(
    (event) => contactStateProjection.handles.includes(event.type) && effectiveAt(event) <= at,
  );
  const rowsOf = replayRows(contactStateProjection, told);
  return contactFactsOf((entity) => rowsOf(entity).filter((row) => row['subject_id'] === subjectId));
}

function expectedState(log: readonly LedgerEvent[], subjectId: Uuid, at: string): ContactState {
  return contactState(expectedFacts(log, subjectId, at), at);
}

/** Rows come in no order of their own. */
function inOrder<T extends { readonly eventId: string }>(facts: readonly T[]): readonly T[] {
  return [...facts].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

describe('the state of a contact', () => {
  it('is the same from the tables, from a replay of its streams, and from the whole log, on any day', async () => {
    const question = fc.record({ at: fc.nat(110), knownAs: fc.nat(110) });
    const people = fc.constant(null).map(() => [randomUUID(), randomUUID(), randomUUID()]);
    const history = people.chain((ids) =>
      fc.record({
        ids: fc.constant(ids),
        facts: fc
          .tuple(
            ...ids.map((id) =>
              anyHistory(
                id,
                ids.filter((other) => other !== id),
              ),
            ),
          )
          .map((all) => all.flat().sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))),
      }),
    );
    await fc.assert(
      fc.asyncProperty(history, fc.array(question, { maxLength: 4 }), async ({ ids, facts }, questions) => {
        await appendFacts(store, facts);
        const answered = await answer(facts);
        const atOnce = await states.standing(ids);
        await caughtUp();
        const later = await states.standing(ids);
        const log = (await everything()).map((event) => fixtureCodec.decode(event));
        for (const [index, id] of ids.entries()) {
          const expected = expectedFacts(log, id, day(400));
          for (const { people } of [atOnce, later]) expectStanding(people[index], id, expected);
          expect(atOnce.people[index]?.facts.subject?.revisions ?? {}).toEqual(answered(id));
          const today = await states.of(id, undefined);
          expect(contactState(today.facts, day(400))).toEqual(expectedState(log, id, day(400)));
          const replayed = await states.of(id, { at: day(400) });
          expect(replayed.facts.subject).toEqual(today.facts.subject);
          expect(contactState(replayed.facts, day(400))).toEqual(contactState(today.facts, day(400)));
          expect(inOrder(replayed.facts.relationships)).toEqual(inOrder(today.facts.relationships));
          expect(inOrder(replayed.facts.solicitations)).toEqual(inOrder(today.facts.solicitations));
          for (const { at, knownAs } of questions) {
            const moment = await moments.resolve({ at: day(at), knownAs: day(knownAs) });
            const index = moment?.known?.index;
            const then = log.slice(0, Number(index ?? -1n) + 1);
            const past = await states.of(id, moment);
            expect(contactState(past.facts, day(at))).toEqual(expectedState(then, id, day(at)));
            const { solicitations } = expectedFacts(then, id, day(at));
            expect(inOrder(past.facts.solicitations)).toEqual(inOrder(solicitations));
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it('is of nobody where nothing is known', async () => {
    const contact = await states.of(randomUUID(), undefined);
    expect([contact.isKnownNow, contact.facts.subject]).toEqual([false, undefined]);
  });

  it('is told of a person before the ledger knew them, as nothing', async () => {
    const id = randomUUID();
    await appendFacts(store, [registered(id, day(300)), consentGiven(id, { at: day(301) })]);
    await caughtUp();
    const before = await states.of(id, await moments.resolve({ knownAs: day(299) }));
    expect([before.isKnownNow, before.facts.subject]).toEqual([true, undefined]);
  });
});

describe('an event that cannot be read', () => {
  it('marks its person alone, today and in every replay', async () => {
    const [broken, sound] = [randomUUID(), randomUUID()];
    await appendFacts(store, [registered(broken, day(310)), consentGiven(broken, { at: day(311) })]);
    await store.append(`consent-${broken}`, { kind: 'revision', revision: 0n }, [
      { id: randomUUID(), type: 'ConsentWithdrawn', data: { nothing: 'fits' }, metadata: {} },
    ]);
    await appendFacts(store, [saidNo(broken, { at: day(312) }), registered(sound, day(312))]);
    await caughtUp();
    for (const moment of [undefined, { at: day(399) }]) {
      const contact = await states.of(broken, moment);
      expect([contact.isParked, contact.isKnownNow, contact.facts.nos]).toEqual([true, true, []]);
      expect((await states.of(sound, moment)).isParked).toBe(false);
    }
    expect((await states.of(broken, { at: day(399), known: { as: day(0), index: 0n } })).isParked).toBe(
      false,
    );
  });
});

describe('what stands now', () => {
  it('is answered for each, in the order asked, by the clock of the database', async () => {
    const [one, nobody] = [randomUUID(), randomUUID()];
    await appendFacts(store, [registered(one, day(320))]);
    await caughtUp();
    const before = new Date().toISOString();
    const { at, position, people } = await states.standing([nobody, one, nobody]);
    expect(at >= before).toBe(true);
    expect(position).toBe(await store.head());
    expect(people.map(({ facts }) => facts.subject?.registeredAt)).toEqual([undefined, day(320), undefined]);
    await expect(states.standing(Array.from({ length: MAX_STANDING + 1 }, () => one))).rejects.toThrow(
      RangeError,
    );
  });

  it('counts as parked where the streams end below the floor, or cannot be read', async () => {
    const [ahead, broken] = [randomUUID(), randomUUID()];
    await appendFacts(store, [registered(ahead), registered(broken), consentGiven(ahead)]);
    await caughtUp();
    await raise(`consent-${ahead}`, 1);
    await store.append(`consent-${broken}`, { kind: 'noStream' }, [
      { id: randomUUID(), type: 'ConsentWithdrawn', data: { nothing: 'fits' }, metadata: {} },
    ]);
    await raise(`consent-${broken}`, 0);
    for (const again of [false, true]) {
      if (again) await caughtUp();
      const { people } = await states.standing([ahead, broken]);
      expect(people.map(({ isParked }) => isParked)).toEqual([true, true]);
    }
  });

  it('is not taken from a database that was put back behind the store, floors and all', async () => {
    const [before, after, nobody] = [randomUUID(), randomUUID(), randomUUID()];
    await appendFacts(store, [registered(before), consentGiven(before)]);
    await caughtUp();
    const said = async (all: ContactStates, id: Uuid) =>
      (await all.standing([id])).people.map(({ facts }) => facts.nos.length);
    const held = await holdTheProjector();
    try {
      await appendFacts(store, [saidNo(before), registered(after), saidNo(after)]);
      const restarted = startedAnew();
      expect([await said(restarted, before), await said(restarted, after)]).toEqual([[1], [1]]);
      expect(await said(restarted, nobody)).toEqual([0]);
    } finally {
      await held.release();
    }
    await caughtUp();
    const restarted = startedAnew();
    expect(await said(restarted, before)).toEqual([1]);
    // From then on the rows are believed: what is appended behind the back of every command takes effect with them.
    const again = await holdTheProjector();
    try {
      await appendFacts(store, [saidNo(nobody)]);
      expect(await said(restarted, nobody)).toEqual([0]);
    } finally {
      await again.release();
    }
  });

  it('is told by every type of event of the streams whose floors count', () => {
    const told = streamsOfSubject(randomUUID()).map(categoryOf);
    expect(gateCategories).toEqual(expect.arrayContaining(told));
    const silent = fixtureCodec.catalogue.definitions.filter(
      ({ category, type }) => told.includes(category) && !contactStateProjection.handles.includes(type),
    );
    expect(silent).toEqual([]);
  });
});

describe('a question about the past', () => {
  it('is about now without instants, and about one instant with one', async () => {
    expect(await moments.resolve({})).toBeUndefined();
    expect(await moments.resolve({ at: day(5) })).toEqual({ at: day(5) });
    expect(await moments.resolve({ knownAs: day(0) })).toMatchObject({
      at: day(0),
      known: { as: day(0), index: 0n },
    });
  });

  it('names no entry before the first one', async () => {
    const before = await moments.resolve({ knownAs: '2024-01-01T00:00:00.000Z' });
    expect(before?.known).toEqual({ as: '2024-01-01T00:00:00.000Z', index: undefined });
  });

  it('is refused within the settle bound, because an act received before may still be recorded', async () => {
    const asked = (ago: number) => moments.resolve({ knownAs: new Date(Date.now() - ago).toISOString() });
    await expect(asked(50_000)).rejects.toMatchObject({
      code: 'invalid-request',
      details: { faults: [{ pointer: '?knownAs', code: 'not-a-match' }] },
    });
    expect(await asked(70_000)).toHaveProperty('known');
  });

  it('waits for an audit copy that lags behind the store', async () => {
    const late = new PastMoments(
      copy,
      database.pool,
      { head: () => Promise.resolve('99999999999999999999' as never) },
      new StoredCheckpoints(database.pool),
    );
    const last = new Date(Date.now() - 70_000).toISOString();
    await expect(late.resolve({ knownAs: last })).rejects.toThrow(Problem);
    expect(await late.resolve({ knownAs: day(0) })).toHaveProperty('known.index', 0n);
  });
});
