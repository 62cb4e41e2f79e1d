import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, type Scope } from '#kernel';
import { Recurring } from '#runtime';
import { KeysNotReconciled, SubjectErased } from '#subject-keys';
import { rightsStream, type RightsEvent } from '../contract.js';
import {
  openRightsLedger,
  readable,
  record,
  sealFor,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { RestoreGuard } from './restore-guard.js';

// Goal: a backup of the keys resurrects nobody (R11, invariant 7 of the key store) and costs nobody else anything.
// Method: the tables of the key store are copied, people are erased, the copy is put back, a process starts or the
// hourly run comes, and everything is read.

const TABLES = ['subject_key', 'subject_fence', 'fenced_fp', 'contact_claim'];
const neverAborted = new AbortController().signal;

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  process = await ledger.start();
  ledger.copyForAudit();
});
afterAll(() => ledger.close());

/** Copies what an erasure changes; the answer puts it back as a careless restore would. */
async function backup(): Promise<() => Promise<void>> {
  const { pool } = ledger.keys;
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

/** Point of no return in the ledger, then the keys; `closed` scopes end for ever, `values` lose their generation. */
async function erase(
  subjectId: string,
  { closed = [], values = [] }: { closed?: Scope[]; values?: Scope[] },
  erasureId: string = randomUUID(),
) {
  const { subjects } = process.keyStore;
  const { keys } = await subjects.state(subjectId);
  const isDying = ({ scope, state }: { scope: string; state: string }): boolean =>
    (closed as string[]).includes(scope) || ((values as string[]).includes(scope) && state === 'retired');
  const dying = keys.filter(isDying);
  const named = dying.map(({ kid, fp, scope, generation, stream }) => ({
    ...{ kid, fp, generation, stream },
    scope: scope as Scope,
  }));
  const started: RightsEvent = {
    type: 'KeyDestructionStarted',
    data: { erasureId, subjectId, keys: named, scopes: closed, covers: [] },
  };
  await record(process, rightsStream(subjectId), [started], [subjectId]);
  const ofValues = named.filter(({ scope }) => values.includes(scope));
  const generations = ofValues.map(({ scope, generation }) => ({ scope, throughGeneration: generation }));
  await subjects.destroy({ subjectId, scopes: [...closed, ...generations], erasureId });
}

/** The next generation of a scope; the one before it opens and never seals again. */
async function nextGeneration(subjectId: string, scope: Scope): Promise<void> {
  const { kid } = await process.keyStore.subjects.rotate({ subjectId, scope });
  await process.keyStore.subjects.activate(kid, { declaredRevision: 9n, createdEventId: randomUUID() });
}

const guardOf = ({ app }: RightsProcess): RestoreGuard => app.get(RestoreGuard);

describe('a restored key store', () => {
  it('finds nobody by a value that was erased, and the person by the others', async () => {
    const [subjectId, erasureId] = [randomUUID(), randomUUID()];
    const { claims } = process.keyStore;
    const [old, kept] = ['old', 'kept'].map((name) => ({
      ...{ subjectId, contactPointId: randomUUID(), commandId: randomUUID(), kind: 'email' as const },
      normalised: Personal.of(`${name}-${subjectId}@mail.example`),
    }));
    for (const claim of [old!, kept!]) {
      await claims.claim(claim);
      await claims.confirm(claim.commandId);
    }
    const { eventId } = await sealFor(process, subjectId, 'identity', 'old@mail.example');
    await nextGeneration(subjectId, 'identity');
    const restore = await backup();
    const at = '2026-11-16T09:00:00.000Z';
    const ordered: RightsEvent = {
      type: 'ValueErasureOrdered',
      data: {
        ...{
          erasureId,
          subjectId,
          ground: 'no-longer-necessary',
          initiator: 'data-subject',
          requestedAt: at,
        },
        values: [{ scope: 'identity', eventId, contactPointId: old!.contactPointId }],
        ...{ identityCheck: { method: 'known-details', at }, despiteRestrictionIds: [] },
      },
    };
    await record(process, rightsStream(subjectId), [ordered], [subjectId]);
    await erase(subjectId, { values: ['identity'] }, erasureId);
    await claims.releasePoints(subjectId, [old!.contactPointId], []);
    await restore();

    const restarted = await ledger.start();
    restarted.keyStore.gate.close();
    await guardOf(restarted).pass(neverAborted);
    expect(await restarted.keyStore.claims.findLive([old!, kept!])).toEqual([[], [subjectId]]);
  });

  it('serves nothing before the guard has passed, then nobody who was erased and everybody else', async () => {
    const [erased, kept, oneValue] = [randomUUID(), randomUUID(), randomUUID()];
    await sealFor(process, erased, 'identity', 'erased@mail.example');
    await sealFor(process, erased, 'evidence', 'what the law keeps');
    await sealFor(process, kept, 'identity', 'kept@mail.example');
    await sealFor(process, oneValue, 'identity', 'old@mail.example');
    await nextGeneration(oneValue, 'identity');
    await sealFor(process, oneValue, 'identity', 'new@mail.example');
    const restore = await backup();
    await erase(erased, { closed: ['identity', 'marketing'] });
    await erase(oneValue, { values: ['identity'] });
    await restore();

    const restarted = await ledger.start();
    restarted.keyStore.gate.close();
    await expect(readable(restarted, erased)).rejects.toThrow(KeysNotReconciled);
    const report = await guardOf(restarted).pass(neverAborted);
    expect(report).toMatchObject({ erasures: 4, destroyedWithoutOrder: [], missing: [] });
    expect(
      report.reshredded.map(({ subjectId, scope, generation }) => [subjectId, scope, generation]),
    ).toEqual([
      [erased, 'identity', 1],
      [oneValue, 'identity', 1],
    ]);
    expect(await readable(restarted, erased)).toEqual([{ statement: 'what the law keeps' }]);
    expect(await readable(restarted, kept)).toEqual([{ kind: 'email', value: 'kept@mail.example' }]);
    expect(await readable(restarted, oneValue)).toEqual([{ kind: 'email', value: 'new@mail.example' }]);
  });

  it('gives an erased person no new key, and the survivors of one value all they need', async () => {
    const [erased, oneValue] = [randomUUID(), randomUUID()];
    await sealFor(process, oneValue, 'identity', 'old@mail.example');
    await nextGeneration(oneValue, 'identity');
    await sealFor(process, oneValue, 'identity', 'new@mail.example');
    const restore = await backup();
    // Fenced though there never was a key; and a scope of which one generation dies is not closed.
    await erase(erased, { closed: ['identity'] });
    await erase(oneValue, { values: ['identity'] });
    await restore();
    await guardOf(process).pass(neverAborted);
    await expect(sealFor(process, erased, 'identity', 'again@mail.example')).rejects.toThrow(SubjectErased);
    await sealFor(process, oneValue, 'identity', 'third@mail.example');
    expect(await readable(process, oneValue)).toHaveLength(2);
  });

  it('is found by the recurring run when it was replaced under a running process', async () => {
    const subjectId = randomUUID();
    await sealFor(process, subjectId, 'identity', 'erased@mail.example');
    const restore = await backup();
    await erase(subjectId, { closed: ['identity'] });
    const pauses: (() => void)[] = [];
    const wait = (): Promise<void> =>
      new Promise((resolve) => {
        pauses.push(resolve);
      });
    const run = async (signal: AbortSignal): Promise<number> =>
      (await guardOf(process).pass(signal)).reshredded.length;
    const hourly = new Recurring({ name: 'restore guard', everyMs: 3_600_000, run }, { wait });
    const pausedTimes = async (times: number): Promise<void> => {
      while (pauses.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    hourly.start();
    await pausedTimes(1);
    await restore();
    expect(await readable(process, subjectId)).toHaveLength(1);
    pauses[0]?.();
    await pausedTimes(2);
    expect(await readable(process, subjectId)).toEqual([]);
    const stopped = hourly.stop();
    pauses[1]?.();
    await stopped;
  });

  it('reports the keys that it has never heard of, by what the ledger declared, and fences those of the erased', async () => {
    const [living, erased] = [randomUUID(), randomUUID()];
    const restore = await backup();
    await sealFor(process, living, 'identity', 'lost@mail.example');
    await sealFor(process, erased, 'identity', 'erased@mail.example');
    // A key that came after the point of no return named its keys: only its declaration tells of it.
    await record(
      process,
      rightsStream(erased),
      [
        {
          type: 'KeyDestructionStarted',
          data: { erasureId: randomUUID(), subjectId: erased, keys: [], scopes: ['identity'], covers: [] },
        },
      ],
      [erased],
    );
    const [kid] = (await process.keyStore.subjects.state(erased)).keys.map((key) => key.kid);
    await restore();
    const report = await guardOf(process).pass(neverAborted);
    expect(report.missing.map(({ subjectId }) => subjectId)).toEqual([living]);
    const { keys } = await process.keyStore.subjects.state(erased);
    expect(keys).toMatchObject([{ kid, state: 'shredded', erasureId: expect.any(String) }]);
    // Marks are no alarm: the next run says the same.
    expect((await guardOf(process).pass(neverAborted)).missing).toHaveLength(1);
  });

  it('reports keys that died though the ledger never ordered it', async () => {
    const subjectId = randomUUID();
    await sealFor(process, subjectId, 'identity', 'anna@mail.example');
    await process.keyStore.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    const { destroyedWithoutOrder } = await guardOf(process).pass(neverAborted);
    expect(destroyedWithoutOrder.map((key) => key.subjectId)).toEqual([subjectId]);
  });
});

describe('the guard', () => {
  it('reads no further when the process ends, and leaves the gate closed', async () => {
    const other = await ledger.start();
    other.keyStore.gate.close();
    await expect(guardOf(other).pass(AbortSignal.abort())).rejects.toThrow();
    expect(other.keyStore.gate.isOpen).toBe(false);
  });

  it('finds its facts by indexes, however long the ledger is', async () => {
    const { pool } = ledger.database;
    const client = await pool.connect();
    try {
      await client.query('SET enable_seqscan = off');
      await client.query('SET enable_indexonlyscan = off');
      for (const [index, where] of [
        ['entry_key_declared', `stream COLLATE "C" >= 'keys-' AND stream COLLATE "C" < 'keys.'`],
        [
          'entry_key_destruction',
          `stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'
           AND entry LIKE '%"type":"KeyDestructionStarted"%'`,
        ],
      ]) {
        const { rows } = await client.query(
          `EXPLAIN SELECT idx, entry FROM audit.entry WHERE idx > 0 AND ${where} ORDER BY idx LIMIT 500`,
        );
        expect(JSON.stringify(rows)).toContain(index);
      }
    } finally {
      client.release(true);
    }
  });
});

/** What the lists of HMACs hold, and the rows that they refer to: no key among them (`apps/docs/how-to/run.md`). */
const LISTS = ['subject', 'suppression_entry', 'archive_entry'];

/** `pg_dump --data-only --inserts --on-conflict-do-nothing` of the lists; the answer puts it back over what is there. */
async function dumpLists(): Promise<() => Promise<void>> {
  const { pool } = ledger.keys;
  for (const table of LISTS) {
    await pool.query(`DROP TABLE IF EXISTS public.list_${table}`);
    await pool.query(`CREATE TABLE public.list_${table} AS TABLE ks.${table}`);
  }
  return async () => {
    for (const table of LISTS)
      await pool.query(`INSERT INTO ks.${table} SELECT * FROM public.list_${table} ON CONFLICT DO NOTHING`);
  };
}

/** A key store from before anything entered these lists. */
async function forgetLists(subjectId: string, suppressionId: string): Promise<void> {
  const { pool } = ledger.keys;
  await pool.query('DELETE FROM ks.archive_entry WHERE subject_ref = $1', [subjectId]);
  await pool.query('DELETE FROM ks.suppression_entry WHERE suppression_id = $1', [suppressionId]);
}

describe('the lists of a key store that is older than an erasure', () => {
  const entered = async () => {
    const [subjectId, suppressionId] = [randomUUID(), randomUUID()];
    const normalised = Personal.of(`${subjectId}@mail.example`);
    const address = { kind: 'email' as const, normalised };
    const { keyStore } = process;
    await sealFor(process, subjectId, 'identity', normalised.reveal());
    await sealFor(process, subjectId, 'evidence', 'said on the telephone');
    const restore = await backup();
    await keyStore.archive.enter(subjectId, [address], [{ scope: 'evidence', until: '2030-01-31' }]);
    const { version, hmac } = await keyStore.suppressionKeys.forNewEntry(address);
    const day = '2026-11-16';
    await keyStore.suppressions.put({ suppressionId, hmac, version, enteredOn: day, reviewOn: '2029-11-16' });
    const found = async () => ({
      archived: await keyStore.archive.find(address),
      suppressed: (await keyStore.suppressions.matching([address]))[0]?.map((match) => match.suppressionId),
    });
    return { subjectId, suppressionId, restore, found };
  };

  it('are gone with it, and come back from their own dump: retained proof is found, the address blocks', async () => {
    const { subjectId, suppressionId, restore, found } = await entered();
    await erase(subjectId, { closed: ['identity'] });
    const putBack = await dumpLists();
    const whole = { archived: [{ subjectId, until: '2030-01-31' }], suppressed: [suppressionId] };
    expect(await found()).toEqual(whole);

    await restore();
    await forgetLists(subjectId, suppressionId);
    await guardOf(process).pass(neverAborted);
    expect(await found()).toEqual({ archived: [], suppressed: [] });
    await putBack();
    await guardOf(process).pass(neverAborted);
    expect(await found()).toEqual(whole);
    expect(JSON.stringify(await readable(process, subjectId))).not.toContain('@mail.example');
  });

  it('lead to nothing again that has ended since they were dumped', async () => {
    const { subjectId, suppressionId, restore, found } = await entered();
    await erase(subjectId, { closed: ['identity'] });
    const putBack = await dumpLists();
    await erase(subjectId, { closed: ['evidence'] });
    await restore();
    await putBack();
    await guardOf(process).pass(neverAborted);
    expect(await found()).toEqual({ archived: [], suppressed: [suppressionId] });
    const { rows } = await ledger.keys.pool.query('SELECT FROM ks.archive_entry WHERE subject_ref = $1', [
      subjectId,
    ]);
    expect(rows).toHaveLength(0);
  });
});
