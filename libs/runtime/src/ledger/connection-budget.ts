import { CONNECTIONS_BESIDE_READS } from '#event-store';
import type { GreffeConfig } from '../config/index.js';

/** What of its configuration decides how many connections a process may open. */
export type ProcessShape = Pick<GreffeConfig, 'roles' | 'projectionShards' | 'eventStoreUrl'>;

/** Connections at most that one process opens, pool by pool. */
export interface ConnectionBudget {
  /** To the ledger's database. */
  readonly ledger: {
    /** Pool for requests and for what is due again and again. */
    readonly requests: number;
    /** Pool of what follows the log. */
    readonly following: number;
    /** Pool of TypeORM. */
    readonly readModels: number;
    /** Pool for reads of the event store; 0: it is elsewhere. */
    readonly eventReads: number;
    /** All of it, with the event store's own connections beside its pool and the owner's of the eraser. */
    readonly total: number;
  };
  /** To the database of the keys. */
  readonly keys: {
    readonly statements: number;
    /** Sessions that hold advisory locks while work is done. */
    readonly locks: number;
    readonly total: number;
  };
}

/** One session of locks, one for each reader of the log that is not sharded, and some for rebuilds. */
const FOLLOWING = 15;
/** One for each read model that is sharded. */
const FOLLOWING_PER_SHARD = 4;
/** Lock session, checkpoint and parked events of the one reactor, what it looks up, and the opening of the ledger. */
const FOLLOWING_OF_ERASER = 6;
/** The opening of the ledger alone. */
const FOLLOWING_OF_NOBODY = 2;
/** A purge, or the search after it, as the owner of the event store. */
const OWNER_OF_ERASER = 1;

/**
 * How many connections a process of this shape may take, at its busiest. Its pools are made from these figures, so it
 * never takes more; while it has less to do, it has fewer. At its start it uses one more as the owner of each database,
 * for migrations, before it has opened the rest. What reads a replica comes beside it ({@link replicaConnections}).
 */
export function connectionBudget(shape: ProcessShape): ConnectionBudget {
  const { roles, eventStoreUrl } = shape;
  const areEventsInLedger = eventStoreUrl === undefined;
  const [isApi, isEraser] = [roles.includes('api'), roles.includes('eraser')];
  const requests = isApi ? 20 : isEraser ? 8 : 5;
  const readModels = isApi ? 10 : 2;
  const following = followingOf(shape);
  const eventReads = !areEventsInLedger ? 0 : isApi ? 8 : 5;
  const ofEvents = areEventsInLedger ? eventReads + CONNECTIONS_BESIDE_READS : 0;
  const owner = isEraser && areEventsInLedger ? OWNER_OF_ERASER : 0;
  const [statements, locks] = isApi ? [10, 8] : isEraser ? [6, 4] : [4, 2];
  return {
    ledger: {
      ...{ requests, following, readModels, eventReads },
      total: requests + following + readModels + ofEvents + owner,
    },
    keys: { statements, locks, total: statements + locks },
  };
}

/** Connections at most to the replica that a process reads from. */
export function replicaConnections({ roles }: Pick<ProcessShape, 'roles'>): number {
  return roles.includes('api') ? 20 : 2;
}

function followingOf({ roles, projectionShards }: ProcessShape): number {
  if (roles.includes('projector')) return FOLLOWING + projectionShards * FOLLOWING_PER_SHARD;
  return roles.includes('eraser') ? FOLLOWING_OF_ERASER : FOLLOWING_OF_NOBODY;
}
