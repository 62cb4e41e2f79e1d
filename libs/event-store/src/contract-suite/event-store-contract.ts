import { afterAll, beforeAll, describe } from '@jest/globals';
import { appendAfterClose, appendContent, appendIdempotency, appendRevisions } from './append.js';
import { erasure } from './erasure.js';
import { appendFaults, silenceFaults, subscriptionFaults } from './faults.js';
import type { Current, FaultyHarness, Harness } from './harness.js';
import { neighbours } from './neighbours.js';
import { readContract } from './read.js';
import { subscribeConsumers, subscribeLive, subscribeOrder } from './subscribe.js';

const CHAPTERS: readonly ((current: Current) => void)[] = [
  appendRevisions,
  appendIdempotency,
  appendContent,
  appendAfterClose,
  neighbours,
  readContract,
  subscribeOrder,
  subscribeLive,
  subscribeConsumers,
  erasure,
];

const FAULTS: readonly ((current: Current<FaultyHarness>) => void)[] = [
  appendFaults,
  silenceFaults,
  subscriptionFaults,
];

/**
 * The one contract of every event store: the numbered points of the design, as tests of the adapter that `open` gives.
 * Each chapter opens an empty store of its own. An adapter that is a server also gives `openFaulty`, the same store
 * with a line to it that can fail; then the points about faults are tested too.
 */
export function eventStoreContract(
  name: string,
  open: () => Promise<Harness>,
  openFaulty?: () => Promise<FaultyHarness>,
): void {
  describe(`event store contract: ${name}`, () => {
    for (const chapter of CHAPTERS) withStore(open, chapter);
    if (openFaulty !== undefined) for (const chapter of FAULTS) withStore(openFaulty, chapter);
  });
}

function withStore<H extends Harness>(open: () => Promise<H>, chapter: (current: () => H) => void): void {
  describe('', () => {
    let harness: H;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      await harness.close();
    });
    chapter(() => harness);
  });
}
