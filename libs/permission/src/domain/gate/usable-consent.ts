import { isTelephone, type Instant } from '#kernel';
import type { Consent, ContactPoint, No } from './facts.js';
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
}

/** The consent that carries the contact, or why none does. */
export type ConsentFinding =
  { readonly consent: Consent } | { readonly failing: ReasonCode; readonly newest?: Consent };

/**
 * The newest consent that carries the contact. It counts if it is newer than every "no" that covers the question, has
 * not expired, can be demonstrated (Art. 7(1)), and covers the address, the goods and the recipient; of those that do
 * not, the newest one says why.
 */
export function usableConsent(consents: readonly Consent[], need: ConsentNeed): ConsentFinding {
  const lastNo = need.nos.reduce<Instant>((latest, { at }) => (at > latest ? at : latest), '');
  const stands = (one: Consent): boolean => answers(one, need) && one.givenAt > lastNo;
  const carrying = newest(consents, givenAtOf, (one) => stands(one) && failureOf(one, need) === undefined);
  if (carrying !== undefined) return { consent: carrying };
  const last = newest(consents, givenAtOf, stands);
  if (last === undefined) return { failing: 'consent-missing' };
  return { failing: failureOf(last, need) ?? 'consent-missing', newest: last };
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

function failureOf(consent: Consent, need: ConsentNeed): ReasonCode | undefined {
  const { question } = need;
  if (consent.validUntil !== null && consent.validUntil <= question.at) return 'consent-expired';
  if (consent.grade === 'undemonstrable') return 'consent-undemonstrable';
  if (consent.age === 'under-15' && !consent.hasParentalConsent) return 'minor-without-parent';
  if (!coversPoint(consent, need)) return 'consent-for-other-contact-point';
  if (isTelephone(question.channel) && !coversGoods(consent, need)) return 'consent-for-other-goods';
  if (question.recipientId !== undefined && !consent.namedRecipientIds.includes(question.recipientId)) {
    return 'recipient-not-named';
  }
  return undefined;
}

/** A changed address inherits nothing. */
function coversPoint({ contactPointIds }: Consent, { question, points }: ConsentNeed): boolean {
  if (needsNoAddress(question.channel)) return true;
  return points.some(({ contactPointId }) => contactPointIds.includes(contactPointId));
}

/** A consent to be called is for goods of a nature; what the call is about must be told and be among them. */
function coversGoods({ goodsNature }: Consent, { question, categories }: ConsentNeed): boolean {
  const asked = question.message.goodsNature === undefined ? categories : [question.message.goodsNature];
  return asked.length > 0 && asked.every((nature) => goodsNature.includes(nature));
}
