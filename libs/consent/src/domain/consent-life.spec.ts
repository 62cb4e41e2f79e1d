import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { ConsentEvent, ConsentGiven } from '../contract.js';
import type { AnswerConsentRequest, ConsentCommand, RequestConsent } from './consent.commands.js';
import { consentDecider } from './consent.decider.js';
import {
  act,
  actId,
  agreement,
  consentId,
  controllerId,
  email,
  form,
  formId,
  given1,
  metadata,
  monday,
  no,
  phone,
  purpose,
  purposeId,
  subject,
  subjectId,
  tuesday,
  wednesday,
} from './consent.fixture.js';
import { standingConsent } from './consent-state.js';

// Goal: a person is asked once and answers once, their refusal counts whenever it comes; each consent ends by itself,
// once, and no ending brings a yes back. Method: given/when/then per rule, then properties over random histories.

const { given } = specificationOf(consentDecider);
const requestId = 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee';
const newerId = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
const nextWeek = '2026-11-25T09:00:00.000Z';
const later = '2026-11-30T09:00:00.000Z';
const question = { purposeId, channel: 'email', controllerId } as const;

const ask = (change: Partial<RequestConsent['data']> = {}): RequestConsent => ({
  type: 'RequestConsent',
  data: {
    ...{ requestId, subjectId, subject, form, contactPointId: email.contactPointId, reason: 'new-contact' },
    asks: [{ purposeId, channel: 'email', purpose }],
    ...{ occurredAt: monday, expiresAt: nextWeek, supersede: false, endedRequestIds: [] },
    ...change,
  },
  metadata,
});
const asked: ConsentEvent = {
  type: 'ConsentRequested',
  data: {
    ...{ requestId, subjectId, controllerId, contactPointId: email.contactPointId, reason: 'new-contact' },
    asks: [
      { purposeId, channel: 'email' },
      { purposeId, channel: 'phone-human' },
    ],
    form: { formId, version: 2 },
    ...{ occurredAt: monday, expiresAt: nextWeek },
  },
};
type Choice = AnswerConsentRequest['data']['answers'][number]['choice'];
const answersOf = (byEmail: Choice, byPhone: Choice) => [
  { purposeId, channel: 'email' as const, choice: byEmail },
  { purposeId, channel: 'phone-human' as const, choice: byPhone },
];
const answer = (
  byEmail: Choice,
  byPhone: Choice = 'not-answered',
  { now = wednesday, ...change }: Partial<AnswerConsentRequest['data']> & { now?: string } = {},
): AnswerConsentRequest => ({
  type: 'AnswerConsentRequest',
  data: {
    ...{ ...act, requestId, occurredAt: tuesday },
    answers: answersOf(byEmail, byPhone),
    agreements: byEmail === 'given' ? [agreement] : [],
    ...change,
  },
  metadata: { ...metadata, now },
});
const answered = (byEmail: Choice, byPhone: Choice = 'not-answered'): ConsentEvent => ({
  type: 'ConsentRequestAnswered',
  data: { requestId, subjectId, actId, answers: answersOf(byEmail, byPhone), occurredAt: tuesday },
});
const yes: ConsentEvent = { type: 'ConsentGiven', data: given1 };
const refusedByPhone: ConsentEvent = {
  type: 'ConsentRefused',
  data: {
    ...{ actId, subjectId, purposeId, channel: 'phone-human', occurredAt: tuesday },
    ...{ source: { kind: 'web-form' }, indicatedBy: 'data-subject', form: { formId, version: 2 } },
  },
};
const decide = (command: ConsentCommand, ...history: readonly ConsentEvent[]): readonly ConsentEvent[] =>
  consentDecider.decide(command, fold(consentDecider, history));

describe('asking for consent', () => {
  it('records what is asked, by which address, in which words, until when', () => {
    const [event] = decide(ask());
    const { asks: _, ...rest } = asked.data;
    expect(event).toEqual({
      type: 'ConsentRequested',
      data: { ...rest, asks: [{ purposeId, channel: 'email' }] },
    });
  });

  it.each([
    ['subject-unknown', { subject: { status: 'unknown', contactPoints: [] } }],
    ['subject-erased', { subject: { status: 'erased', contactPoints: [] } }],
    ['contact-point-unknown', { contactPointId: formId }],
    ['collection-form-unknown', { form: undefined }],
    ['collection-form-version-not-valid-then', { form: { ...form, validUntil: monday } }],
    ['consent-request-expired', { expiresAt: wednesday }],
    ['occurred-in-the-future', { occurredAt: nextWeek }],
    ['purpose-unknown', { asks: [{ purposeId, channel: 'email', purpose: undefined }] }],
    ['channel-not-offered', { asks: [{ purposeId, channel: 'post', purpose }] }],
    [
      'choice-not-offered-by-form',
      { asks: [{ purposeId, channel: 'email', purpose: { ...purpose, purposeId: actId } }] },
    ],
    [
      'controller-unknown',
      {
        asks: [
          { purposeId, channel: 'email', purpose },
          { purposeId, channel: 'phone-human', purpose: { ...purpose, controllerId: actId } },
        ],
      },
    ],
  ] as const)('is declined as %s', (code, change) => {
    given().when(ask(change)).thenRejected(code);
  });

  it('is declined against a "no", unless the person signed up anew; a refusal stands against it for six months', () => {
    const withdrawn: ConsentEvent = {
      type: 'ConsentWithdrawn',
      data: no({ occurredAt: '2020-01-01T00:00:00.000Z' }),
    };
    const refused = (occurredAt: string): ConsentEvent => ({
      type: 'ConsentRefused',
      data: no({ occurredAt }),
    });
    given(withdrawn).when(ask()).thenRejected('consent-request-against-no');
    given(refused('2026-05-16T09:00:00.001Z')).when(ask()).thenRejected('consent-request-against-no');
    expect(decide(ask(), refused('2026-05-16T09:00:00.000Z'))).toHaveLength(1);
    expect(decide(ask({ reason: 'sign-up-to-confirm' }), withdrawn)).toHaveLength(1);
    expect(decide(ask(), withdrawn, yes)).toHaveLength(1);
    const ended: ConsentEvent = { type: 'ConsentExpired', data: { ...endOf(), occurredAt: tuesday } };
    given(withdrawn, yes, ended).when(ask()).thenRejected('consent-request-against-no');
  });
});

describe('asking the same while an earlier request is open', () => {
  const anew = (change: Partial<RequestConsent['data']> = {}) => ask({ requestId: newerId, ...change });
  const replaced = (change: object = {}): ConsentEvent => ({
    type: 'ConsentRequested',
    data: { ...asked.data, requestId: newerId, supersedes: [requestId], ...change },
  });

  it('is declined, and says which request is open until when', () => {
    const again = () => decide(anew(), asked);
    expect(again).toThrow(
      expect.objectContaining({ code: 'consent-request-open', about: { requestId, expiresAt: nextWeek } }),
    );
  });

  it('is no repetition once that request was answered or has lapsed, its form is out of use, or by another way', () => {
    const isNew = (command: RequestConsent, ...history: ConsentEvent[]) => {
      const [event] = decide(command, ...history);
      expect(event).toMatchObject({ type: 'ConsentRequested', data: { requestId: newerId } });
      expect(event?.data).not.toHaveProperty('supersedes');
    };
    isNew(anew(), asked, answered('given'), yes);
    isNew({ ...anew({ expiresAt: later }), metadata: { ...metadata, now: nextWeek } }, asked);
    isNew(anew({ endedRequestIds: [requestId] }), asked);
    isNew(anew({ contactPointId: phone.contactPointId }), asked);
    const onPhone = { ...asked.data, asks: [{ purposeId, channel: 'phone-human' as const }] };
    isNew(anew(), { type: 'ConsentRequested', data: onPhone });
    isNew(anew(), asked, replaced({ expiresAt: tuesday }));
  });

  it('takes the place of every such request where it is told to, also of one that asks more', () => {
    const other = { ...asked.data, requestId: formId };
    const events = decide(anew({ supersede: true }), asked, { type: 'ConsentRequested', data: other });
    expect(events).toMatchObject([{ data: { requestId: newerId, supersedes: [requestId, formId] } }]);
    expect(decide(anew({ supersede: true }))[0]?.data).not.toHaveProperty('supersedes');
  });

  it('leaves the older link a no and nothing else, and the newer one a yes', () => {
    given(asked, replaced()).when(answer('given')).thenRejected('consent-request-superseded');
    given(replaced(), asked).when(answer('given')).thenRejected('consent-request-superseded');
    expect(decide(answer('given', 'refused'), asked, replaced())).toEqual([
      answered('given', 'refused'),
      refusedByPhone,
    ]);
    const newer = answer('given', 'not-answered', { requestId: newerId });
    expect(decide(newer, asked, replaced()).map(({ type }) => type)).toEqual([
      'ConsentRequestAnswered',
      'ConsentGiven',
    ]);
  });
});

describe('answering', () => {
  const consent = (contactPointIds: readonly string[]) =>
    expect.objectContaining({
      type: 'ConsentGiven',
      data: expect.objectContaining({ contactPointIds, actId, occurredAt: tuesday }),
    });

  it('is one act: the answer, then what was given and refused', () => {
    const events = decide(answer('given', 'refused'), asked);
    expect(events).toEqual([answered('given', 'refused'), consent([email.contactPointId]), refusedByPhone]);
  });

  it('covers the address to which the link was sent, and no other of its kind', () => {
    const second = { contactPointId: actId, kind: 'email' } as const;
    const both = { ...subject, contactPoints: [email, second, phone] };
    const agreements = [
      {
        ...agreement,
        channels: [
          { channel: 'email', consentId },
          { channel: 'phone-human', consentId: formId },
        ],
      },
    ] as const;
    const events = decide(answer('given', 'given', { subject: both, agreements }), asked);
    expect(events.slice(1)).toEqual([consent([email.contactPointId]), consent([phone.contactPointId])]);
  });

  it('with yes counts once, before the request lapses, while the person has the address, and for what was asked', () => {
    given(asked, answered('refused')).when(answer('given')).thenRejected('consent-request-answered');
    given(asked)
      .when(answer('given', undefined, { now: nextWeek }))
      .thenRejected('consent-request-expired');
    expect(decide(answer('given', undefined, { now: '2026-11-25T08:59:59.999Z' }), asked)).toHaveLength(2);
    const moved = { ...subject, contactPoints: [phone] };
    given(asked)
      .when(answer('given', undefined, { subject: moved }))
      .thenRejected('contact-point-unknown');
    given().when(answer('given')).thenRejected('consent-request-unknown');
    const { asks, ...rest } = asked.data;
    const phoneOnly: ConsentEvent = { type: 'ConsentRequested', data: { ...rest, asks: asks.slice(1) } };
    given(phoneOnly).when(answer('given')).thenRejected('choice-not-offered-by-form');
  });

  it('with nothing said leaves the request open', () => {
    given(asked).when(answer('not-answered')).thenNothing();
  });

  it('with a refusal is never declined: late, used twice, unknown, erased, address gone; a yes in it is left out', () => {
    const erased = { subject: { status: 'erased', contactPoints: [] } } as const;
    for (const byEmail of ['given', 'not-answered'] as const) {
      const late = answer(byEmail, 'refused', { now: nextWeek });
      const { form: _, ...formless } = refusedByPhone.data;
      const moved = { subject: { ...subject, contactPoints: [] } };
      given(asked).when(late).then(answered(byEmail, 'refused'), refusedByPhone);
      given(asked, answered('given')).when(answer(byEmail, 'refused')).then(refusedByPhone);
      given().when(answer(byEmail, 'refused')).then({ type: 'ConsentRefused', data: formless });
      given(asked)
        .when(answer(byEmail, 'refused', moved))
        .then(answered(byEmail, 'refused'), refusedByPhone);
      given(asked)
        .when(answer(byEmail, 'refused', erased))
        .then(answered(byEmail, 'refused'), refusedByPhone);
    }
  });

  it('of a refusal that was said already adds nothing', () => {
    given(asked, answered('not-answered', 'refused'), refusedByPhone)
      .when(answer('not-answered', 'refused'))
      .thenNothing();
  });
});

const endOf = (id = consentId) => ({
  consentId: id,
  subjectId,
  purposeId,
  channel: 'email' as const,
  controllerId,
});
const expire = (now: string, id = consentId): ConsentCommand => ({
  type: 'ExpireConsent',
  data: { subjectId, consentId: id },
  metadata: { ...metadata, now },
});
const revoke = (occurredAt: string, id = consentId): ConsentCommand => ({
  type: 'RevokeConsent',
  data: { actId, consentId: id, subjectId, reason: 'collector-ended', occurredAt },
  metadata,
});
const invalidate = (id = consentId): ConsentCommand => ({
  type: 'InvalidateConsent',
  data: { actId, consentId: id, subjectId, defects: ['not-free'], occurredAt: wednesday },
  metadata,
});
const validUntil = given1.validUntil ?? '';
const afterIts = '2027-12-01T00:00:00.000Z';
const expired: ConsentEvent = { type: 'ConsentExpired', data: { ...endOf(), occurredAt: validUntil } };
const revoked = (occurredAt: string): ConsentEvent => ({
  type: 'ConsentRevoked',
  data: { actId, ...endOf(), reason: 'collector-ended', occurredAt },
});
const invalidated: ConsentEvent = {
  type: 'ConsentInvalidated',
  data: { actId, ...endOf(), defects: ['not-free'], occurredAt: wednesday },
};
const withdrawn = (occurredAt: string): ConsentEvent => ({
  type: 'ConsentWithdrawn',
  data: no({ occurredAt }),
});

describe('a consent expires', () => {
  it('at its stated end, not before, and once', () => {
    given(yes).when(expire('2027-11-16T08:59:59.999Z')).thenNothing();
    given(yes).when(expire(validUntil)).then(expired);
    given(yes).when(expire(afterIts)).then(expired);
    given(yes, expired).when(expire(afterIts)).thenNothing();
    const { validUntil: _, ...endless } = given1;
    given({ type: 'ConsentGiven', data: endless }).when(expire(afterIts)).thenNothing();
    given().when(expire(afterIts)).thenRejected('consent-unknown');
  });

  it('unless something had ended it before; what came later does not hinder it', () => {
    given(yes, withdrawn(tuesday)).when(expire(afterIts)).thenNothing();
    given(yes, revoked(tuesday)).when(expire(afterIts)).thenNothing();
    given(yes, invalidated).when(expire(afterIts)).thenNothing();
    given(yes, withdrawn('2027-11-20T00:00:00.000Z')).when(expire(afterIts)).then(expired);
    given(withdrawn('2026-01-01T00:00:00.000Z'), yes).when(expire(afterIts)).then(expired);
  });
});

describe('a consent is revoked, or found invalid', () => {
  it('by its id, with the question it answered', () => {
    given(yes).when(revoke(tuesday)).then(revoked(tuesday));
    given(yes).when(invalidate()).then(invalidated);
    given(yes).when(revoke(tuesday, formId)).thenRejected('consent-unknown');
    given(yes).when(invalidate(formId)).thenRejected('consent-unknown');
  });

  it('a revocation adds nothing where it had ended by then, and counts where it ends it earlier', () => {
    given(yes, withdrawn(tuesday)).when(revoke(wednesday)).thenNothing();
    given(yes, revoked(tuesday)).when(revoke(tuesday)).thenNothing();
    given(yes, invalidated).when(revoke(tuesday)).thenNothing();
    given(yes)
      .when({ ...revoke(validUntil), metadata: { ...metadata, now: validUntil } })
      .thenNothing();
    given(yes).when(revoke(afterIts)).then(revoked(afterIts));
    given(yes, revoked(wednesday)).when(revoke(tuesday)).then(revoked(tuesday));
  });

  it('what was never valid is said of an ended consent too, and once', () => {
    for (const ending of [expired, revoked(tuesday), withdrawn(tuesday)]) {
      given(yes, ending).when(invalidate()).then(invalidated);
    }
    given(yes, invalidated).when(invalidate()).thenNothing();
  });
});

describe('any history', () => {
  const ids = [consentId, actId, formId];
  const minute = (n: number): string => `2026-11-16T09:${String(n).padStart(2, '0')}:00.000Z`;
  const anyEvent: fc.Arbitrary<ConsentEvent> = fc
    .tuple(fc.nat(5), fc.constantFrom(...ids), fc.nat(9))
    .map(([kind, id, n]): ConsentEvent => {
      const consent: ConsentGiven = { ...given1, consentId: id, occurredAt: minute(ids.indexOf(id) * 3) };
      const occurredAt = minute(n);
      if (kind <= 1) return { type: 'ConsentGiven', data: consent };
      if (kind === 2) return { type: 'ConsentWithdrawn', data: no({ actId: id, occurredAt }) };
      if (kind === 3) return { type: 'ConsentExpired', data: { ...endOf(id), occurredAt } };
      if (kind === 4)
        return {
          ...revoked(occurredAt),
          data: { ...revoked(occurredAt).data, consentId: id },
        } as ConsentEvent;
      return { ...invalidated, data: { ...invalidated.data, consentId: id } };
    });
  const histories = fc.array(anyEvent, { maxLength: 15 });
  const says = (...events: readonly ConsentEvent[]) =>
    standingConsent(fold(consentDecider, events), question);

  it('ends in one state in any order of arrival', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat()), (history, keys) => {
        const order = history
          .map((event, n) => [keys[n % Math.max(keys.length, 1)] ?? 0, n, event] as const)
          .sort(([a, m], [b, n]) => a - b || m - n)
          .map(([, , event]) => event);
        expect(says(...order)).toEqual(says(...history));
      }),
    );
  });

  it('never stands because of one more ending, nor is a newer consent ended by an older one’s', () => {
    fc.assert(
      fc.property(histories, anyEvent, (history, more) => {
        const [before, after] = [says(...history), says(...history, more)];
        if (more.type !== 'ConsentGiven' && before?.says !== 'yes') expect(after?.says).not.toBe('yes');
        const isEnding = 'consentId' in more.data && more.type !== 'ConsentGiven';
        if (isEnding && before?.says === 'yes' && before.eventId !== more.data.consentId) {
          expect(after).toEqual(before);
        }
      }),
    );
  });

  it('takes each ending once, however often it is told', () => {
    const commands = fc
      .constantFrom(...ids)
      .chain((id) => fc.constantFrom(expire(afterIts, id), revoke(minute(5), id), invalidate(id)));
    fc.assert(
      fc.property(histories, commands, (history, command) => {
        const all = [
          ...ids.map((id): ConsentEvent => ({ type: 'ConsentGiven', data: { ...given1, consentId: id } })),
          ...history,
        ];
        const once = decide(command, ...all);
        expect(decide(command, ...all, ...once)).toEqual([]);
      }),
    );
  });
});
