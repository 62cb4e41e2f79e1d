import { LEASE_MS } from '../ledger/lease.js';

/** After so long a silence a process counts as gone, in milliseconds: another would have taken over by now. */
export const SILENT_AFTER_MS = 2 * LEASE_MS;
