import type { EventStore, StoredEvent } from '#event-store';
import type { Uuid } from '#kernel';
import { describeFailure, isBadData } from './failure.js';
import { BEHIND, type ParkedEvent, type ParkedEvents } from './parked-events.js';

/** Does a part of a parked event and forgets it, in one transaction. Answers why it cannot be done, or `undefined`. */
export type Redo = (event: StoredEvent, part: string) => Promise<string | undefined>;

/**
 * Tries again, in the order of the log, what was asked for and everything that is connected with it. An event that
 * still cannot be done holds back those behind it as before. Answers whether anything was tried.
 */
export async function retryRequested(parked: ParkedEvents, store: EventStore, redo: Redo): Promise<boolean> {
  const requested = await parked.requested();
  const tried = new Set<string>();
  for (const { eventId, part } of requested) {
    if (tried.has(`${eventId} ${part}`)) continue;
    const held = new Set<string>();
    for (const event of connectedTo(await parked.all(), eventId)) {
      tried.add(`${event.eventId} ${event.part}`);
      const isHeld = event.concerned.some((one) => held.has(one));
      const reason = isHeld ? BEHIND : await again(parked, store, event, redo);
      if (reason === undefined) continue;
      for (const one of event.concerned) held.add(one);
      await parked.update({ ...event, reason, isWaiting: reason === BEHIND });
    }
  }
  return requested.length > 0;
}

/** The parked events that share a subject or stream with one, directly or through others; in the order of the log. */
export function connectedTo<P extends Pick<ParkedEvent, 'eventId' | 'concerned'>>(
  parked: readonly P[],
  eventId: Uuid,
): P[] {
  const reached = new Set(
    parked.filter((event) => event.eventId === eventId).flatMap(({ concerned }) => concerned),
  );
  const group = new Set<P>();
  let grown = true;
  while (grown) {
    grown = false;
    for (const event of parked) {
      if (group.has(event) || !event.concerned.some((one) => reached.has(one))) continue;
      group.add(event);
      for (const one of event.concerned) reached.add(one);
      grown = true;
    }
  }
  return parked.filter((event) => group.has(event));
}

async function again(
  parked: ParkedEvents,
  store: EventStore,
  { eventId, part, stream, revision, position }: ParkedEvent,
  redo: Redo,
): Promise<string | undefined> {
  for await (const event of store.read(stream, { from: revision, limit: 1 })) {
    if (event.id !== eventId) break;
    try {
      return await redo({ ...event, position }, part);
    } catch (error) {
      if (!isBadData(error)) throw error;
      return describeFailure(error);
    }
  }
  // Purged meanwhile: there is nothing left to do.
  await parked.remove({ eventId, part });
  return undefined;
}
