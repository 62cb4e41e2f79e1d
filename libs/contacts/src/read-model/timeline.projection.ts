import type { LedgerEvent } from '#event-store';
import type { Projection, RowChange } from '#runtime';
import { happenedAt } from '../domain/effective-at.js';
import { timelineTypes } from '../domain/sentences/sentence-of.js';
import { TimelineRow } from './timeline.entity.js';

/** Every event about a data subject, under each subject it is about. */
export const timelineProjection: Projection = {
  name: 'timeline',
  version: 1,
  entities: [TimelineRow],
  sharding: 'by-subject',
  handles: timelineTypes,
  project: (event) => event.metadata.sub.map((subjectId) => entryOf(event, subjectId)),
};

function entryOf(event: LedgerEvent, subjectId: string): RowChange {
  const key = { subject_id: subjectId, position: event.position };
  return {
    entity: TimelineRow,
    key,
    evolve: () => ({
      event_id: event.id,
      type: event.type,
      stream: event.stream,
      revision: event.revision,
      occurred_at: happenedAt(event),
      recorded_at: event.recordedAt,
      actor_kind: event.metadata.actor.k,
      actor_ref: event.metadata.actor.ref,
      data: withoutOthers(event),
      ...key,
    }),
  };
}

/** A look at many people is told to each of them without the others. */
function withoutOthers({ type, data }: LedgerEvent): unknown {
  if (type !== 'SubjectsLookedUp') return data;
  const { subjectIds: _, ...rest } = data as { readonly subjectIds: readonly string[] };
  return rest;
}
