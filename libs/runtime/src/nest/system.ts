import { randomUUID } from 'node:crypto';
import type { Clock, IdSource } from '#kernel';

/** The clock of this machine. The ledger's own times come from PostgreSQL's primary; this one is for everything else. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** Random ids (RFC 9562, version 4). */
export const randomIds: IdSource = { uuid: () => randomUUID() };
