import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { SubjectEvent } from '../contract.js';
import { contactPointsOf } from './contact-points.js';
import { protectionOf } from './protection.js';
import { subjectDecider } from './subject.decider.js';

/** Goal: people stay pseudonyms, a changed address is a new one, and a restriction leaves only correction open. */
const { given } = specificationOf(subjectDecider);

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const otherSubjectId = '5b1e8a52-4a0e-4c1c-8b52-7f0f5f8f2a11';
const monday = '2026-11-16T09:00:00.000Z';
const metadata = {
  now: '2026-11-17T09:00:00.000Z',
  actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' },
} as const;
const free = { isErased: false, isRestricted: false };
const value = { kind: 'sealed', scope: 'identity', eventId: '55555555-5555-4555-8555-555555555555' } as const;
const email = {
  contactPointId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
  kind: 'email',
  use: 'personal',
  value,
} as const;
const newEmail = { ...email, contactPointId: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb' };
const registration = {
  subjectId,
  audience: 'consumer',
  collection: 'direct',
  source: { kind: 'shop' },
  occurredAt: monday,
} as const;
const registered: SubjectEvent = { type: 'SubjectRegistered', data: registration };
const added: SubjectEvent = { type: 'ContactPointAdded', data: { subjectId, ...email, occurredAt: monday } };
const rectified: Extract<SubjectEvent, { type: 'ContactPointRectified' }>['data'] = {
  subjectId,
  replaces: email.contactPointId,
  reason: 'outdated',
  ...newEmail,
  occurredAt: monday,
};
const rectify = (protection = free, change: Partial<typeof rectified> = {}) =>
  ({
    type: 'RectifyContactPoint',
    data: { rectified: { ...rectified, ...change }, protection },
    metadata,
  }) as const;
const add = (protection = free) =>
  ({
    type: 'AddContactPoint',
    data: { added: { subjectId, ...newEmail, occurredAt: monday }, protection },
    metadata,
  }) as const;
const remove = (protection = free) =>
  ({
    type: 'RemoveContactPoint',
    data: {
      removed: {
        subjectId,
        contactPointId: email.contactPointId,
        reason: 'no-longer-used',
        occurredAt: monday,
      },
      protection,
    },
    metadata,
  }) as const;
const link = { subjectId, otherSubjectId, relation: 'household', occurredAt: monday } as const;

describe('registration', () => {
  it('makes a person and their contact points known in one append', () => {
    given()
      .when({ type: 'RegisterSubject', data: { registration, contactPoints: [email] }, metadata })
      .then(registered, added);
  });

  it('happens once, and not in the future', () => {
    given(registered)
      .when({ type: 'RegisterSubject', data: { registration, contactPoints: [] }, metadata })
      .thenRejected('subject-already-registered');
    const later = { ...registration, occurredAt: '2026-11-18T00:00:00.000Z' };
    given()
      .when({ type: 'RegisterSubject', data: { registration: later, contactPoints: [] }, metadata })
      .thenRejected('occurred-in-the-future');
  });
});

describe('contact points', () => {
  it('are replaced by a new one of the same kind (Art. 16)', () => {
    given(registered, added).when(rectify()).then({ type: 'ContactPointRectified', data: rectified });
    given(registered, added)
      .when(rectify(free, { kind: 'phone' }))
      .thenRejected('contact-point-invalid');
    given(registered).when(rectify()).thenRejected('contact-point-unknown');
  });

  it('are neither added nor removed under a restriction, but may be corrected (Art. 18(2), 16)', () => {
    const restricted = { isErased: false, isRestricted: true };
    given(registered, added).when(add(restricted)).thenRejected('subject-restricted');
    given(registered, added).when(remove(restricted)).thenRejected('subject-restricted');
    given(registered, added)
      .when(rectify(restricted))
      .then({ type: 'ContactPointRectified', data: rectified });
  });

  it('of an erased or unknown person are nobody’s', () => {
    const erased = { isErased: true, isRestricted: false };
    for (const command of [add(erased), remove(erased), rectify(erased)]) {
      given(registered, added).when(command).thenRejected('subject-erased');
    }
    given().when(add()).thenRejected('subject-unknown');
  });

  it('are known by what was added, less what was replaced or removed', () => {
    const history: SubjectEvent[] = [registered, added, { type: 'ContactPointRectified', data: rectified }];
    expect(contactPointsOf(history).map(({ contactPointId }) => contactPointId)).toEqual([
      newEmail.contactPointId,
    ]);
  });
});

describe('links', () => {
  it('relate two people and never merge them', () => {
    const command = {
      type: 'LinkSubjects',
      data: { link, isOtherKnown: true, protection: free },
      metadata,
    } as const;
    given(registered).when(command).then({ type: 'SubjectsLinked', data: link });
    given(registered, { type: 'SubjectsLinked', data: link }).when(command).thenNothing();
    given(registered)
      .when({ ...command, data: { ...command.data, isOtherKnown: false } })
      .thenRejected('subject-unknown');
    given(registered)
      .when({ ...command, data: { ...command.data, link: { ...link, otherSubjectId: subjectId } } })
      .thenRejected('link-to-itself');
  });

  it('end once', () => {
    const command = { type: 'UnlinkSubjects', data: { link }, metadata } as const;
    given(registered, { type: 'SubjectsLinked', data: link })
      .when(command)
      .then({ type: 'SubjectsUnlinked', data: link });
    given(registered).when(command).thenNothing();
  });
});

describe('protection', () => {
  it('lasts while any restriction stands', () => {
    const restricted = (restrictionId: string) =>
      ({
        type: 'ProcessingRestricted',
        data: {
          restrictionId,
          subjectId,
          ground: 'accuracy',
          purposeIds: 'all',
          initiator: 'data-subject',
          occurredAt: monday,
          source: 'staff',
        },
      }) as const;
    const lifted = {
      type: 'RestrictionLifted',
      data: { restrictionId: 'a', subjectId, reason: 'accuracy-verified', occurredAt: monday },
    } as const;
    expect(protectionOf([restricted('a'), restricted('b'), lifted]).isRestricted).toBe(true);
    expect(protectionOf([restricted('a'), lifted]).isRestricted).toBe(false);
  });
});

it('evolve is total over any order of events', () => {
  const events: SubjectEvent[] = [
    registered,
    added,
    { type: 'ContactPointRectified', data: rectified },
    { type: 'SubjectsLinked', data: link },
    { type: 'SubjectsUnlinked', data: link },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 20 }), (history) => {
      expect(fold(subjectDecider, history).isRegistered).toBe(history.includes(registered));
    }),
  );
});
