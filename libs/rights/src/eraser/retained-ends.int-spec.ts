import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, parisDay, Personal, type Scope } from '#kernel';
import { rightsStream, type RightsEvent } from '../contract.js';
import {
  openRightsLedger,
  readable,
  record,
  sealFor,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { factsOf, ofType, orderErasure, react, untilCopied } from './eraser.harness.js';
import { Eraser } from './eraser.js';

// Goal: what the law let us keep goes when its time is over, by itself, once, and not while a restriction protects it;
// until then the archive index leads to it, and not a moment longer.
// Method: evidence retained for some days, and processes whose clock is ahead.

const signal = new AbortController().signal;
const today = parisDay(new Date().toISOString());
let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  ledger.copyForAudit();
  process = await ledger.start();
});
afterAll(() => ledger.close());

const retained = (scope: Scope, until: string, ruleId = 'RET-CONSENT-PROOF') => ({
  ...{ scope, ruleId, until, ground: 'legal-claims' as const },
});

async function keptPerson(lines: ReturnType<typeof retained>[]) {
  const subjectId = randomUUID();
  await sealFor(process, subjectId, 'identity', `${subjectId}@mail.example`);
  await sealFor(process, subjectId, 'evidence', 'what the law keeps');
  const erasure = await orderErasure(process, subjectId, ['identity'], lines);
  await react(process, erasure);
  await untilCopied(ledger);
  return erasure;
}

const inDays = (days: number): Promise<RightsProcess> =>
  ledger.start({ clock: { now: () => new Date(Date.now() + days * 86_400_000).toISOString() } });
const end = async (by: RightsProcess): Promise<void> => {
  await by.app.get(Eraser).endRetention(signal);
  await untilCopied(ledger);
};
const archived = ({ subjectId }: { subjectId: string }) =>
  process.keyStore.archive.find({ kind: 'email', normalised: Personal.of(`${subjectId}@mail.example`) });
const ordersOf = async (subjectId: string) => ofType(await factsOf(process, subjectId), 'ErasureOrdered');

describe('the archive index', () => {
  it('leads to nobody of whom nothing is retained but the address on the suppression list', async () => {
    const none = await keptPerson([]);
    const suppressed = await keptPerson([retained('suppression', addDays(today, 900), 'RET-SUPPRESSION')]);
    expect([await archived(none), await archived(suppressed)]).toEqual([[], []]);
  });
});

describe('what an erasure retained', () => {
  it('is ordered to go on the day when its longest ground ends, once, whoever looks', async () => {
    const until = addDays(today, 20);
    const { subjectId } = await keptPerson([
      retained('evidence', addDays(today, 10), 'RET-PHONE-PROOF'),
      retained('evidence', until),
      retained('suppression', addDays(today, 1), 'RET-SUPPRESSION'),
    ]);
    await end(await inDays(19));
    expect(await ordersOf(subjectId)).toHaveLength(1);
    expect(await archived({ subjectId })).toEqual([{ subjectId, until }]);
    for (const by of [await inDays(20), await inDays(20), await inDays(25)]) await end(by);
    const [, order, ...more] = await ordersOf(subjectId);
    expect(more).toEqual([]);
    expect(order).toMatchObject({
      ...{ scopes: ['evidence'], ground: 'retention-elapsed', initiator: 'retention-rule', retained: [] },
    });
    const event = (await process.reader.history(rightsStream(subjectId))).at(-1)!;
    await react(await inDays(20), { subjectId, erasureId: order!.erasureId, event });
    expect(await readable(process, subjectId)).toEqual([]);
    expect(await archived({ subjectId })).toEqual([]);
    const acknowledged = ofType(await factsOf(process, subjectId), 'PurgeAcknowledged').filter(
      ({ erasureId, purger }) => erasureId === order!.erasureId && purger === 'archive-index',
    );
    expect(acknowledged).toMatchObject([{ removed: 1, technique: 'physical-delete' }]);
    const left = 'SELECT 1 FROM ks.archive_entry WHERE subject_ref = $1';
    expect((await ledger.keys.pool.query(left, [subjectId])).rows).toEqual([]);
    await end(await inDays(30));
    expect(await ordersOf(subjectId)).toHaveLength(2);
  });

  it('waits while a restriction stands, and goes when it is lifted', async () => {
    const { subjectId } = await keptPerson([retained('evidence', addDays(today, 5))]);
    const restrictionId = randomUUID();
    const restricted: RightsEvent = {
      type: 'ProcessingRestricted',
      data: {
        ...{ restrictionId, subjectId, ground: 'claims', purposeIds: 'all', initiator: 'data-subject' },
        ...{ occurredAt: new Date().toISOString(), source: 'email-reply' },
      },
    };
    await record(process, rightsStream(subjectId), [restricted], [subjectId]);
    const later = await inDays(6);
    await end(later);
    expect(await ordersOf(subjectId)).toHaveLength(1);
    // What a restriction keeps beyond its day is kept to be found.
    expect(await archived({ subjectId })).toHaveLength(1);
    const lifted: RightsEvent = {
      type: 'RestrictionLifted',
      data: { restrictionId, subjectId, reason: 'claims-over', occurredAt: new Date().toISOString() },
    };
    await record(process, rightsStream(subjectId), [lifted], [subjectId]);
    await end(later);
    expect(await ordersOf(subjectId)).toHaveLength(2);
  });
});
