import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openRightsLedger, type RightsLedger, type RightsProcess } from '../rights.harness.js';
import { KeyDestruction } from './key-destruction.js';

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  process = await ledger.start();
});
afterAll(() => ledger.close());

/** Goal: the point of no return says where each of the person's other streams stood, whether it can be read or not. */
it('the point of no return covers every stream of facts about the person', async () => {
  const subjectId = randomUUID();
  const streams = ['subject', 'consent', 'relationship', 'solicitation'].map((of) => `${of}-${subjectId}`);
  for (const [revision, stream] of streams.entries()) {
    const fact = () => ({ id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} });
    const [first, ...more] = Array.from({ length: revision + 1 }, fact);
    await ledger.store.append(stream, { kind: 'noStream' }, [first!, ...more]);
  }
  const covered = await process.app.get(KeyDestruction).covered(subjectId);
  expect(covered).toEqual(streams.map((stream, revision) => ({ stream, revision })));
});
