import type { ContactPointKind } from '#kernel';
import type { EvidenceRef } from '#event-store/contract';
import type { SubjectEvent } from '../contract.js';

/** A contact point that stands, and where its value is sealed. */
export interface KnownContactPoint {
  readonly contactPointId: string;
  readonly kind: ContactPointKind;
  readonly system: string | undefined;
  readonly value: EvidenceRef;
}

/** The contact points that stand after a history of `subject-<id>`, in the order in which they came. */
export function contactPointsOf(history: readonly SubjectEvent[]): readonly KnownContactPoint[] {
  const points = new Map<string, KnownContactPoint>();
  for (const event of history) {
    if (event.type === 'ContactPointAdded' || event.type === 'ContactPointRectified') {
      if (event.type === 'ContactPointRectified') points.delete(event.data.replaces);
      const { contactPointId, kind, system, value } = event.data;
      points.set(contactPointId, { contactPointId, kind, system, value });
    }
    if (event.type === 'ContactPointRemoved') points.delete(event.data.contactPointId);
  }
  return [...points.values()];
}

/** The id of every contact point that a history of `subject-<id>` tells of, also of those that have gone. */
export function everyContactPointId(history: readonly SubjectEvent[]): ReadonlySet<string> {
  return new Set(
    history.flatMap((event) =>
      event.type === 'ContactPointAdded' || event.type === 'ContactPointRectified'
        ? [event.data.contactPointId]
        : [],
    ),
  );
}
