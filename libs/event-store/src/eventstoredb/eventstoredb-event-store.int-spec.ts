import { afterAll, describe } from '@jest/globals';
import { SERVER_COMMAND, startRealEventStore, type RealEventStore } from '#testing';
import { eventStoreContract } from '../contract-suite/event-store-contract.js';
import {
  isProxied,
  openDoubleHarness,
  openProxiedHarness,
  openServerHarness,
} from './eventstoredb.harness.js';
import { clusterContract } from './real-cluster.harness.js';

// On the double always.
eventStoreContract('EventStoreDB (double)', openDoubleHarness, openDoubleHarness);

// On a real server too when one is named, which keeps what other runs wrote. Name one of your own: it is scavenged, and
// that never ends on a server without a disk (--mem-db).
const url = process.env['EVENTSTORE_URL'] ?? '';
if (url !== '') {
  const openFaulty = isProxied(url) ? () => openProxiedHarness(url) : undefined;
  eventStoreContract('EventStoreDB (server)', () => openServerHarness(url), openFaulty);
}

// On servers of its own when the command of one is named, alone and three of them.
const command = process.env[SERVER_COMMAND] ?? '';
if (command !== '') {
  let started: Promise<RealEventStore> | undefined;
  const open = async () =>
    openProxiedHarness((await (started ??= startRealEventStore(command))).connectionString);
  eventStoreContract('EventStoreDB (its own server)', open, open);
  describe('a cluster of three', () => clusterContract(command));
  afterAll(async () => (await started)?.stop());
}
