import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable, type EventStore, type StreamName } from '#event-store';
import { Personal } from '#kernel';
import { controllerStream } from '#register/contract';
import { rightsStream } from '#rights/contract';
import { PersonalData, type CommandContext } from '#runtime';
import { relationshipStream, subjectStream, type RelationshipEvent } from '../contract.js';
import { contextNow, openSubjects, type SubjectsProcess } from '../subjects.harness.js';
import { RelationshipBatch } from './relationship-batch.js';
import { RelationshipEvents, type RelationshipInput } from './relationship-events.js';

// Goal: what happened between people and companies is recorded once, of people who are known and not erased, whatever
// fails on the way and however much stands in the stream. Method: the real services on PostgreSQL; a store that counts
// what is read and that breaks off where told.

let subjects: SubjectsProcess;
/** How many events were read of each stream. */
const read = new Map<StreamName, number>();
/** Streams that cannot be appended to for now. */
const broken = new Set<StreamName>();
const controllerId = randomUUID();

beforeAll(async () => {
  subjects = await openSubjects(watched);
  const declared = { controllerId, legalName: 'Boutique d’essai SAS', country: 'FR' };
  const data = { ...declared, occurredAt: '2026-01-01T10:00:00.000Z' };
  await subjects.record(controllerStream(controllerId), [{ type: 'DataControllerDeclared', data }]);
});
afterAll(() => subjects.close());
beforeEach(() => {
  read.clear();
  broken.clear();
});

function watched(store: EventStore): EventStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'read') {
        return async function* (...wanted: Parameters<EventStore['read']>) {
          for await (const event of target.read(...wanted)) {
            read.set(wanted[0], (read.get(wanted[0]) ?? 0) + 1);
            yield event;
          }
        };
      }
      if (name === 'append') {
        return async (...wanted: Parameters<EventStore['append']>) => {
          if (broken.has(wanted[0])) throw new Unavailable('notWritten');
          return target.append(...wanted);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

async function person(): Promise<string> {
  const subjectId = randomUUID();
  const occurredAt = '2026-01-05T10:00:00.000Z';
  const registration = { subjectId, audience: 'consumer', collection: 'direct', source: { kind: 'shop' } };
  await subjects.record(
    subjectStream(subjectId),
    [{ type: 'SubjectRegistered', data: { ...registration, occurredAt } }],
    [subjectId],
  );
  return subjectId;
}
const sale = (more: Partial<RelationshipInput> = {}): RelationshipInput => ({
  ...{ kind: 'sale', controllerId, productCategories: ['furniture'], source: 'shop' },
  occurredAt: '2026-02-01T10:00:00.000Z',
  ...more,
});
const record = (subjectId: string, input = sale(), context: CommandContext = contextNow()) =>
  subjects.get(RelationshipEvents).record(subjectId, input, context);
const historyOf = async (subjectId: string) =>
  (await subjects.reader.history(relationshipStream(subjectId))) as readonly unknown[] as RelationshipEvent[];
const retried = (context: CommandContext): CommandContext => ({ ...context, mayBeRetry: true });

describe('a relationship event', () => {
  it('stands in a stream of its own that names the person', async () => {
    const subjectId = await person();
    const { relationshipEventId, outcome } = await record(subjectId);
    expect(outcome.stream).toBe(`relationship-${subjectId}`);
    expect(outcome.events[0]?.metadata.sub).toEqual([subjectId]);
    const { occurredAt, ...told } = sale();
    expect((await historyOf(subjectId))[0]?.data).toEqual({
      ...{ relationshipEventId, subjectId, occurredAt },
      ...told,
    });
  });

  it('asks for the end of its stream only, however long that is', async () => {
    const subjectId = await person();
    for (let n = 0; n < 5; n += 1) await record(subjectId);
    read.clear();
    const { outcome } = await record(subjectId);
    expect([outcome.revision, read.get(relationshipStream(subjectId))]).toEqual([5n, 1]);
  });

  it('that is repeated is the same one, also after the person was erased', async () => {
    const [subjectId, context] = [await person(), contextNow()];
    const evidence = { locator: Personal.of('erp:order/4711') };
    const first = await record(subjectId, sale({ evidence }), context);
    await erase(subjectId);
    const again = await record(subjectId, sale({ evidence }), retried(context));
    expect(again.relationshipEventId).toBe(first.relationshipEventId);
    expect(again.outcome.events).toEqual(first.outcome.events);
    expect(await historyOf(subjectId)).toHaveLength(1);
  });

  it('seals where its proof lies', async () => {
    const subjectId = await person();
    await record(subjectId, sale({ evidence: { locator: Personal.of('erp:order/4712') } }));
    const [event] = await historyOf(subjectId);
    expect(JSON.stringify(event?.data)).not.toContain('4712');
    const [ref] = event?.data.evidence ?? [];
    expect(ref?.kind).toBe('external');
    const opened = await subjects.get(PersonalData).open([{ subjectId, ref: ref! }]);
    expect(opened[0] && 'fields' in opened[0] && opened[0].fields.reveal()).toEqual({
      locator: 'erp:order/4712',
    });
  });

  it('of nobody the ledger knows, or of somebody erased, is declined and leaves nothing', async () => {
    const evidence = { locator: Personal.of('erp:order/4713') };
    const [unknown, erased] = [randomUUID(), await person()];
    await erase(erased);
    await expect(record(unknown, sale({ evidence }))).rejects.toMatchObject({ code: 'subject-unknown' });
    await expect(record(erased, sale({ evidence }))).rejects.toMatchObject({ code: 'subject-erased' });
    for (const subjectId of [unknown, erased]) {
      expect(await historyOf(subjectId)).toEqual([]);
      expect(await subjects.get(PersonalData).openSubject(subjectId)).toEqual([]);
    }
  });

  it('of a person under restriction is kept: storage is what Art. 18(2) leaves open', async () => {
    const subjectId = await person();
    const restriction = { restrictionId: randomUUID(), subjectId, ground: 'accuracy', purposeIds: 'all' };
    const rest = { initiator: 'data-subject', source: 'email-reply', occurredAt: '2026-01-06T10:00:00.000Z' };
    await subjects.record(
      rightsStream(subjectId),
      [{ type: 'ProcessingRestricted', data: { ...restriction, ...rest } }],
      [subjectId],
    );
    const contractId = randomUUID();
    await record(subjectId, sale({ kind: 'contract-ended', contractId }));
    expect(await historyOf(subjectId)).toMatchObject([{ data: { kind: 'contract-ended', contractId } }]);
  });

  it('of a company that nobody declared is declined', async () => {
    const subjectId = await person();
    await expect(record(subjectId, sale({ controllerId: randomUUID() }))).rejects.toMatchObject({
      code: 'controller-unknown',
    });
  });
});

describe('a batch', () => {
  const batch = (rows: Parameters<RelationshipBatch['record']>[0], context = contextNow()) =>
    subjects.get(RelationshipBatch).record(rows, context);
  const kinds = async (subjectId: string) => (await historyOf(subjectId)).map(({ data }) => data.kind);

  it('records every row that can stand, and tells of each other why not', async () => {
    const [one, other, nobody] = [await person(), await person(), randomUUID()];
    const rows = [
      { subjectId: one, input: sale() },
      { subjectId: nobody, input: sale() },
      { subjectId: other, input: sale({ kind: 'contract-ended' }) },
      { subjectId: other, input: sale({ occurredAt: '2999-01-01T00:00:00.000Z' }) },
      { subjectId: other, input: sale({ kind: 'login' }) },
      { subjectId: one, input: sale({ kind: 'click' }) },
    ];
    const outcomes = await batch(rows);
    expect(outcomes.map((outcome) => ('declined' in outcome ? outcome.declined.code : 'recorded'))).toEqual([
      ...['recorded', 'subject-unknown', 'relationship-event-invalid'],
      ...['occurred-in-the-future', 'recorded', 'recorded'],
    ]);
    expect([await kinds(one), await kinds(other), await kinds(nobody)]).toEqual([
      ['sale', 'click'],
      ['login'],
      [],
    ]);
  });

  it('of which one row failed has recorded the others, and a repetition completes it', async () => {
    const [one, other, context] = [await person(), await person(), contextNow()];
    const rows = [one, other, one].map((subjectId) => ({ subjectId, input: sale() }));
    broken.add(relationshipStream(other));
    await expect(batch(rows, context)).rejects.toThrow(Unavailable);
    expect([(await kinds(one)).length, (await kinds(other)).length]).toEqual([2, 0]);
    broken.clear();
    const again = await batch(rows, retried(context));
    expect(again.every((outcome) => !('declined' in outcome))).toBe(true);
    expect([(await kinds(one)).length, (await kinds(other)).length]).toEqual([2, 1]);
  });

  it('keeps the order of the rows about one person', async () => {
    const subjectId = await person();
    const wanted = ['quote', 'sale', 'login', 'click', 'inbound'] as const;
    await batch(wanted.map((kind) => ({ subjectId, input: sale({ kind }) })));
    expect(await kinds(subjectId)).toEqual(wanted);
  });
});

async function erase(subjectId: string): Promise<void> {
  const data = { erasureId: randomUUID(), subjectId, keys: [], scopes: ['identity'], covers: [] };
  await subjects.record(rightsStream(subjectId), [{ type: 'KeyDestructionStarted', data }], [subjectId]);
}
