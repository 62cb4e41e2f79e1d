import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isCaughtUp, type LedgerEvent } from '#event-store';
import { Personal, type Scope } from '#kernel';
import { CommandLog } from '#runtime';
import type { ContactValue } from '#subject-keys';
import { rightsStream, type RightsEvent } from '../contract.js';
import { MortalProcess, ProcessDied } from '../mortal-process.harness.js';
import {
  contextNow,
  openRightsLedger,
  readable,
  record,
  sealFor,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { ErasureReactor } from './erasure.reactor.js';
import { erasureCertificate } from './erasure-certificate.js';
import { erasureView } from './erasure-view.js';
import { Purgers } from './purgers.js';
import { OrderErasureCommand } from './rights.commands.js';
import { RightsFactsReader } from './rights-facts.js';

// Goal: an erasure whose process dies after any of its effects comes to the same end when it is taken up, and nothing
// of it is ever said too early (invariant 9 of the key store). Method: a process that dies after its first effect, its
// second, and so on to the last one; what it has said is held against what can be read; then another process gets the
// order again, twice.

const SCOPES: Scope[] = ['identity', 'marketing', 'contract'];
const WORDS = 'what the law keeps';
const UNTIL = '2099-11-02';

let ledger: RightsLedger;
let healthy: RightsProcess;
let mortal: MortalProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  healthy = await ledger.start();
  mortal = await MortalProcess.start(ledger);
});
afterAll(() => ledger.close());

interface Person {
  readonly subjectId: string;
  readonly erasureId: string;
  readonly email: string;
  readonly phone: string;
  readonly ordered: LedgerEvent;
  /** Events in the ledger before the erasure began. */
  readonly before: Readonly<Record<string, number>>;
}

/** Somebody with two addresses, a claim, a statement, an objection, a row in the command log, and an ordered erasure. */
async function orderedErasure(): Promise<Person> {
  const [subjectId, erasureId] = [randomUUID(), randomUUID()];
  const email = `${subjectId}@mail.example`;
  const phone = `+336${String(randomInt(10_000_000, 100_000_000))}`;
  await sealFor(healthy, subjectId, 'identity', email);
  await healthy.personal.seal({
    ...{ subjectId, scope: 'identity', about: 'contact-point', context: contextNow(), step: 1 },
    fields: { kind: 'phone', value: Personal.of(phone) },
  });
  await sealFor(healthy, subjectId, 'evidence', WORDS);
  const claim = { subjectId, contactPointId: randomUUID(), commandId: randomUUID() };
  await healthy.keyStore.claims.claim({ ...claim, kind: 'email', normalised: Personal.of(email) });
  await healthy.keyStore.claims.confirm(claim.commandId);
  const objection: RightsEvent = {
    type: 'ObjectionRaised',
    data: {
      ...{ objectionId: randomUUID(), subjectId, kind: 'marketing', purposeId: 'all', channel: 'all' },
      ...{ occurredAt: contextNow().now, source: 'preference-centre', indicatedBy: 'data-subject' },
    },
  };
  await record(healthy, rightsStream(subjectId), [objection], [subjectId]);
  await healthy.app.get(CommandLog).begin({
    ...{ client: 'crm', route: 'POST /v1/x', body: { subjectId }, subjectId },
    ...{ idempotencyKey: randomUUID(), actor: { k: 'service', ref: randomUUID() } },
  });
  const now = contextNow().now;
  const order: Extract<RightsEvent, { type: 'ErasureOrdered' }>['data'] = {
    ...{ erasureId, subjectId, scopes: [...SCOPES], rulesVersion: '2026-11' },
    retained: [{ scope: 'evidence', ruleId: 'RET-CONSENT-PROOF', ground: 'legal-claims', until: UNTIL }],
    ground: 'consent-withdrawn',
    initiator: 'data-subject',
    requestedAt: now,
    identityCheck: { method: 'reply-from-known-address', at: now },
  };
  const data = { order, isKnown: true, confirmsOverRestriction: false };
  await healthy.bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, contextNow()));
  const ordered = (await healthy.reader.history(rightsStream(subjectId))).at(-1)!;
  return { subjectId, erasureId, email, phone, ordered, before: await countEvents() };
}

/** Until when the address leads to what is retained of the person; to nobody else. */
async function isArchived(
  archive: RightsProcess['keyStore']['archive'],
  address: ContactValue,
  { subjectId }: Person,
) {
  const found = await archive.find(address);
  expect(found.filter((one) => one.subjectId !== subjectId)).toEqual([]);
  return found.map(({ until }) => until);
}

async function countEvents(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const end = new AbortController();
  for await (const item of ledger.store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    counts[item.type] = (counts[item.type] ?? 0) + 1;
  }
  end.abort();
  return counts;
}

const react = ({ app }: RightsProcess, { ordered }: Person): Promise<void> =>
  app.get(ErasureReactor).react(ordered);

async function told({ subjectId, erasureId }: Person) {
  const { state, rights } = await healthy.app.get(RightsFactsReader).of(subjectId);
  const erasure = state.erasures.find(({ order }) => order.erasureId === erasureId)!;
  const purgers = healthy.app.get(Purgers).all.map(({ name }) => name);
  const { keyStore } = healthy;
  return {
    view: erasureView(erasure, state, rights, purgers),
    certificate: erasureCertificate(erasure, rights, keyStore.kek),
    isPurged: purgers.every((name) => erasure.purgedBy.includes(name)),
    types: rights.map(({ type }) => type),
  };
}

/** How everything stands, without what differs from person to person and from moment to moment. */
async function standing(person: Person) {
  const { view, certificate, types } = await told(person);
  const { archive, claims, subjects, suppressions } = healthy.keyStore;
  const { keys, fences } = await subjects.state(person.subjectId);
  const addresses = [
    { kind: 'email', normalised: Personal.of(person.email) },
    { kind: 'phone', normalised: Personal.of(person.phone) },
  ] as const;
  const after = await countEvents();
  const added = Object.entries(after).map(([type, count]) => [type, count - (person.before[type] ?? 0)]);
  return {
    types,
    steps: view.steps.map(({ name, done }) => [name, done]),
    state: view.state,
    destroyed: certificate.destroyed.map(({ scope, keys: dead }) => [scope, dead.length]),
    purged: certificate.purged.map(({ purger, technique }) => [purger, technique]),
    suppressionEntries: certificate.suppressionEntries,
    keys: keys.map(({ scope, generation, state }) => [scope, generation, state]),
    fences: fences.map(({ scope, closed }) => [scope, closed]),
    blocked: (await suppressions.matching(addresses)).map((matches) => matches.length),
    found: await claims.findLive(addresses),
    archived: await Promise.all(addresses.map((address) => isArchived(archive, address, person))),
    readable: await readable(healthy, person.subjectId),
    added: Object.fromEntries(added.filter(([, count]) => count !== 0)) as Record<string, number>,
  };
}

/** What must hold at every moment, also while the process that was at work is dead. */
async function expectNothingSaidTooEarly(person: Person): Promise<void> {
  const { view, isPurged } = await told(person);
  const { keys } = await healthy.keyStore.subjects.state(person.subjectId);
  const alive = keys.filter(({ scope, state }) => SCOPES.includes(scope as Scope) && state !== 'shredded');
  const values = await readable(healthy, person.subjectId);
  const address = { kind: 'phone', normalised: Personal.of(person.phone) } as const;
  const archived = await isArchived(healthy.keyStore.archive, address, person);
  if (view.steps.some(({ name, done }) => name === 'key-destruction-started' && done))
    expect(archived).toEqual([UNTIL]);
  if (view.state === 'unreadable') {
    expect(alive).toEqual([]);
    expect(values).toEqual([{ statement: WORDS }]);
  }
  expect(values).toContainEqual({ statement: WORDS });
  if (isPurged) expect(view.state).toBe('unreadable');
}

describe('an erasure', () => {
  it('that nothing interrupts ends complete', async () => {
    const person = await orderedErasure();
    await react(healthy, person);
    expect(await standing(person)).toMatchObject({
      state: 'unreadable',
      types: [
        ...['ObjectionRaised', 'ErasureOrdered', 'SuppressionPrepared', 'KeyDestructionStarted'],
        ...['SubjectKeyDestroyed', 'SubjectKeyDestroyed', 'SubjectKeyDestroyed'],
        ...['PurgeAcknowledged', 'PurgeAcknowledged', 'PurgeAcknowledged'],
      ],
      destroyed: [
        ['identity', 1],
        ['marketing', 0],
        ['contract', 0],
      ],
      suppressionEntries: 2,
      blocked: [1, 1],
      found: [[], []],
      archived: [[UNTIL], [UNTIL]],
      readable: [{ statement: WORDS }],
    });
    const { certificate } = await told(person);
    expect(certificate.purged.map(({ removed }) => removed)).toEqual([1, 1, 0]);
  });

  it('comes to the same end after its process died after any of its effects', async () => {
    const reference = await orderedErasure();
    mortal.live();
    await react(mortal.process, reference);
    const expected = await standing(reference);
    const effects = mortal.effects.length;
    expect(effects).toBeGreaterThan(16);
    expect(mortal.effects.filter((effect) => effect.startsWith('archive.'))).toEqual([
      'archive.enter',
      'archive.releaseScopes',
    ]);
    for (let last = 1; last <= effects; last += 1) {
      const person = await orderedErasure();
      mortal.live(last);
      await expect(react(mortal.process, person)).rejects.toThrow(ProcessDied);
      const where = `after ${String(last)} effects: ${mortal.effects.at(-1) ?? ''}`;
      await expectNothingSaidTooEarly(person);
      await react(healthy, person);
      expect({ where, ...(await standing(person)) }).toEqual({ where, ...expected });
      await react(healthy, person);
      expect({ where, ...(await standing(person)) }).toEqual({ where, ...expected });
    }
  });

  it('says nothing too early at any moment of its life', async () => {
    const person = await orderedErasure();
    mortal.live(Infinity, () => expectNothingSaidTooEarly(person));
    await react(mortal.process, person);
    expect((await told(person)).view.state).toBe('unreadable');
  });

  it('is ended by the process that comes next, whatever dies how often', async () => {
    const person = await orderedErasure();
    let deaths = 0;
    for (let isDone = false; !isDone;) {
      mortal.live(4);
      isDone = await react(mortal.process, person).then(
        () => true,
        () => false,
      );
      await expectNothingSaidTooEarly(person);
      deaths += 1;
      if (deaths > 100) throw new Error('It does not get any further');
    }
    expect((await standing(person)).state).toBe('unreadable');
  });

  it('also ends a key that came to life after its point of no return', async () => {
    const person = await orderedErasure();
    const { subjectId } = person;
    mortal.live(Infinity, async (effect) => {
      if (effect.includes('KeyDestructionStarted')) await sealFor(healthy, subjectId, 'marketing', 'late');
    });
    await react(mortal.process, person);
    const { destroyed } = await standing(person);
    expect(destroyed).toContainEqual(['marketing', 1]);
    expect(await readable(healthy, subjectId)).toEqual([{ statement: WORDS }]);
    await expect(sealFor(healthy, subjectId, 'marketing', 'later')).rejects.toThrow('destroyed');
  });

  it('ends once when two processes are at it', async () => {
    const person = await orderedErasure();
    mortal.live();
    await Promise.allSettled([react(mortal.process, person), react(healthy, person)]);
    await react(healthy, person);
    const { types, blocked } = await standing(person);
    expect(new Set(types).size).toBe(types.length - 4);
    expect(blocked).toEqual([1, 1]);
  });
});
