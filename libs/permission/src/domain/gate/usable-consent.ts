import { isTelephone, type Instant } from '#kernel';
import { endOf, isOutsideSlots, statedEnd } from './consent-time.js';
import type { Consent, ConsentEnding, ContactPoint, EventPlace, No } from './facts.js';
import type { PhoneConsentOnDay } from './gate-day.js';
import { isOfMinorAlone } from './minor.js';
import { newest } from './newest.js';
import type { Question } from './question.js';
import { needsNoAddress } from './reach.js';
import type { ReasonCode } from './decision.js';
import type { Scope } from './standing-nos.js';

/** What a consent is held against. */
export interface ConsentNeed {
  readonly question: Question;
  readonly scope: Scope;
  /** The "no"s that cover the question. */
  readonly nos: readonly No[];
  /** The addresses or numbers that would be used. */
  readonly points: readonly ContactPoint[];
  /** Categories of what is offered. */
  readonly categories: readonly string[];
  /** What the law of the day asks of a consent to be called. */
  readonly phoneConsent: PhoneConsentOnDay;
}

/** The consent that carries the contact, or why none does. */
export type ConsentFinding =
  | {
      readonly consent: Consent;
      /** When it ends if nothing is said; `undefined`: no end is known. */
      readonly until: Instant | undefined;
    }
  | {
      readonly failing: ReasonCode;
      readonly newest?: Consent;
      /** The event that ended the newest one. */
      readonly endedBy?: EventPlace;
    };

/** What each ending is called among the reasons. */
const ENDED: Readonly<Record<ConsentEnding['state'], ReasonCode>> = {
  expired: 'consent-expired',
  revoked: 'consent-revoked',
  invalidated: 'consent-invalidated',
};

/**
 * The newest consent that carries the contact. It counts if it is newer than every "no" that covers the question, has
 * not ended of itself nor become stale, can be demonstrated (Art. 7(1)), is not that of a child alone (LIL art. 45), and
 * covers every address that may be used, the goods, the slot and the recipient; of those that do not, the newest one says
 * why; one that never was valid only where there is no other. An ending on record counts whatever the clock says: no
 * expiry is undone.
 */
export function usableConsent(consents: readonly Consent[], need: ConsentNeed): ConsentFinding {
  const lastNo = need.nos.reduce<Instant>((latest, { at }) => (at > latest ? at : latest), '');
  const stands = (one: Consent): boolean => answers(one, need) && one.givenAt > lastNo;
  const carrying = newest(consents, givenAtOf, (one) => {
    return stands(one) && failureOf(one, need, consents) === undefined;
  });
  if (carrying !== undefined) return { consent: carrying, until: endOf(carrying, need) };
  const last =
    newest(consents, givenAtOf, (one) => stands(one) && isValid(one)) ?? newest(consents, givenAtOf, stands);
  if (last === undefined) return { failing: 'consent-missing' };
  const endedBy = endingOf(last);
  const failing = failureOf(last, need, consents) ?? 'consent-missing';
  return endedBy === undefined ? { failing, newest: last } : { failing, newest: last, endedBy };
}

/** Whether a consent ever was one. */
export function isValid({ endings }: Consent): boolean {
  return !endings.some(({ state }) => state === 'invalidated');
}

/** What ended a consent: that it never was valid, else the first ending. */
function endingOf({ endings }: Consent): ConsentEnding | undefined {
  if (endings.length < 2) return endings[0];
  const placeOf = ({ at, eventId }: ConsentEnding): string => `${at} ${eventId}`;
  const inOrder = [...endings].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return inOrder.find(({ state }) => state === 'invalidated') ?? inOrder[0];
}

const givenAtOf = ({ givenAt }: Consent): Instant => givenAt;

function answers(consent: Consent, { scope, question }: ConsentNeed): boolean {
  return (
    consent.purposeId === scope.purposeId &&
    consent.channel === scope.channel &&
    consent.controllerId === scope.controllerId &&
    consent.givenAt <= question.at
  );
}

function failureOf(
  consent: Consent,
  need: ConsentNeed,
  consents: readonly Consent[],
): ReasonCode | undefined {
  const over = overBy(consent, need);
  if (over !== undefined) return over;
  if (consent.grade === 'undemonstrable') return 'consent-undemonstrable';
  if (isOfMinorAlone(consent, consents)) return 'minor-without-parent';
  return notCoveredBy(consent, need);
}

function notCoveredBy(consent: Consent, need: ConsentNeed): ReasonCode | undefined {
  const { question } = need;
  if (!coversPoints(consent, need)) return 'consent-for-other-contact-point';
  if (isTelephone(question.channel) && !coversGoods(consent, need)) return 'consent-for-other-goods';
  if (isOutsideSlots(consent, need)) return 'consent-for-other-slot';
  if (question.recipientId !== undefined && !consent.namedRecipientIds.includes(question.recipientId)) {
    return 'recipient-not-named';
  }
  return undefined;
}

/** Why a consent that was good once is not any more. */
function overBy(consent: Consent, need: ConsentNeed): ReasonCode | undefined {
  const { at } = need.question;
  const ending = endingOf(consent);
  if (ending !== undefined) return ENDED[ending.state];
  const stated = statedEnd(consent, need);
  if (stated !== null && stated <= at) return 'consent-expired';
  return consent.staleFrom !== null && consent.staleFrom <= at ? 'consent-stale-notice' : undefined;
}

/** A changed address inherits nothing; where the question does not say which is used, each must be covered. */
function coversPoints({ contactPointIds }: Consent, { question, points }: ConsentNeed): boolean {
  if (needsNoAddress(question.channel)) return true;
  return points.length > 0 && points.every(({ contactPointId }) => contactPointIds.includes(contactPointId));
}

/** A consent to be called is for goods of a nature; what the call is about must be told and be among them. */
function coversGoods({ goodsNature }: Consent, { question, categories }: ConsentNeed): boolean {
  const asked = question.message.goodsNature === undefined ? categories : [question.message.goodsNature];
  return asked.length > 0 && asked.every((nature) => goodsNature.includes(nature));
}
