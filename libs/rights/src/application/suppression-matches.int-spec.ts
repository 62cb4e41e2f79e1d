import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, parisDay, Personal } from '#kernel';
import { systemClock } from '#runtime';
import { rightsStream, type RightsEvent } from '../contract.js';
import { contextNow, openRightsLedger, type RightsLedger, type RightsProcess } from '../rights.harness.js';
import { SuppressionEntries, type UnwantedContact } from './suppression-entries.js';
import { SuppressionMatches, type PersonsAddress } from './suppression-matches.js';

// Goal: what is unwanted at an address is unwanted of whoever has it, whichever of the two the ledger learned first,
// and nothing in it leads from the list to a person. Method: the real services on PostgreSQL.

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  process = await ledger.start();
});
afterAll(() => ledger.close());

const today = parisDay(systemClock.now());
const everything: UnwantedContact = { purposeId: 'all', channel: 'all', origin: 'unknown-address' };
const address = (): PersonsAddress => ({
  kind: 'email',
  normalised: Personal.of(`${randomUUID()}@courrier.example`),
  contactPointId: randomUUID(),
});
const enter = (of: PersonsAddress, no = everything, now = systemClock.now()) =>
  process.app.get(SuppressionEntries).enter([of], no, now);
const record = (subjectId: string, addresses: readonly PersonsAddress[], context = contextNow()) =>
  process.app.get(SuppressionMatches).record(subjectId, addresses, context);
const saidOf = async (subjectId: string) => {
  const history = (await process.reader.history(rightsStream(subjectId))) as readonly unknown[];
  return (history as readonly RightsEvent[]).flatMap((event) =>
    event.type === 'SuppressionMatched' ? [event.data] : [],
  );
};
async function claim(of: PersonsAddress, isLive: boolean): Promise<string> {
  const [subjectId, commandId] = [randomUUID(), randomUUID()];
  const { kind, normalised, contactPointId } = of;
  await process.keyStore.claims.claim({ kind, normalised, contactPointId, subjectId, commandId });
  if (isLive) await process.keyStore.claims.confirm(commandId);
  return subjectId;
}

describe('an address on the list that becomes a person’s', () => {
  it('makes unwanted of them what is unwanted there, once', async () => {
    const [subjectId, mail, free] = [randomUUID(), address(), address()];
    const newsletter = { ...everything, purposeId: randomUUID(), channel: 'email' as const };
    await enter(mail, newsletter);
    await enter(mail);
    await record(subjectId, [free, mail]);
    await record(subjectId, [free, mail]);
    const said = await saidOf(subjectId);
    const common = { subjectId, contactPointId: mail.contactPointId, enteredOn: today };
    expect(said.map(({ occurredAt: _, ...rest }) => rest)).toEqual(
      expect.arrayContaining([
        { ...common, purposeId: newsletter.purposeId, channel: 'email' },
        { ...common, purposeId: 'all', channel: 'all' },
      ]),
    );
    expect(said).toHaveLength(2);
  });

  it('is said by a retry as by the first attempt, with whatever was entered in between', async () => {
    const [subjectId, mail, context] = [randomUUID(), address(), contextNow()];
    await enter(mail);
    await record(subjectId, [mail], context);
    await enter(mail, { ...everything, channel: 'post' });
    await record(subjectId, [mail], { ...context, mayBeRetry: true });
    await record(subjectId, [mail], { ...context, mayBeRetry: true });
    expect((await saidOf(subjectId)).map(({ channel }) => channel)).toEqual(['all', 'post']);
  });

  it('leaves no trace where nothing was entered', async () => {
    const subjectId = randomUUID();
    await record(subjectId, [address()]);
    await record(subjectId, []);
    expect(await process.reader.history(rightsStream(subjectId))).toEqual([]);
  });

  it('shares nothing with the entry that would lead back from it', async () => {
    const [subjectId, mail] = [randomUUID(), address()];
    await enter(mail);
    await record(subjectId, [mail]);
    const [entry] = (await process.keyStore.suppressions.matching([mail]))[0] ?? [];
    const [event] = await process.reader.history(rightsStream(subjectId));
    expect(entry).toBeDefined();
    const { id, data, metadata } = event!;
    expect(JSON.stringify([id, data, metadata])).not.toContain(entry!.suppressionId);
  });
});

describe('an address of a person that is entered', () => {
  it('counts for whoever has it, and for whoever is about to', async () => {
    const mail = address();
    const [has, comes] = [
      await claim(mail, true),
      await claim({ ...mail, contactPointId: randomUUID() }, false),
    ];
    await enter(mail);
    const reached = await process.app
      .get(SuppressionMatches)
      .recordForHolders([address(), mail], contextNow());
    expect([...reached].sort()).toEqual([has, comes].sort());
    for (const subjectId of reached) expect(await saidOf(subjectId)).toHaveLength(1);
  });
});

describe('an entry', () => {
  it('is made once a day: said again later it counts against what was consented to meanwhile', async () => {
    const mail = address();
    const yesterday = `${addDays(today, -1)}T12:00:00.000Z`;
    expect([await enter(mail, everything, yesterday), await enter(mail, everything, yesterday)]).toEqual([
      1, 0,
    ]);
    expect([await enter(mail), await enter(mail)]).toEqual([1, 0]);
    const [entries = []] = await process.keyStore.suppressions.matching([mail]);
    expect(entries.map(({ enteredOn }) => enteredOn).sort()).toEqual([addDays(today, -1), today]);
    // An older "no" that arrives late is covered by the newer one.
    expect(await enter(mail, everything, yesterday)).toBe(0);
  });
});
