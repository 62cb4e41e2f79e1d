/**
 * Milliseconds of silence after which a process has lost what it holds in the ledger's database: the locks by which it
 * owns its followers, and every row that a transaction of its has taken. It may be paused for ever, and its connections
 * stay open all the same.
 */
export const LEASE_MS = 15_000;
