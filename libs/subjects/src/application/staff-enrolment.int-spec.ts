import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actorStream } from '../contract.js';
import { openSubjects, type SubjectsProcess } from '../subjects.harness.js';
import { StaffEnrolment } from './staff-enrolment.js';

let subjects: SubjectsProcess;
beforeAll(async () => {
  subjects = await openSubjects();
});
afterAll(() => subjects.close());

const issuer = 'https://login.organisation.example';
const resolve = async (sub: string, kind: 'operator' | 'service' | 'subject' = 'operator') =>
  (await subjects.get(StaffEnrolment).resolve({ issuer, sub, kind })).actorId;
const enrolments = async (actorId: string) => {
  const events = await subjects.reader.history(actorStream(actorId));
  return events.filter(({ type }) => type === 'ActorEnrolled').length;
};

describe('an actor', () => {
  it('is entered in the ledger once, at the first act', async () => {
    const actorId = await resolve('agent-1');
    await Promise.all([resolve('agent-1'), resolve('agent-1')]);
    expect(await enrolments(actorId)).toBe(1);
  });

  it('is not entered as staff when it is the person concerned', async () => {
    expect(await enrolments(await resolve('person-1', 'subject'))).toBe(0);
  });

  it('may act while erasures are being replayed, and is entered at the next act', async () => {
    subjects.keyStore.gate.close();
    const actorId = await resolve('agent-2');
    expect(await enrolments(actorId)).toBe(0);
    subjects.keyStore.gate.open();
    expect(await resolve('agent-2')).toBe(actorId);
    expect(await enrolments(actorId)).toBe(1);
  });
});
