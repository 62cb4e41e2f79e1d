import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { declareShop, purposeBody, type TestShop } from './shop.harness.js';

// Two people cannot overwrite each other (R3): what replaces something names the revision that was read, and of many
// who read the same revision one wins.

let ledger: AcceptanceLedger;
let dpo: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  dpo = await ledger.client(await ledger.start(), 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const described = (text: string) => ({
  ...purposeBody(shop.controllerId, 'lettre', ['email']),
  description: { fr: text },
});

describe('a PUT with If-Match', () => {
  it('of fifty writers lets one win per revision', async () => {
    const path = `/v1/purposes/${shop.newsletterId}`;
    for (let round = 0; round < 2; round += 1) {
      const read = expectStatus(await dpo.get(path), 200);
      const ifMatch = read.headers.get('etag') ?? '';
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, writer) =>
          dpo.put(path, described(`Tour ${String(round)}, plume ${String(writer)}`), { ifMatch }),
        ),
      );
      const winners = answers.filter(({ status }) => status === 200);
      const losers = answers.filter(({ status }) => status !== 200);
      expect(winners).toHaveLength(1);
      expect(losers.filter(({ body }) => body.code !== 'stale-revision').map(({ text }) => text)).toEqual([]);
      const now = expectStatus(await dpo.get(path), 200);
      expect(now.body.revision).toBe(Number(read.body.revision) + 1);
      expect(losers.map(({ body }) => body.currentRevision)).toEqual(losers.map(() => now.body.revision));
    }
  });

  it('is refused without the header', async () => {
    const events = await ledger.countEvents();
    const answer = await dpo.put(`/v1/purposes/${shop.newsletterId}`, described('Sans avoir lu'));
    expect([answer.status, answer.body.code]).toEqual([428, 'if-match-required']);
    expect(await ledger.countEvents()).toBe(events);
  });

  it('is refused with a revision that is not the newest, or is none', async () => {
    const path = `/v1/purposes/${shop.newsletterId}`;
    const events = await ledger.countEvents();
    for (const ifMatch of ['"0"', '"999"']) {
      const stale = await dpo.put(path, described('Trop tard'), { ifMatch });
      expect([stale.status, stale.body.code]).toEqual([412, 'stale-revision']);
    }
    for (const ifMatch of ['*', 'W/"1"', '"eins"', '"1", "2"']) {
      expect((await dpo.put(path, described('Au hasard'), { ifMatch })).status).toBeGreaterThanOrEqual(400);
    }
    expect(await ledger.countEvents()).toBe(events);
  });
});
