import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  PostgresEventStore,
  expectedAfter,
  migrateEventStore,
  type EventStore,
  type NewEvent,
} from '#event-store';
import type { EvidenceRef } from '#event-store/contract';
import type { Uuid } from '#kernel';
import { SubjectErased } from '#subject-keys';
import { openTestLedger, type TestLedger } from '../command/command-log.harness.js';
import { contextOf, specCodec, writePath } from '../command/write-path.harness.js';
import type { WritePathProbe } from '../command/write-path-probe.js';
import { randomIds, systemClock } from '../nest/system.js';
import { KeyDeclaration } from './key-declaration.js';
import { NextGeneration, SurvivorUnreadable, type Parting } from './next-generation.js';
import { PersonalData } from './personal-data.js';
import { SealedEntries } from './sealed-entries.js';

// Goal: single values of a scope end and nothing else is lost, whoever seals at the same time and whatever dies when.
// Method: real PostgreSQL on both sides; processes that are stopped at the worst moment, and at random ones.

const ledgerId = '6b1c2f3e-90a4-4f56-8a57-1b0d3a1f2c01';
const ledger = { identity: () => ({ ledgerId, generation: ledgerId }) };

let test: TestLedger;
let postgres: PostgresEventStore;
beforeAll(async () => {
  test = await openTestLedger();
  await migrateEventStore(test.ledger.pool);
  postgres = new PostgresEventStore({ connectionString: test.ledger.url });
});
afterAll(async () => {
  await postgres.shutdown();
  await test.close();
});

function processOn(probe?: WritePathProbe, store: EventStore = postgres) {
  const path = writePath(store, probe);
  const declaration = new KeyDeclaration(test.keyStore, path.writer, randomIds, systemClock);
  const entries = new SealedEntries(test.keyStore, store, specCodec, ledger);
  const personal = new PersonalData(test.keyStore, ledger, declaration, path.writer, entries);
  const next = new NextGeneration(test.keyStore, ledger, declaration, path.writer, entries);
  return { ...path, personal, next };
}
type Process = ReturnType<typeof processOn>;

const seal = ({ personal }: Process, subjectId: Uuid, n: number): Promise<EvidenceRef> =>
  personal.seal({
    ...{ subjectId, scope: 'identity', about: 'contact-point', fields: { n }, step: 0 },
    context: contextOf(randomUUID()),
  });

/** Values that some order lets go: none of them survives, whoever is at work. */
const gone = new Set<Uuid>();

/** Everything goes on but these values. */
const parting = (subjectId: Uuid, refs: readonly EvidenceRef[], erasureId = randomUUID()): Parting => {
  const goes = new Set(refs.map(({ eventId }) => eventId));
  for (const eventId of goes) gone.add(eventId);
  const survivors: Parting['survivors'] = (sealed) => sealed.filter(({ eventId }) => !gone.has(eventId));
  return { subjectId, scope: 'identity', goes, survivors, context: contextOf(erasureId) };
};

/** What the owner of an erasure does: the next generation takes over, then the older ones die. */
async function end({ next }: Process, { goes, ...rest }: Parting, erasureId = randomUUID()) {
  const ended = await next.takeOver({ goes, ...rest });
  const last = Math.max(0, ...ended.map(({ key }) => key.generation));
  if (last === 0) return ended;
  const scopes = [{ scope: 'identity', throughGeneration: last }];
  await test.keyStore.subjects.destroy({ subjectId: rest.subjectId, scopes, erasureId });
  return ended;
}

async function opened({ personal }: Process, subjectId: Uuid, refs: readonly EvidenceRef[]) {
  const answers = await personal.open(refs.map((ref) => ({ subjectId, ref })));
  return answers.map((answer) => ('fields' in answer ? answer.fields.reveal() : answer));
}

async function person(values: number): Promise<{ process: Process; subjectId: Uuid; refs: EvidenceRef[] }> {
  const [process, subjectId] = [processOn(), randomUUID()];
  const refs: EvidenceRef[] = [];
  for (let n = 0; n < values; n += 1) refs.push(await seal(process, subjectId, n));
  return { process, subjectId, refs };
}
const all = (values: number) => Array.from({ length: values }, (_, n) => ({ n }));

describe('the end of a value', () => {
  it('leaves everything else under the references that facts hold, once', async () => {
    const { process, subjectId, refs } = await person(45);
    const ended = await end(process, parting(subjectId, [refs[7]!]));
    expect(ended).toMatchObject([{ key: { generation: 1 }, revision: 44n }]);
    expect(await opened(process, subjectId, refs)).toEqual(
      all(45).map((v) => (v.n === 7 ? { erased: true } : v)),
    );
    const { keys } = await test.keyStore.subjects.state(subjectId);
    expect(keys.map(({ generation, state }) => [generation, state])).toEqual([
      [1, 'shredded'],
      [2, 'active'],
    ]);
    const again = await process.reader.history(keys[1]!.stream);
    expect(again.map(({ data }) => (data as { origin: string }).origin)).toEqual(
      refs.filter((_, n) => n !== 7).map(({ eventId }) => eventId),
    );
  });

  it('may come again and again: references mean the first event for ever', async () => {
    const { process, subjectId, refs } = await person(4);
    for (const n of [0, 2, 1]) await end(process, parting(subjectId, [refs[n]!]));
    expect(await opened(process, subjectId, refs)).toEqual([...Array(3).fill({ erased: true }), { n: 3 }]);
    expect((await test.keyStore.subjects.state(subjectId)).keys.map(({ state }) => state)).toEqual([
      ...['shredded', 'shredded', 'shredded', 'active'],
    ]);
  });

  it('also ends it in a generation that was left behind by an ordinary rotation', async () => {
    const { process, subjectId, refs } = await person(2);
    const rotated = await test.keyStore.subjects.rotate({ subjectId, scope: 'identity' });
    await test.keyStore.subjects.activate(rotated.kid, {
      declaredRevision: 1n,
      createdEventId: randomUUID(),
    });
    refs.push(await seal(process, subjectId, 2));
    const ended = await end(process, parting(subjectId, [refs[0]!]));
    expect(ended.map(({ key }) => key.generation)).toEqual([1]);
    expect(await opened(process, subjectId, refs)).toEqual([{ erased: true }, { n: 1 }, { n: 2 }]);
  });

  it('is over where nothing of it is sealed any more: no generation ends', async () => {
    const { process, subjectId, refs } = await person(2);
    await end(process, parting(subjectId, [refs[0]!]));
    expect(await process.next.takeOver(parting(subjectId, [refs[0]!]))).toEqual([]);
    await test.keyStore.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    expect(await process.next.takeOver(parting(subjectId, [refs[1]!]))).toEqual([]);
    await expect(seal(process, subjectId, 3)).rejects.toThrow(SubjectErased);
  });

  it('does not begin while a survivor cannot be read', async () => {
    const { process, subjectId, refs } = await person(3);
    const [key] = (await test.keyStore.subjects.state(subjectId)).keys;
    const foreign: NewEvent = { id: randomUUID(), type: 'PersonalDataSealed', data: {}, metadata: {} };
    await postgres.append(key!.stream, expectedAfter(2n), [foreign]);
    await expect(process.next.takeOver(parting(subjectId, [refs[0]!]))).rejects.toThrow(SurvivorUnreadable);
    expect((await opened(process, subjectId, refs)).slice(1)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('comes to the same end after its process died after any of its appends', async () => {
    for (let deaths = 1; deaths <= 3; deaths += 1) {
      const { process, subjectId, refs } = await person(30);
      const [order, erasureId] = [parting(subjectId, [refs[3]!]), randomUUID()];
      let left = deaths;
      const mortal = processOn((step) => {
        if (step === 'appended' && (left -= 1) <= 0) throw new Error('died');
      });
      await expect(end(mortal, order, erasureId)).rejects.toThrow('died');
      await end(process, order, erasureId);
      expect(await opened(process, subjectId, refs)).toEqual(
        all(30).map((v) => (v.n === 3 ? { erased: true } : v)),
      );
      const { keys } = await test.keyStore.subjects.state(subjectId);
      expect(keys.map(({ state }) => state)).toEqual(['shredded', 'active']);
      expect(await process.reader.history(keys[1]!.stream)).toHaveLength(29);
    }
  });
});

describe('a seal that is under way when its generation ends', () => {
  it('is repeated in the next one', async () => {
    const { process, subjectId, refs } = await person(2);
    let isEnded = false;
    const slow = processOn(async (step) => {
      // Sealed under the first generation, not yet appended.
      if (step !== 'decided' || isEnded) return;
      isEnded = true;
      await end(process, parting(subjectId, [refs[0]!]));
    });
    refs.push(await seal(slow, subjectId, 2));
    expect(await opened(process, subjectId, refs)).toEqual([{ erased: true }, { n: 1 }, { n: 2 }]);
  });

  it('is repeated in the next one also where its stream is closed already', async () => {
    const { process, subjectId, refs } = await person(2);
    let isEnded = false;
    const slow = processOn(async (step) => {
      if (step !== 'decided' || isEnded) return;
      isEnded = true;
      const [ended] = await end(process, parting(subjectId, [refs[0]!]));
      await postgres.close(ended!.key.stream, expectedAfter(ended!.revision));
    });
    refs.push(await seal(slow, subjectId, 2));
    expect(await opened(process, subjectId, refs)).toEqual([{ erased: true }, { n: 1 }, { n: 2 }]);
  });

  it('is lost by no interleaving of sealers and ends', async () => {
    const plan = fc.record({
      sealers: fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      ends: fc.array(fc.record({ after: fc.nat(15), twice: fc.boolean() }), { minLength: 1, maxLength: 2 }),
      pauses: fc.infiniteStream(fc.nat(4)),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ sealers, ends, pauses }) => {
        const { process, subjectId, refs } = await person(4);
        const slow = () => processOn(() => pause(pauses.next().value ?? 0));
        const sealed: { ref: EvidenceRef; n: number }[] = [];
        const sealing = sealers.map(async (waits, who) => {
          const one = slow();
          for (const [index, wait] of waits.entries()) {
            await pause(wait);
            const n = 100 * (who + 1) + index;
            sealed.push({ ref: await seal(one, subjectId, n), n });
          }
        });
        const ending = ends.map(async ({ after, twice }, which) => {
          await pause(after);
          const [order, erasureId] = [parting(subjectId, [refs[which]!]), randomUUID()];
          const tries = [slow(), ...(twice ? [slow()] : [])].map((one) => end(one, order, erasureId));
          // Who finds a generation dead under its hands is not the one who has to end it.
          await Promise.allSettled(tries);
          for (let again = 1; again <= 3; again += 1)
            await end(slow(), order, erasureId).catch(() => undefined);
        });
        await Promise.all([...sealing, ...ending]);
        const expected = all(4).map((v) => (v.n < ends.length ? { erased: true } : v));
        expect(await opened(process, subjectId, refs)).toEqual(expected);
        const late = await opened(
          process,
          subjectId,
          sealed.map(({ ref }) => ref),
        );
        expect(late).toEqual(sealed.map(({ n }) => ({ n })));
      }),
      { numRuns: 25 },
    );
  });
});
