import type { Audience, ContactPointKind, Instant } from '#kernel';
import type { CollectionFormVersion, RegisterEvent } from '#register/contract';
import type { RightsEvent } from '#rights/contract';
import type { SubjectEvent } from '#subjects/contract';
import type { FormFacts, NoticeFacts, PurposeFacts, SubjectFacts } from './facts.js';

/** An event with its place in its stream. */
export type Placed<E> = E & { readonly revision: bigint };

/**
 * Folds `subject-<id>` and `rights-<id>` into what consent needs to know of a person: erased or not as of now, the
 * contact points as they stood at an instant. What came with the registration stood before it too: a ledger hears of
 * people later than they exist.
 */
export function subjectFacts(
  history: readonly SubjectEvent[],
  rights: readonly RightsEvent[],
  at: Instant,
): SubjectFacts {
  let audience: Audience | undefined;
  let registeredAt: Instant | undefined;
  const points = new Map<string, KnownPoint>();
  const end = (contactPointId: string, until: Instant): void => {
    const point = points.get(contactPointId);
    if (point !== undefined) points.set(contactPointId, { ...point, until });
  };
  for (const event of history) {
    switch (event.type) {
      case 'SubjectRegistered':
        audience = event.data.audience;
        registeredAt = event.data.occurredAt;
        break;
      case 'ContactPointAdded': {
        const { contactPointId, kind, occurredAt } = event.data;
        points.set(contactPointId, pointSince(kind, occurredAt, registeredAt));
        break;
      }
      case 'ContactPointRectified':
        end(event.data.replaces, event.data.occurredAt);
        points.set(event.data.contactPointId, { kind: event.data.kind, from: event.data.occurredAt });
        break;
      case 'ContactPointRemoved':
        end(event.data.contactPointId, event.data.occurredAt);
        break;
      case 'SubjectsLinked':
      case 'SubjectsUnlinked':
        break;
    }
  }
  for (const { contactPointId, until } of erasedPoints(rights)) end(contactPointId, until);
  if (isErased(rights)) return { status: 'erased', contactPoints: [] };
  if (audience === undefined) return { status: 'unknown', contactPoints: [] };
  return { status: 'registered', audience, contactPoints: contactPointsAt(points, at) };
}

function pointSince(kind: ContactPointKind, from: Instant, registeredAt: Instant | undefined): KnownPoint {
  return registeredAt === undefined || from <= registeredAt ? { kind } : { kind, from };
}

function isErased(rights: readonly RightsEvent[]): boolean {
  return rights.some(
    (event) => event.type === 'KeyDestructionStarted' && event.data.scopes.includes('identity'),
  );
}

/** Contact points whose values were ordered to go (Art. 17). */
function erasedPoints(rights: readonly RightsEvent[]) {
  return rights
    .filter((event) => event.type === 'ValueErasureOrdered')
    .flatMap(({ data: { values, requestedAt } }) =>
      values.map(({ contactPointId = '' }) => ({ contactPointId, until: requestedAt })),
    );
}

/** A contact point and the time in which it stood. */
interface KnownPoint {
  readonly kind: ContactPointKind;
  /** Absent: from the beginning. */
  readonly from?: Instant;
  /** Absent: it stands now. */
  readonly until?: Instant;
}

function contactPointsAt(
  points: ReadonlyMap<string, KnownPoint>,
  at: Instant,
): SubjectFacts['contactPoints'] {
  return [...points].flatMap(([contactPointId, { kind, from, until }]) => {
    const isLater = from !== undefined && from > at;
    if (until !== undefined && (isLater || until <= at)) return [];
    return [isLater ? { contactPointId, kind, isLater } : { contactPointId, kind }];
  });
}

type PurposeDescription = Extract<RegisterEvent, { type: 'PurposeDeclared' | 'PurposeRevised' }>;

/**
 * The purpose as it stood at an instant: the newest of the descriptions that were in force then, whenever they became
 * known; before the first one, that one. `undefined` if no such purpose was ever declared.
 */
export function purposeFacts(
  history: readonly Placed<RegisterEvent>[],
  at: Instant,
): PurposeFacts | undefined {
  // Stable: of two descriptions at one instant the one recorded later counts.
  const descriptions = history
    .filter((event): event is Placed<PurposeDescription> => isDescription(event))
    .sort((one, other) => Date.parse(one.data.occurredAt) - Date.parse(other.data.occurredAt));
  const inForce = descriptions.findLast(({ data }) => data.occurredAt <= at) ?? descriptions[0];
  if (inForce === undefined) return undefined;
  const { purposeId, controllerId, channels, variants, namedRecipients } = inForce.data;
  // The first ending stands.
  const ending = history.find((event) => event.type === 'PurposeRetired');
  return {
    purposeId,
    revision: Number(inForce.revision),
    controllerId,
    channels,
    variants: variants.map(({ audiences, lawfulBasis }) => ({ audiences, lawfulBasis })),
    namedRecipientIds: namedRecipients.map(({ recipientId }) => recipientId),
    ...(ending === undefined ? {} : { retiredAt: ending.data.occurredAt }),
  };
}

function isDescription({ type }: RegisterEvent): boolean {
  return type === 'PurposeDeclared' || type === 'PurposeRevised';
}

/** Folds `notice-<id>`; `undefined` if that version was not published. */
export function noticeFacts(history: readonly RegisterEvent[], version: number): NoticeFacts | undefined {
  for (const event of history) {
    if (event.type === 'NoticePublished' && event.data.version === version) {
      const { noticeId, texts, effectiveFrom } = event.data;
      return { noticeId, version, texts, effectiveFrom };
    }
  }
  return undefined;
}

/** Folds `form-<id>`; `undefined` if that version was not published. A retirement ends its validity. */
export function formFacts(history: readonly RegisterEvent[], version: number): FormFacts | undefined {
  let facts: FormFacts | undefined;
  for (const event of history) {
    if (event.type === 'CollectionFormPublished' && event.data.version === version) {
      facts = event.data satisfies CollectionFormVersion;
    } else if (
      event.type === 'CollectionFormRetired' &&
      event.data.version === version &&
      facts !== undefined
    ) {
      facts = { ...facts, validUntil: event.data.validUntil };
    }
  }
  return facts;
}
