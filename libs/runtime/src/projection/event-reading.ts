import type { EventCodec, LedgerEvent, StoredEvent } from '#event-store';
import { UndecodableEvent } from '#event-store';
import { describeFailure } from './failure.js';

/** What a follower makes of one event. */
export type Reading =
  /** Not its business: only its checkpoint moves. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'read'; readonly event: LedgerEvent }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Reads what a follower handles. An event of a type that this program does not know concerns every follower: nobody
 * can say that it does not matter.
 */
export class EventReading {
  private readonly known: ReadonlySet<string>;
  private readonly handled: ReadonlySet<string>;

  constructor(
    private readonly codec: EventCodec,
    handles: readonly string[],
  ) {
    this.known = new Set(codec.catalogue.definitions.map(({ type }) => type));
    this.handled = new Set(handles);
    const strange = handles.find((type) => !this.known.has(type));
    if (strange !== undefined) throw new Error(`No context declares the event type ${strange}`);
  }

  of(stored: StoredEvent): Reading {
    if (!this.handled.has(stored.type))
      return this.known.has(stored.type) ? { kind: 'skip' } : { kind: 'unreadable', reason: 'unknown-type' };
    try {
      return { kind: 'read', event: this.codec.decode(stored) };
    } catch (error) {
      const reason = error instanceof UndecodableEvent ? error.reason : describeFailure(error, false);
      return { kind: 'unreadable', reason };
    }
  }
}
