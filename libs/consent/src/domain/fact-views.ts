import type { ContactPointKind, Audience } from '#kernel';
import type { CollectionFormVersion, RegisterEvent } from '#register/contract';
import type { RightsEvent } from '#rights/contract';
import type { SubjectEvent } from '#subjects/contract';
import type { FormFacts, NoticeFacts, PurposeFacts, SubjectFacts } from './facts.js';

/** An event with its place in its stream. */
export type Placed<E> = E & { readonly revision: bigint };

/** Folds `subject-<id>` and `rights-<id>` into what consent needs to know of a person. */
export function subjectFacts(history: readonly SubjectEvent[], rights: readonly RightsEvent[]): SubjectFacts {
  const contactPoints = new Map<string, ContactPointKind>();
  let audience: Audience | undefined;
  for (const event of history) {
    switch (event.type) {
      case 'SubjectRegistered':
        audience = event.data.audience;
        break;
      case 'ContactPointAdded':
        contactPoints.set(event.data.contactPointId, event.data.kind);
        break;
      case 'ContactPointRectified':
        contactPoints.delete(event.data.replaces);
        contactPoints.set(event.data.contactPointId, event.data.kind);
        break;
      case 'ContactPointRemoved':
        contactPoints.delete(event.data.contactPointId);
        break;
      case 'SubjectsLinked':
      case 'SubjectsUnlinked':
        break;
    }
  }
  const isErased = rights.some(
    (event) => event.type === 'KeyDestructionStarted' && event.data.scopes.includes('identity'),
  );
  const known = [...contactPoints].map(([contactPointId, kind]) => ({ contactPointId, kind }));
  if (isErased) return { status: 'erased', contactPoints: [] };
  if (audience === undefined) return { status: 'unknown', contactPoints: [] };
  return { status: 'registered', audience, contactPoints: known };
}

/** Folds `purpose-<id>`; `undefined` if no such purpose was declared. */
export function purposeFacts(history: readonly Placed<RegisterEvent>[]): PurposeFacts | undefined {
  let facts: PurposeFacts | undefined;
  for (const event of history) {
    if (event.type === 'PurposeDeclared' || event.type === 'PurposeRevised') {
      const { purposeId, controllerId, channels, variants, namedRecipients } = event.data;
      facts = {
        purposeId,
        revision: Number(event.revision),
        controllerId,
        channels,
        variants: variants.map(({ audiences, lawfulBasis }) => ({ audiences, lawfulBasis })),
        namedRecipientIds: namedRecipients.map(({ recipientId }) => recipientId),
      };
    } else if (event.type === 'PurposeRetired' && facts !== undefined) {
      facts = { ...facts, retiredAt: event.data.occurredAt };
    }
  }
  return facts;
}

/** Folds `notice-<id>`; `undefined` if that version was not published. */
export function noticeFacts(history: readonly RegisterEvent[], version: number): NoticeFacts | undefined {
  for (const event of history) {
    if (event.type === 'NoticePublished' && event.data.version === version) {
      return { noticeId: event.data.noticeId, version, texts: event.data.texts };
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
