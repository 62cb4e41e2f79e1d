import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, Rejection, type RestrictionGround } from '#kernel';
import { rightsStream } from '../contract.js';
import {
  contextNow,
  openRightsLedger,
  readable,
  sealFor,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { ErasureReactor } from './erasure.reactor.js';
import {
  LiftRestrictionCommand,
  NotifyRestrictionLiftCommand,
  OrderErasureCommand,
  RestrictProcessingCommand,
} from './rights.commands.js';

// Goal: while a restriction stands nothing is destroyed, whichever of the two came first; it is lifted after notice
// only (Art. 18(3)), and what waited behind it goes on. Method: the commands on the bus, on PostgreSQL, raced.

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  process = await ledger.start();
});
afterAll(() => ledger.close());

async function restrict(
  subjectId: string,
  ground: RestrictionGround = 'accuracy',
  context = contextNow(),
): Promise<string> {
  const restrictionId = randomUUID();
  const data = {
    restrictionId,
    subjectId,
    ground,
    purposeIds: 'all' as const,
    initiator: 'controller' as const,
    source: 'staff' as const,
    occurredAt: context.now,
  };
  await process.bus.execute(new RestrictProcessingCommand({ type: 'RestrictProcessing', data }, context));
  return restrictionId;
}
const notify = (subjectId: string, restrictionId: string): Promise<unknown> => {
  const data = { restrictionId, subjectId, means: 'email' as const, notifiedAt: contextNow().now };
  return process.bus.execute(
    new NotifyRestrictionLiftCommand({ type: 'NotifyRestrictionLift', data }, contextNow()),
  );
};
const lift = (subjectId: string, restrictionId: string): Promise<unknown> => {
  const data = {
    restrictionId,
    subjectId,
    reason: 'accuracy-verified' as const,
    occurredAt: contextNow().now,
  };
  return process.bus.execute(new LiftRestrictionCommand({ type: 'LiftRestriction', data }, contextNow()));
};
function orderErasure(subjectId: string): Promise<unknown> {
  const { now } = contextNow();
  const order = {
    erasureId: randomUUID(),
    subjectId,
    ground: 'consent-withdrawn' as const,
    initiator: 'data-subject' as const,
    requestedAt: now,
    identityCheck: { method: 'reply-from-known-address' as const, at: now },
    scopes: ['identity' as const],
    retained: [
      { scope: 'evidence' as const, ruleId: 'RET', ground: 'legal-claims' as const, until: '2099-01-01' },
    ],
    rulesVersion: '2026-11',
  };
  const data = { order, isKnown: true, confirmsOverRestriction: false };
  return process.bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, contextNow()));
}
const typesOf = async (subjectId: string): Promise<string[]> =>
  (await process.reader.history(rightsStream(subjectId))).map(({ type }) => type);

/** What the log would hand to the reactor: the newest event that it handles. */
async function redeliver(subjectId: string): Promise<void> {
  const reactor = process.app.get(ErasureReactor);
  const history = await process.reader.history(rightsStream(subjectId));
  const handled = history.findLast(({ type }) => reactor.handles.includes(type));
  if (handled !== undefined) await reactor.react(handled);
}

describe('a restriction', () => {
  it('is lifted after notice to the person, once', async () => {
    const subjectId = randomUUID();
    const restrictionId = await restrict(subjectId);
    await expect(lift(subjectId, restrictionId)).rejects.toMatchObject({
      code: 'restriction-lift-not-notified',
    });
    await Promise.all([notify(subjectId, restrictionId), notify(subjectId, restrictionId)]);
    const lifted = await Promise.allSettled([
      lift(subjectId, restrictionId),
      lift(subjectId, restrictionId),
      lift(subjectId, restrictionId),
    ]);
    const declined = lifted.flatMap((each) => (each.status === 'rejected' ? [each.reason as Rejection] : []));
    expect(declined.map(({ code }) => code)).toEqual([
      'restriction-already-lifted',
      'restriction-already-lifted',
    ]);
    await expect(lift(subjectId, randomUUID())).rejects.toMatchObject({ code: 'restriction-unknown' });
    expect(await typesOf(subjectId)).toEqual([
      'ProcessingRestricted',
      'RestrictionLiftNotified',
      'RestrictionLifted',
    ]);
  });

  it('keeps an erasure from being ordered', async () => {
    const subjectId = randomUUID();
    await restrict(subjectId);
    await expect(orderErasure(subjectId)).rejects.toMatchObject({ code: 'erasure-blocked-by-restriction' });
    expect(await typesOf(subjectId)).toEqual(['ProcessingRestricted']);
  });

  it('stops an erasure that was ordered before it, until the last one is lifted', async () => {
    const subjectId = randomUUID();
    await sealFor(process, subjectId, 'identity', 'anna@mail.example');
    const anna = { kind: 'email', normalised: Personal.of('anna@mail.example') } as const;
    await orderErasure(subjectId);
    const restrictionIds = [await restrict(subjectId), await restrict(subjectId, 'claims')];
    await redeliver(subjectId);
    for (const restrictionId of restrictionIds) {
      expect(await readable(process, subjectId)).toHaveLength(1);
      // Whom the ordinary look-up still finds is not in the archive yet.
      expect(await process.keyStore.archive.find(anna)).toEqual([]);
      await notify(subjectId, restrictionId);
      await lift(subjectId, restrictionId);
      await redeliver(subjectId);
    }
    expect(await readable(process, subjectId)).toEqual([]);
    expect(await process.keyStore.archive.find(anna)).toEqual([{ subjectId, until: '2099-01-01' }]);
    expect(await typesOf(subjectId)).toContain('SubjectKeyDestroyed');
  });

  it('and the point of no return meet in one stream: whichever comes first holds', async () => {
    for (let round = 0; round < 8; round += 1) {
      const subjectId = randomUUID();
      await sealFor(process, subjectId, 'identity', 'anna@mail.example');
      await orderErasure(subjectId);
      await Promise.all([redeliver(subjectId), restrict(subjectId)]);
      await redeliver(subjectId);
      const types = await typesOf(subjectId);
      const isStopped = !types.includes('KeyDestructionStarted');
      if (!isStopped) {
        expect(types.indexOf('KeyDestructionStarted')).toBeLessThan(types.indexOf('ProcessingRestricted'));
      }
      expect(await readable(process, subjectId)).toHaveLength(isStopped ? 1 : 0);
    }
  });
});
