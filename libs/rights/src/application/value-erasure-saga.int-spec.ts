import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '#event-store';
import type { EvidenceRef } from '#event-store/contract';
import { Personal, type ContactPointKind } from '#kernel';
import { normaliseContact, type ContactValue } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { rightsStream, type RightsEvent } from '../contract.js';
import type { OrderValueErasure } from '../domain/rights.commands.js';
import { destructionOf } from '../domain/rights-state.js';
import { MortalProcess, ProcessDied } from '../mortal-process.harness.js';
import {
  contextNow,
  openRightsLedger,
  record,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { ErasureReactor } from './erasure.reactor.js';
import { OrderErasureCommand, OrderValueErasureCommand } from './rights.commands.js';
import { RightsFactsReader } from './rights-facts.js';

// Goal: an erased value opens nowhere and finds nobody, a "no" at it goes on blocking, everything else stays where
// facts point at it; whatever process dies when, and whoever seals meanwhile. Method: a person with several contact
// points, one of which goes, by a process that dies after its first effect, its second, and so on.

let ledger: RightsLedger;
let healthy: RightsProcess;
let mortal: MortalProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  healthy = await ledger.start();
  mortal = await MortalProcess.start(ledger);
});
afterAll(() => ledger.close());

interface Point {
  readonly contactPointId: string;
  readonly kind: ContactPointKind;
  readonly value: string;
  readonly ref: EvidenceRef;
}
interface Person {
  readonly subjectId: string;
  readonly old: Point;
  readonly twin: Point;
  readonly phone: Point;
  readonly statement: EvidenceRef;
}

const valueOf = ({ kind, value }: Pick<Point, 'kind' | 'value'>): ContactValue => {
  const normalised = normaliseContact(kind, Personal.of(value));
  if (!('value' in normalised)) throw new Error('no contact value');
  return { kind: kind as 'email', normalised: normalised.value };
};

async function addPoint(
  subjectId: string,
  kind: ContactPointKind,
  value: string,
  by = healthy,
): Promise<Point> {
  const [contactPointId, context] = [randomUUID(), contextNow()];
  const { claims } = by.keyStore;
  await claims.claim({
    ...valueOf({ kind, value }),
    subjectId,
    contactPointId,
    commandId: context.commandId,
  });
  const sealed = { subjectId, scope: 'identity', about: 'contact-point', context, step: 1 } as const;
  const ref = await by.personal.seal({ ...sealed, fields: { kind, value: Personal.of(value) } });
  const added: SubjectEvent = {
    type: 'ContactPointAdded',
    data: { subjectId, contactPointId, kind, use: 'unknown', value: ref, occurredAt: context.now },
  };
  await record(by, subjectStream(subjectId), [added], [subjectId]);
  await claims.confirm(context.commandId);
  return { contactPointId, kind, value, ref };
}

/** Somebody with an old address (twice on record), a number, a statement, and a "no" to everything. */
async function person(): Promise<Person> {
  const subjectId = randomUUID();
  const mailbox = `${randomUUID()}@mail.example`;
  const old = await addPoint(subjectId, 'email', mailbox);
  const phone = await addPoint(subjectId, 'phone', `+336${String(randomInt(10_000_000, 100_000_000))}`);
  const twin = await addPoint(subjectId, 'email', `${randomUUID()}@mail.example`);
  const statement = await healthy.personal.seal({
    ...{ subjectId, scope: 'identity', about: 'statement', context: contextNow(), step: 1 },
    fields: { statement: Personal.of('words') },
  });
  const objection: RightsEvent = {
    type: 'ObjectionRaised',
    data: {
      ...{ objectionId: randomUUID(), subjectId, kind: 'marketing', purposeId: 'all', channel: 'all' },
      ...{ occurredAt: contextNow().now, source: 'preference-centre', indicatedBy: 'data-subject' },
    },
  };
  await record(healthy, rightsStream(subjectId), [objection], [subjectId]);
  return { subjectId, old, phone, twin, statement };
}

async function ordered({ subjectId }: Person, points: readonly Point[]): Promise<LedgerEvent> {
  const now = contextNow().now;
  const order: OrderValueErasure['data']['order'] = {
    ...{ erasureId: randomUUID(), subjectId, ground: 'no-longer-necessary', initiator: 'data-subject' },
    ...{ requestedAt: now, identityCheck: { method: 'reply-from-known-address', at: now } },
    values: points.map(({ contactPointId, ref }) => ({
      ...{ scope: ref.scope, eventId: ref.eventId, contactPointId },
    })),
  };
  const data = { order, isKnown: true, confirmsOverRestriction: false };
  await healthy.bus.execute(new OrderValueErasureCommand({ type: 'OrderValueErasure', data }, contextNow()));
  return (await healthy.reader.history(rightsStream(subjectId))).at(-1)!;
}
async function restrict({ subjectId }: Person): Promise<string> {
  const [restrictionId, occurredAt] = [randomUUID(), contextNow().now];
  const data = { restrictionId, subjectId, ground: 'accuracy', purposeIds: 'all', occurredAt } as const;
  const by = { initiator: 'data-subject', source: 'email-reply' } as const;
  const restricted: RightsEvent = { type: 'ProcessingRestricted', data: { ...data, ...by } };
  await record(healthy, rightsStream(subjectId), [restricted], [subjectId]);
  return restrictionId;
}
const erasureIdOf = (event: LedgerEvent) => (event.data as { erasureId: string }).erasureId;
const react = ({ app }: RightsProcess, event: LedgerEvent) => app.get(ErasureReactor).react(event);

/** What can be read, found and is blocked, and what the ledger says, without what differs from person to person. */
async function standing(who: Person, order: LedgerEvent) {
  const { subjectId, old, phone, twin, statement } = who;
  const refs = [old.ref, phone.ref, twin.ref, statement];
  const opened = await healthy.personal.open(refs.map((ref) => ({ subjectId, ref })));
  const { subjects, claims, suppressions } = healthy.keyStore;
  const { keys, fences } = await subjects.state(subjectId);
  const { state, rights } = await healthy.app.get(RightsFactsReader).of(subjectId);
  const values = [old, phone, twin].map(valueOf) as { kind: 'email'; normalised: Personal<string> }[];
  return {
    readable: opened.map((one) => ('fields' in one ? 'yes' : 'erased' in one ? 'erased' : 'lost')),
    found: (await claims.findLive(values)).map((found) => found.includes(subjectId)),
    blocked: (await suppressions.matching(values)).map((matches) => matches.length),
    keys: keys.map(({ scope, generation, state: of }) => [scope, generation, of]),
    fences: fences.map(({ scope, throughGeneration, closed }) => [scope, throughGeneration, closed]),
    types: rights.map(({ type }) => type),
    acknowledged: destructionOf(state, erasureIdOf(order))?.acknowledgedBy,
  };
}
const END = {
  readable: ['erased', 'yes', 'yes', 'yes'],
  found: [false, true, true],
  blocked: [1, 0, 0],
  keys: [
    ['identity', 1, 'shredded'],
    ['identity', 2, 'active'],
  ],
  fences: [['identity', 1, false]],
  types: [
    ...['ObjectionRaised', 'ValueErasureOrdered', 'SuppressionPrepared', 'KeyDestructionStarted'],
    ...['SubjectKeyDestroyed', 'PurgeAcknowledged', 'PurgeAcknowledged', 'PurgeAcknowledged'],
  ],
  acknowledged: ['contact-claims', 'command-log', 'archive-index'],
};

describe('the erasure of one value', () => {
  it('ends that value and leaves everything else where facts point at it', async () => {
    const who = await person();
    const order = await ordered(who, [who.old]);
    await react(healthy, order);
    expect(await standing(who, order)).toEqual(END);
    const { rights } = await healthy.app.get(RightsFactsReader).of(who.subjectId);
    const started = rights.find((event) => event.type === 'KeyDestructionStarted')!;
    expect(started.data).toMatchObject({ scopes: [], keys: [{ scope: 'identity', generation: 1 }] });
    // Which of the old stream was looked at stands in the ledger: the suppression list's ids came last.
    const { stream } = (started.data as { keys: { stream: string }[] }).keys[0]!;
    expect(started.data).toMatchObject({ covers: expect.arrayContaining([{ stream, revision: 4 }]) });
  });

  it('comes to the same end after its process died after any of its effects', async () => {
    const reference = await person();
    mortal.live();
    await react(mortal.process, await ordered(reference, [reference.old]));
    const effects = mortal.effects.length;
    expect(effects).toBeGreaterThan(12);
    for (let last = 1; last <= effects; last += 1) {
      const who = await person();
      const order = await ordered(who, [who.old]);
      mortal.live(last);
      await expect(react(mortal.process, order)).rejects.toThrow(ProcessDied);
      const where = `after ${String(last)} effects: ${mortal.effects.at(-1) ?? ''}`;
      const meanwhile = await standing(who, order);
      expect({ where, readable: meanwhile.readable.slice(1) }).toEqual({
        where,
        readable: ['yes', 'yes', 'yes'],
      });
      if (meanwhile.types.includes('SubjectKeyDestroyed')) expect(meanwhile.readable[0]).toBe('erased');
      await react(healthy, order);
      await react(healthy, order);
      expect({ where, ...(await standing(who, order)) }).toEqual({ where, ...END });
    }
  });

  it('ends once when two processes are at it, and several orders of one person end each', async () => {
    const who = await person();
    const orders = [await ordered(who, [who.old]), await ordered(who, [who.phone])];
    mortal.live();
    await Promise.allSettled([react(mortal.process, orders[0]!), react(healthy, orders[1]!)]);
    await react(healthy, orders[1]!);
    const end = await standing(who, orders[1]!);
    expect(end).toMatchObject({ readable: ['erased', 'erased', 'yes', 'yes'], found: [false, false, true] });
    expect(end.blocked).toEqual([1, 1, 0]);
    expect(end.types.filter((type) => type === 'KeyDestructionStarted')).toHaveLength(2);
  });

  it('loses nothing that is sealed while it runs', async () => {
    const who = await person();
    const order = await ordered(who, [who.old]);
    const added: Promise<Point>[] = [];
    const add = () => addPoint(who.subjectId, 'phone', `+336${String(randomInt(10_000_000, 100_000_000))}`);
    // Something is sealed beside each effect, and one seal is begun before each and ends after it.
    mortal.live(Infinity, async () => {
      added.push(add());
      await add().then((point) => added.push(Promise.resolve(point)));
    });
    await react(mortal.process, order);
    const points = await Promise.all(added);
    expect(points.length).toBeGreaterThan(20);
    const { subjectId } = who;
    const opened = await healthy.personal.open(points.map(({ ref }) => ({ subjectId, ref })));
    expect(opened.map((one) => ('fields' in one ? one.fields.reveal()['value'] : one))).toEqual(
      points.map(({ value }) => value),
    );
    expect((await standing(who, order)).readable).toEqual(END.readable);
  });

  it('keeps the person findable by a value that another contact point has too', async () => {
    const who = await person();
    const same = await addPoint(who.subjectId, 'email', who.old.value);
    const order = await ordered(who, [who.old]);
    await react(healthy, order);
    expect((await standing(who, order)).found).toEqual([true, true, true]);
    await react(healthy, await ordered(who, [same]));
    expect((await standing(who, order)).found).toEqual([false, true, true]);
  });

  it('waits for a restriction that came after the order', async () => {
    const who = await person();
    const order = await ordered(who, [who.old]);
    const restrictionId = await restrict(who);
    await react(healthy, order);
    expect((await standing(who, order)).readable).toEqual(['yes', 'yes', 'yes', 'yes']);
    const lifted: RightsEvent = {
      type: 'RestrictionLifted',
      data: {
        restrictionId,
        subjectId: who.subjectId,
        reason: 'accuracy-verified',
        occurredAt: order.recordedAt,
      },
    };
    await record(healthy, rightsStream(who.subjectId), [lifted], [who.subjectId]);
    await react(healthy, (await healthy.reader.history(rightsStream(who.subjectId))).at(-1)!);
    expect((await standing(who, order)).readable).toEqual(END.readable);
  });

  it('leaves to another one that waits what only that one may end', async () => {
    const who = await person();
    const waiting = await ordered(who, [who.phone]);
    // It has entered its "no"s and passed on its survivors when the restriction comes.
    mortal.live(Infinity, async (effect) => {
      if (effect.includes('PersonalDataSealed')) await restrict(who);
    });
    await react(mortal.process, waiting);
    expect((await standing(who, waiting)).types).not.toContain('KeyDestructionStarted');
    await react(healthy, await ordered(who, [who.old]));
    expect((await standing(who, waiting)).readable).toEqual(['erased', 'yes', 'yes', 'yes']);
  });

  it('is over with the erasure of everything, in whatever order they come', async () => {
    const who = await person();
    const order = await ordered(who, [who.old]);
    const now = contextNow().now;
    const whole: Extract<RightsEvent, { type: 'ErasureOrdered' }>['data'] = {
      ...{
        erasureId: randomUUID(),
        subjectId: who.subjectId,
        ground: 'objection',
        initiator: 'data-subject',
      },
      ...{ requestedAt: now, identityCheck: { method: 'reply-from-known-address', at: now } },
      ...{ scopes: ['identity'], retained: [], rulesVersion: '2026-11' },
    };
    const data = { order: whole, isKnown: true, confirmsOverRestriction: false };
    await healthy.bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, contextNow()));
    await react(healthy, order);
    const end = await standing(who, order);
    expect(end).toMatchObject({
      acknowledged: END.acknowledged,
      found: [false, false, false],
      blocked: [1, 1, 1],
    });
    expect(new Set(end.readable)).toEqual(new Set(['erased']));
  });
});
