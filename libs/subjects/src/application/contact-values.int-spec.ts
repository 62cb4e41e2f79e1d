import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Personal } from '#kernel';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { contextNow, openSubjects, type SubjectsProcess } from '../subjects.harness.js';
import { ContactPointChanges } from './contact-point-changes.js';
import type { ContactInput } from './contact-values.js';
import { SubjectRegistration } from './subject-registration.js';
import type { PersonsAddress } from './unwanted-addresses.js';

// Goal: no address becomes anybody's before it was asked whether it is unwanted there, by whatever way it comes.
// Method: the real services on PostgreSQL; what is asked is looked at, with what stands at that moment.

interface Asked {
  readonly subjectId: string;
  readonly addresses: readonly (readonly [string, string])[];
  /** Who is claimed to have the first of them, and what is recorded of the person by then. */
  readonly claimedBy: readonly string[];
  readonly isFound: boolean;
  readonly facts: readonly string[];
}

let subjects: SubjectsProcess;
const asked: Asked[] = [];
let refusal: Error | undefined;

beforeAll(async () => {
  subjects = await openSubjects((store) => store, { record: ask });
});
afterAll(() => subjects.close());
beforeEach(() => {
  asked.splice(0);
  refusal = undefined;
});

async function ask(subjectId: string, addresses: readonly PersonsAddress[]): Promise<void> {
  const { claims } = subjects.keyStore;
  const first = addresses.slice(0, 1);
  const [[holders = []], [found = []]] = [await claims.holders(first), await claims.findLive(first)];
  const facts = (await subjects.reader.history(subjectStream(subjectId))).map(({ type }) => type);
  asked.push({
    subjectId,
    addresses: addresses.map(({ kind, normalised }) => [kind, normalised.reveal()]),
    claimedBy: holders.map((holder) => holder.subjectId),
    isFound: found.includes(subjectId),
    facts,
  });
  if (refusal !== undefined) throw refusal;
}

const mailbox = (): string => `${randomUUID()}@courrier.example`;
const mail = (value: string): ContactInput => ({ kind: 'email', value: Personal.of(value) });
const now = '2026-02-01T10:00:00.000Z';
const register = (inputs: readonly ContactInput[], context = contextNow()) =>
  subjects
    .get(SubjectRegistration)
    .register(
      { audience: 'consumer', collection: 'direct', source: { kind: 'shop' }, occurredAt: now },
      inputs,
      'create-and-link',
      context,
    );
const historyOf = async (subjectId: string) =>
  (await subjects.reader.history(subjectStream(subjectId))) as readonly unknown[] as readonly SubjectEvent[];

describe('an address', () => {
  it('of a registration is asked about when it is claimed and nothing is recorded yet', async () => {
    const value = mailbox();
    const name: ContactInput = { kind: 'name', value: Personal.of('Camille Martin') };
    const id: ContactInput = { kind: 'external-id', system: 'crm', value: Personal.of(randomUUID()) };
    const { subjectId } = await register([mail(value.toUpperCase()), name, id]);
    expect(asked).toEqual([
      { subjectId, addresses: [['email', value]], claimedBy: [subjectId], isFound: false, facts: [] },
    ]);
  });

  it('that is added or takes another one’s place is asked about before it stands', async () => {
    const { subjectId } = await register([mail(mailbox())]);
    const [first] = (await historyOf(subjectId)).filter((event) => event.type === 'ContactPointAdded');
    asked.splice(0);
    const [added, corrected] = [mailbox(), mailbox()];
    const changes = subjects.get(ContactPointChanges);
    await changes.add(subjectId, mail(added), now, contextNow());
    const change = { replaces: first!.data.contactPointId, reason: 'outdated', occurredAt: now } as const;
    await changes.rectify(subjectId, change, mail(corrected), contextNow());
    const seen = asked.map(({ addresses, claimedBy, isFound, facts }) => [
      ...[addresses, claimedBy, isFound, facts.length],
    ]);
    expect(seen).toEqual([
      [[['email', added]], [subjectId], false, 2],
      [[['email', corrected]], [subjectId], false, 3],
    ]);
  });

  it('becomes nobody’s where nobody can say whether it is unwanted, and a repetition goes on', async () => {
    const [value, context] = [mailbox(), contextNow()];
    refusal = new Error('The list does not answer');
    await expect(register([mail(value)], context)).rejects.toThrow('does not answer');
    expect(await historyOf(asked[0]!.subjectId)).toEqual([]);
    expect(
      (await subjects.keyStore.claims.findLive([{ kind: 'email', normalised: Personal.of(value) }]))[0],
    ).toEqual([]);
    refusal = undefined;
    const { subjectId } = await register([mail(value)], { ...context, mayBeRetry: true });
    expect((await historyOf(subjectId)).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'ContactPointAdded',
    ]);
  });
});
