import type { EvidenceRef } from '#event-store/contract';
import { canonicalJson, type ContactPointKind, type Instant, type JsonObject, type Personal } from '#kernel';
import type { SubjectEvent } from '#subjects/contract';

/** A contact point of a person, past or present, and where its value is sealed. */
export interface ContactValuePlace {
  readonly contactPointId: string;
  readonly kind: ContactPointKind;
  readonly system: string | undefined;
  readonly value: EvidenceRef;
  /** False: replaced or removed. */
  readonly isStanding: boolean;
}

/** Every contact point that a person ever had, oldest first. */
export function contactValuesOf(history: readonly SubjectEvent[]): readonly ContactValuePlace[] {
  const places = new Map<string, ContactValuePlace>();
  const end = (contactPointId: string): void => {
    const place = places.get(contactPointId);
    if (place !== undefined) places.set(contactPointId, { ...place, isStanding: false });
  };
  for (const event of history) {
    if (event.type === 'ContactPointRectified') end(event.data.replaces);
    if (event.type === 'ContactPointRemoved') end(event.data.contactPointId);
    if (event.type !== 'ContactPointAdded' && event.type !== 'ContactPointRectified') continue;
    const { contactPointId, kind, system, value } = event.data;
    places.set(contactPointId, { contactPointId, kind, system, value, isStanding: true });
  }
  return [...places.values()];
}

/** A sealed value in clear, on its way from one generation to the next. */
export interface SealedValue {
  readonly eventId: string;
  readonly about: string;
  readonly recordedAt: Instant;
  readonly fields: readonly Personal<JsonObject>[];
}

/** What decides whether a sealed value goes on. */
export interface Going {
  /** Events whose values were ordered to go, by whatever order. */
  readonly gone: ReadonlySet<string>;
  /** Events that contact points of the person name. */
  readonly referenced: ReadonlySet<string>;
  /** What was sealed before this and is named by nothing belongs to a command that left no fact. */
  readonly abandonedBefore: Instant;
}

/**
 * What is sealed again when values of a scope end: everything that was not ordered to go. Leftovers of commands that
 * came to nothing go with the value that they repeat, and what the ids of suppression entries were made from has
 * served: it would lead from the person to the entries.
 */
export function survivorsAmong<S extends SealedValue>(sealed: readonly S[], going: Going): readonly S[] {
  const goes = ({ eventId }: SealedValue): boolean => going.gone.has(eventId);
  const goneValues = new Set(sealed.filter(goes).map(textOf));
  const isLeftover = (one: SealedValue): boolean =>
    one.about === 'contact-point' &&
    !going.referenced.has(one.eventId) &&
    one.recordedAt < going.abandonedBefore &&
    goneValues.has(textOf(one));
  return sealed.filter((one) => !goes(one) && !isLeftover(one) && one.about !== 'suppressed-address');
}

function textOf({ fields }: SealedValue): string {
  return canonicalJson(fields.map((one) => one.reveal()));
}
