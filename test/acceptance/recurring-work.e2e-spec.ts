import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AcceptanceLedger, eventually } from './server.harness.js';

// What the ledger does by its own clock is seen from outside: each kind of work with its last start and success, in the
// processes whose role does it, and naming nobody.

const EVERYWHERE = [
  ...['clock', 'command-log', 'daily-keys', 'pending-claims', 'pending-keys', 'presence', 'restore-guard'],
];
const BY_ROLE = {
  api: [],
  projector: ['end-of-consents'],
  eraser: ['end-of-retention', 'erasures-under-way', 'key-encryption-epoch', 'purge-of-the-event-store'],
} as const;
const EVERY_ROLE = ['api', 'projector', 'eraser'] as const;

let ledger: AcceptanceLedger;
beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
});
afterAll(() => ledger.close());

/** A figure of each kind of work in the process that answers there. */
async function figures(url: string, name: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^greffe_work_${name}\\{work="([a-z-]+)"\\} (\\S+)$`, 'gm'));
  return new Map([...lines].map(([, work = '', value]) => [work, Number(value)]));
}

describe('the metrics of recurring work', () => {
  it.each([
    ['every role', EVERY_ROLE],
    ['the api', ['api']],
  ] as const)('tell of %s that each kind of work of it ran well', async (_, roles) => {
    const { url } = await ledger.start(roles.join(','));
    const expected = [...EVERYWHERE, ...roles.flatMap((role) => BY_ROLE[role])].sort();
    const succeeded = await eventually(
      () => figures(url, 'last_success_timestamp_seconds'),
      (found) => found.size > 0 && [...found.values()].every((at) => at > 0),
    );
    expect([...succeeded.keys()].sort()).toEqual(expected);
    for (const name of ['last_start_timestamp_seconds', 'interval_seconds', 'duration_seconds_count']) {
      const found = await figures(url, name);
      expect([...found.keys()].sort()).toEqual(expected);
      expect(Math.min(...found.values())).toBeGreaterThan(0);
    }
    for (const name of ['items_total', 'failures_total']) {
      expect([...(await figures(url, name)).keys()].sort()).toEqual(expected);
    }
  });
});
