import {
  addMonths,
  defined,
  isTelephone,
  kindReachedBy,
  Rejection,
  type Channel,
  type Instant,
} from '#kernel';
import type { ConsentEvent, ConsentGiven, Proof } from '../contract.js';
import type { Act, Agreement, Basis } from './consent.commands.js';
import type { FormFacts, PurposeFacts } from './facts.js';

/** The phone allows a consent of one year at most, counted from collection (C. conso. R.223-1 I 3°). */
const TELEPHONE_MAX_MONTHS = 12;

/**
 * Checks what holds for every consent of an act.
 * Rejects: `occurred-in-the-future`, `subject-erased`, `subject-unknown`, `collection-form-unknown`,
 * `collection-form-version-not-valid-then`, `notice-unknown`, `notice-language-unknown`, `consent-was-pre-ticked`,
 * `consent-without-words`, `proof-incomplete` (under 15 without parental consent, LIL Art. 45).
 */
export function assertActCanStand(act: Act, now: Instant): void {
  if (act.occurredAt > now) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
  if (act.subject.status === 'erased') throw new Rejection('subject-erased');
  if (act.subject.status === 'unknown') throw new Rejection('subject-unknown');
  if (
    act.age === 'under-15' &&
    (act.indicatedBy !== 'minor-and-parent' || act.parentalConsent === undefined)
  ) {
    throw new Rejection(
      'proof-incomplete',
      'Under 15, minor and parent consent together, both on record.',
      '/ageAssertion',
    );
  }
  assertBasisCanStand(act.basis, act.occurredAt);
}

/** Checks that what a consent would rest on stood then. Rejects as {@link assertActCanStand}. */
export function assertBasisCanStand(basis: Basis, occurredAt: Instant): void {
  if (basis.kind === 'form') {
    if (basis.form === undefined) throw new Rejection('collection-form-unknown', undefined, '/formVersion');
    const { validFrom, validUntil } = basis.form;
    if (occurredAt < validFrom || (validUntil !== undefined && occurredAt >= validUntil)) {
      throw new Rejection('collection-form-version-not-valid-then', undefined, '/formVersion');
    }
    return;
  }
  if (basis.notice === undefined) throw new Rejection('notice-unknown', undefined, '/noticeId');
  if (occurredAt < basis.notice.effectiveFrom) {
    throw new Rejection('notice-unknown', 'That version was not in force yet.', '/noticeVersion');
  }
  if (!basis.notice.texts.some(({ language }) => language === basis.language)) {
    throw new Rejection('notice-language-unknown', undefined, '/language');
  }
  if (basis.defaultState === 'checked') {
    throw new Rejection('consent-was-pre-ticked', undefined, '/expression/defaultState');
  }
  if (basis.label.trim() === '') throw new Rejection('consent-without-words', undefined, '/expression/label');
}

/**
 * One `ConsentGiven` per channel of an agreement.
 * Rejects: `purpose-unknown`, `purpose-retired`, `lawful-basis-is-not-consent`, `controller-unknown`,
 * `channel-not-offered`, `choice-not-offered-by-form`, `contact-point-unknown`, `consent-period-too-long`.
 */
export function consentsOf(act: Act, agreement: Agreement): readonly ConsentEvent[] {
  const purpose = purposeForConsent(act, agreement);
  return agreement.channels.map(({ channel, consentId }) => ({
    type: 'ConsentGiven',
    data: consentOf(act, agreement, purpose, channel, consentId),
  }));
}

/**
 * The purpose, if a person could agree to it on a channel by what they are shown. Rejects: `purpose-unknown`,
 * `purpose-retired`, `lawful-basis-is-not-consent`, `channel-not-offered`, `choice-not-offered-by-form`.
 */
export function assertCanBeAsked(
  act: Pick<Act, 'subject' | 'occurredAt' | 'basis'>,
  asked: PurposeFacts | undefined,
  channel: Channel,
): PurposeFacts {
  const purpose = purposeForConsent(act, { purpose: asked });
  offerOf(act.basis, purpose, channel);
  return purpose;
}

function purposeForConsent(
  act: Pick<Act, 'subject' | 'occurredAt'>,
  { purpose, controllerId }: Pick<Agreement, 'purpose' | 'controllerId'>,
): PurposeFacts {
  if (purpose === undefined) throw new Rejection('purpose-unknown', undefined, '/purposeId');
  if (purpose.retiredAt !== undefined && act.occurredAt >= purpose.retiredAt) {
    throw new Rejection('purpose-retired', undefined, '/purposeId');
  }
  const { audience } = act.subject;
  const variants = purpose.variants.filter(
    ({ audiences }) => audience === undefined || audiences.includes(audience),
  );
  if (!variants.some(({ lawfulBasis }) => lawfulBasis === 'consent')) {
    throw new Rejection(
      'lawful-basis-is-not-consent',
      'No variant of the purpose for this audience rests on consent.',
      '/purposeId',
    );
  }
  if (controllerId !== undefined && controllerId !== purpose.controllerId) {
    throw new Rejection(
      'controller-unknown',
      'The purpose belongs to another data controller.',
      '/controllerId',
    );
  }
  return purpose;
}

function consentOf(
  act: Act,
  agreement: Agreement,
  purpose: PurposeFacts,
  channel: Channel,
  consentId: string,
): ConsentGiven {
  const form = act.basis.kind === 'form' ? act.basis.form : undefined;
  const offer = offerOf(act.basis, purpose, channel);
  return defined({
    consentId,
    actId: act.actId,
    subjectId: act.subjectId,
    purposeId: purpose.purposeId,
    purposeRevision: purpose.revision,
    channel,
    controllerId: purpose.controllerId,
    collectorId: agreement.collectorId ?? form?.collectorId,
    contactPointIds: [...coveredContactPoints(act, agreement, channel)],
    goodsNature: copied(agreement.goodsNature ?? offer?.goodsNature),
    namedRecipientIds: [...purpose.namedRecipientIds],
    consentType: agreement.consentType,
    proof: proofOf(act.basis, agreement),
    indicatedBy: act.indicatedBy,
    age: act.age,
    parentalConsent: act.parentalConsent,
    source: act.source,
    occurredAt: act.occurredAt,
    validUntil: endOfValidity(act, agreement, channel, form),
    acceptedSlots: copied(agreement.acceptedSlots),
    evidence: act.evidence?.length === 0 ? undefined : copied(act.evidence),
  });
}

/** What a form offers of a purpose on a channel; `undefined`: no form was used. */
function offerOf(
  basis: Basis,
  purpose: PurposeFacts,
  channel: Channel,
): FormFacts['offers'][number] | undefined {
  if (!purpose.channels.includes(channel)) throw new Rejection('channel-not-offered', undefined, '/channels');
  const form = basis.kind === 'form' ? basis.form : undefined;
  const offer = form?.offers.find((o) => o.purposeId === purpose.purposeId && o.channels.includes(channel));
  if (form !== undefined && offer === undefined) {
    throw new Rejection('choice-not-offered-by-form', undefined, '/purposeId');
  }
  return offer;
}

function copied<T>(items: readonly T[] | undefined): T[] | undefined {
  return items === undefined ? undefined : [...items];
}

/** A changed address does not inherit consent, so a consent names what it covers on the day it is given. */
function coveredContactPoints(act: Act, { contactPointIds }: Agreement, channel: Channel): readonly string[] {
  const kind = kindReachedBy(channel);
  const ofKind = act.subject.contactPoints.filter((point) => point.kind === kind);
  if (contactPointIds === undefined) {
    return ofKind.filter(({ isLater }) => isLater !== true).map((point) => point.contactPointId);
  }
  const reachable = ofKind.map((point) => point.contactPointId);
  const known = act.subject.contactPoints.map((point) => point.contactPointId);
  if (contactPointIds.some((id) => !known.includes(id))) {
    throw new Rejection('contact-point-unknown', undefined, '/contactPointIds');
  }
  return contactPointIds.filter((id) => reachable.includes(id));
}

function endOfValidity(
  act: Act,
  { validUntil }: Agreement,
  channel: Channel,
  form: FormFacts | undefined,
): Instant | undefined {
  const stated =
    validUntil ??
    (form?.validityMonths === undefined ? undefined : addMonths(act.occurredAt, form.validityMonths));
  if (stated === undefined || !isTelephone(channel)) return stated;
  const latest = addMonths(act.occurredAt, TELEPHONE_MAX_MONTHS);
  if (stated <= latest) return stated;
  if (validUntil !== undefined) throw new Rejection('consent-period-too-long', undefined, '/validUntil');
  return latest;
}

function proofOf(basis: Basis, { offerLabelSha256 }: Agreement): Proof {
  if (basis.kind === 'notice') {
    const { notice, language, method, defaultState, labelSha256, withdrawalMethods } = basis;
    const text = notice?.texts.find((candidate) => candidate.language === language);
    if (notice === undefined || text === undefined)
      throw new Rejection('notice-unknown', undefined, '/noticeId');
    if (defaultState === 'checked')
      throw new Rejection('consent-was-pre-ticked', undefined, '/expression/defaultState');
    return {
      notice: { noticeId: notice.noticeId, version: notice.version, language, sha256: text.sha256 },
      expression: { method, defaultState, labelSha256 },
      withdrawalMethods: [...withdrawalMethods],
    };
  }
  const { form } = basis;
  if (form === undefined) throw new Rejection('collection-form-unknown', undefined, '/formVersion');
  if (offerLabelSha256 === undefined) throw new Rejection('consent-without-words', undefined, '/formVersion');
  return {
    form: { formId: form.formId, version: form.version },
    notice: { ...form.notice, language: form.language },
    expression: {
      method: form.method as Proof['expression']['method'],
      defaultState: form.defaultState,
      ...basis.expression,
      labelSha256: offerLabelSha256,
    },
    withdrawalMethods: [...form.withdrawalMethods],
  };
}
