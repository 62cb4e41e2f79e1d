import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfig } from '#runtime';
import { storeRestored } from '../../apps/server/src/restored-store.js';
import { expectStatus } from './client.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { registerPerson } from './shop.harness.js';

// Everything was restored to one moment: nothing is known to be lost, and who knows better puts it on record, so that
// tokens of the lost time are refused. Never under a process that is at work.

let ledger: AcceptanceLedger;
beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
});
afterAll(() => ledger.close());

async function command(
  acceptLoss: number | undefined,
): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = [];
  const config = readConfig({
    GREFFE_HOME: ledger.home,
    DATABASE_URL: ledger.ledger.url,
    KEYSTORE_URL: ledger.keys.url,
    OIDC_ISSUER: ledger.issuer.url,
    OIDC_AUDIENCE: ledger.issuer.audience,
    ...ledger.store.variables,
  });
  const told = { acceptLoss, say: (line: string) => void lines.push(line) };
  const code = await storeRestored(config, { ...told, cause: 'migration', language: 'fr' });
  return { code, said: lines.join('\n') };
}

it('a restore of everything to one moment is declared with Greffe stopped, and ends its tokens', async () => {
  const server = await ledger.start();
  const service = await ledger.client(server, 'service');
  const subjectId = await registerPerson(service);
  const reads = (token: string) => `/v1/subjects/${subjectId}?minToken=${encodeURIComponent(token)}`;
  const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
  const { token } = expectStatus(
    await service.post(`/v1/subjects/${subjectId}/withdrawals`, no, { key: null }),
    201,
  ).body;
  expectStatus(await (await ledger.client(server, 'dpo')).get(reads(token)), 200);

  const running = await command(0);
  expect(running).toMatchObject({
    code: 1,
    said: expect.stringContaining('connexions de Greffe sont ouvertes'),
  });
  await ledger.stop(server);
  expect(await command(undefined)).toMatchObject({
    code: 0,
    said: expect.stringContaining('Le magasin contient tout ce que les bases connaissent'),
  });
  expect(await command(3)).toMatchObject({ code: 1, said: expect.stringContaining('Rien n’a été modifié') });
  expect(await command(0)).toMatchObject({ code: 0, said: expect.stringContaining('Accepté.') });

  const again = await ledger.start();
  const dpo = await ledger.client(again, 'dpo');
  const old = await dpo.get(reads(token));
  expect([old.status, old.body.code]).toEqual([409, 'token-of-another-store']);
  const anew = expectStatus(
    await (
      await ledger.client(again, 'service')
    ).post(`/v1/subjects/${subjectId}/withdrawals`, no, { key: null }),
    200,
    201,
  ).body;
  expectStatus(await dpo.get(reads(anew.token)), 200);
});
