import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectedAfter, type EventStoreErasure } from '#event-store';
import { AuditCopy, leafOf } from '#runtime';
import { openRightsLedger, sealFor, type RightsLedger, type RightsProcess } from '../rights.harness.js';
import { AuditFacts } from './audit-facts.js';
import {
  factsOf,
  livePayloads,
  ofType,
  orderErasure,
  pass,
  purge,
  react,
  streamsOf,
  untilCopied,
} from './eraser.harness.js';

// Goal: what is unreadable becomes gone, and nothing of it is said before it is proven. Method: a ledger on PostgreSQL
// with its audit copy; what the store does at the decisive moment is put between it and the eraser.

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  ledger.copyForAudit();
  process = await ledger.start({ purgeEveryHours: 0 });
});
afterAll(() => ledger.close());

/** Somebody whose identity and marketing are unreadable; nothing of marketing was ever sealed. */
async function unreadable(by: RightsProcess = process) {
  const subjectId = randomUUID();
  await sealFor(by, subjectId, 'identity', `${subjectId}@mail.example`);
  await by.keyStore.subjects.prepare({ subjectId, scope: 'marketing' });
  const streams = await streamsOf(by, subjectId);
  await untilCopied(ledger);
  const erasure = await orderErasure(by, subjectId, ['identity', 'marketing']);
  await react(by, erasure);
  await untilCopied(ledger);
  return { ...erasure, streams, identity: streams['identity'] ?? '', marketing: streams['marketing'] ?? '' };
}

describe('what is unreadable', () => {
  it('is closed where it ends, purged, proven and completed, never-written streams included', async () => {
    const { subjectId, erasureId, identity, marketing } = await unreadable();
    expect(await livePayloads(ledger, [identity])).toBe(1);
    const size = await new AuditCopy(ledger.database.pool).size();
    await pass(process);
    await purge(process);

    const facts = await factsOf(process, subjectId);
    const closed = { erasureId, subjectId, generation: 1 };
    expect(ofType(facts, 'PersonalStreamClosed')).toEqual(
      expect.arrayContaining([
        { ...closed, scope: 'identity', stream: identity, lastRevision: 0 },
        { ...closed, scope: 'marketing', stream: marketing },
      ]),
    );
    const [purged] = ofType(facts, 'PersonalStreamsPurged');
    expect(purged).toMatchObject({ erasureId, technique: 'physical-delete' });
    expect([...(purged?.streams ?? [])].sort()).toEqual([identity, marketing].sort());
    expect(purged?.backupsDeadBy).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(facts.at(-1)).toMatchObject({ type: 'ErasureCompleted', data: { erasureId } });
    expect(await livePayloads(ledger, [identity, marketing])).toBe(0);

    // The audit copy lost nothing: every entry of the purged stream is still what its leaf says.
    await untilCopied(ledger);
    const entries = await new AuditCopy(ledger.database.pool).entries(0n, 10_000);
    expect(entries.length).toBeGreaterThan(Number(size));
    expect(entries.filter(({ stream }) => stream === identity)).toHaveLength(1);
    for (const { entry, leafHash: leaf } of entries) expect(leafOf(entry).leafHash.equals(leaf)).toBe(true);
  });

  it('waits for the next purge, which takes all that waits in one run', async () => {
    const patient = await ledger.start({ purgeEveryHours: 24, backupDays: undefined });
    const people = [await unreadable(patient), await unreadable(patient)];
    await pass(patient);
    await purge(patient);
    for (const { subjectId } of people)
      expect(ofType(await factsOf(process, subjectId), 'PersonalStreamsPurged')).toEqual([]);

    await purge(process);
    const runs = new Set<string>();
    for (const { subjectId } of people) {
      const facts = await factsOf(process, subjectId);
      for (const { purgeRunId } of ofType(facts, 'PersonalStreamsPurged')) runs.add(purgeRunId);
      expect(ofType(facts, 'ErasureCompleted')).toHaveLength(1);
    }
    expect(runs.size).toBe(1);
  });

  it('is not called completed twice, nor gone in another run, however often the eraser passes', async () => {
    const { subjectId } = await unreadable();
    for (let times = 0; times < 3; times += 1) {
      await pass(process);
      await purge(process);
    }
    const facts = await factsOf(process, subjectId);
    expect(ofType(facts, 'PersonalStreamClosed')).toHaveLength(2);
    expect(ofType(facts, 'PersonalStreamsPurged')).toHaveLength(1);
    expect(ofType(facts, 'ErasureCompleted')).toHaveLength(1);
  });
});

describe('a stream', () => {
  it('is not closed before the audit copy holds its end', async () => {
    const alone = await openRightsLedger();
    try {
      const eraser = await alone.start({ purgeEveryHours: 0 });
      const subjectId = randomUUID();
      await sealFor(eraser, subjectId, 'identity', 'anna@mail.example');
      const { identity = '' } = await streamsOf(eraser, subjectId);
      await react(eraser, await orderErasure(eraser, subjectId, ['identity']));
      await pass(eraser);
      const facts = await factsOf(eraser, subjectId);
      expect(facts.at(-1)?.type).toBe('PurgeAcknowledged');
      // The store has not closed it either: an event still finds its place.
      const event = { id: randomUUID(), type: 'PersonalDataSealed', data: {}, metadata: {} };
      await alone.store.append(identity, expectedAfter(0n), [event]);

      alone.copyForAudit();
      await untilCopied(alone);
      await pass(eraser);
      expect(ofType(await factsOf(eraser, subjectId), 'PersonalStreamClosed')).toMatchObject([
        { stream: identity, lastRevision: 1 },
      ]);
    } finally {
      await alone.close();
    }
  });

  it('that grows between the fact and the close is told again, and the newest counts', async () => {
    let isLate = false;
    const between = (store: EventStoreErasure): EventStoreErasure => ({
      ...{ purge: store.purge.bind(store), probe: store.probe.bind(store) },
      close: async (stream, at) => {
        if (!isLate && at.kind === 'revision') {
          isLate = true;
          const event = { id: randomUUID(), type: 'PersonalDataSealed', data: {}, metadata: {} };
          await ledger.store.append(stream, at, [event]);
          await untilCopied(ledger);
        }
        await store.close(stream, at);
      },
    });
    const eraser = await ledger.start({ eraser: between, purgeEveryHours: 0 });
    const { subjectId, identity } = await unreadable(eraser);
    const closings = ofType(await factsOf(process, subjectId), 'PersonalStreamClosed');
    const ofIdentity = closings.filter(({ stream }) => stream === identity);
    expect(ofIdentity.map(({ lastRevision }) => lastRevision)).toEqual([0, 1]);
    await purge(eraser);
    expect((await factsOf(process, subjectId)).at(-1)?.type).toBe('ErasureCompleted');
    expect(await livePayloads(ledger, [identity])).toBe(0);
  });
});

describe('a purge', () => {
  it('that leaves a node behind proves nothing, and is repeated', async () => {
    const found = new Set<string>();
    let [purges, isCured] = [0, false];
    const between = (store: EventStoreErasure): EventStoreErasure => ({
      close: store.close.bind(store),
      purge: async () => {
        purges += 1;
        return {
          technique: 'stream-scavenge',
          nodes: ['a:2113', 'b:2113'].map((node) => ({ node, runs: 1 })),
        };
      },
      probe: async ({ isClosed }) => ({
        nodes: [
          { node: 'a:2113', remaining: [] },
          { node: 'b:2113', remaining: isCured ? [] : [...(await isClosed([...found]))] },
        ],
      }),
    });
    const eraser = await ledger.start({ eraser: between, purgeEveryHours: 0 });
    const { subjectId, identity } = await unreadable(eraser);
    found.add(identity);
    await purge(eraser);
    expect(purges).toBe(3);
    expect(ofType(await factsOf(process, subjectId), 'PersonalStreamsPurged')).toEqual([]);
    await untilCopied(ledger);
    const [run] = await process.app.get(AuditFacts).purges(1);
    expect(run?.data).toMatchObject({
      technique: 'stream-scavenge',
      nodes: [
        { node: 'a:2113', runs: 1, foundBefore: 0, remaining: 0 },
        { node: 'b:2113', runs: 1, foundBefore: 0, remaining: 1 },
      ],
    });
    // It is not repeated at once, and then it is.
    isCured = true;
    await purge(eraser);
    expect(purges).toBe(3);
    await purge(await ledger.start({ purgeEveryHours: 0, clock: inHours(2) }));
    expect((await factsOf(process, subjectId)).at(-1)?.type).toBe('ErasureCompleted');
  });

  it('that failed is taken up under the same id after a while', async () => {
    let failures = 0;
    const between = (store: EventStoreErasure): EventStoreErasure => ({
      ...{ close: store.close.bind(store), probe: store.probe.bind(store) },
      purge: (options) => {
        failures += 1;
        return failures === 1 ? Promise.reject(new Error('node away')) : store.purge(options);
      },
    });
    const eraser = await ledger.start({ eraser: between, purgeEveryHours: 0, clock: inHours(4) });
    const { subjectId } = await unreadable(eraser);
    await expect(purge(eraser)).rejects.toThrow('node away');
    const { rows } = await ledger.database.pool.query<{ run_id: string }>('SELECT run_id FROM ops.purge_run');
    await ledger.database.pool.query(`UPDATE ops.purge_run SET not_before = not_before + interval '1 day'`);
    await purge(eraser);
    expect(failures).toBe(1);
    await purge(await ledger.start({ eraser: between, purgeEveryHours: 0, clock: inHours(40) }));
    const [purged] = ofType(await factsOf(process, subjectId), 'PersonalStreamsPurged');
    expect(purged?.purgeRunId).toBe(rows[0]?.run_id);
    expect((await ledger.database.pool.query('SELECT FROM ops.purge_run')).rowCount).toBe(0);
  });
});

describe('a store in which erased data is again', () => {
  it('is found by the weekly search, told, and purged again', async () => {
    const { identity } = await unreadable();
    const kept = await backUp(identity);
    const eraser = await ledger.start({ purgeEveryHours: 0, clock: inHours(48) });
    await purge(eraser);
    await untilCopied(ledger);
    expect(await livePayloads(ledger, [identity])).toBe(0);
    await kept.putBack();
    expect(await livePayloads(ledger, [identity])).toBe(1);

    const later = await ledger.start({ clock: inHours(48 + 6 * 24) });
    await purge(later);
    expect(await livePayloads(ledger, [identity])).toBe(1);

    const weekLater = await ledger.start({ clock: inHours(48 + 8 * 24) });
    await purge(weekLater);
    await untilCopied(ledger);
    expect(await livePayloads(ledger, [identity])).toBe(0);
    const [run] = await process.app.get(AuditFacts).purges(1);
    expect(run?.data).toMatchObject({
      technique: 'physical-delete',
      nodes: [{ node: 'postgresql', foundBefore: 1, remaining: 0 }],
    });
    const event = { id: randomUUID(), type: 'PersonalDataSealed', data: {}, metadata: {} };
    await expect(ledger.store.append(identity, expectedAfter(0n), [event])).rejects.toThrow('closed');
  });

  it('is searched when a node appears that nobody has searched, and only told where nothing is found', async () => {
    const later = await ledger.start({ clock: inHours(250), nodes: async () => ['postgresql'] });
    await purge(later);
    await untilCopied(ledger);
    const [before] = await process.app.get(AuditFacts).purges(1);
    const grown = await ledger.start({ clock: inHours(251), nodes: async () => ['postgresql', 'b:2113'] });
    await purge(grown);
    await untilCopied(ledger);
    const [run] = await process.app.get(AuditFacts).purges(1);
    expect(run?.data.runId).not.toBe(before?.data.runId);
    expect(run?.data).not.toHaveProperty('technique');
    expect(run?.data).toMatchObject({
      nodes: [{ node: 'postgresql', runs: 0, foundBefore: 0, remaining: 0 }],
    });
  });

  /** Copies a stream as it stands; the answer puts it back as a careless restore would. */
  async function backUp(stream: string) {
    const { pool } = ledger.database;
    await pool.query('DROP TABLE IF EXISTS public.kept');
    await pool.query(
      `CREATE TABLE public.kept AS SELECT * FROM es.personal_payload WHERE stream = '${stream}'`,
    );
    const putBack = async (): Promise<void> => {
      await pool.query('ALTER TABLE es.closed_stream DISABLE TRIGGER ALL');
      await pool.query('DELETE FROM es.closed_stream WHERE stream = $1', [stream]);
      await pool.query('ALTER TABLE es.closed_stream ENABLE TRIGGER ALL');
      await pool.query('INSERT INTO es.personal_payload SELECT * FROM public.kept');
    };
    return { putBack };
  }
});

/** A clock that is ahead. */
function inHours(hours: number) {
  return { now: () => new Date(Date.now() + hours * 3_600_000).toISOString() };
}
