import { eventStoreContract } from '../contract-suite/event-store-contract.js';
import {
  isProxied,
  openDoubleHarness,
  openProxiedHarness,
  openServerHarness,
} from './eventstoredb.harness.js';

// On the double always; on a real server too when one is named, which keeps what other runs wrote. Name one of your own:
// it is scavenged, and that never ends on a server without a disk (--mem-db).

eventStoreContract('EventStoreDB (double)', openDoubleHarness, openDoubleHarness);

const url = process.env['EVENTSTORE_URL'] ?? '';
if (url !== '') {
  const openFaulty = isProxied(url) ? () => openProxiedHarness(url) : undefined;
  eventStoreContract('EventStoreDB (server)', () => openServerHarness(url), openFaulty);
}
