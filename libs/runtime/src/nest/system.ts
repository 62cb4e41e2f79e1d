import { randomUUID } from 'node:crypto';
import type { Clock, IdSource } from '#kernel';

/** The clock of this machine, for what stays on it: the ledger's times come from PostgreSQL's primary. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** Random ids (RFC 9562, version 4). */
export const randomIds: IdSource = { uuid: () => randomUUID() };
