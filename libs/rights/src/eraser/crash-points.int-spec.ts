import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MortalProcess, ProcessDied } from '../mortal-process.harness.js';
import { openRightsLedger, sealFor, type RightsLedger, type RightsProcess } from '../rights.harness.js';
import {
  factsOf,
  livePayloads,
  ofType,
  orderErasure,
  pass,
  purge,
  react,
  streamsOf,
  untilCopied,
  type OrderedErasure,
} from './eraser.harness.js';

// Goal: an eraser that dies after any of its effects, from the order to the end, is followed by one that comes to the
// same end, with one closing per stream, one run, and nothing said before it is so. Method: as for the keys: a process
// that dies after its first effect, its second, and so on; then a healthy one goes on, twice.

let ledger: RightsLedger;
let healthy: RightsProcess;
let mortal: MortalProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  ledger.copyForAudit();
  healthy = await ledger.start({ purgeEveryHours: 0 });
  mortal = await MortalProcess.start(ledger);
});
afterAll(() => ledger.close());

interface Person extends OrderedErasure {
  readonly streams: readonly string[];
}

async function ordered(): Promise<Person> {
  const subjectId = randomUUID();
  await sealFor(healthy, subjectId, 'identity', `${subjectId}@mail.example`);
  await sealFor(healthy, subjectId, 'contract', 'an order');
  await healthy.keyStore.subjects.prepare({ subjectId, scope: 'marketing' });
  const streams = Object.values(await streamsOf(healthy, subjectId));
  const erasure = await orderErasure(healthy, subjectId, ['identity', 'contract', 'marketing']);
  await untilCopied(ledger);
  return { ...erasure, streams };
}

/** Everything that becomes of an order, in one process. */
async function wholeLife(process: RightsProcess, person: Person): Promise<void> {
  await react(process, person);
  await untilCopied(ledger);
  await pass(process);
  await untilCopied(ledger);
  await purge(process);
}

async function expectTheEnd({ subjectId, streams }: Person, where: string): Promise<void> {
  const facts = await factsOf(healthy, subjectId);
  const purged = ofType(facts, 'PersonalStreamsPurged');
  expect({
    where,
    closed: ofType(facts, 'PersonalStreamClosed')
      .map(({ stream }) => stream)
      .sort(),
    purged: purged.map((data) => [...data.streams].sort()),
    completed: ofType(facts, 'ErasureCompleted').length,
    payloads: await livePayloads(ledger, streams),
  }).toEqual({
    where,
    closed: [...streams].sort(),
    purged: [[...streams].sort()],
    completed: 1,
    payloads: 0,
  });
  const { rows } = await ledger.database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM es.event_index WHERE stream = $1`,
    [`purge-${purged[0]?.purgeRunId ?? ''}`],
  );
  expect({ where, recorded: rows[0]?.count }).toEqual({ where, recorded: 1 });
  expect((await ledger.database.pool.query('SELECT FROM ops.purge_run')).rowCount).toBe(0);
}

/** What must hold at every moment. */
async function expectNothingSaidTooEarly({ subjectId, streams }: Person): Promise<void> {
  const facts = await factsOf(healthy, subjectId);
  const { keys } = await healthy.keyStore.subjects.state(subjectId);
  const isAlive = keys.some(({ state }) => state !== 'shredded');
  const [closed, purged] = [ofType(facts, 'PersonalStreamClosed'), ofType(facts, 'PersonalStreamsPurged')];
  if (closed.length > 0) expect(isAlive).toBe(false);
  if (purged.length > 0) expect(await livePayloads(ledger, streams)).toBe(0);
  if (ofType(facts, 'ErasureCompleted').length > 0)
    expect([isAlive, closed.length, purged.length]).toEqual([false, 3, 1]);
}

describe('an eraser', () => {
  it('that dies after any of its effects is followed to the same end', async () => {
    const reference = await ordered();
    mortal.live();
    await wholeLife(mortal.process, reference);
    await expectTheEnd(reference, 'nothing interrupts');
    const effects = [...mortal.effects];
    expect(effects.filter((effect) => effect.startsWith('eraser.close'))).toHaveLength(3);
    const first = effects.findIndex((effect) => effect.includes('PurgeAcknowledged'));
    expect(effects.length - first).toBeGreaterThan(10);
    for (let last = first + 1; last <= effects.length; last += 1) {
      const person = await ordered();
      mortal.live(last);
      await expect(wholeLife(mortal.process, person)).rejects.toThrow(ProcessDied);
      const where = `after ${String(last)} effects: ${mortal.effects.at(-1) ?? ''}`;
      await expectNothingSaidTooEarly(person);
      await ledger.database.pool.query('UPDATE ops.purge_run SET not_before = NULL');
      for (let times = 0; times < 2; times += 1) {
        await wholeLife(healthy, person);
        await expectTheEnd(person, where);
      }
    }
  });

  it('says nothing too early at any moment', async () => {
    const person = await ordered();
    mortal.live(Infinity, () => expectNothingSaidTooEarly(person));
    await wholeLife(mortal.process, person);
    await expectTheEnd(person, 'looked at after each effect');
  });
});
