import { eventStoreContract } from '../contract-suite/event-store-contract.js';
import {
  isProxied,
  openDoubleHarness,
  openProxiedHarness,
  openServerHarness,
} from './eventstoredb.harness.js';

// On the double always; on a real server too when one is named, which keeps what other runs wrote.

eventStoreContract('EventStoreDB (double)', openDoubleHarness, openDoubleHarness);

const url = process.env['EVENTSTORE_URL'] ?? '';
if (url !== '') {
  const openFaulty = isProxied(url) ? () => openProxiedHarness(url) : undefined;
  eventStoreContract('EventStoreDB (server)', () => openServerHarness(url), openFaulty);
}
