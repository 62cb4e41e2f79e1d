import type { StoredEvent } from '#event-store';
import type { Uuid } from '#kernel';
import { concernedBy } from './concerned.js';
import type { Projection } from './projection.js';
import type { PlacedChange } from './row-fold.js';
import { subjectsIn, subjectsOf, type Shard } from './sharding.js';

/**
 * What of an event is done or parked as one. A projection that runs as a whole has one part per event; one that is
 * sharded by subject has one per subject, so that what happens to one subject's rows is the same in any number of
 * shards.
 */
export interface EventPart {
  /** Its name among the parts of the event: the subject, or '' for all of the event. */
  readonly name: string;
  /** Subjects and streams that it holds back while it is parked. */
  readonly concerned: readonly string[];
  /** What it waits behind. */
  readonly behind: readonly string[];
}

/** The parts of an event that a shard of a projection has to do; none: the event is not its business. */
export function partsOf(
  { sharding }: Pick<Projection, 'sharding'>,
  shard: Shard,
  event: StoredEvent,
): readonly EventPart[] {
  if (sharding !== 'by-subject') return [wholeOf(event)];
  const subjects = subjectsIn(shard, subjectsOf(event));
  if (subjects === undefined) return [];
  if (subjects === 'untold' || subjects.length === 0) return [wholeOf(event)];
  // Behind its stream too: there stands what nobody could say whom it concerns.
  return subjects.map((name) => ({ name, concerned: [name], behind: [name, event.stream] }));
}

/** The changes of each part of an event. Throws if a row belongs to nobody whom the event names. */
export function changesByPart(
  { sharding, name: projection }: Pick<Projection, 'sharding' | 'name'>,
  event: StoredEvent,
  parts: readonly EventPart[],
  changes: readonly PlacedChange[],
): readonly (readonly PlacedChange[])[] {
  if (sharding !== 'by-subject') return [changes];
  const [part] = parts;
  const isOfOne = parts.length === 1 && changes.every(({ key }) => key['subject_id'] === part?.name);
  if (isOfOne) return [changes];
  const subjects = subjectsOf(event);
  const isOfOthers = changes.some(({ key }) => !subjects.includes(subjectOf(key)));
  if (isOfOthers) throw new Error(`${projection} writes a row of somebody whom the event does not name`);
  return parts.map(({ name }) => changes.filter(({ key }) => key['subject_id'] === name));
}

function subjectOf(key: PlacedChange['key']): Uuid {
  return String(key['subject_id']);
}

function wholeOf(event: StoredEvent): EventPart {
  const concerned = concernedBy(event);
  return { name: '', concerned, behind: concerned };
}
