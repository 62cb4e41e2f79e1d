import type { EventDefinition, EventMetadata, Instant, Upcaster, Uuid } from '#kernel';
import type { Position, StreamName } from './port.js';

/** A stored event after decoding: the newest version of its type, checked against its schema. */
export interface LedgerEvent<T extends string = string, D = unknown> {
  readonly id: Uuid;
  readonly type: T;
  readonly data: D;
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly position: Position;
  readonly recordedAt: Instant;
  readonly metadata: EventMetadata;
}

/** All event types of the ledger, put together by the composition root from each context's `contract.ts`. */
export interface EventCatalogue {
  readonly definitions: readonly EventDefinition[];
  readonly upcasters: readonly Upcaster[];
}
