import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '#event-store';
import { Personal } from '#kernel';
import { recipientStream, type RegisterEvent } from '#register/contract';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { rightsStream, type RightsEvent } from '../contract.js';
import { MortalProcess, ProcessDied } from '../mortal-process.harness.js';
import {
  contextNow,
  openRightsLedger,
  record,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { ErasureReactor } from './erasure.reactor.js';
import { OrderErasureCommand } from './rights.commands.js';
import { RightsFactsReader } from './rights-facts.js';

// Goal: what recipients need survives the keys of the person, whatever dies when, is there once, and dies with the last
// answer or the due day. Method: a ledger with a recipient of everything; a process that dies after each of its effects.

let ledger: RightsLedger;
let healthy: RightsProcess;
let mortal: MortalProcess;
const recipientId = randomUUID();
beforeAll(async () => {
  ledger = await openRightsLedger();
  healthy = await ledger.start();
  mortal = await MortalProcess.start(ledger);
  ledger.copyForAudit();
  const declared: RegisterEvent = {
    type: 'RecipientDeclared',
    data: {
      ...{ recipientId, legalName: 'Routage SARL', kind: 'processor', purposeIds: 'all', howTold: 'api' },
      ...{ identifiesBy: { kind: 'email' }, occurredAt: contextNow().now },
    },
  };
  await record(healthy, recipientStream(recipientId), [declared]);
});
afterAll(() => ledger.close());

interface Person {
  readonly subjectId: string;
  readonly erasureId: string;
  readonly mailbox: string;
}

async function orderedErasure(): Promise<Person & { readonly ordered: LedgerEvent }> {
  const [subjectId, erasureId] = [randomUUID(), randomUUID()];
  const mailbox = `${subjectId}@mail.example`;
  const context = contextNow();
  const value = await healthy.personal.seal({
    ...{ subjectId, scope: 'identity', about: 'contact-point', context, step: 1 },
    fields: { kind: 'email', value: Personal.of(mailbox) },
  });
  const added: SubjectEvent = {
    type: 'ContactPointAdded',
    data: {
      ...{ subjectId, contactPointId: randomUUID(), kind: 'email', use: 'unknown', value },
      occurredAt: context.now,
    },
  };
  await record(healthy, subjectStream(subjectId), [added], [subjectId]);
  const now = contextNow().now;
  const order: Extract<RightsEvent, { type: 'ErasureOrdered' }>['data'] = {
    ...{ erasureId, subjectId, ground: 'objection', initiator: 'data-subject', requestedAt: now },
    ...{ scopes: ['identity'], retained: [], rulesVersion: '2026-11' },
    identityCheck: { method: 'reply-from-known-address', at: now },
  };
  const data = { order, isKnown: true, confirmsOverRestriction: false };
  await healthy.bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, contextNow()));
  const ordered = (await healthy.reader.history(rightsStream(subjectId))).at(-1)!;
  return { subjectId, erasureId, mailbox, ordered };
}

const react = ({ app }: RightsProcess, event: LedgerEvent): Promise<void> =>
  app.get(ErasureReactor).react(event);

async function standing({ subjectId, mailbox }: Person) {
  const { state, rights } = await healthy.app.get(RightsFactsReader).of(subjectId);
  const opened = await healthy.personal.openSubject(subjectId);
  const values = opened.flatMap((entry) => ('fields' in entry.opened ? [entry.opened.fields.reveal()] : []));
  const { keys } = await healthy.keyStore.subjects.state(subjectId);
  return {
    readable: JSON.parse(JSON.stringify(values).replaceAll(mailbox, 'the address')) as unknown,
    recipients: state.notifications.map(({ prepared }) => prepared.recipientId),
    keys: keys.map(({ scope, state: of }) => `${scope} ${of}`).sort(),
    types: rights.map(({ type }) => type).filter((type) => type !== 'PersonalStreamClosed'),
  };
}

const answer = async ({ subjectId, erasureId }: Person): Promise<LedgerEvent> => {
  const acknowledged: RightsEvent = {
    type: 'RecipientAcknowledged',
    data: { erasureId, subjectId, recipientId, acknowledgedAt: contextNow().now, outcome: 'erased' },
  };
  await record(healthy, rightsStream(subjectId), [acknowledged], [subjectId]);
  return (await healthy.reader.history(rightsStream(subjectId))).at(-1)!;
};

const TOLD = [{ findBy: [{ kind: 'email', value: 'the address' }] }, { kind: 'email', value: 'the address' }];

describe('what a recipient needs', () => {
  it('outlives the person’s keys, and dies with the answer', async () => {
    const person = await orderedErasure();
    await react(healthy, person.ordered);
    const told = await standing(person);
    expect(told.readable).toEqual(expect.arrayContaining(TOLD));
    expect(told).toMatchObject({
      recipients: [recipientId],
      keys: ['identity shredded', 'notification active'],
    });
    const answered = await answer(person);
    await react(healthy, answered);
    await react(healthy, answered);
    const end = await standing(person);
    expect(end).toMatchObject({ readable: [], keys: ['identity shredded', 'notification shredded'] });
    expect(end.types.filter((type) => type === 'KeyDestructionStarted')).toHaveLength(2);
    expect(end.types.filter((type) => type === 'SubjectKeyDestroyed')).toHaveLength(2);
  });

  it('is there once, whatever dies before and after', async () => {
    const reference = await orderedErasure();
    mortal.live();
    await react(mortal.process, reference.ordered);
    const expected = await standing(reference);
    const effects = mortal.effects.length;
    expect(effects).toBeGreaterThan(10);
    for (let last = 1; last <= effects; last += 1) {
      const person = await orderedErasure();
      mortal.live(last);
      await react(mortal.process, person.ordered).catch((error: unknown) => {
        if (!(error instanceof ProcessDied)) throw error;
      });
      const where = `after ${String(last)} effects: ${mortal.effects.at(-1) ?? ''}`;
      const { types, readable } = await standing(person);
      // Never are the keys dead while a recipient could not be told any more.
      if (types.includes('KeyDestructionStarted')) expect(readable).toEqual(expect.arrayContaining(TOLD));
      await react(healthy, person.ordered);
      expect({ where, ...(await standing(person)) }).toEqual({ where, ...expected });
    }
  });

  it('dies when its day has passed without an answer, which still counts when it comes', async () => {
    const person = await orderedErasure();
    const { subjectId, erasureId } = person;
    const request = { subjectId, scope: 'notification', about: 'recipient-package', step: 1 } as const;
    const sealed = await healthy.personal.seal({ ...request, fields: { findBy: [] }, context: contextNow() });
    const overdue: RightsEvent = {
      type: 'RecipientPackagePrepared',
      data: { erasureId, subjectId, recipientId, howTold: 'api', package: sealed, dueBy: '2026-01-31' },
    };
    await record(healthy, rightsStream(subjectId), [overdue], [subjectId]);
    await react(healthy, person.ordered);
    const end = await standing(person);
    expect(end).toMatchObject({ readable: [], keys: ['identity shredded', 'notification shredded'] });
    expect(end.types).toContain('RecipientFailed');
    await react(healthy, await answer(person));
    expect((await standing(person)).keys).toEqual(['identity shredded', 'notification shredded']);
  });
});
