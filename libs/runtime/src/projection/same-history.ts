import { AnotherHistory, type EventStore } from '#event-store';
import { isBefore, type Place } from './place.js';

/**
 * Checks that the store still holds the history that this place was reached in. Throws {@link AnotherHistory} when it
 * ends before the place, or when another event stands where the anchor stood: a store restored to an older or another
 * state. A stream closed since is no sign of that.
 */
export async function assertSameHistory(store: EventStore, { position, anchor }: Place): Promise<void> {
  if (position === undefined) return;
  if (isBefore(await store.head(), position)) throw new AnotherHistory('The store ends before this place');
  if (anchor === undefined) return;
  for await (const event of store.read(anchor.stream, { from: anchor.revision, limit: 1 })) {
    if (event.id === anchor.eventId) return;
    throw new AnotherHistory('Another event stands where the newest lasting event stood');
  }
}
