import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type Instant, parisDay, type Uuid } from '#kernel';
import { contactOutcomes } from '#solicitation/contract';
import { relationshipKinds, subjectStream } from '#subjects/contract';
import {
  consentEnded,
  consentGiven,
  consentRequested,
  requestAnswered,
  saidNo,
} from './consent-facts.fixture.js';
import { CONTROLLER, day, ERASURES, type Fact, POINTS, PURPOSES, RESTRICTIONS } from './contacts.fixture.js';
import { erasure, objectionRaised, restricted, rightsFact, suppressed } from './rights-facts.fixture.js';
import {
  ATTEMPTS,
  informationGiven,
  pointAdded,
  registered,
  relationshipEvent,
  solicitation,
} from './subject-facts.fixture.js';

/** Any history of one person, in the order in which the ledger learned of it. */
export function anyHistory(subjectId: Uuid, others: readonly Uuid[] = []): fc.Arbitrary<readonly Fact[]> {
  return fc
    .array(fc.tuple(fc.nat(40), anyFact(subjectId, others)), { maxLength: 25 })
    .map((acts) => acts.sort(([a], [b]) => a - b).flatMap(([n, factsAt]) => factsAt(day(n + 60))));
}

/** How a consent may end of itself, one after the other. */
const ENDINGS = [
  ['ConsentExpired'],
  ['ConsentRevoked'],
  ['ConsentInvalidated'],
  ['ConsentRevoked', 'ConsentInvalidated'],
] as const;

/** An ending of a consent, dated some days after it was given and told at once. */
function endedAfter(given: Fact, type: (typeof ENDINGS)[number][number], days: number, recordedAt: Instant) {
  const { occurredAt } = given.data as { readonly occurredAt: Instant };
  const at = new Date(Date.parse(occurredAt) + days * 86_400_000).toISOString();
  return consentEnded(given, { type, at: at < recordedAt ? at : recordedAt, recordedAt });
}

type FactsAt = (recordedAt: Instant) => readonly Fact[];

/** An act that happened up to two months before it was recorded. */
function anyFact(subjectId: Uuid, others: readonly Uuid[]): fc.Arbitrary<FactsAt> {
  const late = fc.constantFrom(0, 0, 1, 5, 30, 60);
  const earlier = (recordedAt: Instant, days: number): Instant =>
    new Date(Date.parse(recordedAt) - days * 86_400_000).toISOString();
  const said = (make: (times: { at: Instant; recordedAt: Instant }) => readonly Fact[]) =>
    late.map(
      (days): FactsAt =>
        (recordedAt) =>
          make({ at: earlier(recordedAt, days), recordedAt }),
    );
  const channel = fc.constantFrom('email', 'sms-mms', 'post');
  const point = fc.constantFrom(...POINTS);
  const purpose = fc.constantFrom(...PURPOSES);
  const wide = fc.constantFrom<string>(...PURPOSES, ...PURPOSES, 'all', 'unknown');
  const noChannel = fc.constantFrom('email', 'sms-mms', 'post', 'all');
  const controller = fc.constantFrom(undefined, undefined, CONTROLLER);
  const no = fc.tuple(wide, noChannel, controller).map(([purposeId, on, controllerId]) => ({
    purposeId,
    channel: on,
    ...(controllerId === undefined ? {} : { controllerId }),
  }));
  const restriction = fc.constantFrom(...RESTRICTIONS);
  const inStream = (fact: Fact, recordedAt: Instant): Fact => ({ ...fact, recordedAt });
  return fc.oneof(
    fc
      .constantFrom('art-13', 'art-14')
      .chain((article) =>
        said(({ at, recordedAt }) => [inStream(informationGiven(subjectId, at, article), recordedAt)]),
      ),
    said(({ at, recordedAt }) => [inStream(registered(subjectId, at), recordedAt)]),
    point.chain((id) => said(({ at, recordedAt }) => [inStream(pointAdded(subjectId, id, at), recordedAt)])),
    point.chain((contactPointId) =>
      said(({ at, recordedAt }) => [
        {
          type: 'ContactPointRemoved',
          stream: subjectStream(subjectId),
          data: { subjectId, contactPointId, reason: 'unreachable', occurredAt: at },
          recordedAt,
        },
      ]),
    ),
    fc
      .tuple(purpose, channel, point, fc.constantFrom(undefined, day(75), day(200)))
      .chain(([p, c, id, until]) =>
        said((times) => [
          consentGiven(subjectId, {
            ...times,
            ...{ purposeId: p, channel: c, contactPointIds: [id] },
            ...(until === undefined ? {} : { validUntil: until }),
          }),
        ]),
      ),
    fc.tuple(purpose, channel, fc.constantFrom(...ENDINGS), fc.nat(9)).chain(([p, c, types, later]) =>
      said((times) => {
        const given = consentGiven(subjectId, { ...times, purposeId: p, channel: c });
        return [given, ...types.map((type) => endedAfter(given, type, later, times.recordedAt))];
      }),
    ),
    fc.tuple(purpose, channel, fc.boolean()).chain(([p, c, isAnswered]) =>
      said(({ at, recordedAt }) => {
        const lapse = { expiresAt: earlier(at, -30) };
        const asked = consentRequested(subjectId, {
          ...{ purposeId: p, channel: c, at, recordedAt },
          ...lapse,
        });
        return isAnswered ? [asked, requestAnswered(asked, recordedAt)] : [asked];
      }),
    ),
    fc.tuple(purpose, channel).chain(([p, c]) =>
      said(({ at, recordedAt }) => {
        const wish = { purposeId: p, channel: c, at, recordedAt, expiresAt: earlier(at, -30) };
        const [first, second] = [randomUUID(), randomUUID()];
        return [
          consentRequested(subjectId, { ...wish, requestId: first }),
          consentRequested(subjectId, { ...wish, requestId: second, supersedes: [first] }),
        ];
      }),
    ),
    no.chain((wish) => said((times) => [saidNo(subjectId, { ...wish, ...times })])),
    no.chain((wish) => said((times) => [objectionRaised(subjectId, { ...wish, ...times })])),
    no.chain(({ purposeId, ...wish }) =>
      said(({ at, recordedAt }) => [
        suppressed(subjectId, {
          ...{ ...wish, purposeId: purposeId === 'unknown' ? 'all' : purposeId },
          ...{ enteredOn: parisDay(at), at: recordedAt },
        }),
      ]),
    ),
    fc
      .tuple(restriction, fc.constantFrom<'all' | readonly Uuid[]>('all', [PURPOSES[1] ?? '']))
      .chain(([id, purposes]) =>
        said(({ at, recordedAt }) => [inStream(restricted(subjectId, at, purposes, id), recordedAt)]),
      ),
    restriction.chain((restrictionId) =>
      said(({ at, recordedAt }) => [
        rightsFact(
          subjectId,
          'RestrictionLiftNotified',
          { restrictionId, notifiedAt: at, means: 'post' },
          recordedAt,
        ),
        rightsFact(
          subjectId,
          'RestrictionLifted',
          { restrictionId, reason: 'claims-over', occurredAt: at },
          recordedAt,
        ),
      ]),
    ),
    anySolicitation(subjectId, said),
    fc
      .tuple(
        fc.constantFrom(...ERASURES),
        fc.constantFrom<readonly string[]>(['marketing'], ['identity', 'marketing']),
      )
      .map(
        ([id, scopes]): FactsAt =>
          (recordedAt) =>
            erasure(subjectId, recordedAt, scopes, id),
      ),
    fc
      .tuple(
        fc.constantFrom(...relationshipKinds),
        fc.constantFrom(CONTROLLER, PURPOSES[0]),
        fc.subarray(['furniture', 'bedding']),
        fc.constantFrom(undefined, { direct: true, contactPointIds: POINTS, objectionOffered: false }),
      )
      .chain(([kind, controllerId = CONTROLLER, categories, collection]) =>
        said((times) => [
          relationshipEvent(subjectId, {
            ...{ kind, controllerId, categories, ...times },
            ...(collection === undefined ? {} : { contactCollection: collection }),
          }),
        ]),
      ),
    ...others.map((otherSubjectId) =>
      fc.tuple(fc.boolean(), fc.boolean()).chain(([isOwn, isLink]) =>
        said(({ at, recordedAt }) => {
          const [from, to] = isOwn ? [subjectId, otherSubjectId] : [otherSubjectId, subjectId];
          const data = { subjectId: from, otherSubjectId: to, relation: 'household', occurredAt: at };
          const type = isLink ? 'SubjectsLinked' : 'SubjectsUnlinked';
          return [{ type, stream: subjectStream(from), data, recordedAt, subjects: [from, to] }];
        }),
      ),
    ),
  );
}

/** A contact is reserved, given back or made, in any order. */
function anySolicitation(
  subjectId: Uuid,
  said: (make: (times: { at: Instant; recordedAt: Instant }) => readonly Fact[]) => fc.Arbitrary<FactsAt>,
): fc.Arbitrary<FactsAt> {
  const channel = fc.constantFrom('phone-human', 'autodialer', 'email');
  const type = fc.constantFrom(
    'ContactAttemptReserved' as const,
    'ContactReservationReleased' as const,
    'ContactMade' as const,
  );
  return fc
    .tuple(type, fc.constantFrom(...ATTEMPTS), channel, fc.constantFrom(...contactOutcomes))
    .chain(([kind, attemptId, on, outcome]) =>
      said(({ at, recordedAt }) => {
        const more = {
          ContactAttemptReserved: { attemptId, channel: on, expiresAt: recordedAt },
          ContactReservationReleased: { attemptId },
          ContactMade: { attemptId, channel: on, outcome },
        };
        return [{ ...solicitation(subjectId, kind, more[kind], at), recordedAt }];
      }),
    );
}
