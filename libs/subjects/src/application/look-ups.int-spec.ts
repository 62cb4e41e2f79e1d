import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isCaughtUp, Unavailable, type EventStore, type StoredEvent } from '#event-store';
import { Personal } from '#kernel';
import { rightsStream } from '#rights/contract';
import { contextNow, openSubjects, type SubjectsProcess } from '../subjects.harness.js';
import { LookUps } from './look-ups.js';
import { SubjectRegistration } from './subject-registration.js';

// Goal: every look at a person is in the ledger before its answer leaves, and without it there is no answer (R14); the
// erased are found by nobody, the restricted shown to few. Method: the store refuses appends when the spec says so.

let subjects: SubjectsProcess;
let isSinkBroken = false;
let store: EventStore;
beforeAll(async () => {
  subjects = await openSubjects((real) => {
    store = real;
    return new Proxy(real, {
      get: (target, name) => {
        if (name === 'append' && isSinkBroken) return () => Promise.reject(new Unavailable('notWritten'));
        const value: unknown = target[name as keyof EventStore];
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  });
});
afterAll(() => subjects.close());

async function person(email: string): Promise<string> {
  const context = contextNow();
  const registration = {
    audience: 'consumer',
    collection: 'direct',
    source: { kind: 'web-form' },
    occurredAt: context.now,
  } as const;
  const input = { kind: 'email', value: Personal.of(email) } as const;
  const registered = await subjects
    .get(SubjectRegistration)
    .register(registration, [input], 'create-and-link', context);
  return registered.subjectId;
}

async function looks(): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  const end = new AbortController();
  for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    if (item.stream.startsWith('access-')) found.push(item);
  }
  end.abort();
  return found;
}

async function newLooks(act: () => Promise<unknown>): Promise<StoredEvent[]> {
  const before = (await looks()).length;
  await act();
  return (await looks()).slice(before);
}

const lookUp = (values: readonly string[], context = contextNow()) =>
  subjects.get(LookUps).lookUp(
    values.map((value) => ({ kind: 'email', value: Personal.of(value) })),
    context,
  );
const reveal = (subjectId: string, mayRevealRestricted = false, context = contextNow()) =>
  subjects
    .get(LookUps)
    .reveal(subjectId, { fields: ['email'], reason: 'data-subject-request' }, mayRevealRestricted, context);

describe('looking up', () => {
  it('answers value by value, and names whom it found in the ledger, never the values', async () => {
    const shared = `${randomUUID()}@courrier.example`;
    const people = [await person(shared), await person(shared)].sort();
    const nobody = `${randomUUID()}@courrier.example`;
    let answer: readonly (readonly string[])[] = [];
    const recorded = await newLooks(async () => {
      answer = await lookUp([shared.toUpperCase(), nobody, 'no address']);
    });
    expect(answer).toEqual([people, [], []]);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.data).toMatchObject({ kinds: ['email'], items: 3, subjectIds: people });
    expect(recorded[0]?.metadata).toMatchObject({ sub: people });
    expect(JSON.stringify([recorded[0]?.data, recorded[0]?.metadata])).not.toContain('courrier');
  });

  it('is recorded once when it is repeated', async () => {
    const email = `${randomUUID()}@courrier.example`;
    const [subjectId, context] = [await person(email), contextNow()];
    const recorded = await newLooks(async () => {
      expect(await lookUp([email], context)).toEqual([[subjectId]]);
      expect(await lookUp([email], { ...context, mayBeRetry: true })).toEqual([[subjectId]]);
    });
    expect(recorded).toHaveLength(1);
  });

  it('and revealing answer nothing while they cannot be recorded', async () => {
    const email = `${randomUUID()}@courrier.example`;
    const subjectId = await person(email);
    isSinkBroken = true;
    try {
      await expect(lookUp([email])).rejects.toThrow(Unavailable);
      await expect(reveal(subjectId)).rejects.toThrow(Unavailable);
    } finally {
      isSinkBroken = false;
    }
    const recorded = await newLooks(async () => {
      const [shown] = await reveal(subjectId);
      expect(shown?.value.reveal()).toBe(email);
    });
    expect(recorded.map(({ data }) => data)).toMatchObject([
      { subjectId, fields: ['email'], reason: 'data-subject-request' },
    ]);
  });
});

describe('a look into the archive', () => {
  const archive = (value: string, context = contextNow()) =>
    subjects
      .get(LookUps)
      .lookUpArchive({ kind: 'email', value: Personal.of(value) }, 'authority-request', context);

  it('answers whom retained proof is about, and stands in the ledger apart from other looks', async () => {
    const email = `${randomUUID()}@courrier.example`;
    const [subjectId, living] = [randomUUID(), await person(email)];
    const scopes = [{ scope: 'evidence', until: '2029-11-02' }];
    await subjects.keyStore.archive.enter(
      subjectId,
      [{ kind: 'email', normalised: Personal.of(email) }],
      scopes,
    );
    const recorded = await newLooks(async () => {
      expect(await archive(email.toUpperCase())).toEqual([{ subjectId, until: '2029-11-02' }]);
      expect(await archive('no address')).toEqual([]);
      expect(await lookUp([email])).toEqual([[living]]);
    });
    const reason = 'authority-request';
    expect(recorded.map(({ data }) => data)).toMatchObject([
      { kinds: ['email'], items: 1, subjectIds: [subjectId], archive: true, reason },
      { kinds: ['email'], items: 1, subjectIds: [], archive: true, reason },
      { kinds: ['email'], items: 1, subjectIds: [living] },
    ]);
    expect(recorded[2]?.data).not.toHaveProperty('archive');
    expect(recorded[0]?.metadata).toMatchObject({ sub: [subjectId] });
    expect(JSON.stringify(recorded.map(({ data, metadata }) => [data, metadata]))).not.toContain('courrier');
  });

  it('is not answered while it cannot be recorded', async () => {
    isSinkBroken = true;
    try {
      await expect(archive(`${randomUUID()}@courrier.example`)).rejects.toThrow(Unavailable);
    } finally {
      isSinkBroken = false;
    }
  });
});

describe('people who are protected', () => {
  it('restricted: found, shown to those only who may (Art. 18(2))', async () => {
    const email = `${randomUUID()}@courrier.example`;
    const subjectId = await person(email);
    const data = {
      ...{ restrictionId: randomUUID(), subjectId, ground: 'accuracy', purposeIds: 'all' },
      ...{ initiator: 'data-subject', occurredAt: contextNow().now, source: 'phone-call' },
    };
    await subjects.record(rightsStream(subjectId), [{ type: 'ProcessingRestricted', data }], [subjectId]);
    expect(await lookUp([email])).toEqual([[subjectId]]);
    const refused = await newLooks(() =>
      expect(reveal(subjectId)).rejects.toMatchObject({ code: 'subject-restricted' }),
    );
    expect(refused).toEqual([]);
    expect(await reveal(subjectId, true)).toHaveLength(1);
  });

  it('erased: neither found nor shown; unknown: not shown', async () => {
    const email = `${randomUUID()}@courrier.example`;
    const subjectId = await person(email);
    const erasureId = randomUUID();
    const data = { erasureId, subjectId, keys: [], scopes: ['identity'], covers: [] };
    await subjects.record(rightsStream(subjectId), [{ type: 'KeyDestructionStarted', data }], [subjectId]);
    await expect(reveal(subjectId, true)).rejects.toMatchObject({ code: 'subject-erased' });
    await subjects.keyStore.claims.releaseSubject(subjectId, ['identity']);
    expect(await lookUp([email])).toEqual([[]]);
    await expect(reveal(randomUUID())).rejects.toMatchObject({ code: 'subject-unknown' });
  });
});
