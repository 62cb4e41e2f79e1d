/** Injection tokens of what is a port, a value or a foreign class; classes of our own are their own tokens. */

/** `Clock` of the kernel. */
export const CLOCK = Symbol('CLOCK');
/** `IdSource` of the kernel. */
export const IDS = Symbol('IDS');
/** `EventStore`. */
export const EVENT_STORE = Symbol('EVENT_STORE');
/** Optional: whether the events stand in the ledger's own database. */
export const EVENTS_IN_LEDGER = Symbol('EVENTS_IN_LEDGER');
/** The facade of the key store. */
export const KEY_STORE = Symbol('KEY_STORE');
/** `EventCodec` over the catalogue of all contexts. */
export const CODEC = Symbol('CODEC');
/** {@link Ledger}: which ledger this is, once it is open. */
export const LEDGER = Symbol('LEDGER');
/** `pg.Pool` of the application role on the ledger database. */
export const PG_POOL = Symbol('PG_POOL');
/** TypeORM `DataSource` on the ledger database, for lists and read models. */
export const DATA_SOURCE = Symbol('DATA_SOURCE');
/** {@link ReadSide}: where lists, timelines and reports are read; nothing is decided from it. */
export const READ_SIDE = Symbol('READ_SIDE');
/** `CheckpointReader`: how far the read models are. */
export const CHECKPOINTS = Symbol('CHECKPOINTS');
/** Optional `EraserParts`: what only a process with the role eraser has. */
export const ERASER = Symbol('ERASER');
/** Optional `CommandLease`: how long an attempt at a command is left alone. */
export const COMMAND_LEASE = Symbol('COMMAND_LEASE');
/** Optional `WritePathProbe`: specs stop the write path at each of its steps. */
export const WRITE_PATH_PROBE = Symbol('WRITE_PATH_PROBE');
