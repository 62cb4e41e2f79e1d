import type { Uuid } from '#kernel';
import type { StreamName } from '../port.js';

/** Why a stored event cannot be read. */
export type UndecodableReason = 'unknown-type' | 'unknown-version' | 'invalid-data' | 'invalid-metadata';

/** A stored event that this program cannot read. It carries no data of the event; the reader parks it. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
  constructor(
    readonly eventId: Uuid,
    readonly stream: StreamName,
    readonly reason: UndecodableReason,
    options?: ErrorOptions,
  ) {
    super(`Event ${eventId} of stream ${stream} cannot be decoded: ${reason}`, options);
  }
}

/** An event that may not be written: unknown type, wrong stream, or data that its schema refuses. A mistake of ours. */
export class UnencodableEvent extends Error {
  override readonly name = 'UnencodableEvent';
}
