import type { LedgerEvent } from '#event-store';

/** A row of a read model: column name → value, as `pg` takes it. */
export type Row = Readonly<Record<string, unknown>>;

/** A class decorated as a TypeORM entity: its columns are the table, its comments the documentation. */
export type EntityClass = abstract new (...args: never[]) => object;

/**
 * One change of one row. `evolve` is pure: it gets the row as it stands (`undefined`: none) and gives the whole row
 * (`undefined`: it goes). Changes of a batch are folded in memory per key and written at once.
 */
export interface RowChange {
  readonly entity: EntityClass;
  /** The primary key of the row, by column name. */
  readonly key: Row;
  evolve(row: Row | undefined): Row | undefined;
}

/**
 * A read model as a fold of the log. Rows and checkpoint commit in one transaction; dropping the tables and replaying
 * gives the same rows.
 */
export interface Projection {
  /** Kebab-case; also names its database schema `rm_<name>`. */
  readonly name: string;
  /** A higher version is rebuilt beside the live one, compared, and switched to. */
  readonly version: number;
  readonly entities: readonly EntityClass[];
  /**
   * `by-subject`: every row belongs to one subject, whose id leads its key (`subject_id`) and whom each event that
   * changes it names; such a projection may run in several shards. `unsharded`: rows that several subjects share, or
   * governance; one reader keeps them all.
   */
  readonly sharding: 'by-subject' | 'unsharded';
  /** Event types it reads; every other event only moves its checkpoint. */
  readonly handles: readonly string[];
  /** The changes one event makes. Pure; a throw parks the event and its subjects, not the projection. */
  project(event: LedgerEvent, enriched?: unknown): readonly RowChange[];
  /** Facts that lie outside the log (a sealed value), fetched for a batch before `project`; key: event id. */
  enrich?(events: readonly LedgerEvent[]): Promise<ReadonlyMap<string, unknown>>;
  /** SQL run in the transaction in which a build of it becomes the live one (views that stand on its tables). */
  afterSwitch?(schema: string): string;
}

/** Commands that follow from events: at least once, in order, silent during rebuilds. */
export interface Reactor {
  readonly name: string;
  readonly handles: readonly string[];
  /** Acts on one event; its commands' ids come from (reactor, event id, index), so a repeat changes nothing. */
  react(event: LedgerEvent): Promise<void>;
}
