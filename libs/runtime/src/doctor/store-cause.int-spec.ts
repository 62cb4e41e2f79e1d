import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examineEventStore } from '#event-store';
import { startEventStoreDouble, type EventStoreDouble } from '#testing';
import { adviceOn, standsThoughAnswering, storeCauseOf, type StoreCause } from './store-cause.js';

// Each thing that can be wrong with an address is made on purpose and has to be named by its own code.
// (Rights, versions and mending: `event-store-misconfigured.e2e-spec.ts`.)

const TIMEOUT_MS = 2000;
let secure: EventStoreDouble;
let plain: EventStoreDouble;
const others: Server[] = [];

beforeAll(async () => {
  [secure, plain] = await Promise.all([startEventStoreDouble({ tls: true }), startEventStoreDouble()]);
});
afterAll(async () => {
  for (const other of others) other.close();
  await secure.stop();
  await plain.stop();
});

const causeAt = async (connectionString: string, answers = false) =>
  storeCauseOf(await examineEventStore(connectionString, { timeoutMs: TIMEOUT_MS }), answers);

async function listening(server: Server): Promise<number> {
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const answering = (listener: RequestListener) => listening(createHttpServer(listener));
const trusted = () => `tlsCAFile=${encodeURIComponent(secure.caFile ?? '')}`;
const asAdmin = 'admin:changeit@';

describe('an address', () => {
  const addresses: readonly (readonly [StoreCause, () => Promise<string> | string])[] = [
    ['unknown-host', () => 'store.invalid:2113?tls=false'],
    ['nobody-listening', () => '127.0.0.1:1?tls=false'],
    ['no-answer', async () => `127.0.0.1:${String(await listening(createServer()))}?tls=false`],
    ['server-without-tls', () => `${asAdmin}127.0.0.1:${String(plain.port)}?${trusted()}`],
    ['server-needs-tls', () => `127.0.0.1:${String(secure.port)}?tls=false`],
    ['wrong-certificate', () => `${asAdmin}127.0.0.1:${String(secure.port)}`],
    // The same machine by a name that the certificate does not have.
    ['wrong-certificate', () => `${asAdmin}127.1:${String(secure.port)}?${trusted()}`],
    [
      'unreadable-certificate-file',
      () => `${asAdmin}127.0.0.1:${String(secure.port)}?tlsCAFile=%2Fnowhere%2Fca.crt`,
    ],
    ['wrong-credentials', () => `admin:guessed@127.0.0.1:${String(secure.port)}?${trusted()}`],
    [
      'not-ready',
      async () => `127.0.0.1:${String(await answering((_, to) => to.writeHead(503).end()))}?tls=false`,
    ],
    [
      'not-an-event-store',
      async () => `127.0.0.1:${String(await answering((_, to) => to.writeHead(404).end()))}?tls=false`,
    ],
    [
      'not-an-event-store',
      async () => `127.0.0.1:${String(await answering((_, to) => to.end('<html>')))}?tls=false`,
    ],
  ];

  it.each(addresses)('%s', async (cause, addressOf) => {
    const address = await addressOf();
    expect(await causeAt(`esdb://${address}`)).toBe(cause);
    expect(await causeAt(`esdb://${address}`, true)).toBeUndefined();
    expect(standsThoughAnswering(cause)).toBe(false);
    const advice = adviceOn(cause);
    expect(advice).toMatch(/\.$/);
    expect(advice).not.toMatch(/\n|guessed|127\./);
  });

  it('among others that answer is no cause', async () => {
    const alone = `esdb://127.0.0.1:1,127.0.0.1:${String(plain.port)}?tls=false`;
    expect(await causeAt(alone)).toBeUndefined();
  });
});

describe('a version', () => {
  it.each([
    ['22.10.5', 'too-old'],
    ['23.6.0', 'too-old'],
    ['23.10.0', undefined],
    ['25.0.1', undefined],
    ['unheard of', undefined],
  ])('%s: %s, though it answers', async (version, cause) => {
    plain.faults.claimVersion(version);
    expect(await causeAt(plain.connectionString, true)).toBe(cause);
    plain.faults.heal();
  });
});
