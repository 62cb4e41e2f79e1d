import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channels, fold } from '#kernel';
import { specificationOf } from '#testing';
import type { ConsentEvent, ConsentGiven } from '../contract.js';
import { consentDecider } from './consent.decider.js';
import { standingConsent } from './consent-state.js';
import {
  act,
  actId,
  agreement,
  consentId,
  controllerId,
  email,
  form,
  formId,
  give,
  given1,
  metadata,
  monday,
  no,
  notice,
  onNotice,
  phone,
  purpose,
  purposeId,
  subject,
  subjectId,
  tuesday,
  wednesday,
} from './consent.fixture.js';
import { gradeProof } from './proof-grade.js';

/**
 * Goal: a consent is recorded only with what Art. 7(1) asks to demonstrate; a "no" is never declined and never lifted
 * by an older yes. Method: given/when/then per rule, then properties over random histories.
 */
const { given } = specificationOf(consentDecider);

describe('giving consent (Art. 4(11), 7(1))', () => {
  it('is recorded with its proof, for the contact points it covers on that day', () => {
    given().when(give()).then({ type: 'ConsentGiven', data: given1 });
  });

  it('is recorded again: a fresh act is fresh proof', () => {
    given({ type: 'ConsentGiven', data: given1 }).when(give()).then({ type: 'ConsentGiven', data: given1 });
  });

  it('is declined for a person who is unknown or erased', () => {
    given()
      .when(give({ subject: { status: 'unknown', contactPoints: [] } }))
      .thenRejected('subject-unknown');
    given()
      .when(give({ subject: { status: 'erased', contactPoints: [] } }))
      .thenRejected('subject-erased');
  });

  it('is declined for a purpose that is unknown, retired, not on consent, of another controller or channel', () => {
    given()
      .when(give({}, { purpose: undefined }))
      .thenRejected('purpose-unknown');
    given()
      .when(give({}, { purpose: { ...purpose, retiredAt: monday } }))
      .thenRejected('purpose-retired');
    const contract = {
      ...purpose,
      variants: [{ audiences: ['consumer'], lawfulBasis: 'contract' }],
    } as const;
    given()
      .when(give({}, { purpose: contract }))
      .thenRejected('lawful-basis-is-not-consent');
    given()
      .when(give({}, { controllerId: formId }))
      .thenRejected('controller-unknown');
    given()
      .when(give({}, { channels: [{ channel: 'post', consentId }] }))
      .thenRejected('channel-not-offered');
  });

  it('is declined without a form or notice that stood then, with a ticked box, or without words', () => {
    given()
      .when(give({ basis: { kind: 'form', form: undefined, notice } }))
      .thenRejected('collection-form-unknown');
    const ended = { ...form, validUntil: monday };
    given()
      .when(give({ basis: { kind: 'form', form: ended, notice } }))
      .thenRejected('collection-form-version-not-valid-then');
    given()
      .when(give({ basis: onNotice({ notice: undefined }) }))
      .thenRejected('notice-unknown');
    given()
      .when(give({ basis: onNotice({ language: 'en' }) }))
      .thenRejected('notice-language-unknown');
    given()
      .when(give({ basis: onNotice({ defaultState: 'checked' }) }))
      .thenRejected('consent-was-pre-ticked');
    given()
      .when(give({ basis: onNotice({ label: '  ' }) }))
      .thenRejected('consent-without-words');
    const later = { ...notice, effectiveFrom: tuesday };
    given()
      .when(give({ basis: onNotice({ notice: later }) }))
      .thenRejected('notice-unknown');
  });

  it('covers a contact point that came after it only if the person named it', () => {
    const later = { contactPointId: purposeId, kind: 'email', isLater: true } as const;
    const late = { subject: { ...subject, contactPoints: [email, later] } };
    const covered = [{}, { contactPointIds: [later.contactPointId] }].map((agreed) => {
      const [event] = consentDecider.decide(give(late, agreed), consentDecider.initialState);
      return (event?.data as ConsentGiven).contactPointIds;
    });
    expect(covered).toEqual([[email.contactPointId], [later.contactPointId]]);
  });

  it('is declined in the future, on a contact point of nobody, and under 15 without a parent', () => {
    given()
      .when(give({ occurredAt: '2026-11-19T00:00:00.000Z' }))
      .thenRejected('occurred-in-the-future');
    given()
      .when(give({}, { contactPointIds: [formId] }))
      .thenRejected('contact-point-unknown');
    given()
      .when(give({ age: 'under-15' }))
      .thenRejected('proof-incomplete');
  });

  it('lasts one year at most on the telephone (R.223-1)', () => {
    const channels1 = [{ channel: 'phone-human', consentId }] as const;
    given()
      .when(give({}, { channels: channels1, validUntil: '2027-11-16T09:00:00.001Z' }))
      .thenRejected('consent-period-too-long');
    const [event] = consentDecider.decide(
      give(
        { basis: { kind: 'form', form: { ...form, validityMonths: 24 }, notice } },
        { channels: channels1 },
      ),
      consentDecider.initialState,
    );
    expect((event?.data as ConsentGiven).validUntil).toBe('2027-11-16T09:00:00.000Z');
    expect((event?.data as ConsentGiven).contactPointIds).toEqual([phone.contactPointId]);
  });
});

describe('capturing the choices of a form', () => {
  const answers = [
    { purposeId, channel: 'email', choice: 'given' },
    { purposeId, channel: 'phone-human', choice: 'refused' },
  ] as const;

  it('records what was asked, what was agreed and what was refused, in one append', () => {
    given()
      .when({ type: 'CaptureChoices', data: { ...act, answers, agreements: [agreement] }, metadata })
      .then(
        {
          type: 'ChoicesCaptured',
          data: { actId, subjectId, form: { formId, version: 2 }, answers: [...answers], occurredAt: monday },
        },
        { type: 'ConsentGiven', data: given1 },
        {
          type: 'ConsentRefused',
          data: {
            actId,
            subjectId,
            purposeId,
            channel: 'phone-human',
            form: { formId, version: 2 },
            occurredAt: monday,
            source: { kind: 'web-form' },
            indicatedBy: 'data-subject',
          },
        },
      );
  });

  it('declines a choice that the form never offered', () => {
    const foreign = [{ purposeId, channel: 'post', choice: 'given' }] as const;
    given()
      .when({ type: 'CaptureChoices', data: { ...act, answers: foreign, agreements: [] }, metadata })
      .thenRejected('choice-not-offered-by-form');
  });
});

describe('saying no (Art. 7(3))', () => {
  it('is recorded, also where nothing was ever given', () => {
    given()
      .when({ type: 'WithdrawConsent', data: no(), metadata })
      .then({ type: 'ConsentWithdrawn', data: no() });
    given()
      .when({ type: 'RefuseConsent', data: no(), metadata })
      .then({ type: 'ConsentRefused', data: no() });
  });

  it('said again, no later, adds nothing; said later, it is recorded', () => {
    given({ type: 'ConsentWithdrawn', data: no() })
      .when({ type: 'WithdrawConsent', data: no(), metadata })
      .thenNothing();
    given({ type: 'ConsentWithdrawn', data: no({ purposeId: 'all', channel: 'all' }) })
      .when({ type: 'WithdrawConsent', data: no(), metadata })
      .thenNothing();
    const later = no({ occurredAt: wednesday });
    given({ type: 'ConsentWithdrawn', data: no() })
      .when({ type: 'WithdrawConsent', data: later, metadata })
      .then({ type: 'ConsentWithdrawn', data: later });
  });
});

describe('the answer that stands', () => {
  const question = { purposeId, channel: 'email', controllerId } as const;
  const after = (...events: readonly ConsentEvent[]) =>
    standingConsent(fold(consentDecider, events), question)?.says;
  const yes: ConsentEvent = { type: 'ConsentGiven', data: given1 };
  const withdrawn = (change: Parameters<typeof no>[0]): ConsentEvent => ({
    type: 'ConsentWithdrawn',
    data: no(change),
  });

  it('is the newer one; at equal times "no" wins; a wide "no" covers all', () => {
    expect(after()).toBeUndefined();
    expect(after(yes)).toBe('yes');
    expect(after(yes, withdrawn({}))).toBe('no');
    expect(after(yes, withdrawn({ occurredAt: monday }))).toBe('no');
    expect(after(yes, withdrawn({ purposeId: 'all', channel: 'all' }))).toBe('no');
    expect(after(yes, withdrawn({ purposeId: 'unknown' }))).toBe('no');
    expect(after(yes, withdrawn({ controllerId: formId }))).toBe('yes');
    expect(after(withdrawn({ occurredAt: tuesday }), yes)).toBe('no');
  });

  const anyEvent: fc.Arbitrary<ConsentEvent> = fc
    .record({
      kind: fc.constantFrom('yes', 'no', 'refused'),
      purpose: fc.constantFrom(purposeId, formId, 'all', 'unknown'),
      channel: fc.constantFrom(...channels, 'all' as const),
      minute: fc.integer({ min: 0, max: 59 }),
      id: fc.uuid({ version: 4 }),
    })
    .map(({ kind, purpose: purposeOf, channel, minute, id }): ConsentEvent => {
      const occurredAt = `2026-11-16T09:${String(minute).padStart(2, '0')}:00.000Z`;
      if (kind === 'yes') {
        return {
          type: 'ConsentGiven',
          data: {
            ...given1,
            consentId: id,
            occurredAt,
            purposeId: purposeOf.length === 36 ? purposeOf : purposeId,
            channel: channel === 'all' ? 'email' : channel,
          },
        };
      }
      const type = kind === 'no' ? 'ConsentWithdrawn' : 'ConsentRefused';
      return { type, data: no({ actId: id, purposeId: purposeOf, channel, occurredAt }) };
    });

  it('does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (history) => {
        const forwards = standingConsent(fold(consentDecider, history), question);
        expect(standingConsent(fold(consentDecider, [...history].reverse()), question)).toEqual(forwards);
      }),
    );
  });

  it('after a withdrawal of now, no history leaves a consent standing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (history) => {
        const state = fold(consentDecider, history);
        const command = { type: 'WithdrawConsent', data: no({ occurredAt: wednesday }), metadata } as const;
        const decided = fold(consentDecider, [...history, ...consentDecider.decide(command, state)]);
        expect(standingConsent(decided, question)?.says).toBe('no');
      }),
    );
  });

  it('a "no" that was not recorded, because it was said already, changes nothing whatever arrives later', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 12 }),
        anyEvent,
        fc.array(anyEvent, { maxLength: 5 }),
        (history, last, late) => {
          if (last.type !== 'ConsentWithdrawn') return;
          const command = { type: 'WithdrawConsent', data: last.data, metadata } as const;
          const decided = consentDecider.decide(command, fold(consentDecider, history));
          const kept = standingConsent(
            fold(consentDecider, [...history, ...decided, ...late]),
            question,
          )?.says;
          expect(standingConsent(fold(consentDecider, [...history, last, ...late]), question)?.says).toBe(
            kept,
          );
        },
      ),
    );
  });
});

describe('grade of proof', () => {
  it('is strong with everything, and names what is missing', () => {
    const evidence = [{ kind: 'sealed', scope: 'evidence', eventId: actId }] as const;
    expect(gradeProof({ ...given1, evidence: [...evidence] }, monday)).toEqual({
      grade: 'strong',
      missing: [],
    });
    expect(gradeProof(given1, monday)).toEqual({ grade: 'adequate', missing: ['technical-trace'] });
    expect(gradeProof({ ...given1, contactPointIds: [] }, monday).grade).toBe('undemonstrable');
    expect(gradeProof({ ...given1, evidence: [...evidence] }, '2027-01-16T09:00:00.000Z')).toEqual({
      grade: 'weak',
      missing: ['prompt-recording'],
    });
  });

  it('is weak without the form that was shown; on the telephone there is no proof without it (R.223-1)', () => {
    const { form: _, ...noForm } = given1.proof;
    const calls: ConsentGiven = {
      ...given1,
      channel: 'phone-human',
      goodsNature: ['furniture'],
      validUntil: '2026-12-31T00:00:00.000Z',
    };
    const noWayBack = { ...given1.proof, withdrawalMethods: [] };
    const gradeOf = (consent: ConsentGiven): string => gradeProof(consent, monday).grade;
    expect(gradeOf({ ...given1, proof: noForm })).toBe('weak');
    expect(gradeOf({ ...given1, proof: noWayBack })).toBe('weak');
    expect(gradeOf(calls)).toBe('adequate');
    expect(gradeOf({ ...calls, proof: noForm })).toBe('undemonstrable');
    expect(gradeOf({ ...calls, proof: noWayBack })).toBe('undemonstrable');
  });
});
