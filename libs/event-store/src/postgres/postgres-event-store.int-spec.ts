import { eventStoreContract } from '../contract-suite/event-store-contract.js';
import { openPostgresHarness } from './postgres.harness.js';

eventStoreContract('PostgreSQL', openPostgresHarness, openPostgresHarness);
